"""`koreo test --compat`: the same tests with both engines, and whatever differs.

Each expression is evaluated by both engines on the same variables, as often as the tests evaluate it with the
native one; then the tests run with cel-python alone, for their verdicts.
"""

from __future__ import annotations

import importlib
import math
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import CelError, compile_tree
from koreo_analyzer.cel.compare import equal
from koreo_analyzer.cel.engine import CELPY, EngineMissingError, engine_named
from koreo_analyzer.text import Span
from koreo_runtime.engine import Engine
from koreo_runtime.outcomes import OUTCOME_KEYS, Cause, Location, Ok, Retry
from koreo_runtime.programs.compiler import program_id
from koreo_runtime.testing import run_test
from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.places import place_of
from koreo_cli.progress import Progress
from koreo_cli.terminal import note, write
from koreo_cli.testing.results import TestResult, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from koreo_analyzer.cel.engine import Engine as ExpressionEngine
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.testing.reports import CaseReport, TestReport

    from koreo_cli.places import Place
    from koreo_cli.testing.results import TestResults
    from koreo_cli.testing.session import Session

    Evaluate = Callable[[Mapping[str, Any]], Any]
    _Key = tuple[str, str, Path]

AGREES, DIFFERS, COULD_NOT_RUN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine makes of an expression: a value, or the message of an error."""

    value: Any
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ExpressionDifference:
    """An expression on which the engines differ, as they first do: in the test named `test`."""

    place: Place
    path: Path
    test: str
    native: Answer
    other: Answer


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """A case that goes another way: with the native engine as in `native`, with the other one as in `other`."""

    result: TestResult
    native: CaseReport
    other: CaseReport


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that was found. `results` are the native engine's; `expressions` counts those compared."""

    results: TestResults
    native: str
    other: str
    expressions: int
    expression_differences: tuple[ExpressionDifference, ...]
    case_differences: tuple[CaseDifference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not (self.expression_differences or self.case_differences)


def run(session: Session, started: float) -> int:
    """Compare and print; return the exit status: 0 if the engines agree, whatever the verdicts."""
    try:
        other = engine_named(CELPY)
    except EngineMissingError as error:
        note(str(error))
        return COULD_NOT_RUN
    with Progress(None if session.options.quiet else sys.stderr) as progress:
        comparison = _compare(session, other, started, progress.stage("Comparing"))
    module = importlib.import_module("koreo_cli.formats.compat_report")
    if session.options.output == "json":
        render_json: Callable[[Comparison], str] = module.render_json
        write(render_json(comparison))
    else:
        render_text: Callable[..., str] = module.render_text
        write(render_text(comparison, session.style, quiet=session.options.quiet))
    return AGREES if comparison.agrees else DIFFERS


def _compare(
    session: Session, other: ExpressionEngine, started: float, advance: Callable[[int, int], None]
) -> Comparison:
    plans = [
        (loaded, loaded.workspace.snapshot, session.tests(loaded, loaded.workspace.snapshot))
        for loaded in session.workspaces
    ]
    total = sum(len(tests) for _, _, tests in plans)
    native_reports: list[list[TestReport]] = []
    expressions: list[ExpressionDifference] = []
    cases: list[CaseDifference] = []
    compared = done = 0
    for _, snapshot, tests in plans:
        both = BothEngines(other)
        engine, other_engine = Engine(snapshot, instrument=both), Engine(snapshot, expressions=other)
        reports: list[TestReport] = []
        for test in tests:
            both.test = _name(test)
            native = run_test(engine, test, time.perf_counter)
            cases += _case_differences(snapshot, native, run_test(other_engine, test))
            reports.append(native)
            done += 1
            advance(done, total)
        native_reports.append(reports)
        expressions += both.differences(snapshot)
        compared += both.evaluated
    workspaces = [
        (loaded, snapshot, reports)
        for (loaded, snapshot, _), reports in zip(plans, native_reports, strict=True)
    ]
    results = gather(workspaces, session.expressions.title, time.perf_counter() - started)
    expressions.sort(key=lambda found: (results.sources.name(found.place.path), found.place.span))
    return Comparison(
        results, session.expressions.title, other.title, compared, tuple(expressions), tuple(cases)
    )


def _name(test: Definition) -> str:
    name = test.document.name
    return name.text if name is not None else ""


class BothEngines:
    """An instrument of the runtime's compiler: evaluates with the native engine, and compares with another."""

    def __init__(self, other: ExpressionEngine) -> None:
        self.test = ""
        """The test that runs now."""
        self._other = other
        self._compiled: dict[str, Evaluate | Answer] = {}
        self._differences: dict[_Key, tuple[Location, str, Answer, Answer]] = {}
        self._evaluated: set[_Key] = set()

    @property
    def evaluated(self) -> int:
        """How many expressions have been evaluated by both engines."""
        return len(self._evaluated)

    def expression(self, document: KoreoDocument, expression: Expression) -> Evaluate:
        """Return what evaluates an expression with both engines and gives what the native one does."""
        native = compile_tree(expression.facts.root).evaluate
        other = self._compile(expression.facts.source)
        key = *program_id(document), expression.path
        source = Span(0, len(expression.facts.source))

        def evaluate(variables: Mapping[str, Any]) -> Any:
            ours = _answer(native, variables)
            if key not in self._differences:
                self._evaluated.add(key)
                theirs = other if isinstance(other, Answer) else _answer(other, variables)
                if not _same(ours, theirs):
                    location = Location(*key, expression.span(source))
                    self._differences[key] = location, self.test, ours, theirs
            return native(variables) if ours.error is not None else ours.value

        return evaluate

    def marker(self, document: KoreoDocument, path: Path) -> Callable[[], None]:
        """Return what is called when a run gets to a place, which is of no interest here."""
        del document, path
        return _nothing

    def differences(self, snapshot: Snapshot) -> Iterator[ExpressionDifference]:
        """Yield what differed, with places in the files of a snapshot."""
        for location, test, ours, theirs in self._differences.values():
            place = place_of(snapshot, location)
            if place is not None:
                yield ExpressionDifference(place, location.path, test, ours, theirs)

    def _compile(self, source: str) -> Evaluate | Answer:
        known = self._compiled.get(source)
        if known is None:
            try:
                known = self._other.compile(source).evaluate
            except CelError as error:
                known = Answer(None, error.message)
            self._compiled[source] = known
        return known


def _nothing() -> None:
    pass


def _answer(evaluate: Evaluate, variables: Mapping[str, Any]) -> Answer:
    try:
        return Answer(evaluate(variables))
    except CelError as error:
        return Answer(None, error.message)


def _same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same value, as CEL compares, or both an error."""
    if one.error is not None or other.error is not None:
        return one.error is not None and other.error is not None
    return _equal(one.value, other.value)


def _equal(one: Any, other: Any) -> bool:
    try:
        return equal(one, other) or (_is_nan(one) and _is_nan(other))
    except CelError:
        return bool(one == other)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _case_differences(snapshot: Snapshot, native: TestReport, other: TestReport) -> Iterator[CaseDifference]:
    for ours, theirs in zip(native.cases, other.cases, strict=False):
        if CaseStatus.NOT_RUN in (ours.status, theirs.status):
            continue  # because of an earlier case, which differs
        if not _equal(_verdict(ours), _verdict(theirs)):
            yield CaseDifference(TestResult(snapshot, native), ours, theirs)


def _verdict(case: CaseReport) -> list[Any]:
    """Return what of a case must be the same; wordings of errors are an engine's own."""
    outcome = case.outcome
    if outcome is None:
        return [case.status.value]
    word = OUTCOME_KEYS[type(outcome)]
    if isinstance(outcome, Ok):
        return [case.status.value, word, outcome.value, case.resource]
    message = outcome.message if outcome.cause is Cause.DECIDED else None
    delay = outcome.delay if isinstance(outcome, Retry) else None
    return [case.status.value, word, delay, message, case.resource]
