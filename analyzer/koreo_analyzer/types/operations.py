"""Calculating with types: what one of two can be, what two have in common, what fits where."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from koreo_analyzer.types.lazy import LazyProperties
from koreo_analyzer.types.model import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    NEVER,
    NULL,
    NUMBERS,
    STRING,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    OptionalType,
    Parameter,
    Property,
    Simple,
    StringType,
    Type,
    TypeOf,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from koreo_analyzer.types.limits import Limits

_T = TypeVar("_T")
_SCALARS: Final[Mapping[type, Type]] = MappingProxyType(
    {type(None): NULL, bool: BOOL, int: INT, float: DOUBLE, bytes: BYTES}
)
_MOST_MEMBERS = 12
_MOST_LITERALS = 64
_MOST_ITEMS = 32
"""Of a longer list that is written out only what its items have in common is kept."""


def members(type_: Type) -> tuple[Type, ...]:
    """Return the alternatives of a type: those of a union in a fixed order, any other type alone."""
    if isinstance(type_, UnionType):
        return tuple(sorted(type_.members, key=_rank))
    return (type_,)


def _rank(member: Type) -> tuple[str, str]:
    """Return what orders the members of a union, of which only maps and types of types come more than once."""
    match member:
        case Simple():
            return "Simple", member.name
        case MapType() | TypeOf():
            return type(member).__name__, repr(member)
        case _:
            return type(member).__name__, ""


def join(*types: Type) -> Type:
    """Return the type of a value that has one of `types`.

    Strings merge their literals, lists their items, optionals what they hold, objects their fields; what stays
    apart makes a union. A union of too many is `ANY`, so that inference stays bounded.
    """
    if len(types) == 1:
        return types[0]
    strings: list[StringType] = []
    lists: list[ListType] = []
    objects: list[ObjectType] = []
    optionals: list[OptionalType] = []
    others: dict[Type, None] = {}
    for type_ in types:
        for member in members(type_):
            match member:
                case AnyType():
                    return ANY
                case NeverType():
                    continue
                case StringType():
                    strings.append(member)
                case ListType():
                    lists.append(member)
                case ObjectType():
                    objects.append(member)
                case OptionalType():
                    optionals.append(member)
                case _:
                    others[member] = None
    merged: list[Type] = list(others)
    if strings:
        merged.append(_join_strings(strings))
    if lists:
        merged.append(_join_lists(lists))
    if objects:
        merged.append(_join_objects(objects))
    if optionals:
        merged.append(OptionalType(join(*(one.of for one in optionals))))
    if not merged:
        return NEVER
    if len(merged) == 1:
        return merged[0]
    return UnionType(frozenset(merged)) if len(merged) <= _MOST_MEMBERS else ANY


def _join_strings(strings: list[StringType]) -> StringType:
    first = strings[0]
    if all(other == first for other in strings):
        return first
    literals: set[str] = set()
    for string in strings:
        if string.literals is None:
            return STRING
        literals |= string.literals
    return StringType(frozenset(literals)) if len(literals) <= _MOST_LITERALS else STRING


def list_of(items: Sequence[Type]) -> ListType:
    """Return the type of a list that is written out."""
    item = join(*items)
    differ = 1 < len(items) <= _MOST_ITEMS and any(one is not item and one != item for one in items)
    return ListType(item, len(items), items=tuple(items) if differ else None)


def _join_lists(lists: list[ListType]) -> ListType:
    if len(lists) == 1:
        return lists[0]
    length = _common(one.length for one in lists)
    return ListType(
        join(*(one.item for one in lists)),
        length,
        _common(one.each for one in lists),
        _common(one.items for one in lists),
    )


def _common(values: Iterable[_T | None]) -> _T | None:
    """Return the value that all have, None if they differ."""
    iterator = iter(values)
    first = next(iterator)
    return first if all(value == first for value in iterator) else None


def _join_objects(objects: list[ObjectType]) -> ObjectType:
    first = objects[0]
    if all(other == first for other in objects):
        return first
    is_open = any(one.open for one in objects)
    if any(isinstance(one.properties, LazyProperties) for one in objects):
        return ObjectType(_JoinedProperties(tuple(objects)), is_open, first.name)
    names = dict.fromkeys(name for one in objects for name in one.properties)
    return ObjectType({name: _join_property(objects, name) for name in names}, is_open, first.name)


def _join_property(objects: Iterable[ObjectType], name: str) -> Property:
    found = [one.properties[name] for one in objects if name in one.properties]
    lacking = [one for one in objects if name not in one.properties]
    first = found[0]
    if any(one.open for one in lacking):
        # An open object may have a field of this name and of any type.
        return Property(ANY, required=False, doc=first.doc, origin=first.origin)
    limits: Limits | None = _common(one.limits for one in found)
    required = not lacking and all(one.required for one in found)
    return Property(join(*(one.type for one in found)), required, first.doc, first.origin, limits)


class _JoinedProperties(LazyProperties):
    """The fields of a value that is one of several objects, of which some make their fields lazily."""

    __slots__ = ("_names", "objects")

    def __init__(self, objects: tuple[ObjectType, ...]) -> None:
        super().__init__()
        self.objects = objects
        self._names = dict.fromkeys(name for one in objects for name in one.properties)

    def make(self, name: str) -> Property:
        return _join_property(self.objects, name)

    def is_same(self, other: LazyProperties) -> bool:
        return isinstance(other, _JoinedProperties) and self.objects == other.objects

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def required_names(type_: ObjectType) -> Iterable[str]:
    """Return the names of the fields that every object of a type has."""
    fields = type_.properties
    if isinstance(fields, LazyProperties):
        return fields.required_names
    return [name for name, one in fields.items() if one.required]


def without(type_: Type, removed: Type) -> Type:
    """Return a type without one of its alternatives; `NEVER` when nothing is left."""
    if not isinstance(type_, UnionType):
        return NEVER if type_ == removed else type_
    return join(*(member for member in members(type_) if member != removed))


def overlap(left: Type, right: Type) -> bool:
    """Whether values of the two types can be equal for CEL, which compares numbers of all types by their value."""
    return any(_overlap(a, b) for a in members(left) for b in members(right))


def _overlap(left: Type, right: Type) -> bool:
    if isinstance(left, AnyType | Parameter) or isinstance(right, AnyType | Parameter):
        return True
    match left, right:
        case (NeverType(), _) | (_, NeverType()):
            return True
        case Simple(), Simple():
            return left == right or (left in NUMBERS and right in NUMBERS)
        case StringType(literals=a), StringType(literals=b):
            return a is None or b is None or not a.isdisjoint(b)
        case ListType(), ListType():
            lengths = (left.length, right.length)
            return None in lengths or lengths[0] == lengths[1]
        case ((MapType() | ObjectType()), (MapType() | ObjectType())):
            return True
        case (OptionalType(), OptionalType()) | (TypeOf(), TypeOf()):
            return True
        case _:
            return False


def fits(given: Type, wanted: Type, bound: dict[str, Type] | None = None) -> bool:
    """Whether some value of `given` may stand where `wanted` is asked for.

    A union fits if one of its members does: only what can never fit is wrong. Type parameters of `wanted` are bound in
    `bound` to what they meet.
    """
    return (given is wanted and bound is None) or _Fitting(bound).fits(given, wanted)


class _Fitting:
    """One question. Objects that contain themselves are assumed to fit where they are met again."""

    __slots__ = ("_assumed", "_bound")

    def __init__(self, bound: dict[str, Type] | None, assumed: set[tuple[int, int]] | None = None) -> None:
        self._bound = bound
        self._assumed: set[tuple[int, int]] = set() if assumed is None else assumed

    def fits(self, given: Type, wanted: Type) -> bool:
        bound = self._bound
        if isinstance(wanted, Parameter):
            if bound is not None:
                known = bound.get(wanted.name)
                bound[wanted.name] = given if known is None else join(known, given)
            return True
        if given is wanted and bound is None:
            return True
        if isinstance(wanted, AnyType) or isinstance(given, AnyType | NeverType | Parameter):
            if bound is not None and isinstance(given, AnyType):
                _bind_any(wanted, bound)
            return True
        if isinstance(given, UnionType):
            return self._some_fits(members(given), wanted)
        return self._fits_one(given, wanted)

    def _some_fits(self, alternatives: Iterable[Type], wanted: Type) -> bool:
        """Whether one of several types fits; only those that do are bound."""
        unbound = _Fitting(None, self._assumed) if self._bound is not None else self
        possible = [one for one in alternatives if unbound.fits(one, wanted)]
        if self._bound is not None:
            for one in possible:
                self.fits(one, wanted)
        return bool(possible)

    def _fits_one(self, given: Type, wanted: Type) -> bool:
        match given, wanted:
            case StringType(literals=a), StringType(literals=b):
                return a is None or b is None or not a.isdisjoint(b)
            case ListType(), ListType():
                return self.fits(given.item, wanted.item)
            case MapType(), MapType():
                return self.fits(given.key, wanted.key) and self.fits(given.value, wanted.value)
            case ObjectType(), MapType():
                return self._fits_map(given, wanted)
            case MapType(), ObjectType():
                return fits(given.key, STRING)
            case ObjectType(), ObjectType():
                return self._fits_object(given, wanted)
            case OptionalType(), OptionalType():
                return self.fits(given.of, wanted.of)
            case TypeOf(), TypeOf():
                return self.fits(given.of, wanted.of)
            case Simple() | StringType(), UnionType() if self._bound is None and given in wanted.members:
                return True
            case _, UnionType():
                return any(self.fits(given, member) for member in wanted.members)
            case _:
                return given == wanted

    def _fits_map(self, given: ObjectType, wanted: MapType) -> bool:
        if not self.fits(STRING, wanted.key):
            return False
        if given.open or not given.properties or isinstance(wanted.value, AnyType):
            return self.fits(ANY if given.open else NEVER, wanted.value)
        return self._some_fits((one.type for one in given.properties.values()), wanted.value)

    def _fits_object(self, given: ObjectType, wanted: ObjectType) -> bool:
        if isinstance(given.properties, LazyProperties) and isinstance(wanted.properties, LazyProperties):
            pair = (id(given.properties), id(wanted.properties))
            if given.properties == wanted.properties or pair in self._assumed:
                return True
            self._assumed.add(pair)
        has, asked = given.properties, wanted.properties
        return all(
            self.fits(has[name].type, one.type) if name in has else given.open or not one.required
            for name, one in asked.items()
        )


def _bind_any(wanted: Type, bound: dict[str, Type]) -> None:
    """Bind every parameter inside `wanted` to `ANY`, as nothing is known of what stands there."""
    match wanted:
        case Parameter():
            bound[wanted.name] = ANY
        case ListType():
            _bind_any(wanted.item, bound)
        case MapType():
            _bind_any(wanted.key, bound)
            _bind_any(wanted.value, bound)
        case OptionalType() | TypeOf():
            _bind_any(wanted.of, bound)
        case _:
            return


def substitute(type_: Type, bound: dict[str, Type], unbound: Type = ANY) -> Type:
    """Replace the type parameters of a result by what they were bound to, others by `unbound`."""
    match type_:
        case Parameter():
            return bound.get(type_.name, unbound)
        case ListType():
            return ListType(substitute(type_.item, bound, unbound))
        case MapType():
            return MapType(substitute(type_.key, bound, unbound), substitute(type_.value, bound, unbound))
        case OptionalType():
            return OptionalType(substitute(type_.of, bound, unbound))
        case TypeOf():
            return TypeOf(substitute(type_.of, bound, unbound))
        case UnionType():
            return join(*(substitute(member, bound, unbound) for member in members(type_)))
        case _:
            return type_


def widened(type_: Type) -> Type:
    """Return a type without what only holds for certain texts and lists: no literals, no lengths."""
    match type_:
        case StringType():
            return STRING
        case ListType():
            return ListType(widened(type_.item))
        case MapType():
            return MapType(widened(type_.key), widened(type_.value))
        case ObjectType():
            fields = {name: replace(one, type=widened(one.type)) for name, one in type_.properties.items()}
            return replace(type_, properties=fields)
        case OptionalType():
            return OptionalType(widened(type_.of))
        case TypeOf():
            return TypeOf(widened(type_.of))
        case UnionType():
            return join(*(widened(member) for member in members(type_)))
        case _:
            return type_


def of_value(value: object) -> Type:
    """Return the type of a scalar (None, bool, int, float, str, bytes) that is always this one; others are `ANY`."""
    if isinstance(value, str):
        return StringType(frozenset({value}))
    return _SCALARS.get(type(value), ANY)
