"""What is asked of a value by all that is done with it, collected before any type of it is known.

A `Demand` goes from a use to where the value comes from: `inputs.size + 1` asks of `inputs` a field `size`, and of
that an int. So it is the mirror image of a type, and `demanded_type` turns it into one. What nothing is asked of stays
`any`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import (
    ANY,
    BYTES,
    DURATION,
    NEVER,
    STRING,
    TIMESTAMP,
    UINT,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    Property,
    StringType,
    Type,
    join,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.flow.model import LogicName
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span

_DEEPEST: Final = 24
_COMPUTED: Final = frozenset({UINT, BYTES, TIMESTAMP, DURATION})


@dataclass(frozen=True, slots=True)
class UseSite:
    """Where something is used: the document, the path of the expression in it, the span in the expression's source."""

    document: LogicName
    path: Path
    span: Span


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of one value.

    Each of `types` is asked by a use that fails for a value of any other type. `hints` are the types that it is
    compared with, and `values` the texts: what is likely, not certain. `needed`: a use fails if the value is not
    there; `asked`: its presence is asked for, so somebody expects that it may be absent. `whole`: it goes where what
    is done with its parts is not known. `item` is asked of the items of a list, `entry` of the values of a map.
    """

    types: tuple[Type, ...] = ()
    hints: tuple[Type, ...] = ()
    values: frozenset[str] = frozenset()
    needed: bool = False
    asked: bool = False
    whole: bool = False
    fields: tuple[tuple[str, Demand], ...] = ()
    item: Demand | None = None
    entry: Demand | None = None
    uses: tuple[UseSite, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the value must be there."""
        return self.needed and not self.asked

    def field(self, name: str) -> Demand:
        """Return what is asked of a field."""
        own = [one for key, one in self.fields if key == name]
        own += [self.entry] if self.entry is not None else []
        return self._part(own, (_field_type(type_, name) for type_ in self.types))

    def each(self) -> Demand:
        """Return what is asked of the items of a list."""
        items = (join(*(one.item for one in members(t) if isinstance(one, ListType))) for t in self.types)
        return self._part([] if self.item is None else [self.item], items)

    def value(self) -> Demand:
        """Return what is asked of the values of a map."""
        values = (join(*(one.value for one in members(t) if isinstance(one, MapType))) for t in self.types)
        return self._part([] if self.entry is None else [self.entry], values)

    def _part(self, own: list[Demand], types: Iterable[Type]) -> Demand:
        found = list(own)
        for type_ in types:
            if isinstance(type_, AnyType):
                # A list of anything: what is done with its items is known, or nothing of it.
                found += [] if own else [WHOLE]
            elif not isinstance(type_, NeverType):
                found.append(Demand((type_,)))
        return together([*found, WHOLE] if self.whole else found)

    def of_value(self) -> Demand:
        """Return the same of a value that is there: whether it must be is another matter."""
        return replace(self, needed=False, asked=False) if self.needed or self.asked else self

    def softened(self) -> Demand:
        """Return the same without need: the value, or what it is for, may be absent."""
        return replace(
            self,
            needed=False,
            fields=tuple((name, one.softened()) for name, one in self.fields),
            item=self.item.softened() if self.item is not None else None,
            entry=self.entry.softened() if self.entry is not None else None,
        )


NOTHING_ASKED: Final = Demand()
WHOLE: Final = Demand(whole=True)


def _field_type(type_: Type, name: str) -> Type:
    found: list[Type] = []
    for one in members(type_):
        if isinstance(one, ObjectType):
            known = one.properties.get(name)
            found.append(known.type if known is not None else ANY if one.open else NEVER)
        elif isinstance(one, MapType):
            found.append(one.value)
    return join(*found)


def together(demands: Iterable[Demand]) -> Demand:
    """Return what several uses of one value ask."""
    found = list(dict.fromkeys(one for one in demands if one != NOTHING_ASKED))
    if len(found) < 2:
        return found[0] if found else NOTHING_ASKED
    return _merged(found, needed=any(one.needed for one in found))


def one_of(demands: Iterable[Demand]) -> Demand:
    """Return what is asked of a value that only one of several users gets: it is needed if all of them need it."""
    found = list(demands)
    if len(found) < 2:
        return found[0] if found else NOTHING_ASKED
    names = dict.fromkeys(name for one in found for name, _ in one.fields)
    merged = _merged(found, needed=all(one.needed for one in found))
    fields = ((name, one_of(dict(one.fields).get(name, NOTHING_ASKED) for one in found)) for name in names)
    return replace(merged, fields=tuple(fields))


def _merged(found: list[Demand], *, needed: bool) -> Demand:
    by_name: dict[str, list[Demand]] = {}
    for demand in found:
        for name, inner in demand.fields:
            by_name.setdefault(name, []).append(inner)
    items = [one.item for one in found if one.item is not None]
    entries = [one.entry for one in found if one.entry is not None]
    return Demand(
        tuple(dict.fromkeys(type_ for one in found for type_ in one.types)),
        tuple(dict.fromkeys(type_ for one in found for type_ in one.hints)),
        frozenset().union(*(one.values for one in found)),
        needed,
        any(one.asked for one in found),
        any(one.whole for one in found),
        tuple((name, together(several)) for name, several in by_name.items()),
        together(items) if items else None,
        together(entries) if entries else None,
        tuple(dict.fromkeys(use for one in found for use in one.uses)),
    )


def demanded_type(demand: Demand) -> Type:
    """Return the type that a value must have for all that is asked of it.

    Where two uses exclude each other, as in two branches, it is the type of either. Hints only choose among the types
    that are possible anyway. An object is open: it may have what nobody asks of it.
    """
    return _demanded(demand, _DEEPEST)


def _demanded(demand: Demand, depth: int) -> Type:
    if depth == 0:
        return ANY
    structure = _structure(demand, depth - 1)
    certain = _all_of([*demand.types, *([] if structure is None else [structure])])
    common = meet(certain, join(*demand.hints)) if demand.hints else certain
    return as_data(certain if common == NEVER else common)


def as_data(type_: Type) -> Type:
    """Return a type without the alternatives that only a computation gives, and YAML and JSON have no form of."""
    kept = [one for one in members(type_) if one not in _COMPUTED]
    return join(*kept) if kept else type_


def _structure(demand: Demand, depth: int) -> Type | None:
    """Return the type that follows from what is asked of the parts."""
    if demand.entry is not None:
        parts = [demand.entry, *(inner for _, inner in demand.fields)]
        return MapType(STRING, _all_of(_demanded(one, depth) for one in parts))
    if demand.fields:
        fields = {name: Property(_demanded(one, depth), one.required) for name, one in demand.fields}
        return ObjectType(fields, open=True)
    if demand.item is not None:
        return ListType(_demanded(demand.item, depth))
    return None


def _all_of(types: Iterable[Type]) -> Type:
    start: Type = ANY
    return reduce(_both_or_either, types, start)


def _both_or_either(left: Type, right: Type) -> Type:
    common = meet(left, right)
    return join(left, right) if common == NEVER else common


def meet(left: Type, right: Type, depth: int = _DEEPEST) -> Type:
    """Return the type of the values that have both types; `NEVER` if there are none."""
    if isinstance(left, AnyType) or depth == 0:
        return right
    if isinstance(right, AnyType) or left == right:
        return left
    return join(*(_common(a, b, depth - 1) for a in members(left) for b in members(right)))


def _common(left: Type, right: Type, depth: int) -> Type:
    match left, right:
        case StringType(literals=a), StringType(literals=b):
            if a is None or b is None:
                return right if a is None else left
            return StringType(a & b) if a & b else NEVER
        case ListType(), ListType():
            return ListType(_part(left.item, right.item, depth), each=left.each or right.each)
        case MapType(), MapType():
            return MapType(left.key, _part(left.value, right.value, depth), left.each or right.each)
        case MapType(), ObjectType():
            values = (one.type for one in right.properties.values())
            return MapType(left.key, reduce(lambda a, b: _part(a, b, depth), values, left.value), left.each)
        case ObjectType(), MapType():
            return _common(right, left, depth)
        case ObjectType(), ObjectType():
            return _common_object(left, right, depth)
        case _:
            return left if left == right else NEVER


def _part(left: Type, right: Type, depth: int) -> Type:
    common = meet(left, right, depth)
    return join(left, right) if common == NEVER else common


def _common_object(left: ObjectType, right: ObjectType, depth: int) -> ObjectType:
    fields = dict(left.properties)
    for name, one in right.properties.items():
        known = fields.get(name)
        if known is None:
            fields[name] = one
            continue
        fields[name] = Property(
            _part(known.type, one.type, depth),
            known.required or one.required,
            known.doc or one.doc,
            known.origin or one.origin,
            known.limits or one.limits,
        )
    return ObjectType(fields, left.open and right.open, left.name or right.name)
