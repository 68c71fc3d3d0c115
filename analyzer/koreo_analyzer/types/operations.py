"""Calculating with types: what one of two can be, what two have in common, what fits where."""

from __future__ import annotations

from dataclasses import replace

from koreo_analyzer.types.model import (
    ANY,
    NEVER,
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

_MOST_MEMBERS = 12
_MOST_LITERALS = 64


def members(type_: Type) -> tuple[Type, ...]:
    """Return the alternatives of a type: those of a union in a fixed order, any other type alone."""
    if isinstance(type_, UnionType):
        return tuple(sorted(type_.members, key=repr))
    return (type_,)


def join(*types: Type) -> Type:
    """Return the type of a value that has one of `types`.

    Strings merge their literals, lists their items, optionals what they hold, objects their fields; what stays
    apart makes a union. A union of too many is `ANY`, so that inference stays bounded.
    """
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
    literals: set[str] = set()
    for string in strings:
        if string.literals is None:
            return STRING
        literals |= string.literals
    return StringType(frozenset(literals)) if len(literals) <= _MOST_LITERALS else STRING


def _join_lists(lists: list[ListType]) -> ListType:
    lengths = {one.length for one in lists}
    length = lengths.pop() if len(lengths) == 1 else None
    return ListType(join(*(one.item for one in lists)), length)


def _join_objects(objects: list[ObjectType]) -> ObjectType:
    first = objects[0]
    if all(other == first for other in objects):
        return first
    names = dict.fromkeys(name for one in objects for name in one.properties)
    is_open = any(one.open for one in objects)
    properties: dict[str, Property] = {}
    for name in names:
        found = [one.properties[name] for one in objects if name in one.properties]
        everywhere = len(found) == len(objects)
        if not everywhere and is_open:
            # An open object may have a field of this name and of any type.
            properties[name] = Property(ANY, required=False, doc=found[0].doc, origin=found[0].origin)
            continue
        properties[name] = Property(
            join(*(one.type for one in found)),
            required=everywhere and all(one.required for one in found),
            doc=found[0].doc,
            origin=found[0].origin,
        )
    return ObjectType(properties, is_open, first.name)


def without(type_: Type, removed: Type) -> Type:
    """Return a type without one of its alternatives; `NEVER` when nothing is left."""
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
    if isinstance(wanted, Parameter):
        if bound is not None:
            known = bound.get(wanted.name)
            bound[wanted.name] = given if known is None else join(known, given)
        return True
    if isinstance(wanted, AnyType) or isinstance(given, AnyType | NeverType | Parameter):
        if bound is not None and isinstance(given, AnyType):
            _bind_any(wanted, bound)
        return True
    if isinstance(given, UnionType):
        possible = [member for member in members(given) if fits(member, wanted, None)]
        if bound is not None:
            for member in possible:
                fits(member, wanted, bound)
        return bool(possible)
    return _fits_one(given, wanted, bound)


def _fits_one(given: Type, wanted: Type, bound: dict[str, Type] | None) -> bool:
    match given, wanted:
        case StringType(literals=a), StringType(literals=b):
            return a is None or b is None or not a.isdisjoint(b)
        case ListType(), ListType():
            return fits(given.item, wanted.item, bound)
        case MapType(), MapType():
            return fits(given.key, wanted.key, bound) and fits(given.value, wanted.value, bound)
        case ObjectType(), MapType():
            values = join(*(one.type for one in given.properties.values())) if given.properties else NEVER
            return fits(STRING, wanted.key, bound) and fits(
                ANY if given.open else values, wanted.value, bound
            )
        case MapType(), ObjectType():
            return fits(given.key, STRING, None)
        case ObjectType(), ObjectType():
            return all(
                fits(given.properties[name].type, one.type, bound)
                if name in given.properties
                else not one.required
                for name, one in wanted.properties.items()
            )
        case OptionalType(), OptionalType():
            return fits(given.of, wanted.of, bound)
        case TypeOf(), TypeOf():
            return fits(given.of, wanted.of, bound)
        case _, UnionType():
            return any(fits(given, member, bound) for member in members(wanted))
        case _:
            return given == wanted


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
