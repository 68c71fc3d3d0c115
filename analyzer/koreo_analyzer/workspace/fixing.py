"""Many fixes at once: which problems need nobody to look at the fix, and making all of them until none is left.

Editors offer this as one action, `koreo check --fix` does it to files. A fix may uncover another problem, or overlap
with another fix; therefore fixing goes in rounds, each on the text that the one before left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from koreo_analyzer.workspace.owner import Workspace
    from koreo_analyzer.workspace.values import FileEdit, FileFix, FileProblem

CERTAIN: Final = frozenset({"bare-input", "boolean-key", "unused-ignore"})
"""Codes whose only fix says what the text meant, so that nobody has to look at it; others guess or remove."""

UNUSED: Final = frozenset({"unused-local", "unused-input", "unused-ignore"})
"""Codes whose only fix removes what nothing reads."""

GUESSED: Final = frozenset(
    {
        "unknown-field",
        "unknown-function",
        "unknown-input",
        "unknown-key",
        "unknown-kind",
        "unknown-local",
        "unknown-name",
        "unknown-reference",
        "unknown-step",
    }
)
"""Codes whose only fix writes the known name nearest to an unknown one: probably meant, not certainly."""

_MOST_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class ChosenFix:
    """The only fix of a problem; `edits` count in the text that has the problem."""

    problem: FileProblem
    fix: FileFix

    @property
    def title(self) -> str:
        """What the fix does, in an imperative phrase."""
        return self.fix.title

    @property
    def edits(self) -> tuple[FileEdit, ...]:
        """What it changes."""
        return self.fix.edits


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file before and after fixing, with the fixes that were made in it, round by round."""

    path: str
    old: str
    new: str
    fixes: tuple[ChosenFix, ...]


def choose_fixes(problems: Iterable[FileProblem], codes: Collection[str]) -> list[ChosenFix]:
    """Return the fixes of all problems of `codes` that have only one, without those that meet an earlier one.

    What is left out is found again once the others are made: edits of one text must not overlap
    (LSP 3.17, `TextEdit`).
    """
    taken: list[FileEdit] = []
    found: list[ChosenFix] = []
    for problem in problems:
        if problem.code not in codes or len(problem.fixes) != 1:
            continue
        (fix,) = problem.fixes
        if not any(_meet(one, other) for one in fix.edits for other in taken):
            taken += fix.edits
            found.append(ChosenFix(problem, fix))
    return found


def _meet(one: FileEdit, other: FileEdit) -> bool:
    return one.path == other.path and one.span.start <= other.span.end and other.span.start <= one.span.end


def fix_files(workspace: Workspace, paths: Sequence[str], codes: Collection[str]) -> list[FixedFile]:
    """Fix every problem of `codes` in some files of a workspace, which has the fixed texts afterwards.

    A fix that would also change another file is not made. Unknown paths are passed over.
    """
    snapshot = workspace.snapshot
    before = {path: snapshot.text(path) for path in paths if snapshot.file(path) is not None}
    made: dict[str, list[ChosenFix]] = {}
    for _ in range(_MOST_ROUNDS):
        texts: dict[str, str] = {}
        for path in before:
            fixes = [
                one
                for one in choose_fixes(snapshot.problems(path), codes)
                if all(edit.path == path for edit in one.edits)
            ]
            edits = [Edit(edit.span, edit.text) for one in fixes for edit in one.edits]
            text = apply(snapshot.text(path), edits)
            if text != snapshot.text(path):
                texts[path] = text
                made.setdefault(path, []).extend(fixes)
        if not texts:
            break
        snapshot = workspace.apply(texts)
    return [
        FixedFile(path, before[path], snapshot.text(path), tuple(fixes))
        for path, fixes in sorted(made.items())
        if snapshot.text(path) != before[path]
    ]
