"""Base64 and JSON: CEL's extension library "encoders" and Koreo's functions (language section 2.2)."""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from koreo_analyzer.cel.convert import string_from_bytes
from koreo_analyzer.cel.errors import invalid, limit_reached, no_overload
from koreo_analyzer.cel.plain import plain_key
from koreo_analyzer.cel.signature import both, function, overload
from koreo_analyzer.cel.values import INT_MAX, INT_MIN, UINT_MAX, Uint, type_name

if TYPE_CHECKING:
    from koreo_analyzer.cel.limits import Limits

_MOST_DIGITS = 20


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _decode(text: str) -> bytes:
    padded = text if len(text) % 4 == 0 else text + "=" * (-len(text) % 4)
    return _decode_padded(padded)


def _decode_padded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("the string is no base64") from None


def _encode_text(text: str) -> str:
    return _encode(text.encode("utf-8", "surrogatepass"))


def _decode_text(text: str) -> str:
    return string_from_bytes(_decode_padded(text))


def _to_json(limits: Limits, value: Any) -> str:
    return json.dumps(_JsonForm(limits).convert(value, 0), sort_keys=True)


class _JsonForm:
    __slots__ = ("_left", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.size

    def convert(self, value: Any, depth: int) -> Any:
        self._limits.check_depth(depth)
        kind = type(value)
        self._left -= len(value) if kind is str else 1
        if self._left < 0:
            self._limits.check_size(self._limits.size - self._left)
        if value is None or kind is str or kind is bool or kind is int:
            return value
        if kind is Uint:
            return int(value)
        if kind is float and math.isfinite(value):
            return value
        if kind is list:
            return [self.convert(item, depth + 1) for item in value]
        if kind is dict:
            return {plain_key(key): self.convert(item, depth + 1) for key, item in value.items()}
        what = "a double that is no finite number" if kind is float else f"a value of type {type_name(value)}"
        raise no_overload(f"{what} has no JSON form")


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer, parse_float=_double, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        where = f"line {error.lineno}, column {error.colno}"
        raise invalid(f"the string is no JSON: {what} ({where})") from None
    except RecursionError:
        raise limit_reached("the JSON is nested too deeply") from None


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= _MOST_DIGITS + 1 else UINT_MAX + 1
    if INT_MIN <= value <= INT_MAX:
        return value
    if 0 <= value <= UINT_MAX:
        return Uint(value)
    raise invalid("the JSON has a number that does not fit 64 bits")


def _double(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise invalid("the JSON has a number that does not fit a double")
    return value


def _refuse(name: str) -> NoReturn:
    raise invalid(f"the string is no JSON: `{name}` is no value of it")


ROWS = (
    function(
        "encode",
        "Bytes as base64.",
        "base64.encode(b'hello')",
        "'aGVsbG8='",
        overload("encode(value: bytes) -> string", _encode),
        namespace="base64",
    ),
    function(
        "decode",
        "The bytes that base64 stands for; padding may be left out.",
        "base64.decode('aGVsbG8')",
        "b'hello'",
        overload("decode(text: string) -> bytes", _decode),
        namespace="base64",
    ),
    function(
        "b64encode",
        "The base64 of a text in UTF-8.",
        "b64encode('hello')",
        "'aGVsbG8='",
        *both("b64encode(text: string) -> string", _encode_text),
    ),
    function(
        "b64decode",
        "The text that base64 stands for; it must be padded and the text in UTF-8.",
        "'aGVsbG8='.b64decode()",
        "'hello'",
        *both("b64decode(text: string) -> string", _decode_text),
    ),
    function(
        "to_json",
        "A value as JSON text, with its keys sorted.",
        "to_json({'b': [true, null], 'a': 1})",
        '\'{"a": 1, "b": [true, null]}\'',
        *both("to_json(value: T) -> string", _to_json, limited=True),
    ),
    function(
        "from_json",
        "The value that JSON text stands for.",
        "from_json('{\"a\": [1, 1.5]}').a",
        "[1, 1.5]",
        *both("from_json(text: string) -> dyn", _from_json),
    ),
)
