"""Brings what the disk holds into the workspaces: one task, one job after the other, in slices.

There is a single worker so that two looks at the disk never overtake each other. Disk access is handed to
threads. Texts are analysed on the event loop in parts of bounded size, between which messages are answered.
"""

from __future__ import annotations

import asyncio
import enum
import os
from pathlib import Path
from typing import TYPE_CHECKING

from koreo_project.discover import CONFIG_NAME, find, is_candidate
from koreo_project.ignore import IGNORE_NAME
from koreo_project.load import prepare, read_some
from koreo_project.schemas import FILE as PACK_NAME

from koreo_server.session import memory
from koreo_server.session.background import Worker
from koreo_server.session.uris import is_below, is_on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from koreo_project.discover import Root
    from koreo_project.load import FilesRead, Prepared

    from koreo_server.session.project import Project
    from koreo_server.session.projects import Projects

CHARACTERS_A_PART = 12_000
"""The most that is analysed at a time, unless one file alone is larger: some 10 ms of work."""

_READ_AT_ONCE = 200


class FileEvent(enum.Enum):
    """What happened to a file on the disk."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


class Loader:
    """Keeps the workspaces of some folders as the disk has them.

    `changed` is called whenever problems may be others, `progress` with the number of files that are unread yet, and
    `failed` with what went wrong in it. None of them may wait.
    """

    def __init__(
        self,
        projects: Projects,
        changed: Callable[[], None],
        progress: Callable[[int], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._projects = projects
        self._changed = changed
        self._progress = progress
        self._folders: list[str] = []
        self._look_again = False
        self._roots: list[Root] = []
        self._worker = Worker(self._work, failed)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the client has opened."""
        return tuple(self._folders)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for has been read."""
        return self._worker.is_idle

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Open and close folders."""
        gone = set(removed)
        self._folders = [folder for folder in self._folders if folder not in gone]
        self._folders += [folder for folder in added if folder not in self._folders]
        self.look_again()

    def look_again(self) -> None:
        """Find out anew which workspaces and files there are."""
        self._look_again = True
        self.wake()

    def read_again(self, below: Collection[str] | None = None) -> None:
        """Find out anew which files there are, and read all of them, or those below some folders."""
        for project in self._projects:
            project.unread.update(
                (path, None)
                for path in project.members
                if below is None or any(is_below(path, folder) for folder in below)
            )
        self.look_again()

    def files_changed(self, events: Iterable[tuple[str, FileEvent]]) -> None:
        """Take notice of what happened on the disk."""
        for path, event in events:
            holders = self._projects.holders(path)
            for project in holders:
                project.unread[path] = None
            if not holders and self._concerns_members(path, event):
                self._look_again = True
        self.wake()

    def _concerns_members(self, path: str, event: FileEvent) -> bool:
        """Whether what happened to a path that is no member may change which files are."""
        if os.path.basename(path) in (CONFIG_NAME, IGNORE_NAME, PACK_NAME):
            return True
        if is_candidate(path):
            return True  # a client may join that something went and a file came to one change
        if event is FileEvent.CREATED and os.path.isdir(path):
            return True
        return event is not FileEvent.CHANGED and self._projects.has_members_below(path)

    def stop(self) -> None:
        """Work no more: the client is gone."""
        self._worker.stop()

    def wake(self) -> None:
        """Start to work, if there is any."""
        self._worker.wake()

    async def _work(self) -> None:
        while True:
            unread = next((project for project in self._projects if project.unread), None)
            if self._look_again:
                self._look_again = False
                await self._look()
            elif self._roots:
                await self._prepare(self._roots.pop(0))
            elif unread is not None and unread.prepared is not None:
                self._tell_progress()
                await self._read_batch(unread, unread.prepared)
                self._tell_progress()
                if not unread.unread:
                    unread.complete = True
                    self._changed()
            else:
                return

    def _tell_progress(self) -> None:
        if self._progress is not None:
            self._progress(sum(len(project.unread) for project in self._projects))

    async def _look(self) -> None:
        roots = await asyncio.to_thread(find_roots, self.folders, self._projects.open_keys())
        self._projects.keep({root.path for root in roots})
        self._roots = roots
        self._changed()

    async def _prepare(self, root: Root) -> None:
        project = self._projects.prepare(await asyncio.to_thread(prepare, root))
        project.complete = project.complete or not project.unread
        self._changed()

    async def _read_batch(self, project: Project, prepared: Prepared) -> None:
        paths = list(project.unread)[:_READ_AT_ONCE]
        for path in paths:
            del project.unread[path]
        found = await asyncio.to_thread(_read, paths, prepared)
        unreadable = found.problems
        self._projects.set_objects(project, {path: found.objects.get(path) for path in paths})
        for path in paths:
            if path in project.members and project.members[path] != unreadable.get(path):
                project.members[path] = unreadable.get(path)
                self._projects.note_changed([path])
        for part in parts({path: found.texts.get(path) for path in paths}):
            self._projects.apply(
                project, {path: text for path, text in part.items() if path in project.members}
            )
            await asyncio.sleep(0)
        if len(paths) >= memory.MANY:
            memory.keep()


def _read(paths: Sequence[str], prepared: Prepared) -> FilesRead:
    """Read files; only those have problems that are there."""
    found = read_some(paths, prepared)
    for path in [path for path in found.problems if not os.path.lexists(path)]:
        del found.problems[path]
    return found


def parts(texts: Mapping[str, str | None]) -> Iterator[dict[str, str | None]]:
    """Cut texts into parts of at most `CHARACTERS_A_PART`, a larger text being a part of its own."""
    part: dict[str, str | None] = {}
    size = 0
    for path, text in texts.items():
        length = len(text or "")
        if part and size + length > CHARACTERS_A_PART:
            yield part
            part, size = {}, 0
        part[path] = text
        size += length
    if part:
        yield part


def find_roots(folders: Sequence[str], open_keys: Sequence[str]) -> list[Root]:
    """Return the workspaces of folders, and those that hold open files outside of all folders.

    An open file outside belongs to the workspace of the nearest koreo.toml further up, if there is one.
    """
    outside = [
        Path(key)
        for key in open_keys
        if is_on_disk(key)
        and not any(is_below(key, folder) for folder in folders)
        and os.path.isfile(key)
        and _has_config_above(key)
    ]
    return find([*(Path(folder) for folder in folders if os.path.isdir(folder)), *outside])


def _has_config_above(path: str) -> bool:
    while (above := os.path.dirname(path)) != path:
        path = above
        if os.path.isfile(f"{path.rstrip('/')}/{CONFIG_NAME}"):
            return True
    return False
