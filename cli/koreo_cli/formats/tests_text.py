"""Results of tests for people: one line a test, the failures, and a line that sums up.

PASS  greeting-test  ValueFunction/greeting     6 cases              0.4 ms
FAIL  settings-test  ResourceFunction/settings  3 cases: 1 failed    0.8 ms
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.formats.tests_details import render_details
from koreo_cli.formats.text_report import counted
from koreo_cli.terminal import cell, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from koreo_runtime.testing.reports import CaseReport

    from koreo_cli.formats.text_report import Style
    from koreo_cli.testing.results import TestResult, TestResults

_PASSED, _FAILED, _WARNED = "green", "red", "yellow"
_CASE_COLORS: Final = {
    CaseStatus.PASSED: _PASSED,
    CaseStatus.FAILED: _FAILED,
    CaseStatus.SKIPPED: _WARNED,
    CaseStatus.NOT_RUN: _WARNED,
}
_NOT_PASSED: Final = (CaseStatus.FAILED, CaseStatus.NOT_RUN, CaseStatus.SKIPPED)
_GAP: Final = "  "
_VERDICT_COLUMNS: Final = len("ERROR")


def render(results: TestResults, style: Style, *, verbose: bool, quiet: bool) -> str:
    """Return lines, failures and summary; `quiet` leaves only what is wrong, `verbose` adds the cases."""
    blocks = [f"{text}\n" for text in render_details(results, style, verbose=verbose)]
    if results.results and not quiet:
        blocks.insert(0, test_lines(results.results, style, verbose=verbose))
        blocks.append(summary(results, style))
    return "\n".join(blocks)


def test_lines(results: Sequence[TestResult], style: Style, *, verbose: bool) -> str:
    """Return one aligned line for each test; `verbose` adds one for each of its cases."""
    return "".join(f"{line}\n" for line in _lines(results, style, verbose=verbose))


def summary(results: TestResults, style: Style) -> str:
    """Return the last line: how many tests passed and failed, of how many cases, in which time."""
    wrong = [
        (count, word)
        for count, word in ((results.failed, "failed"), (results.errors, "could not run"))
        if count
    ]
    total = len(results.results)
    counts = wrong or [(total, "passed")]
    color = _FAILED if wrong else _PASSED
    shown = []
    for number, (count, word) in enumerate(counts):
        # The first one says of how many tests: `2 of 3 tests failed, 1 could not run`.
        part = f"{count} of " if count < total else ""
        subject = f"{count}" if number else f"{part}{counted(total, 'test')}"
        shown.append(style.paint(f"{subject} {word}", color, bold=True))
    if results.warnings:
        shown.append(style.paint(counted(results.warnings, "warning"), _WARNED, bold=True))
    cases = results.cases
    of_cases = _cases_text(cases.total(), [(cases[status], status) for status in _NOT_PASSED])
    return f"{', '.join(shown)} ({of_cases}, {results.seconds:.2f} s)\n"


def _cases_text(total: int, counts: Sequence[tuple[int, CaseStatus]]) -> str:
    parts = [f"{count} {status.value.replace('-', ' ')}" for count, status in counts if count]
    return counted(total, "case") + (f": {', '.join(parts)}" if parts else "")


def _lines(results: Sequence[TestResult], style: Style, *, verbose: bool) -> Iterator[str]:
    names = _Column([result.name for result in results])
    cases = _Column([_cases_of(result) for result in results])
    times = [_time_of(result) for result in results]
    time_columns = max(map(len, times), default=0)
    functions = _Column([result.title for result in results])
    taken = _VERDICT_COLUMNS + names.width + functions.width + cases.width + time_columns + 4 * len(_GAP)
    if taken > style.width:
        functions = _Column([result.report.function for result in results])
    for index, result in enumerate(results):
        word, color = _verdict(result)
        shown = (
            style.paint(f"{word:<{_VERDICT_COLUMNS}}", color, bold=True),
            names.padded(index),
            style.paint(functions.padded(index), "cyan"),
            cases.padded(index),
            f"{times[index]:>{time_columns}}",
        )
        yield _GAP.join(shown).rstrip()
        if verbose:
            yield from (_case_line(case, style) for case in result.report.cases)


class _Column:
    """Texts of one column, as wide as the widest."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [printable(text).replace("\n", "\\n") for text in texts]
        self._widths = [_columns(text) for text in self._texts]
        self.width = max(self._widths, default=0)

    def padded(self, index: int) -> str:
        return self._texts[index] + " " * (self.width - self._widths[index])


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(cell(character)[1] for character in text)


def _case_line(case: CaseReport, style: Style) -> str:
    status = style.paint(f"{case.status.value:<7}", _CASE_COLORS[case.status])
    time = f"{_GAP}{_shown_time(case.seconds)}" if case.seconds else ""
    label = printable(case.label).replace("\n", "\\n")
    return f"{' ' * _VERDICT_COLUMNS}{_GAP}{case.index + 1:>2}  {status}  {label}{time}"


def _verdict(result: TestResult) -> tuple[str, str]:
    cases = result.report.cases
    if result.report.error is not None:
        return "ERROR", _FAILED
    if not result.passed:
        return "FAIL", _FAILED
    if cases and all(case.status is CaseStatus.SKIPPED for case in cases):
        return "SKIP", _WARNED
    if result.doubts() or any(map(result.warnings, cases)):
        return "WARN", _WARNED
    return ("PASS", _PASSED) if cases else ("SKIP", _WARNED)


def _cases_of(result: TestResult) -> str:
    if result.report.error is not None:
        return "cannot run"
    found = [case.status for case in result.report.cases]
    return _cases_text(len(found), [(found.count(status), status) for status in _NOT_PASSED])


def _time_of(result: TestResult) -> str:
    cases = result.report.cases
    return _shown_time(sum(case.seconds for case in cases)) if cases else ""


def _shown_time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
