"""Diagnostics: every file's newest, each sent once, none lost.

An edited file is answered at once, with the version of the edit. Whatever else the edit may have changed is
looked at in the background, in slices; a file that changes again meanwhile is simply looked at again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from koreo_analyzer.text import LineIndex
from lsprotocol import types
from pygls.uris import from_fs_path

from koreo_server.lsp.convert import to_diagnostic, to_range
from koreo_server.lsp.projects import Slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from koreo_analyzer.text import PositionEncoding
    from koreo_analyzer.workspace import FileProblem, FileRelated

    from koreo_server.lsp.projects import Project, Projects


def uri_of(path: str, projects: Projects) -> str:
    """Return the URI of a file as the client writes it, or made from its path."""
    opened = projects.open_files.get(path)
    if opened is not None:
        return opened.uri
    return from_fs_path(path) or path


class Publisher:
    """Sends diagnostics with `send`, and remembers what clients were shown."""

    def __init__(
        self,
        projects: Projects,
        send: Callable[[types.PublishDiagnosticsParams], None],
        encoding: PositionEncoding,
        *,
        related: bool,
        versions: bool,
    ) -> None:
        self._projects = projects
        self._send = send
        self._encoding = encoding
        self._related = related
        self._versions = versions
        self._shown: dict[str, tuple[FileProblem, ...]] = {}
        self._pending: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    def publish(self, path: str) -> None:
        """Send the problems of a file, even if they are those that the client has."""
        self._pending.pop(path, None)
        self._publish(path, self._problems(path))

    def take_back(self, paths: Iterable[str]) -> None:
        """Send that files have no problems any more."""
        for path in paths:
            if self._shown.get(path):
                self._publish(path, ())

    def schedule(self) -> None:
        """Look at every file that may have changed, in the background."""
        for project in self._projects:
            if project.loaded:
                for path in sorted(project.workspace.take_affected() | project.problems.keys()):
                    self._pending.setdefault(path)
        if self._pending and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        slices = Slices()
        while self._pending:
            path = next(iter(self._pending))
            del self._pending[path]
            problems = self._problems(path)
            if problems != self._shown.get(path, ()):
                self._publish(path, problems)
            await slices.give_way()

    def _problems(self, path: str) -> tuple[FileProblem, ...]:
        project = self._projects.project_of(path)
        if project is None:
            return ()
        if path not in self._projects.open_files and not project.reports(path):
            return ()
        problems = (*project.problems.get(path, ()), *self._analysed(project, path))
        return tuple(sorted(problems, key=lambda problem: problem.span))

    def _analysed(self, project: Project, path: str) -> tuple[FileProblem, ...]:
        """Return the problems of a text; until the workspace is loaded, only those that no other file can mend."""
        snapshot = project.workspace.snapshot
        return snapshot.problems(path) if project.loaded else snapshot.own_problems(path)

    def _publish(self, path: str, problems: tuple[FileProblem, ...]) -> None:
        lines = self._lines(path)
        related = self._location if self._related else None
        opened = self._projects.open_files.get(path)
        self._send(
            types.PublishDiagnosticsParams(
                uri=uri_of(path, self._projects),
                diagnostics=[to_diagnostic(problem, lines, self._encoding, related) for problem in problems],
                version=opened.version if opened is not None and self._versions else None,
            )
        )
        if problems:
            self._shown[path] = problems
        else:
            self._shown.pop(path, None)

    def _lines(self, path: str) -> LineIndex:
        project = self._projects.project_of(path)
        if project is not None:
            file = project.workspace.snapshot.file(path)
            if file is not None:
                return file.lines
            if path in project.other_texts:
                return LineIndex(project.other_texts[path])
        return LineIndex("")

    def _location(self, place: FileRelated) -> types.Location | None:
        return types.Location(
            uri_of(place.path, self._projects), to_range(self._lines(place.path), place.span, self._encoding)
        )
