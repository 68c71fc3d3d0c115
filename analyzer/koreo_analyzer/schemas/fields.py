"""The fields of a type as a list, outermost first: what a person or a program reads to learn a kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import (
    ITEM,
    VALUE,
    ListType,
    MapType,
    ObjectType,
    Property,
    Type,
    members,
    show,
    show_limits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYTHING: Final = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. `path` has `[]` for items and `{}` for values; `repeats`: it contains itself."""

    path: tuple[str, ...]
    schema: Property
    repeats: bool = False

    @property
    def type_text(self) -> str:
        """The type in a few words: `string`, `list of object`, `"Retain" | "Delete"`."""
        return type_text(self.schema.type)

    @property
    def limits_text(self) -> list[str]:
        """What is asked beyond the type, each in a few words; also of the items or values."""
        found = show_limits(self.schema.limits)
        for one in members(self.schema.type):
            if isinstance(one, ListType | MapType):
                found += [f"each {text}" for text in show_limits(one.each)]
        return found


def type_text(type_: Type) -> str:
    """Return a type in a few words; the fields of objects come in lines of their own."""
    return " | ".join(sorted(map(_one, members(type_))))


def _one(type_: Type) -> str:
    match type_:
        case ObjectType():
            return "object"
        case ListType():
            return f"list({type_text(type_.item)})"
        case MapType():
            return f"map({show(type_.key)}, {type_text(type_.value)})"
        case _:
            return show(type_)


def fields(type_: Type, depth: int = EVERYTHING) -> Iterator[Field]:
    """Yield the fields of a type, each before those inside it, down to `depth` levels; the type need not be finite."""
    return _inside(type_, (), depth, ())


def _inside(type_: Type, path: tuple[str, ...], depth: int, around: tuple[int, ...]) -> Iterator[Field]:
    if depth <= 0:
        return
    for one in members(type_):
        match one:
            case ListType():
                yield from _inside(one.item, (*path, ITEM), depth, around)
            case MapType():
                yield from _inside(one.value, (*path, VALUE), depth, around)
            case ObjectType():
                inner = (*around, id(one.properties))
                for name, part in one.properties.items():
                    repeats = not inner_objects(part.type).isdisjoint(inner)
                    yield Field((*path, name), part, repeats)
                    if not repeats:
                        yield from _inside(part.type, (*path, name), depth - 1, inner)
            case _:
                continue


def inner_objects(type_: Type) -> frozenset[int]:
    """Return the identities of the objects that a value of a type is made of, through lists and maps."""
    found: set[int] = set()
    for one in members(type_):
        match one:
            case ListType():
                found |= inner_objects(one.item)
            case MapType():
                found |= inner_objects(one.value)
            case ObjectType():
                found.add(id(one.properties))
            case _:
                continue
    return frozenset(found)
