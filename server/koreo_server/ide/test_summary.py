"""How FunctionTests went in one sentence: what an editor that shows no test results says after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_runtime.testing.problems import case_name

from koreo_server.ide.test_lenses import tests_text
from koreo_server.ide.test_problems import difference_text
from koreo_server.ide.test_results import ShownTest, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_runtime.testing.reports import CaseReport

_LONGEST = 200
"""Characters of why a case failed: a message that fills the window hides the text that it is about."""


def summary(test: ShownTest) -> str:
    """Return how one test went: `settings-test: 1 of 3 cases failed: case 2 (Scales up): …`."""
    name = test.name or "the test"
    match test.status:
        case Status.ERROR:
            return f"{name} cannot be run: {_first_line(test.message or '')}"
        case Status.FAILED:
            first = next(case.report for case in test.cases if case.status is Status.FAILED)
            why = f": {_failure(first)}" if first is not None else ""
            failed = f"{test.count(Status.FAILED)} of {_cases(len(test.cases))} failed"
            return f"{name}: {failed}{_not_run(test)}{why}"
        case Status.PASSED:
            return f"{name}: {_cases(test.count(Status.PASSED))} passed{_not_run(test)}"
        case Status.NOT_RUN:
            return f"{name} was not run" + (f": {test.message}" if test.message is not None else "")


def summary_of_all(tests: Sequence[ShownTest]) -> str:
    """Return how many tests went which way, and the first one that did not pass."""
    if not tests:
        return "there is no FunctionTest here"
    bad = [test for test in tests if not is_good(test)]
    if len(tests) == 1:
        return summary(tests[0])
    return f"{tests_text(tests)}{f'; {summary(bad[0])}' if bad else ''}"


def is_good(test: ShownTest) -> bool:
    """Whether a test has nothing to mend."""
    return test.status in (Status.PASSED, Status.NOT_RUN) and test.hindered_by is None


def _cases(count: int) -> str:
    return f"{count} case{'s' if count != 1 else ''}"


def _not_run(test: ShownTest) -> str:
    left = test.count(Status.NOT_RUN)
    return f", {left} not run" if left else ""


def _failure(report: CaseReport) -> str:
    differences = report.differences
    told = difference_text(differences[0]) if differences and differences[0].path else report.reason
    return f"{case_name(report)}: {_first_line(told)}"


def _first_line(text: str) -> str:
    line, *rest = text.splitlines() or [""]
    return line if len(line) <= _LONGEST and not rest else f"{line[: _LONGEST - 1].rstrip(':')}…"
