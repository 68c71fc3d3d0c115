"""Reading the text of scalars, and where each of its characters stands in the document.

An expression inside a scalar is analysed as its own text, but shown to people where they wrote it. Between
the two lie quotes, escapes, folded lines and indentation. This module reads a scalar the way libyaml does
(YAML 1.1 line folding, block scalars and escapes) and remembers the place of every character. The tolerant
parser takes the texts of scalars from here as well, so there is one reading of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Scalar, Style

BREAKS = "\n\r\x85\u2028\u2029"
BREAK = rf"(?:\r\n|[{BREAKS}])"
WHITE = " \t" + BREAKS

_BREAK = re.compile(BREAK)
_FOLD = re.compile(rf"{BREAK}[{WHITE}]*")
_SINGLE = re.compile(rf"''|'|{BREAK}[{WHITE}]*")
_DOUBLE = re.compile(
    rf'\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|{BREAK}[{WHITE}]*|[^xuU])|"|{BREAK}[{WHITE}]*'
)
_HEADER = re.compile(rf"[|>](?:([1-9])([+-]?)|([+-])([1-9]?))?([^{BREAKS}]*){BREAK}?")
_KEPT_BREAKS = "\u2028\u2029"
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


class SourceMap:
    """The text of one scalar (`value`) and the places of its characters.

    It is a list of segments. A segment is a run of characters that stand in the document as they are, or a
    single character that stands for one or more of the document (an escape, `''`, a folded line break).
    """

    __slots__ = ("_ends", "_origin", "_sources", "_values", "value")

    def __init__(
        self, value: str, values: list[int], sources: list[int], ends: list[int], origin: int
    ) -> None:
        self.value = value
        self._values = values
        self._sources = sources
        self._ends = ends
        self._origin = origin

    def to_source(self, offset: int) -> int:
        """Return where the character at `offset` begins; the end of the value is after its last one."""
        if not self._values:
            return self._origin
        if offset >= len(self.value):
            return self._ends[-1]
        index = max(0, bisect_right(self._values, offset) - 1)
        return self._sources[index] + max(0, offset) - self._values[index]

    def span(self, start: int, end: int) -> Span:
        """Return the characters of the document that `value[start:end]` was read from."""
        source = self.to_source(start)
        if end <= start or not self._values:
            return Span(source, source)
        last = min(end, len(self.value)) - 1
        index = max(0, bisect_right(self._values, last) - 1)
        size = self._ends[index] - self._sources[index]
        position = last - self._values[index]
        following = self._values[index + 1] if index + 1 < len(self._values) else len(self.value)
        if last + 1 == following:
            return Span(source, max(source, self._sources[index] + size))
        return Span(source, max(source, self._sources[index] + position + 1))

    def to_value(self, source: int) -> int | None:
        """Return the offset in the value that stands at `source`.

        None for a place that belongs to no character: indentation, the quotes, another part of the
        document. The place right after the last character is the end of the value, unless that is on
        another line.
        """
        if not self._values:
            return 0 if source == self._origin else None
        index = bisect_right(self._sources, source) - 1
        if index < 0:
            return None
        start, end = self._values[index], self._ends[index]
        if source < end:
            following = self._values[index + 1] if index + 1 < len(self._values) else len(self.value)
            return min(start + source - self._sources[index], following - 1)
        if source == end and index == len(self._values) - 1 and not self.value.endswith("\n"):
            return len(self.value)
        return None


class _Writer:
    """Collects the segments of a source map."""

    __slots__ = ("ends", "length", "parts", "sources", "text", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.values: list[int] = []
        self.sources: list[int] = []
        self.ends: list[int] = []
        self.length = 0

    def run(self, start: int, end: int) -> None:
        """Add characters that stand for themselves."""
        if start < end:
            self._add(self.text[start:end], start, end)

    def atom(self, character: str, start: int, end: int) -> None:
        """Add one character that stands for `[start, end)` of the document."""
        self._add(character, start, end)

    def line_break(self, found: re.Match[str]) -> None:
        """Add a line break; all but LS and PS become a line feed (YAML 1.1)."""
        character = found.group()
        self._add(character if character in _KEPT_BREAKS else "\n", found.start(), found.end())

    def fold(self, start: int, end: int) -> None:
        """Add the white space between two lines of a flow scalar.

        One line break is a blank; of several the first is lost.
        """
        found = list(_BREAK.finditer(self.text, start, end))
        if found[0].group() not in _KEPT_BREAKS:
            if len(found) == 1:
                self._add(" ", start, end)
                return
            del found[0]
        for item in found:
            self.line_break(item)

    def _add(self, value: str, start: int, end: int) -> None:
        self.values.append(self.length)
        self.sources.append(start)
        self.ends.append(end)
        self.parts.append(value)
        self.length += len(value)

    def finish(self, origin: int) -> SourceMap:
        return SourceMap("".join(self.parts), self.values, self.sources, self.ends, origin)


class Block(NamedTuple):
    """A block scalar as read: `end` is where its text ends, `stop` where the line after it begins."""

    map: SourceMap
    end: int
    stop: int


def source_map(text: str, scalar: Scalar) -> SourceMap:
    """Read a scalar of the document `text` again and return the places of its characters.

    `value` of the result equals `scalar.text`.
    """
    style = scalar.style
    if style is Style.LITERAL or style is Style.FOLDED:
        return read_block(text, scalar.start, scalar.indent).map
    return read_flow(text, style, scalar.start, scalar.end)


def read_flow(text: str, style: Style, start: int, end: int) -> SourceMap:
    """Read the plain or quoted scalar at `[start, end)`, quotes included; the last may be missing."""
    if style is Style.PLAIN:
        size = end - start
        if not _BREAK.search(text, start, end):
            segment = ([0], [start], [end]) if size else ([], [], [])
            return SourceMap(text[start:end], *segment, start)
        return _read_plain(text, start, end)
    if style is Style.SINGLE:
        return _read_single(text, start, end)
    return _read_double(text, start, end)


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t":
        end -= 1
    return end


def _read_plain(text: str, start: int, end: int) -> SourceMap:
    writer = _Writer(text)
    position = start
    for fold in _FOLD.finditer(text, start, end):
        stop = _trim(text, position, fold.start())
        writer.run(position, stop)
        writer.fold(stop, fold.end())
        position = fold.end()
    writer.run(position, end)
    return writer.finish(start)


def _read_single(text: str, start: int, end: int) -> SourceMap:
    writer = _Writer(text)
    position = start + 1
    for found in _SINGLE.finditer(text, start + 1, end):
        part = found.group()
        if part == "''":
            writer.run(position, found.start())
            writer.atom("'", found.start(), found.end())
        elif part == "'":
            end = found.start()
            break
        else:
            stop = _trim(text, position, found.start())
            writer.run(position, stop)
            writer.fold(stop, found.end())
        position = found.end()
    writer.run(position, end)
    return writer.finish(start + 1)


def _read_double(text: str, start: int, end: int) -> SourceMap:
    writer = _Writer(text)
    position = start + 1
    for found in _DOUBLE.finditer(text, start + 1, end):
        part = found.group()
        if part == '"':
            end = found.start()
            break
        if part[0] != "\\":
            stop = _trim(text, position, found.start())
            writer.run(position, stop)
            writer.fold(stop, found.end())
        elif part[1] in BREAKS:
            writer.run(position, found.start())
            for item in list(_BREAK.finditer(text, found.start(), found.end()))[1:]:
                writer.line_break(item)
        else:
            character = escaped(part)
            if character is None:
                continue
            writer.run(position, found.start())
            writer.atom(character, found.start(), found.end())
        position = found.end()
    writer.run(position, end)
    return writer.finish(start + 1)


def escaped(part: str) -> str | None:
    """Return the character that an escape of a double-quoted scalar stands for, None if unknown."""
    kind = part[1]
    if kind in "xuU" and len(part) > 2:
        number = int(part.lstrip("\\xuU"), base=16)
        return None if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else chr(number)
    return _ESCAPES.get(kind)


def block_end(text: str, start: int, stop: int) -> int:
    """Return where the block scalar at `start` ends, blank lines up to `stop` left out."""
    end = start + len(text[start:stop].rstrip(WHITE))
    header = _HEADER.match(text, start)
    if header is not None and end <= header.end(5):
        return header.start(5)
    return end


def read_block(text: str, start: int, indent: int) -> Block:
    """Read the literal or folded scalar whose `|` or `>` stands at `start`.

    `indent` is the column of the collection that holds it, -1 at the top (`Scalar.indent`). What else
    stands on the line of the indicator is ignored. A tab counts as a blank where libyaml refuses it.
    """
    header = _HEADER.match(text, start)
    if header is None:  # not a block scalar at all
        return Block(SourceMap("", [], [], [], start), start, start)
    digit = header.group(1) or header.group(4)
    chomping = header.group(2) or header.group(3)
    position = header.end()
    width = max(indent, 0) + int(digit) if digit else _content_width(text, position, indent)
    writer = _Writer(text)
    folded = text[start] == ">"
    leading: re.Match[str] | None = None
    trailing: list[re.Match[str]] = []
    after_blank = False
    size = len(text)
    while True:
        content = _content_start(text, position, width)
        found = _BREAK.match(text, content)
        if found is not None:
            trailing.append(found)
            position = found.end()
            continue
        if content == size or content - position < width:
            break
        blank = text[content] in " \t"
        if leading is not None:
            if not folded or after_blank or blank or leading.group() in _KEPT_BREAKS:
                writer.line_break(leading)
            elif not trailing:
                writer.atom(" ", leading.start(), leading.end())
        for item in trailing:
            writer.line_break(item)
        trailing.clear()
        leading = _BREAK.search(text, content)
        line_end = size if leading is None else leading.start()
        writer.run(content, line_end)
        after_blank = blank
        position = line_end if leading is None else leading.end()
        if leading is None:
            break
    if chomping != "-" and leading is not None:
        writer.line_break(leading)
    if chomping == "+":
        for item in trailing:
            writer.line_break(item)
    return Block(writer.finish(header.end()), block_end(text, start, position), position)


def _content_width(text: str, position: int, indent: int) -> int:
    """Return the indentation of a block scalar without indicator: of its first line that is not blank."""
    width = max(indent + 1, 1)
    size = len(text)
    while True:
        line = position
        while position < size and text[position] in " \t":
            position += 1
        width = max(width, position - line)
        found = _BREAK.match(text, position)
        if found is None:
            return width
        position = found.end()


def _content_start(text: str, position: int, width: int) -> int:
    limit = min(position + width, len(text))
    while position < limit and text[position] in " \t":
        position += 1
    return position
