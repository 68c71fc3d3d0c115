"""Values as the reasoning about mutations knows them: kinds, fields, where they are named, which calls they came by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.types import (
    ANY,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    Simple,
    StringType,
    Type,
    members,
)

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot


class Place(NamedTuple):
    """A part of a file."""

    path: str
    span: Span


Trail = tuple[tuple[Place, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Value:
    """What is plainly known of a value.

    `kinds` are the types it can have, None for any; `closed`: it has no fields but these. `declared` are the keys
    that name it, `earlier` those that named it before it was handed on, `literal` is where it is written out.
    `trail`: the inputs of calls that it came through, the nearest first, each with the path from the input to this
    value. `anchor`: of all inputs of a call, where a missing one is reported.
    """

    kinds: frozenset[str] | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    closed: bool = False
    item: Value | None = None
    words: frozenset[str] | None = None
    declared: tuple[Place, ...] = ()
    earlier: frozenset[Place] = frozenset()
    literal: Place | None = None
    trail: Trail = ()
    anchor: Place | None = None

    def at(self, name: str) -> Value:
        """Return a field."""
        found = self.fields.get(name) or self.item or UNKNOWN
        return replace(found, trail=(*_deeper(self.trail, name), *found.trail))

    def items(self) -> Value:
        """Return the items of a list."""
        found = self.item or UNKNOWN
        return replace(found, trail=(*_deeper(self.trail, "[]"), *found.trail))

    def lacks(self, name: str) -> bool:
        """Whether the value certainly has no such field."""
        return self.closed and name not in self.fields

    def named(self, *keys: Place) -> Value:
        """Return the value under another name."""
        return replace(self, declared=keys, earlier=self.earlier.union(self.declared, keys))


UNKNOWN = Value()


def _deeper(trail: Trail, name: str) -> Trail:
    return tuple((place, (*names, name)) for place, names in trail)


def of_kind(kind: str) -> Value:
    return Value(frozenset({kind}))


def join(values: list[Value]) -> Value:
    """Return a value that is one of several: what all of them have in common."""
    if not values or any(value.kinds is None for value in values):
        return UNKNOWN
    if len(values) == 1:
        return values[0]
    kinds = frozenset().union(*(value.kinds or frozenset() for value in values))
    words = [value.words for value in values]
    names = dict.fromkeys(name for value in values for name in value.fields)
    return Value(
        kinds,
        {
            name: _join_field([value.fields[name] for value in values if name in value.fields])
            for name in names
        },
        all(value.closed for value in values),
        join([value.item for value in values if value.item]) if all(v.item for v in values) else None,
        frozenset().union(*(w for w in words if w is not None)) if None not in words else None,
        tuple(place for value in values for place in value.declared),
        frozenset().union(*(value.earlier for value in values)),
        trail=tuple(dict.fromkeys(step for value in values for step in value.trail)),
    )


def _join_field(found: list[Value]) -> Value:
    return replace(join(found), declared=tuple(place for value in found for place in value.declared))


class SchemaFields(Mapping[str, Value]):
    """The fields of an object of a schema, made when they are asked for (a schema may contain itself)."""

    def __init__(self, type_: ObjectType, snapshot: Snapshot) -> None:
        self._type = type_
        self._snapshot = snapshot

    def __getitem__(self, name: str) -> Value:
        known = self._type.properties[name]
        place = self._snapshot.place_of(known.origin) if known.origin is not None else None
        keys = (Place(place.path, place.span),) if place is not None else ()
        return replace(of_type(known.type, self._snapshot), declared=keys, earlier=frozenset(keys))

    def __iter__(self) -> Iterator[str]:
        return iter(self._type.properties)

    def __len__(self) -> int:
        return len(self._type.properties)


def kinds_of(type_: Type) -> frozenset[str] | None:
    """Return the kinds of value that a schema's type takes; None for any."""
    found: set[str] = set()
    for one in members(type_):
        match one:
            case AnyType() | NeverType():
                return None
            case StringType():
                found.add("string")
            case Simple(name="double"):
                found |= {"int", "double"}
            case Simple():
                found.add(one.name)
            case ListType():
                found.add("list")
            case MapType() | ObjectType():
                found.add("map")
            case _:
                return None
    return frozenset(found)


def of_type(type_: Type, snapshot: Snapshot) -> Value:
    """Return the value that a type from a schema describes."""
    kinds = kinds_of(type_)
    if kinds is None:
        return UNKNOWN
    parts = [one for one in members(type_) if isinstance(one, ObjectType | MapType | ListType)]
    value = Value(kinds, words=type_.literals if isinstance(type_, StringType) else None)
    if len(parts) != 1:
        return value
    match parts[0]:
        case ListType(item=item):
            return replace(value, item=of_type(item, snapshot))
        case MapType(value=item):
            return replace(value, item=of_type(item, snapshot))
        case ObjectType() as whole:
            return replace(value, fields=SchemaFields(whole, snapshot), closed=not whole.open)


def part_of(type_: Type, step: str | int) -> Type:
    """Return the type of a field or of the items; `ANY` if it is not plain."""
    parts = [one for one in members(type_) if isinstance(one, ObjectType | MapType | ListType)]
    match parts:
        case [ListType(item=item)] if isinstance(step, int):
            return item
        case [MapType(value=value)] if isinstance(step, str):
            return value
        case [ObjectType(properties=properties)] if isinstance(step, str) and step in properties:
            return properties[step].type
    return ANY


def kind_of(data: object) -> str:
    """Return CEL's name for the type of a plain scalar."""
    match data:
        case None:
            return "null_type"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "double"
        case _:
            return "string"
