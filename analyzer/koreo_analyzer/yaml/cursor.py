"""What the two halves of the tolerant parser share: a cursor in the text, and how to read small things.

Everything here moves `pos` forward only, so that reading a broken document takes linear time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Node, Scalar, Style
from koreo_analyzer.yaml.problem import SYNTAX, YamlProblem
from koreo_analyzer.yaml.scalars import BREAK, BREAKS, WHITE, escaped, read_flow
from koreo_analyzer.yaml.schema import TAG_PREFIX

if TYPE_CHECKING:
    from koreo_analyzer.yaml.anchors import Anchors

MAX_PROBLEMS: Final = 100
"""More problems than this are not reported for one document."""

# White space and comments up to the next token; libyaml needs no blank before a comment there.
_SPACE = re.compile(rf"[{WHITE}]*(?:#[^{BREAKS}]*[{WHITE}]*)*")
_BLANKS = re.compile(r"[ \t]*")
_LINE_END = re.compile(rf"(?=[{BREAKS}]|\Z)")
_LINES = re.compile(BREAK)
_NOTHING = re.compile(rf"(?:#[^{BREAKS}]*)?(?=[{BREAKS}]|\Z)")
_PROPERTY = re.compile(rf"(?:&([\w-]+)|!<([^>{WHITE}]*)>|(![^{WHITE},\[\]{{}}]*))(?=[{WHITE},\]}}]|\Z)")
_ALIAS = re.compile(rf"\*([0-9A-Za-z_-]+)(?=[{WHITE}?:,\]}}%@`]|\Z)")
_KEY_LINE = re.compile(rf"[ \t]*(?:-(?=[{WHITE}]|\Z)|[\w.\"'/$-][^{BREAKS}:]*:(?=[{WHITE}]|\Z))")
_DOUBLE_END = re.compile(rf'\\(?:[^xuU]|x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|)|"|[{BREAKS}]')
_SINGLE_END = re.compile(rf"''|'|[{BREAKS}]")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Properties(NamedTuple):
    """The anchor and the tag before a node, and where they end."""

    anchor: str | None
    tag: str | None
    tag_span: Span | None
    end: int


class Cursor:
    """A position in the text of one document, and what was found wrong so far."""

    def __init__(self, text: str, anchors: Anchors) -> None:
        self.text = text
        self.size = len(text)
        self.pos = 0
        self.anchors = anchors
        self.problems: list[YamlProblem] = []
        first = 1 if text.startswith("\ufeff") else 0
        self._starts = [first, *(found.end() for found in _LINES.finditer(text))]
        for found in _FORBIDDEN.finditer(text):
            self.report(
                *found.span(),
                f"character U+{ord(found.group()):04X} is not allowed in YAML",
                "remove it, or write it as an escape in a double-quoted text",
            )

    def report(self, start: int, end: int, message: str, hint: str | None = None, code: str = SYNTAX) -> None:
        """Add a problem, unless there are too many already."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(YamlProblem(Span(start, min(end, self.size)), code, message, hint))

    # Where things are.

    def line_start(self, pos: int) -> int:
        """Return where the line that holds `pos` begins."""
        return self._starts[max(0, bisect_right(self._starts, pos) - 1)]

    def line_end(self, pos: int) -> int:
        """Return where the line that holds `pos` ends, its break left out."""
        found = _LINE_END.search(self.text, pos)
        return found.start() if found else self.size

    def column(self, pos: int) -> int:
        """Return the column of `pos`; a tab counts as one."""
        return pos - self.line_start(pos)

    def skip(self, pos: int) -> int:
        """Return the next position at or after `pos` that is not white space, line break or comment."""
        found = _SPACE.match(self.text, pos)
        return found.end() if found else pos

    def blanks(self, pos: int) -> int:
        """Return the next position at or after `pos` that is no blank or tab."""
        found = _BLANKS.match(self.text, pos)
        return found.end() if found else pos

    def is_white(self, pos: int) -> bool:
        """Whether white space or the end stands at `pos`."""
        return pos >= self.size or self.text[pos] in WHITE

    def nothing_more(self, pos: int) -> bool:
        """Whether nothing but a comment stands on the line from `pos` on."""
        return _NOTHING.match(self.text, pos) is not None

    def is_dash(self, pos: int) -> bool:
        """Whether the `-` of a sequence stands at `pos`."""
        return self.text.startswith("-", pos) and self.is_white(pos + 1)

    def begins_entry(self, pos: int, parent: int) -> bool:
        """Whether the line of `pos` looks like an entry of a collection at column `parent` or outside of it.

        That is how the end of a text or bracket that was never closed is found.
        """
        start = self.line_start(pos)
        return self.blanks(start) - start <= parent and _KEY_LINE.match(self.text, start) is not None

    # Small things.

    def empty(self, pos: int) -> Scalar:
        """Return a missing value."""
        return Scalar("", Style.PLAIN, pos, pos)

    def plain_scalar(self, start: int, end: int) -> Scalar:
        """Return the plain scalar at `[start, end)`, blanks at its end left out."""
        text = self.text
        while end > start and text[end - 1] in WHITE:
            end -= 1
        return Scalar(read_flow(text, Style.PLAIN, start, end).value, Style.PLAIN, start, end)

    def properties(self) -> Properties:
        """Read the anchor and the tag at the cursor, which stops after the blanks behind them."""
        anchor = tag = tag_span = None
        end = self.pos
        while (found := _PROPERTY.match(self.text, self.pos)) is not None:
            if found.group(1) is not None:
                anchor = found.group(1)
            else:
                tag = _full_tag(found)
                tag_span = Span(*found.span())
            end = found.end()
            self.pos = self.blanks(end)
        return Properties(anchor, tag, tag_span, end)

    def apply(self, properties: Properties, node: Node) -> Node:
        """Give a node that was read its anchor and tag."""
        if properties.tag is not None and properties.tag_span is not None:
            if isinstance(node, Scalar):
                node.tag = properties.tag
            else:
                self.anchors.collection_tag(properties.tag, *properties.tag_span)
        if properties.anchor is not None:
            self.anchors.define(properties.anchor, node)
        return node

    def alias(self) -> Node | None:
        """Read the alias at the cursor; None if it is none."""
        found = _ALIAS.match(self.text, self.pos)
        if found is None:
            return None
        self.pos = found.end()
        return self.anchors.alias(found.group(1), *found.span())

    def quoted(self, parent: int) -> Scalar:
        """Read the quoted scalar at the cursor; one that is never closed ends before the next entry."""
        text, start = self.text, self.pos
        quote = text[start]
        style = Style.SINGLE if quote == "'" else Style.DOUBLE
        search = (_SINGLE_END if quote == "'" else _DOUBLE_END).search
        pos = start + 1
        while True:
            found = search(text, pos)
            if found is None:
                return self._unclosed(style, self.size)
            part = found.group()
            pos = found.end()
            if part == quote:
                break
            if part[0] == "\\":
                if (len(part) == 1 or (part[1] not in BREAKS and escaped(part) is None)) and pos <= self.size:
                    self._bad_escape(found.start())
                if part[-1] not in BREAKS:
                    continue
            elif part == "''":
                continue
            following = self.blanks(pos)
            if following < self.size and self.begins_entry(following, parent):
                return self._unclosed(style, found.start())
        self.pos = pos
        return Scalar(read_flow(text, style, start, pos).value, style, start, pos)

    def _unclosed(self, style: Style, end: int) -> Scalar:
        start = self.pos
        end = start + max(1, len(self.text[start:end].rstrip(WHITE)))
        self.report(start, start + 1, f"`{self.text[start]}` is never closed", "add the closing quote")
        self.pos = end
        return Scalar(read_flow(self.text, style, start, end).value, style, start, end)

    def _bad_escape(self, pos: int) -> None:
        shown = self.text[pos : pos + 2]
        self.report(
            pos,
            pos + 2,
            f"unknown escape `{shown}` in a double-quoted text",
            "write `\\\\` for a backslash, or use single quotes, where a backslash means itself",
        )


def _full_tag(found: re.Match[str]) -> str:
    verbatim, short = found.group(2), found.group(3)
    if verbatim is not None:
        return str(verbatim)
    return TAG_PREFIX + short[2:] if short.startswith("!!") else str(short)
