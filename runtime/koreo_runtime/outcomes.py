"""How a run of Logic ends, and how several ends combine into one (language section 3).

Outcomes are values, never exceptions. Every one but `Ok` says where it was decided, and why in one of a few
classes, so that whoever schedules the next run need not read messages.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span


class Cause(enum.Enum):
    """Why there is no value. Classified once, where it happened. The text is stable: reports print it."""

    DECIDED = "decided"
    """A predicate, `skipIf` or policy of the definition says so."""
    PENDING = "pending"
    """Data of another step, or an object, is not there yet."""
    WAITING = "waiting"
    """Something was created, changed or deleted, and has to settle."""
    CONFLICT = "conflict"
    """Someone else changed the object at the same time."""
    TRANSIENT = "transient"
    """The API server could not answer now."""
    DENIED = "denied"
    """The API server does not allow it."""
    INVALID = "invalid"
    """The API server does not accept the object, or data do not fit what the definition does with them."""
    DEFINITION = "definition"
    """The definition itself cannot be run."""
    BUG = "bug"
    """The runtime failed; never the user's fault."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a definition: kind and name of the document, and the path in it.

    `span` is the place in the text of the document (offsets from its start) where it is known more exactly
    than by the path, as the failing part of an expression.
    """

    kind: str
    name: str
    path: Path = ()
    span: Span | None = None

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}" + (f":{path_text(self.path)}" if self.path else "")


def path_text(path: Path) -> str:
    """Return a path as people write it: `spec.steps[0].inputs`; keys that are no words stand in `["…"]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


@dataclass(frozen=True, slots=True)
class DepSkip:
    """A dependency was not ready."""

    message: str
    location: Location
    cause: Cause = Cause.PENDING


@dataclass(frozen=True, slots=True)
class Skip:
    """Deliberately not run."""

    message: str
    location: Location
    cause: Cause = Cause.DECIDED


@dataclass(frozen=True, slots=True)
class Ok:
    """Success. `value` is plain data, or None."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after `delay` seconds."""

    message: str
    delay: float
    location: Location
    cause: Cause = Cause.DECIDED


@dataclass(frozen=True, slots=True)
class PermFail:
    """Stop until a definition or the trigger changes."""

    message: str
    location: Location
    cause: Cause = Cause.DECIDED


Outcome: TypeAlias = DepSkip | Skip | Ok | Retry | PermFail
NotOk: TypeAlias = DepSkip | Skip | Retry | PermFail

_RANK: Final[dict[type, int]] = {DepSkip: 0, Skip: 1, Ok: 2, Retry: 3, PermFail: 4}
REASONS: Final[dict[type, str]] = {
    DepSkip: "DepSkip",
    Skip: "Skip",
    Ok: "Ready",
    Retry: "Wait",
    PermFail: "Failure",
}
"""The reason of a condition, by class of outcome."""
OUTCOME_KEYS: Final[dict[type, str]] = {
    DepSkip: "depSkip",
    Skip: "skip",
    Ok: "ok",
    Retry: "retry",
    PermFail: "permFail",
}
"""What an outcome is called in a FunctionTest and in reports."""


def combine(outcomes: Iterable[Outcome]) -> Outcome:
    """Return one outcome for several; for none, `Ok` with an empty list.

    The worst kind wins; the value of `Ok` is the list of all values. Of several `DepSkip` or `Skip` the last is kept;
    several `Retry` take the longest delay; messages of `Retry` and `PermFail` that are not empty are joined,
    and the first that decided gives location and cause.
    """
    found = list(outcomes)
    if not found:
        return Ok([])
    worst = max(_RANK[type(outcome)] for outcome in found)
    deciding = [outcome for outcome in found if _RANK[type(outcome)] == worst]
    first = deciding[0]
    match first:
        case Ok():
            return Ok([outcome.value for outcome in deciding if isinstance(outcome, Ok)])
        case DepSkip() | Skip():
            return deciding[-1]
        case Retry():
            retries = [outcome for outcome in deciding if isinstance(outcome, Retry)]
            delay = max(outcome.delay for outcome in retries)
            return Retry(_joined(retries), delay, first.location, first.cause)
        case PermFail():
            failures = [outcome for outcome in deciding if isinstance(outcome, PermFail)]
            return PermFail(_joined(failures), first.location, first.cause)


def _joined(outcomes: Iterable[Retry | PermFail]) -> str:
    return ", ".join(outcome.message for outcome in outcomes if outcome.message)
