"""Results of tests as workflow commands, which GitHub Actions shows as annotations of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_runtime.testing.compare import DifferenceKind

from koreo_cli.formats.github_report import command, problem_command
from koreo_cli.formats.tests_details import difference_title
from koreo_cli.formats.value_diff import value_text
from koreo_cli.terminal import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span
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
    unusable = result.unusable()
    if unusable is not None and not result.causes():
        yield problem_command(unusable, sources)
    for case in result.report.cases:
        failure = result.failure(case)
        if failure is not None:
            place: tuple[str, Span] = failure.path, failure.span
            if case.differences:
                place = result.difference_place(case, case.differences[0])
            yield command(failure.severity, place, failure.code, _text(failure.message, case), sources)
        for warning in result.warnings(case):
            yield problem_command(warning, sources)


def _text(message: str, case: CaseReport) -> str:
    lines = [message, *map(_difference, case.differences[:_DIFFERENCES])]
    left = len(case.differences) - _DIFFERENCES
    return "\n".join([*lines, f"and {left} more"] if left > 0 else lines)


def _difference(difference: Difference) -> str:
    title = difference_title(difference)
    expected, actual = (
        shortened(value_text(difference.expected), _CHARACTERS),
        shortened(value_text(difference.actual), _CHARACTERS),
    )
    match difference.kind:
        case DifferenceKind.MISSING:
            return f"{title}: expected {expected}"
        case DifferenceKind.EXTRA:
            return f"{title}: {actual}"
        case DifferenceKind.DIFFERENT:
            return f"{title}: expected {expected}, actual {actual}"
