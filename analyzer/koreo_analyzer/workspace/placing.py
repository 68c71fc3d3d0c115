"""From problems of a document to problems of a file: offsets moved, places in other files found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.workspace import index
from koreo_analyzer.workspace.values import FileEdit, FileFix, FileProblem, FileRelated

if TYPE_CHECKING:
    from koreo_analyzer.problems import Fix, Problem, Related, Severity
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace.documents import SourceFile
    from koreo_analyzer.workspace.queries import Session


def in_order(problem: FileProblem) -> tuple[Span, str, str]:
    """Return the key by which the problems of a file are sorted."""
    return problem.span, problem.code, problem.message


def placed(
    path: str, start: int, problem: Problem, severity: Severity, related: tuple[FileRelated, ...]
) -> FileProblem:
    """Return a problem of the document that starts at `start`, with the severity that the configuration gives it."""
    return FileProblem(
        path,
        problem.span.shift(start),
        problem.code,
        problem.message,
        severity,
        problem.hint,
        related,
        tuple(_placed_fix(path, start, fix) for fix in problem.fixes),
        problem.tags,
        problem.lacks,
    )


def placed_related(session: Session, path: str, start: int, related: Related) -> FileRelated:
    """Return a related place of the document that starts at `start`; it may lie in another file."""
    if related.path is None:
        return FileRelated(path, related.span.shift(start), related.message)
    file: SourceFile | None = session.cell(index.file_cell(related.path))
    offset = file.documents[related.index].start if file is not None else 0
    return FileRelated(related.path, related.span.shift(offset), related.message)


def _placed_fix(path: str, start: int, fix: Fix) -> FileFix:
    return FileFix(fix.title, tuple(FileEdit(path, edit.span.shift(start), edit.text) for edit in fix.edits))
