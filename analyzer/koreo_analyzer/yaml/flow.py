"""The half of the tolerant parser that reads flow collections: `[a, b]`, `{a: b}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.yaml.anchors import OPEN
from koreo_analyzer.yaml.cursor import Cursor
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence
from koreo_analyzer.yaml.problem import MAX_DEPTH, TOO_DEEP
from koreo_analyzer.yaml.scalars import BREAKS, WHITE

if TYPE_CHECKING:
    from koreo_analyzer.yaml.anchors import Anchors

_CLOSING = {"[": "]", "{": "}"}
_PLAIN_STOP = re.compile(rf"[,\[\]{{}}]|:(?=[{WHITE},\[\]{{}}]|\Z)|[ \t]#|(?=[{BREAKS}])|\Z")
_EXPRESSION_PART = re.compile(
    rf'"(?:[^"\\{BREAKS}]|\\.)*+"|\'(?:[^\'\\{BREAKS}]|\\.)*+\'|[(\[{{]|[)\]}}]|,|[{BREAKS}]|\Z'
)
_LONGEST_EXPRESSION = 1_000
_MOST_LOOKAHEAD = 100_000
_BRACKET = re.compile(r"[\[\]{}]")


class FlowReader(Cursor):
    """Reads flow collections. `parent` is always the column of the block collection around them."""

    def __init__(self, text: str, anchors: Anchors, source: str) -> None:
        super().__init__(text, anchors, source)
        self._open: list[str] = []  # the closing brackets of the collections being read
        self._lookahead = _MOST_LOOKAHEAD  # how many more characters may be read in vain

    def flow(self, parent: int, depth: int) -> Node:
        """Read the collection whose bracket stands at the cursor, as far as it goes."""
        start = self.pos
        if depth >= MAX_DEPTH:
            return self._too_deep_flow()
        self.pos += 1
        node: Mapping | Sequence = (
            Sequence(start, OPEN, [], flow=True)
            if self.text[start] == "["
            else Mapping(start, OPEN, [], flow=True)
        )
        self._open.append(_CLOSING[self.text[start]])
        self._flow_fill(node, parent, depth)
        self._open.pop()
        return node

    def _flow_fill(self, node: Mapping | Sequence, parent: int, depth: int) -> None:
        text = self.text
        closing = _CLOSING[text[node.start]]
        separated = True
        last = self.pos
        while self._flow_space(parent):
            character = text[self.pos]
            if character == closing:
                self.pos += 1
                node.end = self.pos
                return
            if character in "]}":
                self._unclosed_bracket(node.start, f"`{character}` stands where `{closing}` is expected")
                if character not in self._open[:-1]:
                    self.pos += 1
                node.end = self.pos
                return
            if character == ",":
                if separated:
                    self.report(self.pos, self.pos + 1, "a value is missing before `,`", "remove the comma")
                self.pos += 1
                separated = True
                last = self.pos
                continue
            if not separated:
                self.report(
                    self.pos,
                    self.pos + 1,
                    f"`,` or `{closing}` is missing before this",
                    "separate the values by `,`",
                )
            separated = False
            if isinstance(node, Mapping):
                node.entries.append(self._flow_entry(parent, depth))
            else:
                node.items.append(self._flow_item(parent, depth))
            last = self.pos
        self._unclosed_bracket(node.start, "")
        node.end = self.pos = last

    def _unclosed_bracket(self, start: int, why: str) -> None:
        """Report a bracket, once for all that stay open for the same reason."""
        bracket = self.text[start]
        message = f"`{bracket}` is never closed"
        if why:
            message += f": {why}"
        elif self.problems and self.problems[-1].message.endswith("is never closed"):
            if self.text[self.problems[-1].span.start] not in _CLOSING:
                return  # an open quote has swallowed the bracket
            self.problems.pop()
        self.report(start, start + 1, message, f"add `{_CLOSING[bracket]}` where the collection ends")

    def _flow_space(self, parent: int) -> bool:
        """Go to the next token; false at the end and where an entry outside of the brackets begins."""
        start = self.pos
        pos = self.skip(start)
        if pos >= self.size:
            return False
        if self.line_start(pos) > start and self.begins_entry(pos, parent):
            return False
        self.pos = pos
        return True

    def _flow_item(self, parent: int, depth: int) -> Node:
        """Read an item of a sequence; `key: value` is a mapping of one entry."""
        start = self.pos
        if self.text[start] in "?:":
            entry = self._flow_entry(parent, depth)
            return Mapping(start, max(entry.key.end, entry.value.end), [entry], flow=True)
        item = self._flow_node(parent, depth)
        end = self.pos
        if not self._flow_space(parent) or self.text[self.pos] != ":":
            self.pos = end
            return item
        entry = Entry(item, self._after_colon(parent, depth + 1))
        return Mapping(start, entry.value.end, [entry], flow=True)

    def _flow_entry(self, parent: int, depth: int) -> Entry:
        text = self.text
        if text[self.pos] == "?":
            self.pos += 1
            if not self._flow_space(parent):
                return Entry(self.empty(self.pos), self.empty(self.pos))
        key = self.empty(self.pos) if text[self.pos] in ":,]}" else self._flow_node(parent, depth)
        end = self.pos
        if not self._flow_space(parent) or text[self.pos] != ":":
            self.pos = end
            return Entry(key, self.empty(key.end))
        return Entry(key, self._after_colon(parent, depth))

    def _after_colon(self, parent: int, depth: int) -> Node:
        """Read what follows the `:` at the cursor."""
        self.pos += 1
        colon_end = self.pos
        if not self._flow_space(parent) or self.text[self.pos] in ",]}":
            self.pos = colon_end
            return self.empty(colon_end)
        return self._flow_node(parent, depth)

    def _flow_node(self, parent: int, depth: int) -> Node:
        if self.text[self.pos] in "&!":
            properties = self.properties()
            if properties.end < self.pos or not self._starts_property():
                more = self._flow_space(parent) and self.text[self.pos] not in ",]}:"
                if not more:
                    self.pos = properties.end
                node = self._flow_content(parent, depth) if more else self.empty(properties.end)
                return self.apply(properties, node)
        return self._flow_content(parent, depth)

    def _starts_property(self) -> bool:
        return self.pos < self.size and self.text[self.pos] in "&!"

    def _flow_content(self, parent: int, depth: int) -> Node:
        character = self.text[self.pos]
        if character in "[{":
            return self.flow(parent, depth + 1)
        if character in "\"'":
            return self.quoted(parent)
        if character == "*":
            alias = self.alias()
            if alias is not None:
                return alias
        if character in "@`%*&!|>" or self.is_dash(self.pos):
            self.bad_start(self.pos)
        if character == "=":
            expression = self._flow_expression()
            if expression is not None:
                return expression
        return self._flow_plain(parent)

    def _flow_expression(self) -> Scalar | None:
        """Read an unquoted expression that YAML would end too early; None if it would not."""
        start = self.pos
        stop = _PLAIN_STOP.search(self.text, start + 1)
        end = self._expression_end(start)
        if end is None:
            self._lookahead -= min(self._lookahead, _LONGEST_EXPRESSION)
        if end is None or stop is None or stop.start() >= end:
            return None
        character = self.text[stop.start()]
        self.report(
            stop.start(),
            stop.start() + 1,
            f"`{character}` inside an unquoted expression in brackets",
            "put the expression in quotes: `,` `[` `]` `{` `}` and `: ` have a meaning in `[…]` and `{…}`",
        )
        scalar = self.plain_scalar(start, end)
        self.pos = end
        return scalar

    def _expression_end(self, start: int) -> int | None:
        """Return where the expression at `start` ends on its line, None if it goes on in the next one."""
        open_brackets = 0
        limit = min(self.size, start + min(_LONGEST_EXPRESSION, self._lookahead))
        for found in _EXPRESSION_PART.finditer(self.text, start, limit):
            part = found.group()
            if not part or part in BREAKS:
                return None if open_brackets or (not part and limit < self.size) else found.start()
            if part in "([{":
                open_brackets += 1
            elif part in ")]}":
                if not open_brackets and part != ")":
                    return found.start()
                open_brackets = max(0, open_brackets - 1)
            elif part == "," and not open_brackets:
                return found.start()
        return None

    def bad_start(self, pos: int) -> None:
        """Report a character that cannot start an unquoted value."""
        character = self.text[pos]
        meaning = {
            "*": "starts an alias",
            "&": "starts an anchor",
            "!": "starts a tag",
            "-": "starts a list item",
        }
        why = meaning.get(character, "has a meaning of its own")
        self.report(
            pos,
            pos + 1,
            f"`{character}` cannot start an unquoted value here: it {why} in YAML",
            "put the value in quotes",
        )

    def _flow_plain(self, parent: int) -> Scalar:
        """Read a plain scalar, which may go on over several lines."""
        text, start = self.text, self.pos
        end = start
        pos = start + 1
        while True:
            found = _PLAIN_STOP.search(text, pos)
            end = found.start() if found else self.size
            if end < self.size and text[end] not in BREAKS:
                break
            following = self.skip(end)
            if following >= self.size or text[following] in ",[]{}" or self.begins_entry(following, parent):
                break
            if text[following] == ":" and (self.is_white(following + 1) or text[following + 1] in ",[]{}"):
                break
            if "#" in text[end:following]:
                break
            pos = following
        scalar = self.plain_scalar(start, end)
        self.pos = max(scalar.end, start + 1)
        return scalar

    def _too_deep_flow(self) -> Scalar:
        """Step over a collection that is nested too deep."""
        start = self.pos
        self.too_deep(start)
        open_brackets = 0
        end = self.size
        for found in _BRACKET.finditer(self.text, start):
            open_brackets += 1 if found.group() in "[{" else -1
            if open_brackets == 0:
                end = found.end()
                break
        self.pos = end
        return Scalar("", self.empty(start).style, start, start)

    def too_deep(self, start: int) -> None:
        """Report a collection below MAX_DEPTH others."""
        message = f"collections are nested deeper than {MAX_DEPTH} levels"
        self.report(start, start + 1, message, "nothing below this level is read", TOO_DEEP)
