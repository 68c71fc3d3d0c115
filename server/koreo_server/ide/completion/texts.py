"""Completion of texts in quotes: keys, values that are listed, names of documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.language.kinds import RESOURCE_TEMPLATE
from koreo_analyzer.types import STRING
from koreo_analyzer.yaml.nodes import Style

from koreo_server.ide.completion.half_typed import words_of
from koreo_server.ide.completion.items import Item, ItemKind, about, typed_detail
from koreo_server.ide.completion.known import asked_words, chain_names, compared_already
from koreo_server.ide.completion.place import FIRST, FITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.types import Property

    from koreo_server.ide.completion.place import Place

_TEXTS = frozenset({ItemKind.FIELD, ItemKind.ENUM, ItemKind.REFERENCE})
"""What may be written as a text in quotes."""
_BARRED_IN_CEL = ('"', "\\")
_BARRED = {
    Style.SINGLE: ("'", '"', "\\"),
    Style.DOUBLE: ("'", '"', "\\"),
    Style.PLAIN: (*_BARRED_IN_CEL, ": ", " #"),
}
"""What such a text must not hold, as CEL or the scalar around would read it as something else."""
_SIMPLE_TEXT = re.compile(r"[\w./-]*")
_TEMPLATE_NAME = ("spec", "resourceTemplateRef", "name")


def can_hold(place: Place, item: Item) -> bool:
    """Whether a text in quotes of CEL, as it is written here, is read as it is by both CEL and YAML."""
    text = item.label
    if item.kind not in _TEXTS or _SIMPLE_TEXT.fullmatch(text) is not None:
        return True
    barred = _BARRED.get(place.expression.scalar.style, _BARRED_IN_CEL)
    return text.isprintable() and not any(one in text for one in barred)


def texts(place: Place) -> Iterator[Item]:
    """Yield the texts, keys included, that can stand here; in quotes, or with quotes of their own."""
    gap = place.typed.gap
    operand = gap.operand
    if operand is not None:
        fields = place.fields(operand)
        for name, field in fields.items():
            yield _text(place, name, ItemKind.FIELD, FIRST if field.required else FITS, field)
        return
    compared = place.typed.compared
    found = words_of(place.typed.wanted)
    for word in found:
        if word not in place.typed.listed:
            yield _text(place, word, ItemKind.ENUM, FIRST)
    if compared is None and place.typed.wanted == STRING and place.expression.path == _TEMPLATE_NAME:
        for name in place.snapshot.names(RESOURCE_TEMPLATE):
            yield _text(place, name, ItemKind.REFERENCE, FIRST)
    if compared is not None and not found:
        names = chain_names(compared)
        if names is not None and len(names) > 1:
            done = compared_already(gap.way, names) | place.typed.listed
            for word in asked_words(place.snapshot, place.definition, names):
                if word not in done:
                    yield _text(place, word, ItemKind.ENUM, FIRST)


def _text(place: Place, word: str, kind: ItemKind, rank: int, field: Property | None = None) -> Item:
    gap, style = place.typed.gap, place.expression.scalar.style
    quote = gap.quote or ("'" if style is Style.DOUBLE else '"')
    closing = ""
    if not gap.closed:
        closing = quote
        if style is Style.DOUBLE and quote == '"':
            closing = '\\"'
        elif style is Style.SINGLE and quote == "'":
            closing = "''"
    insert = f"{word}{closing}" if gap.quote else f"{quote}{word}{quote}"
    if gap.quote and not gap.closed and gap.operand is not None and not place.after.startswith("]"):
        insert += "]"
    return Item(
        word,
        kind,
        place.span,
        insert,
        rank,
        detail=typed_detail(field.type, optional=not field.required) if field else None,
        doc=about(field) if field else None,
    )
