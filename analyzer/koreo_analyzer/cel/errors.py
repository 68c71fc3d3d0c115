"""What goes wrong when an expression is evaluated: one exception, a closed set of kinds."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koreo_analyzer.text import Span


class ErrorKind(enum.Enum):
    """Why an expression has no value. The text is stable: it is printed in machine-readable output."""

    SYNTAX = "syntax"
    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_FUNCTION = "unknown-function"
    NO_OVERLOAD = "no-overload"
    NO_SUCH_FIELD = "no-such-field"
    OUT_OF_RANGE = "out-of-range"
    DIVISION_BY_ZERO = "division-by-zero"
    INVALID = "invalid"
    DUPLICATE_KEY = "duplicate-key"
    LIMIT = "limit"


class CelError(Exception):
    """An expression has no value.

    `message` is one line, names no internals and holds no values of variables (they may be secret). `span` is
    the failing sub-expression, counted from the start of the expression's source; functions raise without
    one, and the call that runs them adds its own.
    """

    def __init__(self, kind: ErrorKind, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span

    def at(self, span: Span) -> CelError:
        """Return this error, which happened in `span` unless it is known better already."""
        if self.span is None:
            self.span = span
        return self


def no_overload(message: str) -> CelError:
    """Make the error of an operation that the types of its operands do not have."""
    return CelError(ErrorKind.NO_OVERLOAD, message)


def out_of_range(message: str) -> CelError:
    """Make the error of a number, time or position that does not fit."""
    return CelError(ErrorKind.OUT_OF_RANGE, message)


def invalid(message: str) -> CelError:
    """Make the error of an argument that has the right type and cannot be used."""
    return CelError(ErrorKind.INVALID, message)


def limit_reached(message: str) -> CelError:
    """Make the error of an evaluation that is stopped; no operator and no macro absorbs it."""
    return CelError(ErrorKind.LIMIT, message)
