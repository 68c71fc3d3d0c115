"""Every workspace and every open text, and which of them belong together.

The editor's text of a file wins over the disk's; where a file is open by several names (symbolic links), each has a
text of its own, and the newest counts. A file belongs to the workspaces whose members it is; one that
is new and not saved yet to the innermost workspace that would take it; any other open text stands alone.
Nothing here waits: the `Loader` brings what the disk holds, handlers bring what the editor holds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.text import LineIndex
from koreo_analyzer.workspace import is_koreo_path
from koreo_project.discover import CONFIG_NAME
from koreo_project.load import check_config
from koreo_project.objects import objects_in

from koreo_server.session.project import Project
from koreo_server.session.uris import is_on_disk, path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from koreo_analyzer.workspace import FileProblem
    from koreo_project.load import Prepared
    from koreo_project.objects import FileObjects

LANGUAGE = "koreo"
"""The language id with which editors say that a text is Koreo, whatever its name."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A text as an editor has it. `uri` is written the way the client writes it."""

    uri: str
    version: int
    text: str
    language: str


class Projects:
    """The state of a session. A text is known by its key: its path, or the path by which a workspace knows it."""

    def __init__(self) -> None:
        self._folders: dict[str, Project] = {}
        self._alone: dict[str, Project] = {}
        self._texts: dict[str, OpenFile] = {}
        """What is open, by path as the client names it; the newest stands last."""
        self._keys: dict[str, str] = {}
        """Those paths to keys."""
        self._open: dict[str, OpenFile] = {}
        """Of each key the newest text."""
        self._changed: set[str] = set()

    def __iter__(self) -> Iterator[Project]:
        yield from self._folders.values()
        yield from self._alone.values()

    # Texts of the editor

    def key_of(self, uri: str) -> str:
        """Return the key of the text that a URI names."""
        path = path_of(uri)
        return self._keys.get(path, path)

    def uri_of(self, key: str) -> str:
        """Return the URI of a text as the client writes it, or made from its path."""
        opened = self._open.get(key)
        return opened.uri if opened is not None else uri_of(key)

    def opened(self, key: str) -> OpenFile | None:
        """Return the editor's text, the newest if there are several; None for a closed file."""
        return self._open.get(key)

    def opened_as(self, uri: str) -> OpenFile | None:
        """Return the text that the editor has under this very name."""
        return self._texts.get(path_of(uri))

    def turn_to(self, uri: str) -> str:
        """Return the key of a text that the client asks about: by this name it is answered, if the text is the same."""
        path = path_of(uri)
        key = self._keys.get(path, path)
        file = self._texts.get(path)
        if file is not None and file is not self._open[key] and file.text == self._open[key].text:
            self._put(path, key, file)
        return key

    def open_keys(self) -> list[str]:
        """Return the keys of all open texts."""
        return list(self._open)

    def stands_alone(self, key: str) -> bool:
        """Whether an open text belongs to no workspace, or to one that has not seen it on the disk."""
        return not any(key in project.members for project in self._folders.values())

    def set_text(self, file: OpenFile) -> str:
        """Take the editor's text and return its key."""
        path = path_of(file.uri)
        key = self._keys.get(path)
        if key is None:
            key = self._keys[path] = self._key_for(path, file.language)
        self._put(path, key, file)
        self._place(key)
        return key

    def _put(self, path: str, key: str, file: OpenFile) -> None:
        """Keep a text as the newest of its key."""
        self._texts.pop(path, None)
        self._texts[path] = self._open[key] = file

    def close(self, uri: str) -> str:
        """Forget the editor's text and return its key.

        What counts then is the newest text under another name, or else what the disk holds, which has to be read again.
        """
        path = path_of(uri)
        key = self._keys.pop(path, path)
        self._texts.pop(path, None)
        self._changed.add(key)
        others = [file for other, file in self._texts.items() if self._keys[other] == key]
        if others:
            if self._open[key] is not others[-1]:
                self._open[key] = others[-1]
                self._place(key)
            return key
        self._open.pop(key, None)
        self._alone.pop(key, None)
        for project in self._folders.values():
            if key in project.members:
                project.unread[key] = None
            else:
                project.workspace.apply({key: None})
        return key

    def _key_for(self, path: str, language: str) -> str:
        if any(path in project.members for project in self._folders.values()):
            return path
        if is_on_disk(path):
            real = os.path.realpath(path)
            for project in self._folders.values():
                inside = f"{project.real_folder.rstrip('/')}/"
                member = f"{project.folder.rstrip('/')}/{real.removeprefix(inside)}"
                if real.startswith(inside) and member in project.members:
                    return member
        if language == LANGUAGE and not is_koreo_path(path):
            return f"{path}.k.yaml"
        return path

    def _place(self, key: str) -> None:
        """Give an open text to the projects that it belongs to."""
        holders = [project for project in self._folders.values() if key in project.members]
        if not holders:
            inside = [project for project in self._folders.values() if project.would_take(key)]
            holders = sorted(inside, key=lambda project: len(project.folder))[-1:]
        if holders:
            self._alone.pop(key, None)
        else:
            holders = [self._alone.setdefault(key, Project(key))]
        text = self._open[key].text
        objects = None if is_koreo_path(key) else objects_in(text)
        for project in holders:
            project.workspace.apply({key: text})
            if objects is not None:
                project.objects.set(key, objects)

    def _place_all(self) -> None:
        """Place every open text anew, because workspaces came, went, or have other members."""
        self._alone.clear()
        before, self._open = self._open, {}
        for path, file in self._texts.items():
            key = self._keys[path]
            new = self._keys[path] = self._key_for(path, file.language)
            self._open[new] = file
            if new != key:
                self._changed |= {key, new}
        for project in self._folders.values():
            project.workspace.apply({key: None for key in before if key not in project.members})
        for key in self._open:
            self._place(key)

    # Workspaces

    def keep(self, folders: Collection[str]) -> None:
        """Forget the workspaces whose folder is not among `folders`."""
        for folder in [folder for folder in self._folders if folder not in folders]:
            self._changed.update(self._folders.pop(folder).paths())
        self._place_all()

    def prepare(self, prepared: Prepared) -> Project:
        """Take what a look at the disk found in a workspace's folder."""
        folder = prepared.root.path
        project = self._folders.get(folder)
        if project is None:
            project = self._folders[folder] = Project(folder)
        self._changed.update(project.prepare(prepared))
        self._place_all()
        return project

    def apply(self, project: Project, texts: Mapping[str, str | None]) -> None:
        """Take texts of the disk, None for what is not there; open files keep the editor's."""
        project.workspace.apply({path: text for path, text in texts.items() if path not in self._open})

    def set_objects(self, project: Project, objects: Mapping[str, FileObjects | None]) -> None:
        """Take what plain YAML of the disk holds; open files keep what the editor's text does."""
        for path, found in objects.items():
            if path not in self._open and path in project.members:
                project.objects.set(path, found)

    def note_changed(self, keys: Collection[str]) -> None:
        """Say that the problems of files may be others now."""
        self._changed.update(keys)

    def take_changed(self) -> set[str]:
        """Return the files whose problems may be others than when this was last called."""
        changed, self._changed = self._changed, set()
        for project in self:
            if project.complete or project.prepared is None:
                changed |= project.workspace.take_affected()
        return changed

    # Answers

    def holders(self, path: str) -> list[Project]:
        """Return the workspaces of which a path on the disk is a member."""
        return [project for project in self._folders.values() if path in project.members]

    def has_members_below(self, folder: str) -> bool:
        """Whether a folder holds a member of any workspace."""
        prefix = f"{folder}/"
        return any(path.startswith(prefix) for project in self._folders.values() for path in project.members)

    def project_of(self, key: str) -> Project | None:
        """Return the project that answers for a text: where it lies, or else where it is used."""
        if key in self._alone:
            return self._alone[key]
        if len(self._folders) == 1:
            only = next(iter(self._folders.values()))
            return only if key in only.workspace else None
        holders = [project for project in self._folders.values() if key in project.workspace]
        around = [project for project in holders if project.contains(key)]
        if around:
            return max(around, key=lambda project: len(project.folder))
        return holders[0] if holders else None

    def prepare_problems(self, key: str) -> bool:
        """Do a part of the work that `problems` of a text needs; whether nothing is left of it."""
        project = self.project_of(key)
        holders = self._folders.values() if project is None else (project,)
        # All of them, and no more than a part of each.
        done = [one.workspace.snapshot.prepare_problems(key) for one in holders if one.complete]
        return all(done)

    def problems(self, key: str) -> list[FileProblem]:
        """Return the problems to show for a text, in its order; those of koreo.toml as the editor has it."""
        opened = self._open.get(key)
        if opened is not None and os.path.basename(key) == CONFIG_NAME:
            return list(check_config(key, opened.text))
        found: dict[FileProblem, None] = {}
        project = self.project_of(key)
        for holder in self._folders.values() if project is None else (project,):
            if opened is not None or holder.is_reported(key):
                found.update(dict.fromkeys(holder.problems(key)))
        return sorted(found, key=lambda problem: problem.span)

    def is_shown(self, key: str) -> bool:
        """Whether what is found in a file of a workspace is shown: it is open, or lies where the user looks."""
        project = self.project_of(key)
        return project is not None and (key in self._open or project.is_reported(key))

    def own_problems(self, key: str) -> list[FileProblem]:
        """Return the problems of a text that follow from it alone, in its order."""
        project = self.project_of(key)
        return [] if project is None else list(project.workspace.snapshot.own_problems(key))

    def lines(self, key: str) -> LineIndex:
        """Return where the lines of a text begin; an unknown text is empty."""
        project = self.project_of(key)
        file = project.workspace.snapshot.file(key) if project is not None else None
        if file is not None:
            return file.lines
        if key in self._open:
            return LineIndex(self._open[key].text)
        for other in self._folders.values():
            if other.prepared is not None and key in other.prepared.other_texts:
                return LineIndex(other.prepared.other_texts[key])
        return LineIndex("")
