"""One workspace as the server holds it: the analyzer's files, and what the disk said about them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from koreo_analyzer.workspace import Workspace, is_koreo_path
from koreo_project.objects import ObjectFiles
from koreo_project.read import Unreadable, read_text

from koreo_server.session.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from koreo_analyzer.schemas.kinds import KindName
    from koreo_analyzer.workspace import FileProblem
    from koreo_project.load import Prepared


class Project:
    """A workspace: the files of a folder that has been looked at, or one text that stands alone.

    `members` are the paths that the last look at the disk found, `unread` those of them whose text on the disk
    has to be read (again), in order. A project is `complete` once all have been read; until then, and always
    for a text alone, only problems that no other file can mend are told.
    """

    __slots__ = (
        "_accepts",
        "_inside",
        "complete",
        "folder",
        "members",
        "objects",
        "prepared",
        "real_folder",
        "suite",
        "unread",
        "workspace",
    )

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.real_folder = folder
        self._inside = f"{folder.rstrip('/')}/"
        self.workspace = Workspace()
        self.suite = Suite()
        self.members: dict[str, FileProblem | None] = {}
        """Path to the reason why it cannot be read, if so."""
        self.unread: dict[str, None] = {}
        self.objects = ObjectFiles()
        """The plain YAML among the members, as the editor or else the disk has it."""
        self.complete = False
        self.prepared: Prepared | None = None
        self._accepts: Callable[[str], bool] = _accept_none

    def prepare(self, prepared: Prepared) -> list[str]:
        """Take what a look at the disk found; return the paths whose problems may be others now."""
        before = self.prepared
        found = dict.fromkeys(prepared.paths)
        gone = [path for path in self.members if path not in found]
        self.unread.update((path, None) for path in found if path not in self.members)
        for path in gone:
            self.unread.pop(path, None)
            self.objects.set(path, None)
        self.members = {path: self.members.get(path) for path in found}
        self.prepared = prepared
        self.real_folder = os.path.realpath(self.folder)
        self._accepts = prepared.config.file_filter()
        if before is None or before.settings != prepared.settings:
            self.workspace.configure(prepared.settings)
        self.workspace.apply(dict.fromkeys(gone))
        noted = {problem.path for problem in prepared.problems}
        if before is not None:
            noted.update(problem.path for problem in before.problems)
            if before.root.selected != prepared.root.selected:
                noted.update(self.members)
        return [*gone, *noted]

    def contains(self, path: str) -> bool:
        """Whether a path lies in the folder."""
        return path.startswith(self._inside)

    def would_take(self, path: str) -> bool:
        """Whether a file that was not on the disk when it was looked at will be a member once it is found."""
        return (
            self.contains(path)
            and is_koreo_path(path)
            and self._accepts(path[len(self.folder.rstrip("/")) + 1 :])
            and (self.workspace.snapshot.file(path) is not None or not os.path.lexists(path))
        )

    def object_paths(self, kind: KindName) -> list[str]:
        """Return the plain YAML files that hold objects of a kind, sorted."""
        return self.objects.paths(kind)

    def object_text(self, path: str) -> str | None:
        """Return the text of a member: the editor's, or else the disk's, which is read now."""
        file = self.workspace.snapshot.file(path)
        if file is not None:
            return file.text
        text = read_text(path) if path in self.members else None
        return None if isinstance(text, Unreadable) else text

    def nearest(self, path: str, name: str) -> str | None:
        """Return the member of a name in the folder of a path, or in the nearest folder further up."""
        folder = path
        while self.contains(folder):
            folder = os.path.dirname(folder)
            if (found := f"{folder}/{name}") in self.members:
                return found
        return None

    def is_reported(self, path: str) -> bool:
        """Whether the problems of a closed file are shown."""
        prepared = self.prepared
        if prepared is None:
            return False
        if path in self.members:
            return self.complete and prepared.is_reported(path)
        return True

    def problems(self, path: str) -> Iterable[FileProblem]:
        """Return the problems of a file: those of its text, and that it cannot be read."""
        if self.prepared is not None:
            yield from (problem for problem in self.prepared.problems if problem.path == path)
        unreadable = self.members.get(path)
        if unreadable is not None:
            yield unreadable
        snapshot = self.workspace.snapshot
        yield from snapshot.problems(path) if self.complete else snapshot.own_problems(path)

    def paths(self) -> list[str]:
        """Return every path that may have problems."""
        other = [problem.path for problem in self.prepared.problems] if self.prepared is not None else []
        return [*self.workspace.snapshot.paths(), *self.members, *other]


def _accept_none(_relative: str) -> bool:
    return False
