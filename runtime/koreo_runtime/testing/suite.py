"""The FunctionTests of a snapshot: which there are, what is run, and what is taken from an earlier run.

A record remembers every name that a test looked up, and the document that it stood for, if any. After an edit
a test whose names all stand for the same documents is not run again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import FunctionTest

from koreo_runtime.engine import Engine
from koreo_runtime.programs.model import ResourceFunctionProgram, Unusable, ValueFunctionProgram
from koreo_runtime.testing.lookups import CurrentDocuments, RecordingEngine
from koreo_runtime.testing.program import TestProgram, compile_test
from koreo_runtime.testing.reports import TestError, TestReport
from koreo_runtime.testing.run import iterate_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_runtime.programs.model import FunctionProgram, ProgramId
    from koreo_runtime.testing.reports import CaseReport
    from koreo_runtime.testing.run import Clock

    Select: TypeAlias = Callable[[Definition], bool]
    Dependencies: TypeAlias = Mapping[ProgramId, KoreoDocument | None]


@dataclass(frozen=True, slots=True)
class PreparedTest:
    """A test that is compiled, or the error that prevents it."""

    definition: Definition
    program: TestProgram | TestError


@dataclass(frozen=True, slots=True)
class TestRecord:
    """A report and what it was computed from: the test, and the documents by the names that it looked up."""

    __test__ = False

    prepared: PreparedTest
    dependencies: Dependencies
    report: TestReport


@dataclass(frozen=True, slots=True)
class TestRun:
    """The tests of a snapshot. `engine` has its programs; `executed` counts the tests that were really run."""

    __test__ = False

    engine: Engine
    records: tuple[TestRecord, ...]
    executed: int

    @property
    def reports(self) -> tuple[TestReport, ...]:
        """The reports, in the order of files and documents."""
        return tuple(record.report for record in self.records)


def find_tests(snapshot: Snapshot, select: Select | None = None) -> Iterator[Definition]:
    """Yield the active FunctionTests of a snapshot by file and place; `select` chooses among them."""
    for path in snapshot.paths():
        for definition in snapshot.documents(path):
            document = definition.document
            is_test = document.kind == kinds.FUNCTION_TEST and document.active
            if is_test and (select is None or select(definition)):
                yield definition


def prepare_test(engine: Engine, definition: Definition) -> PreparedTest:
    """Compile a FunctionTest of the engine's snapshot."""
    file = engine.snapshot.file(definition.path)
    if file is None:
        raise KeyError(definition.path)
    parsed = file.documents[definition.index].document
    return PreparedTest(definition, compile_test(engine.compiler, parsed))


def run_test(
    engine: Engine, definition: Definition, clock: Clock | None = None, *, probe: bool = True
) -> TestReport:
    """Run one FunctionTest of the engine's snapshot; see `run_prepared`."""
    return run_prepared(engine, prepare_test(engine, definition), clock, probe=probe)


def run_prepared(
    engine: Engine, prepared: PreparedTest, clock: Clock | None = None, *, probe: bool = True
) -> TestReport:
    """Run a compiled test; see `run_by_case`."""
    running = run_by_case(engine, prepared, clock, probe=probe)
    while True:
        try:
            next(running)
        except StopIteration as stop:
            report: TestReport = stop.value
            return report


def run_by_case(
    engine: Engine, prepared: PreparedTest, clock: Clock | None = None, *, probe: bool = True
) -> Generator[CaseReport, None, TestReport]:
    """Run a compiled test, yield each case when it has run, and return the report.

    `clock` gives seconds, from any beginning, for the times in the report.
    `probe` tells whether what a case changed is run again, to warn of what never settles; that is no part of any
    case, so whoever counts what the cases reach turns it off.
    """
    definition = prepared.definition
    program = prepared.program
    name = definition.document.name
    named = definition.document.body.function if isinstance(definition.document.body, FunctionTest) else None
    error: TestError | None = None
    cases: list[CaseReport] = []
    if isinstance(program, TestError):
        error = program
    else:
        function = _function(engine, program)
        if isinstance(function, TestError):
            error = function
        else:
            for case in iterate_cases(engine, function, program, clock or _no_clock, probe=probe):
                cases.append(case)
                yield case
    return TestReport(
        path=definition.path,
        document=definition.index,
        name=name.text if name is not None else "",
        kind=named.kind if named is not None else "",
        function=named.name.text if named is not None else "",
        error=error,
        cases=tuple(cases),
    )


def _no_clock() -> float:
    return 0.0


def _function(engine: Engine, test: TestProgram) -> FunctionProgram | TestError:
    found = engine.program(test.kind, test.function)
    if isinstance(found, ValueFunctionProgram | ResourceFunctionProgram):
        return found
    title = f"{test.kind} `{test.function}`"
    if isinstance(found, Unusable):
        message = f"{title} cannot be run: {found.outcome.message}"
        return TestError(message, test.function_span, found.outcome.location)
    return TestError(f"there is no {title}", test.function_span)


def run_tests(
    snapshot: Snapshot,
    *,
    engine: Engine | None = None,
    select: Select | None = None,
    previous: TestRun | None = None,
    clock: Clock | None = None,
) -> TestRun:
    """Run the FunctionTests of a snapshot.

    `engine` is one for this snapshot; without it one is made, after that of `previous` if there is one. `previous`
    hands over the reports of tests for which nothing has changed; its engine must evaluate as this one does.
    `clock` gives seconds, from any beginning, for the times in the reports.
    """
    if engine is None:
        engine = Engine(snapshot, previous=previous.engine if previous is not None else None)
    known = _records_by_document(previous)
    recording = RecordingEngine(engine)
    current = CurrentDocuments(snapshot)
    records: list[TestRecord] = []
    executed = 0
    for definition in find_tests(snapshot, select):
        record = known.get(id(definition.document))
        if record is None:
            prepared = prepare_test(engine, definition)
        elif current.still_are(record.dependencies):
            records.append(_moved(record, definition))
            continue
        else:
            prepared = replace(record.prepared, definition=definition)
        report = run_prepared(recording, prepared, clock)
        used = {program: current.get(program) for program in recording.take_asked()}
        records.append(TestRecord(prepared, used, report))
        executed += 1
    return TestRun(engine, tuple(records), executed)


def _records_by_document(run: TestRun | None) -> dict[int, TestRecord]:
    """Return records by the identity of their document, which the record keeps alive."""
    return {} if run is None else {id(record.prepared.definition.document): record for record in run.records}


def _moved(record: TestRecord, definition: Definition) -> TestRecord:
    """Return a record for the place where its document stands now."""
    if record.prepared.definition == definition:
        return record
    report = replace(record.report, path=definition.path, document=definition.index)
    return replace(record, prepared=replace(record.prepared, definition=definition), report=report)
