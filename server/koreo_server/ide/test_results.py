"""How a FunctionTest went, as the features show it: where its parts stand in the file, and in which state they are."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language.document import FunctionTest
from koreo_analyzer.text import Span
from koreo_runtime.testing.reports import CaseStatus

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition
    from koreo_analyzer.workspace.documents import ParsedDocument
    from koreo_runtime.programs.model import ProgramId
    from koreo_runtime.testing.reports import CaseReport, TestReport


@dataclass(frozen=True, slots=True)
class TestResult:
    """A FunctionTest of a file and how it went; `report` is None when it has not been run yet.

    `id` tells it from the other tests of the file. `parsed` is the text that was run: another one than that of
    `definition` while it is edited. `is_current` tells whether neither the test nor anything that it uses has changed
    since. The report has no objects and values of cases that passed. `longer_than` is the time in seconds after which
    the test was ended; then there is no report. `hindered_by` is the kind and name of what it uses that
    cannot be run, for a mistake that is told there: see `ide/hindered.py`.
    """

    __test__ = False

    definition: Definition
    id: str
    report: TestReport | None
    parsed: ParsedDocument | None
    is_current: bool
    longer_than: float | None = None
    hindered_by: ProgramId | None = None

    @property
    def name(self) -> str:
        """The name of the test; empty when it has none."""
        name = self.definition.document.name
        return name.text if name is not None else ""


class Status(enum.Enum):
    """How a test or a case went. The text is that of the protocol's messages."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "notRun"
    """Not yet, or not at all: it is skipped, a case before it failed, or what it runs is half written."""
    ERROR = "error"
    """The test cannot be run."""


_STATUSES = {
    CaseStatus.PASSED: Status.PASSED,
    CaseStatus.FAILED: Status.FAILED,
    CaseStatus.SKIPPED: Status.NOT_RUN,
    CaseStatus.NOT_RUN: Status.NOT_RUN,
}


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case of a test; `span` is the whole case, `head` its label or else its first key, both in the file.

    `report` is None when it has not been run.
    """

    index: int
    label: str
    span: Span
    head: Span
    status: Status
    report: CaseReport | None


@dataclass(frozen=True, slots=True)
class ShownTest:
    """A test; `span` is the whole document without blank lines at its end, `head` its name or else its kind."""

    id: str
    name: str
    kind: str
    function: str
    span: Span
    head: Span
    status: Status
    seconds: float
    message: str | None
    is_current: bool
    hindered_by: ProgramId | None
    cases: tuple[ShownCase, ...]

    def count(self, status: Status) -> int:
        """Return how many cases are in a state."""
        return sum(case.status is status for case in self.cases)


def show_test(result: TestResult) -> ShownTest:
    """Return how a test is shown. Cases are those of the present text, matched with the report by their place."""
    definition, report = result.definition, result.report
    document, start = definition.document, definition.start
    body = document.body
    reports = {case.index: case for case in report.cases} if report is not None else {}
    cases = body.cases if isinstance(body, FunctionTest) else ()
    shown = tuple(
        ShownCase(
            case.index,
            case.label.text if case.label is not None else f"Test Case {case.index + 1}",
            case.span.shift(start),
            _head(case.label.span if case.label is not None else None, case.keys, case.span).shift(start),
            _STATUSES[found.status] if (found := reports.get(case.index)) is not None else Status.NOT_RUN,
            found,
        )
        for case in cases
    )
    function = body.function if isinstance(body, FunctionTest) else None
    head = document.name.span if document.name is not None else document.kind_span
    end = start + len(document.text.rstrip())
    return ShownTest(
        id=result.id,
        name=result.name,
        kind=function.kind if function is not None else "",
        function=function.name.text if function is not None else "",
        span=Span(start, end),
        head=head.shift(start),
        status=_status(result, shown),
        seconds=sum(case.seconds for case in reports.values()),
        message=_message(result),
        is_current=result.is_current,
        hindered_by=result.hindered_by,
        cases=shown,
    )


def _message(result: TestResult) -> str | None:
    """Return why a test was not run, or not to its end."""
    if result.longer_than is not None:
        return f"takes longer than {result.longer_than:g} s; run it by hand"
    report = result.report
    if report is None:
        return None
    if report.error is not None:
        return report.error.message
    if any(case.status is CaseStatus.FAILED for case in report.cases):
        return None
    # What a case uses cannot be run: see `ide/hindered.py`.
    return next(
        (case.reason for case in report.cases if case.status is CaseStatus.NOT_RUN and case.reason), None
    )


def _head(label: Span | None, keys: dict[str, Span], case: Span) -> Span:
    if label is not None:
        return label
    return min(keys.values(), default=case)


def _status(result: TestResult, cases: tuple[ShownCase, ...]) -> Status:
    report = result.report
    if report is None or (report.error is not None and result.hindered_by is not None):
        return Status.NOT_RUN
    if report.error is not None:
        return Status.ERROR
    if any(case.status is Status.FAILED for case in cases):
        return Status.FAILED
    return Status.PASSED if report.passed else Status.NOT_RUN
