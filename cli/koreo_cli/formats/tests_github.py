"""Results of tests as workflow commands, which GitHub Actions shows as annotations of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.problems import Severity
from koreo_runtime.testing.compare import DifferenceKind
from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.formats.github_report import command, problem_command
from koreo_cli.formats.tests_details import case_title, difference_title
from koreo_cli.formats.value_diff import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport

    from koreo_cli.report import Sources
    from koreo_cli.testing.results import TestResult, TestResults

_DIFFERENCES = 8
_CHARACTERS = 200


def render(results: TestResults) -> str:
    """Return one command a line for each problem, failed case and warning."""
    problems = dict.fromkeys((*results.problems, *results.causes))
    lines = [problem_command(problem, results.sources) for problem in problems]
    for result in results.results:
        lines += _commands(result, results.sources)
    return "".join(lines)


def _commands(result: TestResult, sources: Sources) -> Iterator[str]:
    error = result.report.error
    if error is not None and not result.causes():
        text = f"{result.name}: {error.message}"
        yield command(Severity.ERROR, result.error_place, "test cannot run", text, sources)
    for case in result.report.cases:
        title = case_title(result, case)
        if case.status is CaseStatus.FAILED:
            place = result.case_place(case)
            if case.differences:
                place = result.difference_place(case, case.differences[0])
            yield command(Severity.ERROR, place, "test failed", _failure(title, case), sources)
        for warning in case.warnings:
            place = result.case_place(case)
            yield command(Severity.WARNING, place, "test warning", f"{title}: {warning}", sources)


def _failure(title: str, case: CaseReport) -> str:
    lines = [f"{title}: {case.reason}", *map(_difference, case.differences[:_DIFFERENCES])]
    left = len(case.differences) - _DIFFERENCES
    return "\n".join([*lines, f"and {left} more"] if left > 0 else lines)


def _difference(difference: Difference) -> str:
    title = difference_title(difference)
    expected, actual = _cut(value_text(difference.expected)), _cut(value_text(difference.actual))
    match difference.kind:
        case DifferenceKind.MISSING:
            return f"{title}: expected {expected}"
        case DifferenceKind.EXTRA:
            return f"{title}: {actual}"
        case DifferenceKind.DIFFERENT:
            return f"{title}: expected {expected}, actual {actual}"


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}..."
