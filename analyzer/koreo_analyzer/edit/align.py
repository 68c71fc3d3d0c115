"""Which items of a list became which: what is equal stays, what is alike is changed, the rest goes or comes."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from koreo_analyzer.yaml.resolve import Value

Pair: TypeAlias = tuple[int | None, int | None]
"""Positions in the old and in the new list; None in the old: inserted, None in the new: removed."""

# difflib takes quadratic time; beyond this many comparisons items are paired by position.
_MOST_COMPARED: Final = 40_000
_NAMES: Final = ("label", "name", "case", "key", "type", "id", "kind")


def align(old: Sequence[int], new: Sequence[int], old_data: list[Value], new_data: list[Value]) -> list[Pair]:
    """Return the items of both lists in the order in which they will stand.

    `old` and `new` are the identities of the items. Between equal items those are paired that have the same
    name (`label`, `name`, …), then those at the same place.
    """
    if len(old) == len(new) and _is_in_place(old, new):
        return [(position, position) for position in range(len(old))]
    head = 0
    shorter = min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs: list[Pair] = [(position, position) for position in range(head)]
    start = (head, head)
    for i1, i2, j1, j2 in _gaps(old[head : len(old) - tail], new[head : len(new) - tail]):
        gap = (head + i1, head + i2, head + j1, head + j2)
        pairs.extend(zip(range(start[0], gap[0]), range(start[1], gap[2]), strict=True))
        pairs.extend(_by_name(old_data, new_data, *gap))
        start = (gap[1], gap[3])
    pairs.extend(zip(range(start[0], len(old)), range(start[1], len(new)), strict=True))
    return pairs


def _is_in_place(old: Sequence[int], new: Sequence[int]) -> bool:
    """Whether items were changed rather than moved: as many are equal at their place as there can be."""
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    return not {one for one, _ in changed} & {other for _, other in changed}


def _gaps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int, int]]:
    """Return the ranges of both sequences that are not equal."""
    if not old and not new:
        return []
    if len(old) * len(new) > _MOST_COMPARED:
        return [(0, len(old), 0, len(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


def _by_name(old: list[Value], new: list[Value], i1: int, i2: int, j1: int, j2: int) -> list[Pair]:
    names = [_name(item, position) for position, item in enumerate(old[i1:i2])]
    others = [_name(item, -1 - position) for position, item in enumerate(new[j1:j2])]
    pairs: list[Pair] = []
    start = (0, 0)
    for a1, a2, b1, b2 in _gaps(names, others):
        pairs.extend(zip(range(i1 + start[0], i1 + a1), range(j1 + start[1], j1 + b1), strict=True))
        pairs.extend(_by_place(i1 + a1, i1 + a2, j1 + b1, j1 + b2))
        start = (a2, b2)
    pairs.extend(zip(range(i1 + start[0], i2), range(j1 + start[1], j2), strict=True))
    return pairs


def _by_place(i1: int, i2: int, j1: int, j2: int) -> list[Pair]:
    both = min(i2 - i1, j2 - j1)
    pairs: list[Pair] = list(zip(range(i1, i1 + both), range(j1, j1 + both), strict=True))
    pairs.extend((i, None) for i in range(i1 + both, i2))
    pairs.extend((None, j) for j in range(j1 + both, j2))
    return pairs


def _name(item: Value, otherwise: int) -> Hashable:
    """Return what tells a mapping from others of its list; `otherwise`, which is unique, if there is nothing."""
    if isinstance(item, dict):
        for key in _NAMES:
            name = item.get(key)
            if isinstance(name, str):
                return key, name
    return otherwise
