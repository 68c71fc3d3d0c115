"""Ignore: a comment above the line of a problem that hides it (docs/checks.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.edit import Change, apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import LineIndex, Span
from koreo_analyzer.workspace.ignores import read_ignores
from koreo_analyzer.yaml.nodes import Scalar
from koreo_analyzer.yaml.parse import parse

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.refactor.rewritten import Refactoring, placed

if TYPE_CHECKING:
    from koreo_analyzer.workspace import FileProblem, Snapshot


def ignore(snapshot: Snapshot, problem: FileProblem) -> Refactoring | None:
    """Hide a problem by a comment; None where a comment cannot stand or the document is not sound."""
    cursor = cursor_at(snapshot, problem.path, problem.span.start)
    if cursor is None or problem.code == "unused-ignore":
        return None
    text = cursor.definition.document.text
    start = cursor.scalar.start if isinstance(cursor.scalar, Scalar) else cursor.offset
    lines = LineIndex(text)
    line = lines.line_of(start)
    at = lines.line_start(line)
    content = lines.line_text(line)
    indent = content[: len(content) - len(content.lstrip(" "))]
    newline = "\r\n" if "\r\n" in text else "\n"
    edit = Edit(Span(at, at), f"{indent}# koreo: ignore[{problem.code}]{newline}")
    changed = apply(text, [edit])
    before, after = parse(text), parse(changed)
    if not (before.sound and after.sound):
        return None
    if len(read_ignores(changed, after)) != len(read_ignores(text, before)) + 1:
        return None
    return placed(cursor.definition, f"Ignore `{problem.code}` here", Change((edit,)))
