"""The FunctionTests of one workspace, kept up to date: which there are, how they went, which have to run again.

It costs by what an edit touches. For each name that a test looked up it is remembered which tests did, so a
document that changes leads to the tests that can go otherwise now.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.cel import Limits
from koreo_analyzer.language import kinds
from koreo_analyzer.workspace import Definition
from koreo_runtime.engine import Engine, EngineSettings
from koreo_runtime.outcomes import Ok
from koreo_runtime.testing.lookups import CurrentDocuments, RecordingEngine
from koreo_runtime.testing.reports import CaseStatus
from koreo_runtime.testing.suite import prepare_test, run_by_case

from koreo_server.ide.hindered import Told, hindered_by, without_unable_cases
from koreo_server.ide.test_results import TestResult
from koreo_server.session.allowance import Allowance, OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument
    from koreo_runtime.engine import Compiled
    from koreo_runtime.programs.model import ProgramId
    from koreo_runtime.testing.reports import CaseReport, TestReport
    from koreo_runtime.testing.suite import Dependencies

MOST_COMPILED: Final = 500
"""So many functions stay compiled between edits, those that were compiled last."""
SLOW: Final = 0.05
"""A test that took longer, in seconds, is slow: it is better not run between two keystrokes."""
_NO_DOCUMENTS: Final[tuple[ParsedDocument, ...]] = ()


@dataclass(frozen=True, slots=True)
class _Ran:
    """A run of a test: the document as it was, the documents that it looked up by name, and what came of it.

    There is no report if it was ended because it took longer than `seconds`, the time that it was given.
    """

    parsed: ParsedDocument
    used: Dependencies
    report: TestReport | None
    seconds: float


class _Running(NamedTuple):
    """What runs the tests of one snapshot."""

    engine: Engine
    current: CurrentDocuments


class PlacedTest(NamedTuple):
    """A test of a file. `id` tells it from the others of the file: its name, `name~2` for the second of that name."""

    parsed: ParsedDocument
    definition: Definition
    id: str


class Suite:
    """The tests of one workspace. `waiting` are those that have to run, with their files, the oldest first."""

    def __init__(self) -> None:
        self.waiting: dict[ParsedDocument, str] = {}
        self._documents: dict[str, tuple[ParsedDocument, ...]] = {}
        self._paths: dict[ParsedDocument, str] = {}
        self._runs: dict[ParsedDocument, _Ran] = {}
        self._users: dict[ProgramId, set[ParsedDocument]] = {}
        self._running: _Running | None = None
        self._compiled: dict[ProgramId, Compiled] = {}
        self._allowance = Allowance()
        self._settings = EngineSettings(limits=Limits(watch=self._allowance.check))

    def update(self, snapshot: Snapshot, paths: Iterable[str]) -> set[str]:
        """Take notice of files that may have changed; return those whose tests changed or have to run again."""
        touched: dict[ProgramId, None] = {}
        concerned: set[str] = set()
        for path in paths:
            if self._update_file(snapshot, path, touched):
                concerned.add(path)
        for program in touched:
            for test in self._users.get(program, ()):
                self.waiting[test] = path = self._paths[test]
                concerned.add(path)
            if snapshot.active_definition(*program) is None:
                self._compiled.pop(program, None)
        return concerned

    def _update_file(self, snapshot: Snapshot, path: str, touched: dict[ProgramId, None]) -> bool:
        """Compare a file's documents with those last seen; whether tests are among those that differ."""
        file = snapshot.file(path)
        found = (
            tuple(placed.document for placed in file.documents)
            if file is not None and file.is_koreo
            else _NO_DOCUMENTS
        )
        before = self._documents.get(path, _NO_DOCUMENTS)
        if found == before:
            return False
        if found:
            self._documents[path] = found
        else:
            self._documents.pop(path, None)
        gone, new = dict.fromkeys(before), dict.fromkeys(found)
        for document in [*gone, *new]:
            if (document in gone) is not (document in new) and (program := _program(document)) is not None:
                touched[program] = None
        old = [document for document in gone if document not in new and document in self._paths]
        tests = [document for document in new if document not in gone and _is_test(document)]
        for test in tests:
            self._paths[test] = path
            self.waiting[test] = path
            if (ran := self._ran_before(test, old)) is not None:
                self._runs[test] = ran
        for test in old:
            self._forget(test)
        return bool(tests or old) or any(document in self._paths for document in found)

    def _ran_before(self, test: ParsedDocument, old: list[ParsedDocument]) -> _Ran | None:
        """Return the last run of what a new document is an edit of: the one of its name, or the only one."""
        same = [one for one in old if _program(one) == _program(test)] or (old if len(old) == 1 else [])
        return next((ran for one in same if (ran := self._runs.get(one)) is not None), None)

    def _forget(self, test: ParsedDocument) -> None:
        del self._paths[test]
        self.waiting.pop(test, None)
        ran = self._runs.pop(test, None)
        if ran is not None and ran.parsed is test:
            self._unlink(test, ran.used)

    def _unlink(self, test: ParsedDocument, used: Iterable[ProgramId]) -> None:
        for program in used:
            users = self._users.get(program)
            if users is not None:
                users.discard(test)
                if not users:
                    del self._users[program]

    def paths(self) -> set[str]:
        """Return the files that have tests."""
        return set(self._paths.values())

    def tests(self, snapshot: Snapshot, path: str) -> Iterator[PlacedTest]:
        """Yield the tests of a file in the order of its text, as far as `update` has seen them."""
        if not any(document in self._paths for document in self._documents.get(path, ())):
            return
        file = snapshot.file(path)
        names: Counter[str] = Counter()
        for number, placed in enumerate(file.documents if file is not None else ()):
            model = placed.document.model
            if placed.document in self._paths and model is not None:
                name = model.name.text if model.name is not None else ""
                names[name] += 1
                own = name if names[name] == 1 else f"{name}~{names[name]}"
                yield PlacedTest(placed.document, Definition(path, number, placed.start, model), own)

    def results(
        self, snapshot: Snapshot, path: str, is_shown: Callable[[str], bool] = lambda _: True
    ) -> Iterator[TestResult]:
        """Yield how the tests of a file went when they were last run.

        `is_shown` tells of a file whether the user sees its problems: what is told there fails no test.
        """
        told = Told(snapshot, is_shown)
        for parsed, definition, own in self.tests(snapshot, path):
            ran = self._runs.get(parsed)
            if ran is None:
                yield TestResult(definition, own, None, None, is_current=False)
                continue
            is_current = ran.parsed is parsed and parsed not in self.waiting
            report = ran.report
            if report is None:
                yield TestResult(definition, own, None, None, is_current, longer_than=ran.seconds)
                continue
            if (report.path, report.document) != (path, definition.index):
                report = replace(report, path=path, document=definition.index)
            broken = hindered_by(told, report, ran.used)
            if broken is not None:
                report = without_unable_cases(report)
            yield TestResult(definition, own, report, ran.parsed, is_current, hindered_by=broken)

    def has(self, test: ParsedDocument) -> bool:
        """Whether a test is one of the present texts."""
        return test in self._paths

    def waiting_in(self, path: str) -> Iterator[ParsedDocument]:
        """Yield the tests of a file that have to be run."""
        return (test for test in self._documents.get(path, ()) if test in self.waiting)

    def is_waiting(self, path: str) -> bool:
        """Whether a test of a file has to be run."""
        return any(True for _ in self.waiting_in(path))

    def is_slow(self, test: ParsedDocument) -> bool:
        """Whether a test, or what it is an edit of, took long when it was last run."""
        ran = self._runs.get(test)
        return ran is not None and ran.seconds > SLOW

    def run(
        self,
        newest: Callable[[], Snapshot],
        test: ParsedDocument,
        *,
        anyway: bool = False,
        seconds: float = math.inf,
    ) -> Generator[None, None, None]:
        """Run a test of the newest snapshot, unless everything that it uses is as it was; it no longer waits.

        `anyway` runs it even so. It is ended when it takes longer than `seconds`. This yields after each case; where
        something that the test uses has changed by then, it waits again, and what it did is forgotten.
        """
        self.waiting.pop(test, None)
        snapshot = newest()
        path = self._paths.get(test, "")
        definition = next((found for parsed, found, _ in self.tests(snapshot, path) if parsed is test), None)
        if definition is None:
            return
        before = self._runs.get(test)
        known = before.used if before is not None and before.parsed is test and not anyway else None
        if known is not None and self._engine_for(snapshot).current.still_are(known):
            return
        # Should this run fail, there is no result rather than an old one.
        found: _Ran | None = None
        try:
            found = yield from self._run_cases(newest, test, definition, seconds)
            if found is None:
                found = self._put_off(test, path)
        except GeneratorExit:
            found = self._put_off(test, path)
            raise
        finally:
            self._keep(test, found)

    def _run_cases(
        self, newest: Callable[[], Snapshot], test: ParsedDocument, definition: Definition, seconds: float
    ) -> Generator[None, None, _Ran | None]:
        """Run a test, yield after each case, and return what came of it; None once what it uses has changed."""
        engine, current = self._engine_for(newest())
        recording = RecordingEngine(engine)
        running = run_by_case(recording, prepare_test(engine, definition), time.perf_counter)
        used: dict[ProgramId, KoreoDocument | None] = {}
        took = 0.0
        while True:
            begin = time.thread_time()
            report, is_over = self._run_case(running, seconds - took)
            took += time.thread_time() - begin
            used.update((program, current.get(program)) for program in recording.take_asked())
            if not is_over:
                yield
            if not self.has(test) or not self._engine_for(newest()).current.still_are(used):
                return None
            if is_over:
                return _Ran(test, used, report, took if report is not None else seconds)

    def _run_case(
        self, running: Generator[CaseReport, None, TestReport], seconds: float
    ) -> tuple[TestReport | None, bool]:
        """Run the next case for at most so long; return the report after the last, and whether it is over."""
        try:
            with self._allowance.within(seconds):
                next(running)
        except StopIteration as stop:
            return _slim(stop.value), True
        except OutOfTimeError:
            return None, True
        return None, False

    def _put_off(self, test: ParsedDocument, path: str) -> _Ran | None:
        """Let a test that is still there wait again; return what is known of it."""
        if self.has(test):
            self.waiting[test] = path
        return self._runs.get(test)

    def _keep(self, test: ParsedDocument, ran: _Ran | None) -> None:
        """Take what came of a run instead of what was known; nothing of a test that is gone."""
        before = self._runs.pop(test, None)
        if before is not None and before.parsed is test:
            self._unlink(test, before.used)
        if ran is None or not self.has(test):
            return
        self._runs[test] = ran
        if ran.parsed is test:
            for program in ran.used:
                self._users.setdefault(program, set()).add(test)

    def _engine_for(self, snapshot: Snapshot) -> _Running:
        """Return the engine of a snapshot; it has the programs of the one before."""
        running = self._running
        if running is not None and running.engine.snapshot.revision == snapshot.revision:
            if len(self._compiled) <= 2 * MOST_COMPILED:
                return running
            self.rest()
        running = self._running = _Running(
            Engine(snapshot, settings=self._settings), CurrentDocuments(snapshot)
        )
        # Programs are kept with the document that they were made of, so one that changed is not used.
        running.engine.compiled = self._compiled
        return running

    def rest(self) -> None:
        """Let go of what only running needs; the programs that were made last stay."""
        self._running = None
        for program in list(islice(self._compiled, max(0, len(self._compiled) - MOST_COMPILED))):
            del self._compiled[program]


def _slim(report: TestReport) -> TestReport:
    """Return a report without what a case that passed had: in a large workspace that is most of the memory of all."""
    cases = tuple(
        replace(
            case,
            outcome=Ok() if isinstance(case.outcome, Ok) else case.outcome,
            resource=None,
            effects=(),
            before=None,
        )
        if case.status is CaseStatus.PASSED
        else case
        for case in report.cases
    )
    return replace(report, cases=cases)


def _is_test(parsed: ParsedDocument) -> bool:
    model = parsed.model
    return model is not None and model.kind == kinds.FUNCTION_TEST and model.active


def _program(parsed: ParsedDocument) -> ProgramId | None:
    """Return the kind and name of a document."""
    model = parsed.model
    return None if model is None or model.name is None else (model.kind, model.name.text)
