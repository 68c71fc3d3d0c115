"""What a rule that stands in for another controller is, once it has been read (docs/render.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.text import Span

    from koreo_runtime.effects import KubeObject


@dataclass(frozen=True, slots=True)
class SimulationProblem:
    """Something wrong in a file of rules; `span` counts from the start of the file's text."""

    span: Span
    message: str
    hint: str | None = None


class RuleError(Exception):
    """An expression of a rule has no value for an object."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message


@dataclass(frozen=True, slots=True)
class Match:
    """Which objects a rule is about. None: any. `api_version` and `name` may hold `*`, for any characters."""

    api_version: str | None
    kind: str
    name: str | None
    namespace: str | None
    labels: dict[str, str]
    deleting: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to the objects that match, once they are `after` passes old. `span` is None in a preset.

    `when` tells whether it happens to an object, `set` returns the merge patch; both raise `RuleError`.
    """

    title: str
    span: Span | None
    match: Match
    after: int
    when: Callable[[KubeObject], bool] | None
    set: Callable[[KubeObject], KubeObject]
