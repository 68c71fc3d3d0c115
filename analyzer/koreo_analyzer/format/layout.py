"""Where each line of a YAML document begins, and the white space between the tokens of a line.

The tree says what stands below what; from it follows the new column of every line that begins with a key, a dash or a
value. Lines inside brackets, comments and the lines of a text that spans several follow from the lines around them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.format.style import INDENT, YamlStyle
from koreo_analyzer.format.tokens import BLOCKS, Kind, StrangeError, Token, tokens_of
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style

if TYPE_CHECKING:
    from koreo_analyzer.yaml.parse import Tree

_CONTINUATION = re.compile(r"(?<![ \t])[ \t]*+(\r?\n)[ \t]*+")
_MOST_BREAKS: Final = 2
"""Of several empty lines, one stays."""


class Frame(NamedTuple):
    """A block collection, or a value on a line of its own: its column as it was and as it will be."""

    old: int
    new: int
    around: Frame | None


class Holder(NamedTuple):
    """What holds a value: its column as it will be, and that of lines inside brackets that begin in it."""

    column: int
    base: int


class _Bracket(NamedTuple):
    base: int
    line: int


class Layout:
    """The new layout of one sound document. Raises `StrangeError` for one that it does not understand.

    After `run`, `edits` holds the changes of the white space between tokens and of the lines that texts in quotes
    are continued on, in order; `holders` what holds each scalar that spans lines, by its start.
    """

    def __init__(self, text: str, tree: Tree, style: YamlStyle) -> None:
        self._text = text
        self._style = style
        self._root = tree.root
        self.tokens = tokens_of(text, tree)
        self._numbers = {token.start: number for number, token in enumerate(self.tokens)}
        self._dashes = iter([token for token in self.tokens if token.kind is Kind.DASH])
        self._frames: dict[int, Frame] = {}
        self._bases: dict[int, int] = {}
        self._following: list[Frame | None] = []
        self.holders: dict[int, Holder] = {}
        self.edits: list[Edit] = []

    def run(self) -> None:
        """Lay the document out."""
        root = self._root
        if isinstance(root, Mapping | Sequence):
            if root.flow:
                first = self._first_token(root)
                self._frames[first.start] = Frame(self._column(first.start), 0, None)
                self._bases[root.start] = 0
            else:
                self._block(root, 0, None)
        elif root is not None:
            raise StrangeError("it is neither a mapping nor a list")
        self._following = self._frames_behind()
        self._lines()

    def _frames_behind(self) -> list[Frame | None]:
        """Return for each token the frame of the next one that is no comment; None if that has none."""
        found: list[Frame | None] = []
        behind: Frame | None = None
        for token in reversed(self.tokens):
            found.append(behind)
            if token.kind is not Kind.COMMENT:
                behind = self._frames.get(token.start)
        found.reverse()
        return found

    # Columns

    def _block(self, node: Mapping | Sequence, column: int, around: Frame | None) -> None:
        """Give the lines that begin the parts of a block collection their column."""
        if isinstance(node, Mapping):
            frame: Frame | None = None
            for entry in node.entries:
                first = self._first_token(entry.key)
                frame = frame or Frame(self._column(first.start), column, around)
                self._frames[first.start] = frame
                below = self._style.dash if isinstance(entry.value, Sequence) else INDENT
                self._value(entry.value, frame, below, column)
        else:
            frame = Frame(self._column(node.start), column, around)
            for item in node.items:
                dash = next(self._dashes, None)
                if dash is None or self._column(dash.start) != frame.old:
                    raise StrangeError("its lists are written in an unusual way")
                self._frames[dash.start] = frame
                self._value(item, frame, INDENT, column + INDENT)

    def _value(self, node: Node, frame: Frame, below: int, base: int) -> None:
        """Give the lines of a value their column: `below` that of its key or dash, `base` for closing brackets."""
        if isinstance(node, Mapping | Sequence) and not node.flow:
            self._block(node, frame.new + below, frame)
            return
        if node.end == node.start:
            return
        first = self._first_token(node)
        if self._is_first(first):
            base = frame.new + INDENT
            self._frames[first.start] = Frame(self._column(first.start), base, frame)
        if isinstance(node, Scalar):
            self.holders[node.start] = Holder(frame.new, base)
        else:
            self._bases[node.start] = base

    def _first_token(self, node: Node) -> Token:
        """Return the first token of a node: its anchor or tag, if that stands on the same line."""
        number = self._numbers.get(node.start)
        if number is None:
            raise StrangeError("it has an empty key")
        while number > 0:
            before = self.tokens[number - 1]
            if before.kind is not Kind.PROPERTY or "\n" in self._text[before.end : self.tokens[number].start]:
                break
            number -= 1
        return self.tokens[number]

    def _column(self, offset: int) -> int:
        return offset - self._text.rfind("\n", 0, offset) - 1

    def _is_first(self, token: Token) -> bool:
        start = self._text.rfind("\n", 0, token.start) + 1
        return not self._text[start : token.start].strip(" ")

    # Lines

    def _lines(self) -> None:
        """Change the white space before each token, and at the end."""
        text = self._text
        newline = "\r\n" if "\r\n" in text else "\n"
        before: Token | None = None
        frame: Frame | None = None
        brackets: list[_Bracket] = []
        line = shift = 0
        for number, token in enumerate(self.tokens):
            start = before.end if before is not None else 0
            gap = text[start : token.start]
            breaks = gap.count("\n")
            if before is None or breaks:
                line += 1
                column = self._column_of(number, frame, brackets)
                shift = column - self._column(token.start)
                kept = 0 if before is None else 1 if before.kind is Kind.MARKER else min(breaks, _MOST_BREAKS)
                self._replace(start, token.start, newline * kept + " " * column)
            else:
                self._replace(start, token.start, self._space(before, token, gap, brackets))
            frame = self._frames.get(token.start, frame)
            if token.kind is Kind.OPEN:
                base = brackets[-1].base if brackets else self._bases.get(token.start, 0)
                if brackets and brackets[-1].line != line:
                    base += INDENT
                brackets.append(_Bracket(base, line))
            elif token.kind is Kind.CLOSE and brackets:
                brackets.pop()
            elif token.node is not None:
                holder = self.holders.get(token.start)
                base = holder.column if holder is not None else brackets[-1].base if brackets else 0
                self._continue(token, shift, base + INDENT)
            before = token
        self._finish(before, newline)

    def _column_of(self, number: int, frame: Frame | None, brackets: list[_Bracket]) -> int:
        """Return the column of a token that is the first of its line."""
        token = self.tokens[number]
        if token.kind in {Kind.MARKER, Kind.DIRECTIVE}:
            return 0
        if brackets:
            return brackets[-1].base + (0 if token.kind is Kind.CLOSE else INDENT)
        known = self._frames.get(token.start)
        if known is not None:
            return known.new
        if token.kind is Kind.COMMENT:
            return self._comment_column(number, frame)
        raise StrangeError("a line begins with something that is neither a key nor a value")

    def _comment_column(self, number: int, frame: Frame | None) -> int:
        """Return the column of a comment on a line of its own: that of the lines it was in line with.

        These may be the lines behind it, or those of a collection that ends before it. A comment at the very left
        stays there: that is how lines are taken out.
        """
        old = self._column(self.tokens[number].start)
        behind = self._following[number] or Frame(0, 0, None)
        if old == 0:
            return 0
        while frame is not None and frame.old > behind.old < old:
            if frame.old <= old:
                return frame.new
            frame = frame.around
        return behind.new

    def _space(self, before: Token | None, token: Token, gap: str, brackets: list[_Bracket]) -> str:
        """Return what stands between two tokens of one line."""
        if before is None or before.kind is Kind.MARKER:
            return gap
        if token.kind is Kind.COMMENT:
            return gap if gap and "\t" not in gap else " "
        if before.kind is Kind.OPEN:
            return "" if token.kind is Kind.CLOSE else self._padding(before)
        if token.kind is Kind.CLOSE:
            return " " if before.kind is Kind.COLON else self._padding(token)
        if token.kind is Kind.COLON and not (brackets and before.kind in {Kind.COMMA, Kind.COLON}):
            return " " if before.kind is Kind.ALIAS else ""
        if token.kind is Kind.COMMA and before.kind not in {Kind.COLON, Kind.ALIAS, Kind.PROPERTY}:
            return ""
        return " "

    def _padding(self, bracket: Token) -> str:
        return self._style.padding if self._text[bracket.start] in "{}" else ""

    def _continue(self, token: Token, shift: int, least: int) -> None:
        """Move the lines on which a plain or quoted scalar goes on along with its first line."""
        scalar = token.node
        text = self._text
        if scalar is None or scalar.style in BLOCKS or "\n" not in text[token.start : token.end]:
            return
        for found in _CONTINUATION.finditer(text, token.start, token.end):
            start, end = found.span()
            if scalar.style is Style.DOUBLE and text[start - 1] == "\\":
                start = found.start(1)
            column = end - found.end(1)
            following = text[end : end + 1]
            indent = "" if following in {"\r", "\n"} else " " * max(column + shift, least)
            self._replace(start, end, found.group(1) + indent)

    def _finish(self, last: Token | None, newline: str) -> None:
        """End the document with one line break, unless that would become part of its last text."""
        end = last.end if last is not None else 0
        rest = self._text[end:]
        is_block = last is not None and last.node is not None and last.node.style in BLOCKS
        if last is not None and ("\n" in rest or not is_block):
            self._replace(end, len(self._text), newline)

    def _replace(self, start: int, end: int, text: str) -> None:
        """Add the edit that makes white space of other white space; what both begin with stays, as line breaks do."""
        old = self._text[start:end]
        if old == text:
            return
        same = 0
        while same < len(old) and same < len(text) and old[same] == text[same]:
            same += 1
        self.edits.append(Edit(Span(start + same, end), text[same:]))
