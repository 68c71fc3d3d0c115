"""Cycles among sub-Workflows, found for the whole workspace at once, so that long chains cost their length only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONGEST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Cycle:
    """Workflows of which each reaches every other. `uses` holds, for each, those of them that its steps run."""

    uses: Mapping[str, Sequence[str]]

    def way(self, start: str, goal: str) -> tuple[str, ...] | None:
        """Return the shortest way from `start` to `goal`, both included; None when it is too long to be shown."""
        before: dict[str, str] = {start: start}
        frontier = [start]
        for _ in range(_LONGEST_SHOWN):
            if goal in before:
                break
            following = []
            for name in frontier:
                for target in self.uses[name]:
                    if target not in before:
                        before[target] = name
                        following.append(target)
            frontier = following
        if goal not in before:
            return None
        way = [goal]
        while way[-1] != start:
            way.append(before[way[-1]])
        return tuple(reversed(way))


def cycles(uses: Mapping[str, Sequence[str]]) -> dict[str, Cycle]:
    """Return the cycle of each Workflow that reaches itself.

    `uses` names for each Workflow those that its steps run; names that are no keys are passed over.
    """
    found: dict[str, Cycle] = {}
    for component in _components(uses):
        members = frozenset(component)
        inside = {name: [target for target in uses[name] if target in members] for name in component}
        if any(inside.values()):
            cycle = Cycle(inside)
            found.update(dict.fromkeys(component, cycle))
    return found


def _components(uses: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the strongly connected components (Tarjan 1972), without recursion."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in uses:
        if root in number:
            continue
        work = [(root, iter(uses[root]))]
        number[root] = lowest[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            target = next((t for t in targets if t in uses and (t not in number or t in on_stack)), None)
            if target is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == number[name]:
                    component = _unwind(stack, name)
                    on_stack.difference_update(component)
                    yield component
            elif target in number:
                lowest[name] = min(lowest[name], number[target])
            else:
                number[target] = lowest[target] = len(number)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(uses[target])))


def _unwind(stack: list[str], until: str) -> list[str]:
    start = len(stack) - 1
    while stack[start] != until:
        start -= 1
    component = stack[start:]
    del stack[start:]
    return component
