"""Formatting a file, a part of it, and the line that was just begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.format import Source, format_sources, indent_new_line

if TYPE_CHECKING:
    from koreo_analyzer.problems import Edit
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot


def format_file(snapshot: Snapshot, path: str, within: Span | None = None) -> tuple[Edit, ...]:
    """Return the edits that format a file, or a part of it, with offsets in the file; none for other files."""
    file = snapshot.file(path)
    if file is None or not file.is_koreo:
        return ()
    sources = [
        Source(start, document.text, document.tree, document.model) for start, document in file.documents
    ]
    return format_sources(sources, within=within).edits


def format_new_line(snapshot: Snapshot, path: str, offset: int) -> tuple[Edit, ...]:
    """Return the edit that indents the line of the cursor, which was just begun."""
    file = snapshot.file(path)
    if file is None or not file.is_koreo:
        return ()
    edit = indent_new_line(file.text, offset)
    return () if edit is None else (edit,)
