"""The operators `+ - * / %` and the sign, on 64-bit numbers that do not wrap around.

langdef, "Numeric Values" and the table of overloads in "List of Standard Definitions".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.errors import CelError, ErrorKind, no_overload, out_of_range
from koreo_analyzer.cel.times import difference, duration, timestamp
from koreo_analyzer.cel.values import INT_MAX, INT_MIN, UINT_MAX, Duration, Timestamp, Uint, type_name

if TYPE_CHECKING:
    from koreo_analyzer.cel.limits import Limits

_NUMBERS = frozenset({int, Uint, float})
_VERBS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "take the remainder of"}
_GROWING = frozenset({str, bytes, list})


def integer(value: int) -> int:
    """Return a number as an int. Raises `CelError` if it does not fit."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise out_of_range("the result does not fit an int (64 bits)")


def unsigned(value: int) -> Uint:
    """Return a number as a uint. Raises `CelError` if it does not fit."""
    if 0 <= value <= UINT_MAX:
        return Uint(value)
    raise out_of_range("the result does not fit a uint (64 bits, not negative)")


def add(left: Any, right: Any, limits: Limits) -> Any:
    """Return `left + right`. Raises `CelError`."""
    kind, other = type(left), type(right)
    if kind is other:
        if kind is int:
            return integer(left + right)
        if kind is float:
            return left + right
        if kind in _GROWING:
            limits.check_size(len(left) + len(right))
            return left + right
        if kind is Uint:
            return unsigned(int(left) + int(right))
        if kind is Duration:
            return duration(left.nanoseconds + right.nanoseconds)
    elif {kind, other} == {Timestamp, Duration}:
        return timestamp(left.nanoseconds + right.nanoseconds)
    raise mismatch("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    """Return `left - right`. Raises `CelError`."""
    kind, other = type(left), type(right)
    if kind is other:
        if kind is int:
            return integer(left - right)
        if kind is float:
            return left - right
        if kind is Uint:
            return unsigned(int(left) - int(right))
        if kind is Duration:
            return duration(left.nanoseconds - right.nanoseconds)
        if kind is Timestamp:
            return difference(left, right)
    elif kind is Timestamp and other is Duration:
        return timestamp(left.nanoseconds - right.nanoseconds)
    raise mismatch("-", left, right)


def multiply(left: Any, right: Any) -> Any:
    """Return `left * right`. Raises `CelError`."""
    kind = type(left)
    if kind is type(right):
        if kind is int:
            return integer(left * right)
        if kind is float:
            return left * right
        if kind is Uint:
            return unsigned(int(left) * int(right))
    raise mismatch("*", left, right)


def divide(left: Any, right: Any) -> Any:
    """Return `left / right`, for integers without the fraction. Raises `CelError`."""
    kind = type(left)
    if kind is type(right):
        if kind is float:
            return _divide_doubles(left, right)
        if kind is int or kind is Uint:
            if right == 0:
                raise CelError(ErrorKind.DIVISION_BY_ZERO, "division by zero")
            quotient = abs(left) // abs(right)
            return (
                Uint(quotient)
                if kind is Uint
                else integer(quotient if (left < 0) is (right < 0) else -quotient)
            )
    raise mismatch("/", left, right)


def _divide_doubles(left: float, right: float) -> float:
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: Any, right: Any) -> Any:
    """Return `left % right`, which has the sign of `left`. Raises `CelError`."""
    kind = type(left)
    if kind is type(right) and (kind is int or kind is Uint):
        if right == 0:
            raise CelError(ErrorKind.DIVISION_BY_ZERO, "remainder of a division by zero")
        if left == INT_MIN and right == -1:
            raise out_of_range("the result does not fit an int (64 bits)")
        rest = abs(left) % abs(right)
        return Uint(rest) if kind is Uint else (-rest if left < 0 else rest)
    raise mismatch("%", left, right)


def negate(value: Any) -> Any:
    """Return `-value`. Raises `CelError`."""
    if type(value) is int:
        return integer(-value)
    if type(value) is float:
        return -value
    raise no_overload(f"cannot negate {_article(type_name(value))}")


def mismatch(op: str, left: Any, right: Any) -> CelError:
    """Make the error of an operator between two values that it does not take."""
    one, other = type_name(left), type_name(right)
    message = f"cannot {_VERBS[op]} {one} and {other}"
    if op == "+" and "string" in {one, other} and one != other:
        strange = other if one == "string" else one
        convertible = {"int", "uint", "double", "bool", "bytes", "timestamp", "duration"}
        hint = f": write `string(…)` around the {strange}" if strange in convertible else ""
        return no_overload(message + hint)
    if type(left) in _NUMBERS and type(right) in _NUMBERS and one != other:
        return no_overload(
            f"{message}: write `{one}(…)` around the {other}, or `{other}(…)` around the {one}"
        )
    return no_overload(message)


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}" if name != "null" else name
