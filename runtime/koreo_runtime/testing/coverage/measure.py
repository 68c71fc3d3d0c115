"""Runs tests to see what they reach.

The tests are run a second time, by programs that count, so that the run that is reported and timed stays the one
that a user gets without coverage. What a case changed is not run again here to see that it settles: that would count
what no case says.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds

from koreo_runtime.programs.model import Unusable
from koreo_runtime.testing.coverage.model import Coverage, DocumentCoverage
from koreo_runtime.testing.coverage.points import executions, function_point, function_points
from koreo_runtime.testing.coverage.recording import CountingEngine
from koreo_runtime.testing.coverage.switches import case_points
from koreo_runtime.testing.suite import run_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_runtime.programs.model import ProgramId

_COVERED = frozenset({kinds.VALUE_FUNCTION, kinds.RESOURCE_FUNCTION, kinds.WORKFLOW})


def measure(
    snapshot: Snapshot, tests: Iterable[Definition], counts: Callable[[Definition], bool] | None = None
) -> Coverage:
    """Return what `tests`, FunctionTests of the snapshot, reach.

    Told of are the functions and Workflows for which `counts` holds, by default all; what tests run beyond them
    is left out. A document that is not loaded is not told of, nor a Workflow without points.
    """
    definitions = (one for one in _definitions(snapshot) if counts is None or counts(one))
    return measure_only(snapshot, tests, definitions)


def measure_only(
    snapshot: Snapshot, tests: Iterable[Definition], definitions: Iterable[Definition]
) -> Coverage:
    """Return what `tests` reach of `definitions`, active documents of the snapshot; no other is looked at."""
    engine = CountingEngine(snapshot)
    runs: Counter[ProgramId] = Counter()
    for test in tests:
        report = run_test(engine, test, probe=False)
        runs[report.kind, report.function] += sum(case.outcome is not None for case in report.cases)
    runs += engine.applied
    covered = (_covered(engine, definition, runs) for definition in definitions)
    return Coverage(tuple(document for document in covered if document is not None))


def _definitions(snapshot: Snapshot) -> Iterator[Definition]:
    """Yield the functions and Workflows that are loaded; of equal names the one that runs."""
    seen: set[tuple[str, str]] = set()
    for path in snapshot.paths():
        for definition in snapshot.documents(path):
            document = definition.document
            if document.kind not in _COVERED or not document.active or document.name is None:
                continue
            key = document.kind, document.name.text
            if key not in seen:
                seen.add(key)
                yield definition


def _covered(
    engine: CountingEngine, definition: Definition, runs: Counter[ProgramId]
) -> DocumentCoverage | None:
    document = definition.document
    name = document.name.text if document.name is not None else ""
    place = definition.path, definition.index, definition.start, document.kind, name
    if document.kind == kinds.WORKFLOW:
        cases = tuple(case_points(document, runs.__getitem__))
        return DocumentCoverage(*place, points=cases) if cases else None
    program = engine.program(document.kind, name)
    own = function_point(document, runs[document.kind, name])
    if program is None or isinstance(program, Unusable):
        why = "" if program is None else program.outcome.message
        return DocumentCoverage(*place, points=(own,), unusable=why)
    record = engine.recorder.of(document)
    points = (own, *function_points(record))
    return DocumentCoverage(*place, points=points, executions=executions(record, points))
