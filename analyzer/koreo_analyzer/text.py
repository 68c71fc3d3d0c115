"""Offsets, lines and columns: the only place that converts between them.

Everything inside the analyzer counts characters (Unicode code points, Python's string indices). Editors count
lines and code units of UTF-8, UTF-16 or UTF-32 (LSP 3.17, "Position"), people count lines and columns from 1.
"""

from __future__ import annotations

import enum
from bisect import bisect_right
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of characters, `start` inclusive, `end` exclusive."""

    start: int
    end: int

    def shift(self, by: int) -> Span:
        """Return this span moved by `by` characters."""
        return Span(self.start + by, self.end + by)

    def contains(self, offset: int) -> bool:
        """Whether a cursor at `offset`, which stands between characters, touches the span."""
        return self.start <= offset <= self.end

    def holds(self, other: Span) -> bool:
        """Whether another span is a part of this one, or all of it."""
        return self.start <= other.start and other.end <= self.end


class PositionEncoding(enum.Enum):
    """The unit in which a client counts columns (LSP 3.17, `PositionEncodingKind`)."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


class Position(NamedTuple):
    """A zero-based line and a zero-based column in the units of some `PositionEncoding`."""

    line: int
    column: int


def _units(text: str, encoding: PositionEncoding) -> int:
    if encoding is PositionEncoding.UTF32 or text.isascii():
        return len(text)
    if encoding is PositionEncoding.UTF16:
        return len(text) + sum(ch > "\uffff" for ch in text)
    return len(text.encode("utf-8", "surrogatepass"))


def _characters(text: str, units: int, encoding: PositionEncoding) -> int:
    """Count the characters of `text` that fit into `units`; a position inside a character means its start."""
    if encoding is PositionEncoding.UTF32 or text.isascii():
        return min(units, len(text))
    used = 0
    for index, ch in enumerate(text):
        if encoding is PositionEncoding.UTF16:
            used += 2 if ch > "\uffff" else 1
        else:
            used += len(ch.encode("utf-8", "surrogatepass"))
        if used > units:
            return index
    return len(text)


class LineIndex:
    """Where the lines of one text begin.

    Lines end at a line feed, a carriage return or both, as LSP prescribes; a form feed or U+2028 ends none.
    """

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        find = text.find
        if "\r" in text:
            position, size = 0, len(text)
            while position < size:
                ch = text[position]
                position += 1
                if ch == "\n" or (ch == "\r" and text[position : position + 1] != "\n"):
                    starts.append(position)
        else:
            position = find("\n")
            while position >= 0:
                starts.append(position + 1)
                position = find("\n", position + 1)
        self._starts = starts

    @property
    def line_count(self) -> int:
        """The number of lines; an empty text has one."""
        return len(self._starts)

    def line_of(self, offset: int) -> int:
        """Return the zero-based line that holds `offset`."""
        return bisect_right(self._starts, offset) - 1

    def line_start(self, line: int) -> int:
        """Return the offset at which a zero-based line begins; past the last line, the length of the text."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def line_text(self, line: int) -> str:
        """Return a zero-based line without its line break."""
        return self.text[self.line_start(line) : self.line_start(line + 1)].rstrip("\r\n")

    def position(self, offset: int, encoding: PositionEncoding = PositionEncoding.UTF32) -> Position:
        """Return the line and column of `offset` (clamped to the text) in units of `encoding`."""
        offset = max(0, min(offset, len(self.text)))
        line = self.line_of(offset)
        return Position(line, _units(self.text[self._starts[line] : offset], encoding))

    def offset(self, line: int, column: int, encoding: PositionEncoding = PositionEncoding.UTF32) -> int:
        """Return the offset of a position; one past the end of a line means its end (LSP 3.17)."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        return self._starts[line] + _characters(self.line_text(line), max(0, column), encoding)
