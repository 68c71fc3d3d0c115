"""Diagnostics: every file's newest, each sent once, none lost.

An edited file is answered at once, with the version of the edit. Whatever else the edit may have changed is
looked at in the background, in slices; a file that changes again meanwhile is simply looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from koreo_server.lsp.convert import to_diagnostic, to_range
from koreo_server.session import memory
from koreo_server.session.background import Slices, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.workspace import FileProblem

    from koreo_server.lsp.client import Client
    from koreo_server.session.projects import Projects

MANY = 100
"""After so many files much has been made that lives long."""


class _Shown(NamedTuple):
    """What the client was last sent for a file."""

    uri: str
    diagnostics: list[types.Diagnostic]


class Publisher:
    """Sends diagnostics with `send`, and remembers what the client was shown."""

    def __init__(
        self,
        projects: Projects,
        send: Callable[[types.PublishDiagnosticsParams], None],
        client: Client,
    ) -> None:
        self._projects = projects
        self._send = send
        self._client = client
        self._shown: dict[str, _Shown] = {}
        self._pending: dict[str, None] = {}
        self._worker = Worker(self._work)

    @property
    def is_idle(self) -> bool:
        """Whether every file that may have changed has been looked at."""
        return self._worker.is_idle

    def publish(self, key: str) -> None:
        """Send the problems of a file at once, even if they are those that the client has; others later."""
        self._take_back_elsewhere(key)
        self._show(key, self._diagnostics(key))
        self._look_at(self._projects.take_changed() - {key})

    def schedule(self) -> None:
        """Look at every file that may have changed, in the background."""
        self._look_at(self._projects.take_changed())

    def _look_at(self, keys: set[str]) -> None:
        self._pending.update(dict.fromkeys(sorted(keys)))
        if self._pending:
            self._worker.wake()

    def diagnostic(self, problem: FileProblem) -> types.Diagnostic:
        """Return a problem as the client is shown it."""
        lines = self._projects.lines(problem.path)
        encoding = self._client.encoding
        related = None
        if self._client.related_information:
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
        return to_diagnostic(problem, lines, encoding, self._client.tags, related)

    async def _work(self) -> None:
        slices = Slices()
        done = 0
        while self._pending:
            key = next(iter(self._pending))
            del self._pending[key]
            self._refresh(key)
            done += 1
            if done % MANY == 0:
                memory.keep()
            await slices.give_way()

    def _refresh(self, key: str) -> None:
        """Send the problems of a file if they differ from what the client has."""
        self._take_back_elsewhere(key)
        diagnostics = self._diagnostics(key)
        shown = self._shown.get(key)
        if diagnostics != (shown.diagnostics if shown is not None else []):
            self._show(key, diagnostics)

    def _take_back_elsewhere(self, key: str) -> None:
        """Send that there is nothing under the name by which a file was known, unless another is open by it."""
        shown = self._shown.get(key)
        if shown is None or shown.uri == self._projects.uri_of(key):
            return
        del self._shown[key]
        other = self._projects.opened(self._projects.key_of(shown.uri))
        if other is None or other.uri != shown.uri:
            self._send(types.PublishDiagnosticsParams(shown.uri, []))

    def _diagnostics(self, key: str) -> list[types.Diagnostic]:
        return [self.diagnostic(problem) for problem in self._projects.problems(key)]

    def _show(self, key: str, diagnostics: list[types.Diagnostic]) -> None:
        uri = self._projects.uri_of(key)
        opened = self._projects.opened(key)
        version = opened.version if opened is not None else None
        if diagnostics:
            self._shown[key] = _Shown(uri, diagnostics)
        else:
            self._shown.pop(key, None)
        self._send(types.PublishDiagnosticsParams(uri, diagnostics, version))
