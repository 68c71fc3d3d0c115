"""From a tree and the data that its document shall hold to the edits of its text.

Tree and data are walked together. What is equal is not touched; a changed value is replaced where it stands; keys
and items come and go as whole lines, or between commas. The walk goes in the order of the text, so that an alias is
met after the value that it repeats: if that has changed otherwise, the alias becomes a copy.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.edit.align import align
from koreo_analyzer.edit.block import BlockParts
from koreo_analyzer.edit.flow import FlowParts
from koreo_analyzer.edit.join import joined
from koreo_analyzer.edit.layout import layout_of, siblings_of
from koreo_analyzer.edit.lines import Lines
from koreo_analyzer.edit.merges import Merging
from koreo_analyzer.edit.parts import is_bracketed, parts_of, root_slot
from koreo_analyzer.edit.render import Renderer
from koreo_analyzer.edit.repeats import Repeats
from koreo_analyzer.edit.replace import Place, Replacing, Where
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, children
from koreo_analyzer.yaml.resolve import is_merge, value

if TYPE_CHECKING:
    from koreo_analyzer.edit.data import Identities
    from koreo_analyzer.edit.parts import Part
    from koreo_analyzer.problems import Edit
    from koreo_analyzer.yaml.resolve import Value

_KEEPING = re.compile(r"[|>][1-9]?\+")


def rewrite(
    text: str, root: Node, old: Value, new: Value, identities: Identities, anew: Node | None
) -> tuple[Edit, ...] | None:
    """Return the edits that make a document hold `new`; `old` is what it holds.

    The value of `anew` is written anew as a whole. None if they contradict each other; raises RefusedError.
    """
    rewriter = _Rewriter(text, root, identities, anew)
    rewriter.walk(root, old, new, Place(Where.ROOT, root_slot(text, root), 0))
    return joined(rewriter.lines, root, rewriter.edits)


class _Rewriter:
    """One walk, and the edits that it makes."""

    __slots__ = (
        "anew",
        "edits",
        "identities",
        "keeps",
        "lines",
        "merging",
        "renderer",
        "repeats",
        "replacing",
    )

    def __init__(self, text: str, root: Node, identities: Identities, anew: Node | None) -> None:
        self.lines = Lines(text)
        self.identities = identities
        self.anew = anew
        self.edits: list[Edit] = []
        self.renderer = Renderer(layout_of(self.lines, root), blocks=True)
        self.replacing = Replacing(self.lines, self.renderer, self.edits)
        self.repeats = Repeats(root, identities)
        self.merging = Merging(self.lines, identities, self.repeats)
        self.keeps = _KEEPING.search(text) is not None

    def walk(self, node: Node, old: Value, new: Value, place: Place) -> None:
        """Make a value hold `new`."""
        identity = self.identities.of(new)
        self.repeats.will_hold(node, identity)
        if not self.repeats.any and node is not self.anew and identity == self.identities.of(old):
            return
        if isinstance(node, Alias):
            if self.repeats.identity(node.target) != identity:
                self.replacing.replace(node, new, place)
        elif isinstance(node, Scalar):
            if self.identities.of(value(node)) != identity:
                self.replacing.replace(node, new, place)
        elif node is self.anew:
            self._replace(node, new, place)
        elif isinstance(node, Mapping) and isinstance(old, dict) and isinstance(new, dict):
            self._mapping(node, old, new, place)
        elif isinstance(node, Sequence) and isinstance(old, list) and isinstance(new, list):
            self._sequence(node, old, new, place)
        else:
            self._replace(node, new, place)

    def _replace(self, node: Node, new: Value, place: Place) -> None:
        for part in children(node):
            self.repeats.forget(part)
        self.replacing.replace(node, new, place)

    def _mapping(self, node: Mapping, old: dict[str, Value], new: dict[str, Value], place: Place) -> None:
        parts = parts_of(self.lines, node)
        kept, deciding, added = self.merging.plan(node, parts, old, new)
        is_single = node.flow and not is_bracketed(self.lines, node)  # the mapping of `[a: 1]`
        if _changes_all(parts, kept, added) or (is_single and (added or len(kept) < len(parts))):
            self._replace(node, new, place)
            return
        below = self._below(node, parts, place)
        merges = any(is_merge(entry.key) for entry in node.entries)
        for index, part in enumerate(parts):
            inside = below._replace(slot=part.slot)
            if index not in kept:
                self.repeats.forget(part.key)
                self.repeats.forget(part.node)
            elif index in deciding:
                name = deciding[index]
                held = self.repeats.plain(part.node) if merges else old.get(name)
                self.walk(part.node, held, new[name], inside)
            elif self.repeats.any and part.key is not None and not is_merge(part.key):
                # It decides nothing, as a duplicate, but an alias in it may have lost what it repeats.
                held = self.repeats.plain(part.node)
                self.walk(part.node, held, held, inside)
        come = _placed(added, new, deciding, behind_all=max(kept, default=-1) if merges else None)
        self._come_and_go(node, parts, kept, come, below, place)

    def _sequence(self, node: Sequence, old: list[Value], new: list[Value], place: Place) -> None:
        parts = parts_of(self.lines, node)
        of = self.identities.of
        pairs = align([of(item) for item in old], [of(item) for item in new], old, new)
        kept = {i for i, j in pairs if i is not None and j is not None}
        if _changes_all(parts, kept, new):
            self._replace(node, new, place)
            return
        below = self._below(node, parts, place)
        added: list[tuple[int, str | None, Value]] = []
        last = -1
        for i, j in pairs:
            if i is None and j is not None:
                added.append((last, None, new[j]))
            elif i is not None and j is None:
                self.repeats.forget(parts[i].node)
            elif i is not None and j is not None:
                last = i
                self.walk(parts[i].node, old[i], new[j], below._replace(slot=parts[i].slot))
        self._come_and_go(node, parts, kept, added, below, place)

    def _below(self, node: Mapping | Sequence, parts: list[Part], place: Place) -> Place:
        """Return the place of the parts of a collection, their slot left open."""
        if node.flow or place.where is Where.FLOW:
            return Place(Where.FLOW, 0, place.column)
        column = self.lines.column(parts[0].begin) if parts else place.column
        return Place(Where.ENTRY if isinstance(node, Mapping) else Where.ITEM, 0, column)

    def _come_and_go(
        self,
        node: Mapping | Sequence,
        parts: list[Part],
        kept: set[int],
        added: list[tuple[int, str | None, Value]],
        below: Place,
        place: Place,
    ) -> None:
        """Cut out the parts that are not kept, and put new ones behind the part of a given position."""
        if len(kept) == len(parts) and not added:
            return
        siblings = siblings_of([parts[index] for index in sorted(kept)])
        if below.where is Where.FLOW:
            flow = FlowParts(self.lines, self.renderer, self.edits, parts)
            flow.remove(kept, adds=bool(added) and added[-1][0] == max(kept))
            flow.add(added, siblings, end=node.end)
            return
        floor = place.slot if place.where is not Where.ROOT else 0
        block = BlockParts(
            self.lines, self.renderer, self.edits, parts, below.column, floor, swallow=self.keeps
        )
        block.remove(kept)
        block.add(added, siblings)


def _placed(
    added: list[tuple[str, Value]], new: dict[str, Value], deciding: dict[int, str], *, behind_all: int | None
) -> list[tuple[int, str | None, Value]]:
    """Return new keys with the position behind which each comes: that of the key before it in the data.

    With merge keys they come `behind_all`, since those override what stands above them.
    """
    if behind_all is not None:
        return [(behind_all, name, item) for name, item in added]
    positions = {name: index for index, name in deciding.items()}
    is_new = {name for name, _ in added}
    found: list[tuple[int, str | None, Value]] = []
    last = -1
    for name, item in new.items() if added else ():
        if name in is_new:
            found.append((last, name, item))
        else:
            last = max(last, positions.get(name, -1))
    return found


def _changes_all(parts: list[Part], kept: set[int], added: object) -> bool:
    """Whether nothing of a collection stays, or an empty one gets its first part."""
    return not kept if parts else bool(added)
