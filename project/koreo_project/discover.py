"""Which files make up which workspace.

A folder with a koreo.toml is a workspace of its own, also inside another; without one the named folder is
the workspace. Naming a part of a workspace loads all of it, for what the part refers to, but reports only
the part. What git ignores, `.git`, `node_modules` and `.venv` are never entered, except when named.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.workspace import is_koreo_path

from koreo_project.ignore import IGNORE_NAME, IgnoreRules, around, extend
from koreo_project.read import Unreadable, explain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONFIG_NAME = "koreo.toml"
SKIPPED_FOLDERS = frozenset({".git", "node_modules", ".venv"})
_PLAIN_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Root:
    """A workspace: its folder, its files, and those of them whose problems were asked for.

    All paths are absolute, with `/`, as reached from the named path (symbolic links are kept). `config` is
    its koreo.toml, if any. `files` holds Koreo files and plain YAML, sorted; `named` are those that were
    named one by one; `selected` is None if all were asked for. `unreadable` are folders.
    """

    path: str
    config: str | None = None
    files: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    selected: frozenset[str] | None = None
    unreadable: tuple[Unreadable, ...] = ()


def find(paths: Sequence[Path]) -> list[Root]:
    """Return the workspaces that hold `paths`, sorted by folder; a path that does not exist gives nothing.

    A link that leads nowhere exists: as a file that cannot be read.

    Takes time linear in the number of entries below the workspaces' folders. A real folder is visited once,
    however many symbolic links lead to it.
    """
    targets = sorted({absolute(path) for path in paths if os.path.lexists(path)})
    owners = _owners(targets)
    finder = _Finder(targets)
    for owner in sorted(set(owners.values())):
        finder.workspace(owner)
    for target, owner in owners.items():
        finder.name(target, owner)
    return finder.roots()


def files_below(folder: str) -> list[str]:
    """Return the Koreo files and plain YAML below an absolute folder, workspaces inside it included."""
    finder = _Finder([folder])
    finder.workspace(folder)
    return sorted(path for root in finder.roots() for path in root.files)


def absolute(path: Path) -> str:
    """Return the absolute path with `/` and without `..`, symbolic links kept."""
    return PurePath(os.path.abspath(path)).as_posix()


def _real(path: str) -> str:
    """Return the path without symbolic links, or as it is if the system does not tell where one leads."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path


def is_candidate(path: str) -> bool:
    """Whether a file's name is that of a Koreo file or of plain YAML."""
    return path.endswith(_PLAIN_YAML) or is_koreo_path(path)


def _owners(targets: list[str]) -> dict[str, str]:
    """Map each target to the folder of its workspace."""
    owners: dict[str, str] = {}
    unconfigured: set[str] = set()
    for target in targets:
        base = target if os.path.isdir(target) else os.path.dirname(target)
        configured = next((f for f in _upwards(base) if os.path.isfile(f"{f}/{CONFIG_NAME}")), None)
        if configured is None:
            unconfigured.add(base)
        owners[target] = configured or base
    for target, owner in owners.items():
        if owner in unconfigured:
            owners[target] = [folder for folder in _upwards(owner) if folder in unconfigured][-1]
    return owners


def folder_around(path: str) -> str | None:
    """Return the folder in which to look for the workspace of an absolute path that need not exist.

    That is its own folder, or else one further up with a koreo.toml: any other folder further up, which may
    be the top of the disk, has nothing to do with the file. None without such a folder.
    """
    own = os.path.dirname(path)
    if os.path.isdir(own):
        return own
    return next((folder for folder in _upwards(own) if os.path.isfile(f"{folder}/{CONFIG_NAME}")), None)


def _upwards(path: str) -> Iterator[str]:
    """Yield a path, its folder, and so on up to the top."""
    yield path
    while (above := os.path.dirname(path)) != path:
        yield (path := above)


class _Folder(NamedTuple):
    """A folder to visit: its path as reached, its real path, and what holds around it."""

    path: str
    real: str
    rules: IgnoreRules | None
    workspace: _Draft


@dataclass(slots=True)
class _Draft:
    """A workspace while its files are being collected, each with its real path."""

    path: str
    config: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    unreadable: list[Unreadable] = field(default_factory=list)


class _Finder:
    __slots__ = ("_drafts", "_links", "_pending", "_real_files", "_real_targets", "_targets", "_visited")

    def __init__(self, targets: list[str]) -> None:
        self._targets = targets
        self._real_targets = {_real(target) for target in targets}
        self._drafts: dict[str, _Draft] = {}
        self._visited: set[str] = set()
        self._real_files: set[str] = set()
        self._pending: list[_Folder] = []
        self._links: list[tuple[str, _Folder]] = []

    def workspace(self, path: str) -> None:
        """Collect the workspace at `path` and those inside it, unless that was done from further out."""
        real = _real(path)
        if real not in self._visited:
            draft = self._drafts[path] = _Draft(path)
            self._walk(_Folder(path, real, around(path), draft))

    def name(self, target: str, owner: str) -> None:
        """Make sure that a path named by the user is looked at, even if git ignores it."""
        draft = self._drafts.get(owner)
        real = _real(target)
        if draft is None:
            return
        if os.path.isdir(target):
            self._walk(_Folder(target, real, None, draft))
        elif is_candidate(target):
            draft.named.add(target)
            self._add_file(draft, target, real)

    def roots(self) -> list[Root]:
        """Return what was collected; an unconfigured folder that only holds other workspaces is left out."""
        return [
            Root(
                draft.path,
                draft.config,
                tuple(sorted(draft.files)),
                frozenset(draft.named),
                self._selected(draft),
                tuple(sorted(draft.unreadable, key=lambda unreadable: unreadable.path)),
            )
            for _, draft in sorted(self._drafts.items())
            if draft.config or draft.files or draft.unreadable or len(self._drafts) == 1
        ]

    def _selected(self, draft: _Draft) -> frozenset[str] | None:
        wanted = self._real_targets
        if not wanted.isdisjoint(_upwards(_real(draft.path))):
            return None
        return frozenset(path for path, real in draft.files.items() if not wanted.isdisjoint(_upwards(real)))

    def _walk(self, start: _Folder) -> None:
        """Visit everything below `start`: real folders first, so that files keep their real names."""
        self._pending.append(start)
        while self._pending or self._links:
            while self._pending:
                self._visit(self._pending.pop())
            self._links.sort(key=lambda link: link[0], reverse=True)
            if self._links:
                self._follow(*self._links.pop())

    def _follow(self, link: str, folder: _Folder) -> None:
        """Follow a symbolic link, unless it leads to something known or to a folder around the workspace."""
        try:
            real = os.path.realpath(link)
        except OSError as error:
            folder.workspace.unreadable.append(Unreadable(link, explain(error)))
            return
        if not os.path.isdir(link):
            if is_candidate(link):
                self._add_file(folder.workspace, link, real)
        elif real not in _upwards(_real(folder.workspace.path)):
            self._pending.append(folder._replace(path=link, real=real))

    def _add_file(self, draft: _Draft, path: str, real: str) -> None:
        if real not in self._real_files:
            self._real_files.add(real)
            draft.files[path] = real

    def _visit(self, folder: _Folder) -> None:
        if folder.real in self._visited:
            return
        self._visited.add(folder.real)
        draft = folder.workspace
        try:
            with os.scandir(folder.path) as entries:
                listing = {entry.name: entry for entry in entries}
        except OSError as error:
            draft.unreadable.append(Unreadable(folder.path, explain(error)))
            return

        if CONFIG_NAME in listing and listing[CONFIG_NAME].is_file():
            if folder.path != draft.path:
                if not self._is_wanted(folder.path):
                    return
                draft = self._drafts[folder.path] = _Draft(folder.path)
            draft.config = f"{folder.path}/{CONFIG_NAME}"
        self._sort_entries(listing, folder._replace(rules=_rules(folder, listing), workspace=draft))

    def _sort_entries(self, listing: dict[str, os.DirEntry[str]], folder: _Folder) -> None:
        """Take the files of a folder, and put off its subfolders and links."""
        path, real, rules, draft = folder
        prefix, real_prefix = path.rstrip("/"), real.rstrip("/")
        for name, entry in listing.items():
            is_link = entry.is_symlink()
            is_folder = not is_link and entry.is_dir(follow_symlinks=False)
            if name in SKIPPED_FOLDERS or not (is_folder or is_link or is_candidate(name)):
                continue
            inner = f"{prefix}/{name}"
            if rules is not None and rules.ignores(f"{inner}/" if is_folder else inner):
                continue
            if is_link:
                # Emacs marks an unsaved file by a dangling link of this name.
                if not name.startswith(".#"):
                    self._links.append((inner, folder))
            elif is_folder:
                self._pending.append(_Folder(inner, f"{real_prefix}/{name}", rules, draft))
            elif entry.is_file(follow_symlinks=False):
                self._add_file(draft, inner, f"{real_prefix}/{name}")

    def _is_wanted(self, folder: str) -> bool:
        """Whether a workspace found on the way holds something that was named, or lies in it."""
        return any(
            target == folder or target.startswith(f"{folder}/") or folder.startswith(f"{target.rstrip('/')}/")
            for target in self._targets
        )


def _rules(folder: _Folder, listing: dict[str, os.DirEntry[str]]) -> IgnoreRules | None:
    """Return the ignore rules for what is in a folder; those of a repository end where another begins."""
    rules = folder.rules
    if ".git" in listing:
        rules = extend(None, folder.path, f"{folder.path}/.git/info/exclude")
    if IGNORE_NAME in listing:
        rules = extend(rules, folder.path, f"{folder.path}/{IGNORE_NAME}")
    return rules
