"""Writing scalars: in the style that is wanted if it can hold the value, else in the plainest that reads back the same.

What is safe is asked of the project's own reading of scalars and of PyYAML's, so a text that either would read as
something else gets quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.yaml.foreign import FALSE_BLANKS
from koreo_analyzer.yaml.nodes import Scalar, Style
from koreo_analyzer.yaml.pyyaml import pyyaml_differs
from koreo_analyzer.yaml.schema import value as read_value

if TYPE_CHECKING:
    from koreo_analyzer.yaml.resolve import ScalarValue

# The characters that may stand in a text as they are: all that YAML allows but line breaks and byte order marks.
_RANGES: Final = r"\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_ORDINARY = re.compile(rf"[\t{_RANGES}]*")
_ESCAPED = re.compile(rf'["\\]|[^{_RANGES}]')
_PLAIN_START = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=[^\s,\[\]{}]))")
_NOT_PLAIN = re.compile(r":(?=\s|\Z)|\s#|[\t\n]|\s\Z|\A(?:---|\.\.\.)")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}]|:\Z|\?(?=\s)")
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v",
    "\f": "\\f", "\r": "\\r", "\x1b": "\\e", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip
LONGEST_KEY: Final = 1000
"""YAML reads a key on one line only up to 1,024 characters."""


def written(data: ScalarValue, style: Style, quotes: Style, *, flow: bool) -> str:
    """Return a scalar on one line: in `style` if that can hold it, else plain, else in `quotes`.

    `flow`: it will stand in brackets.
    """
    if not isinstance(data, str):
        return _number(data)
    if style is Style.SINGLE and _fits_single(data):
        return _single(data)
    if style is Style.DOUBLE:
        return _double(data)
    return data if is_plain(data, flow=flow) else quoted(data, quotes)


def quoted(text: str, quotes: Style) -> str:
    """Return a text in quotes; in single ones also if that saves escapes."""
    if _fits_single(text) and (quotes is Style.SINGLE or ("'" not in text and ('"' in text or "\\" in text))):
        return _single(text)
    return _double(text)


def is_plain(text: str, *, flow: bool) -> bool:
    """Whether a text without quotes reads back as the same text."""
    if _PLAIN_START.match(text) is None or _NOT_PLAIN.search(text) is not None:
        return False
    if _ORDINARY.fullmatch(text) is None or (flow and _NOT_PLAIN_IN_FLOW.search(text) is not None):
        return False
    if not text.isascii() and FALSE_BLANKS.match(text) is not None:
        return False
    scalar = Scalar(text, Style.PLAIN, 0, len(text))
    return read_value(scalar) == text and pyyaml_differs(scalar) is None


def block_header(text: str, style: Style, width: int) -> str | None:
    """Return the indicator under which a text of several lines can stand; None if a block scalar cannot hold it.

    `width` is the indentation of its lines below the collection that holds it.
    """
    if not text.strip() or text.endswith("\n\n"):
        return None
    lines = text.removesuffix("\n").split("\n")
    if any(_ORDINARY.fullmatch(line) is None or (line and not line.strip()) for line in lines):
        return None
    first = next(line for line in lines if line)
    header = "|"
    if style is Style.FOLDED:
        if any(not line or line[0] in " \t" for line in lines):
            return None
        header = ">"
    elif first[0] in " \t":
        if not 1 <= width <= 9:
            return None
        header = f"|{width}"
    return header if text.endswith("\n") else header + "-"


def block_lines(text: str, header: str) -> list[str]:
    """Return the lines of a block scalar without their indentation."""
    lines = text.removesuffix("\n").split("\n")
    return lines if header[0] == "|" else [part for line in lines for part in ("", line)][1:]


def _fits_single(text: str) -> bool:
    return "\t" not in text and _ORDINARY.fullmatch(text) is not None


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    short = _ESCAPES.get(character)
    if short is not None:
        return short
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _number(data: float | None) -> str:
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int):
        return str(data)
    text = repr(data)
    mantissa, exponent, power = text.partition("e")
    return text if not exponent or "." in mantissa else f"{mantissa}.0e{power}"
