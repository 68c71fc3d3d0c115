"""What the scalars of a document are: Kubernetes' reading of YAML (language section 1).

A cluster holds what sigs.k8s.io/yaml makes of a text: its fork of go-yaml v2 resolves the scalars, the
result is written as JSON and read again. So booleans are those of YAML 1.1, `1e3` is the integer 1000, and
keys are strings.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from decimal import Decimal
from typing import Final, TypeAlias

from koreo_analyzer.yaml.nodes import Node, Scalar, Style, resolve_alias

ScalarValue: TypeAlias = str | int | float | bool | None

TAG_PREFIX: Final = "tag:yaml.org,2002:"

_PLAIN = Style.PLAIN
_INT64 = range(-(2**63), 2**63)
_UINT64_END = 2**64
# go-yaml v2 looks further only at scalars that begin with one of these.
_LETTERS: Final = frozenset("yYnNtTfFoO~")
_TYPED: Final = _LETTERS | frozenset("0123456789+-.")
_WORDS: Final[dict[str, ScalarValue]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
NOT_JSON: Final = frozenset(word for word, value in _WORDS.items() if isinstance(value, float))
"""The plain scalars that are floating point numbers without a JSON form."""

_INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|([1-9][0-9]*|0))", re.ASCII
)
_BASES = (16, 2, 8, 8, 10)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)


def value(scalar: Scalar) -> ScalarValue:
    """Return the JSON value that Kubernetes reads from a scalar.

    A number that JSON cannot hold (`.inf`, `.nan`) is given as a float, and a scalar that does not fit its
    explicit tag (`!!int abc`) as its text; both come with a problem of the document.
    """
    text = scalar.text
    if scalar.tag is not None:
        return _tagged(scalar.tag, text)[0]
    if scalar.style is not _PLAIN:
        return text
    return _plain_value(text)


def fits_tag(scalar: Scalar) -> bool:
    """Whether a scalar with an explicit tag can be read as what the tag says; true without a tag."""
    return scalar.tag is None or _tagged(scalar.tag, scalar.text)[1]


def key_text(node: Node) -> str | None:
    """Return the key of the JSON object that a mapping key becomes, None for one that Kubernetes refuses.

    `5` becomes `"5"`, `yes` `"true"`, `1.50` `"1.5"`. Null, sequences and mappings cannot be keys.
    """
    if type(node) is not Scalar:
        node = resolve_alias(node)
        if not isinstance(node, Scalar):
            return None
    text = node.text
    if node.tag is None and (node.style is not _PLAIN or (text and text[0] not in _TYPED)):
        return text
    number = _go_value(node)
    if isinstance(number, str):
        return number
    if isinstance(number, bool):
        return "true" if number else "false"
    if isinstance(number, float):
        return _go_float_key(number)
    # go-yaml gives integers beyond int64 another Go type, which the conversion to JSON refuses as a key.
    return str(number) if number is not None and number in _INT64 else None


def _plain_value(text: str) -> ScalarValue:
    if not text:
        return None
    first = text[0]
    if first not in _TYPED:
        return text
    if first in _LETTERS:
        return _WORDS.get(text, text)
    number = _number(text)
    return _json_number(number) if isinstance(number, float) else number


def _number(text: str) -> str | int | float:
    """Resolve a plain scalar that begins like a number, as go-yaml v2 does; floats are not yet JSON."""
    word = _WORDS.get(text)
    if isinstance(word, float):
        return word
    if text[0] == ".":
        return _float(text, text)
    digits = text.replace("_", "")
    found = _INTEGER.fullmatch(digits)
    if found is not None:
        sign = found.group(1)
        index = found.lastindex or 0
        if index < 6 or len(digits) < 40:
            number = int(found.group(index), _BASES[index - 2])
            number = -number if sign == "-" else number
            # Decimals beyond 64 bits are floats; ParseUint takes no sign.
            if number in _INT64 or (not sign and number < _UINT64_END) or not _FLOAT.fullmatch(digits):
                return number
    return _float(digits, text)


def _float(digits: str, text: str) -> str | float:
    """Return the float that `digits` are; the text of the scalar if they are none or beyond its range."""
    if _FLOAT.fullmatch(digits) is None:
        return text
    number = float(digits)
    return text if math.isinf(number) else number


def _json_number(number: float) -> int | float:
    """Return what Kubernetes reads from the JSON that Go writes for a float: maybe an integer."""
    if not number.is_integer():
        return number
    whole = int(Decimal(repr(number)))
    return whole if whole in _INT64 else number


def _go_value(scalar: Scalar) -> ScalarValue:
    """Resolve a scalar to the value that keys are made of: before JSON, so `1.0` stays a float."""
    if scalar.tag is not None:
        return _tagged(scalar.tag, scalar.text)[0]
    text = scalar.text
    if text and text[0] not in _LETTERS:
        return _number(text)
    return _WORDS.get(text, text)


def _tagged(tag: str, text: str) -> tuple[ScalarValue, bool]:
    """Return the value of a scalar with an explicit tag, and whether the text fits the tag."""
    if not tag.startswith(TAG_PREFIX):
        return text, True
    kind = tag[len(TAG_PREFIX) :]
    if kind == "binary":
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace"), True
        except (binascii.Error, ValueError):
            return text, False
    if kind not in {"int", "float", "bool", "null"}:
        return text, True
    resolved = _plain_value(text)
    if kind == "float" and isinstance(resolved, int | float) and not isinstance(resolved, bool):
        return resolved, True
    if kind == "int":
        fits = isinstance(_number(text) if text else None, int)
    elif kind == "bool":
        fits = isinstance(resolved, bool)
    else:
        fits = resolved is None
    return (resolved, True) if fits else (text, False)


def _go_float_key(number: float) -> str:
    """Write a float as Go's `strconv.FormatFloat(x, 'g', -1, 32)` does.

    That is with as few digits as tell it from other 32-bit floats.
    """
    if math.isnan(number):
        return ".nan"
    if math.isinf(number):
        return ".inf" if number > 0 else "-.inf"
    try:
        (single,) = struct.unpack("f", struct.pack("f", number))
    except OverflowError:
        return ".inf" if number > 0 else "-.inf"
    text = ""
    for precision in range(1, 10):
        text = f"{single:.{precision - 1}e}"
        if struct.pack("f", float(text)) == struct.pack("f", single):
            break
    digits, _, exponent = text.partition("e")
    power = int(exponent)
    # Go's 'g' form has an exponent below -4 and, for as few digits as possible, from 6 on.
    if power < -4 or power >= 6:
        sign = "-" if power < 0 else "+"
        return f"{digits}e{sign}{abs(power):02d}"
    return format(Decimal(text), "f")
