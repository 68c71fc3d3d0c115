"""`koreo test --watch`: stays, and after each change of a file runs the tests that it affects.

A round reads all files again, and the workspace keeps what has not changed: nothing depends on being told of
every change, and files that cannot be read, or are gone, are like any others.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koreo_project.discover import CONFIG_NAME, SKIPPED_FOLDERS, absolute, find, is_candidate
from koreo_project.ignore import IGNORE_NAME
from koreo_project.load import load
from koreo_runtime.testing import run_tests
from watchfiles import BaseFilter, Change, watch

from koreo_cli.formats.tests_details import render_details
from koreo_cli.formats.tests_text import render, summary, test_lines
from koreo_cli.terminal import note, printable, write
from koreo_cli.testing.history import History
from koreo_cli.testing.results import TestResults, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from koreo_analyzer.workspace import Definition, FileProblem
    from koreo_project.load import Loaded
    from koreo_runtime.testing import TestRun
    from koreo_runtime.testing.reports import TestReport

    from koreo_cli.testing.session import Session

ENDED: Final = 0
_POLL_MILLISECONDS: Final = 1_000
_NAMES: Final = 3
"""How many files or tests are named in one line."""


def run(session: Session, started: float) -> int:
    """Run the tests, then again and again until Ctrl-C, which is how a watch ends: the status is 0."""
    # What has been read stays for long; from now on there is garbage.
    gc.enable()
    gc.freeze()
    watcher = _Watcher(session)
    try:
        watcher.first_round(session.workspaces, started)
        folders = watcher.folders()
        # Whatever changes before the system watches is found in the round that the first poll begins.
        first = True
        for changes in watch(
            *folders, watch_filter=_Relevant(), rust_timeout=_POLL_MILLISECONDS, yield_on_timeout=True
        ):
            if changes or first:
                watcher.next_round()
            first = False
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    return ENDED


class _Relevant(BaseFilter):
    """Lets through what can change the result: Koreo files, settings, and folders that come and go."""

    ignore_dirs = tuple(SKIPPED_FOLDERS)

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change is worth a round."""
        name = os.path.basename(path)
        counts = is_candidate(name) or name in (CONFIG_NAME, IGNORE_NAME) or "." not in name
        return counts and super().__call__(change, path)


@dataclass(slots=True)
class _State:
    """One workspace: how it was last read, and the last run of its tests."""

    loaded: Loaded
    run: TestRun
    fresh: list[TestReport] = field(default_factory=list)
    """The reports of the tests that the last round ran."""


class _Watcher:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._states: dict[str, _State] = {}
        self._problems: frozenset[FileProblem] = frozenset()

    def folders(self) -> list[str]:
        """Return the folders to watch."""
        named = {absolute(Path(path)) for path in self._session.paths if os.path.isdir(path)}
        return sorted(named | self._states.keys())

    def first_round(self, workspaces: Iterable[Loaded], started: float) -> None:
        """Run all tests and print as without a watch."""
        for loaded in workspaces:
            self._run(loaded)
        results = self._gather([state.run.reports for state in self._states.values()], started)
        self._problems = frozenset(results.problems)
        options = self._session.options
        write(render(results, self._session.style, verbose=options.verbose, quiet=options.quiet))
        if not options.quiet:
            note("watching for changes; Ctrl-C ends")

    def next_round(self) -> None:
        """Read everything again, run what is affected, print what is new."""
        started = time.perf_counter()
        before = self._files()
        roots = find([Path(path) for path in self._session.paths])
        for gone in self._states.keys() - {root.path for root in roots}:
            del self._states[gone]
        for root in roots:
            state = self._states.get(root.path)
            self._run(load(root, workspace=None if state is None else state.loaded.workspace))
        after = self._files()
        changed = sorted(
            path for path in before.keys() | after.keys() if before.get(path) is not after.get(path)
        )
        results = self._gather([state.run.reports for state in self._states.values()], started)
        fresh = self._gather([state.fresh for state in self._states.values()], started)
        problems, self._problems = self._problems, frozenset(results.problems)
        if changed or fresh.results or problems != self._problems:
            write(self._shown(changed, results, fresh, new=self._problems - problems))

    def _files(self) -> dict[str, object]:
        """Return what was read, by path; a file that has not changed is the same object as before."""
        return {
            path: state.loaded.workspace.snapshot.file(path)
            for state in self._states.values()
            for path in state.loaded.workspace.snapshot.paths()
        }

    def _run(self, loaded: Loaded) -> None:
        """Run the affected tests of a workspace that has been read again."""
        session = self._session
        before = self._states.get(loaded.root.path)
        snapshot = loaded.workspace.snapshot
        previous = None if before is None else before.run
        chosen = {(test.path, test.index) for test in session.tests(loaded, snapshot)}

        def is_chosen(test: Definition) -> bool:
            return (test.path, test.index) in chosen

        run = run_tests(
            snapshot,
            engine=session.make_engine(snapshot, None if previous is None else previous.engine),
            select=is_chosen,
            previous=previous,
            clock=time.perf_counter,
        )
        fresh = _fresh(run, previous)
        History(loaded.root.path).record(fresh)
        self._states[loaded.root.path] = _State(loaded, run, fresh)

    def _gather(self, reports: Iterable[Sequence[TestReport]], started: float) -> TestResults:
        workspaces = [
            (state.loaded, state.loaded.workspace.snapshot, each)
            for state, each in zip(self._states.values(), reports, strict=True)
        ]
        return gather(workspaces, self._session.expressions.title, time.perf_counter() - started)

    def _shown(
        self, changed: Sequence[str], results: TestResults, fresh: TestResults, new: frozenset[FileProblem]
    ) -> str:
        """Return what a round prints: what changed, the tests it affects, and how all tests are."""
        session, style = self._session, self._session.style
        names = _named([results.sources.name(path) for path in changed])
        moment = time.strftime("%H:%M:%S")
        blocks = [style.paint(f"{moment} {names} changed" if names else moment, "cyan") + "\n"]
        if fresh.results:
            blocks[0] += test_lines(fresh.results, style, verbose=session.options.verbose)
        else:
            blocks[0] += "no test is affected\n"
        told = replace(fresh, problems=tuple(problem for problem in fresh.problems if problem in new))
        blocks += [f"{text}\n" for text in render_details(told, style, verbose=session.options.verbose)]
        shown = {id(result.report) for result in fresh.results}
        failing = [
            result.name for result in results.results if not result.passed and id(result.report) not in shown
        ]
        still = f"still failing: {_named(failing)}\n" if failing else ""
        blocks.append(still + summary(results, style))
        return "\n" + "\n".join(blocks)


def _fresh(run: TestRun, previous: TestRun | None) -> list[TestReport]:
    """Return the reports that were not taken from the earlier run."""
    known = set() if previous is None else {_identity(report) for report in previous.reports}
    return [report for report in run.reports if _identity(report) not in known]


def _identity(report: TestReport) -> tuple[int, int]:
    """Return what a report that was only moved to another place has in common with what it was made from."""
    return id(report.cases), id(report.error)


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name).replace("\n", "\\n") for name in names[:_NAMES])
    return shown if len(names) <= _NAMES else f"{shown} and {len(names) - _NAMES} more"
