"""The graph of the Workflow that a cursor stands in, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_runtime.graph import Graph, mermaid, svg, workflow_graph

from koreo_server.ide.entities import document_at

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition, Snapshot

Format: TypeAlias = Literal["svg", "mermaid"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph and its picture."""

    graph: Graph
    text: str


def graph_at(
    snapshot: Snapshot, path: str, offset: int | None, output: Format, *, depth: int = 0
) -> Picture | None:
    """Return the picture of the Workflow at a cursor, or of one that runs the function there; None if there is none.

    Without `offset` the first Workflow of the file is meant.
    """
    definition = _workflow(snapshot, path, offset)
    if definition is None:
        return None
    graph = workflow_graph(snapshot, definition, depth=max(depth, 0))
    return Picture(graph, mermaid(graph) if output == "mermaid" else svg(graph))


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
