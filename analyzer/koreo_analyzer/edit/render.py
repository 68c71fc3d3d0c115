"""New text for data: on one line in brackets, or as lines of block style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.edit.data import RefusedError
from koreo_analyzer.edit.layout import Layout, Siblings
from koreo_analyzer.edit.scalars import LONGEST_KEY, block_header, block_lines, written
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from koreo_analyzer.yaml.resolve import Value

LONGEST_FLOW: Final = 100
"""A new collection that would be longer in brackets is written in block style, where that is possible."""
_PLAIN = Siblings()


class Rendered(NamedTuple):
    """New text: `head` stands where the value is, `rest` on the lines below, indented from the collection's column.

    `breaks`: the last line needs a line break behind it.
    """

    head: str
    rest: list[str]
    breaks: bool = False


class Renderer:
    """Renders data in a layout. `blocks` says whether texts of several lines may be block scalars."""

    __slots__ = ("blocks", "layout")

    def __init__(self, layout: Layout, *, blocks: bool) -> None:
        self.layout = layout
        self.blocks = blocks

    def flow(self, data: Value, style: Style = Style.PLAIN) -> str:
        """Return data on one line; a text in `style` if that can hold it."""
        if self.layout.json:
            style = Style.DOUBLE
        if isinstance(data, dict):
            if not data:
                return "{}"
            padding = self.layout.padding
            parts = [
                f"{self.key(key, Style.DOUBLE if self.layout.json else Style.PLAIN, flow=True)}: {self.flow(part)}"
                for key, part in data.items()
            ]
            return "{" + padding + ", ".join(parts) + padding + "}"
        if isinstance(data, list):
            return "[" + ", ".join([self.flow(part) for part in data]) + "]"
        return written(data, style, self.layout.quotes, flow=True)

    def key(self, key: str, style: Style, *, flow: bool) -> str:
        """Return a key without its colon; raises RefusedError for one that is too long."""
        text = written(key, style, self.layout.quotes, flow=flow)
        if len(text) > LONGEST_KEY:
            raise RefusedError(f"a key of {len(text)} characters is too long for YAML")
        return text

    def scalar(self, text: str, style: Style, width: int) -> Rendered | None:
        """Return a text as a block scalar indented by `width`; None if it had better stand on one line."""
        block = style in {Style.LITERAL, Style.FOLDED}
        if not self.blocks or not (block or "\n" in text) or style is Style.DOUBLE:
            return None
        header = block_header(text, style, width)
        if header is None and style is Style.FOLDED:
            header = block_header(text, Style.LITERAL, width)
        if header is None:
            return None
        below = [" " * width + line if line else "" for line in block_lines(text, header)]
        return Rendered(header, below, breaks=text.endswith("\n"))

    def value(self, data: Value, siblings: Siblings = _PLAIN) -> Rendered:
        """Return data as the value of a key of a block mapping."""
        return self._below(data, siblings, self.layout.indent)

    def item(self, data: Value, siblings: Siblings = _PLAIN) -> Rendered:
        """Return data as an item of a block sequence, without its dash; `rest` counts from the dash."""
        if isinstance(data, dict | list) and data and not self._is_flow(data, siblings):
            lines, breaks = self.lines(data)
            return Rendered(lines[0], indented(lines[1:], self.layout.gap), breaks)
        return self._below(data, siblings, self.layout.gap)

    def entry(self, key: str, data: Value, siblings: Siblings = _PLAIN) -> Rendered:
        """Return an entry of a block mapping: its first line, and those below."""
        head, rest, breaks = self.value(data, siblings)
        name = self.key(key, siblings.keys, flow=False)
        return Rendered(f"{name}: {head}" if head else f"{name}:", rest, breaks)

    def dashed(self, data: Value, siblings: Siblings = _PLAIN) -> Rendered:
        """Return an item of a block sequence: its first line, dash included, and those below."""
        head, rest, breaks = self.item(data, siblings)
        return Rendered("-".ljust(self.layout.gap) + head, rest, breaks)

    def lines(self, data: dict[str, Value] | list[Value]) -> tuple[list[str], bool]:
        """Return a collection that is not empty as lines of block style, and whether the last needs a break."""
        parts = (
            [self.entry(key, part) for key, part in data.items()]
            if isinstance(data, dict)
            else [self.dashed(part) for part in data]
        )
        return [line for part in parts for line in (part.head, *part.rest)], parts[-1].breaks

    def _below(self, data: Value, siblings: Siblings, width: int) -> Rendered:
        if isinstance(data, str):
            block = self.scalar(data, siblings.texts, width)
            if block is not None:
                return block
        if not isinstance(data, dict | list):
            return Rendered(written(data, siblings.texts, self.layout.quotes, flow=False), [])
        if not data or self._is_flow(data, siblings):
            return Rendered(self.flow(data), [])
        lines, breaks = self.lines(data)
        return Rendered("", indented(lines, width if isinstance(data, dict) else self.layout.dash), breaks)

    def _is_flow(self, data: dict[str, Value] | list[Value], siblings: Siblings) -> bool:
        return siblings.flow and is_short(self.flow(data))


def is_short(text: str) -> bool:
    """Whether a collection in brackets may stay on one line: it is not long, and holds no line breaks."""
    return len(text) <= LONGEST_FLOW and "\\n" not in text


def indented(lines: list[str], width: int) -> list[str]:
    """Return lines moved to the right; empty ones stay empty."""
    margin = " " * width
    return [margin + line if line else line for line in lines]
