"""The graph of the Workflow that a cursor stands in, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from koreo_analyzer.cel import DEFAULT_LIMITS, Limits
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_runtime.engine import Engine, EngineSettings
from koreo_runtime.graph import Graph, marks_of, mermaid, svg, workflow_graph

from koreo_server.ide.basis import Basis
from koreo_server.ide.entities import document_at
from koreo_server.ide.workflow_runs import run_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.graph import Mark
    from koreo_runtime.graph.model import Labels
    from koreo_runtime.programs.model import ProgramId

    from koreo_server.ide.trigger_examples import Objects

Format: TypeAlias = Literal["svg", "mermaid"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph and its picture; `notes` say what its steps were run for, or why they were not."""

    graph: Graph
    text: str
    notes: tuple[str, ...]
    basis: Basis


def graph_at(
    snapshot: Snapshot,
    path: str,
    offset: int | None,
    output: Format,
    *,
    depth: int = 0,
    run: bool = False,
    objects: Objects | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Picture | None:
    """Return the picture of the Workflow at a cursor, or of one that runs the function there; None if there is none.

    Without `offset` the first Workflow of the file is meant. With `run` its steps are marked by how they end for an
    example of its trigger, from `objects` or made up. `limits` are those of each expression.
    """
    definition = _workflow(snapshot, path, offset)
    if definition is None:
        return None
    notes: tuple[str, ...] = ()
    marks: Mapping[Labels, Mark] = {}
    basis = Basis(path)
    if run:
        engine = Engine(snapshot, settings=EngineSettings(limits=limits))
        made = run_workflow(engine, definition, objects)
        notes, basis = made.notes, made.basis.with_files({path})
        if made.rendering is not None:
            marks = marks_of(made.rendering.last)
    graph = workflow_graph(snapshot, definition, depth=max(depth, 0), marks=marks)
    basis = basis.with_programs(_documents(definition, graph))
    return Picture(graph, mermaid(graph) if output == "mermaid" else svg(graph), notes, basis)


def _documents(definition: Definition, graph: Graph) -> set[ProgramId]:
    """Return what a graph shows: its Workflow, and what its steps run."""
    document = definition.document
    found = {(document.kind, document.name.text if document.name is not None else "")}
    for node in graph.walk():
        for detail in node.details:
            kind, _, name = detail.partition(" ")
            found.add((kind, name))
    return found


def _workflow(snapshot: Snapshot, path: str, offset: int | None) -> Definition | None:
    if offset is None:
        found = (one for one in snapshot.documents(path) if isinstance(one.document.body, Workflow))
        return next(found, None)
    definition = document_at(snapshot, path, offset)
    if definition is None or isinstance(definition.document.body, Workflow):
        return definition
    document = definition.document
    if document.name is None or document.kind == kinds.FUNCTION_TEST:
        return None
    users = snapshot.users(document.kind, document.name.text)
    return next((user for user in users if isinstance(user.document.body, Workflow)), None)
