"""Values on their way out of an expression: into a resource, a return value, state, a message.

language section 2.1: timestamps and durations become text, bytes base64; keys of maps become strings, as JSON
has them. What arrives holds `dict`, `list`, `str`, `int`, `float`, `bool` and `None` only, and shares no
container with the variables that the expression was evaluated with.
"""

from __future__ import annotations

import base64
import math
from typing import Any

from koreo_analyzer.cel.convert import string_from_bool, text_of
from koreo_analyzer.cel.errors import no_overload
from koreo_analyzer.cel.limits import DEFAULT_LIMITS, Limits
from koreo_analyzer.cel.times import format_duration, format_timestamp
from koreo_analyzer.cel.values import BoolKey, CelType, Duration, Optional, Timestamp, Uint, type_name

_WITHOUT_VALUE = "say what it is without a value, as in `….orValue(null)`"
_SCALARS = frozenset({str, int, bool, type(None)})


def to_plain(value: Any, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Return the JSON form of a value.

    Raises `CelError`: kind LIMIT if the value is too large or too deep, NO_OVERLOAD for what has no such form
    (types, optionals, doubles that are no number).
    """
    if type(value) in _SCALARS:
        return value
    return _Converter(limits).convert(value, 0)


def to_text(value: Any) -> str:
    """Return a value as text for a message or a name, as `string()` does. Raises `CelError` if it cannot."""
    text = text_of(value)
    if text is None and type(value) is Optional:
        raise no_overload(f"an optional has no text: {_WITHOUT_VALUE}")
    if text is None:
        raise no_overload(f"cannot make a text of a value of type {type_name(value)}")
    return text


class _Converter:
    __slots__ = ("_left", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.size

    def convert(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind is dict or kind is list:
            self._limits.check_depth(depth)
            self._left -= len(value)
            if self._left < 0:
                self._limits.check_size(self._limits.size - self._left)
            convert = self.convert
            if kind is list:
                return [item if type(item) in _SCALARS else convert(item, depth + 1) for item in value]
            return {
                key if type(key) is str else plain_key(key): item
                if type(item) in _SCALARS
                else convert(item, depth + 1)
                for key, item in value.items()
            }
        return _scalar(value)


def plain_key(key: Any) -> str:
    """Return the key of a map as JSON has it."""
    if type(key) is BoolKey:
        return string_from_bool(key.value)
    return key if type(key) is str else str(int(key))


def _scalar(value: Any) -> Any:
    kind = type(value)
    if kind is Uint:
        return int(value)
    if kind is float:
        if math.isfinite(value):
            return value
        raise no_overload("a double that is no finite number has no JSON form")
    if kind is bytes:
        return base64.b64encode(value).decode("ascii")
    if kind is Timestamp:
        return format_timestamp(value)
    if kind is Duration:
        return format_duration(value)
    if kind is CelType:
        raise no_overload("a type has no JSON form")
    if kind is Optional:
        raise no_overload(f"an optional has no JSON form: {_WITHOUT_VALUE}")
    raise no_overload(f"a value of type {type_name(value)} has no JSON form")
