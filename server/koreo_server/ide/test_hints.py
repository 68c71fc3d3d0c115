"""Inlay hints of FunctionTests: how each test and case went, and the values that expressions had in a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_runtime.testing.reports import CaseStatus
from koreo_runtime.testing.values import case_values

from koreo_server.ide.test_problems import value_text
from koreo_server.ide.test_results import ShownCase, ShownTest, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

_SHORT: Final = 48
_LONG: Final = 2_000


@dataclass(frozen=True, slots=True)
class TestHint:
    """A text to show behind an offset of a file; `tooltip` says more."""

    __test__ = False

    offset: int
    label: str
    tooltip: str


def test_hints(tests: Iterable[ShownTest], within: Span) -> Iterator[TestHint]:
    """Yield how tests and their cases went, in a part of their file."""
    for test in tests:
        if test.span.end < within.start or within.end < test.span.start:
            continue
        if within.contains(test.head.end):
            yield TestHint(test.head.end, _test_label(test), test_tooltip(test))
        if test.status is Status.ERROR:
            continue
        for case in test.cases:
            if within.contains(case.head.end):
                yield TestHint(case.head.end, _marked(_case_label(case), test), _case_tooltip(case, test))


def duration(seconds: float) -> str:
    """Return a time as people read it: `<0.1 ms`, `0.4 ms`, `1.2 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    milliseconds = seconds * 1000
    if milliseconds < 0.05:
        return "<0.1 ms"
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


def _marked(label: str, test: ShownTest) -> str:
    return label if test.is_current or test.status is Status.NOT_RUN else f"{label} …"


def _test_label(test: ShownTest) -> str:
    match test.status:
        case Status.PASSED:
            return _marked(f"✓ {duration(test.seconds)}", test)
        case Status.FAILED:
            failed, left = test.count(Status.FAILED), test.count(Status.NOT_RUN)
            told = f"{failed} failed, {left} not run" if left else f"{failed} of {len(test.cases)} failed"
            return _marked(f"✗ {told}", test)
        case Status.ERROR:
            return _marked("✗ cannot be run", test)
        case Status.NOT_RUN:
            if test.hindered_by is not None:
                return f"not run: `{test.hindered_by[1]}` has errors"
            return "not run" if test.message is None else f"not run: {test.message}"


def test_tooltip(test: ShownTest) -> str:
    """Return in words how a test went."""
    if test.message is not None:
        return test.message
    counts = ((test.count(status), word) for status, word in _WORDS)
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{test.kind} {test.function}: {told}, {duration(test.seconds)}"


_WORDS: Final = ((Status.PASSED, "passed"), (Status.FAILED, "failed"), (Status.NOT_RUN, "not run"))


def _case_label(case: ShownCase) -> str:
    report = case.report
    match case.status:
        case Status.PASSED if report is not None:
            return f"✓ {duration(report.seconds)}"
        case Status.FAILED:
            return "✗"
        case _ if report is not None and report.status is CaseStatus.SKIPPED:
            return "skipped"
        case _:
            return "not run"


def _case_tooltip(case: ShownCase, test: ShownTest) -> str:
    report = case.report
    if report is None:
        return test.message or "the test has not been run yet"
    if report.status is CaseStatus.NOT_RUN and report.reason:
        return report.reason
    if report.status is CaseStatus.NOT_RUN:
        return "a case before it failed, from which it would carry on"
    if report.status is CaseStatus.SKIPPED:
        return "the case says `skip: true`"
    return report.reason or f"`{report.assertion}` holds, {duration(report.seconds)}"


def value_hints(
    snapshot: Snapshot, definition: Definition, test: Definition, case: int, within: Span
) -> Iterator[TestHint]:
    """Yield what the expressions of a document gave in a case of a test, in a part of its file."""
    document = definition.document
    if document.name is None:
        return
    values = case_values(snapshot, test, case).get((document.kind, document.name.text), {})
    for expression in document.expressions:
        given = values.get(expression.path)
        end = definition.start + expression.scalar.end
        if given is None or not within.contains(end):
            continue
        end -= len(_tail(document.text[expression.scalar.start : expression.scalar.end]))
        text = value_text(given.value, _LONG) if given.error is None else str(given.error)
        short = text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
        yield TestHint(end, f"= {short}" if given.error is None else f"✗ {short}", text)


def _tail(text: str) -> str:
    """Return the blanks and line ends after a block scalar's last line."""
    return text[len(text.rstrip()) :]
