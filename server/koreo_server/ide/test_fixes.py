"""Quick fixes of failing FunctionTests: expecting what happened, in one field, in one case or in the whole test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.edit import remove, set_value
from koreo_analyzer.workspace import FileEdit
from koreo_runtime.outcomes import path_text
from koreo_runtime.testing.compare import DifferenceKind
from koreo_runtime.testing.places import case_span, difference_span
from koreo_runtime.testing.problems import case_name, test_title
from koreo_runtime.testing.reports import CaseStatus
from koreo_runtime.testing.update import Update, propose_case

from koreo_server.ide.test_edits import accept_actual

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport, TestReport

    from koreo_server.ide.test_results import TestResult

_TITLES: Final = {
    DifferenceKind.DIFFERENT: "Accept the actual value of `{}`",
    DifferenceKind.EXTRA: "Accept `{}`, which is not expected",
    DifferenceKind.MISSING: "Accept that `{}` is not there",
}


@dataclass(frozen=True, slots=True)
class TestFix:
    """Edits that make failing expectations hold; `mended` are the places of the problems that go then."""

    __test__ = False

    title: str
    edits: tuple[FileEdit, ...]
    mended: frozenset[Span]


def failure_fixes(
    snapshot: Snapshot, results: Iterable[TestResult], touched: Collection[Span]
) -> Iterator[TestFix]:
    """Yield the fixes of the failures of a file's tests at the places `touched`, from the smallest to the largest.

    Of a test that has changed since it was run nothing is known; of a case that failed by an error nothing is accepted.
    """
    for result in results:
        report = result.report
        if report is None or report.error is not None or not result.is_current:
            continue
        failed = {
            case.index: _places(result.definition, case)
            for case in report.cases
            if case.status is CaseStatus.FAILED
        }
        if not any(span in touched for places in failed.values() for span in places):
            continue
        for index, places in failed.items():
            if not places.isdisjoint(touched):
                case = next(one for one in report.cases if one.index == index)
                fields = list(_fields(snapshot, result.definition, report, case, touched))
                yield from fields
                if not len(fields) == len(case.differences) == 1:
                    yield from _case(snapshot, report, case, places)
        if len(failed) > 1:
            everything = frozenset(span for places in failed.values() for span in places)
            yield from _whole(
                snapshot, report, None, f"all actual values of {test_title(report)}", everything
            )


def _places(definition: Definition, case: CaseReport) -> frozenset[Span]:
    """Return where the failure of a case is told (see `ide/test_problems.py`)."""
    document, start = definition.document, definition.start
    if not _is_in_parts(case):
        return frozenset({case_span(document, case).shift(start)})
    return frozenset(difference_span(document, case, one).shift(start) for one in case.differences)


def _is_in_parts(case: CaseReport) -> bool:
    return bool(case.differences) and bool(case.differences[0].path)


def _fields(
    snapshot: Snapshot,
    definition: Definition,
    report: TestReport,
    case: CaseReport,
    touched: Collection[Span],
) -> Iterator[TestFix]:
    """Yield the fix of each field whose difference is told at a touched place."""
    if not _is_in_parts(case):
        return
    update = propose_case(snapshot, report, case)
    if not isinstance(update, Update) or update.asserts_something_else:
        return
    for difference in case.differences:
        span = difference_span(definition.document, case, difference).shift(definition.start)
        if span in touched:
            edits = _edits_of(snapshot, definition, (*case.path, *difference.path), difference, update.value)
            if edits:
                title = _TITLES[difference.kind].format(path_text(difference.path))
                yield TestFix(title, edits, frozenset({span}))


def _edits_of(
    snapshot: Snapshot, definition: Definition, path: Path, difference: Difference, accepted: Any
) -> tuple[FileEdit, ...]:
    """Return the edits by which one field is as in the accepted value; none where they cannot be made."""
    file = snapshot.file(definition.path)
    if file is None:
        return ()
    start, parsed = file.documents[definition.index]
    if difference.kind is DifferenceKind.MISSING:
        change = remove(parsed.text, parsed.tree, path)
    else:
        try:
            for part in difference.path:
                accepted = accepted[part]
        except (KeyError, IndexError, TypeError):
            return ()
        change = set_value(parsed.text, parsed.tree, path, accepted)
    return tuple(FileEdit(definition.path, edit.span.shift(start), edit.text) for edit in change.edits)


def _case(
    snapshot: Snapshot, report: TestReport, case: CaseReport, places: frozenset[Span]
) -> Iterator[TestFix]:
    """Yield the fix of a whole case."""
    what = "all actual values" if len(case.differences) > 1 else "the actual value"
    yield from _whole(snapshot, report, case.index, f"{what} of {case_name(case)}", places)


def _whole(
    snapshot: Snapshot, report: TestReport, case: int | None, what: str, places: frozenset[Span]
) -> Iterator[TestFix]:
    edits, _ = accept_actual(snapshot, report, case)
    if edits:
        yield TestFix(f"Accept {what}", tuple(edits), places)
