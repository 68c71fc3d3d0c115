"""Edits of FunctionTests: expecting what really happened, giving an input that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.edit import set_value
from koreo_analyzer.language.document import FunctionTest
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileEdit
from koreo_analyzer.yaml.resolve import TooLarge, plain
from koreo_runtime.outcomes import path_text
from koreo_runtime.testing.compare import DifferenceKind
from koreo_runtime.testing.expectations import CaseRun, asserted_object, outcome_text
from koreo_runtime.testing.reports import CaseStatus
from koreo_runtime.testing.update import Refusal, Update, accept, propose_case

from koreo_server.ide.carrying import changed_part
from koreo_server.ide.examples import example_inputs

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.testing.reports import CaseReport, TestReport


def accept_actual(
    snapshot: Snapshot, report: TestReport, case: int | None
) -> tuple[list[FileEdit], list[str]]:
    """Return the edits by which a failing case expects what happened, all for None, and why others cannot.

    The report must be that of the test's present text.
    """
    proposed = [
        propose_case(snapshot, report, one)
        for one in report.cases
        if one.status is CaseStatus.FAILED and case in (None, one.index)
    ]
    updates = [one for one in proposed if isinstance(one, Update)]
    refused = [one.reason for one in proposed if isinstance(one, Refusal)]
    texts, refusals = accept(snapshot, updates)
    edits = [_as_edit(path, snapshot.text(path), text) for path, text in texts.items()]
    return edits, [*refused, *refusals.values()]


def _as_edit(path: str, before: str, after: str) -> FileEdit:
    change = changed_part(before, after)
    return FileEdit(path, Span(change.start, change.end), after[change.start : change.start + change.length])


def add_input(snapshot: Snapshot, test: Definition, name: str) -> tuple[list[FileEdit], list[str]]:
    """Return the edits by which a test gives an input: an example of what the function does with it."""
    file = snapshot.file(test.path)
    if file is None:
        return [], ["the file is gone"]
    start, parsed = file.documents[test.index]
    change = set_value(parsed.text, parsed.tree, ("spec", "inputs", name), _example(snapshot, test, name))
    edits = [FileEdit(test.path, edit.span.shift(start), edit.text) for edit in change.edits]
    return edits, [change.refusal] if change.refusal is not None else []


def _example(snapshot: Snapshot, test: Definition, name: str) -> Any:
    body = test.document.body
    function = body.function if isinstance(body, FunctionTest) else None
    tested = snapshot.active_definition(function.kind, function.name.text) if function is not None else None
    return example_inputs(snapshot, tested).get(name, "") if tested is not None else ""


def expected_and_actual(definition: Definition, case: CaseReport) -> tuple[Any, Any]:
    """Return what a failed case expects and what there was instead, as plain data; None for what cannot be told.

    Of values that differ in one field it is that field, of several those by their paths: `{"spec.replicas": 2, …}`.
    """
    differences = case.differences
    if len(differences) == 1 and differences[0].kind is DifferenceKind.DIFFERENT:
        return differences[0].expected, differences[0].actual
    if differences and all(one.path for one in differences):
        return (
            {
                path_text(one.path): one.expected
                for one in differences
                if one.kind is not DifferenceKind.EXTRA
            },
            {
                path_text(one.path): one.actual
                for one in differences
                if one.kind is not DifferenceKind.MISSING
            },
        )
    _, node = node_at(definition.document.spec, case.path[1:])
    expected = None if node is None else plain(node)
    if isinstance(expected, TooLarge):
        expected = None
    outcome = case.outcome
    if outcome is None:
        return expected, None
    run = CaseRun(outcome, case.before, case.resource, case.effects)
    if case.assertion == "expectReturn" and case.value is not None:
        return expected, case.value
    if case.assertion == "expectResource" and (sent := asserted_object(run)) is not None:
        return expected, sent
    if case.assertion == "expectDelete" and differences:
        return expected, differences[0].actual
    return expected, outcome_text(outcome)
