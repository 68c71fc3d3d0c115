"""What is said about an expression that cannot be evaluated: the place in the document, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import CelError, ErrorKind

from koreo_runtime.outcomes import Cause, Location, PermFail, path_text

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression

    from koreo_runtime.programs.model import ProgramId, Value

_DEFINITION_ERRORS = frozenset({ErrorKind.SYNTAX, ErrorKind.UNKNOWN_NAME, ErrorKind.UNKNOWN_FUNCTION})


def failure(program: ProgramId, expression: Expression, error: CelError) -> tuple[Location, str]:
    """Return place and message of an expression that failed in the document of a kind and name."""
    span = expression.scalar.span if error.span is None else expression.span(error.span)
    location = Location(*program, expression.path, span)
    return location, f"`{path_text(expression.path)}`: {error.message}"


def cause_of(error: CelError) -> Cause:
    """Return whether an expression fails because of the data, or would with any."""
    return Cause.DEFINITION if error.kind in _DEFINITION_ERRORS else Cause.INVALID


def failed_value(value: Value, error: CelError) -> PermFail:
    """Return the outcome when a single value cannot be evaluated."""
    place = value.location
    if value.expression is None:
        return PermFail(f"`{path_text(place.path)}`: {error.message}", place, cause_of(error))
    location, message = failure((place.kind, place.name), value.expression, error)
    return PermFail(message, location, cause_of(error))


def wrong_value(value: Value, expected: str, found: str) -> PermFail:
    """Return the outcome when a single value has none of the types that are wanted there."""
    place = value.location
    if value.expression is not None:
        place = Location(place.kind, place.name, place.path, value.expression.scalar.span)
    message = f"`{path_text(place.path)}` must be {expected}, and is {found}"
    return PermFail(message, place, Cause.INVALID)
