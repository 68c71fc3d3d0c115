"""A preview: what a function makes in a case of its tests, or a Workflow of its trigger, as YAML that leads back.

Everything runs in the simulation: no cluster is asked. What is missing for a preview is said in its notes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from koreo_analyzer.cel import DEFAULT_LIMITS, Limits
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, FunctionTest
from koreo_runtime.engine import Engine, EngineSettings
from koreo_runtime.outcomes import Ok
from koreo_runtime.render.objects import masked, portable
from koreo_runtime.testing.expectations import outcome_text
from koreo_runtime.testing.lookups import RecordingEngine
from koreo_runtime.testing.program import TestProgram
from koreo_runtime.testing.reports import CaseStatus
from koreo_runtime.testing.suite import prepare_test, run_prepared
from koreo_runtime.testing.values import case_values

from koreo_server.ide.basis import Basis
from koreo_server.ide.entities import document_at
from koreo_server.ide.makers import Maker, Makers
from koreo_server.ide.preview_model import Preview, PreviewText
from koreo_server.ide.preview_workflow import preview_workflow
from koreo_server.ide.test_lenses import tests_of

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.testing.reports import CaseReport, TestReport

    from koreo_server.ide.trigger_examples import Objects


def preview(
    snapshot: Snapshot,
    path: str,
    offset: int | None = None,
    *,
    test: str | None = None,
    test_path: str | None = None,
    case: int | None = None,
    objects: Objects | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Preview | None:
    """Return what the document at a cursor makes; None where there is nothing to preview.

    `objects` has the plain YAML of the workspace, among it examples of triggers.
    Without `offset` the first document of the file is meant. `test` is the id of the FunctionTest, in the file
    `test_path`, that gives a function its inputs, by default the first that passes, and `case` the case (from 0), by
    default the one around the cursor. Without `test_path` it is one of the file, or else one of that name anywhere.
    `limits` are those of each expression.
    """
    definition = _document(snapshot, path, offset)
    if definition is None:
        return None
    document = definition.document
    engine = Engine(snapshot, settings=EngineSettings(limits=limits))
    chosen = _test_meant(snapshot, test_path, path, test)
    if isinstance(document.body, FunctionTest) or (chosen is not None and offset is None):
        local = offset - definition.start if offset is not None and chosen in (None, definition) else None
        return _of_test(
            engine, chosen or definition, _case_at(document.body, local) if case is None else case
        )
    if isinstance(document.body, Function):
        return _of_function(engine, definition, chosen, case)
    if document.kind == kinds.WORKFLOW:
        return preview_workflow(engine, definition, objects)
    return None


def _document(snapshot: Snapshot, path: str, offset: int | None) -> Definition | None:
    if offset is None:
        return next(iter(snapshot.documents(path)), None)
    return document_at(snapshot, path, offset)


def _test_meant(snapshot: Snapshot, test_path: str | None, path: str, name: str | None) -> Definition | None:
    """Return the FunctionTest of an id in `test_path`; without that one in the file `path`, or else of the name."""
    if name is None:
        return None
    found = _tests_by_id(snapshot, path if test_path is None else test_path).get(name)
    if found is None and test_path is None:
        return next(iter(snapshot.definitions(kinds.FUNCTION_TEST, name)), None)
    return found


def _tests_by_id(snapshot: Snapshot, path: str) -> dict[str, Definition]:
    """Return the tests of a file by what tells them apart there: see `session.suite.PlacedTest`."""
    found: dict[str, Definition] = {}
    names: Counter[str] = Counter()
    for one in snapshot.documents(path):
        document = one.document
        if document.kind == kinds.FUNCTION_TEST and document.active:
            name = document.name.text if document.name is not None else ""
            names[name] += 1
            found[name if names[name] == 1 else f"{name}~{names[name]}"] = one
    return found


def _case_at(body: object, offset: int | None) -> int | None:
    if offset is None or not isinstance(body, FunctionTest):
        return None
    return next((case.index for case in body.cases if case.span.start <= offset <= case.span.end), None)


def _of_function(engine: Engine, function: Definition, test: Definition | None, case: int | None) -> Preview:
    document, snapshot = function.document, engine.snapshot
    name = document.name.text if document.name is not None else ""
    program = (document.kind, name)
    tests = list(tests_of(snapshot, *program)) if name else []
    named = [one for one in tests if one == test]
    basis = Basis(function.path, frozenset({program}), tested=program)
    if not tests:
        note = f"no FunctionTest gives {document.kind} {name} its inputs; write one to see what it makes"
        return PreviewText(basis).preview(f"{document.kind} {name}", [note])
    first: Preview | None = None
    for one in named or tests:
        found, has_passed = _ran(engine, one, case, basis)
        if has_passed:
            return found
        first = first or found
        basis = found.basis
    return replace(first or PreviewText(basis).preview(f"{document.kind} {name}", []), basis=basis)


def _of_test(engine: Engine, test: Definition, case: int | None) -> Preview:
    return _ran(engine, test, case, Basis(test.path))[0]


def _ran(engine: Engine, test: Definition, wanted: int | None, basis: Basis) -> tuple[Preview, bool]:
    """Run a test up to a case, and return what that made and whether it passed."""
    prepared = prepare_test(engine, test)
    program = prepared.program
    if isinstance(program, TestProgram) and wanted is not None and 0 <= wanted < len(program.cases):
        prepared = replace(prepared, program=replace(program, cases=program.cases[: wanted + 1]))
    recording = RecordingEngine(engine)
    report = run_prepared(recording, prepared, probe=False)
    basis = basis.with_programs(recording.take_asked()).with_files({test.path})
    if report.error is not None:
        return PreviewText(basis).preview(
            f"{kinds.FUNCTION_TEST} {report.name}", [report.error.message]
        ), False
    chosen = _chosen(report, wanted)
    if chosen is None:
        return PreviewText(basis).preview(
            f"{kinds.FUNCTION_TEST} {report.name}", ["the test has no case"]
        ), False
    return _of_case(engine.snapshot, test, report, chosen, basis), chosen.status is CaseStatus.PASSED


def _chosen(report: TestReport, wanted: int | None) -> CaseReport | None:
    """Return the case that is wanted; else the first that passed and made something, or passed, or the first."""
    cases = report.cases
    if wanted is not None:
        return next((case for case in cases if case.index == wanted), None) or next(iter(cases), None)
    passed = [case for case in cases if case.status is CaseStatus.PASSED]
    making = (case for case in passed if case.resource is not None or case.value is not None)
    return next(making, None) or next(iter(passed), None) or next(iter(cases), None)


def _of_case(
    snapshot: Snapshot, test: Definition, report: TestReport, case: CaseReport, basis: Basis
) -> Preview:
    title = f"{report.kind} {report.function}: {report.name}, {case.label}"
    notes: list[str] = []
    text = PreviewText(basis)
    function = snapshot.active_definition(report.kind, report.function)
    if case.outcome is None:
        why = case.reason or (
            "the case is skipped" if case.status is CaseStatus.SKIPPED else "a case before it failed"
        )
        return text.preview(title, [f"the function was not run: {why}"])
    if not isinstance(case.outcome, Ok):
        notes.append(f"outcome: {outcome_text(case.outcome)}")
    if case.status is CaseStatus.FAILED and case.reason:
        notes.append(f"the case fails: {case.reason}")
    makers = (
        Makers(snapshot, function, case_values(snapshot, test, case.index)) if function is not None else None
    )
    if case.resource is not None:
        made = _object_of(case)
        text.add(
            f"the object, {made}",
            masked(portable(case.resource, None)),
            makers.of_object if makers else _nobody,
        )
    elif report.kind == kinds.RESOURCE_FUNCTION:
        notes.append("there is no object after this case")
    if isinstance(case.outcome, Ok) and (case.value is not None or report.kind == kinds.VALUE_FUNCTION):
        text.add("the value that is returned", case.value, makers.of_value if makers else _nobody)
    return text.preview(title, notes)


def _object_of(case: CaseReport) -> str:
    if case.before is None:
        return "as it was created"
    return "as it was patched" if case.effects else "which was there, and is as it should be"


def _nobody(_path: object) -> Maker | None:
    return None
