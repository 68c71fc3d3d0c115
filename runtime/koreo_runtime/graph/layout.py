"""Where the boxes and edges of a graph are drawn: in layers, to the right or downwards, sub-Workflows in their boxes.

A sub-Workflow is laid out first; its box is then a node of the graph around it. Units are CSS pixels. Both directions
are laid out alike: *along* is where the edges lead, *across* is the other axis, that of the layers.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_runtime.graph.layers import layered
from koreo_runtime.graph.model import NodeKind
from koreo_runtime.graph.place import centres
from koreo_runtime.graph.shorten import edge_text
from koreo_runtime.graph.sizes import (
    EDGE_SIZE,
    LABEL_HEIGHT,
    LINE_HEIGHT,
    LINE_SIZE,
    PADDING,
    Line,
    label_of,
    least_size,
    lines_of,
)
from koreo_runtime.graph.widths import text_width

if TYPE_CHECKING:
    from koreo_runtime.graph.layers import Layers
    from koreo_runtime.graph.model import Edge, Graph, Node

TITLE_HEIGHT: Final = 22.0
_GAP, _POINT_GAP, _LAYER_GAP, _LABEL_GAP = 18.0, 12.0, 44.0, 22.0
_EDGE_LABEL_HEIGHT: Final = 14.0
_MARGIN: Final = 16.0
_PORT: Final = 9.0
_WIDE, _RATIO = 1000.0, 2.5
"""A drawing wider than the first, in CSS pixels, and than the second, in its heights, is better read downwards."""


class Direction(enum.Enum):
    """Where the edges of a drawing lead. The text is what Mermaid calls it, in small letters."""

    RIGHT = "lr"
    DOWN = "tb"


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
    """A drawn edge: it goes through `points`, each with where it begins and ends to be straight, and its place across.

    To the right these are (left, right, y), downwards (top, bottom, x). `text` is its label, whose left end and base
    line are `at`.
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
    direction: Direction


@dataclass(frozen=True, slots=True)
class _Measured:
    node: Node
    width: float
    height: float
    label: str
    lines: tuple[Line, ...]
    inner: tuple[_Plan, ...] = ()

    def along(self, direction: Direction) -> float:
        return self.width if direction is Direction.RIGHT else self.height

    def across(self, direction: Direction) -> float:
        return self.height if direction is Direction.RIGHT else self.width


@dataclass(frozen=True, slots=True)
class _Plan:
    """A graph that is laid out, in coordinates of its own."""

    graph: Graph
    width: float
    height: float
    boxes: tuple[_Place, ...]
    curves: tuple[Curve, ...]
    direction: Direction


_Place: TypeAlias = tuple[float, float, float, _Measured]
"""The x, y and width of a box."""


def layout(graph: Graph, direction: Direction | None = None) -> Drawing:
    """Return where everything is drawn: to the right, or downwards if that were too wide, unless `direction` says.

    The same graph always gives the same drawing.
    """
    plan = _plan(graph, direction or Direction.RIGHT)
    if direction is None and plan.width > max(_WIDE, _RATIO * plan.height):
        down = _plan(graph, Direction.DOWN)
        if down.width < plan.width:
            plan = down
    return _drawn(plan, 0.0, 0.0)


def _measured(node: Node, direction: Direction) -> _Measured:
    label, lines = label_of(node), lines_of(node)
    width, height = least_size(node, label, lines)
    inner = tuple(_plan(one, direction) for one in node.inner)
    for plan in inner:
        title = text_width(plan.graph.title, LINE_SIZE) + 2 * PADDING
        width = max(width, plan.width + 2 * PADDING, title)
        height += TITLE_HEIGHT + plan.height
    return _Measured(node, width, height + (PADDING if inner else 0.0), label, lines, inner)


def _plan(graph: Graph, direction: Direction) -> _Plan:
    measured = [_measured(node, direction) for node in graph.nodes]
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
        [measured[number].across(direction) for number in order],
        ends,
        [_label_size(text, direction)[1] for text in texts],
    )
    return _positioned(graph, [measured[number] for number in order], placed, texts, found, direction)


def _label_size(text: str, direction: Direction) -> tuple[float, float]:
    """Return how much room the label of an edge takes, along and across; none if it is empty."""
    if not text:
        return 0.0, 0.0
    width = text_width(text, EDGE_SIZE)
    is_right = direction is Direction.RIGHT
    return (width, _EDGE_LABEL_HEIGHT) if is_right else (_EDGE_LABEL_HEIGHT, width)


def _topological(graph: Graph, index: dict[str, int]) -> list[int]:
    """Return the numbers of the nodes, those that no step has first: they stand at the end of the graph."""
    lost = {edge.source for edge in graph.edges if graph.nodes[index[edge.source]].place is None}
    first = [number for node, number in index.items() if node in lost]
    return [*first, *(number for node, number in index.items() if node not in lost)]


def _positioned(
    graph: Graph,
    nodes: list[_Measured],
    edges: list[Edge],
    texts: list[str],
    layers: Layers,
    direction: Direction,
) -> _Plan:
    middle = [_MARGIN + value for value in centres(layers, _GAP, _POINT_GAP)]
    spans = _spans(nodes, texts, layers, direction)
    boxes = [
        _placed(one, spans[layers.cells[number].layer], middle[number], direction)
        for number, one in enumerate(nodes)
    ]
    ports = _ports(layers, middle, nodes, direction)
    implied = _implied(edges)
    curves: list[Curve] = []
    for number, (edge, text) in enumerate(zip(edges, texts, strict=True)):
        points: list[tuple[float, float, float]] = []
        at = (0.0, 0.0)
        route = layers.routes[number]
        for cell_number in route:
            cell = layers.cells[cell_number]
            begin, end = spans[cell.layer]
            level = middle[cell_number]
            if cell.node >= 0:
                leaves = cell_number == route[0]
                level = ports[number, leaves]
                # A box may be smaller than its layer: the edge goes straight up to the layer's end.
                begin, end = (_end(boxes[cell.node], direction), end) if leaves else (begin, begin)
            points.append((begin, end, level))
            if cell.has_label:
                is_right = direction is Direction.RIGHT
                at = (begin, level - 4) if is_right else (level - cell.size / 2, begin + 11)
        if edge.is_backward:
            points = [(end, begin, level) for begin, end, level in reversed(points)]
        is_implied = (edge.source, edge.target) in implied
        curves.append(Curve(edge, tuple(points), text, at, is_implied))
    curves += [_loop(edge, boxes, direction) for edge in graph.edges if edge.source == edge.target]
    along = max((_end(box, direction) for box in boxes), default=0.0) + _MARGIN
    across = max(
        (place + cell.size / 2 for place, cell in zip(middle, layers.cells, strict=True)), default=0.0
    )
    width, height = _turned(along, across + _MARGIN, direction)
    return _Plan(graph, width, height, tuple(boxes), tuple(curves), direction)


def _turned(along: float, across: float, direction: Direction) -> tuple[float, float]:
    """Return the x and y of a place."""
    return (along, across) if direction is Direction.RIGHT else (across, along)


def _placed(one: _Measured, span: tuple[float, float], middle: float, direction: Direction) -> _Place:
    """Return the box of a node in its layer. To the right all plain boxes of a layer are as wide as it."""
    begin, end = span
    x, y = _turned(begin, middle - one.across(direction) / 2, direction)
    is_stretched = direction is Direction.RIGHT and not one.inner
    return x, y, (max(one.width, end - begin) if is_stretched else one.width), one


def _end(box: _Place, direction: Direction) -> float:
    x, y, width, one = box
    return x + width if direction is Direction.RIGHT else y + one.height


def _spans(
    nodes: list[_Measured], texts: list[str], layers: Layers, direction: Direction
) -> list[tuple[float, float]]:
    """Return where each layer begins and ends."""
    sizes = [0.0] * len(layers.layers)
    has_nodes = [False] * len(layers.layers)
    for cell in layers.cells:
        size = 0.0
        if cell.node >= 0:
            has_nodes[cell.layer] = True
            size = nodes[cell.node].along(direction)
        elif cell.has_label:
            size = _label_size(texts[cell.edge], direction)[0]
        sizes[cell.layer] = max(sizes[cell.layer], size)
    found: list[tuple[float, float]] = []
    begin = _MARGIN
    for number, size in enumerate(sizes):
        if number:
            begin += _LAYER_GAP if has_nodes[number] and has_nodes[number - 1] else _LABEL_GAP
        found.append((begin, begin + size))
        begin += size
    return found


def _ports(
    layers: Layers, middle: list[float], nodes: list[_Measured], direction: Direction
) -> dict[tuple[int, bool], float]:
    """Return where across each edge leaves its first (True) and reaches its last box (False)."""
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for number, route in enumerate(layers.routes):
        sides.setdefault((route[0], True), []).append((middle[route[1]], number))
        sides.setdefault((route[-1], False), []).append((middle[route[-2]], number))
    found: dict[tuple[int, bool], float] = {}
    for (node, leaves), ends in sides.items():
        room = nodes[node].across(direction) - 16
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


def _loop(edge: Edge, boxes: list[_Place], direction: Direction) -> Curve:
    """Return a loop at the box of a step that needs itself: at its upper side, or downwards at its left one."""
    x, y, width, _ = next(box for box in boxes if box[3].node.id == edge.source)
    is_right = direction is Direction.RIGHT
    begin, end, level = (x + width - 40, x + width - 14, y) if is_right else (y + 6, y + 28, x)
    return Curve(edge, ((begin, begin, level), (end, end, level)), "", (x, y), is_implied=False)


def _drawn(plan: _Plan, x: float, y: float) -> Drawing:
    boxes: list[Box] = []
    for left, top, width, one in plan.boxes:
        inner: list[tuple[float, Drawing]] = []
        at = y + top + 2 * PADDING + LABEL_HEIGHT - 4 + LINE_HEIGHT * len(one.lines)
        for part in one.inner:
            inner.append((at + 14, _drawn(part, x + left + PADDING, at + TITLE_HEIGHT)))
            at += TITLE_HEIGHT + part.height
        boxes.append(Box(one.node, x + left, y + top, width, one.height, one.label, one.lines, tuple(inner)))
    along, across = (x, y) if plan.direction is Direction.RIGHT else (y, x)
    curves = tuple(
        Curve(
            curve.edge,
            tuple((begin + along, end + along, level + across) for begin, end, level in curve.points),
            curve.text,
            (curve.at[0] + x, curve.at[1] + y),
            curve.is_implied,
        )
        for curve in plan.curves
    )
    return Drawing(plan.graph, x, y, plan.width, plan.height, tuple(boxes), curves, plan.direction)


def is_broken(node: Node) -> bool:
    """Whether a node is drawn as one that cannot run."""
    return node.fault is not None or node.kind is NodeKind.UNKNOWN
