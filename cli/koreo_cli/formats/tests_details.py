"""Failures of tests for people: where the expected value stands, what it is and what came instead.

    settings.k.yaml:28:5: failed: settings-test, case 2 (Scales up): the resource differs
    settings.k.yaml:34:19: spec.replicas differs
       |
    34 |         replicas: 3
       |                   ^
       - 3
       + 2
    settings.k.yaml:11:7: note: the outcome was decided here
    ...

What keeps a test from running looks as `koreo check` shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_runtime.outcomes import path_text
from koreo_runtime.testing.compare import DifferenceKind
from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.formats.text_report import (
    counted,
    gutter_width,
    indented,
    location,
    problem_text,
    snippet,
)
from koreo_cli.formats.value_diff import difference_lines
from koreo_cli.report import ordered
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport

    from koreo_cli.formats.text_report import Style
    from koreo_cli.report import Sources
    from koreo_cli.testing.results import Place, TestResult, TestResults

_ERROR, _WARNING, _NOTE = "red", "yellow", "blue"
_SIGN_COLORS: Final = {"-": "red", "+": "green"}
_DIFFERENCES: Final = 8
"""How many differences of a case are shown unless all are asked for."""


def render_details(results: TestResults, style: Style, *, verbose: bool) -> list[str]:
    """Return all that is wrong, a text for each problem, test, case or warning, without a line break at its end."""
    details = Details(results.sources, style, verbose=verbose)
    problems = ordered({*results.problems, *results.causes}, results.sources)
    texts = [problem_text(problem, results.sources, style) for problem in problems]
    for result in results.results:
        texts += ["\n".join(lines) for lines in details.of(result)]
    return texts


def case_title(result: TestResult, case: CaseReport) -> str:
    """Return what a case is called outside of its test: `settings-test, case 2 (Scales up)`."""
    label = "" if case.label.endswith(f"Test Case {case.index + 1}") else f" ({case.label})"
    return f"{result.name}, case {case.index + 1}{label}"


def difference_title(difference: Difference) -> str:
    """Return what a difference is: `spec.replicas is missing`."""
    path = path_text(difference.path)
    match difference.kind:
        case DifferenceKind.MISSING:
            return f"{path} is missing"
        case DifferenceKind.EXTRA:
            return f"{path} is not expected"
        case DifferenceKind.DIFFERENT:
            return f"{path} differs" if path else "it differs"


class Details:
    """Writes failures and warnings with the places in `sources` that they speak of; `verbose` in full."""

    def __init__(self, sources: Sources, style: Style, *, verbose: bool) -> None:
        self._sources = sources
        self._style = style
        self._verbose = verbose

    def of(self, result: TestResult) -> Iterator[Iterator[str]]:
        """Yield the lines of each failure and warning of a test; what problems of files tell is left out."""
        if result.report.error is not None and not result.causes():
            yield self.error(result)
        for case in result.report.cases:
            if case.status is CaseStatus.FAILED:
                yield self.failure(result, case)
            yield from self.warnings(result, case)

    def warnings(self, result: TestResult, case: CaseReport) -> Iterator[Iterator[str]]:
        """Yield the lines of each warning of a case."""
        for warning in case.warnings:
            message = f"{case_title(result, case)}: {warning}"
            yield self._marked(result.case_place(case), "warning", message, _WARNING)

    def error(self, result: TestResult) -> Iterator[str]:
        """Yield the lines that say why a test cannot be run."""
        message = result.report.error.message if result.report.error is not None else ""
        return self._marked(result.error_place, "error", f"{result.name}: {message}", _ERROR)

    def failure(self, result: TestResult, case: CaseReport) -> Iterator[str]:
        """Yield the lines of a case that failed."""
        message = f"{case_title(result, case)}: {case.reason}"
        place = result.case_place(case)
        if case.differences:
            yield self._head(place, "failed", message, _ERROR)
        else:
            yield from self._marked(place, "failed", message, _ERROR)
        shown = case.differences if self._verbose else case.differences[:_DIFFERENCES]
        for difference in shown:
            yield from self._difference(result, case, difference)
        left = len(case.differences) - len(shown)
        if left:
            yield f"... and {counted(left, 'more difference')}; --verbose shows all"
        decided = result.outcome_place(case)
        if decided is not None:
            yield from self._marked(decided, "note", "the outcome was decided here", _NOTE)

    def _difference(self, result: TestResult, case: CaseReport, difference: Difference) -> Iterator[str]:
        place = result.difference_place(case, difference)
        if difference.path:
            yield f"{location(*place, self._sources)}: {indented(difference_title(difference))}"
        yield from snippet(*place, self._sources, self._style, _ERROR)
        margin = " " * gutter_width(*place, self._sources)
        for sign, line in difference_lines(difference, full=self._verbose):
            text = f"{margin} {sign} {printable(line)}".rstrip()
            yield self._style.paint(text, _SIGN_COLORS.get(sign))

    def _head(self, place: Place, word: str, message: str, color: str) -> str:
        paint = self._style.paint
        head = paint(word, None if word == "note" else color, bold=True)
        return f"{location(*place, self._sources)}: {head}: {paint(indented(message), bold=word != 'note')}"

    def _marked(self, place: Place, word: str, message: str, color: str) -> Iterator[str]:
        yield self._head(place, word, message, color)
        yield from snippet(*place, self._sources, self._style, color)
