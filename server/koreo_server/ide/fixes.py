"""Quick fixes: the edits that problems bring along, and which problems a selection touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileEdit, FileProblem


@dataclass(frozen=True, slots=True)
class QuickFix:
    """Edits that mend `problems`; `is_only` when there is no other way offered."""

    title: str
    problems: tuple[FileProblem, ...]
    edits: tuple[FileEdit, ...]
    is_only: bool


def quick_fixes(problems: Iterable[FileProblem], selection: Span) -> list[QuickFix]:
    """Return the fixes of problems, in their order.

    In a menu a title stands for itself. So of several problems that are mended by fixes of one title all are mended at
    once: of those that the selection touches, or else of all. Edits that exclude each other are left out.
    """
    by_title: dict[str, list[QuickFix]] = {}
    for problem in problems:
        for fix in problem.fixes:
            one = QuickFix(fix.title, (problem,), fix.edits, len(problem.fixes) == 1)
            by_title.setdefault(fix.title, []).append(one)
    return [_joined(fixes, selection) for fixes in by_title.values()]


def _joined(fixes: list[QuickFix], selection: Span) -> QuickFix:
    touched = [one for one in fixes if touching(one.problems, selection)] or fixes
    first, *others = touched
    for other in others:
        if set(other.edits) <= set(first.edits) or not _overlap(first.edits, other.edits):
            edits = tuple(dict.fromkeys([*first.edits, *other.edits]))
            is_only = first.is_only and other.is_only
            first = QuickFix(first.title, (*first.problems, *other.problems), edits, is_only)
    return first


def _overlap(some: Iterable[FileEdit], others: Collection[FileEdit]) -> bool:
    """Whether two edits are about the same text, or write at the same place."""
    return any(
        one.path == other.path and one.span.start <= other.span.end and other.span.start <= one.span.end
        for one in some
        for other in others
    )


def touching(problems: Iterable[FileProblem], selection: Span) -> list[FileProblem]:
    """Return the problems that touch a selection."""
    return [
        problem
        for problem in problems
        if problem.span.start <= selection.end and selection.start <= problem.span.end
    ]
