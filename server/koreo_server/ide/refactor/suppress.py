"""Ignore: a comment that hides a problem, or all of its code in the document (docs/configuration.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.edit import Change, apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import LineIndex, Span
from koreo_analyzer.workspace.ignores import read_ignores
from koreo_analyzer.yaml.nodes import Scalar
from koreo_analyzer.yaml.parse import parse

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.entities import document_at
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
    if _count(apply(text, [edit])) != _count(text) + 1:
        return None
    return placed(cursor.definition, f"Ignore `{problem.code}` here", Change((edit,)))


def ignore_in_document(snapshot: Snapshot, problem: FileProblem) -> Refactoring | None:
    """Hide all problems of a code in a document; None where no other place has one, or a comment cannot stand."""
    definition = document_at(snapshot, problem.path, problem.span.start)
    if definition is None or problem.code == "unused-ignore":
        return None
    text = definition.document.text
    inside = Span(definition.start, definition.start + len(text))
    places = {one.span for one in snapshot.problems(problem.path) if one.code == problem.code}
    if sum(inside.start <= place.start <= inside.end for place in places) < 2:
        return None
    title = f"Ignore `{problem.code}` in this document"
    tree = parse(text)
    for known in read_ignores(text, tree):
        if known.is_for_all and known.codes:
            end = known.codes[-1][1].end
            return placed(definition, title, Change((Edit(Span(end, end), f", {problem.code}"),)))
    start = tree.root.start if tree.root is not None else 0
    at = text.rfind("\n", 0, start) + 1
    newline = "\r\n" if "\r\n" in text else "\n"
    edit = Edit(Span(at, at), f"# koreo: ignore-document[{problem.code}]{newline}")
    if text[at:start].strip(" ") or _count(apply(text, [edit])) != _count(text) + 1:
        return None
    return placed(definition, title, Change((edit,)))


def _count(text: str) -> int:
    """Return how many ignores a document has; less than none if it is not sound."""
    tree = parse(text)
    return len(read_ignores(text, tree)) if tree.sound else -2
