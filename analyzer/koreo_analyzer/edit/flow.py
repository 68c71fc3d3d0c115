"""Parts of a collection in brackets that come and go, with their commas and lines of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.scalars import BREAKS

if TYPE_CHECKING:
    from koreo_analyzer.edit.layout import Siblings
    from koreo_analyzer.edit.lines import Lines
    from koreo_analyzer.edit.parts import Part
    from koreo_analyzer.edit.render import Renderer
    from koreo_analyzer.yaml.resolve import Value


class FlowParts:
    """The entries or items of one collection in brackets."""

    __slots__ = ("edits", "lines", "parts", "renderer")

    def __init__(self, lines: Lines, renderer: Renderer, edits: list[Edit], parts: list[Part]) -> None:
        self.lines = lines
        self.renderer = renderer
        self.edits = edits
        self.parts = parts

    def remove(self, kept: set[int], *, adds: bool) -> None:
        """Cut out all parts but those kept; at least one is. `adds`: new ones will stand behind the last of these."""
        parts = self.parts
        last = max(kept)
        done = 0
        for index, part in enumerate(parts):
            if index in kept:
                continue
            if index > last:
                self._cut_behind(last, adds=adds)
                return
            done = self._cut_before(part, parts[index + 1], done)

    def _cut_before(self, part: Part, following: Part, done: int) -> int:
        """Cut out a part together with the comma behind it; the text up to `done` is; return the new end of that."""
        text, lines = self.lines.text, self.lines
        comma = lines.token(part.end)
        end = comma + 1 if text.startswith(",", comma) else part.end
        if "#" not in text[part.end : following.begin]:
            self._cut(part.begin, following.begin)
            return following.begin
        if lines.is_first(part.begin) and lines.start(following.begin) > lines.start(comma):
            start = lines.start(part.begin)
            self._cut(start if start >= done else part.begin, lines.after(end))
            return lines.after(end)
        self._cut(part.begin, part.end)
        self._cut(comma, end)
        return end

    def _cut_behind(self, last: int, *, adds: bool) -> None:
        """Cut out all parts behind the last one kept, together with the comma behind that one."""
        text, lines = self.lines.text, self.lines
        kept, rest = self.parts[last], self.parts[last + 1 :]
        end = rest[-1].end
        comma = lines.token(kept.end)
        if "#" not in text[kept.end : end]:
            self._cut(kept.end, end)
            return
        if not adds:
            self._cut(comma, comma + 1)
        for part in rest:
            behind = lines.token(part.end)
            comma = behind + 1 if text.startswith(",", behind) else behind
            stop = comma if comma > behind else part.end
            if lines.is_first(part.begin) and lines.token(stop) > lines.end(stop):
                self._cut(lines.start(part.begin), lines.after(stop))
                continue
            self._cut(part.begin, part.end)
            self._cut(behind, comma)

    def add(self, added: list[tuple[int, str | None, Value]], siblings: Siblings, *, end: int) -> None:
        """Write new parts, each behind the part at its position, -1 for the beginning; `end` is the collection's."""
        grouped: dict[int, list[str]] = {}
        for position, key, data in added:
            flow = self.renderer.flow(data, siblings.texts)
            text = flow if key is None else f"{self.renderer.key(key, siblings.keys, flow=True)}: {flow}"
            grouped.setdefault(position, []).append(text)
        for position, texts in grouped.items():
            if position < 0:
                self._insert(self.parts[0].begin, "".join([f"{text}, " for text in texts]))
            else:
                self._behind(self.parts[position], texts, end)

    def _behind(self, part: Part, texts: list[str], end: int) -> None:
        """Write new parts behind another one, on lines of their own if that has one."""
        lines = self.lines
        if not lines.is_first(part.begin):
            self._insert(part.end, "".join([f", {text}" for text in texts]))
            return
        margin = lines.newline + " " * lines.column(part.begin)
        line = lines.end(part.end)
        comma = lines.token(part.end)
        has_comma = comma < line and lines.text.startswith(",", comma)
        if "#" in lines.text[part.end : line] and lines.token(comma + has_comma) > line and line < end:
            if not has_comma:
                self._insert(part.end, ",")
            written = ("," + margin).join(texts)
            self._insert(line, margin + written + ("," if has_comma else ""))
            return
        self._insert(part.end, "".join([f",{margin}{text}" for text in texts]))

    def _cut(self, start: int, end: int) -> None:
        if start < end:
            self.edits.append(Edit(Span(start, end), ""))

    def _insert(self, where: int, text: str) -> None:
        if self.lines.text[where - 1 : where] in BREAKS:
            text = text.lstrip(" ")
        self.edits.append(Edit(Span(where, where), text))
