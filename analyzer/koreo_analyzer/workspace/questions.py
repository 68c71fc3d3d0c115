"""The questions that documents of a workspace ask about each other, as memoised queries.

What each reads is recorded by the session that it gets, so that an answer is computed again only when that changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks import check_in_workspace
from koreo_analyzer.checks.cycles import Cycle, cycles
from koreo_analyzer.language import kinds
from koreo_analyzer.schemas import Catalogue, KindName, KindSchema, schemas_in_tree
from koreo_analyzer.suggest import closest
from koreo_analyzer.workspace import index
from koreo_analyzer.workspace.ignores import apply_ignores
from koreo_analyzer.workspace.placing import in_order, placed, placed_related
from koreo_analyzer.workspace.queries import Query, Session
from koreo_analyzer.workspace.values import FileProblem, Settings

if TYPE_CHECKING:
    from collections.abc import Collection
    from re import Pattern

    from koreo_analyzer.checks.world import Site
    from koreo_analyzer.language.document import Signature
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.workspace.documents import ParsedDocument, SourceFile

_MOST_GUESSES = 200
"""How many unknown names of a kind are compared with the known ones; with more, a folder is missing, not a letter."""


def _document(session: Session, key: tuple[str, int]) -> ParsedDocument | None:
    path, number = key
    file: SourceFile | None = session.cell(index.file_cell(path))
    if file is None or number >= len(file.documents):
        return None
    return file.documents[number].document


def _sites(session: Session, key: tuple[str, str]) -> tuple[Site, ...]:
    return index.all_sites(session.cell(index.sites_cell(*key)))


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
    if len(unknown) > _MOST_GUESSES:
        return frozenset()
    return frozenset(guess for name in unknown if (guess := closest(name, names)) is not None)


def _sub_workflows(session: Session, name: str) -> tuple[str, ...]:
    cell = session.cell(index.runs_cell(name))
    found = (target for _, targets in sorted(cell.items()) for target in targets) if cell is not None else ()
    return tuple(dict.fromkeys(found))


def _workflow_cycles(session: Session, _key: None) -> dict[str, Cycle]:
    workflows: frozenset[str] = session.get(NAMES, kinds.WORKFLOW)
    uses: dict[str, tuple[str, ...]] = {name: session.get(SUB_WORKFLOWS, name) for name in sorted(workflows)}
    return cycles(uses)


def _workflow_cycle(session: Session, name: str) -> Cycle | None:
    return session.get(WORKFLOW_CYCLES, None).get(name)


def _served_versions(session: Session, key: tuple[str, str]) -> tuple[str, ...] | None:
    """Return what the first readable CustomResourceDefinition serves; one that is half typed says nothing."""
    for _, _, crd in index.all_crds(session.cell(index.crd_cell(key[1])), *key):
        if crd.versions:
            return crd.versions
    return None


def _crd_schemas(session: Session, key: tuple[str, int]) -> tuple[KindSchema, ...]:
    """Return the schemas of one CustomResourceDefinition, by the file and the document that hold it."""
    path, number = key
    document = session.get(DOCUMENT, key)
    if document is None or not document.tree.sound:
        return ()
    return schemas_in_tree(document.tree.root, path.rpartition("/")[2], path, number)


def _kind_schema(session: Session, name: KindName) -> KindSchema | None:
    """Return the schema of a kind: the workspace's own, or that of the first other source which knows it."""
    for path, number, _ in index.all_crds(session.cell(index.crd_cell(name.kind)), name.group, name.kind):
        for schema in session.get(CRD_SCHEMAS, (path, number)):
            if schema.name == name:
                return schema
    settings: Settings = session.cell(index.SETTINGS) or Settings()
    return Catalogue(settings.schemas).find(name)


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
                related = tuple(placed_related(session, path, start, place) for place in problem.related)
                found.append(placed(path, start, problem, severity, related))
    return tuple(sorted(found, key=in_order))


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
CRD_SCHEMAS = Query("schemas of a CRD", _crd_schemas)
KIND_SCHEMA = Query("schema of a kind", _kind_schema)
WORKSPACE_PROBLEMS = Query("workspace problems", _workspace_problems)
FILE_PROBLEMS = Query("file problems", _file_problems, kept=True)


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
        return index.all_sites(self._session.cell(index.trigger_cell(*trigger)))

    def served_versions(self, group: str, kind: str) -> tuple[str, ...] | None:
        return self._session.get(SERVED_VERSIONS, (group, kind))
