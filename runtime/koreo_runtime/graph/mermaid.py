"""Graphs as Mermaid text (https://mermaid.js.org/syntax/flowchart.html), which GitHub and many editors draw.

Names stand in quotes, and every character that means something to Mermaid or to HTML is an entity code there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_runtime.graph.layout import Direction, layout
from koreo_runtime.graph.model import NodeKind
from koreo_runtime.graph.shorten import edge_text, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.graph.model import Edge, Graph, Node

_SPECIAL: Final = re.compile(r"[^\w .,:/→…()=+*!?-]")
_SHAPES: Final = {
    NodeKind.TRIGGER: ('(["', '"])'),
    NodeKind.VALUE: ('("', '")'),
    NodeKind.RESOURCE: ('["', '"]'),
    NodeKind.WORKFLOW: ('[["', '"]]'),
    NodeKind.SWITCH: ('{{"', '"}}'),
    NodeKind.UNKNOWN: ('["', '"]'),
}
_CLASSES: Final = {
    "trigger": "fill:#eef2f7,stroke:#64748b,color:#1e293b",
    "value": "fill:#eef6ff,stroke:#3b82f6,color:#1e293b",
    "resource": "fill:#f5f3ff,stroke:#8b5cf6,color:#1e293b",
    "workflow": "fill:#ecfeff,stroke:#0891b2,color:#1e293b",
    "switch": "fill:#fffbeb,stroke:#d97706,color:#1e293b",
    "unknown": "fill:#fef2f2,stroke:#dc2626,color:#7f1d1d,stroke-dasharray:4 3",
    "ok": "fill:#dcfce7,stroke:#16a34a,color:#14532d",
    "skip": "fill:#f1f5f9,stroke:#94a3b8,color:#475569",
    "waiting": "fill:#f1f5f9,stroke:#94a3b8,color:#475569,stroke-dasharray:4 3",
    "retry": "fill:#fef9c3,stroke:#ca8a04,color:#713f12",
    "error": "fill:#fee2e2,stroke:#dc2626,color:#7f1d1d",
}
_LONGEST: Final = 48


def mermaid(graph: Graph, direction: Direction | None = None) -> str:
    """Return a flowchart, line by line, with a line break at its end.

    Without `direction` it is that of our own drawing: to the right, or downwards if that were too wide.
    """
    used: dict[str, list[str]] = {}
    chosen = layout(graph).direction if direction is None else direction
    lines = [f"flowchart {chosen.value.upper()}", *_nodes(graph, 1, used)]
    for name, ids in sorted(used.items()):
        lines.append(f"  classDef {name} {_CLASSES[name]}")
        lines.append(f"  class {','.join(ids)} {name}")
    return "\n".join(lines) + "\n"


def _nodes(graph: Graph, level: int, used: dict[str, list[str]]) -> Iterator[str]:
    margin = "  " * level
    for node in graph.nodes:
        name = node.mark.status.value if node.mark is not None and node.fault is None else node.kind.value
        if node.fault is not None:
            name = NodeKind.UNKNOWN.value
        if node.inner:
            yield f'{margin}subgraph {node.id}["{_quoted(node.label)}"]'
            for number, inner in enumerate(node.inner):
                yield f'{margin}  subgraph {node.id}_{number}["{_quoted(inner.title)}"]'
                yield from _nodes(inner, level + 2, used)
                yield f"{margin}  end"
            yield f"{margin}end"
        else:
            used.setdefault(name, []).append(node.id)
            start, end = _SHAPES[node.kind]
            yield f"{margin}{node.id}{start}{_text(node)}{end}"
    for edge in graph.edges:
        yield margin + _edge(edge)


def _text(node: Node) -> str:
    lines = [f"<b>{_quoted(node.label)}</b>"]
    lines += [_quoted(shorten(line, _LONGEST)) for line in (*node.runs, *node.conditions)]
    if node.fault is not None:
        lines.append(f"⚠ {_quoted(shorten(node.fault, _LONGEST))}")
    if node.mark is not None and node.mark.message:
        lines.append(f"<i>{_quoted(shorten(node.mark.message, _LONGEST))}</i>")
    return "<br/>".join(lines)


def _edge(edge: Edge) -> str:
    text = edge_text(edge)
    arrow = "-.->" if edge.decides_only or edge.is_backward else "-->"
    label = f'|"{_quoted(text)}"|' if text else ""
    return f"{edge.source} {arrow}{label} {edge.target}"


def _quoted(text: str) -> str:
    """Return text for a place in quotes: characters that are more than text there as `#code;`."""
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", " ".join(text.split()))
