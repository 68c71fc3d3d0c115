"""What `koreo eval` finds out about one expression: its value or its error and, if asked for, its static type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koreo_analyzer import cel
from koreo_analyzer.cel.checker import check
from koreo_analyzer.cel.value_types import type_of_value
from koreo_analyzer.problems import Severity
from koreo_analyzer.types import widened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.checking.problem import TypeProblem
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Type


@dataclass(frozen=True, slots=True)
class Typing:
    """What is known before evaluating: the type of an expression, and what can never work in it."""

    type: Type
    problems: tuple[TypeProblem, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One expression and its value, or its error. `typing` is None if not asked for, or if it cannot be read."""

    source: str
    value: Any
    error: cel.CelError | None
    typing: Typing | None = None

    @property
    def failed(self) -> bool:
        """Whether there is an error, of the evaluation or by the types."""
        problems = self.typing.problems if self.typing is not None else ()
        return self.error is not None or any(problem.severity is Severity.ERROR for problem in problems)


def evaluate(engine: cel.Engine, source: str, variables: Mapping[str, Any]) -> Result:
    """Evaluate an expression. Never raises."""
    try:
        return Result(source, engine.compile(source).evaluate(variables), None)
    except cel.CelError as error:
        return Result(source, None, error)


def typed(result: Result, types: Mapping[str, Type]) -> Result:
    """Return the result with the static type, for variables of these types.

    An error of the evaluation is not told a second time as a problem of types.
    """
    parsed = cel.parse(result.source)
    if any(problem.code != "escape" for problem in parsed.problems):
        return result
    checked = check(parsed.root, types)
    told = result.error.span if result.error is not None else None
    problems = tuple(problem for problem in checked.problems if not _is_told(problem, told))
    return Result(result.source, result.value, result.error, Typing(widened(checked.type), problems))


def types_of(variables: Mapping[str, Any]) -> dict[str, Type]:
    """Return the types that variables have as far as their values show them."""
    return {name: type_of_value(value) for name, value in variables.items()}


def _is_told(problem: TypeProblem, told: Span | None) -> bool:
    """Whether an error of the evaluation at `told` has the same cause: parts fail before what they are parts of."""
    return (
        told is not None
        and problem.severity is Severity.ERROR
        and told.start <= problem.span.start
        and problem.span.end <= told.end
    )
