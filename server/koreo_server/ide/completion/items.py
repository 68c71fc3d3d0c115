"""What can be offered, and in which order."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.types import show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Property, Type

MOST = 200
"""More is not read by anybody; with more letters others come."""


class ItemKind(enum.Enum):
    """What an item is: the icon beside it."""

    KEY = "key"
    FIELD = "field"
    INPUT = "input"
    ENUM = "enum"
    VALUE = "value"
    REFERENCE = "reference"
    RESOURCE = "resource"
    VARIABLE = "variable"
    FUNCTION = "function"
    MACRO = "macro"
    OPERATOR = "operator"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can stand at `span` of the file.

    `insert` is what is written; `snippet` the same with places to fill in (LSP snippet syntax), for those who can take
    it. Lines after the first are indented relative to the line of the cursor. `rank` sorts, smaller first, among those
    that fit what is typed equally well, then `order`, then the label. `doc` is Markdown; a reference has the kind and
    name that it leads to instead. `again`: after it more can be asked for at once.
    """

    label: str
    kind: ItemKind
    span: Span
    insert: str
    rank: int = 5
    snippet: str | None = None
    detail: str | None = None
    doc: str | None = None
    again: bool = False
    order: int = 0
    reference: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Completions:
    """Items, the best first; not `complete` if more letters may bring others. `indent` is that of the cursor's line."""

    items: tuple[Item, ...] = ()
    complete: bool = True
    indent: str = ""


def ranked(items: Iterable[Item], typed: str, indent: str = "") -> Completions:
    """Return those items that fit what is typed, the best first, each label once; none without a label."""
    found: dict[tuple[str, str], tuple[tuple[int, int, int, int, str], Item]] = {}
    for item in items:
        fit = fitness(item.label, typed) if item.label else None
        if fit is not None:
            key = (item.label, item.insert)
            order = (fit, item.rank, item.order, len(item.label) if typed else 0, item.label)
            if key not in found or order < found[key][0]:
                found[key] = (order, item)
    ordered = [item for _, item in sorted(found.values(), key=lambda pair: pair[0])]
    return Completions(tuple(ordered[:MOST]), len(ordered) <= MOST, indent)


_WORD_STARTS = re.compile(r"(?:^|(?<=[^A-Za-z0-9]))[A-Za-z0-9]|(?<=[a-z0-9])[A-Z]")


def fitness(label: str, typed: str) -> int | None:
    """Tell how well a label fits what is typed, 0 the best; None if it does not.

    It fits as a beginning, as the beginning of a word in it, by the first letters of its words, or letter by letter
    from the beginning of a word on.
    """
    if not typed or label.startswith(typed):
        return 0
    lower, wanted = label.lower(), typed.lower()
    if lower.startswith(wanted):
        return 1
    starts = [match.start() for match in _WORD_STARTS.finditer(label)]
    if any(lower.startswith(wanted, start) for start in starts):
        return 2
    if "".join(lower[start] for start in starts).startswith(wanted):
        return 3
    return (
        4
        if any(_has_letters(lower[start:], wanted) for start in starts if lower[start] == wanted[0])
        else None
    )


def _has_letters(text: str, wanted: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in wanted)


def escaped(text: str) -> str:
    """Return a text as it is written in a snippet."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def about(property_: Property) -> str | None:
    """Return the documentation of a field with where it was declared."""
    parts = [property_.doc] if property_.doc else []
    if property_.origin is not None:
        parts.append(f"*{property_.origin.owner}*")
    return "\n\n".join(parts) or None


def typed_detail(type_: Type, *, optional: bool = False) -> str:
    """Return a type for the line of an item."""
    text = show(type_, 1)
    return f"{text}, optional" if optional else text
