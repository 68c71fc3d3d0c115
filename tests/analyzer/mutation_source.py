"""Mistakes, and what it takes to make them: places, texts, typing errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.resolve import value as scalar_value
from mutation_values import Place, kind_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.workspace import Definition, Snapshot
    from mutation_facts import Facts

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WRITTEN = {"string": "seven", "int": "7", "bool": "true"}


@dataclass(frozen=True)
class Edit:
    """Replace the text of a place."""

    place: Place
    text: str


@dataclass(frozen=True)
class Mutation:
    """One mistake. `places` are the spoilt tokens and their direct uses, in the text before the edits."""

    kind: str
    what: str
    edits: tuple[Edit, ...]
    places: frozenset[Place]
    outer: frozenset[Place] = frozenset()
    """Calls further out, through which the type came."""

    @property
    def path(self) -> str:
        return self.edits[0].place.path

    def applied(self, text: str) -> str:
        """Return the text of the file with the mistake."""
        for edit in sorted(self.edits, key=lambda edit: edit.place.span, reverse=True):
            start, end = edit.place.span
            text = text[:start] + edit.text + text[end:]
        return text

    def moved(self, place: Place) -> Place:
        """Return where a place is after the edits; an edited one is the new text."""
        if place.path != self.path:
            return place
        start, end = place.span
        return Place(
            place.path, Span(self._moved(start, is_end=False), max(self._moved(end, is_end=True), 0))
        )

    def _moved(self, offset: int, *, is_end: bool) -> int:
        by = 0
        for edit in self.edits:
            start, end = edit.place.span
            if offset >= end and (is_end or offset > start or start == end):
                by += len(edit.text) - (end - start)
            elif start < offset < end:
                return start + by + (len(edit.text) if is_end else 0)
        return offset + by


@dataclass(frozen=True)
class NotCounted:
    """A mutation that leaves, or may leave, the workspace right."""

    kind: str
    reason: str


class Source:
    """A workspace, the facts about it and chance; families of mistakes extend it."""

    def __init__(self, snapshot: Snapshot, facts: Facts, chance: random.Random) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._chance = chance

    def _renamed(
        self, kind: str, token: Place, new: str, places: Iterable[Place], outer: Iterable[Place] = ()
    ) -> Mutation:
        what = f"`{self._text(token)}` becomes `{new}`"
        return Mutation(kind, what, (Edit(token, new),), frozenset({token, *places}), frozenset(outer))

    def _other_literal(self, where: Definition, node: Node | None) -> tuple[Edit, str] | None:
        """Return the edit that gives a literal another type, and that type."""
        if node is None:
            return None
        place = self._place(where, node)
        if isinstance(node, Sequence):
            if not node.flow or not node.items or not isinstance(node.items[0], Scalar):
                return None
            return Edit(place, self._text(self._place(where, node.items[0]))), kind_of(
                scalar_value(node.items[0])
            )
        if (
            not isinstance(node, Scalar)
            or node.style in (Style.LITERAL, Style.FOLDED)
            or not self._text(place)
        ):
            return None
        if node.text.startswith("="):
            return None
        kind = kind_of(scalar_value(node))
        if kind not in ("string", "int", "bool"):
            return None
        new = self._chance.choice([other for other in ("string", "int", "bool", "list") if other != kind])
        text = f"[{self._text(place)}]" if new == "list" else _WRITTEN[new]
        return Edit(place, text), new

    def _removal(self, where: Definition, node: Mapping, index: int) -> Edit:
        """Return the edit that takes an entry out of a mapping."""
        entry = node.entries[index]
        path = where.path
        if index + 1 < len(node.entries):
            return Edit(
                Place(path, Span(entry.key.start, node.entries[index + 1].key.start).shift(where.start)), ""
            )
        if index:
            before = node.entries[index - 1].span.end
            return Edit(Place(path, Span(before, entry.span.end).shift(where.start)), "")
        return Edit(Place(path, entry.span.shift(where.start)), "" if node.flow else "{}")

    def _typo(self, name: str, taken: Iterable[str]) -> str:
        """Return a name that somebody may type instead: a letter lost, doubled, changed, or two of them swapped."""
        known = {name, *taken}
        while True:
            at = self._chance.randrange(len(name))
            match self._chance.randrange(4):
                case 0 if len(name) > 2:
                    new = name[:at] + name[at + 1 :]
                case 1:
                    new = name[:at] + name[at] + name[at:]
                case 2 if at:
                    new = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
                case _:
                    new = name[:at] + self._chance.choice(_LETTERS) + name[at + 1 :]
            if new not in known and (NAME.fullmatch(new) or not NAME.fullmatch(name)):
                return new

    def _documents(self) -> Iterator[Definition]:
        for path in self._snapshot.paths():
            yield from self._snapshot.documents(path)

    def _definitions(self) -> Iterator[tuple[str, int, Node]]:
        """Yield path, offset and root of the CustomResourceDefinitions."""
        for path in self._snapshot.paths():
            file = self._snapshot.file(path)
            for start, document in file.documents if file is not None else ():
                if document.crd is not None and document.tree.root is not None:
                    yield path, start, document.tree.root

    def _place(self, where: Definition, node: Node) -> Place:
        return Place(where.path, node.span.shift(where.start))

    def _text(self, place: Place) -> str:
        start, end = place.span
        return self._snapshot.text(place.path)[start:end]
