"""CEL's extension library "math", and `list.min`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.arithmetic import integer
from koreo_analyzer.cel.compare import smaller
from koreo_analyzer.cel.convert import double_from_int
from koreo_analyzer.cel.errors import invalid, no_overload, out_of_range
from koreo_analyzer.cel.signature import Function, Overload, function, overload
from koreo_analyzer.cel.values import INT_MAX, UINT_MAX, Uint, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERS = frozenset({int, Uint, float})
_BITS = 64


def _extreme(name: str, *, largest: bool) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        values = args[0] if len(args) == 1 and type(args[0]) is list else args
        if not values:
            raise invalid(f"`math.{name}` of an empty list")
        for value in values:
            if type(value) not in _NUMBERS:
                raise no_overload(f"`math.{name}` takes numbers, not {type_name(value)}")
        best = values[0]
        for value in values[1:]:
            if smaller(best, value) if largest else smaller(value, best):
                best = value
        return best

    return run


def _minimum(values: list[Any]) -> Any:
    if not values:
        raise invalid("an empty list has no smallest element")
    best = values[0]
    for value in values[1:]:
        if smaller(value, best):
            best = value
    smaller(best, best)
    return best


def _whole(rounded: Callable[[float], float]) -> Callable[[float], float]:
    def run(value: float) -> float:
        return math.copysign(rounded(value), value) if math.isfinite(value) else value

    return run


def _round(value: float) -> float:
    """Round to the nearest whole number, halves away from zero."""
    whole = math.trunc(value)
    return whole + math.copysign(1, value) if abs(value - whole) >= 0.5 else whole


def _absolute(value: int) -> int:
    return integer(abs(value))


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _sign_of_uint(value: Uint) -> Uint:
    return Uint(value > 0)


def _sign_of_double(value: float) -> float:
    return value if value == 0 or math.isnan(value) else math.copysign(1.0, value)


def _root(value: float) -> float:
    return math.nan if value < 0 else math.sqrt(double_from_int(value) if isinstance(value, int) else value)


def _signed(bits: int) -> int:
    bits &= UINT_MAX
    return bits - UINT_MAX - 1 if bits > INT_MAX else bits


def _shift_left(value: int, by: int) -> int:
    return _signed(value << _shift(by))


def _shift_uint_left(value: Uint, by: int) -> Uint:
    return Uint((int(value) << _shift(by)) & UINT_MAX)


def _shift_right(value: int, by: int) -> int:
    return _signed((value & UINT_MAX) >> _shift(by))


def _shift_uint_right(value: Uint, by: int) -> Uint:
    return Uint(int(value) >> _shift(by))


def _shift(by: int) -> int:
    if by < 0:
        raise out_of_range("a shift by a negative number of bits")
    return min(by, _BITS)


def _row(name: str, doc: str, example: str, result: str, *overloads: Overload) -> Function:
    return function(name, doc, example, result, *overloads, namespace="math")


def _doubles(
    name: str, doc: str, example: str, result: str, run: Callable[[float], Any], gives: str
) -> Function:
    return _row(name, doc, example, result, overload(f"{name}(value: double) -> {gives}", run))


def _bits(name: str, doc: str, example: str, result: str, run: Callable[[int, int], int]) -> Function:
    return _row(
        name,
        doc,
        example,
        result,
        overload(f"{name}(left: int, right: int) -> int", run),
        overload(
            f"{name}(left: uint, right: uint) -> uint", lambda left, right: Uint(run(int(left), int(right)))
        ),
    )


ROWS = (
    function(
        "min",
        "The smallest element of a list, whose elements must have an order.",
        "[3, 1, 2].min()",
        "1",
        overload("list(T).min() -> T", _minimum),
    ),
    _row(
        "greatest",
        "The largest of some numbers, or of a list of numbers.",
        "math.greatest(1, 2.5, 2)",
        "2.5",
        overload("greatest(numbers: dyn...) -> dyn", _extreme("greatest", largest=True)),
    ),
    _row(
        "least",
        "The smallest of some numbers, or of a list of numbers.",
        "math.least([3, 1, 2])",
        "1",
        overload("least(numbers: dyn...) -> dyn", _extreme("least", largest=False)),
    ),
    _doubles("ceil", "The next whole number above.", "math.ceil(1.2)", "2.0", _whole(math.ceil), "double"),
    _doubles(
        "floor", "The next whole number below.", "math.floor(-1.2)", "-2.0", _whole(math.floor), "double"
    ),
    _doubles(
        "round",
        "The nearest whole number; halves are rounded away from zero.",
        "math.round(-1.5)",
        "-2.0",
        _whole(_round),
        "double",
    ),
    _doubles(
        "trunc", "The number without its fraction.", "math.trunc(-1.7)", "-1.0", _whole(math.trunc), "double"
    ),
    _doubles("isInf", "Whether a double is infinite.", "math.isInf(1.0 / 0.0)", "true", math.isinf, "bool"),
    _doubles(
        "isNaN", "Whether a double is not a number.", "math.isNaN(0.0 / 0.0)", "true", math.isnan, "bool"
    ),
    _doubles(
        "isFinite",
        "Whether a double is a number, and finite.",
        "math.isFinite(1.5)",
        "true",
        math.isfinite,
        "bool",
    ),
    _row(
        "abs",
        "The number without its sign.",
        "math.abs(-3)",
        "3",
        overload("abs(value: int) -> int", _absolute),
        overload("abs(value: uint) -> uint", lambda value: value),
        overload("abs(value: double) -> double", abs),
    ),
    _row(
        "sign",
        "-1, 0 or 1, of the type of the number.",
        "math.sign(-2.5)",
        "-1.0",
        overload("sign(value: int) -> int", _sign),
        overload("sign(value: uint) -> uint", _sign_of_uint),
        overload("sign(value: double) -> double", _sign_of_double),
    ),
    _row(
        "sqrt",
        "The square root; NaN of a negative number.",
        "math.sqrt(9)",
        "3.0",
        overload("sqrt(value: int) -> double", _root),
        overload("sqrt(value: uint) -> double", _root),
        overload("sqrt(value: double) -> double", _root),
    ),
    _bits("bitAnd", "The bits that both numbers have.", "math.bitAnd(6, 3)", "2", int.__and__),
    _bits("bitOr", "The bits that either number has.", "math.bitOr(6, 3)", "7", int.__or__),
    _bits("bitXor", "The bits that only one of the numbers has.", "math.bitXor(6, 3)", "5", int.__xor__),
    _row(
        "bitNot",
        "The number with all its 64 bits turned over.",
        "math.bitNot(0)",
        "-1",
        overload("bitNot(value: int) -> int", int.__invert__),
        overload("bitNot(value: uint) -> uint", lambda value: Uint(UINT_MAX - value)),
    ),
    _row(
        "bitShiftLeft",
        "The bits moved to the left; those that leave the 64 bits are lost.",
        "math.bitShiftLeft(1, 3)",
        "8",
        overload("bitShiftLeft(value: int, by: int) -> int", _shift_left),
        overload("bitShiftLeft(value: uint, by: int) -> uint", _shift_uint_left),
    ),
    _row(
        "bitShiftRight",
        "The bits moved to the right; the sign is not kept.",
        "math.bitShiftRight(8, 3)",
        "1",
        overload("bitShiftRight(value: int, by: int) -> int", _shift_right),
        overload("bitShiftRight(value: uint, by: int) -> uint", _shift_uint_right),
    ),
)
