"""Tests that say nothing of their function, as what they run cannot be run: somebody is typing there.

The mistake is told where it is. A test that failed with it, in another file or above it, would only shout about a text
that is half written; so what it would have done is not known, until that can be run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from koreo_analyzer.language import kinds
from koreo_analyzer.problems import Severity
from koreo_runtime.outcomes import Cause, PermFail, Retry
from koreo_runtime.testing.reports import CaseStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.programs.model import ProgramId
    from koreo_runtime.testing.reports import CaseReport, TestReport


@dataclass(frozen=True, slots=True)
class Told:
    """Knows which documents have mistakes that the user sees. `is_shown` tells whether a file's problems are shown."""

    snapshot: Snapshot
    is_shown: Callable[[str], bool]

    def broken(self, used: Iterable[ProgramId]) -> ProgramId | None:
        """Return the first of what a test uses, other than tests, whose own text has an error; None without one."""
        return next((one for one in used if one[0] != kinds.FUNCTION_TEST and self._is_broken(*one)), None)

    def _is_broken(self, kind: str, name: str) -> bool:
        definition = self.snapshot.active_definition(kind, name)
        file = self.snapshot.file(definition.path) if definition is not None else None
        if definition is None or file is None or not self.is_shown(definition.path):
            return False
        problems = file.documents[definition.index].document.problems
        shown = self.snapshot.place_problems(definition.path, definition.index, problems)
        return any(problem.severity is Severity.ERROR for problem in shown)


def hindered_by(told: Told, report: TestReport, used: Iterable[ProgramId]) -> ProgramId | None:
    """Return what of all that a test uses keeps it, or a case of it, from being run; None if nothing does."""
    if report.error is None and not any(map(_is_unable, report.cases)):
        return None
    return told.broken(used)


def without_unable_cases(report: TestReport) -> TestReport:
    """Return a report whose cases count as not run where what they use cannot be run."""
    cases = tuple(
        replace(case, status=CaseStatus.NOT_RUN, outcome=None) if _is_unable(case) else case
        for case in report.cases
    )
    return replace(report, cases=cases)


def _is_unable(case: CaseReport) -> bool:
    outcome: Any = case.outcome
    return (
        case.status is CaseStatus.FAILED
        and isinstance(outcome, PermFail | Retry)
        and outcome.cause is Cause.DEFINITION
    )
