"""What the FunctionTests of a file found, as problems of it: each on the very value that is not as expected.

A result tells of the text that was run. While that is edited, its problems move along until the next result.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.cel import to_plain
from koreo_analyzer.cel.errors import CelError
from koreo_analyzer.checks.running import TEST_FAILED
from koreo_analyzer.problems import Problem, Severity
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileRelated
from koreo_runtime.outcomes import Ok, path_text
from koreo_runtime.testing.compare import DifferenceKind
from koreo_runtime.testing.places import difference_span, maker_span, span_at
from koreo_runtime.testing.problems import case_title, failure_problem, unusable_problem, warning_problems
from koreo_runtime.testing.reports import CaseStatus

from koreo_server.ide.carrying import changed_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.workspace import Definition, FileProblem, Snapshot
    from koreo_runtime.outcomes import Location
    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport, TestReport

    from koreo_server.ide.test_results import TestResult

MOST_DIFFERENCES: Final = 20
"""Of one case: more are shown by their number only."""
_MOST_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class _Found:
    """A problem in the document that was run, and the places in others that explain it."""

    problem: Problem
    related: tuple[FileRelated, ...] = ()


def test_problems(
    snapshot: Snapshot, path: str, results: Iterable[TestResult], others: Sequence[FileProblem]
) -> Iterator[FileProblem]:
    """Yield the problems that running its tests found in a file.

    `others` are the problems of the file that are known without: where the same is told there, it is not told again.
    Severities of koreo.toml hold, and comments hide, as for any problem.
    """
    errors = [problem.span for problem in others if problem.severity is Severity.ERROR]
    for result in results:
        report, parsed = result.report, result.parsed
        ran = parsed.model if parsed is not None else None
        if report is None or parsed is None or ran is None:
            continue
        definition = result.definition
        text = definition.document.text
        if report.error is not None and (result.hindered_by is not None or _has_error(errors, definition)):
            continue
        change = None if parsed.text is text else changed_part(parsed.text, text)
        for found in _found(snapshot, ran, report):
            span = found.problem.span if change is None else change.carry(found.problem.span)
            if span is None:
                continue
            moved = replace(found.problem, span=span)
            for placed in snapshot.place_problems(path, definition.index, (moved,)):
                yield replace(placed, related=found.related)


def _has_error(errors: Iterable[Span], definition: Definition) -> bool:
    """Whether an error is told in the document of a test, which keeps it from being run."""
    start = definition.start
    end = start + len(definition.document.text)
    return any(start <= span.start < end for span in errors)


def _found(snapshot: Snapshot, ran: KoreoDocument, report: TestReport) -> Iterator[_Found]:
    if report.error is not None:
        place = report.error.location
        if place is None and snapshot.active_definition(report.kind, report.function) is None:
            return  # `unknown-reference` tells it, unless the user does not want to know
        own = replace(report, error=replace(report.error, location=None))
        problem = unusable_problem(ran, own)
        if problem is not None:
            yield _Found(problem, tuple(_place(snapshot, place, "what is wrong there")))
        return
    function = snapshot.active_definition(report.kind, report.function)
    for case in report.cases:
        if case.status is CaseStatus.FAILED:
            yield from _failures(snapshot, ran, report, case, function)
        for problem in warning_problems(ran, report, case):
            yield _Found(problem)


def _failures(
    snapshot: Snapshot, ran: KoreoDocument, report: TestReport, case: CaseReport, function: Definition | None
) -> Iterator[_Found]:
    title = case_title(report, case)
    if not case.differences or not case.differences[0].path:
        problem = failure_problem(ran, report, case)
        outcome = case.outcome
        place = None if outcome is None or isinstance(outcome, Ok) else outcome.location
        if problem is not None:
            yield _Found(problem, tuple(_place(snapshot, place, "decided here")))
        return
    for number, difference in enumerate(case.differences):
        if number == MOST_DIFFERENCES:
            more = f"{title}: {len(case.differences) - number} more differences"
            yield _Found(TEST_FAILED.problem(difference_span(ran, case, difference), more))
            return
        made = _maker(function, case, difference)
        span = difference_span(ran, case, difference)
        yield _Found(TEST_FAILED.problem(span, f"{title}: {difference_text(difference)}"), tuple(made))


def difference_text(difference: Difference) -> str:
    """Return in one line what differs and how."""
    name = path_text(difference.path)
    if difference.kind is DifferenceKind.MISSING:
        return f"`{name}` is not there; expected {value_text(difference.expected)}"
    if difference.kind is DifferenceKind.EXTRA:
        return f"`{name}` is there and not expected: {value_text(difference.actual)}"
    return f"`{name}` is {value_text(difference.actual)}, expected {value_text(difference.expected)}"


def value_text(value: Any, most: int = _MOST_CHARACTERS) -> str:
    """Return a value as JSON in one line of at most so many characters."""
    try:
        text = json.dumps(to_plain(value), ensure_ascii=False)
    except (CelError, ValueError):
        text = str(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _place(snapshot: Snapshot, location: Location | None, message: str) -> Iterator[FileRelated]:
    """Yield the place in a definition that an outcome or an error names, if it is there."""
    definition = snapshot.active_definition(location.kind, location.name) if location is not None else None
    if definition is not None and location is not None:
        span = location.span or span_at(definition.document, location.path)
        if span.end <= len(definition.document.text):
            yield FileRelated(definition.path, span.shift(definition.start), message)


def _maker(function: Definition | None, case: CaseReport, difference: Difference) -> Iterator[FileRelated]:
    """Yield the expression that made a value: of a returned one, or of a part of the resource."""
    if function is None:
        return
    span = maker_span(function.document, case, difference) or _resource_maker(
        function.document, case, difference
    )
    if span is not None:
        yield FileRelated(function.path, span.shift(function.start), "made by this expression")


def _resource_maker(function: KoreoDocument, case: CaseReport, difference: Difference) -> Span | None:
    """Return the last expression that says something of a part of the resource, as overlays come after it."""
    if case.assertion != "expectResource":
        return None
    keys: Path = tuple(takewhile(lambda part: isinstance(part, str), difference.path))
    found: Span | None = None
    for expression in function.expressions:
        match expression.path:
            case ("spec", "resource", *rest) | ("spec", "overlays", int(), "overlay", *rest):
                if rest and tuple(rest) == keys[: len(rest)]:
                    found = expression.span(Span(0, len(expression.facts.source)))
            case _:
                pass
    return found
