"""Quick fixes: the edits that problems bring along, and which problems a selection touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileEdit, FileProblem


@dataclass(frozen=True, slots=True)
class QuickFix:
    """Edits that mend `problem`; `is_only` when there is no other way offered."""

    title: str
    problem: FileProblem
    edits: tuple[FileEdit, ...]
    is_only: bool


def quick_fixes(problems: Iterable[FileProblem]) -> list[QuickFix]:
    """Return the fixes of problems, in their order."""
    return [
        QuickFix(fix.title, problem, fix.edits, len(problem.fixes) == 1)
        for problem in problems
        for fix in problem.fixes
    ]


def touching(problems: Iterable[FileProblem], selection: Span) -> list[FileProblem]:
    """Return the problems that touch a selection."""
    return [
        problem
        for problem in problems
        if problem.span.start <= selection.end and selection.start <= problem.span.end
    ]
