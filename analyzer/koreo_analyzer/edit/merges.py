"""Which keys of a mapping stay, with merge keys (`<<`) that bring keys from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.yaml.resolve import is_merge, key_text, merge_sources

if TYPE_CHECKING:
    from koreo_analyzer.edit.data import Identities
    from koreo_analyzer.edit.lines import Lines
    from koreo_analyzer.edit.parts import Part
    from koreo_analyzer.edit.repeats import Repeats
    from koreo_analyzer.yaml.nodes import Mapping
    from koreo_analyzer.yaml.resolve import Value


class Plan(NamedTuple):
    """What becomes of the entries of a mapping, by their positions.

    `kept` are those that stay; `deciding` are those of them whose value counts, with their key; `added` are the new
    keys.
    """

    kept: set[int]
    deciding: dict[int, str]
    added: list[tuple[str, Value]]


class Merging:
    """Plans for mappings of one document."""

    __slots__ = ("identities", "lines", "repeats")

    def __init__(self, lines: Lines, identities: Identities, repeats: Repeats) -> None:
        self.lines = lines
        self.identities = identities
        self.repeats = repeats

    def plan(self, node: Mapping, parts: list[Part], old: dict[str, Value], new: dict[str, Value]) -> Plan:
        """Return what becomes of the entries so that the mapping can hold `new`."""
        names = [None if is_merge(entry.key) else key_text(entry.key) for entry in node.entries]
        bare = {
            index
            for index, name in enumerate(names)
            if name is not None and self._is_bare(parts[index]) and new.get(name) is not None
        }
        own = {name: index for index, name in enumerate(names) if name is not None and index not in bare}
        kept = {index for index, name in enumerate(names) if name is None or name in new} - bare
        merges = {index for index, entry in enumerate(node.entries) if is_merge(entry.key)}
        merged = self._merged(node) if merges else {}
        if merges and self._must_go(node, merged, old, new):
            merged = {}
            kept -= merges
        added = [
            (name, data)
            for name, data in new.items()
            if name not in own and not (name in merged and self._same(merged[name], data))
        ]
        return Plan(kept, {index: name for name, index in own.items() if index in kept}, added)

    def _is_bare(self, part: Part) -> bool:
        """Whether a key has no colon (`{a, b}`, `? a`): it goes, and comes again with its value."""
        return self.lines.text[part.slot - 1] != ":"

    def _merged(self, node: Mapping) -> dict[str, Value]:
        """Return what the merge keys of a mapping bring."""
        merged: dict[str, Value] = {}
        for entry in node.entries:
            if is_merge(entry.key):
                for source in merge_sources(entry.value):
                    data = self.repeats.plain(source)
                    merged.update(data if isinstance(data, dict) else {})
        return merged

    def _must_go(
        self, node: Mapping, merged: dict[str, Value], old: dict[str, Value], new: dict[str, Value]
    ) -> bool:
        """Whether merge keys have to go: they bring what is unwanted, or no longer what they did."""
        if any(name not in new for name in merged):
            return True
        if any(is_merge(entry.key) and self.repeats.is_stale(entry.value) for entry in node.entries):
            return True
        # A merge key overrides what stands above it, so such a key can only change if the merge key goes.
        above: set[str] = set()
        for entry in node.entries:
            if is_merge(entry.key):
                changed = [
                    name for name in above & merged.keys() if not self._same(old.get(name), new.get(name))
                ]
                if changed:
                    return True
            elif (name := key_text(entry.key)) is not None:
                above.add(name)
        return False

    def _same(self, one: Value, other: Value) -> bool:
        return self.identities.of(one) == self.identities.of(other)
