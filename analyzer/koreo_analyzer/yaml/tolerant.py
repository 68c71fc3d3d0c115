"""A tree for a text that is not YAML, and what is wrong with it.

libyaml stops at its first error and leaves nothing. While someone types, nearly every text is broken; they
still want completion, and all problems at once. So this parser goes by indentation, as people do: whatever
a line holds, it belongs to the collection whose column it has. For sound documents it gives the same tree
as the builder.
"""

from __future__ import annotations

import re

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.anchors import OPEN, Anchors
from koreo_analyzer.yaml.cursor import MAX_PROBLEMS
from koreo_analyzer.yaml.foreign import mask
from koreo_analyzer.yaml.lines import PLAIN_STOP
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence
from koreo_analyzer.yaml.problem import MAX_DEPTH, SYNTAX, YamlProblem
from koreo_analyzer.yaml.scalars import BREAK, BREAKS, WHITE
from koreo_analyzer.yaml.sequences import SequenceReader

_START = re.compile(rf"\ufeff?(?:(?:[ \t]*(?:#[^{BREAKS}]*)?|%[^{BREAKS}]*){BREAK})*(?:---(?=[{WHITE}]|\Z))?")
_END = re.compile(rf"(?<=[{BREAKS}])(?:---|\.\.\.)(?=[{WHITE}]|\Z)")
_TIGHT_KEY = re.compile(r"[\w.-]+(?=:(?!//)[^\s:])")


def read(text: str, anchors: Anchors) -> tuple[Node | None, list[YamlProblem]]:
    """Return a tree for the text of one document and what is wrong with it; None if it has no content."""
    masked, foreign = mask(text)
    start = _START.match(masked)
    begin = start.end() if start else 0
    end = _END.search(masked, begin)
    reader = _Reader(masked[: end.start()] if end else masked, anchors, text)
    reader.pos = begin
    root = reader.document()
    problems = foreign + reader.problems
    if reader.unlisted is not None:
        last = max(max(problem.span.start for problem in problems) + 1, reader.unlisted.start)
        problems.append(_more(Span(last, min(last + 1, len(text)))))
    return root, problems


def _more(span: Span) -> YamlProblem:
    message = f"there are more problems than the {MAX_PROBLEMS} that are listed"
    return YamlProblem(span, SYNTAX, message, "mend those above first")


class _Reader(SequenceReader):
    """Reads documents and block mappings."""

    def document(self) -> Node | None:
        """Read everything; of several roots the first block collection counts, or else the first collection."""
        begin = self.pos
        root: Node | None = None
        pos = self.skip(begin)
        while pos < self.size:
            self.pos = pos
            known = len(self.problems)
            on_marker_line = begin > 0 and self.line_start(pos) < begin
            node = self._after_marker(begin) if on_marker_line else self.fresh(-1, 0)
            if root is not None:
                self._second_root(root, node, pos, known)
            if root is None or _weight(node) > _weight(root):
                root = node
            pos = self.skip(self.pos)
            if pos < self.size and pos <= self.pos:
                self.rest("the document's value")
                pos = self.skip(max(self.pos, pos + 1))
        return root

    def _second_root(self, root: Node, node: Node, pos: int, known: int) -> None:
        """Report the lesser of two roots, the second of which begins at `pos` and added problems from `known` on."""
        if _weight(node) <= _weight(root):
            self.report(
                pos, self.line_end(pos), "the document has ended before this", "begin a new one with `---`"
            )
        elif not any(root.start <= problem.span.start < pos for problem in self.problems[:known]):
            self.report(
                root.start,
                self.line_end(root.start),
                "the document cannot begin like this: other content follows",
                "remove it, or put `---` on a line of its own after it",
            )

    def _after_marker(self, begin: int) -> Node:
        """Read what stands on the line of `---`."""
        if self.is_key(self.pos):
            self.report(
                begin - 3, begin, "a key cannot stand on the line of `---`", "put it on the next line"
            )
            return self.mapping(0, -1, 0)
        return self._inline(-1, 0)

    # Nodes.

    def fresh(self, parent: int, depth: int) -> Node:
        """Read a node where block collections may begin: on a line of its own, or after `- `."""
        text, start = self.text, self.pos
        if depth >= MAX_DEPTH:
            return self.too_deep_block(parent)
        column = self.column(start)
        self.check_tabs(start)
        if self.is_dash(start) or self.is_tight_dash(start):
            return self.sequence(column, parent, depth)
        if text[start] in "?:" and self.is_white(start + 1):
            return self.mapping(column, parent, depth)
        if text[start] in "&!":
            properties = self.properties()
            on_line = not self.nothing_more(self.pos)
            if properties.end > start and not (on_line and self.is_key(self.pos)):
                return self.apply(properties, self._after_properties(parent, depth, properties.end))
            self.pos = start
        if self.is_key(start):
            return self.mapping(column, parent, depth)
        if text[start] not in "[{\"'|>*":
            end = self.plain_end(start, parent)
            following = self.skip(end)
            if following < self.size and self.column(following) > parent and self.is_key(following):
                return self.mapping(column, parent, depth)
        return self._inline(parent, depth)

    def _after_properties(self, parent: int, depth: int, end: int) -> Node:
        """Read the node that an anchor or tag belongs to."""
        if not self.nothing_more(self.pos):
            return self._inline(parent, depth)
        following = self.skip(self.pos)
        if following < self.size:
            column = self.column(following)
            if column > parent or self.text[following] in "|>":
                self.pos = following
                return self.fresh(parent, depth)
            if column == parent and self.is_dash(following) and parent not in self.sequences:
                self.pos = following
                return self.sequence(column, column - 1, depth)
        self.pos = end
        return self.empty(end)

    def _inline(self, parent: int, depth: int) -> Node:
        """Read a node where no block collection may begin: after `key:`."""
        text, start = self.text, self.pos
        character = text[start]
        if character in "&!":
            properties = self.properties()
            if properties.end > start:
                return self.apply(properties, self._after_properties(parent, depth, properties.end))
        if character in "[{":
            return self.bracketed(max(parent, 0), depth)
        if character in "\"'":
            node: Node = self.quoted(max(parent, 0))
            self.rest(f"the closing `{character}`")
            return node
        if character in "|>":
            return self.block_scalar(parent)
        if character == "*":
            alias = self.alias()
            if alias is not None:
                self.rest("the alias")
                return alias
        if self.is_dash(start):
            self.report(
                start, start + 1, "a list cannot begin on the line of its key", "put `-` on the next line"
            )
            return self.sequence(self.column(start), parent, depth + 1)
        if character in "@`%*&!]},":
            self.bad_start(start)
        return self.plain_on_line(parent)

    # Collections.

    def mapping(self, column: int, parent: int, depth: int) -> Node:
        """Read the block mapping whose first key stands at the cursor, in `column`."""
        node = Mapping(self.pos, OPEN, [], flow=False)
        self.columns.append(column)
        odd_column = -1
        while True:
            self.check_tabs(self.pos)
            if self.is_dash(self.pos):
                self.report(
                    self.pos,
                    self.pos + 1,
                    "a list item stands where a key is expected",
                    "indent it below the key it belongs to, which must have no other value",
                )
                self.sequence(self.column(self.pos), parent, depth + 1)
            else:
                node.entries.append(self.entry(column, depth))
            following = self.skip(self.pos)
            if following >= self.size:
                break
            actual = column if self._is_tab_indented(following) else self.column(following)
            if actual <= parent or (self.is_dash(following) and actual in self.sequences):
                break
            self.pos = following
            self.check_tabs(following)
            if actual not in {column, odd_column}:
                self.bad_indent(following, actual)
            odd_column = actual
        self.columns.pop()
        node.end = node.entries[-1].span.end if node.entries else node.start
        return node

    def entry(self, column: int, depth: int) -> Entry:
        """Read one `key: value` at the cursor; whatever stands there is taken as a key."""
        text, start = self.text, self.pos
        if text[start] == "?" and self.is_white(start + 1):
            return self._explicit_entry(column, depth)
        key = self._key(column, depth)
        end = self.pos
        colon = self.blanks(end)
        if text.startswith(":", colon) and (self.is_white(colon + 1) or text[colon - 1] in "\"']}"):
            if not self.is_white(colon + 1):
                self.report(colon, colon + 1, "a blank is missing after `:`", "write `key: value`")
            self.pos = colon + 1
            return Entry(key, self._value(column, depth, colon + 1))
        return self._half_entry(key, column, depth)

    def _half_entry(self, key: Node, column: int, depth: int) -> Entry:
        """Finish an entry whose key has no `:`."""
        start, end = key.start, self.pos
        tight = _TIGHT_KEY.match(self.text, start, end) if isinstance(key, Scalar) else None
        if tight is not None:
            colon = tight.end()
            self.report(colon, colon + 1, "a blank is missing after `:`", "write `key: value`")
            self.pos = colon + 1
            return Entry(self.plain_scalar(start, colon), self._inline(column, depth))
        if not self.is_blamed(start, end) and self.line_start(start) != self.tab_line:
            self.report(start, end, "key without `:`", "write `key: value`")
        self.pos = self.line_end(end)
        following = self.skip(self.pos)
        if following < self.size and self.column(following) > column:
            self.pos = following
            return Entry(key, self.fresh(column, depth + 1))
        return Entry(key, self.empty(key.end))

    def _explicit_entry(self, column: int, depth: int) -> Entry:
        question_end = self.pos + 1
        self.pos = question_end
        key = self._value(column, depth, question_end)
        following = self.skip(self.pos)
        is_colon = self.text.startswith(":", following) and self.is_white(following + 1)
        if following < self.size and self.column(following) == column and is_colon:
            self.pos = following + 1
            return Entry(key, self._value(column, depth, following + 1))
        return Entry(key, self.empty(key.end))

    def _key(self, column: int, depth: int) -> Node:
        text, start = self.text, self.pos
        if text[start] in "&!":
            properties = self.properties()
            if properties.end > start:
                if self.nothing_more(self.pos) or (text[self.pos] == ":" and self.is_white(self.pos + 1)):
                    return self.apply(properties, self.empty(properties.end))
                return self.apply(properties, self._key(column, depth))
        character = text[self.pos]
        if character in "\"'":
            return self.quoted(max(column, 0))
        if character in "[{":
            return self.flow(max(column, 0), depth + 1)
        if character == "*":
            alias = self.alias()
            if alias is not None:
                return alias
        if character == ":" and self.is_white(self.pos + 1):
            self.report(self.pos, self.pos + 1, "a key is missing before `:`", "write `key: value`")
            return self.empty(self.pos)
        if character in "@`%*&!|>]},":
            self.bad_start(self.pos)
        found = PLAIN_STOP.search(text, self.pos)
        scalar = self.plain_scalar(self.pos, found.start() if found else self.size)
        self.pos = scalar.end
        return scalar

    def _value(self, column: int, depth: int, indicator_end: int) -> Node:
        """Read what follows the `:` or `?` of an entry of the mapping at `column`."""
        pos = self.blanks(self.pos)
        if self.text.startswith("?", indicator_end - 1) and not self.nothing_more(pos):
            self.pos = pos
            return self.fresh(column, depth + 1)
        if not self.nothing_more(pos):
            self.pos = pos
            if self.text.startswith(":", indicator_end - 1) and self._is_complex_value(indicator_end, column):
                return self.fresh(column, depth + 1)
            return self._inline(column, depth + 1)
        following = self.skip(pos)
        if following < self.size:
            actual = self.column(following)
            if actual > column or self.text[following] in "|>":  # libyaml takes a block scalar anywhere
                self.pos = following
                return self.fresh(column, depth + 1)
            if actual == column and (self.is_dash(following) or self.is_tight_dash(following)):
                self.pos = following
                return self.sequence(column, column - 1, depth + 1)
        self.pos = indicator_end
        return self.empty(indicator_end)

    def _is_complex_value(self, indicator_end: int, column: int) -> bool:
        """Whether the `:` begins its line, as after `? key`; then a collection may follow it."""
        colon = indicator_end - 1
        return self.column(colon) == column and self.blanks(self.line_start(colon)) == colon

    def _is_tab_indented(self, pos: int) -> bool:
        """Whether `pos` begins a line after a tab; how deep that is, nobody knows."""
        line = self.line_start(pos)
        return "\t" in self.text[line:pos] and self.blanks(line) == pos


def _weight(root: Node) -> int:
    """Return how likely it is that a root is what the document is about."""
    if isinstance(root, Mapping | Sequence):
        return 1 if root.flow else 2
    return 0
