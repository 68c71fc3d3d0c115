"""Conversions between the types of CEL: `int(x)`, `string(x)`, … (langdef, "Standard Definitions")."""

from __future__ import annotations

import math
import re
from typing import Any

from koreo_analyzer.cel.arithmetic import integer
from koreo_analyzer.cel.errors import invalid, out_of_range
from koreo_analyzer.cel.times import format_duration, format_timestamp
from koreo_analyzer.cel.values import INT_MAX, INT_MIN, NANOSECONDS, UINT_MAX, Duration, Timestamp, Uint

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)
_DOUBLE = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)",
    re.ASCII | re.IGNORECASE,
)
_BOOLEANS = {
    **dict.fromkeys(("1", "t", "T", "true", "True", "TRUE"), True),
    **dict.fromkeys(("0", "f", "F", "false", "False", "FALSE"), False),
}
_LEAST_EXPONENT = -4
_LARGEST_EXPONENT = 6


def int_from_double(value: float) -> int:
    """Return a double without its fraction. Raises `CelError` unless it lies within the range of int."""
    if INT_MIN < value < INT_MAX:
        return int(value)
    raise out_of_range("the double does not fit an int (64 bits)")


def int_from_uint(value: Uint) -> int:
    """Return a uint as an int. Raises `CelError` if it does not fit."""
    return integer(int(value))


def int_from_string(text: str) -> int:
    """Return the int that decimal digits spell. Raises `CelError`."""
    if _INTEGER.fullmatch(text) is None:
        raise invalid("the string is no int: expected decimal digits")
    return integer(int(text))


def int_from_timestamp(value: Timestamp) -> int:
    """Return the whole seconds since 1970 of a timestamp."""
    return value.nanoseconds // NANOSECONDS


def uint_from_int(value: int) -> Uint:
    """Return an int as a uint. Raises `CelError` if it is negative."""
    if value < 0:
        raise out_of_range("a negative int does not fit a uint")
    return Uint(value)


def uint_from_double(value: float) -> Uint:
    """Return a double without its fraction. Raises `CelError` if it is negative or too large."""
    if 0 <= value < UINT_MAX:
        return Uint(int(value))
    raise out_of_range("the double does not fit a uint (64 bits, not negative)")


def uint_from_string(text: str) -> Uint:
    """Return the uint that decimal digits spell. Raises `CelError`."""
    if _INTEGER.fullmatch(text) is None or text[0] == "-":
        raise invalid("the string is no uint: expected decimal digits")
    value = int(text)
    if value > UINT_MAX:
        raise out_of_range("the number does not fit a uint (64 bits)")
    return Uint(value)


def double_from_int(value: int) -> float:
    """Return an int or uint as a double. Raises `CelError` if a variable holds one that is too large."""
    try:
        return float(value)
    except OverflowError as error:
        raise out_of_range("the number does not fit a double") from error


def double_from_string(text: str) -> float:
    """Return the double that a text spells, `NaN` and `Infinity` included. Raises `CelError`."""
    if _DOUBLE.fullmatch(text) is None:
        raise invalid("the string is no double: expected a number like `1.5`")
    return float(text)


def bool_from_string(text: str) -> bool:
    """Return the bool that a text spells. Raises `CelError`."""
    found = _BOOLEANS.get(text)
    if found is None:
        raise invalid("the string is no bool: expected `true` or `false`")
    return found


def bytes_from_string(text: str) -> bytes:
    """Return the UTF-8 bytes of a text."""
    return text.encode("utf-8", "surrogatepass")


def string_from_bytes(value: bytes) -> str:
    """Return the text that UTF-8 bytes spell. Raises `CelError`."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid("the bytes are no text: they are not valid UTF-8") from error


def string_from_bool(value: bool) -> str:  # noqa: FBT001 - the value itself, not a switch
    """Return `true` or `false`."""
    return "true" if value else "false"


def string_from_double(value: float) -> str:
    """Return the shortest text that gives the same double: `1.5`, `1`, `1e+06`, `1e-07`, `inf`, `nan`.

    As Go's `strconv` with format `g`, and C++ engines of CEL, have it.
    """
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    digits = repr(abs(value)).partition("e")[0].replace(".", "").strip("0")
    scientific = f"{value:.{max(len(digits), 1) - 1}e}"
    exponent = int(scientific.partition("e")[2])
    if _LEAST_EXPONENT <= exponent < _LARGEST_EXPONENT:
        return f"{value:.{max(len(digits) - 1 - exponent, 0)}f}"
    return scientific


def text_of(value: Any) -> str | None:
    """Return what `string(value)` gives, None if it has no such overload. Raises `CelError` for bad bytes."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return string_from_bool(value)
    if kind is int or kind is Uint:
        return str(int(value))
    if kind is float:
        return string_from_double(value)
    if kind is bytes:
        return string_from_bytes(value)
    if kind is Timestamp:
        return format_timestamp(value)
    if kind is Duration:
        return format_duration(value)
    return None
