"""`preconditions` and `postconditions` (language section 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from koreo_analyzer.cel import CelError, to_plain, to_text
from koreo_analyzer.cel.values import type_name

from koreo_runtime.outcomes import DepSkip, Outcome, PermFail, Retry, Skip
from koreo_runtime.programs.failures import failed_value, wrong_value

if TYPE_CHECKING:
    from koreo_runtime.outcomes import Location
    from koreo_runtime.programs.model import Mark, Value, Variables

Verdict: TypeAlias = Literal["ok", "skip", "depSkip", "retry", "permFail"]
VERDICTS: tuple[Verdict, ...] = ("ok", "skip", "depSkip", "retry", "permFail")


@dataclass(frozen=True, slots=True)
class Predicate:
    """One assertion and what follows if it is false.

    `message` is None for `ok`; `delay`, in seconds, counts for `retry` alone. `mark` tells an instrument that
    the predicate decided.
    """

    condition: Value
    verdict: Verdict
    message: Value | None
    delay: int
    location: Location
    mark: Mark | None

    def decide(self, variables: Variables) -> Outcome | None:
        """Return the outcome of a false assertion, None for `ok`."""
        if self.mark is not None:
            self.mark()
        if self.message is None:
            return None
        try:
            text = _message_text(self.message.evaluate(variables))
        except CelError as error:
            return failed_value(self.message, error)
        match self.verdict:
            case "ok":
                return None
            case "skip":
                return Skip(text, self.location)
            case "depSkip":
                return DepSkip(text, self.location)
            case "retry":
                return Retry(text, self.delay, self.location)
            case "permFail":
                return PermFail(text, self.location)


def _message_text(message: Any) -> str:
    """Return a message as `string()` does, null and containers as JSON. Raises `CelError`."""
    if type(message) is str:
        return message
    if message is None or type(message) is dict or type(message) is list:
        return json.dumps(to_plain(message))
    return to_text(message)


class Predicates:
    """A list of predicates."""

    __slots__ = ("_checks", "items")

    def __init__(self, items: tuple[Predicate, ...]) -> None:
        self.items = items
        self._checks = tuple((item.condition.evaluate, item) for item in items)

    def check(self, variables: Variables) -> Outcome | None:
        """Return the outcome that the first false assertion decides; None when the run goes on.

        What comes after the deciding predicate is not evaluated. An assertion that has no value, or one that is
        neither true nor false, is PermFail.
        """
        for evaluate, predicate in self._checks:
            try:
                holds = evaluate(variables)
            except CelError as error:
                return failed_value(predicate.condition, error)
            if holds is True:
                continue
            if holds is False:
                return predicate.decide(variables)
            return wrong_value(predicate.condition, "true or false", type_name(holds))
        return None
