"""What a rendering needs, from what the user named: the cluster with its objects, the Workflow, the rules.

Everything that is wrong is found at once: in the trigger, the other objects, the rules and the Workflow.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from koreo_analyzer.suggest import did_you_mean
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.resolve import plain
from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.cluster.simulate import Simulation
from koreo_runtime.cluster.simulation_file import parse_simulation
from koreo_runtime.effects import ApiError
from koreo_runtime.engine import Engine
from koreo_runtime.outcomes import path_text
from koreo_runtime.render.clock import Clock
from koreo_runtime.render.placing import id_of, in_namespace

from koreo_cli.rendering.documents import Files, InputProblem, ObjectDocument
from koreo_cli.rendering.workflow import WorkflowChoice
from koreo_cli.report import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.workspace import FileProblem, Snapshot
    from koreo_runtime.cluster.schema import Schema
    from koreo_runtime.effects import KubeObject, ResourceId
    from koreo_runtime.programs.workflow import WorkflowProgram

_TWICE = "each object can be there only once: leave out one of the two"
_NOT_IN_SCHEMAS = frozenset({"apiVersion", "kind", "metadata"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cluster that holds the trigger and the other objects, and what is to run in it.

    `rules` is the absolute path of the file of rules, if there is one. `invented_uid` is the uid of the trigger
    when its file has none.
    """

    engine: Engine
    clock: Clock
    cluster: MemoryCluster
    trigger: ResourceId
    program: WorkflowProgram
    simulation: Simulation
    rules: str | None
    invented_uid: str | None


@dataclass(slots=True)
class Inputs:
    """What was found: what can run, or why nothing can. `files` has the texts that the problems point into.

    `warnings` are about definitions of kinds that are not accepted: objects of such a kind are not checked; and about
    fields of the trigger that its kind does not have.
    """

    files: Files
    prepared: Prepared | None = None
    warnings: list[InputProblem] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)
    checked: list[FileProblem] = field(default_factory=list)


def prepare(
    snapshot: Snapshot, workflow: str | None, trigger: str, objects: Iterable[str], rules: str | None
) -> Inputs:
    """Read and check everything. `objects` are files or folders, `rules` is a file of rules or None."""
    files = Files()
    inputs = Inputs(files)
    clock = Clock()
    cluster = MemoryCluster(clock.now, unknown_kinds="accept", namespaces="any")
    inputs.warnings += _install_crds(cluster, snapshot)
    inputs.problems += _seed_beforehand(cluster, files, objects)
    simulation, rules_path = _simulation(files, rules)
    engine = Engine(snapshot)
    choice = WorkflowChoice(engine)
    placed = _trigger(cluster, files, trigger)
    program: WorkflowProgram | None = None
    if placed is not None:
        document, target, item = placed
        inputs.problems += _seed(cluster, [document], [item])
        inputs.warnings += _dropped_fields(cluster, document, target)
        program = choice.for_trigger(document, item, workflow)
    elif workflow is not None:
        program = choice.named(workflow)
    if program is not None:
        choice.check_ready(program)
    inputs.problems += [*files.problems, *choice.problems]
    inputs.checked += choice.checked
    if placed is not None and program is not None and not (inputs.problems or inputs.checked):
        own = placed[0].data["metadata"].get("uid")
        invented = None if own else cluster.get(target)["metadata"]["uid"]
        inputs.prepared = Prepared(engine, clock, cluster, target, program, simulation, rules_path, invented)
    return inputs


# The cluster


def _install_crds(cluster: MemoryCluster, snapshot: Snapshot) -> Iterator[InputProblem]:
    """Serve the kinds that the workspace defines."""
    for path in snapshot.paths():
        file = snapshot.file(path)
        for start, document in file.documents if file is not None else ():
            root = document.tree.root if document.crd_words else None
            data = plain(root) if root is not None else None
            if root is None or not isinstance(data, dict) or data.get("kind") != "CustomResourceDefinition":
                continue
            try:
                cluster.install_crd(data)
            except ApiError as error:
                yield from _refused(ObjectDocument(path, start, root, data), error)


def _seed(
    cluster: MemoryCluster, documents: list[ObjectDocument], items: list[KubeObject] | None = None
) -> Iterator[InputProblem]:
    """Put objects into the cluster; `items` are what to put in place of those in the documents."""
    found = items if items is not None else [in_namespace(cluster, document.data) for document in documents]
    try:
        cluster.seed(found)
    except ApiError:
        # Once more, one by one, to find out which.
        for document, item in zip(documents, found, strict=True):
            try:
                cluster.seed([item])
            except ApiError as error:
                yield from _refused(document, error)


def _seed_beforehand(cluster: MemoryCluster, files: Files, names: Iterable[str]) -> Iterator[InputProblem]:
    """Put in what `--objects` names; an object stands in one place, though its file may be named twice."""
    places: dict[tuple[str, ...], ObjectDocument] = {}
    for name in names:
        fresh: list[ObjectDocument] = []
        for document in files.objects_below(name):
            first = places.setdefault(_key(cluster, document), document)
            if first is document:
                fresh.append(document)
            elif (first.path, first.root.start + first.start) != (
                document.path,
                document.root.start + document.start,
            ):
                message = f"{document.title} is twice among the objects, first in {_place_text(files, first)}"
                yield InputProblem(document.path, document.span("metadata", "name"), message, _TWICE)
        yield from _seed(cluster, fresh)


def _key(cluster: MemoryCluster, document: ObjectDocument) -> tuple[str, ...]:
    item = in_namespace(cluster, document.data)
    group = str(item["apiVersion"]).rpartition("/")[0]
    metadata = item["metadata"]
    return group, str(item["kind"]), str(metadata.get("namespace") or ""), str(metadata["name"])


def _place_text(files: Files, document: ObjectDocument) -> str:
    sources = Sources(files.texts, os.getcwd(), files.names)
    line = sources.region(document.path, document.span("metadata", "name")).line
    return f"{sources.name(document.path)}, line {line}"


def _dropped_fields(
    cluster: MemoryCluster, document: ObjectDocument, target: ResourceId
) -> Iterator[InputProblem]:
    """Yield a warning for every field of the trigger that its kind does not have: a server drops it in silence."""
    try:
        schema = cluster.schema(target.api_version, target.kind)
        stored = cluster.get(target)
    except ApiError:
        return
    if schema is None:
        return
    for path, known in _dropped(schema, document.data, stored, ()):
        field = path_text(path)
        message = f"the kind {target.kind} has no field `{field}`: an API server drops it"
        span = document.key_span(*path)
        yield InputProblem(document.path, span, message, did_you_mean(str(path[-1]), known) or None)


def _dropped(schema: Schema | None, given: Any, stored: Any, path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the paths of what is in a value, but not in what was stored of it, with the fields known there."""
    if isinstance(given, dict) and isinstance(stored, dict):
        fields = schema.properties if schema is not None else {}
        for key, value in given.items():
            if not path and key in _NOT_IN_SCHEMAS:
                continue
            if key in stored:
                inner = fields.get(key) or (schema.additional if schema is not None else None)
                yield from _dropped(inner, value, stored[key], (*path, key))
            elif value is not None:
                yield (*path, key), sorted(set(fields) - set(given))
    elif isinstance(given, list) and isinstance(stored, list):
        items = schema.items if schema is not None else None
        for index, (one, other) in enumerate(zip(given, stored, strict=False)):
            yield from _dropped(items, one, other, (*path, index))


def _refused(document: ObjectDocument, error: ApiError) -> Iterator[InputProblem]:
    """Yield a problem for each cause that the server names, or for the object."""
    causes = error.causes if isinstance(error, StatusError) else ()
    for cause in causes:
        message = f"{document.title} is not accepted ({error.status}): {cause}"
        yield InputProblem(document.path, document.field_span(cause.field), message)
    if not causes:
        message = f"{document.title} is not accepted ({error.status}): {error.message}"
        yield InputProblem(document.path, document.span("kind"), message)


def _trigger(
    cluster: MemoryCluster, files: Files, name: str
) -> tuple[ObjectDocument, ResourceId, KubeObject] | None:
    known = len(files.problems)
    documents = files.documents(name)
    if len(files.problems) > known:
        return None
    if not documents:
        files.problems.append(InputProblem(None, Span(0, 0), f"there is no object in {name}"))
        return None
    for other in documents[1:]:
        message = f"a trigger is one object, and this is number {documents.index(other) + 1} of the file"
        hint = "put what has to be in the cluster beforehand into files for --objects"
        files.problems.append(InputProblem(other.path, other.span("kind"), message, hint))
    document = documents[0]
    item = in_namespace(cluster, document.data)
    metadata = item["metadata"]
    if metadata.get("deletionTimestamp"):
        message = "the trigger is being deleted, and no Workflow runs for it any more"
        span = document.span("metadata", "deletionTimestamp")
        files.problems.append(InputProblem(document.path, span, message))
    return document, id_of(item), item


def _simulation(files: Files, name: str | None) -> tuple[Simulation, str | None]:
    read = files.text(name) if name is not None else None
    if read is None:
        return Simulation(()), None
    path, text = read
    rules, problems = parse_simulation(text)
    files.problems += (
        InputProblem(path, problem.span, problem.message, problem.hint) for problem in problems
    )
    return Simulation(rules), path
