"""Where the boxes and edges of a graph are drawn: from left to right, in layers, sub-Workflows in their boxes.

A sub-Workflow is laid out first; its box is then a node of the graph around it. Units are CSS pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_runtime.graph.layers import layered
from koreo_runtime.graph.model import NodeKind
from koreo_runtime.graph.place import centres
from koreo_runtime.graph.shorten import edge_text, shorten
from koreo_runtime.graph.widths import monospaced_width, text_width

if TYPE_CHECKING:
    from koreo_runtime.graph.layers import Layers
    from koreo_runtime.graph.model import Edge, Graph, Node

LABEL_SIZE: Final = 13.0
LINE_SIZE: Final = 11.0
EDGE_SIZE: Final = 10.5
LABEL_HEIGHT: Final = 20.0
LINE_HEIGHT: Final = 16.0
PADDING: Final = 10.0
LEFT_PADDING: Final = 34.0
"""Room for the sign of the kind."""
TITLE_HEIGHT: Final = 22.0
_LONGEST_LABEL: Final = 30
_LONGEST_LINE: Final = 36
_MOST_LINES: Final = 6
_LEAST_WIDTH: Final = 110.0
_GAP, _POINT_GAP, _LAYER_GAP, _LABEL_GAP = 18.0, 12.0, 44.0, 22.0
_MARGIN: Final = 16.0
_PORT: Final = 9.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a box below its label; `css` is its class."""

    text: str
    css: str


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn node. `x` and `y` are its upper left corner in the whole drawing."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    label: str
    lines: tuple[Line, ...]
    inner: tuple[tuple[float, Drawing], ...] = ()
    """What is drawn inside: the graphs of sub-Workflows, each with the y of its title."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawn edge: it goes through `points`, each with the x at which it begins and ends to be level there.

    `text` is its label, whose left end and base line are `at`.
    """

    edge: Edge
    points: tuple[tuple[float, float, float], ...]
    text: str
    at: tuple[float, float]
    is_implied: bool
    """Whether other edges lead the same way: the order of the steps would be the same without it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph with its boxes and curves, in a room of `width` and `height` that begins at (`x`, `y`)."""

    graph: Graph
    x: float
    y: float
    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    node: Node
    width: float
    height: float
    label: str
    lines: tuple[Line, ...]
    inner: tuple[_Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A graph that is laid out, in coordinates of its own."""

    graph: Graph
    width: float
    height: float
    boxes: tuple[tuple[float, float, float, _Measured], ...]
    curves: tuple[Curve, ...]


def layout(graph: Graph) -> Drawing:
    """Return where everything is drawn. The same graph always gives the same drawing."""
    return _drawn(_plan(graph), 0.0, 0.0)


def _lines(node: Node) -> tuple[Line, ...]:
    found = [Line(shorten(text, _LONGEST_LINE), "runs") for text in node.runs]
    if len(found) > _MOST_LINES:
        more = len(found) - _MOST_LINES + 1
        found = [*found[: _MOST_LINES - 1], Line(f"+{more} more", "runs")]
    found += [Line(shorten(text, _LONGEST_LINE), "condition") for text in node.conditions]
    if node.fault is not None:
        found.append(Line(shorten(f"⚠ {node.fault}", _LONGEST_LINE), "fault"))
    if node.mark is not None and node.mark.message:
        found.append(Line(shorten(node.mark.message, _LONGEST_LINE), "message"))
    return tuple(found)


def _measured(node: Node) -> _Measured:
    label = shorten(node.label, _LONGEST_LABEL)
    lines = _lines(node)
    sign = 20.0 if node.mark is not None else 0.0
    width = max(
        _LEAST_WIDTH,
        LEFT_PADDING + text_width(label, LABEL_SIZE, is_bold=True) + sign + PADDING,
        *(LEFT_PADDING + monospaced_width(line.text, LINE_SIZE) + PADDING for line in lines),
    )
    height = 2 * PADDING + LABEL_HEIGHT - 4 + LINE_HEIGHT * len(lines)
    inner = tuple(_plan(one) for one in node.inner)
    for plan in inner:
        title = text_width(plan.graph.title, LINE_SIZE) + 2 * PADDING
        width = max(width, plan.width + 2 * PADDING, title)
        height += TITLE_HEIGHT + plan.height
    return _Measured(node, width, height + (PADDING if inner else 0.0), label, lines, inner)


def _plan(graph: Graph) -> _Plan:
    measured = [_measured(node) for node in graph.nodes]
    index = {node.id: number for number, node in enumerate(graph.nodes)}
    # An edge that leads backwards is laid out as if it led forward; a loop beside its box needs no room.
    placed = [edge for edge in graph.edges if edge.source != edge.target]
    order = _topological(graph, index)
    rank = {number: position for position, number in enumerate(order)}
    ends: list[tuple[int, int]] = []
    for edge in placed:
        pair = rank[index[edge.source]], rank[index[edge.target]]
        ends.append((min(pair), max(pair)))
    texts = [edge_text(edge) for edge in placed]
    found = layered(
        [measured[number].height for number in order], ends, [14.0 if text else 0.0 for text in texts]
    )
    return _positioned(graph, [measured[number] for number in order], placed, texts, found)


def _topological(graph: Graph, index: dict[str, int]) -> list[int]:
    """Return the numbers of the nodes, those that no step has first: they stand at the end of the graph."""
    lost = {edge.source for edge in graph.edges if graph.nodes[index[edge.source]].place is None}
    first = [number for node, number in index.items() if node in lost]
    return [*first, *(number for node, number in index.items() if node not in lost)]


def _positioned(
    graph: Graph, nodes: list[_Measured], edges: list[Edge], texts: list[str], layers: Layers
) -> _Plan:
    middle = centres(layers, _GAP, _POINT_GAP)
    lefts, widths = _columns(nodes, texts, layers)
    place = {
        one.node.id: (lefts[layers.cells[number].layer], middle[number] - one.height / 2)
        for number, one in enumerate(nodes)
    }
    boxes: list[tuple[float, float, float, _Measured]] = []
    for number, one in enumerate(nodes):
        x, y = place[one.node.id]
        column = widths[layers.cells[number].layer]
        width = max(one.width, column) if not one.inner else one.width
        boxes.append((x + _MARGIN, y + _MARGIN, width, one))
    ports = _ports(layers, middle, nodes)
    implied = _implied(edges)
    curves: list[Curve] = []
    for number, (edge, text) in enumerate(zip(edges, texts, strict=True)):
        points: list[tuple[float, float, float]] = []
        at = (0.0, 0.0)
        route = layers.routes[number]
        for cell_number in route:
            cell = layers.cells[cell_number]
            left, right, y = lefts[cell.layer], lefts[cell.layer] + widths[cell.layer], middle[cell_number]
            if cell.node >= 0:
                box = boxes[cell.node]
                leaves = cell_number == route[0]
                y = ports[number, leaves]
                # The box of a sub-Workflow's neighbour may be narrower than its layer: the edge is level up to there.
                left, right = (box[0] - _MARGIN + box[2], right) if leaves else (left, left)
            points.append((left + _MARGIN, right + _MARGIN, y + _MARGIN))
            if cell.has_label:
                at = (left + _MARGIN, y + _MARGIN - 4)
        if edge.is_backward:
            points = [(right, left, y) for left, right, y in reversed(points)]
        is_implied = (edge.source, edge.target) in implied
        curves.append(Curve(edge, tuple(points), text, at, is_implied))
    curves += [_loop(edge, boxes) for edge in graph.edges if edge.source == edge.target]
    width = max((x + w for x, _, w, _ in boxes), default=0.0) + _MARGIN
    height = max((y + one.height for _, y, _, one in boxes), default=0.0)
    height = max([height, *(y for curve in curves for _, _, y in curve.points)]) + _MARGIN
    return _Plan(graph, width, height, tuple(boxes), tuple(curves))


def _columns(nodes: list[_Measured], texts: list[str], layers: Layers) -> tuple[list[float], list[float]]:
    """Return the left side and the width of each layer."""
    widths = [0.0] * len(layers.layers)
    plain = [0.0] * len(layers.layers)
    has_nodes = [False] * len(layers.layers)
    for cell in layers.cells:
        if cell.node >= 0:
            one = nodes[cell.node]
            has_nodes[cell.layer] = True
            widths[cell.layer] = max(widths[cell.layer], one.width)
            if not one.inner:
                plain[cell.layer] = max(plain[cell.layer], one.width)
        elif cell.has_label:
            widths[cell.layer] = max(widths[cell.layer], text_width(texts[cell.edge], EDGE_SIZE))
    lefts: list[float] = []
    x = 0.0
    for number, width in enumerate(widths):
        if number:
            x += _LAYER_GAP if has_nodes[number] and has_nodes[number - 1] else _LABEL_GAP
        lefts.append(x)
        x += width
    return lefts, widths


def _ports(layers: Layers, middle: list[float], nodes: list[_Measured]) -> dict[tuple[int, bool], float]:
    """Return at which height each edge leaves its first (True) and reaches its last box (False)."""
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for number, route in enumerate(layers.routes):
        sides.setdefault((route[0], True), []).append((middle[route[1]], number))
        sides.setdefault((route[-1], False), []).append((middle[route[-2]], number))
    found: dict[tuple[int, bool], float] = {}
    for (node, leaves), ends in sides.items():
        room = nodes[node].height - 16
        apart = min(_PORT, room / max(1, len(ends) - 1))
        for position, (_, number) in enumerate(sorted(ends)):
            found[number, leaves] = middle[node] + (position - (len(ends) - 1) / 2) * apart
    return found


def _implied(edges: list[Edge]) -> set[tuple[str, str]]:
    """Return the ends of edges whose target is reached from their source by way of other nodes, too."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        if not edge.is_backward:
            after.setdefault(edge.source, []).append(edge.target)
    reached: dict[str, set[str]] = {}

    def below(node: str) -> set[str]:
        if node not in reached:
            reached[node] = set()
            reached[node] = {one for target in after.get(node, ()) for one in (target, *below(target))}
        return reached[node]

    return {
        (source, target)
        for source, targets in after.items()
        for target in targets
        if any(target in below(other) for other in targets if other != target)
    }


def _loop(edge: Edge, boxes: list[tuple[float, float, float, _Measured]]) -> Curve:
    """Return a loop at the upper side of the box of a step that needs itself."""
    x, y, width, _ = next(box for box in boxes if box[3].node.id == edge.source)
    left, right = x + width - 40, x + width - 14
    return Curve(edge, ((left, left, y), (right, right, y)), "", (x, y), is_implied=False)


def _drawn(plan: _Plan, x: float, y: float) -> Drawing:
    boxes: list[Box] = []
    for left, top, width, one in plan.boxes:
        inner: list[tuple[float, Drawing]] = []
        at = y + top + 2 * PADDING + LABEL_HEIGHT - 4 + LINE_HEIGHT * len(one.lines)
        for part in one.inner:
            inner.append((at + 14, _drawn(part, x + left + PADDING, at + TITLE_HEIGHT)))
            at += TITLE_HEIGHT + part.height
        boxes.append(Box(one.node, x + left, y + top, width, one.height, one.label, one.lines, tuple(inner)))
    curves = tuple(
        Curve(
            curve.edge,
            tuple((left + x, right + x, level + y) for left, right, level in curve.points),
            curve.text,
            (curve.at[0] + x, curve.at[1] + y),
            curve.is_implied,
        )
        for curve in plan.curves
    )
    return Drawing(plan.graph, x, y, plan.width, plan.height, tuple(boxes), curves)


def is_broken(node: Node) -> bool:
    """Whether a node is drawn as one that cannot run."""
    return node.fault is not None or node.kind is NodeKind.UNKNOWN
