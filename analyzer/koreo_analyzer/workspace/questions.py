"""The questions that documents of a workspace ask about each other, as memoised queries.

What each reads is recorded by the session that it gets, so that an answer is computed again only when that changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from koreo_analyzer.checks import check_in_workspace, check_types
from koreo_analyzer.checks.cycles import Cycle, cycles
from koreo_analyzer.checks.world import Basis, Call, Faults
from koreo_analyzer.flow import (
    NOTHING_GIVEN,
    CallFlow,
    Flow,
    Given,
    Result,
    Share,
    analyse,
    called_with,
    inputs_of_test,
    is_failure,
    share_of,
)
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.outlines import block_outline
from koreo_analyzer.schemas import (
    Catalogue,
    KindName,
    KindSchema,
    Unknown,
    malformed,
    place,
    schemas_in_tree,
    why_unknown,
)
from koreo_analyzer.suggest import closest
from koreo_analyzer.types import join
from koreo_analyzer.workspace import index
from koreo_analyzer.workspace.ignores import apply_ignores
from koreo_analyzer.workspace.placing import in_order, placed, placed_related
from koreo_analyzer.workspace.queries import Query, Session
from koreo_analyzer.workspace.values import FileProblem, Settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from re import Pattern

    from koreo_analyzer.checks.world import Site
    from koreo_analyzer.flow import FlowProblem, LogicName
    from koreo_analyzer.language.document import KoreoDocument, Signature
    from koreo_analyzer.language.outlines import Outline
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin, Type
    from koreo_analyzer.workspace.documents import ParsedDocument, SourceFile

_DEEPEST = 12
"""Through so many levels of Workflows types are followed; deeper, nothing is known."""
_FIRST_CALLERS = 10
_MOST_SPARED = 1000
"""So many analyses are kept that nothing needs now: whoever types goes back and forth between the same few types."""
_AGREEING = 2
"""So many callers and tests that give a function what it fails with show that the function is wrong."""
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


def _misnamed(session: Session, key: tuple[str, str]) -> tuple[Site, ...]:
    return index.all_sites(session.cell(index.misnamed_cell(*key)))


def _foreign(session: Session, key: tuple[str, str]) -> tuple[Site, ...]:
    return index.all_sites(session.cell(index.foreign_cell(*key)))


def _is_misspelt(session: Session, key: tuple[str, str]) -> bool:
    return session.cell(index.misspelt_cell(*key)) is not None


def _misnamed_users(session: Session, key: tuple[str, str]) -> tuple[str, ...]:
    return tuple(sorted(session.cell(index.misnamed_users_cell(*key)) or ()))


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


def _workflow_levels(session: Session, _key: None) -> dict[str, tuple[int, int]]:
    """Return for each Workflow how many levels of others it runs, and how many run it, counted to `_DEEPEST`."""
    workflows: frozenset[str] = session.get(NAMES, kinds.WORKFLOW)
    uses = {name: session.get(SUB_WORKFLOWS, name) for name in sorted(workflows)}
    below = dict.fromkeys(uses, 0)
    above = dict.fromkeys(uses, 0)
    pairs = [(name, target) for name, targets in uses.items() for target in targets if target in uses]
    for _ in range(_DEEPEST):
        changed = False
        for name, target in pairs:
            if below[name] <= below[target] < _DEEPEST:
                below[name] = below[target] + 1
                changed = True
            if above[target] <= above[name] < _DEEPEST:
                above[target] = above[name] + 1
                changed = True
        if not changed:
            break
    return {name: (below[name], above[name]) for name in uses}


def _workflow_level(session: Session, name: str) -> tuple[int, int]:
    return session.get(WORKFLOW_LEVELS, None).get(name, (0, 0))


def _served_versions(session: Session, key: tuple[str, str]) -> tuple[str, ...] | None:
    """Return what the first readable CustomResourceDefinition serves; one that is half typed says nothing."""
    for _, _, crd in index.all_crds(session.cell(index.crd_cell(key[1])), *key):
        if crd.versions:
            return crd.versions
    return None


def _crd_names(session: Session, _key: None) -> frozenset[KindName]:
    """Return the kinds that the CustomResourceDefinitions of the workspace define."""
    cell = session.cell(index.CRDS) or {}
    return frozenset(
        name for documents in cell.values() for document in documents for name in document.crd_names
    )


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
    return check_in_workspace(document.model, *key, SessionWorld(session))


def _type_problems(session: Session, key: tuple[str, int]) -> tuple[Problem, ...]:
    document = session.get(DOCUMENT, key)
    if document is None or document.model is None:
        return ()
    return check_types(document.model, *key, SessionWorld(session))


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
            problems += session.get(TYPE_PROBLEMS, (path, number))
        for problem in apply_ignores(document.text, document.tree, problems, document.ignores):
            severity = settings.severities.get(problem.code, problem.severity)
            if severity is not None:
                related = tuple(placed_related(session, path, start, place) for place in problem.related)
                found.append(placed(path, start, problem, severity, related))
    return tuple(sorted(_most_certain(found), key=in_order))


def _most_certain(problems: list[FileProblem]) -> Iterator[FileProblem]:
    """Yield problems without the doubts about a text that has to change anyhow, as a schema does not allow it."""
    wrong = {problem.span for problem in problems if problem.code == "resource-value"}
    for problem in problems:
        if problem.code != "read-differently" or problem.span not in wrong:
            yield problem


def _active_site(session: Session, key: tuple[str, str]) -> tuple[str, int] | None:
    """Return file and number of the (first) active definition, without its position in the text."""
    return next(((site.path, site.index) for site in session.get(SITES, key) if site.active), None)


def _model(session: Session, site: tuple[str, int]) -> KoreoDocument | None:
    document = session.get(DOCUMENT, site)
    return document.model if document is not None else None


def _outline(session: Session, key: tuple[str, str]) -> Outline | None:
    """Return the outline of what the active template of a name holds, or the function returns."""
    site = session.get(ACTIVE_SITE, key)
    document = session.get(DOCUMENT, site) if site is not None else None
    if document is None or document.model is None or not document.tree.sound:
        return None
    return block_outline(document.model)


def _flow(session: Session, key: tuple[str, int, Given]) -> Flow:
    """Analyse one document for the types of its inputs."""
    path, number, given = key
    model = _model(session, (path, number))
    return analyse(model, given, SessionWorld(session)) if model is not None else Flow(Result())


def _faults(session: Session, site: tuple[str, int]) -> Faults:
    """Return what is wrong in a document whoever runs it, and what with the types that it is usually run with.

    What is wrong with inputs of any type is also wrong with those of one: where nothing is found for the usual types,
    there is nothing to look for without them.
    """
    usual = session.get(USUAL_INPUTS, site)
    if usual.basis is Basis.NOTHING:
        return Faults(session.get(FLOW, (*site, NOTHING_GIVEN)).result.problems)
    found = session.get(FLOW, (*site, usual.given)).result.problems
    own = session.get(FLOW, (*site, usual.given.unknown())).result.problems if found else ()
    return Faults(own, usual.basis, found, _agreed(session, site, usual, own, found))


def _agreed(
    session: Session,
    site: tuple[str, int],
    usual: Usual,
    own: tuple[FlowProblem, ...],
    found: tuple[FlowProblem, ...],
) -> frozenset[object]:
    """Return the places of the failures that are the document's own: at least two callers or tests, and none is right.

    With one caller and no test it is more likely the caller that is wrong.
    """
    model = _model(session, site)
    known = {problem.place for problem in own}
    failing = {one.place for one in found if one.place not in known and is_failure(one) and not one.constant}
    if not failing or usual.basis is not Basis.CALLS or model is None or model.name is None:
        return frozenset()
    target = (model.kind, model.name.text)
    calls = {(user, call.path): call.given for user, call in _calls_of(session, target)}
    tested = [replace(usual.given, inputs=one) for one in _tested(session, target)]
    if tested:
        together = called_with([usual.given, *tested]) or usual.given
        failing &= {one.place for one in session.get(FLOW, (*site, together)).result.problems}
    counts = Counter(
        place
        for given in (*calls.values(), *tested)
        for place in {one.place for one in session.get(FLOW, (*site, given)).result.problems}
    )
    return frozenset(place for place in failing if counts[place] >= _AGREEING)


def _tested(session: Session, target: LogicName) -> list[Type]:
    """Return the inputs that the tests of a function give it."""
    return [
        found
        for user, kind in _users(session, target)
        if kind == kinds.FUNCTION_TEST and (found := session.get(TEST_INPUTS, user)) is not None
    ]


def _flow_result(session: Session, key: tuple[str, int, Given]) -> Result:
    return session.get(FLOW, key).result.for_callers()


@dataclass(frozen=True, slots=True)
class Usual:
    """What a document is run with in this workspace: by all callers together, or by its tests if nobody calls it."""

    given: Given
    basis: Basis = Basis.NOTHING
    target: LogicName | None = None
    """Kind and name of the document; None where nothing is given to it."""


def _usual_inputs(session: Session, site: tuple[str, int]) -> Usual:
    return _usual(session, site, None)


def _first_inputs(session: Session, site: tuple[str, int]) -> Usual:
    return _usual(session, site, _FIRST_CALLERS)


def _usual(session: Session, site: tuple[str, int], most: int | None) -> Usual:
    """Return what a document is run with: by all its callers together, or so many, else by its tests."""
    model = _model(session, site)
    if model is None or model.name is None or session.get(ACTIVE_SITE, (model.kind, model.name.text)) != site:
        return Usual(NOTHING_GIVEN)
    if isinstance(model.body, Workflow) and (
        model.body.has_trigger
        or session.get(WORKFLOW_LEVEL, model.name.text)[1] >= _DEEPEST
        or session.get(WORKFLOW_CYCLE, model.name.text) is not None
    ):
        return Usual(NOTHING_GIVEN)
    target = (model.kind, model.name.text)
    usual = called_with(call.given for _, call in islice(_calls_of(session, target), most))
    if usual is not None:
        return Usual(usual, Basis.CALLS, target)
    tested = _tested(session, target)
    return Usual(Given(join(*tested)), Basis.TESTS, target) if tested else Usual(NOTHING_GIVEN)


def _users(session: Session, target: LogicName) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield file, number and kind of the active documents that refer to a definition."""
    users = session.cell(index.users_cell(*target))
    for path in sorted(users) if users is not None else ():
        for number, kind in session.get(USERS_IN, (path, *target)):
            yield (path, number), kind


def _calls_of(session: Session, target: LogicName) -> Iterator[tuple[tuple[str, int], CallFlow]]:
    """Yield the calls of a function or Workflow, each with the file and number of the document that makes it."""
    for user, kind in _users(session, target):
        if kind != kinds.FUNCTION_TEST:
            for call in session.get(CALLS, user):
                if call.target == target:
                    yield user, call


def _users_in(session: Session, key: tuple[str, str, str]) -> tuple[tuple[int, str], ...]:
    """Return number and kind of the active documents of a file that refer to a definition."""
    path, kind, name = key
    file: SourceFile | None = session.cell(index.file_cell(path))
    if file is None or not file.is_koreo:
        return ()
    return tuple(
        (number, placed.document.model.kind)
        for number, placed in enumerate(file.documents)
        if placed.document.model is not None
        and placed.document.model.active
        and any((one.kind, one.name.text) == (kind, name) for one in placed.document.model.references)
    )


def _test_inputs(session: Session, site: tuple[str, int]) -> Type | None:
    model = _model(session, site)
    return inputs_of_test(model) if model is not None else None


def _calls(session: Session, site: tuple[str, int]) -> tuple[CallFlow, ...]:
    """Return the calls of a document, run with what it is usually run with."""
    return session.get(FLOW, (*site, session.get(USUAL_INPUTS, site).given)).calls


def _share(session: Session, site: tuple[str, int]) -> Share:
    """Count how much of a document is typed, run with what it is usually run with."""
    model = _model(session, site)
    if model is None or not model.active:
        return Share()
    return share_of(model, session.get(USUAL_INPUTS, site).given, SessionWorld(session))


DOCUMENT = Query("document", _document)
SHARE = Query("share", _share)
WORKFLOW_LEVELS = Query("workflow levels", _workflow_levels)
WORKFLOW_LEVEL = Query("workflow level", _workflow_level)
OUTLINE = Query("outline", _outline)
ACTIVE_SITE = Query("active site", _active_site)
FLOW = Query("flow", _flow, spared=_MOST_SPARED)
FAULTS = Query("faults", _faults)
FLOW_RESULT = Query("flow result", _flow_result)
USUAL_INPUTS = Query("usual inputs", _usual_inputs)
FIRST_INPUTS = Query("first inputs", _first_inputs)
"""The same for the first calls only."""
USERS_IN = Query("users in a file", _users_in)
TEST_INPUTS = Query("inputs of a test", _test_inputs)
CALLS = Query("calls", _calls)
SITES = Query("sites", _sites)
MISNAMED = Query("misnamed", _misnamed)
FOREIGN = Query("foreign", _foreign)
IS_MISSPELT = Query("is misspelt", _is_misspelt)
MISNAMED_USERS = Query("misnamed users", _misnamed_users)
SIGNATURE = Query("signature", _signature)
IS_DEFINED = Query("is defined", _is_defined)
NAMES = Query("names", _names)
MEANT = Query("meant", _meant)
IS_USED = Query("is used", _is_used)
SUB_WORKFLOWS = Query("sub-workflows", _sub_workflows)
WORKFLOW_CYCLES = Query("workflow cycles", _workflow_cycles)
WORKFLOW_CYCLE = Query("workflow cycle", _workflow_cycle)
SERVED_VERSIONS = Query("served versions", _served_versions)
CRD_NAMES = Query("kinds of CRDs", _crd_names)
CRD_SCHEMAS = Query("schemas of a CRD", _crd_schemas)
KIND_SCHEMA = Query("schema of a kind", _kind_schema)
WORKSPACE_PROBLEMS = Query("workspace problems", _workspace_problems)
TYPE_PROBLEMS = Query("type problems", _type_problems)
FILE_PROBLEMS = Query("file problems", _file_problems, kept=True)


class SessionWorld:
    """Answers the questions of checks and of the analysis of types from a session (see `checks.world.World`)."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def sites(self, kind: str, name: str) -> tuple[Site, ...]:
        """See `World`."""
        return self._session.get(SITES, (kind, name))

    def misnamed(self, kind: str, name: str) -> tuple[Site, ...]:
        """See `World`."""
        return self._session.get(MISNAMED, (kind, name))

    def foreign(self, kind: str, name: str) -> tuple[Site, ...]:
        """See `World`."""
        return self._session.get(FOREIGN, (kind, name))

    def is_misspelt(self, kind: str, name: str) -> bool:
        """See `World`."""
        return self._session.get(IS_MISSPELT, (kind, name))

    def misnamed_users(self, kind: str, name: str) -> tuple[str, ...]:
        """See `World`."""
        return self._session.get(MISNAMED_USERS, (kind, name))

    def signature(self, kind: str, name: str) -> Signature | None:
        """See `World`."""
        return self._session.get(SIGNATURE, (kind, name))

    def is_defined(self, kind: str, name: str) -> bool:
        """See `World`."""
        return self._session.get(IS_DEFINED, (kind, name))

    def is_used(self, kind: str, name: str) -> bool:
        """See `World`."""
        return self._session.get(IS_USED, (kind, name))

    def names(self, kind: str) -> Collection[str]:
        """See `World`."""
        return self._session.get(NAMES, kind)

    def matching(self, kind: str, pattern: Pattern[str]) -> bool:
        """See `World`."""
        return any(pattern.fullmatch(name) for name in self.names(kind))

    def workflow_cycle(self, name: str) -> Cycle | None:
        """See `World`."""
        return self._session.get(WORKFLOW_CYCLE, name)

    def reaches(self, workflow: str, other: str) -> bool:
        """See `World`."""
        left, seen = [workflow], {workflow}
        while left:
            for name in self._session.get(SUB_WORKFLOWS, left.pop()):
                if name == other:
                    return True
                if name not in seen:
                    seen.add(name)
                    left.append(name)
        return False

    def triggered(self, trigger: tuple[str, str, str]) -> tuple[Site, ...]:
        """See `World`."""
        return index.all_sites(self._session.cell(index.trigger_cell(*trigger)))

    def served_versions(self, group: str, kind: str) -> tuple[str, ...] | None:
        """See `World`."""
        return self._session.get(SERVED_VERSIONS, (group, kind))

    def document(self, kind: str, name: str) -> KoreoDocument | None:
        """See `World`."""
        site = self._session.get(ACTIVE_SITE, (kind, name))
        return _model(self._session, site) if site is not None else None

    def outline(self, kind: str, name: str) -> Outline | None:
        """See `World`."""
        return self._session.get(OUTLINE, (kind, name))

    def result(self, target: LogicName, given: Given) -> Result | None:
        """See `World`."""
        kind, name = target
        site = self._session.get(ACTIVE_SITE, target)
        if site is None:
            return None
        if kind == kinds.WORKFLOW and (
            self._session.get(WORKFLOW_LEVEL, name)[0] >= _DEEPEST or self.workflow_cycle(name) is not None
        ):
            return None
        return self._session.get(FLOW_RESULT, (*site, given))

    def schema(self, name: KindName) -> KindSchema | None:
        """See `World`."""
        return self._session.get(KIND_SCHEMA, name)

    def why_unknown(self, name: KindName) -> Unknown | None:
        """See `World`."""
        wrong = malformed(name)
        settings: Settings = self._session.cell(index.SETTINGS) or Settings()
        if wrong is not None or not settings.schemas:
            return wrong
        known: frozenset[KindName] = self._session.get(CRD_NAMES, None)
        return why_unknown(name, Catalogue(settings.schemas), known)

    def faults(self, site: tuple[str, int]) -> Faults:
        """See `World`."""
        return self._session.get(FAULTS, site)

    def calls(self, kind: str, name: str) -> tuple[Call, ...]:
        """See `World`."""
        found = _calls_of(self._session, (kind, name))
        return tuple(
            Call(model, *site, call)
            for site, call in found
            if (model := _model(self._session, site)) is not None
        )

    def place_of(self, origin: Origin) -> tuple[str, int, Span] | None:
        """See `World`."""
        source = origin.source
        if source.file is None:
            return None
        document = self._session.get(DOCUMENT, (source.file, source.index))
        span = place(document.tree.root, origin) if document is not None else None
        return None if span is None else (source.file, source.index, span)
