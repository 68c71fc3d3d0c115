"""Where the entries and items of a collection stand, with their dashes, colons, anchors and tags.

The tree knows keys and values only. Between two of them stand white space, comments and at most one indicator, so
what is missing is found by looking ahead from the end of the part before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.scalars import BREAKS, WHITE, read_block

if TYPE_CHECKING:
    from koreo_analyzer.edit.lines import Lines

_PROPERTY = re.compile(rf"&[^{WHITE},\[\]{{}}]+|!<[^>{BREAKS}]*>|![^{WHITE},\[\]{{}}]*")
_MARKER = re.compile(r"^\ufeff?---(?=\s)", re.MULTILINE)
_INDICATOR = re.compile(r"[|>][-+0-9]*")


class Part(NamedTuple):
    """One entry or item.

    `begin` is its first character (key, its anchor, `?` or dash), `slot` is where its value may begin (behind `:`,
    `-`, `[` or `,`), `end` is the end of its text. `key` is None for an item.
    """

    begin: int
    slot: int
    end: int
    key: Node | None
    node: Node


class Properties(NamedTuple):
    """What stands before a value: `end` is behind its last anchor or tag (or its slot), `tag` the tag's text."""

    end: int
    tag: Span | None


def is_bracketed(lines: Lines, node: Mapping | Sequence) -> bool:
    """Whether a flow collection has brackets; the mapping of `[a: 1]` has none."""
    if isinstance(node, Sequence) or not node.entries:
        return True
    return lines.text.startswith("{", node.start) and node.entries[0].key.start > node.start


def parts_of(lines: Lines, node: Mapping | Sequence) -> list[Part]:
    """Return the parts of a collection in the order of the text."""
    text = lines.text
    position = node.start
    if node.flow and is_bracketed(lines, node):
        position += 1
    parts: list[Part] = []
    pairs = (
        [(entry.key, entry.value) for entry in node.entries]
        if isinstance(node, Mapping)
        else [(None, item) for item in node.items]
    )
    for key, value in pairs:
        begin = lines.token(position)
        if node.flow and text.startswith(",", begin):
            begin = lines.token(begin + 1)
        if key is None:
            slot = begin if node.flow else begin + 1
        else:
            colon = lines.token(key.end)
            slot = colon + 1 if text.startswith(":", colon) else key.end
        position = max(slot, value.end)
        parts.append(Part(begin, slot, position, key, value))
    return parts


def root_slot(text: str, root: Node) -> int:
    """Return where the value of a document may begin: behind its `---`, or at the beginning."""
    return max((found.end() for found in _MARKER.finditer(text, 0, root.start)), default=0)


def properties(lines: Lines, slot: int, node: Node) -> Properties:
    """Return the anchor and the tag between a slot and its value."""
    end, tag = slot, None
    position = lines.token(slot)
    while position < node.start:
        found = _PROPERTY.match(lines.text, position)
        if found is None:
            break
        end = found.end()
        if lines.text[position] == "!":
            tag = Span(position, end)
        position = lines.token(end)
    return Properties(end, tag)


def is_block(node: Node) -> TypeGuard[Mapping | Sequence]:
    """Whether a node is a collection in block style."""
    return isinstance(node, Mapping | Sequence) and not node.flow


def is_block_scalar(node: Node) -> TypeGuard[Scalar]:
    """Whether a node is a literal or folded scalar."""
    return isinstance(node, Scalar) and node.style in {Style.LITERAL, Style.FOLDED}


def indicator_end(text: str, scalar: Scalar) -> int:
    """Return where the `|`, `>-`, … of a block scalar ends."""
    found = _INDICATOR.match(text, scalar.start)
    return found.end() if found is not None else scalar.start


def last_leaf(node: Node) -> Node:
    """Return the last scalar, alias or collection in brackets of a node."""
    while True:
        if isinstance(node, Mapping) and not node.flow and node.entries:
            node = node.entries[-1].value
        elif isinstance(node, Sequence) and not node.flow and node.items:
            node = node.items[-1]
        else:
            return node


def line_after(lines: Lines, part: Part, column: int) -> int:
    """Return where the line behind a block part begins: its comments and those indented below it left behind.

    `column` is that of the collection.
    """
    position = lines.after(part.end)
    leaf = last_leaf(part.node)
    if is_block_scalar(leaf):
        # Blank lines are a part of a text that keeps them (`|+`), or if they are longer than its indentation.
        keeps = "+" in lines.text[leaf.start : indicator_end(lines.text, leaf)]
        if keeps or _has_long_blank_line(lines, position):
            position = max(read_block(lines.text, leaf.start, leaf.indent).stop, position)
    ahead = position
    while ahead < len(lines.text):
        comment = lines.comment_column(ahead)
        if comment is not None and comment > column:
            ahead = position = lines.after(ahead)
        elif comment is None and lines.is_blank(ahead):
            ahead = lines.after(ahead)
        else:
            break
    return position


def _has_long_blank_line(lines: Lines, start: int) -> bool:
    """Whether any of the blank lines from `start` on has blanks in it."""
    while lines.is_blank(start):
        if lines.end(start) > start:
            return True
        start = lines.after(start)
    return False
