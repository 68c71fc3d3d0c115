"""Replacing one value by new text where it stands, with what is around it left alone: comments, anchors, the key."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.edit.parts import (
    Part,
    indicator_end,
    is_block,
    is_block_scalar,
    line_after,
    properties,
)
from koreo_analyzer.edit.patch import patched
from koreo_analyzer.edit.render import Rendered, Renderer, indented, is_short
from koreo_analyzer.edit.scalars import written
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.scalars import BREAKS, WHITE
from koreo_analyzer.yaml.schema import value as read_value

if TYPE_CHECKING:
    from koreo_analyzer.edit.lines import Lines
    from koreo_analyzer.yaml.resolve import ScalarValue, Value


class Where(enum.Enum):
    """What a value is: the document, the value of a key, an item of a list, or anything in brackets."""

    ROOT = enum.auto()
    ENTRY = enum.auto()
    ITEM = enum.auto()
    FLOW = enum.auto()


class Place(NamedTuple):
    """Where a value stands: `slot` is behind its `:` or dash, `column` that of the block collection around it."""

    where: Where
    slot: int
    column: int


class Replacing:
    """Writes edits that replace single values."""

    __slots__ = ("edits", "lines", "renderer")

    def __init__(self, lines: Lines, renderer: Renderer, edits: list[Edit]) -> None:
        self.lines = lines
        self.renderer = renderer
        self.edits = edits

    def replace(self, node: Node, new: Value, place: Place) -> None:
        """Replace a value; an anchor before it stays, a tag only if it suits the new value."""
        if isinstance(node, Scalar) and isinstance(new, str) and node.tag is None:
            edit = patched(self.lines, node, new, flow=place.where is Where.FLOW)
            if edit is not None:
                self.edits.append(edit)
                return
        before = properties(self.lines, place.slot, node)
        if before.tag is not None and not _keeps_tag(node, new):
            self._drop_tag(before.tag)
        if place.where is Where.FLOW:
            style = node.style if isinstance(node, Scalar) else Style.PLAIN
            self._edit(node.start, node.end, self._spaced(node, self.renderer.flow(new, style)))
        elif is_block(node) and self._hangs(node, place, before.end):
            self._replace_hanging(node, new, place, before.end)
        else:
            self._replace_here(node, new, place, before.end)

    def _replace_hanging(self, node: Mapping | Sequence, new: Value, place: Place, slot: int) -> None:
        """Replace a block collection that begins on a line below its key, dash or anchor, which ends at `slot`."""
        end = self._end(node, place)
        rendered = self._render(node, new, place, end, slot, column=place.column + 2)
        self._edit(slot, slot, f" {rendered.head}" if rendered.head else "")
        line = self.lines.end(slot)
        self._rest(Span(line, max(end, line)), rendered)

    def _replace_here(self, node: Node, new: Value, place: Place, slot: int) -> None:
        """Replace a value where it begins; `slot` is the end of what stands before it."""
        end = self._end(node, place) if is_block(node) else node.end
        column = self.lines.column(node.start) if node.end > node.start else place.column + 2
        rendered = self._render(node, new, place, end, slot, column=column)
        nothing_between = not self.lines.text[slot : node.start].strip(WHITE)
        start = slot if not rendered.head and nothing_between else node.start
        stop = indicator_end(self.lines.text, node) if is_block_scalar(node) else end
        self._edit(start, stop, self._spaced(node, rendered.head))
        line = self.lines.end(stop)
        self._rest(Span(line, max(end, line)), rendered)

    def _render(self, node: Node, new: Value, place: Place, end: int, slot: int, *, column: int) -> Rendered:
        """Return the new text, its lines below indented as they will stand.

        `end` is that of the old value, `slot` is behind anchor and tag, `column` that of a collection written here.
        """
        renderer = self.renderer
        if not self.lines.ends_text(self.lines.after(end), place.column):
            renderer = Renderer(renderer.layout, blocks=False)
        if not isinstance(new, dict | list):
            return self._scalar(renderer, node, new, place)
        flow = renderer.flow(new) if not new or _is_flow_collection(node) else None
        if flow is not None and (not new or is_short(flow)):
            return Rendered(flow, [])
        if place.where is Where.ENTRY:
            below = renderer.value(new)
            return below._replace(rest=indented(below.rest, place.column))
        lines, breaks = renderer.lines(new)
        if slot > place.slot or (place.where is Where.ROOT and not self.lines.is_first(node.start)):
            # Behind an anchor on the same line a mapping would give it to its first key.
            margin = place.column + (renderer.layout.gap if place.where is Where.ITEM else 0)
            return Rendered("", indented(lines, margin), breaks)
        return Rendered(lines[0], indented(lines[1:], column), breaks)

    def _scalar(self, renderer: Renderer, node: Node, new: ScalarValue, place: Place) -> Rendered:
        style = node.style if isinstance(node, Scalar) else Style.PLAIN
        if isinstance(new, str):
            width = renderer.layout.gap if place.where is Where.ITEM else renderer.layout.indent
            if is_block_scalar(node):
                width = self._width(node, width)
            block = renderer.scalar(new, style, width)
            if block is not None:
                return block._replace(rest=indented(block.rest, place.column))
        return Rendered(written(new, style, renderer.layout.quotes, flow=False), [])

    def _width(self, node: Scalar, otherwise: int) -> int:
        """Return by how much the lines of a block scalar are indented below the collection that holds it."""
        lines = self.lines
        line = lines.after(node.start)
        while line < node.end and lines.is_blank(line):
            line = lines.after(line)
        if line >= node.end:
            return otherwise
        written_text = lines.text[line : lines.end(line)]
        mark = lines.text[node.start : indicator_end(lines.text, node)]
        digit = next((int(character) for character in mark if character.isdigit()), 0)
        width = digit or len(written_text) - len(written_text.lstrip(" ")) - max(node.indent, 0)
        return width if width > 0 else otherwise

    def _end(self, node: Mapping | Sequence, place: Place) -> int:
        """Return the end of a block collection, with the comments that belong to it."""
        part = Part(node.start, place.slot, node.end, None, node)
        column = place.column if place.where is not Where.ROOT else 0
        end = line_after(self.lines, part, column)
        while end > node.end and self.lines.text[end - 1] in WHITE:
            end -= 1
        return end

    def _hangs(self, node: Node, place: Place, slot: int) -> bool:
        """Whether a block collection begins on a line below its key, dash, anchor or tag."""
        if place.where is Where.ROOT and slot == place.slot:
            return False
        return any(character in BREAKS for character in self.lines.text[slot : node.start])

    def _spaced(self, node: Node, head: str) -> str:
        """Return new text with the blank that it needs where nothing was before."""
        start = node.start
        before = self.lines.text[start - 1 : start]
        if head and start == node.end and before and before not in WHITE and before not in "[{\ufeff":
            return " " + head
        return head

    def _rest(self, span: Span, rendered: Rendered) -> None:
        newline = self.lines.newline
        text = "".join([newline + line for line in rendered.rest])
        if rendered.rest and rendered.breaks and span.end == self.lines.size:
            text += newline
        self._edit(span.start, span.end, text)

    def _drop_tag(self, tag: Span) -> None:
        start = tag.start
        while self.lines.text[start - 1 : start] in {" ", "\t"}:
            start -= 1
        self._edit(start, tag.end, "")

    def _edit(self, start: int, end: int, text: str) -> None:
        if start < end or text:
            self.edits.append(Edit(Span(start, end), text))


def _keeps_tag(node: Node, new: Value) -> bool:
    """Whether a scalar with the tag of a node can hold the new value."""
    if not isinstance(node, Scalar) or isinstance(new, dict | list):
        return False
    text = new if isinstance(new, str) else written(new, Style.PLAIN, Style.DOUBLE, flow=True)
    read = read_value(Scalar(text, node.style, 0, 0, node.tag))
    return type(read) is type(new) and read == new


def _is_flow_collection(node: Node) -> bool:
    if isinstance(node, Mapping):
        return node.flow and bool(node.entries)
    return isinstance(node, Sequence) and node.flow and bool(node.items)
