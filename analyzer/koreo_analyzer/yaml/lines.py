"""The part of the tolerant parser that reads what may stand on the line of its key.

That is scalars and collections in brackets; and telling what a line begins with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.yaml.flow import FlowReader
from koreo_analyzer.yaml.nodes import Node, Scalar, Style
from koreo_analyzer.yaml.problem import braces_hint
from koreo_analyzer.yaml.scalars import BREAKS, WHITE, read_block

if TYPE_CHECKING:
    from koreo_analyzer.yaml.anchors import Anchors

_DIGITS = frozenset("123456789")
PLAIN_STOP = re.compile(rf":(?=[{WHITE}]|\Z)|[ \t]#|(?=[{BREAKS}])|\Z")
_COMMENT = re.compile(rf"[ \t]#|(?=[{BREAKS}])|\Z")
_QUOTED_KEY = re.compile(rf'(?:"(?:[^"\\{BREAKS}]|\\.)*"|\'(?:[^\'{BREAKS}]|\'\')*\')[ \t]*:(?=[{WHITE}]|\Z)')
_QUOTES = frozenset("\"'")
_OPERATOR = re.compile(r"(?:[+*/%<>?]|-\s|&&|\|\||[=!]=|\.[A-Za-z_]|in\b)")
"""What an expression goes on with behind a text, where YAML has nothing more."""
_ALIAS_KEY = re.compile(rf"\*[\w-]+[ \t]*:(?=[{WHITE}]|\Z)")
_FLOW_PART = re.compile(rf'"(?:[^"\\{BREAKS}]|\\.)*"|\'[^\'{BREAKS}]*\'|[\[\]{{}}]|[{BREAKS}]')
_BLOCK_HEADER = re.compile(rf"[|>](?:[1-9][+-]?|[+-][1-9]?)?[ \t]*(?:#[^{BREAKS}]*)?(?=[{BREAKS}]|\Z)")


class LineReader(FlowReader):
    """Reads the values that begin on one line, and tells what a line begins with."""

    def __init__(self, text: str, anchors: Anchors, source: str) -> None:
        super().__init__(text, anchors, source)
        self.sequences: list[int] = []  # the columns of the open block sequences
        self.tab_line = -1  # the start of the last line with a tab in its indentation

    def plain_on_line(self, parent: int) -> Node:
        """Read the plain scalar at the cursor, which begins on the line of its key."""
        text, start = self.text, self.pos
        if text[start] == "=":
            return self._unquoted_expression(parent)
        stop = PLAIN_STOP.search(text, start)
        if stop is not None and stop.group() == ":":
            colon = stop.start()
            self.report(colon, colon + 1, "`: ` inside an unquoted value", "put the value in quotes")
            found = _COMMENT.search(text, start)
            scalar = self.plain_scalar(start, found.start() if found else self.size)
        else:
            scalar = self.plain_scalar(start, self.plain_end(start, parent))
        self.pos = max(scalar.end, start)
        return scalar

    def _unquoted_expression(self, parent: int) -> Scalar:
        """Read the unquoted expression at the cursor with all of its lines; what YAML takes from it is reported."""
        text, start = self.text, self.pos
        guilty = -1
        questions = brackets = 0  # `?` without `:`, and brackets that are still open
        pos = start
        while True:
            found = PLAIN_STOP.search(text, pos)
            end = found.start() if found else self.size
            part = text[pos:end]
            questions += part.count("?")
            brackets += sum(map(part.count, "([{")) - sum(map(part.count, ")]}"))
            if text.startswith(":", end):
                guilty = end if guilty < 0 else guilty
                questions -= 1
                pos = end + 1
                continue
            following = self.skip(end)
            if following >= self.size or self.column(following) <= parent:
                break
            if self.is_dash(following) and self.column(following) in self.sequences:
                break
            goes_on = questions > 0 or brackets > 0 or text[following] in "?:"
            if not goes_on and self.is_key(following):
                break
            comment = text.find("#", end, following)
            if comment >= 0:
                guilty = comment if guilty < 0 else guilty
            pos = following
        if guilty >= 0:
            message = "`: ` inside an unquoted value"
            if text[guilty] == "#":
                message = "`#` begins a YAML comment, which ends the expression"
            hint = "put the expression in quotes, or on lines of its own after `|`"
            self.report(guilty, guilty + 1, message, hint)
        scalar = self.plain_scalar(start, end)
        self.pos = max(scalar.end, start)
        return scalar

    def plain_end(self, start: int, parent: int) -> int:
        """Return where the plain scalar at `start` ends.

        It goes on over the lines that are indented and hold no `: `.
        """
        text = self.text
        pos = start
        while True:
            found = PLAIN_STOP.search(text, pos)
            end = found.start() if found else self.size
            if end >= self.size or text[end] not in BREAKS:
                return end
            following = self.skip(end)
            if following >= self.size or self.column(following) <= parent or "#" in text[end:following]:
                return end
            if self.is_dash(following) and self.column(following) in self.sequences:
                return end
            ahead = PLAIN_STOP.search(text, following)
            if ahead is not None and ahead.group() == ":":
                return end
            pos = following

    def bracketed(self, parent: int, depth: int) -> Node:
        """Read the flow collection at the cursor; a text with `{{` that is none is taken as it stands."""
        text, start = self.text, self.pos
        known = len(self.problems)
        node = self.flow(parent, depth)
        if text.startswith("{{", start) and (
            len(self.problems) > known or not self.nothing_more(self.blanks(self.pos))
        ):
            del self.problems[known:]
            end = self.line_end(start)
            self.report(
                start, end, "`{{` starts a mapping inside a mapping in YAML", braces_hint(text[start:end])
            )
            self.pos = end
            return self.plain_scalar(start, end)
        if len(self.problems) == known:
            self.rest(f"the closing `{text[self.pos - 1]}`")
        return node

    def block_scalar(self, parent: int) -> Node:
        """Read the block scalar at the cursor."""
        start = self.pos
        if _BLOCK_HEADER.match(self.text, start) is None:
            begin = self.blanks(start + 1)
            self.report(
                begin,
                max(self.line_end(start), begin + 1),
                f"a block text begins on the line after `{self.text[start]}`",
                "put this on the next line, indented",
            )
        block = read_block(self.source, start, parent)
        style = Style.LITERAL if self.text[start] == "|" else Style.FOLDED
        self.pos = block.stop
        first = self.skip(self.line_end(start))
        if first < block.end and self.text[start + 1 : start + 2] not in _DIGITS:
            self.check_tabs(first)
        if parent >= 0:
            self._rest_of_block(start, parent, is_empty=not block.map.value.strip())
        return Scalar(block.map.value, style, start, block.end, None, parent)

    def _rest_of_block(self, start: int, parent: int, *, is_empty: bool) -> None:
        """Report and step over lines behind a block text that were meant to be a part of it."""
        reported = False
        while (following := self.skip(self.pos)) < self.size:
            column = self.column(following)
            line = self.line_start(following)
            has_tab = "\t" in self.text[line:following]
            if column <= parent and not (
                (has_tab or is_empty) and not self.is_key(following) and not self.is_dash(following)
            ):
                break
            if not reported and has_tab:
                self.check_tabs(following)
            elif not reported and is_empty:
                self.report(
                    following,
                    self.line_end(following),
                    f"the text after `{self.text[start]}` must be indented more than {self._key_before(start)}",
                    f"indent it by {parent + 2} blanks",
                )
            elif not reported:
                self.report(
                    following,
                    self.line_end(following),
                    f"this line of the text is indented by {column}, less than the first one",
                    "give all lines of the text the same indentation",
                )
            reported = True
            self.pos = self.line_end(following)

    def _key_before(self, pos: int) -> str:
        """Return what stands before a value on its line, for a message."""
        written = self.text[self.line_start(pos) : pos].strip().rstrip(":")
        return f"`{written.lstrip('- ') or '-'}`"

    def is_key(self, pos: int) -> bool:
        """Whether the text on the line of `pos` begins like `key:`."""
        text = self.text
        pos = self.blanks(pos)
        character = text[pos : pos + 1]
        if not character or character in BREAKS or character == "#":
            return False
        if character == "?" and self.is_white(pos + 1):
            return True
        if character in "\"'":
            return _QUOTED_KEY.match(text, pos) is not None
        if character == "*":
            return _ALIAS_KEY.match(text, pos) is not None
        if character in "[{":
            return self._is_flow_key(pos)
        if character in "|>":
            return False
        if character in "&!":
            before = self.pos
            self.pos = pos
            end = self.properties().end
            self.pos, after = before, self.pos
            return end > pos and not self.nothing_more(after) and self.is_key(after)
        found = PLAIN_STOP.search(text, pos)
        return found is not None and found.group() == ":"

    def _is_flow_key(self, pos: int) -> bool:
        open_brackets = 0
        for found in _FLOW_PART.finditer(self.text, pos):
            part = found.group()
            if part in BREAKS:
                return False
            if part in "[]{}":
                open_brackets += 1 if part in "[{" else -1
                if open_brackets == 0:
                    colon = self.blanks(found.end())
                    return self.text.startswith(":", colon) and self.is_white(colon + 1)
        return False

    def rest(self, what: str) -> None:
        """Report and step over what is left on the line behind a complete value."""
        pos = self.blanks(self.pos)
        if not self.nothing_more(pos):
            end = self.line_end(pos)
            hint = "put the whole value in quotes"
            if what[-2:-1] in _QUOTES and _OPERATOR.match(self.text, pos):
                hint = "an expression begins with `=`: put one before the quote"
            elif what.endswith("'`"):
                hint = "write `''` for a quote inside single quotes, or use double quotes"
            elif what.endswith('"`'):
                hint = 'write `\\"` for a quote inside double quotes, or use single quotes'
            self.report(pos, end, f"unexpected text after {what}", hint)
            self.pos = end

    def check_tabs(self, pos: int) -> None:
        """Report a tab in the indentation before `pos`."""
        start = self.line_start(pos)
        if start == self.tab_line:
            return
        tab = self.text.find("\t", start, pos)
        if tab >= 0 and not self.text[start:tab].strip(" -?:"):
            self.tab_line = start
            self.report(
                tab,
                tab + 1,
                "tab used for indentation",
                "YAML allows only blanks there: replace it by blanks",
            )
