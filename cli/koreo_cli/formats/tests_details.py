"""Failures of tests for people: where the expected value stands, what it is and what came instead.

    settings.k.yaml:28:5: error[test-failed]: settings-test, case 2 (Scales up): the resource differs
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
from koreo_runtime.testing import problems
from koreo_runtime.testing.compare import DifferenceKind
from koreo_runtime.testing.expectations import ExpectResource

from koreo_cli.formats.text_report import (
    COLORS,
    counted,
    gutter_width,
    indented,
    location,
    problem_head,
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
    from koreo_cli.places import Place
    from koreo_cli.report import Sources
    from koreo_cli.testing.results import TestResult, TestResults

_NOTE: Final = "blue"
_SIGN_COLORS: Final = {"-": "red", "+": "green"}
_DIFFERENCES: Final = 8
"""How many differences of a case are shown unless all are asked for."""


def render_details(results: TestResults, style: Style, *, verbose: bool) -> list[str]:
    """Return all that is wrong, a text for each problem, test, case or warning, without a line break at its end."""
    details = Details(results.sources, style, verbose=verbose)
    of_files = ordered({*results.problems, *results.causes}, results.sources)
    texts = [problem_text(problem, results.sources, style) for problem in of_files]
    for result in results.results:
        texts += ["\n".join(lines) for lines in details.of(result)]
    return texts


def case_title(result: TestResult, case: CaseReport) -> str:
    """Return what a case is called outside of its test: `settings-test, case 2 (Scales up)`."""
    return problems.case_title(result.report, case)


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
        if result.unusable() is not None and not result.causes():
            yield self.error(result)
        for case in result.report.cases:
            if result.failure(case) is not None:
                yield self.failure(result, case)
            yield from self.warnings(result, case)

    def warnings(self, result: TestResult, case: CaseReport) -> Iterator[Iterator[str]]:
        """Yield the lines of each warning of a case."""
        for problem in result.warnings(case):
            yield iter([problem_text(problem, self._sources, self._style)])

    def error(self, result: TestResult) -> Iterator[str]:
        """Yield the lines that say why a test cannot be run; none if nobody wants to know."""
        problem = result.unusable()
        if problem is not None:
            yield problem_text(problem, self._sources, self._style)

    def failure(self, result: TestResult, case: CaseReport) -> Iterator[str]:
        """Yield the lines of a case that failed; none if nobody wants to know."""
        problem = result.failure(case)
        if problem is None:
            return
        if case.differences:
            yield problem_head(problem, self._sources, self._style)
        else:
            yield problem_text(problem, self._sources, self._style)
        shown = case.differences if self._verbose else case.differences[:_DIFFERENCES]
        made: Place | None = None
        for difference in shown:
            yield from self._difference(result, case, difference, COLORS[problem.severity])
            before, made = made, result.maker_place(case, difference)
            if made is not None and made != before:
                yield from self._note(made, "made here")
        left = len(case.differences) - len(shown)
        if left:
            yield f"... and {counted(left, 'more difference')}; --verbose shows all"
        # Of a resource that differs, what was sent is wrong, not the outcome.
        is_sent = case.assertion == ExpectResource.key and case.differences
        decided = None if is_sent else result.outcome_place(case)
        if decided is not None:
            yield from self._note(decided, "the outcome was decided here")

    def _note(self, place: Place, text: str) -> Iterator[str]:
        note = self._style.paint("note", bold=True)
        yield f"{location(*place, self._sources)}: {note}: {text}"
        yield from snippet(*place, self._sources, self._style, _NOTE)

    def _difference(
        self, result: TestResult, case: CaseReport, difference: Difference, color: str
    ) -> Iterator[str]:
        place = result.difference_place(case, difference)
        if difference.path:
            yield f"{location(*place, self._sources)}: {indented(difference_title(difference))}"
        yield from snippet(*place, self._sources, self._style, color)
        margin = " " * gutter_width(*place, self._sources)
        for sign, line in difference_lines(difference, full=self._verbose):
            text = f"{margin} {sign} {printable(line)}".rstrip()
            yield self._style.paint(text, _SIGN_COLORS.get(sign))
