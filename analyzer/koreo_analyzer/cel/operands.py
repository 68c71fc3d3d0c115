"""What operators and members do to types: pure functions of types, without any expression around them.

The overloads are those of the CEL language definition ("Standard Definitions").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    NUMBERS,
    STRING,
    TIMESTAMP,
    UINT,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    OptionalType,
    StringType,
    Type,
    UnionType,
    join,
    members,
    overlap,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORDERED: Final = frozenset({STRING, BOOL, BYTES, TIMESTAMP, DURATION})
_ARITHMETIC: Final[Mapping[str, tuple[tuple[Type, Type, Type], ...]]] = {
    "+": (
        (INT, INT, INT),
        (UINT, UINT, UINT),
        (DOUBLE, DOUBLE, DOUBLE),
        (STRING, STRING, STRING),
        (BYTES, BYTES, BYTES),
        (TIMESTAMP, DURATION, TIMESTAMP),
        (DURATION, TIMESTAMP, TIMESTAMP),
        (DURATION, DURATION, DURATION),
    ),
    "-": (
        (INT, INT, INT),
        (UINT, UINT, UINT),
        (DOUBLE, DOUBLE, DOUBLE),
        (TIMESTAMP, TIMESTAMP, DURATION),
        (TIMESTAMP, DURATION, TIMESTAMP),
        (DURATION, DURATION, DURATION),
    ),
    "*": ((INT, INT, INT), (UINT, UINT, UINT), (DOUBLE, DOUBLE, DOUBLE)),
    "/": ((INT, INT, INT), (UINT, UINT, UINT), (DOUBLE, DOUBLE, DOUBLE)),
    "%": ((INT, INT, INT), (UINT, UINT, UINT)),
}
_MOST_TEXTS: Final = 64
VERBS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "take the remainder of"}


def unwrapped(type_: Type) -> Type:
    """Return a type with what optionals hold in place of them."""
    if not isinstance(type_, UnionType | OptionalType):
        return type_
    return join(*(one.of if isinstance(one, OptionalType) else one for one in members(type_)))


def property_type(type_: Type, name: str) -> Type | None:
    """Return the type of a member of one alternative; None when it cannot have one."""
    match type_:
        case AnyType() | NeverType():
            return ANY
        case ObjectType():
            known = type_.properties.get(name)
            if known is not None:
                return known.type
            return ANY if type_.open else None
        case MapType():
            return type_.value if overlap(type_.key, STRING) else None
        case _:
            return None


def optional_in(type_: Type, name: str) -> ObjectType | None:
    """Return the object among the alternatives of a type in which a field is declared, but need not be there."""
    for one in members(type_):
        if isinstance(one, ObjectType):
            known = one.properties.get(name)
            if known is not None and not known.required:
                return one
    return None


def any_property(type_: ObjectType, index: Type) -> Type:
    """Return the type of a member with a computed name."""
    if type_.open:
        return ANY
    if isinstance(index, StringType) and index.literals is not None:
        found = [type_.properties[name].type for name in index.literals if name in type_.properties]
        return join(*found) if found else ANY
    return join(*(one.type for one in type_.properties.values())) if type_.properties else ANY


def key_type(type_: Type) -> Type:
    """Return the type of what a macro with one variable gets for a map, with two for the first."""
    match type_:
        case ListType():
            return INT
        case MapType():
            return type_.key
        case ObjectType():
            return STRING
        case _:
            return ANY


def comparable(left: Type, right: Type) -> bool:
    """Whether values of two alternatives can be ordered."""
    if isinstance(left, AnyType | NeverType) or isinstance(right, AnyType | NeverType):
        return True
    if left in NUMBERS and right in NUMBERS:
        return True
    if isinstance(left, StringType) and isinstance(right, StringType):
        return True
    return left == right and left in _ORDERED


def result_of(op: str, left: Type, right: Type) -> Type | None:
    """Return the type of an arithmetic operation on one alternative of each side; None when there is none."""
    if isinstance(left, AnyType | NeverType) or isinstance(right, AnyType | NeverType):
        return _result_with_any(op, right if isinstance(left, AnyType | NeverType) else left)
    if op == "+" and isinstance(left, ListType) and isinstance(right, ListType):
        both = left.length is not None and right.length is not None
        return ListType(
            join(left.item, right.item), (left.length or 0) + (right.length or 0) if both else None
        )
    if op == "+" and isinstance(left, StringType) and isinstance(right, StringType):
        return _concatenated(left, right)
    for a, b, result in _ARITHMETIC[op]:
        if left == a and right == b:
            return result
    return None


def _concatenated(left: StringType, right: StringType) -> StringType:
    if left.literals is None or right.literals is None:
        return STRING
    if len(left.literals) * len(right.literals) > _MOST_TEXTS:
        return STRING
    return StringType(frozenset(a + b for a in left.literals for b in right.literals))


def _result_with_any(op: str, known: Type) -> Type | None:
    if isinstance(known, AnyType | NeverType):
        return ANY
    if isinstance(known, ListType):
        return ListType(ANY) if op == "+" else None
    if isinstance(known, StringType):
        return STRING if op == "+" else None
    found = {result for a, b, result in _ARITHMETIC[op] if known in (a, b)}
    return join(*found) if found else None


def without_literals(type_: Type) -> Type:
    """Return a type with `string` in place of its literals."""
    return join(*(STRING if isinstance(one, StringType) else one for one in members(type_)))


def with_article(type_: Type) -> str:
    """Return a type with its article, for sentences."""
    shown = show(type_)
    if isinstance(type_, StringType) and type_.literals is not None:
        return f"the string {shown}" if len(type_.literals) == 1 else f"a string ({shown})"
    if isinstance(type_, ObjectType | UnionType) or shown == "null":
        return shown
    return f"an {shown}" if shown[0] in "aeio" else f"a {shown}"
