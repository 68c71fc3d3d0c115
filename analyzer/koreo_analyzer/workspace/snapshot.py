"""One immutable state of a workspace: cheap to take, safe to keep and to use from other threads.

It answers the same for ever. The newest snapshot shares its answers with the workspace; an older one computes
what it is asked anew.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from koreo_analyzer.checks.documents import UNUSED_IGNORE
from koreo_analyzer.flow import Coverage, Share
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.patterns import name_pattern
from koreo_analyzer.schemas import Catalogue, KindName, KindSchema, SchemaSource, place
from koreo_analyzer.workspace import index
from koreo_analyzer.workspace.documents import SourceFile, count_expressions
from koreo_analyzer.workspace.ignores import apply_ignores
from koreo_analyzer.workspace.inference import COVERAGE, INFERENCE, INTERFACE, typing_soon
from koreo_analyzer.workspace.placing import in_order, placed
from koreo_analyzer.workspace.queries import Database, Query, TooMuchError
from koreo_analyzer.workspace.questions import (
    FILE_PROBLEMS,
    FLOW,
    KIND_SCHEMA,
    NAMES,
    SERVED_VERSIONS,
    SHARE,
    SIGNATURE,
    SITES,
)
from koreo_analyzer.workspace.values import Definition, FileProblem, FileRelated, Settings, Statistics

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator, Mapping

    import immutables

    from koreo_analyzer.checks.world import Site
    from koreo_analyzer.flow import Inference, Interface, Typing, UseSite
    from koreo_analyzer.language.document import Signature
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.text import LineIndex
    from koreo_analyzer.types import Origin
    from koreo_analyzer.workspace.documents import ParsedDocument


_A_PART = 40
"""So many analyses are some 20 ms, as a rule."""


class Snapshot:
    """One immutable state of a workspace."""

    __slots__ = ("_database", "_inputs", "_lock", "_paths", "_private", "_revision")

    def __init__(self, database: Database, lock: threading.RLock, paths: immutables.Map[str, None]) -> None:
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
            return self._own_database().get(query, key)

    def _own_database(self) -> Database:
        """Return what answers about this state: the workspace's as long as it is the newest. To be called locked."""
        if self.is_current:
            return self._database
        if self._private is None:
            self._private = Database(self._inputs)
        return self._private

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
        if self.file(path) is None:
            # Answers about files are remembered until the file goes: this one is gone.
            return ()
        return cast("tuple[FileProblem, ...]", self._get(FILE_PROBLEMS, path))

    def prepare_problems(self, path: str) -> bool:
        """Do a part of the work that `problems` of a file needs; whether nothing is left of it.

        What a function is usually run with follows from all its callers: a thousand are too much to wait for.
        """
        if self.file(path) is None:
            return True
        with self._lock:
            try:
                self._own_database().get_bounded(FILE_PROBLEMS, path, FLOW, _A_PART)
            except TooMuchError:
                return False
        return True

    def own_problems(self, path: str) -> tuple[FileProblem, ...]:
        """Return the problems that follow from a file's own text alone, in the order of the text.

        For the time until the other files are known: it neither waits for them nor remembers anything. That a
        comment ignores nothing cannot be told yet.
        """
        file = self.file(path)
        if file is None or not file.is_koreo:
            return ()
        found: list[FileProblem] = []
        for number, (_, document) in enumerate(file.documents):
            found += self.place_problems(path, number, document.problems)
        return tuple(sorted(found, key=in_order))

    def place_problems(self, path: str, number: int, problems: Iterable[Problem]) -> Iterator[FileProblem]:
        """Yield problems of document `number` (from 0) of a file as they are shown.

        Problems that a comment hides, or that the configuration turns off, are left out. Related places in other
        files are, too. Raises KeyError for an unknown path.
        """
        severities = cast("Settings", self._inputs.get(index.SETTINGS)).severities
        start, document = self._file(path).documents[number]
        for problem in apply_ignores(document.text, document.tree, problems, document.ignores):
            severity = severities.get(problem.code, problem.severity)
            if severity is not None and problem.code != UNUSED_IGNORE.code:
                related = tuple(
                    FileRelated(path, place.span.shift(start), place.message)
                    for place in problem.related
                    if place.path is None
                )
                yield placed(path, start, problem, severity, related)

    def signature(self, kind: str, name: str) -> Signature | None:
        """Return the signature of an active definition."""
        return cast("Signature | None", self._get(SIGNATURE, (kind, name)))

    def definitions(self, kind: str, name: str) -> list[Definition]:
        """Return the documents of a kind and name, active ones first."""
        sites = cast("tuple[Site, ...]", self._get(SITES, (kind, name)))
        return [self._at(site) for site in sorted(sites, key=lambda site: not site.active)]

    def is_meant(self, kind: str, name: str) -> bool:
        """Whether what would define a kind and name is not read because of its file's name, or of its header."""
        cells = (index.misnamed_cell(kind, name), index.misspelt_cell(kind, name))
        return any(self._inputs.get(cell) is not None for cell in cells)

    def misnamed_files(self, kind: str | None = None) -> list[str]:
        """Return the files that hold Koreo, or a `kind` of it, and are not read because of their names, sorted."""
        cell = self._inputs.get(index.MISNAMED_FILES)
        return sorted(path for path, held in (cell or {}).items() if kind is None or kind in held)

    def active_definition(self, kind: str, name: str) -> Definition | None:
        """Return the document that a kind and name stand for; None without an active one.

        Of several, which is a problem at each (language section 1), the first counts: the first file in the order
        of paths, the first document in it.
        """
        found = self.definitions(kind, name)
        return found[0] if found and found[0].document.active else None

    def triggered(self, group: str, version: str, kind: str) -> list[Definition]:
        """Return the active Workflows for a kind of trigger."""
        sites = index.all_sites(self._inputs.get(index.trigger_cell(group, version, kind)))
        return [self._at(site) for site in sites]

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

    def count_users(self, path: str) -> int:
        """Count the references by a literal name to what a file defines, one for each file that has any."""
        found = 0
        file = self.file(path)
        for one in file.documents if file is not None and file.is_koreo else ():
            model = one.document.model
            if model is not None and model.name is not None:
                cell = self._inputs.get(index.users_cell(model.kind, model.name.text))
                found += len(cell) if cell is not None else 0
        return found

    def computed_users(self, kind: str, name: str) -> Iterator[Definition]:
        """Yield the documents that may refer to a kind and name by an expression: functions, to a template."""
        cell: index.Patterns | None = self._inputs.get(index.TEMPLATE_PATTERNS)
        if kind != kinds.RESOURCE_TEMPLATE or cell is None:
            return
        for path, patterns in sorted(cell.items()):
            if not any(pattern.fullmatch(name) for pattern in patterns):
                continue
            for definition in self.documents(path):
                body = definition.document.body
                computed = body.computed_template if isinstance(body, Function) else None
                if computed is not None and name_pattern(computed.facts.root).fullmatch(name):
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
        for path, number, crd in index.all_crds(self._inputs.get(index.crd_cell(kind)), group, kind):
            start = self._file(path).documents[number].start
            return FileRelated(path, crd.kind_span.shift(start), f"{kind}.{group}")
        return None

    def served_versions(self, group: str, kind: str) -> tuple[str, ...] | None:
        """Return the served versions of a kind whose CustomResourceDefinition is in the workspace."""
        return cast("tuple[str, ...] | None", self._get(SERVED_VERSIONS, (group, kind)))

    @property
    def schemas(self) -> SchemaSource:
        """All kinds that are known: those of the workspace's CustomResourceDefinitions, then those of the settings."""
        settings = cast("Settings", self._inputs.get(index.SETTINGS))
        return Catalogue((_WorkspaceSchemas(self), *settings.schemas))

    def schema(self, name: KindName) -> KindSchema | None:
        """Return the schema of a kind from the first source that knows it."""
        return cast("KindSchema | None", self._get(KIND_SCHEMA, name))

    def crd_names(self) -> Iterator[KindName]:
        """Yield the kinds that the CustomResourceDefinitions of the workspace define, in the order of the files."""
        cell = cast("Mapping[str, tuple[ParsedDocument, ...]]", self._inputs.get(index.CRDS) or {})
        for _, documents in sorted(cell.items()):
            for document in documents:
                yield from document.crd_names

    def place_of(self, origin: Origin) -> FileRelated | None:
        """Return where the workspace declares a field; None for one that is declared elsewhere, or gone."""
        source = origin.source
        file = self.file(source.file) if source.file is not None else None
        if file is None or source.index >= len(file.documents):
            return None
        start, document = file.documents[source.index]
        span = place(document.tree.root, origin)
        return None if span is None else FileRelated(file.path, span.shift(start), origin.name)

    def share(self, paths: Iterable[str] | None = None) -> Share:
        """Count how many parts of the expressions in `paths`, by default in all files, have a known type."""
        total = Share()
        for path in self.paths() if paths is None else paths:
            for definition in self.documents(path):
                total.add(cast("Share", self._get(SHARE, (path, definition.index))))
        return total

    def coverage(self, paths: Iterable[str] | None = None) -> Coverage:
        """Count the expressions in `paths`, by default in all files, by how much of them has a known type, and why."""
        total = Coverage()
        for path in self.paths() if paths is None else paths:
            for definition in self.documents(path):
                total.add(cast("Coverage", self._get(COVERAGE, (path, definition.index))))
        return total

    def interface(self, definition: Definition) -> Interface:
        """Return what a document of this snapshot asks of its inputs, and what it gives."""
        return cast("Interface", self._get(INTERFACE, (definition.path, definition.index)))

    def inference(self, definition: Definition) -> Inference | None:
        """Return what the trigger of a Workflow of this snapshot has to be; None without a readable `crdRef`."""
        return cast("Inference | None", self._get(INFERENCE, (definition.path, definition.index)))

    def typing(self, definition: Definition) -> Typing:
        """Return the types in the expressions of a document of this snapshot, as its callers (or tests) run it.

        That waits for no more than a few analyses; until more callers are analysed, by their problems, the types of
        inputs are those that were known last, else of the first calls.
        """
        with self._lock:
            return cast("Typing", typing_soon(self._own_database(), (definition.path, definition.index)))

    def place_of_use(self, use: UseSite) -> FileRelated | None:
        """Return where an expression uses something; None when the document is gone."""
        kind, name = use.document
        for definition in self.definitions(kind, name)[:1]:
            for expression in definition.document.expressions:
                if expression.path == use.path:
                    span = expression.span(use.span).shift(definition.start)
                    return FileRelated(definition.path, span, definition.document.title)
        return None

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


class _WorkspaceSchemas:
    """The kinds that the CustomResourceDefinitions of a workspace define (a `SchemaSource`)."""

    title = "the workspace"

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def find(self, name: KindName) -> KindSchema | None:
        found = self._snapshot.schema(name)
        return found if found is not None and found.source.file is not None else None

    def names(self) -> Iterator[KindName]:
        return self._snapshot.crd_names()
