"""The part of the tolerant parser that reads block sequences, whose items are where indentation goes wrong most."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from koreo_analyzer.yaml.anchors import OPEN
from koreo_analyzer.yaml.lines import LineReader
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence
from koreo_analyzer.yaml.problem import MAX_DEPTH

if TYPE_CHECKING:
    from koreo_analyzer.yaml.anchors import Anchors

_TIGHT_DASH = re.compile(r"-[A-Za-z_\"']")
_KEY_WORD = re.compile(r"[\w.-]+")
_CLEARLY_A_MAPPING = 2
"""An item with so many keys is read as the mapping that a key below it belongs to."""


class SequenceReader(LineReader, ABC):
    """Reads block sequences; `parent` is the column of the collection around a node, -1 at the top."""

    def __init__(self, text: str, anchors: Anchors, source: str) -> None:
        super().__init__(text, anchors, source)
        self.columns: list[int] = []  # of the open block collections

    @abstractmethod
    def fresh(self, parent: int, depth: int) -> Node:
        """Read a node where block collections may begin: on a line of its own, or after `- `."""

    @abstractmethod
    def mapping(self, column: int, parent: int, depth: int) -> Node:
        """Read the block mapping whose first key stands at the cursor, in `column`."""

    @abstractmethod
    def entry(self, column: int, depth: int) -> Entry:
        """Read one `key: value` at the cursor; whatever stands there is taken as a key."""

    def sequence(self, column: int, parent: int, depth: int) -> Node:
        """Read the block sequence whose first `-` stands at the cursor, in `column`."""
        node = Sequence(self.pos, OPEN, [], flow=False)
        if depth >= MAX_DEPTH:
            return self.too_deep_block(parent)
        self.columns.append(column)
        self.sequences.append(column)
        node.items.append(self._dash(column, depth))
        odd_column = -1
        # A sequence that is not indented below its key ends where the next key stands.
        indentless = parent == column - 1 and column in self.columns[:-1]
        while True:
            following = self.skip(self.pos)
            if following >= self.size:
                break
            actual = self.column(following)
            is_tight = self.is_tight_dash(following)
            if actual <= parent or (
                indentless and actual == column and not self.is_dash(following) and not is_tight
            ):
                break
            self.pos = following
            self.check_tabs(following)
            above = node.items[-1]
            if not is_tight and isinstance(above, Mapping) and self._belongs_to(above, column, actual):
                self._rejoin(above, column, depth)
                continue
            if actual not in {column, odd_column}:
                self.bad_indent(following, actual)
            odd_column = actual
            is_item = self.is_dash(following) or is_tight
            node.items.append(self._dash(column, depth) if is_item else self._dashless(column, depth))
        self.columns.pop()
        self.sequences.pop()
        node.end = node.items[-1].end
        return node

    def _dash(self, column: int, depth: int) -> Node:
        """Read the item whose `-` stands at the cursor."""
        end = self.pos + 1
        pos = self.blanks(end)
        if pos == end and not self.is_white(pos):
            return self._tight_item(column, depth)
        if self.nothing_more(pos):
            following = self.skip(pos)
            if following >= self.size or (
                self.column(following) <= column and self.text[following] not in "|>"
            ):
                self.pos = end
                return self.empty(end)
            pos = following
        self.pos = pos
        return self.fresh(column, depth + 1)

    def is_tight_dash(self, pos: int) -> bool:
        """Whether `-key:` stands at `pos`: an item whose `-` lacks the blank."""
        return _TIGHT_DASH.match(self.text, pos) is not None and self.is_key(pos)

    def _tight_item(self, column: int, depth: int) -> Node:
        """Read the item `-key: …` at the cursor; its other keys may stand one further, as if there were a blank."""
        start = self.pos
        self.report(start, start + 1, "a blank is missing after `-`", "write `- key: value`")
        following = self.skip(self.line_end(start))
        actual = self.column(following) if following < self.size else -1
        self.pos = start + 1
        return self.mapping(actual if actual > column else column + 1, column, depth + 1)

    def _dashless(self, column: int, depth: int) -> Node:
        """Read a line among the items of a sequence that does not begin with `- `."""
        start = self.pos
        if self.text[start] == "-":
            self.report(start, start + 1, "a blank is missing after `-`", "write `- value`")
            self.pos = start + 1
            return self.fresh(column, depth + 1)
        self.report(start, self.line_end(start), "a list item must begin with `- `", "put `- ` before it")
        return self.fresh(min(column, self.column(start) - 1), depth + 1)

    def _belongs_to(self, item: Mapping, column: int, actual: int) -> bool:
        """Whether the line at the cursor is a key of the item above in a sequence, indented too little.

        One that the item has begins another item, and one below a single key may do so: then its `-` is missing.
        """
        start = self.pos
        if (
            item.flow
            or len(item.entries) < _CLEARLY_A_MAPPING
            or not self.is_key(start)
            or self.is_dash(start)
        ):
            return False
        if not column <= actual < self.column(item.start):
            return False
        key = _KEY_WORD.match(self.text, start)
        known = [entry.key.text for entry in item.entries if isinstance(entry.key, Scalar)]
        return key is not None and key[0] not in known

    def _rejoin(self, item: Mapping, column: int, depth: int) -> None:
        """Read the key at the cursor, and those in the column of `item` below it, as entries of that."""
        start, own = self.pos, self.column(item.start)
        actual = self.column(start)
        last = item.entries[-1].key
        like = f", like `{last.text}`" if isinstance(last, Scalar) else ""
        self.report(
            start,
            self.line_end(start),
            f"this line is indented by {actual}, expected {own}",
            f"indent it by {own - actual} more{like}",
        )
        below = self.skip(self.line_end(start))
        is_deep = below < self.size and self.column(below) > own
        item.entries.append(self.entry(own if is_deep else actual, depth + 1))
        following = self.skip(self.pos)
        if following < self.size and self.column(following) == own and not self.is_dash(following):
            self.pos = following
            rest = self.mapping(own, column, depth + 1)
            item.entries += rest.entries if isinstance(rest, Mapping) else []
        item.end = item.entries[-1].span.end

    def bad_indent(self, pos: int, actual: int) -> None:
        """Report a line that no open collection has the column of."""
        if self.line_start(pos) == self.tab_line:
            return
        columns = self.columns
        lower = max((column for column in columns if column < actual), default=None)
        upper = min((column for column in columns if column > actual), default=None)
        expected = " or ".join(str(column) for column in (lower, upper) if column is not None)
        self.report(
            pos,
            self.line_end(pos),
            f"this line is indented by {actual}, expected {expected}",
            "give it the indentation of the lines it belongs to",
        )

    def too_deep_block(self, parent: int) -> Node:
        """Step over the lines below `parent` that are nested too deep."""
        start = self.pos
        self.too_deep(start)
        pos = start
        while pos < self.size:
            pos = self.skip(self.line_end(pos))
            if pos >= self.size or self.column(pos) <= parent:
                break
        self.pos = min(pos, self.size)
        return self.empty(start)
