"""What a run of FunctionTests found, as problems of documents with the codes of `checks.running`.

Whoever reports tests shows problems: the command line, an editor. Spans count from the start of the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks import RULES
from koreo_analyzer.checks.running import TEST_FAILED, TEST_UNUSABLE, UNTESTED

from koreo_runtime.testing.places import case_span, span_at, warning_span
from koreo_runtime.testing.reports import CaseStatus

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.problems import Problem

    from koreo_runtime.testing.coverage import Gap
    from koreo_runtime.testing.reports import CaseReport, TestReport


def case_title(report: TestReport, case: CaseReport) -> str:
    """Return what a case is called outside of its test: `settings-test, case 2 (Scales up)`."""
    return f"{test_title(report)}, {case_name(case)}"


def case_name(case: CaseReport) -> str:
    """Return what a case is called within its test: `case 2 (Scales up)`."""
    label = "" if case.label.endswith(f"Test Case {case.index + 1}") else f" ({case.label})"
    return f"case {case.index + 1}{label}"


def test_title(report: TestReport) -> str:
    """Return what to call a test."""
    return report.name or "(no name)"


def failure_problem(document: KoreoDocument, report: TestReport, case: CaseReport) -> Problem | None:
    """Return the problem of a case that failed, in the test's document; None for any other."""
    if case.status is not CaseStatus.FAILED:
        return None
    return TEST_FAILED.problem(case_span(document, case), f"{case_title(report, case)}: {case.reason}")


def warning_problems(document: KoreoDocument, report: TestReport, case: CaseReport) -> tuple[Problem, ...]:
    """Return the problem of each warning of a case, in the test's document."""
    title = case_title(report, case)
    return tuple(
        RULES[warning.code].problem(warning_span(document, case, warning), f"{title}: {warning.message}")
        for warning in case.warnings
    )


def unusable_problem(document: KoreoDocument, report: TestReport) -> Problem | None:
    """Return why a test cannot be run, None if it can; `document` is the one that is at fault.

    That is the document of `report.error.location` if there is such a place, or else the test's own.
    """
    error = report.error
    if error is None:
        return None
    span = error.span
    if error.location is not None:
        span = error.location.span or span_at(document, error.location.path)
    return TEST_UNUSABLE.problem(span, f"{test_title(report)}: {error.message}")


def gap_problem(gap: Gap) -> Problem:
    """Return what no test reaches, in the document of the function."""
    return UNTESTED.problem(gap.span, gap.message)
