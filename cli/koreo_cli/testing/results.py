"""What a run of tests found, with places in files, ready for every format.

Reports of the runtime count offsets from the start of a document; here they become problems with places in files,
as severe as the workspace says. What prevents a test from running becomes the problems that `koreo check` shows.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from koreo_analyzer.problems import Severity
from koreo_analyzer.text import Span
from koreo_runtime.outcomes import Ok
from koreo_runtime.testing.places import case_span, difference_span, maker_span
from koreo_runtime.testing.problems import failure_problem, test_title, unusable_problem, warning_problems

from koreo_cli.doubts import ambiguous, function_doubts, own_doubts, with_references
from koreo_cli.places import Place, place_of
from koreo_cli.report import Sources, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.workspace import FileProblem, Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument
    from koreo_project.load import Loaded
    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport, CaseStatus, TestReport


class TestResult:
    """The report of one test, and the places that it speaks of; `report.path` is absolute."""

    __slots__ = ("_document", "_doubts", "_snapshot", "_start", "report")
    __test__ = False

    def __init__(self, snapshot: Snapshot, report: TestReport) -> None:
        file = snapshot.file(report.path)
        placed = file.documents[report.document] if file is not None else None
        model = placed.document.model if placed is not None else None
        if placed is None or model is None:
            raise KeyError(report.path)
        self.report = report
        self._snapshot = snapshot
        self._start = placed.start
        self._document: KoreoDocument = model
        self._doubts: tuple[FileProblem, ...] | None = None

    @property
    def name(self) -> str:
        """What to call the test."""
        return test_title(self.report)

    @property
    def title(self) -> str:
        """The function under test, as `Kind/name`; empty if the test does not say."""
        return f"{self.report.kind}/{self.report.function}" if self.report.function else ""

    @property
    def place(self) -> Place:
        """The name of the test, or its kind if it has none."""
        name = self._document.name
        return self._at(self._document.kind_span if name is None else name.span)

    @property
    def error_place(self) -> Place:
        """What cannot be run: the part of the function, or else the part of the test."""
        error = self.report.error
        if error is None:
            return self.place
        elsewhere = place_of(self._snapshot, error.location) if error.location is not None else None
        return elsewhere or self._at(error.span)

    def causes(self) -> tuple[FileProblem, ...]:
        """Return the problems that prevent the test from running, as `koreo check` has them.

        They are the errors in the document that cannot be run. It may have none at the place itself: then what
        `report.error` says is all that there is.
        """
        place = self.error_place
        file = self._snapshot.file(place.path)
        found = file.document_at(place.span.start) if file is not None else None
        if found is None:
            return ()
        start, document = found[1]
        errors = _errors_of(self._snapshot, place.path, start, document)
        is_told = not document.tree.sound or any(_touch(problem.span, place.span) for problem in errors)
        return tuple(errors) if is_told else ()

    @property
    def passed(self) -> bool:
        """Whether no case failed, and the test says what was meant: an error in it makes its verdict worthless."""
        return self.report.passed and all(doubt.severity < Severity.ERROR for doubt in self.doubts())

    def doubts(self) -> tuple[FileProblem, ...]:
        """Return what is wrong with a test that ran and with its function, and whether another one may be meant."""
        if self._doubts is None:
            report, snapshot = self.report, self._snapshot
            found = ambiguous(snapshot, with_references(snapshot, report.kind, report.function))
            if report.error is None:
                own = own_doubts(snapshot, report.path, report.document)
                found = chain(own, function_doubts(snapshot, report.kind, report.function), found)
            self._doubts = tuple(found)
        return self._doubts

    def unusable(self) -> FileProblem | None:
        """Return why the test cannot be run; None if it can, or if the problem is hidden or turned off."""
        error = self.report.error
        if error is None:
            return None
        path, number, document = self.report.path, self.report.document, self._document
        if error.location is not None:
            found = self._snapshot.definitions(error.location.kind, error.location.name)
            if found:
                path, number, document = found[0].path, found[0].index, found[0].document
        problem = unusable_problem(document, self.report)
        return None if problem is None else next(self._snapshot.place_problems(path, number, [problem]), None)

    def failure(self, case: CaseReport) -> FileProblem | None:
        """Return the problem of a case that failed; None for others, or if it is hidden or turned off."""
        problem = failure_problem(self._document, self.report, case)
        return None if problem is None else next(self._placed([problem]), None)

    def warnings(self, case: CaseReport) -> tuple[FileProblem, ...]:
        """Return the problems of a case that passed, without those that are hidden or turned off."""
        if not case.warnings:
            return ()
        return tuple(self._placed(warning_problems(self._document, self.report, case)))

    def problems(self) -> Iterator[FileProblem]:
        """Yield all of these."""
        yield from self.doubts()
        unusable = self.unusable()
        if unusable is not None:
            yield unusable
        for case in self.report.cases:
            failure = self.failure(case)
            if failure is not None:
                yield failure
            yield from self.warnings(case)

    def _placed(self, problems: Iterable[Problem]) -> Iterator[FileProblem]:
        return self._snapshot.place_problems(self.report.path, self.report.document, problems)

    def case_place(self, case: CaseReport) -> Place:
        """Return the assertion of a case, or the overlay that kept it from being run."""
        return self._at(case_span(self._document, case))

    def difference_place(self, case: CaseReport, difference: Difference) -> Place:
        """Return the expected value of a difference, or the nearest parent of one that is not there."""
        return self._at(difference_span(self._document, case, difference))

    def maker_place(self, case: CaseReport, difference: Difference) -> Place | None:
        """Return the expression that made the part of a returned value that differs; None if it is not known."""
        found = self._snapshot.active_definition(self.report.kind, self.report.function)
        span = maker_span(found.document, case, difference) if found is not None else None
        return Place(found.path, span.shift(found.start)) if found is not None and span is not None else None

    def outcome_place(self, case: CaseReport) -> Place | None:
        """Return what decided the outcome of a case; None if nothing did."""
        outcome = case.outcome
        return (
            None if outcome is None or isinstance(outcome, Ok) else place_of(self._snapshot, outcome.location)
        )

    def _at(self, span: Span) -> Place:
        return Place(self.report.path, span.shift(self._start))


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


@dataclass(frozen=True, slots=True)
class TestResults:
    """All tests that were run, in the order in which they are shown.

    `problems` are those of files that may hold tests and could not be read. `causes` are what keeps the tests with
    an error from running, and what makes the verdicts of others doubtful, each once; an error that has none speaks
    for itself. `engine` names what evaluated the expressions. `seconds` is wall-clock time.
    """

    __test__ = False

    results: tuple[TestResult, ...]
    problems: tuple[FileProblem, ...]
    causes: tuple[FileProblem, ...]
    sources: Sources
    engine: str
    seconds: float

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(result.passed for result in self.results)

    @property
    def errors(self) -> int:
        """How many tests could not be run."""
        return sum(result.report.error is not None for result in self.results)

    @property
    def failed(self) -> int:
        """How many tests could run and failed."""
        return len(self.results) - self.passed - self.errors

    @property
    def cases(self) -> Counter[CaseStatus]:
        """How many cases ended in each way."""
        return Counter(case.status for result in self.results for case in result.report.cases)

    @property
    def warnings(self) -> int:
        """How many warnings there are that are neither hidden nor turned off."""
        doubtful = sum(problem.severity is Severity.WARNING for problem in self.causes)
        return doubtful + sum(
            len(result.warnings(case)) for result in self.results for case in result.report.cases
        )

    def has(self, least: Severity) -> bool:
        """Whether there is a problem at least as bad as `least`; how bad a failure is, the workspace may say."""
        found = chain(self.problems, *(result.problems() for result in self.results))
        return any(problem.severity >= least for problem in found)


def gather(
    workspaces: Sequence[tuple[Loaded, Snapshot, Sequence[TestReport]]], engine: str, seconds: float
) -> TestResults:
    """Return the results of the reports of each workspace, as it is in a snapshot."""
    results: list[TestResult] = []
    problems: dict[FileProblem, None] = {}
    causes: dict[FileProblem, None] = {}
    texts: dict[str, str] = {}
    for loaded, snapshot, reports in workspaces:
        texts |= _texts(loaded, snapshot)
        problems |= dict.fromkeys(loaded.problems)
        problems |= dict.fromkeys(_unread(loaded, snapshot))
        for report in reports:
            result = TestResult(snapshot, report)
            results.append(result)
            if result.unusable() is not None:
                causes |= dict.fromkeys(result.causes())
            causes |= dict.fromkeys(result.doubts())
    sources = Sources(texts, os.getcwd())
    return TestResults(
        results=tuple(results),
        problems=ordered(problems, sources),
        causes=ordered(causes, sources),
        sources=sources,
        engine=engine,
        seconds=seconds,
    )


def _texts(loaded: Loaded, snapshot: Snapshot) -> Mapping[str, str]:
    return {path: snapshot.text(path) for path in snapshot.paths()} | dict(loaded.other_texts)


def _unread(loaded: Loaded, snapshot: Snapshot) -> Iterator[FileProblem]:
    """Yield the errors of documents whose YAML is too broken to tell whether they are tests."""
    for path in loaded.reported:
        file = snapshot.file(path)
        if file is None or not file.is_koreo:
            continue
        for start, document in file.documents:
            if document.model is None and not document.tree.sound:
                yield from _errors_of(snapshot, path, start, document)


def _errors_of(snapshot: Snapshot, path: str, start: int, document: ParsedDocument) -> list[FileProblem]:
    """Return the errors of a document that starts at an offset of a file."""
    whole = Span(start, start + len(document.text))
    return [
        problem
        for problem in snapshot.problems(path)
        if problem.severity is Severity.ERROR and whole.holds(problem.span)
    ]
