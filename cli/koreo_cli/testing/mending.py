"""Expectations mended in memory: what would be written, and how the tests go then.

A case that is updated passes, and the cases after it run at last and may need an update, too: so tests are run again
until nothing is left to update. The disk is not touched.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from koreo_runtime.testing import run_tests
from koreo_runtime.testing.update import Refusal, Update, accept, propose

from koreo_cli.testing.selecting import paths_asked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_project.load import Loaded
    from koreo_runtime.testing import TestRun
    from koreo_runtime.testing.reports import TestReport
    from koreo_runtime.testing.update import CaseId

    from koreo_cli.testing.session import Session


class Mending:
    """The tests of one workspace, and the texts that their files would get."""

    def __init__(self, session: Session, loaded: Loaded) -> None:
        self.loaded = loaded
        self._session = session
        self._asked_for = paths_asked_for(loaded)
        self._originals: dict[str, str] = {}
        self._accepted: set[CaseId] = set()
        self._unwritable: dict[CaseId, str] = {}
        self._run = self._run_again(None)

    @property
    def snapshot(self) -> Snapshot:
        """The workspace as it would be."""
        return self.loaded.workspace.snapshot

    @property
    def reports(self) -> tuple[TestReport, ...]:
        """How the tests go in the workspace as it would be."""
        return self._run.reports

    def changed(self) -> list[str]:
        """Return the paths whose texts differ from those on the disk."""
        return sorted(path for path, text in self._originals.items() if self.snapshot.text(path) != text)

    def original(self, path: str) -> str:
        """Return the text of a file as it was read."""
        return self._originals[path] if path in self._originals else self.snapshot.text(path)

    def updates(self, path: str | None = None) -> Iterator[Update]:
        """Yield what can be updated now, of one file or of all."""
        for proposal in self._proposals(path):
            if isinstance(proposal, Update):
                yield proposal

    def refusals(self) -> Iterator[Refusal]:
        """Yield why failing cases can not be updated."""
        for proposal in self._proposals(None):
            if isinstance(proposal, Refusal):
                yield proposal

    def _proposals(self, path: str | None) -> Iterator[Update | Refusal]:
        snapshot = self.snapshot
        for report in self.reports:
            if not report.passed and path in (None, report.path):
                for proposal in propose(snapshot, report):
                    reason = self._reason_against(proposal) if isinstance(proposal, Update) else None
                    yield proposal if reason is None else Refusal(report, proposal.case, reason)

    def _reason_against(self, update: Update) -> str | None:
        path = update.report.path
        if self._asked_for is not None and path not in self._asked_for:
            return "only files that are named are changed, and this one is not"
        if update.id in self._accepted:
            return "it fails with its actual value as well; mend it by hand"
        return self._unwritable.get(update.id)

    def settle(self, wanted: Callable[[Update], bool]) -> dict[str, list[Update]]:
        """Accept all wanted updates and those that become possible then; return them by path."""
        made: dict[str, list[Update]] = {}
        # Each round accepts a case that no other round does.
        while updates := [update for update in self.updates() if wanted(update)]:
            for update in self.accept(updates):
                made.setdefault(update.report.path, []).append(update)
        return {path: sorted(found, key=lambda update: update.id) for path, found in made.items()}

    def accept(self, updates: Sequence[Update]) -> list[Update]:
        """Make updates of different cases, and run what they affect; return those that could be made."""
        texts, refusals = accept(self.snapshot, updates)
        for path in texts:
            self._originals.setdefault(path, self.snapshot.text(path))
        self._unwritable.update(refusals)
        made = [update for update in updates if update.id not in refusals]
        self._accepted |= {update.id for update in made}
        self._apply(texts)
        return made

    def undo(self, update: Update, text: str) -> None:
        """Take one update back; `text` is that of its file before it."""
        self._accepted.discard(update.id)
        self._apply({update.report.path: text})

    def restore(self, paths: Iterable[str]) -> None:
        """Take all updates of files back."""
        texts = {path: self.original(path) for path in paths}
        self._accepted = {case for case in self._accepted if case[0] not in texts}
        self._apply(texts)

    def _apply(self, texts: dict[str, str]) -> None:
        if texts:
            self.loaded.workspace.apply(texts)
            self._run = self._run_again(self._run)

    def _run_again(self, previous: TestRun | None) -> TestRun:
        """Run the tests that were asked for, those of them that a change affects."""
        snapshot = self.snapshot
        chosen = {(test.path, test.index) for test in self._session.tests(self.loaded, snapshot)}

        def is_chosen(test: Definition) -> bool:
            return (test.path, test.index) in chosen

        engine = self._session.make_engine(snapshot, None if previous is None else previous.engine)
        return run_tests(
            snapshot, engine=engine, select=is_chosen, previous=previous, clock=time.perf_counter
        )
