"""Renamed fields: in a CustomResourceDefinition, in an expression, in a return, a state or the inputs of a call."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import entries, find_entry, get, get_items
from koreo_analyzer.yaml.nodes import Node, resolve_alias
from mutation_source import NAME, Mutation, NotCounted, Source
from mutation_values import Place

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from koreo_analyzer.workspace import Definition, Snapshot
    from mutation_facts import Facts, Fit, Use

_IDENTITY = frozenset({"apiVersion", "kind", "metadata"})


class Names(Source):
    """Fields under another name."""

    def __init__(self, snapshot: Snapshot, facts: Facts, chance: random.Random) -> None:
        super().__init__(snapshot, facts, chance)
        self._readers: defaultdict[Place, list[Use]] = defaultdict(list)
        for use in facts.uses:
            for key in use.found.declared:
                self._readers[key].append(use)
        self._fits: defaultdict[Place, list[Fit]] = defaultdict(list)
        for fit in facts.fits:
            for key in fit.value.declared:
                self._fits[key].append(fit)

    def all(self) -> Iterator[Mutation | NotCounted]:
        """Return every renaming."""
        yield from self._members()
        yield from self._schema_fields()
        yield from self._keys()

    def _members(self) -> Iterator[Mutation | NotCounted]:
        kind = "rename a member of an expression"
        found: dict[Place, list[Use]] = defaultdict(list)
        for use in self._facts.uses:
            found[use.token].append(use)
        for token, uses in found.items():
            name = uses[0].name
            if self._text(token) != name or not NAME.fullmatch(name):
                continue  # a name with dots or escapes in quotes
            new = self._typo(name, {key for use in uses for key in use.owner.fields})
            wrong = [use for use in uses if use.owner.lacks(new)]
            if not wrong:
                known = any(use.owner.kinds == frozenset({"map"}) for use in uses)
                yield NotCounted(kind, "any field may be there" if known else "the owner's type is not known")
            elif all(use.asked and use.is_input for use in wrong):
                yield NotCounted(kind, "an input that is only asked for need not be given")
            else:
                outer = (place for use in wrong for place in use.places)
                yield self._renamed(kind, token, new, (p for use in wrong for p in use.near), outer)

    def _schema_fields(self) -> Iterator[Mutation | NotCounted]:
        kind = "rename a field of a CustomResourceDefinition"
        for path, start, root in self._definitions():
            for key, _ in properties(root):
                place = Place(path, key.span.shift(start))
                if self._text(place) in _IDENTITY:
                    continue  # every object has them, whatever its schema says
                yield self._declared(kind, place, "nothing reads the field")

    def _keys(self) -> Iterator[Mutation | NotCounted]:
        for definition in self._documents():
            spec = definition.document.spec
            if definition.document.kind in ("ValueFunction", "ResourceFunction"):
                yield from self._block("rename a key of a return", definition, get(spec, "return"))
                for item in get_items(spec, "overlays"):
                    yield from self._block("rename an input", definition, get(item, "inputs"))
            for step in get_items(spec, "steps") if definition.document.kind == "Workflow" else ():
                yield from self._block("rename a key of a state", definition, get(step, "state"))
                yield from self._block("rename an input", definition, get(step, "inputs"))

    def _block(self, kind: str, where: Definition, node: Node | None) -> Iterator[Mutation | NotCounted]:
        for key, entry in entries(node):
            place = self._place(where, entry.key)
            if self._text(place) == key and NAME.fullmatch(key):
                if place in self._facts.overwritten:
                    yield NotCounted(kind, "another step writes the key, too")
                else:
                    yield self._declared(kind, place, "nothing reads the key")
            yield from self._block(kind, where, resolve_alias(entry.value))

    def _declared(self, kind: str, key: Place, otherwise: str) -> Mutation | NotCounted:
        """Return the mutation that gives a declared field another name, if somebody reads the field."""
        uses, fits = self._readers[key], self._fits[key]
        if not uses and not fits:
            return NotCounted(kind, otherwise)
        taken = {known for use in uses for known in use.owner.fields}
        new = self._typo(self._text(key), taken | {known for fit in fits for known in fit.owner.properties})
        if uses and not fits and all(not use.owner.closed for use in uses):
            return NotCounted(kind, "the owner may have other fields")
        places = [*(place for use in uses for place in use.places), *(p for fit in fits for p in fit.places)]
        return self._renamed(kind, key, new, places)


def properties(root: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the names of all fields in the schemas of a definition, with their schemas."""
    for version in get_items(root, "spec", "versions"):
        yield from _below(get(version, "schema", "openAPIV3Schema"))


def _below(schema: Node | None) -> Iterator[tuple[Node, Node]]:
    for _, entry in entries(get(schema, "properties")):
        value = resolve_alias(entry.value)
        yield entry.key, value
        yield from _below(value)
    for key in ("items", "additionalProperties"):
        inner = find_entry(schema, key)
        if inner is not None:
            yield from _below(resolve_alias(inner.value))
