"""Mistakes in what is handed on: literals of another type, inputs left out or swapped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import entries, find_entry, get, get_items, get_text
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style, resolve_alias
from mutation_source import Edit, Mutation, NotCounted, Source
from mutation_values import Place, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import Definition
    from mutation_facts import Demand, GivenInput


class Calls(Source):
    """Literals and inputs."""

    def all(self) -> Iterator[Mutation | NotCounted]:
        """Return every mistake in a literal or in the inputs of a call."""
        self._wanted: defaultdict[Place, list[Demand]] = defaultdict(list)
        for demand in self._facts.demands:
            if demand.value.literal is not None:
                self._wanted[demand.value.literal].append(demand)
        yield from self._literals()
        yield from self._inputs()

    def _literals(self) -> Iterator[Mutation | NotCounted]:
        for definition in self._documents():
            spec = definition.document.spec
            blocks = [("return", get(spec, "return")), ("locals", get(spec, "locals"))]
            if definition.document.kind == "FunctionTest":
                continue
            blocks += [("inputs", get(item, "inputs")) for item in get_items(spec, "overlays")]
            for step in get_items(spec, "steps"):
                blocks += [("inputs", get(step, "inputs")), ("a state", get(step, "state"))]
            for name, block in blocks:
                yield from self._block_literals(f"another type of a literal in {name}", definition, block)

    def _block_literals(
        self, kind: str, where: Definition, node: Node | None
    ) -> Iterator[Mutation | NotCounted]:
        changed = self._other_literal(where, node)
        if changed is not None:
            edit, new = changed
            wrong = [demand for demand in self._wanted[edit.place] if new not in demand.wanted]
            if wrong:
                places = {place for demand in wrong for place in demand.places}
                what = f"`{self._text(edit.place)}` becomes `{edit.text}`"
                yield Mutation(kind, what, (edit,), frozenset({edit.place, *places}))
            else:
                used = self._wanted[edit.place]
                yield NotCounted(
                    kind, "the uses take the other type, too" if used else "nothing needs its type"
                )
        for _, entry in entries(node):
            yield from self._block_literals(kind, where, resolve_alias(entry.value))
        for item in node.items if isinstance(node, Sequence) else ():
            yield from self._block_literals(kind, where, resolve_alias(item))

    def _inputs(self) -> Iterator[Mutation | NotCounted]:
        seen: set[Place] = set()
        runs: dict[Place, list[dict[str, GivenInput]]] = defaultdict(list)
        for where, given in self._facts.calls:
            first = next(iter(given.values())).key
            runs[first].append(given)
            if first in seen:
                continue
            seen.add(first)
            node = self._inputs_node(where, first)
            for index, name in enumerate(given):
                if node is not None and index < len(node.entries):
                    yield self._dropped_input(where, node, index, name, given[name])
        for found in runs.values():
            names = list(found[0])
            for position, one in enumerate(names):
                for other in names[position + 1 :]:
                    swap = self._swapped([(given[one], given[other]) for given in found])
                    if swap is not None:
                        yield swap

    def _inputs_node(self, where: Definition, first: Place) -> Mapping | None:
        spec = where.document.spec
        for holder in (*get_items(spec, "steps"), *get_items(spec, "overlays")):
            node = get(holder, "inputs")
            if (
                isinstance(node, Mapping)
                and node.entries
                and self._place(where, node.entries[0].key) == first
            ):
                return node
        return None

    def _dropped_input(
        self, where: Definition, node: Mapping, index: int, name: str, given: GivenInput
    ) -> Mutation | NotCounted:
        kind = "drop an input of a call"
        call = next((one for one in _calls(where) if one[0] is node), None)
        if call is None:
            return NotCounted(kind, "the call could not be read")
        targets, anchors = call[1], call[2]
        if name == call[3]:
            return NotCounted(kind, "`forEach` gives it, too")
        wrong = []
        for target in targets:
            signature = self._snapshot.signature(*target)
            if signature is not None and dict(signature.inputs).get(name):
                wrong.append(target)
        if not wrong:
            return NotCounted(kind, "nothing that is called needs it")
        edit = self._removal(where, node, index)
        uses = [
            use.token
            for use in self._facts.uses
            if use.is_input and use.name == name and any(place == given.entry for place, _ in use.found.trail)
        ]
        around = [Place(where.path, span.shift(where.start)) for span in anchors]
        return Mutation(kind, f"without `{name}`", (edit,), frozenset({edit.place, *around, *uses}))

    def _swapped(self, runs: list[tuple[GivenInput, GivenInput]]) -> Mutation | NotCounted | None:
        kind = "swap two inputs of a call"
        one, other = runs[0]
        nodes = (one.node, other.node)
        if any(not isinstance(node, Scalar) or node.style in (Style.LITERAL, Style.FOLDED) for node in nodes):
            return None
        if self._value_text(one) == self._value_text(other):
            return None
        places: set[Place] = set()
        for left, right in runs:
            places |= self._misfits(left.entry, right.value)
            places |= self._misfits(right.entry, left.value)
        if not places:
            return NotCounted(kind, "nothing shows that their types differ")
        edits = tuple(
            Edit(self._value_place(given), self._value_text(by)) for given, by in ((one, other), (other, one))
        )
        what = f"`{self._value_text(one)}` and `{self._value_text(other)}` change places"
        outer = {place for pair in runs for given in pair for place, _ in given.value.trail}
        return Mutation(kind, what, edits, frozenset({one.entry, other.entry, *places}), frozenset(outer))

    def _misfits(self, entry: Place, value: Value) -> set[Place]:
        """Return where another value of an input does not do."""
        found: set[Place] = set()
        for demand in self._facts.demands:
            for names in (names for place, names in demand.value.trail if place == entry):
                inner = _at(value, names)
                if inner is not None and inner.kinds is not None and inner.kinds.isdisjoint(demand.wanted):
                    found |= {demand.at}
        for use in self._facts.uses:
            for names in (names for place, names in use.owner.trail if place == entry):
                inner = _at(value, names)
                if inner is not None and inner.lacks(use.name) and not use.asked:
                    found |= {use.token}
        return found

    def _value_place(self, given: GivenInput) -> Place:
        end = given.entry.span.end
        return Place(given.entry.path, Span(end - (given.node.end - given.node.start), end))

    def _value_text(self, given: GivenInput) -> str:
        return self._text(self._value_place(given))


def _calls(where: Definition) -> Iterator[tuple[Node, list[tuple[str, str]], list[Span], str | None]]:
    """Yield the inputs of each call, what it runs, where a missing input is reported, and the one of `forEach`."""
    spec = where.document.spec
    for holder in (*get_items(spec, "steps"), *get_items(spec, "overlays")):
        node = get(holder, "inputs")
        entry = find_entry(holder, "inputs")
        references = [get(holder, "ref"), get(holder, "overlayRef"), *get_items(holder, "refSwitch", "cases")]
        found = [one for one in references if one is not None]
        names = [(get_text(one, "kind") or "", get_text(one, "name") or "") for one in found]
        spans = [at.span for one in found if (at := get(one, "name")) is not None]
        if node is not None and entry is not None:
            yield node, names, [entry.key.span, *spans], get_text(holder, "forEach", "inputKey")


def _at(value: Value, names: tuple[str, ...]) -> Value | None:
    """Return what is inside of a value; None where nothing certain is known."""
    for name in names:
        if name == "[]":
            if value.item is None:
                return None
            value = value.item
        elif name in value.fields:
            value = value.fields[name]
        else:
            return None
    return value
