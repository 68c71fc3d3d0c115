"""Coordinates for ordered layers: each cell as near to its neighbours as the order and the distances allow.

For one layer that is an isotonic regression, solved exactly by pooling adjacent violators (Ayer et al. 1955);
sweeps over the layers to and fro bring the whole to rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_runtime.graph.layers import Layers

_SWEEPS: Final = 10
_STRAIGHT: Final = 6.0
"""How much more an edge's point that only passes insists on its place than a node: long edges become straight."""


def centres(layers: Layers, gap: float, point_gap: float) -> list[float]:
    """Return the centre of each cell in its layer; `gap` is between boxes, `point_gap` beside what passes."""
    cells = layers.cells
    where = [0.0] * len(cells)
    offsets = [_offsets(layers, layer, gap, point_gap) for layer in layers.layers]
    for layer, offset in zip(layers.layers, offsets, strict=True):
        for cell, start in zip(layer, offset, strict=True):
            where[cell] = start
    weights = [_STRAIGHT if cell.is_point or cell.has_label else 1.0 for cell in cells]
    pairs = list(zip(layers.layers, offsets, strict=True))
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for layer, offset in pairs if forward else reversed(pairs):
            wanted: list[float] = []
            for cell in layer:
                one = cells[cell]
                near = (one.before or one.after) if forward else (one.after or one.before)
                if sweep >= _SWEEPS - 2:
                    near = one.before + one.after
                wanted.append(sum([where[other] for other in near]) / len(near) if near else where[cell])
            placed = nearest(
                [want - start for want, start in zip(wanted, offset, strict=True)],
                [weights[cell] for cell in layer],
            )
            for cell, value, start in zip(layer, placed, offset, strict=True):
                where[cell] = value + start
    first = min((where[i] - cell.size / 2 for i, cell in enumerate(cells)), default=0.0)
    return [value - first for value in where]


def _offsets(layers: Layers, layer: list[int], gap: float, point_gap: float) -> list[float]:
    """Return how far the centre of each cell is from that of the first, at least."""
    found: list[float] = []
    position = 0.0
    for index, number in enumerate(layer):
        cell = layers.cells[number]
        if index:
            before = layers.cells[layer[index - 1]]
            between = point_gap if before.node < 0 or cell.node < 0 else gap
            position += before.size / 2 + between + cell.size / 2
        found.append(position)
    return found


def nearest(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the non-decreasing values with the least weighted sum of squared distances to those wanted."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted, weights, strict=True):
        mean, total, count = value, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, heavier, more = blocks.pop()
            mean = (mean * total + other * heavier) / (total + heavier)
            total, count = total + heavier, count + more
        blocks.append((mean, total, count))
    return [mean for mean, _, count in blocks for _ in range(count)]
