"""Misspelt words: a case of a `refSwitch`, a value of an enum where it is declared or compared."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import get_items
from koreo_analyzer.yaml.nodes import Scalar
from koreo_analyzer.yaml.resolve import value as scalar_value
from mutation_names import properties
from mutation_source import Mutation, NotCounted, Source
from mutation_values import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mutation_facts import Choice


class Words(Source):
    """Words of which only some are right."""

    def all(self) -> Iterator[Mutation | NotCounted]:
        """Return every misspelt word."""
        kind = "misspell a case of a refSwitch"
        choices: dict[tuple[Place, ...], list[Choice]] = defaultdict(list)
        for choice in self._facts.choices:
            choices[(choice.at, *(place for _, place in choice.words))].append(choice)
        for found in choices.values():
            for word, place in found[0].words:
                if place == found[0].at:
                    continue
                if self._text(place) != word:
                    continue
                closed = [one for one in found if one.value.words is not None and word in one.value.words]
                if not closed:
                    yield NotCounted(kind, "the value may be any text")
                    continue
                new = self._typo(
                    word, {other for other, _ in found[0].words} | (closed[0].value.words or frozenset())
                )
                yield self._renamed(kind, place, new, (p for one in closed for p in one.places))
        yield from self._compared()
        yield from self._enums()

    def _compared(self) -> Iterator[Mutation | NotCounted]:
        kind = "misspell an enum's value in a comparison"
        found: dict[Place, list[Choice]] = defaultdict(list)
        for comparison in self._facts.comparisons:
            found[comparison.words[0][1]].append(comparison)
        for place, comparisons in found.items():
            word = comparisons[0].words[0][0]
            closed = [one for one in comparisons if one.value.words is not None and word in one.value.words]
            if self._text(place) != word or not word:
                continue
            if not closed or len(closed) < len(comparisons):
                yield NotCounted(kind, "the value may be any text")
            else:
                new = self._typo(word, closed[0].value.words or ())
                yield self._renamed(kind, place, new, (p for one in closed for p in one.places))

    def _enums(self) -> Iterator[Mutation | NotCounted]:
        kind = "misspell a value of a CustomResourceDefinition's enum"
        choices = [*self._facts.choices, *self._facts.comparisons]
        for path, start, root in self._definitions():
            for key, schema in properties(root):
                for value in get_items(schema, "enum"):
                    if not isinstance(value, Scalar) or not isinstance(scalar_value(value), str):
                        continue
                    place = Place(path, value.span.shift(start))
                    owner = Place(path, key.span.shift(start))
                    using = [one for one in choices if owner in one.value.earlier | set(one.value.declared)]
                    using = [one for one in using if any(word == value.text for word, _ in one.words)]
                    if not using or self._text(place) != value.text:
                        yield NotCounted(kind, "nothing depends on the word")
                    else:
                        new = self._typo(value.text, {word for one in using for word, _ in one.words})
                        uses = [p for one in using for p in one.places]
                        yield self._renamed(kind, place, new, [owner, *uses])
