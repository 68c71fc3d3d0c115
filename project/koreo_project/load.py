"""From a workspace's folder to a loaded analyzer: settings, texts, and what could not be read.

`prepare` reads the configuration and says which files count, `read_some` reads them. The command line does
both at once with `load`; the language server reads in batches, so that it can answer meanwhile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks import RULES
from koreo_analyzer.problems import Severity
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileProblem, Settings, Workspace, is_koreo_path

from koreo_project import config as configuration
from koreo_project.config import Config
from koreo_project.discover import files_below
from koreo_project.objects import objects_in
from koreo_project.read import Unreadable, read_text
from koreo_project.schemas import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from koreo_analyzer.schemas import SchemaSource

    from koreo_project.discover import Root
    from koreo_project.objects import FileObjects

UNREADABLE = "unreadable-file"
_CRD = "CustomResourceDefinition"
_KOREO: Final = re.compile(r"""\bapiVersion["']?[ \t]*:[ \t]*["']?koreo\.dev/""")
"""What a file of another name shows that holds Koreo: references to what it defines are told that."""
_FILES_A_STEP = 100


@dataclass(frozen=True, slots=True)
class Prepared:
    """A workspace that is about to be read.

    `own` are the absolute paths of its files that koreo.toml lets in, `foreign` those in further CRD folders.
    `problems` are those of koreo.toml, whose text is in `other_texts`, and of folders that could not be read.
    `schemas` know the kinds that none of the files defines.
    """

    root: Root
    config: Config
    own: tuple[str, ...]
    foreign: frozenset[str]
    problems: tuple[FileProblem, ...] = ()
    other_texts: Mapping[str, str] = field(default_factory=dict)
    schemas: tuple[SchemaSource, ...] = ()

    @property
    def settings(self) -> Settings:
        """What the analyzer is told besides the texts."""
        return Settings(severities=self.config.severities, schemas=self.schemas)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file to read."""
        return (*self.own, *sorted(self.foreign))

    def is_reported(self, path: str) -> bool:
        """Whether the problems of a file were asked for."""
        return path not in self.foreign and (self.root.selected is None or path in self.root.selected)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workspace with all its texts.

    `reported` are the absolute paths whose problems were asked for, sorted. `problems` are those that the
    analyzer cannot know: in koreo.toml, and of files and folders that could not be read. `other_texts` holds
    the text of koreo.toml, and what can be shown of files that are no text.
    """

    root: Root
    config: Config
    workspace: Workspace
    reported: tuple[str, ...]
    problems: tuple[FileProblem, ...] = ()
    other_texts: Mapping[str, str] = field(default_factory=dict)
    unreadable_files: int = 0
    """How many of the files whose problems were asked for could not be read."""


def prepare(root: Root) -> Prepared:
    """Read the configuration of a workspace and decide which files count."""
    config, problems, other_texts = _configure(root)
    own = tuple(_own_files(root, config))
    foreign = frozenset(
        path for folder in config.crd_folders for path in files_below(folder) if not is_koreo_path(path)
    )
    if root.selected is None:
        problems += map(_problem_of, root.unreadable)
    schemas, unusable = sources(root.path)
    if unusable is not None:
        problems.append(_problem_of(unusable))
    return Prepared(
        root,
        config,
        own,
        foreign.difference(own),
        tuple(_with_severities(problems, config)),
        other_texts,
        schemas,
    )


@dataclass(frozen=True, slots=True)
class FilesRead:
    """What some files hold, by path: texts, why Koreo files cannot be read, and the kinds of plain YAML's objects."""

    texts: dict[str, str]
    problems: dict[str, FileProblem]
    objects: dict[str, FileObjects]


def read_some(paths: Iterable[str], prepared: Prepared) -> FilesRead:
    """Read some files of a workspace.

    The text of plain YAML is left out unless it may hold a CRD or Koreo, or was named; if it cannot be read it is
    passed over, as it may be anything.
    """
    objects: dict[str, FileObjects] = {}
    texts, failures = _read(paths, prepared, objects)
    problems = _with_severities(map(_problem_of, failures), prepared.config)
    return FilesRead(texts, {problem.path: problem for problem in problems}, objects)


def _read(
    paths: Iterable[str], prepared: Prepared, objects: dict[str, FileObjects] | None = None
) -> tuple[dict[str, str], list[Unreadable]]:
    """Return texts, and what could not be read; what plain YAML holds is put into `objects`."""
    named = prepared.root.named
    texts: dict[str, str] = {}
    failures: list[Unreadable] = []
    for path in paths:
        needed = is_koreo_path(path) or path in named
        text = read_text(path)
        if isinstance(text, Unreadable):
            if needed and prepared.is_reported(path):
                failures.append(text)
            continue
        if needed or _CRD in text or ("koreo.dev/" in text and _KOREO.search(text)):
            texts[path] = text
        if objects is not None and not is_koreo_path(path):
            objects[path] = objects_in(text)
    return texts, failures


def load(
    root: Root, progress: Callable[[int, int], None] | None = None, *, workspace: Workspace | None = None
) -> Loaded:
    """Read a workspace; `progress` is told now and then how many files of how many have been read.

    `workspace` is that of an earlier time: it is brought up to date, and keeps what has not changed.
    """
    prepared = prepare(root)
    if workspace is None:
        workspace = Workspace(prepared.settings)
    else:
        workspace.configure(prepared.settings)
    gone = set(workspace.snapshot.paths())
    unreadable: list[Unreadable] = []
    paths = prepared.paths
    for start in range(0, len(paths), _FILES_A_STEP):
        if progress is not None:
            progress(start, len(paths))
        texts, failures = _read(paths[start : start + _FILES_A_STEP], prepared)
        unreadable += failures
        gone.difference_update(texts)
        workspace.apply(texts)
    workspace.apply(dict.fromkeys(gone))
    snapshot = workspace.snapshot
    reported = tuple(path for path in _reported(prepared) if snapshot.file(path) is not None)
    found = _with_severities(map(_problem_of, unreadable), prepared.config)
    return Loaded(
        root,
        prepared.config,
        workspace,
        reported,
        (*prepared.problems, *found),
        {**prepared.other_texts, **{each.path: each.text for each in unreadable if each.text is not None}},
        len(unreadable),
    )


def _reported(prepared: Prepared) -> Iterator[str]:
    return (path for path in prepared.own if prepared.is_reported(path))


def check_config(path: str, text: str) -> list[FileProblem]:
    """Return the problems of a koreo.toml with this text, as an editor may have it, unsaved."""
    config, problems = _understand(path, text)
    return list(_with_severities(problems, config))


def _configure(root: Root) -> tuple[Config, list[FileProblem], dict[str, str]]:
    if root.config is None:
        return Config(), [], {}
    text = read_text(root.config)
    if isinstance(text, Unreadable):
        return Config(), [_problem_of(text)], {}
    return *_understand(root.config, text), {root.config: text}


def _understand(path: str, text: str) -> tuple[Config, list[FileProblem]]:
    config, problems = configuration.load(text, PurePath(path), RULES.keys())
    return config, [FileProblem(p.path, p.span, p.code, p.message, p.severity, p.hint) for p in problems]


def _own_files(root: Root, config: Config) -> Sequence[str]:
    """Return the files that koreo.toml lets in; one named by the user is let in anyway."""
    accepts = config.file_filter()
    skip = len(root.path.rstrip("/")) + 1
    return [path for path in root.files if path in root.named or accepts(path[skip:])]


def _problem_of(failure: Unreadable) -> FileProblem:
    message = f"cannot read it: {failure.reason}"
    end = failure.offset + 1 if failure.text is not None else failure.offset
    return FileProblem(failure.path, Span(failure.offset, end), UNREADABLE, message, Severity.ERROR, None)


def _with_severities(problems: Iterable[FileProblem], config: Config) -> Iterator[FileProblem]:
    for problem in problems:
        severity = config.severities.get(problem.code, problem.severity)
        if severity is not None:
            yield problem if severity is problem.severity else replace(problem, severity=severity)
