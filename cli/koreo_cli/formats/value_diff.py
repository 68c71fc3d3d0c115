"""An expected and an actual value as lines to compare: `-` before what was expected, `+` before what is.

Values are shown as JSON, which tells `5` from `"5"` and is YAML too. Texts of several lines are compared line by line.
"""

from __future__ import annotations

import difflib
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.testing.compare import DifferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.testing.compare import Difference

    Line = tuple[str, str]
    """A sign, `-`, `+` or a blank, and what stands after it."""

_LINES: Final = 24
_CHARACTERS: Final = 400
_ONE_LINE: Final = 100
_LEAD: Final = 40
"""How much is shown of what two long texts have in common before they differ."""
_COMPARED_LINES: Final = 2_000
_MORE: Final = "... and more; --verbose shows all"


def difference_lines(difference: Difference, *, full: bool) -> Iterator[Line]:
    """Yield the lines of a difference; unless `full`, no more than a reader can use."""
    expected, actual = difference.expected, difference.actual
    if difference.kind is DifferenceKind.DIFFERENT and isinstance(expected, str) and isinstance(actual, str):
        old, new = expected.split("\n"), actual.split("\n")
        if 2 < len(old) + len(new) <= _COMPARED_LINES:
            yield from _limited(_compared(old, new), full=full)
            return
        if not full:
            expected, actual = _around_difference(expected, actual)
    if difference.kind is not DifferenceKind.EXTRA:
        yield from _limited((("-", line) for line in _value_lines(expected)), full=full)
    if difference.kind is not DifferenceKind.MISSING:
        yield from _limited((("+", line) for line in _value_lines(actual)), full=full)


def value_text(value: Any) -> str:
    """Return a value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _compared(old: list[str], new: list[str]) -> Iterator[Line]:
    for line in islice(difflib.unified_diff(old, new, lineterm="", n=2), 2, None):
        yield (" ", "...") if line[0] == "@" else (line[0], line[1:])


def _around_difference(one: str, other: str) -> tuple[str, str]:
    """Return two long texts without most of the beginning that they share."""
    pairs = enumerate(zip(one, other, strict=False))
    differ = next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))
    start = differ - _LEAD
    if start <= 0 or max(len(one), len(other)) <= _CHARACTERS:
        return one, other
    return f"...{one[start:]}", f"...{other[start:]}"


def _value_lines(value: Any) -> Iterator[str]:
    if not isinstance(value, dict | list):
        yield value_text(value)
        return
    # A large value is not worth being written as a whole when only its first lines are shown.
    pieces = json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value)
    short = "".join(islice(pieces, _ONE_LINE))
    if len(short) <= _ONE_LINE and next(pieces, None) is None:
        yield short
        return
    line = ""
    for piece in json.JSONEncoder(ensure_ascii=False, default=str, indent=2).iterencode(value):
        first, *rest = piece.split("\n")
        line += first
        for text in rest:
            yield line
            line = text
    yield line


def _limited(lines: Iterator[Line], *, full: bool) -> Iterator[Line]:
    if full:
        yield from lines
        return
    last = " "
    for sign, line in islice(lines, _LINES):
        last = sign
        yield sign, line if len(line) <= _CHARACTERS else f"{line[:_CHARACTERS]}..."
    if next(lines, None) is not None:
        yield last, _MORE
