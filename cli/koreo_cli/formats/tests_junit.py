"""Results of tests as JUnit XML: a suite for each FunctionTest, a case for each of its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.running import TEST_FAILED, TEST_UNUSABLE
from koreo_analyzer.problems import Severity
from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.formats import junit
from koreo_cli.formats.junit_report import problem_case
from koreo_cli.formats.tests_details import Details
from koreo_cli.formats.text_report import Style, problem_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import FileProblem
    from koreo_runtime.testing.reports import CaseReport

    from koreo_cli.testing.results import TestResult, TestResults

_VERDICTS: Final = {
    CaseStatus.FAILED: "failure",
    CaseStatus.SKIPPED: "skipped",
    CaseStatus.NOT_RUN: "skipped",
}
_REASONS: Final = {
    CaseStatus.SKIPPED: "the case says `skip: true`",
    CaseStatus.NOT_RUN: "not run: it carries on from a case that failed",
}


def render(results: TestResults, least: Severity, *, verbose: bool) -> str:
    """Return the results. A test that cannot run is one case with an error; files that cannot be read fail.

    A case that passed with a warning as bad as `least` is a failure, and so is a test that is as doubtful.
    """
    return junit.render_suites(list(_Suites(results, least, verbose=verbose)), results.seconds)


class _Suites:
    def __init__(self, results: TestResults, least: Severity, *, verbose: bool) -> None:
        self._results = results
        self._least = least
        self._sources = results.sources
        self._details = Details(results.sources, Style(), verbose=verbose)

    def __iter__(self) -> Iterator[junit.Suite]:
        for problem in self._results.problems:
            case = problem_case(problem, self._sources, Severity.ERROR)
            yield junit.Suite(case.file, case.file, [case])
        told: set[FileProblem] = set()
        for result in self._results.results:
            cases = [self._case(result, case) for case in result.report.cases]
            if result.report.error is not None:
                cases = [self._error(result)]
            doubts = [doubt for doubt in result.doubts() if doubt not in told]
            told.update(doubts)
            cases += [problem_case(doubt, self._sources, self._least) for doubt in doubts]
            yield junit.Suite(result.name, self._sources.name(result.report.path), cases)

    def _case(self, result: TestResult, case: CaseReport) -> junit.Case:
        failed = case.status is CaseStatus.FAILED
        warnings = result.warnings(case)
        bad = next((problem for problem in warnings if problem.severity >= self._least), None)
        texts = [problem_text(problem, self._sources, Style()) for problem in warnings]
        verdict, code = _VERDICTS.get(case.status), TEST_FAILED.code if failed else ""
        message = case.reason if failed else _REASONS.get(case.status, "")
        if bad is not None and not failed:
            verdict, code, message = "failure", bad.code, bad.message
        return junit.Case(
            name=f"{case.index + 1} {case.label}",
            group=result.name,
            file=self._sources.name(result.report.path),
            line=self._sources.region(*result.case_place(case)).line,
            verdict=verdict,
            code=code,
            message=message,
            text="\n".join(self._details.failure(result, case) if failed else texts),
            seconds=case.seconds,
        )

    def _error(self, result: TestResult) -> junit.Case:
        place = result.error_place
        problems = [problem_text(problem, self._sources, Style()) for problem in result.causes()]
        return junit.Case(
            name=result.name,
            group=result.name,
            file=self._sources.name(place.path),
            line=self._sources.region(*place).line,
            verdict="error",
            code=TEST_UNUSABLE.code,
            message=result.report.error.message if result.report.error is not None else "",
            text="\n\n".join(problems or ["\n".join(self._details.error(result))]),
        )
