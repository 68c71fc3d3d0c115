"""Workflows as pictures: the graph of their steps, as Mermaid text and as SVG laid out by ourselves."""

from koreo_runtime.graph.build import workflow_graph
from koreo_runtime.graph.layout import Direction
from koreo_runtime.graph.marks import marks_of
from koreo_runtime.graph.mermaid import mermaid
from koreo_runtime.graph.model import Edge, Graph, Mark, Node, NodeKind, Place, Status
from koreo_runtime.graph.svg import svg

__all__ = [
    "Direction",
    "Edge",
    "Graph",
    "Mark",
    "Node",
    "NodeKind",
    "Place",
    "Status",
    "marks_of",
    "mermaid",
    "svg",
    "workflow_graph",
]
