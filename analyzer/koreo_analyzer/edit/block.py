"""Parts of a block collection that come and go: whole lines, with the comments that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.edit.parts import line_after
from koreo_analyzer.edit.render import Rendered, Renderer, indented
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from koreo_analyzer.edit.layout import Siblings
    from koreo_analyzer.edit.lines import Lines
    from koreo_analyzer.edit.parts import Part
    from koreo_analyzer.yaml.resolve import Value


class BlockParts:
    """The entries or items of one block collection, at `column`; `floor` is where it may begin, 0 for the root.

    `swallow`: blank lines go with what is above them, as they might become a part of a text that keeps them (`|+`).
    """

    __slots__ = ("column", "edits", "floor", "lines", "parts", "renderer", "swallow")

    def __init__(
        self,
        lines: Lines,
        renderer: Renderer,
        edits: list[Edit],
        parts: list[Part],
        column: int,
        floor: int,
        *,
        swallow: bool,
    ) -> None:
        self.lines = lines
        self.renderer = renderer
        self.edits = edits
        self.parts = parts
        self.column = column
        self.floor = floor
        self.swallow = swallow

    def remove(self, kept: set[int]) -> None:
        """Cut out all parts but those kept; at least one is."""
        parts, lines = self.parts, self.lines
        first = 0
        if not lines.is_first(parts[0].begin) and 0 not in kept:
            first = min(kept)
            self._remove_first(first)
        for index in range(first, len(parts)):
            if index not in kept:
                end = self._end(index)
                self._cut(self._start(index), end)
                self._cut_blank_lines(end)

    def _cut_blank_lines(self, start: int) -> None:
        """Cut out the blank lines that could become a part of a block scalar above."""
        lines = self.lines
        end = start
        swallow = self.swallow
        while lines.is_blank(end):
            swallow = swallow or lines.end(end) > end
            end = lines.after(end)
        if swallow and end > start:
            self._cut(start, end)

    def _remove_first(self, count: int) -> None:
        """Cut out the first parts, which begin on the line of the dash of the item that holds them."""
        lines = self.lines
        begin = dash = self.parts[0].begin
        while lines.text[dash - 1] in " \t":
            dash -= 1
        following = self.parts[count].begin
        line = lines.end(self.parts[count - 1].end)
        if "#" in lines.text[line:following]:
            self._cut(dash, line)
        else:
            self._cut(begin, following)

    def add(self, added: list[tuple[int, str | None, Value]], siblings: Siblings) -> None:
        """Write new parts, each behind the part at its position, -1 for the beginning."""
        index = 0
        while index < len(added):
            position = added[index][0]
            rendered: list[Rendered] = []
            where = self._line_before_first() if position < 0 else self._end(position)
            renderer = self.renderer
            if not self.lines.ends_text(where, self.column):
                renderer = Renderer(renderer.layout, blocks=False)
            while index < len(added) and added[index][0] == position:
                _, key, data = added[index]
                rendered.append(
                    renderer.dashed(data, siblings) if key is None else renderer.entry(key, data, siblings)
                )
                index += 1
            self._write(where, rendered)

    def _write(self, where: int, rendered: list[Rendered]) -> None:
        newline = self.lines.newline
        lines = [line for part in rendered for line in (part.head, *part.rest)]
        margin = " " * self.column
        if where == self.parts[0].begin and not self.lines.is_first(where):
            written = newline.join([lines[0], *indented(lines[1:], self.column), margin])
        else:
            written = newline.join([*indented(lines, self.column), ""])
        self.edits.append(Edit(Span(where, where), written))

    def _line_before_first(self) -> int:
        """Return where a new first part goes: above the comments of the first one, or at it behind a dash."""
        begin = self.parts[0].begin
        return self._start(0) if self.lines.is_first(begin) else begin

    def _start(self, index: int) -> int:
        """Return where the lines of a part begin, with the comments right above it."""
        lines = self.lines
        begin = self.parts[index].begin
        start = lines.start(begin)
        floor = self.parts[index - 1].end if index else self.floor
        if index == 0 and self.floor == 0:
            return start  # the comment at the head of a document is the document's
        while True:
            above = lines.previous(start)
            if above == start or above < floor or lines.comment_column(above) != self.column:
                return start
            start = above

    def _end(self, index: int) -> int:
        return line_after(self.lines, self.parts[index], self.column)

    def _cut(self, start: int, end: int) -> None:
        self.edits.append(Edit(Span(start, end), ""))
