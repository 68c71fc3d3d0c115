"""The workspaces that a server looks after: loaded in slices, editor texts over the disk's.

All of it runs on the event loop; disk access is handed to threads, and long work gives way every few
milliseconds, so that messages are read and answered meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from koreo_analyzer.workspace import Settings, Workspace, is_koreo_path
from koreo_project.discover import CONFIG_NAME, find, is_candidate
from koreo_project.load import prepare, read_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from koreo_analyzer.workspace import FileProblem
    from koreo_project.discover import Root
    from koreo_project.load import Prepared

_FILES_A_SLICE = 8
_SLICE_SECONDS = 0.015
_READ_AT_ONCE = 200
_GC_THRESHOLDS = (50_000, 20, 50)


@dataclass(slots=True)
class OpenFile:
    """A file as an editor has it. `uri` is written the way the client writes it."""

    uri: str
    version: int
    text: str


@dataclass(slots=True)
class Project:
    """One workspace. `problems` are those of koreo.toml and of files that cannot be read, by path."""

    folder: str
    prepared: Prepared | None
    workspace: Workspace
    problems: dict[str, list[FileProblem]] = field(default_factory=dict)
    other_texts: dict[str, str] = field(default_factory=dict)
    loaded: bool = False

    def reports(self, path: str) -> bool:
        """Whether the problems of a file are shown even while it is closed."""
        if self.prepared is None or path in self.other_texts:
            return True
        return self.prepared.is_reported(path)


class Projects:
    """Every loaded workspace and every open file."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._projects: list[Project] = []
        self._loading = asyncio.Lock()
        self.open_files: dict[str, OpenFile] = {}

    def __iter__(self) -> Iterator[Project]:
        return iter(self._projects)

    @property
    def is_loading(self) -> bool:
        """Whether a folder is being loaded."""
        return self._loading.locked()

    def project_of(self, path: str) -> Project | None:
        """Return the innermost workspace that a file lies in."""
        inside = (
            p for p in self._projects if path == p.folder or path.startswith(p.folder.rstrip("/") + "/")
        )
        return max(inside, key=lambda project: len(project.folder), default=None)

    async def add_folder(self, folder: str) -> None:
        """Find and load the workspaces of a folder, in slices."""
        async with self._loading:
            roots = await asyncio.to_thread(find, [Path(folder)])
            known = {project.folder for project in self._projects if project.prepared is not None}
            for root in roots:
                if root.path not in known:
                    await self._load(root)

    async def _load(self, root: Root) -> None:
        prepared = await asyncio.to_thread(prepare, root)
        project = Project(root.path, prepared, Workspace(Settings(severities=prepared.config.severities)))
        for problem in prepared.problems:
            project.problems.setdefault(problem.path, []).append(problem)
        project.other_texts.update(prepared.other_texts)
        self._projects = [p for p in self._projects if p.folder != root.path] + [project]
        gc.disable()
        try:
            await self._read_all(project, prepared)
        finally:
            gc.enable()
            gc.freeze()
            gc.set_threshold(*_GC_THRESHOLDS)
        project.loaded = True
        self._changed()

    async def _read_all(self, project: Project, prepared: Prepared) -> None:
        waiting = list(prepared.paths)
        while waiting:
            batch, waiting = waiting[:_READ_AT_ONCE], waiting[_READ_AT_ONCE:]
            texts, unreadable = await asyncio.to_thread(read_some, batch, prepared)
            for problem in unreadable:
                project.problems.setdefault(problem.path, []).append(problem)
            for path in batch:
                if path in self.open_files:
                    texts[path] = self.open_files[path].text
            items = list(texts.items())
            for start in range(0, len(items), _FILES_A_SLICE):
                project.workspace.apply(dict(items[start : start + _FILES_A_SLICE]))
                await asyncio.sleep(0)
        opened = {p: f.text for p, f in self.open_files.items() if self.project_of(p) is project}
        project.workspace.apply(opened)

    def remove_folder(self, folder: str) -> list[str]:
        """Forget the workspaces of a folder and return the files whose problems are to be taken back."""
        gone = [
            p for p in self._projects if p.folder == folder or p.folder.startswith(folder.rstrip("/") + "/")
        ]
        self._projects = [project for project in self._projects if project not in gone]
        paths = [
            path for project in gone for path in (*project.workspace.snapshot.paths(), *project.problems)
        ]
        for path, opened in self.open_files.items():
            if path in paths:
                self.set_text(path, opened)
        return paths

    def set_text(self, path: str, opened: OpenFile) -> Project | None:
        """Take the editor's text of a file; None when the file is none of ours."""
        self.open_files[path] = opened
        if not is_candidate(path):
            return None
        project = self.project_of(path)
        if project is None:
            project = Project(path.rsplit("/", 1)[0], None, Workspace(), loaded=True)
            self._projects.append(project)
        if is_koreo_path(path) or project.workspace.snapshot.file(path) is not None:
            project.workspace.apply({path: opened.text})
        return project

    async def close(self, path: str) -> None:
        """Go back to the text on the disk."""
        self.open_files.pop(path, None)
        await self.refresh([path])

    async def refresh(self, paths: Iterable[str]) -> None:
        """Read files again that the disk may have changed, created or removed."""
        changed = [path for path in paths if path not in self.open_files]
        reload = {path.rsplit("/", 1)[0] for path in changed if path.rsplit("/", 1)[-1] == CONFIG_NAME}
        for folder in sorted(reload):
            await self.reload(folder)
        by_project: dict[int, tuple[Project, list[str]]] = {}
        for path in changed:
            project = self.project_of(path)
            if project is not None and is_candidate(path):
                by_project.setdefault(id(project), (project, []))[1].append(path)
        for project, files in by_project.values():
            await self._refresh_files(project, files)
        self._changed()

    async def _refresh_files(self, project: Project, paths: list[str]) -> None:
        known = project.workspace.snapshot
        prepared = project.prepared
        if prepared is None:
            project.workspace.apply(dict.fromkeys(paths))
            return
        if any(known.file(path) is None for path in paths):
            roots = await asyncio.to_thread(find, [Path(project.folder)])
            root = next((root for root in roots if root.path == project.folder), None)
            if root is not None:
                prepared = project.prepared = await asyncio.to_thread(prepare, root)
        members = set(prepared.paths)
        texts, unreadable = await asyncio.to_thread(read_some, [p for p in paths if p in members], prepared)
        for path in paths:
            project.problems.pop(path, None)
        for problem in unreadable:
            if Path(problem.path).exists():
                project.problems.setdefault(problem.path, []).append(problem)
        changes: dict[str, str | None] = {
            path: texts.get(path) for path in paths if path not in self.open_files
        }
        project.workspace.apply(changes)

    async def reload(self, folder: str) -> None:
        """Load the workspaces of a folder anew, because its koreo.toml changed, came or went."""
        outer = self.project_of(folder)
        self._projects = [project for project in self._projects if project.folder != folder]
        await self.add_folder(folder)
        if outer is not None and outer.folder != folder:
            self._projects = [project for project in self._projects if project is not outer]
            await self.add_folder(outer.folder)


class Slices:
    """Gives way to the event loop when a slice of time is used up."""

    def __init__(self) -> None:
        self._end = time.monotonic() + _SLICE_SECONDS

    async def give_way(self) -> None:
        """Let other tasks run if this one has run for long enough."""
        if time.monotonic() >= self._end:
            await asyncio.sleep(0)
            self._end = time.monotonic() + _SLICE_SECONDS
