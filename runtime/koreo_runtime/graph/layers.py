"""The layers of a drawing and the order in them: the first three steps of Sugiyama's method.

Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures (1981). What comes in has
no cycle: every edge leads from an earlier node to a later one.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SWEEPS: Final = 12
_PATIENCE: Final = 4
"""How many sweeps without fewer crossings are made before giving up."""


@dataclass(slots=True)
class Cell:
    """One thing in a layer: a node, or a point that an edge passes; `size` is its extent along the layer.

    `node` and `edge` are numbers of the input, -1 for what it is not. `has_label`: the edge's label stands here.
    """

    node: int
    edge: int
    layer: int
    size: float = 0.0
    has_label: bool = False
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)

    @property
    def is_point(self) -> bool:
        """Whether an edge only passes."""
        return self.node < 0 and not self.has_label


@dataclass(frozen=True, slots=True)
class Layers:
    """Cells, the layers that they stand in, in order; and the cells that each edge passes, from node to node."""

    cells: list[Cell]
    layers: list[list[int]]
    routes: list[list[int]]


def ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return a layer for each node: the earliest possible, or nearer to what needs it when that shortens edges."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        after[source].append(target)
        before[target].append(source)
    found = [0] * count
    for node in range(count):
        found[node] = max((found[one] + 1 for one in before[node]), default=0)
    for node in reversed(range(count)):
        if after[node] and len(after[node]) > len(before[node]):
            found[node] = min(found[one] for one in after[node]) - 1
    return found


def layered(sizes: Sequence[float], edges: Sequence[tuple[int, int]], labels: Sequence[float]) -> Layers:
    """Put nodes of these sizes and what edges pass into layers, and order the layers for few crossings.

    `labels` are the sizes of the edges' labels, 0.0 for none. A label stands in a layer of its own kind before the
    target, so that it touches neither nodes nor other labels.
    """
    rank = ranks(len(sizes), edges)
    labelled = {rank[target] for (_, target), size in zip(edges, labels, strict=True) if size}
    number: dict[tuple[int, bool], int] = {}
    for one in range(max(rank, default=0) + 1):
        if one in labelled:
            number[one, True] = len(number)
        number[one, False] = len(number)
    cells = [Cell(node, -1, number[rank[node], False], size) for node, size in enumerate(sizes)]
    routes: list[list[int]] = []
    for index, (source, target) in enumerate(edges):
        first, last = cells[source].layer, cells[target].layer
        label = number.get((rank[target], True), -1) if labels[index] else -1
        route = [source]
        for layer in range(first + 1, last):
            route.append(len(cells))
            has_label = layer == label
            cells.append(Cell(-1, index, layer, labels[index] if has_label else 0.0, has_label))
        route.append(target)
        for one, other in pairwise(route):
            cells[one].after.append(other)
            cells[other].before.append(one)
        routes.append(route)
    layers: list[list[int]] = [[] for _ in number]
    for position, cell in enumerate(cells):
        layers[cell.layer].append(position)
    return Layers(cells, _ordered(cells, layers), routes)


def _ordered(cells: list[Cell], layers: list[list[int]]) -> list[list[int]]:
    """Order layers by the mean place of neighbours, to and fro, and keep the order with the fewest crossings."""
    place = [0.0] * len(cells)
    _renumber(layers, place)
    # The first sweep gives points the place of what they lead from; the order of steps decides ties.
    best, fewest, since = [layer[:] for layer in layers], crossings(cells, layers), 0
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for layer in layers[1:] if forward else reversed(layers[:-1]):
            _sort(layer, cells, place, forward=forward)
        now = crossings(cells, layers)
        since += 1
        if now < fewest:
            best, fewest, since = [layer[:] for layer in layers], now, 0
        if not fewest or since >= _PATIENCE:
            break
    return best


def _renumber(layers: list[list[int]], place: list[float]) -> None:
    for layer in layers:
        for position, cell in enumerate(layer):
            place[cell] = float(position)


def _sort(layer: list[int], cells: list[Cell], place: list[float], *, forward: bool) -> None:
    wanted: dict[int, float] = {}
    for cell in layer:
        near = cells[cell].before if forward else cells[cell].after
        wanted[cell] = sum(place[one] for one in near) / len(near) if near else place[cell]
    layer.sort(key=lambda cell: (wanted[cell], place[cell]))
    for position, cell in enumerate(layer):
        place[cell] = float(position)


def crossings(cells: list[Cell], layers: list[list[int]]) -> int:
    """Return how many pairs of edges cross between neighbouring layers."""
    place = [0.0] * len(cells)
    _renumber(layers, place)
    total = 0
    for layer in layers:
        ends: list[float] = []
        for cell in layer:
            targets = sorted(place[one] for one in cells[cell].after)
            total += sum(len(ends) - bisect_right(ends, end) for end in targets)
            for end in targets:
                insort(ends, end)
    return total
