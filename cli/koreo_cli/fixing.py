"""Fixing the files of a check: what is changed, written or only shown, and told."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace.fixing import GUESSED, choose_fixes, fix_files
from koreo_project.write import replace_text

from koreo_cli.formats.text_diff import render as render_diff
from koreo_cli.terminal import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.workspace import Workspace
    from koreo_analyzer.workspace.fixing import FixedFile

    from koreo_cli.formats.text_report import Style
    from koreo_cli.report import Report, Sources


@dataclass(slots=True)
class Fixing:
    """Fixes the problems of some codes, workspace by workspace; `fixed` are the files that were, or would be.

    With `writes` files on disk are replaced; without, only the workspaces hold the fixed texts.
    """

    codes: frozenset[str]
    writes: bool
    fixed: list[FixedFile] = field(default_factory=list)
    unwritten: int = 0
    """How many files could not be written; why is told on standard error."""

    def fix(self, workspace: Workspace, paths: Sequence[str]) -> None:
        """Fix files of a workspace, which holds afterwards what they hold."""
        for one in fix_files(workspace, paths, self.codes):
            failure = replace_text(one.path, one.old, one.new) if self.writes else None
            if failure is None:
                self.fixed.append(one)
                continue
            self.unwritten += 1
            workspace.apply({one.path: one.old})
            name = os.path.relpath(one.path).replace(os.sep, "/")
            note(f"cannot write {name}: {failure.reason}")

    def tell(self, report: Report) -> None:
        """Say on standard error what was done to each file, which leaves standard output to the report."""
        sources = report.sources
        if not self.fixed and report.has(Severity.WARNING) and not self.unwritten:
            note(self._nothing(report))
        for one in self.fixed:
            codes = Counter(fix.problem.code for fix in one.fixes)
            done = ", ".join(
                f"`{code}`" + (f" {count} times" if count > 1 else "")
                for code, count in sorted(codes.items())
            )
            note(f"fixed in {sources.name(one.path)}: {done}")

    def diff(self, sources: Sources, style: Style) -> str:
        """Return what would be changed, as a unified diff."""
        return "".join(render_diff(sources.name(one.path), one.old, one.new, style) for one in self.fixed)

    def plan(self, report: Report) -> str:
        """Return how much would be changed, in a line that the report of what would be left can follow."""
        count = sum(len(one.fixes) for one in self.fixed)
        if not count:
            return self._nothing(report) if report.has(Severity.WARNING) else "there is nothing to fix"
        fixes = f"{count} fix{'' if count == 1 else 'es'}"
        files = f"{len(self.fixed)} file{'' if len(self.fixed) == 1 else 's'}"
        return f"{fixes} in {files} would be made; what would be left:"

    def _nothing(self, report: Report) -> str:
        """Return why none of the problems was fixed, and how some of them could be."""
        problems = [problem for problem in report.problems if problem.severity >= Severity.WARNING]
        count = len(problems)
        told = "nothing is fixed: "
        told += "the problem has no" if count == 1 else f"none of the {count} problems has a"
        told += " fix that is certain"
        if not self.codes >= GUESSED and (guesses := len(choose_fixes(problems, GUESSED))):
            told += (
                f"; --fix-guesses would mend {guesses} of them" if count > 1 else "; --fix-guesses mends it"
            )
        elif any(problem.code == "yaml-syntax" for problem in problems):
            told += "; what is no YAML has to be mended by hand"
        return told
