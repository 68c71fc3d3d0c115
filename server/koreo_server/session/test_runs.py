"""Runs FunctionTests in the background after edits: only those affected, those of open files first, case by case.

A test runs against the newest texts, so no result is ever older than an edit that came before it; what an edit
touches meanwhile waits again. A test that takes longer than `BUDGET` is ended, and is for the user to run; one that was
slow waits until nobody types.
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from koreo_server.session.background import Slices, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from koreo_analyzer.workspace.documents import ParsedDocument

    from koreo_server.ide.test_results import TestResult
    from koreo_server.session.project import Project
    from koreo_server.session.projects import Projects

BUDGET: Final = 0.25
"""Seconds that a test may take after an edit."""
QUIET: Final = 0.5
"""Seconds without an edit after which slow tests are run."""


class TestRuns:
    """The tests of all workspaces.

    `finished` is called with files whose results are others now; `failed` with what went wrong in the runtime itself.
    Neither may wait. Nothing runs by itself while `is_wanted` says no.
    """

    __test__ = False

    def __init__(
        self,
        projects: Projects,
        *,
        is_wanted: Callable[[], bool],
        finished: Callable[[Collection[str]], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._projects = projects
        self._is_wanted = is_wanted
        self._finished = finished
        self._told: set[str] = set()
        self.chosen: dict[tuple[str, str], tuple[str, str, int]] = {}
        """Kind and name of a function to the case whose values are shown: file, id of the test, number."""
        self._worker = Worker(self._work, failed)
        self._changed_at = -math.inf
        self._later: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no test waits that would be run."""
        return self._worker.is_idle and self._later is None

    def changed(self, keys: Collection[str]) -> None:
        """Take notice of texts that may have changed, and run the tests that they affect."""
        settled = {key for key in keys if key in self._told and not self._has_results(key)}
        for project in self._ready():
            snapshot = project.workspace.snapshot
            for path in project.suite.update(snapshot, keys):
                self._changed_at = time.monotonic()
                if not (self._is_wanted() and project.suite.is_waiting(path)):
                    settled.add(path)
        self._tell(settled)
        self.wake()

    def _tell(self, keys: Collection[str]) -> None:
        for key in keys:
            if self._has_results(key):
                self._told.add(key)
            else:
                self._told.discard(key)
        if keys:
            self._finished(keys)

    def stop(self) -> None:
        """Work no more: the client is gone."""
        self._worker.stop()

    def wake(self) -> None:
        """Run what waits, if that is wanted."""
        if self._is_wanted() and any(project.suite.waiting for project in self._ready()):
            self._worker.wake()

    def wish_changed(self) -> None:
        """Take notice that `is_wanted` may say something else now."""
        if self._is_wanted():
            self.wake()
        else:
            self._tell({path for project in self._ready() for path in project.suite.waiting.values()})

    def _ready(self) -> Iterator[Project]:
        """Yield the workspaces whose files are all known, and texts that stand alone."""
        return (project for project in self._projects if project.complete or project.prepared is None)

    def results(self, key: str) -> list[TestResult]:
        """Return how the tests of a text went when they were last run, in its order; of one that is shown."""
        project = self._shown_project(key)
        if project is None:
            return []
        return list(project.suite.results(project.workspace.snapshot, key, self._projects.is_shown))

    def told_results(self, key: str) -> list[TestResult]:
        """Return the results whose problems are shown: unless another run follows each edit, only those that hold."""
        found = self.results(key)
        return found if self._is_wanted() else [result for result in found if result.is_current]

    def _has_results(self, key: str) -> bool:
        project = self._shown_project(key)
        return project is not None and any(project.suite.tests(project.workspace.snapshot, key))

    def _shown_project(self, key: str) -> Project | None:
        """Return the workspace whose tests of a text are shown, if they are."""
        project = self._projects.project_of(key)
        if project is None or not (project.complete or project.prepared is None):
            return None
        return project if self._projects.is_shown(key) else None

    def find(self, key: str, test: str) -> TestResult | None:
        """Return a test of a text by its id."""
        return next((result for result in self.results(key) if result.id == test), None)

    def paths(self) -> list[str]:
        """Return all files with tests that are shown, sorted."""
        found = {path for project in self._ready() for path in project.suite.paths()}
        return sorted(path for path in found if self._projects.is_shown(path))

    async def _work(self) -> None:
        slices = Slices()
        while self._is_wanted() and (found := self._next()) is not None:
            project, test, path = found
            project.suite.waiting.pop(test, None)
            await self._run(project, test, path, slices, seconds=BUDGET)
            if not project.suite.waiting:
                project.suite.rest()
            await slices.give_way()
        self._run_rest_later()

    def _run_rest_later(self) -> None:
        """Go on when it has been quiet for long enough, if slow tests wait for that."""
        if self._later is None and self._is_wanted() and any(one.suite.waiting for one in self._ready()):
            rest = max(0.0, self._changed_at + QUIET - time.monotonic())
            self._later = asyncio.get_running_loop().call_later(rest, self._go_on)

    def _go_on(self) -> None:
        self._later = None
        self.wake()

    def _next(self) -> tuple[Project, ParsedDocument, str] | None:
        """Return the test to run next: of those in open files the one that waits longest, or else of all.

        None if there is none but slow ones while somebody types.
        """
        is_quiet = time.monotonic() >= self._changed_at + QUIET
        projects = [project for project in self._ready() if project.suite.waiting]
        for project in projects:
            for key in self._projects.open_keys():
                for test in project.suite.waiting_in(key):
                    if is_quiet or not project.suite.is_slow(test):
                        return project, test, key
        for project in projects:
            for test, path in project.suite.waiting.items():
                if is_quiet or not project.suite.is_slow(test):
                    return project, test, path
        return None

    async def _run(
        self, project: Project, test: ParsedDocument, path: str, slices: Slices, *, seconds: float | None
    ) -> None:
        """Run a test, of an edit for at most so many seconds; without a limit if it is to be run anyway."""
        suite = project.suite
        running = suite.run(
            lambda: project.workspace.snapshot,
            test,
            anyway=seconds is None,
            seconds=math.inf if seconds is None else seconds,
        )
        try:
            with closing(running):
                for _ in running:
                    await slices.give_way()
        finally:
            rest = any(not suite.is_slow(one) for one in suite.waiting_in(path))
            if not rest and self._projects.project_of(path) is project:
                self._tell((path,))

    async def run(
        self,
        chosen: Iterable[tuple[str, str | None]],
        progress: Callable[[int, int, str], bool],
    ) -> None:
        """Run tests by file and id, all of a file where the id is None, whether anything changed or not.

        `progress` is told how many are done, of how many, and the name of the next one, and says whether to go on.
        What no longer is there when its turn comes is passed over.
        """
        wanted: dict[ParsedDocument, tuple[Project, str, str]] = {}
        for path, one in chosen:
            project = self._projects.project_of(path)
            if project is None:
                continue
            for test, _, own in project.suite.tests(project.workspace.snapshot, path):
                if one in (None, own):
                    wanted[test] = project, path, own
        slices = Slices()
        for number, (test, (project, path, title)) in enumerate(wanted.items()):
            if not progress(number, len(wanted), title):
                return
            is_waiting = project.suite.has(test)
            while is_waiting:
                await self._run(project, test, path, slices, seconds=None)
                is_waiting = test in project.suite.waiting
            await slices.give_way()
