"""Diagnostics: every file's newest, none lost, in phases.

An edit is answered when no other message waits, so that a burst of edits is answered once, but never later than
`LATEST` seconds. The answer has everything that is known of the text by itself, its syntax first; types follow in
it if they are quick, or else a moment later, and until then what was known of them before moves along with the text.
What running tests finds comes as soon as they have run. Whatever else an edit may have changed is looked at in the
background, in slices; a file that changes again meanwhile is simply looked at again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.running import UNTESTED
from koreo_analyzer.checks.types_rules import NEVER_RETURNED
from lsprotocol import types

from koreo_server.ide.carrying import changed_part
from koreo_server.ide.test_problems import test_problems
from koreo_server.ide.untested import untested
from koreo_server.lsp.convert import to_diagnostic, to_range
from koreo_server.lsp.rule_pages import find_page, rule_page
from koreo_server.session import memory
from koreo_server.session.background import Slices, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from koreo_analyzer.text import LineIndex
    from koreo_analyzer.workspace import FileProblem

    from koreo_server.lsp.board import Board
    from koreo_server.lsp.client import Client
    from koreo_server.session.projects import Projects
    from koreo_server.session.test_runs import TestRuns

LATEST: Final = 0.25
"""How long an edit may wait for an answer while messages keep coming, in seconds."""
_MOST_PARTS: Final = 20
"""After so many parts of the work for one file others come first; most of the rest is done with theirs."""
SLOW: Final = 0.015
"""A file whose problems took longer than this, in seconds, is answered in two steps."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found of an open text; `others` are the problems that do not follow from the text alone."""

    text: str
    is_slow: bool
    others: tuple[FileProblem, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the diagnostics of a closed file without failing tests were made of: its problems, and their places."""

    problems: list[FileProblem]
    places: list[tuple[str, str, LineIndex]]


class Publisher:
    """Puts the problems of all files on the board."""

    def __init__(
        self,
        projects: Projects,
        tests: TestRuns,
        client: Client,
        board: Board,
        failed: Callable[[BaseException], None],
        fades: Callable[[], bool],
        others_changed: Callable[[], None],
    ) -> None:
        """`fades` tells whether what no test reaches is shown; `failed` is told of bugs.

        `others_changed` is called when everything has been looked at, if open texts were among it that were not edited.
        """
        self.board = board
        self._projects = projects
        self._tests = tests
        self._client = client
        self._fades = fades
        self._others_changed = others_changed
        self._has_others = False
        wants_pages = client.pushed.code_descriptions or client.pulled.code_descriptions
        self._page = find_page() if wants_pages else None
        self._known: dict[str, _Known] = {}
        self._told: dict[str, _Told] = {}
        self._edited: dict[str, None] = {}
        """URIs of texts whose edits are to be answered: loading may give a text another key meanwhile."""
        self._unanswered_since = 0.0
        self._unfinished: dict[str, None] = {}
        self._pending: dict[str, None] = {}
        self._later: dict[str, None] = {}
        """Files whose problems follow from so many others that these are better looked at before."""
        self._worker = Worker(self._work, failed)

    @property
    def is_idle(self) -> bool:
        """Whether every file that may have changed has been looked at."""
        return self._worker.is_idle

    def stop(self) -> None:
        """Work no more: the client is gone."""
        self._worker.stop()

    def edited(self, key: str) -> None:
        """Answer an edit of a text, even if its problems are those that the client has."""
        if not self._edited:
            self._unanswered_since = time.monotonic()
        self._edited[self._projects.uri_of(key)] = None
        if time.monotonic() - self._unanswered_since > LATEST:
            self._answer_edits()
        self._worker.wake()

    def closed(self, key: str) -> None:
        """Forget an open text."""
        self._known.pop(key, None)
        self._told.pop(key, None)
        self.schedule()

    def schedule(self) -> None:
        """Look at every file that may have changed, in the background."""
        self._look_at_changed(())

    def look_at(self, keys: Collection[str]) -> None:
        """Look at files again, in the background but before all others; closed ones that have a turn keep it."""
        for key in keys:
            self._told.pop(key, None)
            if key not in self._pending or self._projects.opened(key) is not None:
                self._unfinished[key] = None
        if self._unfinished:
            self._worker.wake()

    def _look_at_changed(self, besides: Collection[str]) -> None:
        changed = self._projects.take_changed()
        self._tests.changed(changed.union(besides))
        others = changed.difference(besides)
        self._has_others |= any(self._projects.opened(key) is not None for key in others)
        self._pending.update(dict.fromkeys(self._callers_first(others)))
        if self._pending:
            self._worker.wake()

    def _callers_first(self, keys: Collection[str]) -> list[str]:
        """Order files so that none has to wait for many: what a function is run with follows from all its callers."""

        def rank(key: str) -> tuple[int, str]:
            project = self._projects.project_of(key) if len(keys) > 1 else None
            return (project.workspace.snapshot.count_users(key) if project is not None else 0), key

        return sorted(keys, key=rank)

    async def _work(self) -> None:
        slices = Slices()
        done = 0
        while self._edited or self._unfinished or self._pending or self._later:
            if self._edited:
                self._answer_edits()
            else:
                waiting = self._unfinished or self._pending or self._later
                key = next(iter(waiting))
                del waiting[key]
                took = await self._prepare(key, waiting, slices)
                if took is None:
                    continue
                self._pending.pop(key, None)
                if waiting is not self._pending or not self._is_told(key):
                    self.board.show(key, self._convert(self._all(key, took)))
                    done += 1
                    if done % memory.MANY == 0:
                        memory.keep()
            await slices.give_way()
        self.board.settle()
        if self._has_others:
            self._has_others = False
            self._others_changed()

    async def _prepare(self, key: str, waiting: dict[str, None], slices: Slices) -> float | None:
        """Do what the problems of a file need, part by part, and return how long that took.

        None if something else comes first: then the file gets another turn.
        """
        took = 0.0
        for part in count():
            begin = time.perf_counter()
            is_done = self._projects.prepare_problems(key)
            took += time.perf_counter() - begin
            if is_done:
                return took
            await slices.give_way()
            if self._edited:
                waiting[key] = None
                return None
            if part >= _MOST_PARTS and (self._unfinished or self._pending):
                break
        self._later[key] = None
        return None

    async def prepare(self, key: str) -> None:
        """Do what the problems of a text need, part by part; other messages are answered meanwhile."""
        slices = Slices()
        while not self._projects.prepare_problems(key):
            await slices.give_way()

    def _answer_edits(self) -> None:
        # First, so that what tests found in the texts before moves along with the new ones.
        key_of = self._projects.key_of
        self._look_at_changed({key_of(uri) for uri in self._edited})
        while self._edited:
            uri = next(iter(self._edited))
            del self._edited[uri]
            if self._projects.opened(key_of(uri)) is not None:
                self._answer_edit(key_of(uri))

    def _answer_edit(self, key: str) -> None:
        known = self._known.get(key)
        self._unfinished.pop(key, None)
        self._later.pop(key, None)
        if self.board.is_pulled(key):
            # The client asks for it after its own edit; only what was pushed before has to be taken back.
            self.board.take_over(key)
            return
        begin = time.perf_counter()
        if (known is not None and known.is_slow) or not self._projects.prepare_problems(key):
            self._unfinished[key] = None
            self.board.show(key, self._convert(self._first(key, known)), anyway=True)
        else:
            took = time.perf_counter() - begin
            self.board.show(key, self._convert(self._all(key, took)), anyway=True)

    def diagnostics(self, key: str) -> list[types.Diagnostic]:
        """Return all that is known of a file now, as an answer; where it is pushed, that has still to be done."""
        found = self._convert(self._all(key))
        if not self.board.is_pulled(key):
            self._told.pop(key, None)
        return found

    def _all(self, key: str, took: float = 0.0) -> list[FileProblem]:
        """Return all problems of a file, which took so many seconds to prepare."""
        begin = time.perf_counter() - took
        problems = self._projects.problems(key)
        opened = self._projects.opened(key)
        if opened is not None:
            is_slow = time.perf_counter() - begin > SLOW
            own = set(self._projects.own_problems(key)) if is_slow else set()
            others = tuple(problem for problem in problems if problem not in own) if is_slow else ()
            self._known[key] = _Known(opened.text, is_slow, others)
        found = self._with_tests(key, problems)
        self._told.pop(key, None)
        project = self._projects.project_of(key)
        if opened is None and found is problems and project is not None:
            self._told[key] = _Told(problems, self._places(problems))
        if opened is not None and project is not None and self._fades() and project.complete:
            found += untested(project.workspace.snapshot, key)
        return found

    def shown(self, key: str) -> list[FileProblem]:
        """Return the problems of a file that the client is shown, in the order of the text."""
        return self._with_tests(key, self._projects.problems(key))

    def _is_told(self, key: str) -> bool:
        """Whether the diagnostics of a file are made of the very things that they were made of last time.

        Of a wave of files that an edit may concern most are as they were. What tests find comes by another way.
        """
        told = self._told.get(key)
        if told is None or self._projects.opened(key) is not None:
            return False
        return self._projects.problems(key) == told.problems and all(
            self._projects.uri_of(path) == uri and self._projects.lines(path) is lines
            for path, uri, lines in told.places
        )

    def _places(self, problems: Iterable[FileProblem]) -> list[tuple[str, str, LineIndex]]:
        """Return the files in which problems have places, with their URIs and lines."""
        paths = {path for one in problems for path in (one.path, *(place.path for place in one.related))}
        return [(path, self._projects.uri_of(path), self._projects.lines(path)) for path in paths]

    def _first(self, key: str, known: _Known | None) -> list[FileProblem]:
        """Return what a text tells by itself, and of the rest what was known of the text before."""
        opened = self._projects.opened(key)
        carried = _carried(known, opened.text) if opened is not None and known is not None else ()
        problems = [*self._projects.own_problems(key), *carried]
        return self._with_tests(key, sorted(problems, key=lambda problem: problem.span))

    def _with_tests(self, key: str, problems: list[FileProblem]) -> list[FileProblem]:
        results = self._tests.told_results(key)
        project = self._projects.project_of(key) if results else None
        if project is None:
            return problems
        found = list(test_problems(project.workspace.snapshot, key, results, problems))
        if not found:
            return problems
        # What a run shows at an expected value is more exact than what types tell of it.
        failed = {problem.span for problem in found}
        kept = [one for one in problems if one.code != NEVER_RETURNED.code or one.span not in failed]
        return sorted([*kept, *found], key=lambda problem: problem.span)

    def _convert(self, problems: Iterable[FileProblem]) -> list[types.Diagnostic]:
        return [self.diagnostic(problem) for problem in problems]

    def diagnostic(self, problem: FileProblem) -> types.Diagnostic:
        """Return a problem as the client is shown it."""
        lines = self._projects.lines(problem.path)
        encoding = self._client.encoding
        parts = self._client.pulled if self.board.is_pulled(problem.path) else self._client.pushed
        related = None
        if parts.related_information:
            related = [
                types.DiagnosticRelatedInformation(
                    types.Location(
                        self._projects.uri_of(place.path),
                        to_range(self._projects.lines(place.path), place.span, encoding),
                    ),
                    place.message,
                )
                for place in problem.related
            ]
        found = to_diagnostic(problem, lines, encoding, parts.tags, related)
        if problem.code == UNTESTED.code:
            found.severity = types.DiagnosticSeverity.Hint
        page = rule_page(self._page, problem.code) if parts.code_descriptions else None
        if page is not None:
            found.code_description = types.CodeDescription(page)
        return found


def _carried(known: _Known, text: str) -> Iterator[FileProblem]:
    """Yield the problems of the text before that do not follow from it alone, where their places are now."""
    change = changed_part(known.text, text)
    for problem in known.others:
        span = change.carry(problem.span)
        if span is not None:
            # Fixes are edits of the text before.
            related = tuple(place for place in problem.related if place.path != problem.path)
            yield replace(problem, span=span, related=related, fixes=())
