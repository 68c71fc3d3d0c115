"""Code lenses of FunctionTests: what can be done with a test or a case, and how a function's tests are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import FunctionTest

from koreo_server.ide.test_results import ShownTest, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

RUN_TEST: Final = "koreo.runTest"
RUN_ALL: Final = "koreo.runAllTests"
ACCEPT: Final = "koreo.acceptActual"
ADD_INPUT: Final = "koreo.addMissingInput"
SHOW_OBJECT: Final = "koreo.showObject"
NOTHING: Final = "koreo.nothing"
"""What a lens does that only tells, in editors that cannot show one without a command."""
CHOOSE_CASE: Final = "koreo.chooseCase"


@dataclass(frozen=True, slots=True)
class TestLens:
    """A line above `span` of a file; `command` None is one that only tells."""

    __test__ = False

    span: Span
    title: str
    command: str | None = None
    arguments: tuple[Any, ...] = ()


def test_lenses(
    snapshot: Snapshot,
    shown: Iterable[tuple[Definition, ShownTest]],
    file: str,
    *,
    chosen: Collection[tuple[str, int]],
    with_objects: bool,
    with_values: bool,
) -> Iterator[TestLens]:
    """Yield the lenses of the tests of a file, which commands call `file`.

    `chosen` are the cases whose values are shown, by id of the test and number. Objects and values are shown only
    by editors that can.
    """
    for definition, test in shown:
        if not test.name:
            continue
        own = (file, test.id)
        yield TestLens(test.head, "▶ run", RUN_TEST, own)
        yield TestLens(test.head, "run all", RUN_ALL)
        if test.count(Status.FAILED) > 1:
            yield TestLens(test.head, "accept actual values", ACCEPT, (*own, None))
        if test.status in (Status.FAILED, Status.ERROR):
            for name in missing_inputs(snapshot, definition):
                yield TestLens(test.head, f"add missing input `{name}`", ADD_INPUT, (*own, name))
        for case in test.cases:
            report = case.report
            if report is None or report.outcome is None:
                continue
            if case.status is Status.FAILED:
                yield TestLens(case.head, "accept actual value", ACCEPT, (*own, case.index))
            if test.kind == kinds.RESOURCE_FUNCTION and with_objects:
                yield TestLens(case.head, "show object", SHOW_OBJECT, (*own, case.index))
            if not with_values:
                continue
            is_chosen = (test.id, case.index) in chosen
            title = "hide values" if is_chosen else "show values"
            yield TestLens(case.head, title, CHOOSE_CASE, (*own, None if is_chosen else case.index))


def missing_inputs(snapshot: Snapshot, test: Definition) -> list[str]:
    """Return the inputs without which the function under test fails, and which no part of the test gives."""
    body = test.document.body
    if not isinstance(body, FunctionTest) or body.function is None or not body.inputs_complete:
        return []
    signature = snapshot.signature(body.function.kind, body.function.name.text)
    if signature is None:
        return []
    given = {supplied.name.text for supplied in body.inputs or ()}
    given.update(supplied.name.text for case in body.cases for supplied in case.overrides)
    return [name for name, is_required in signature.inputs if is_required and name not in given]


def tests_of(snapshot: Snapshot, kind: str, name: str) -> Iterator[Definition]:
    """Yield the FunctionTests of a function."""
    for definition in snapshot.users(kind, name):
        body = definition.document.body
        function = body.function if isinstance(body, FunctionTest) and definition.document.active else None
        if function is not None and (function.kind, function.name.text) == (kind, name):
            yield definition


def function_lenses(
    functions: Iterable[tuple[Definition, Collection[ShownTest]]],
) -> Iterator[TestLens]:
    """Yield how the tests of each function are; nothing for one without tests."""
    for definition, tests in functions:
        name = definition.document.name
        if name is not None and tests:
            yield TestLens(name.span.shift(definition.start), tests_text(tests))


def tests_text(tests: Collection[ShownTest]) -> str:
    """Return how tests are, in a line: `3 tests: 2 passed, 1 failed`."""
    counts = Counter(test.status for test in tests)
    words = (
        (Status.PASSED, "passed"),
        (Status.FAILED, "failed"),
        (Status.ERROR, "cannot be run"),
        (Status.NOT_RUN, "not run"),
    )
    told = ", ".join(f"{counts[status]} {word}" for status, word in words if counts[status])
    return f"{len(tests)} test{'s' if len(tests) != 1 else ''}: {told}"


def functions_in(snapshot: Snapshot, path: str) -> Iterator[Definition]:
    """Yield the active functions of a file."""
    for definition in snapshot.documents(path):
        document = definition.document
        if document.kind in (kinds.VALUE_FUNCTION, kinds.RESOURCE_FUNCTION) and document.active:
            yield definition
