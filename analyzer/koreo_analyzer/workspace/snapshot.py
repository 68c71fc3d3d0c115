"""The workspace: files in, problems out, incrementally.

A `Workspace` is owned by one program and changed by `apply`. A `Snapshot` is one immutable state of it: cheap
to take, safe to keep and to use from other threads, and it answers the same for ever. The newest snapshot
shares its answers with the workspace; an older one computes what it is asked anew.
"""

from __future__ import annotations

import threading
from collections import ChainMap, Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import immutables

from koreo_analyzer.checks import check_in_workspace
from koreo_analyzer.checks.cycles import Cycle, cycles
from koreo_analyzer.checks.documents import UNUSED_IGNORE
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import KoreoDocument, Signature, Workflow
from koreo_analyzer.language.expressions import read_expression
from koreo_analyzer.suggest import closest
from koreo_analyzer.workspace import index
from koreo_analyzer.workspace.documents import ParsedDocument, SourceFile, count_expressions, cut
from koreo_analyzer.workspace.ignores import apply_ignores
from koreo_analyzer.workspace.queries import Cell, Database, Query, Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from re import Pattern

    from koreo_analyzer.checks.world import Site
    from koreo_analyzer.problems import Fix, Problem, Related, Severity, Tag
    from koreo_analyzer.text import LineIndex, Span

_REMEMBERED_EXPRESSIONS = 50_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace's configuration says about problems: the severity of a code, None to turn it off."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRelated:
    """A place that explains a problem; `span` counts from the start of the file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Replace `span` of a file by `text`."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class FileFix:
    """A named set of edits that mends a problem."""

    title: str
    edits: tuple[FileEdit, ...]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One problem of a file, as people see it: severities of the configuration applied, offsets in the file."""

    path: str
    span: Span
    code: str
    message: str
    severity: Severity
    hint: str | None = None
    related: tuple[FileRelated, ...] = ()
    fixes: tuple[FileFix, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Statistics:
    """The size of a workspace. `kinds` counts the Koreo documents by kind."""

    files: int
    documents: int
    expressions: int
    characters: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """A document of the snapshot and where it stands: `start` is its offset in the file."""

    path: str
    index: int
    start: int
    document: KoreoDocument


def _document(session: Session, key: tuple[str, int]) -> ParsedDocument | None:
    path, number = key
    file: SourceFile | None = session.cell(index.file_cell(path))
    if file is None or number >= len(file.documents):
        return None
    return file.documents[number].document


def _sites(session: Session, key: tuple[str, str]) -> tuple[Site, ...]:
    cell = session.cell(index.sites_cell(*key))
    return tuple(site for _, sites in sorted(cell.items()) for site in sites) if cell is not None else ()


def _signature(session: Session, key: tuple[str, str]) -> Signature | None:
    for site in session.get(SITES, key):
        if site.active:
            document = session.get(DOCUMENT, (site.path, site.index))
            if document is not None and document.model is not None:
                return document.model.signature
    return None


def _is_defined(session: Session, key: tuple[str, str]) -> bool:
    return any(site.active for site in session.get(SITES, key))


def _is_used(session: Session, key: tuple[str, str]) -> bool:
    """Whether something refers to a definition, or may do so: misspelt, or where it could not be read."""
    kind, name = key
    users = session.cell(index.users_cell(kind, name))
    if users is not None and any(users.values()):
        return True
    if kind == kinds.RESOURCE_TEMPLATE:
        patterns: index.Patterns | None = session.cell(index.TEMPLATE_PATTERNS)
        if patterns is not None and any(
            pattern.fullmatch(name) for group in patterns.values() for pattern in group
        ):
            return True
    if name in session.get(MEANT, kind):
        return True
    return session.cell(index.unread_cell(name)) is not None


def _names(session: Session, kind: str) -> frozenset[str]:
    return index.all_names(session.cell(index.names_cell(kind)))


def _meant(session: Session, kind: str) -> frozenset[str]:
    """Return the definitions that unknown references were most likely meant for."""
    names: frozenset[str] = session.get(NAMES, kind)
    unknown = index.all_names(session.cell(index.mentions_cell(kind))) - names
    return frozenset(guess for name in unknown if (guess := closest(name, names)) is not None)


def _sub_workflows(session: Session, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for site in session.get(SITES, (kinds.WORKFLOW, name)):
        document = session.get(DOCUMENT, (site.path, site.index)) if site.active else None
        body = document.model.body if document is not None and document.model is not None else None
        if isinstance(body, Workflow):
            for step in body.steps:
                found.update(
                    (target.name.text, None) for target in step.call.targets if target.kind == kinds.WORKFLOW
                )
    return tuple(found)


def _workflow_cycles(session: Session, _key: None) -> dict[str, Cycle]:
    workflows: frozenset[str] = session.get(NAMES, kinds.WORKFLOW)
    uses: dict[str, tuple[str, ...]] = {name: session.get(SUB_WORKFLOWS, name) for name in sorted(workflows)}
    return cycles(uses)


def _workflow_cycle(session: Session, name: str) -> Cycle | None:
    return session.get(WORKFLOW_CYCLES, None).get(name)


def _served_versions(session: Session, key: tuple[str, str]) -> tuple[str, ...] | None:
    group, kind = key
    candidates = session.cell(index.crd_cell(kind))
    for _, documents in sorted(candidates.items()) if candidates is not None else ():
        for _, document in documents:
            if document.crd is not None and (document.crd.group, document.crd.kind) == (group, kind):
                return cast("tuple[str, ...]", document.crd.versions)
    return None


def _workspace_problems(session: Session, key: tuple[str, int]) -> tuple[Problem, ...]:
    document = session.get(DOCUMENT, key)
    if document is None or document.model is None:
        return ()
    return check_in_workspace(document.model, *key, _World(session))


def _file_problems(session: Session, path: str) -> tuple[FileProblem, ...]:
    file: SourceFile | None = session.cell(index.file_cell(path))
    if file is None or not file.is_koreo:
        return ()
    settings: Settings = session.cell(index.SETTINGS) or Settings()
    found: list[FileProblem] = []
    for number, (start, document) in enumerate(file.documents):
        problems: tuple[Problem, ...] = document.problems
        if document.tree.sound:
            problems += session.get(WORKSPACE_PROBLEMS, (path, number))
        for problem in apply_ignores(document.text, document.tree, problems, document.ignores):
            severity = settings.severities.get(problem.code, problem.severity)
            if severity is not None:
                related = tuple(_placed_related(session, path, start, place) for place in problem.related)
                found.append(_placed(path, start, problem, severity, related))
    return tuple(sorted(found, key=_in_order))


def _in_order(problem: FileProblem) -> tuple[Span, str, str]:
    return problem.span, problem.code, problem.message


def _placed(
    path: str, start: int, problem: Problem, severity: Severity, related: tuple[FileRelated, ...]
) -> FileProblem:
    return FileProblem(
        path,
        problem.span.shift(start),
        problem.code,
        problem.message,
        severity,
        problem.hint,
        related,
        tuple(_placed_fix(path, start, fix) for fix in problem.fixes),
        problem.tags,
    )


def _placed_related(session: Session, path: str, start: int, related: Related) -> FileRelated:
    if related.path is None:
        return FileRelated(path, related.span.shift(start), related.message)
    file: SourceFile | None = session.cell(index.file_cell(related.path))
    offset = file.documents[related.index].start if file is not None else 0
    return FileRelated(related.path, related.span.shift(offset), related.message)


def _placed_fix(path: str, start: int, fix: Fix) -> FileFix:
    return FileFix(fix.title, tuple(FileEdit(path, edit.span.shift(start), edit.text) for edit in fix.edits))


DOCUMENT = Query("document", _document)
SITES = Query("sites", _sites)
SIGNATURE = Query("signature", _signature)
IS_DEFINED = Query("is defined", _is_defined)
NAMES = Query("names", _names)
MEANT = Query("meant", _meant)
IS_USED = Query("is used", _is_used)
SUB_WORKFLOWS = Query("sub-workflows", _sub_workflows)
WORKFLOW_CYCLES = Query("workflow cycles", _workflow_cycles)
WORKFLOW_CYCLE = Query("workflow cycle", _workflow_cycle)
SERVED_VERSIONS = Query("served versions", _served_versions)
WORKSPACE_PROBLEMS = Query("workspace problems", _workspace_problems)
FILE_PROBLEMS = Query("file problems", _file_problems)


class _World:
    """Answers the questions of checks from a session (see `checks.world.World`)."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def sites(self, kind: str, name: str) -> tuple[Site, ...]:
        return self._session.get(SITES, (kind, name))

    def signature(self, kind: str, name: str) -> Signature | None:
        return self._session.get(SIGNATURE, (kind, name))

    def is_defined(self, kind: str, name: str) -> bool:
        return self._session.get(IS_DEFINED, (kind, name))

    def is_used(self, kind: str, name: str) -> bool:
        return self._session.get(IS_USED, (kind, name))

    def names(self, kind: str) -> Collection[str]:
        return self._session.get(NAMES, kind)

    def matching(self, kind: str, pattern: Pattern[str]) -> bool:
        return any(pattern.fullmatch(name) for name in self.names(kind))

    def workflow_cycle(self, name: str) -> Cycle | None:
        return self._session.get(WORKFLOW_CYCLE, name)

    def triggered(self, trigger: tuple[str, str, str]) -> tuple[Site, ...]:
        cell = self._session.cell(index.trigger_cell(*trigger))
        return tuple(site for _, sites in sorted(cell.items()) for site in sites) if cell is not None else ()

    def served_versions(self, group: str, kind: str) -> tuple[str, ...] | None:
        return self._session.get(SERVED_VERSIONS, (group, kind))


class Workspace:
    """The files of one workspace. One owner changes it; its snapshots may be read from any thread."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._lock = threading.RLock()
        self._read_expression = lru_cache(maxsize=_REMEMBERED_EXPRESSIONS)(read_expression)
        self._contributions: dict[str, index.Contributions] = {}
        self._affected: set[str] = set()
        self.database = Database()
        self._paths: immutables.Map[str, None] = immutables.Map()
        self.database.commit({index.SETTINGS: settings or Settings()})

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        with self._lock:
            return Snapshot(self, self.database, self._lock, self._paths)

    def apply(self, changes: Mapping[str, str | None]) -> Snapshot:
        """Set the texts of files, by path; None removes a file. All changes become visible at once."""
        with self._lock:
            cells: dict[Cell, Any] = {}
            inputs = ChainMap(cells, cast("dict[Cell, Any]", self.database.inputs))
            for path, text in changes.items():
                cells.update(self._apply_one(inputs, path, text))
            self._mark(cells)
            for path, text in changes.items():
                if text is None:
                    self.database.forget(FILE_PROBLEMS, path)
            return self.snapshot

    def _apply_one(self, inputs: Mapping[Cell, Any], path: str, text: str | None) -> dict[Cell, Any]:
        before: SourceFile | None = inputs.get(index.file_cell(path))
        if before is not None and before.text == text:
            return {}
        known = self._contributions.get(path, {})
        if text is None:
            if before is None:
                return {}
            self._contributions.pop(path, None)
            self._paths = self._paths.delete(path)
            return {**index.changed_cells(inputs, path, known, {}), index.file_cell(path): None}
        file = cut(path, text, before, self._read_expression)
        given = self._contributions[path] = index.contributions(file)
        if before is None:
            self._paths = self._paths.set(path, None)
        return {**index.changed_cells(inputs, path, known, given), index.file_cell(path): file}

    def _mark(self, cells: Mapping[Cell, Any]) -> None:
        marked = self.database.commit(cells)
        self._affected.update(cast("str", key) for query, key in marked if query is FILE_PROBLEMS)
        self._affected.update(cast("str", cell[1]) for cell in cells if cell[0] == "file")

    def configure(self, settings: Settings) -> Snapshot:
        """Change the settings."""
        with self._lock:
            self._mark({index.SETTINGS: settings})
            return self.snapshot

    def take_affected(self) -> set[str]:
        """Return the files whose problems may have changed since this was last called, removed files included."""
        with self._lock:
            affected, self._affected = self._affected, set()
            return affected


class Snapshot:
    """One immutable state of a workspace."""

    __slots__ = ("_database", "_inputs", "_lock", "_paths", "_private", "_revision", "_workspace")

    def __init__(
        self,
        workspace: Workspace,
        database: Database,
        lock: threading.RLock,
        paths: immutables.Map[str, None],
    ) -> None:
        self._workspace = workspace
        self._database = database
        self._lock = lock
        self._inputs = database.inputs
        self._paths = paths
        self._revision = database.revision
        self._private: Database | None = None

    @property
    def revision(self) -> int:
        """A number that grows with every change of the workspace."""
        return self._revision

    @property
    def is_current(self) -> bool:
        """Whether the workspace has not changed since this snapshot was taken."""
        return self._database.revision == self._revision

    def _get(self, query: Query[Any, Any], key: Any) -> Any:
        with self._lock:
            if self.is_current:
                return self._database.get(query, key)
            if self._private is None:
                self._private = Database(self._inputs)
            return self._private.get(query, key)

    def paths(self) -> list[str]:
        """Return the paths of all files, sorted."""
        return sorted(self._paths)

    def file(self, path: str) -> SourceFile | None:
        """Return a file; None when the workspace has none of this path."""
        return cast("SourceFile | None", self._inputs.get(index.file_cell(path)))

    def text(self, path: str) -> str:
        """Return the text of a file. Raises KeyError for an unknown path."""
        return self._file(path).text

    def line_index(self, path: str) -> LineIndex:
        """Return where the lines of a file begin. Raises KeyError for an unknown path."""
        return self._file(path).lines

    def _file(self, path: str) -> SourceFile:
        file = self.file(path)
        if file is None:
            raise KeyError(path)
        return file

    def problems(self, path: str) -> tuple[FileProblem, ...]:
        """Return the problems of a file in the order of its text; an unknown file has none."""
        return cast("tuple[FileProblem, ...]", self._get(FILE_PROBLEMS, path))

    def own_problems(self, path: str) -> tuple[FileProblem, ...]:
        """Return the problems that follow from a file's own text alone, in the order of the text.

        For the time until the other files are known: it neither waits for them nor remembers anything. That a
        comment ignores nothing cannot be told yet.
        """
        file = self.file(path)
        if file is None or not file.is_koreo:
            return ()
        severities = cast("Settings", self._inputs.get(index.SETTINGS)).severities
        found: list[FileProblem] = []
        for start, document in file.documents:
            for problem in apply_ignores(document.text, document.tree, document.problems, document.ignores):
                severity = severities.get(problem.code, problem.severity)
                if severity is not None and problem.code != UNUSED_IGNORE.code:
                    related = tuple(
                        FileRelated(path, place.span.shift(start), place.message)
                        for place in problem.related
                        if place.path is None
                    )
                    found.append(_placed(path, start, problem, severity, related))
        return tuple(sorted(found, key=_in_order))

    def signature(self, kind: str, name: str) -> Signature | None:
        """Return the signature of an active definition."""
        return cast("Signature | None", self._get(SIGNATURE, (kind, name)))

    def definitions(self, kind: str, name: str) -> list[Definition]:
        """Return the documents of a kind and name, active ones first."""
        sites = cast("tuple[Site, ...]", self._get(SITES, (kind, name)))
        return [self._at(site) for site in sorted(sites, key=lambda site: not site.active)]

    def triggered(self, group: str, version: str, kind: str) -> list[Definition]:
        """Return the active Workflows for a kind of trigger."""
        cell = self._inputs.get(index.trigger_cell(group, version, kind))
        return (
            [self._at(site) for _, sites in sorted(cell.items()) for site in sites]
            if cell is not None
            else []
        )

    def _at(self, site: Site) -> Definition:
        placed = self._file(site.path).documents[site.index]
        model = placed.document.model
        if model is None:
            raise KeyError(site.path)
        return Definition(site.path, site.index, placed.start, model)

    def users(self, kind: str, name: str) -> Iterator[Definition]:
        """Yield the documents that refer to a kind and name by a literal name."""
        cell = self._inputs.get(index.users_cell(kind, name))
        for path in sorted(cell) if cell is not None else ():
            for definition in self.documents(path):
                if any((r.kind, r.name.text) == (kind, name) for r in definition.document.references):
                    yield definition

    def documents(self, path: str) -> list[Definition]:
        """Return the Koreo documents of a file; a plain YAML file has none."""
        file = self.file(path)
        if file is None or not file.is_koreo:
            return []
        return [
            Definition(path, number, placed.start, placed.document.model)
            for number, placed in enumerate(file.documents)
            if placed.document.model is not None
        ]

    def names(self, kind: str) -> list[str]:
        """Return the names of all active definitions of a kind, sorted."""
        return sorted(cast("frozenset[str]", self._get(NAMES, kind)))

    def crd(self, group: str, kind: str) -> FileRelated | None:
        """Return where the workspace's CustomResourceDefinition of a kind names it."""
        cell = self._inputs.get(index.crd_cell(kind))
        for path, documents in sorted(cell.items()) if cell is not None else ():
            for number, document in documents:
                if document.crd is not None and (document.crd.group, document.crd.kind) == (group, kind):
                    start = self._file(path).documents[number].start
                    return FileRelated(path, document.crd.kind_span.shift(start), f"{kind}.{group}")
        return None

    def served_versions(self, group: str, kind: str) -> tuple[str, ...] | None:
        """Return the served versions of a kind whose CustomResourceDefinition is in the workspace."""
        return cast("tuple[str, ...] | None", self._get(SERVED_VERSIONS, (group, kind)))

    def statistics(self, paths: Iterable[str] | None = None) -> Statistics:
        """Return the size of the Koreo files among `paths`, by default of all."""
        counted: Counter[str] = Counter()
        files = documents = expressions = characters = 0
        for path in self.paths() if paths is None else paths:
            file = self.file(path)
            if file is None or not file.is_koreo:
                continue
            files += 1
            documents += len(file.documents)
            expressions += count_expressions(file.documents)
            characters += len(file.text)
            counted.update(p.document.model.kind for p in file.documents if p.document.model is not None)
        return Statistics(files, documents, expressions, characters, dict(counted))
