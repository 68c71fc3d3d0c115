"""The text after a `textDocument/didChange` (LSP 3.17, "Incremental synchronization").

An editor with many cursors sends many ranges at once, each relative to the text after the last one. The text is cut
into lines once, and a change costs by the lines that it touches.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from koreo_analyzer.text import LineIndex, PositionEncoding
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable


def apply_changes(
    text: str, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> str:
    """Return a text after changes, each relative to the result of the last.

    A position outside of the text means the nearest one inside; a range that ends before it starts is empty.
    """
    lines = _cut(text)
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            _replace(lines, change.range, change.text, encoding)
        else:
            lines = _cut(change.text)
    return "".join(lines)


def _cut(text: str) -> list[str]:
    """Cut a text into lines with their line breaks, as `LineIndex` does; the last one has none."""
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return lines


def _replace(lines: list[str], place: types.Range, new: str, encoding: PositionEncoding) -> None:
    # One line more on both sides: a line feed that comes to stand after a carriage return is part of its line break.
    first = max(0, min(place.start.line, len(lines) - 1) - 1)
    end = min(max(place.start.line, place.end.line) + 2, len(lines))
    part = LineIndex("".join(lines[first:end]))
    start_at = part.offset(place.start.line - first, place.start.character, encoding)
    end_at = part.offset(place.end.line - first, place.end.character, encoding)
    changed = _cut(part.text[:start_at] + new + part.text[max(start_at, end_at) :])
    if end < len(lines):
        # The part ends with a line break, after which its last line is the first one that follows.
        changed.pop()
    lines[first:end] = changed
