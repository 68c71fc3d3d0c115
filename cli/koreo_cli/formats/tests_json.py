"""Results of tests for programs; docs/json.md documents the format, which only grows within one version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_runtime.outcomes import OUTCOME_KEYS, Ok, Retry, path_text
from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.formats.json_report import VERSION, dump, place_data, problem_data
from koreo_cli.report import ordered

if TYPE_CHECKING:
    from koreo_analyzer.workspace import FileProblem
    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport

    from koreo_cli.report import Sources
    from koreo_cli.testing.results import TestResult, TestResults


def render(results: TestResults) -> str:
    """Return the results as one JSON object."""
    return dump(document(results))


def document(results: TestResults) -> dict[str, Any]:
    """Return the results as JSON has them."""
    cases = results.cases
    return {
        "version": VERSION,
        "engine": results.engine,
        "problems": [
            problem_data(problem, results.sources)
            for problem in ordered({*results.problems, *results.causes}, results.sources)
        ],
        "tests": [_test(result, results.sources) for result in results.results],
        "summary": {
            "tests": {
                "total": len(results.results),
                "passed": results.passed,
                "failed": results.failed,
                "errors": results.errors,
            },
            "cases": {
                "total": cases.total(),
                "passed": cases[CaseStatus.PASSED],
                "failed": cases[CaseStatus.FAILED],
                "skipped": cases[CaseStatus.SKIPPED],
                "notRun": cases[CaseStatus.NOT_RUN],
            },
            "warnings": results.warnings,
            "seconds": round(results.seconds, 3),
        },
    }


def _test(result: TestResult, sources: Sources) -> dict[str, Any]:
    report = result.report
    return {
        **place_data(*result.place, sources),
        "name": report.name,
        "function": {"kind": report.kind, "name": report.function},
        "passed": result.passed,
        "error": None if report.error is None else report.error.message,
        **_verdict(result.unusable()),
        "errorPlace": None if report.error is None else place_data(*result.error_place, sources),
        "cases": [_case(result, case, sources) for case in report.cases],
    }


def _case(result: TestResult, case: CaseReport, sources: Sources) -> dict[str, Any]:
    return {
        **place_data(*result.case_place(case), sources),
        "index": case.index,
        "label": case.label,
        "status": case.status.value,
        "assertion": case.assertion,
        "reason": case.reason,
        **_verdict(result.failure(case)),
        "outcome": _outcome(result, case, sources),
        "return": case.value,
        "resource": case.resource,
        "differences": [_difference(result, case, each, sources) for each in case.differences],
        "warnings": [problem_data(problem, sources) for problem in result.warnings(case)],
        "seconds": round(case.seconds, 6),
    }


def _verdict(problem: FileProblem | None) -> dict[str, Any]:
    """Return the keys that say which rule is broken and how bad that is; null if none is."""
    return {
        "code": None if problem is None else problem.code,
        "severity": None if problem is None else problem.severity.word,
    }


def _outcome(result: TestResult, case: CaseReport, sources: Sources) -> dict[str, Any] | None:
    outcome = case.outcome
    if outcome is None:
        return None
    place = result.outcome_place(case)
    return {
        "type": OUTCOME_KEYS[type(outcome)],
        "message": None if isinstance(outcome, Ok) else outcome.message,
        "delay": outcome.delay if isinstance(outcome, Retry) else None,
        "place": None if place is None else place_data(*place, sources),
    }


def _difference(
    result: TestResult, case: CaseReport, difference: Difference, sources: Sources
) -> dict[str, Any]:
    return {
        **place_data(*result.difference_place(case, difference), sources),
        "path": path_text(difference.path),
        "kind": difference.kind.value,
        "expected": difference.expected,
        "actual": difference.actual,
    }
