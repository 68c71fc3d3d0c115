"""`string.format` of CEL's extension library "strings"."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.convert import double_from_int, string_from_bytes, text_of
from koreo_analyzer.cel.errors import invalid, no_overload
from koreo_analyzer.cel.values import NANOSECONDS, CelType, Duration, Uint, from_key, type_name

if TYPE_CHECKING:
    from koreo_analyzer.cel.limits import Limits

_CLAUSE = re.compile(r"%(?:(%)|(?:\.(\d{1,4}))?(.?))", re.DOTALL | re.ASCII)
_DEFAULT_PRECISION = 6
_MOST_DIGITS = 100
_INTEGERS = frozenset({int, Uint})
_NUMBERS = frozenset({int, Uint, float})


def format_text(limits: Limits, text: str, values: list[Any]) -> str:
    """Return `text` with its placeholders filled in. Raises `CelError`."""
    writer = _Writer(limits)
    following = iter(values)

    def fill(match: re.Match[str]) -> str:
        if match[1]:
            return "%"
        clause = match[3]
        if clause not in _CLAUSES or (match[2] and clause not in {"f", "e"}):
            raise invalid(f"`{match[0]}` is no placeholder: use %s %d %f %e %b %o %x %X %%")
        for value in following:
            return writer.keep(writer.clause(clause, match[2], value))
        raise invalid(f"there are more placeholders than values: {len(values)}")

    return writer.keep(_CLAUSE.sub(fill, text))


class _Writer:
    """Writes values, and stops when that becomes too much."""

    __slots__ = ("_left", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.size

    def keep(self, text: str) -> str:
        self._left -= len(text)
        if self._left < 0:
            self._limits.check_size(self._limits.size - self._left)
        return text

    def clause(self, clause: str, precision: str | None, value: Any) -> str:
        kind = type(value)
        if clause == "s":
            return self.any_value(value, 0)
        if clause == "d":
            if kind in _INTEGERS:
                return str(int(value))
            if kind is float:
                return _double(value)
        elif clause in {"f", "e"}:
            if kind in _NUMBERS:
                return _rounded(value if kind is float else double_from_int(value), clause, precision)
        elif kind in _INTEGERS or (clause == "b" and kind is bool):
            return format(int(value), clause)
        elif clause in {"x", "X"} and kind in {str, bytes}:
            raw = value.encode("utf-8", "surrogatepass") if kind is str else value
            return str(raw.hex()) if clause == "x" else str(raw.hex()).upper()
        raise no_overload(f"`%{clause}` is for {_CLAUSES[clause]}, not for {type_name(value)}")

    def any_value(self, value: Any, depth: int) -> str:
        self._limits.check_depth(depth)
        kind = type(value)
        if kind is list:
            inner = ", ".join([self.keep(self.any_value(item, depth + 1)) for item in value])
            return f"[{inner}]"
        if kind is dict:
            entries = [(self.any_value(from_key(key), depth + 1), item) for key, item in value.items()]
            entries.sort(key=lambda entry: entry[0])
            inner = ", ".join(
                [self.keep(f"{key}: {self.any_value(item, depth + 1)}") for key, item in entries]
            )
            return "{" + inner + "}"
        return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    kind = type(value)
    if kind is float:
        return _double(value)
    if kind is CelType:
        return str(value.name)
    if kind is Duration:
        return _trimmed(Decimal(value.nanoseconds) / NANOSECONDS) + "s"
    if kind is bytes:
        return string_from_bytes(value)
    text = text_of(value)
    if text is None:
        raise no_overload(f"`%s` is not for {type_name(value)}")
    return text


def _double(value: float) -> str:
    """Return a double with all its digits and no exponent."""
    return _named(value) or _trimmed(Decimal(repr(value)))


def _trimmed(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: float, clause: str, precision: str | None) -> str:
    digits = _DEFAULT_PRECISION if precision is None else int(precision)
    if digits > _MOST_DIGITS:
        raise invalid(f"the precision is too large: at most {_MOST_DIGITS} digits are written")
    return _named(value) or format(value, f".{digits}{clause}")


def _named(value: float) -> str:
    if math.isfinite(value):
        return ""
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


_CLAUSES = {
    "s": "any value",
    "d": "numbers",
    "f": "numbers",
    "e": "numbers",
    "b": "integers and bools",
    "o": "integers",
    "x": "integers, strings and bytes",
    "X": "integers, strings and bytes",
}
