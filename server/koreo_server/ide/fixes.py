"""Quick fixes: the edits that problems under a selection bring along, alone and many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileEdit, FileProblem

CERTAIN: Final = frozenset({"bare-input", "boolean-key", "unused-ignore"})
"""Codes whose only fix says what the text meant, so that nobody has to look at it; others guess or remove."""

UNUSED: Final = frozenset({"unused-local", "unused-input", "unused-ignore"})
"""Codes whose only fix removes what nothing reads."""


@dataclass(frozen=True, slots=True)
class QuickFix:
    """Edits that mend `problem`; `is_only` when there is no other way offered."""

    title: str
    problem: FileProblem
    edits: tuple[FileEdit, ...]
    is_only: bool


def quick_fixes(problems: Iterable[FileProblem], selection: Span) -> list[QuickFix]:
    """Return the fixes of the problems of a file that touch a selection, in the order of the problems."""
    return [
        QuickFix(fix.title, problem, fix.edits, len(problem.fixes) == 1)
        for problem in touching(problems, selection)
        for fix in problem.fixes
    ]


def touching(problems: Iterable[FileProblem], selection: Span) -> list[FileProblem]:
    """Return the problems that touch a selection."""
    return [
        problem
        for problem in problems
        if problem.span.start <= selection.end and selection.start <= problem.span.end
    ]


def all_fixes(problems: Iterable[FileProblem], codes: frozenset[str]) -> list[QuickFix]:
    """Return the fixes of all problems of `codes` that have only one, without those that meet an earlier one.

    What is left out is offered again once the others are made: edits of one text must not overlap
    (LSP 3.17, `TextEdit`).
    """
    taken: list[FileEdit] = []
    found: list[QuickFix] = []
    for problem in problems:
        if problem.code not in codes or len(problem.fixes) != 1:
            continue
        (fix,) = problem.fixes
        if not any(_meet(one, other) for one in fix.edits for other in taken):
            taken += fix.edits
            found.append(QuickFix(fix.title, problem, fix.edits, is_only=True))
    return found


def _meet(one: FileEdit, other: FileEdit) -> bool:
    return one.path == other.path and one.span.start <= other.span.end and other.span.start <= one.span.end
