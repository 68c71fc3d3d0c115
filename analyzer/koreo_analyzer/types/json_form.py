"""Types of what leaves an expression: returned values, resource bodies and state are JSON.

Language section 2.1: times and bytes leave as text; keys of maps become strings, as JSON has them. Optionals and types
have no such form: where the type is one of these, the evaluation fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.types.lazy import LazyProperties
from koreo_analyzer.types.model import (
    BYTES,
    DURATION,
    INT,
    NEVER,
    STRING,
    TIMESTAMP,
    UINT,
    AnyType,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Property,
    Simple,
    StringType,
    Type,
    TypeOf,
    UnionType,
)
from koreo_analyzer.types.operations import join, members

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS: Final[Mapping[Type, Type]] = {UINT: INT, BYTES: STRING, TIMESTAMP: STRING, DURATION: STRING}
"""The simple types that leave as another."""

_DEEPEST: Final = 40


def json_form(type_: Type, depth: int = _DEEPEST) -> Type:
    """Return the type that values of a type have as JSON: the very same where nothing of it changes.

    What has no JSON form is `NEVER`. The lazy fields of schemas are JSON already.
    """
    if depth == 0:
        return type_
    match type_:
        case Simple():
            return FORMS.get(type_, type_)
        case OptionalType() | TypeOf():
            return NEVER
        case ListType():
            item = json_form(type_.item, depth - 1)
            return type_ if item is type_.item else ListType(item, type_.length, type_.each)
        case MapType():
            key = type_.key if isinstance(type_.key, StringType | AnyType) else STRING
            value = json_form(type_.value, depth - 1)
            if key is type_.key and value is type_.value:
                return type_
            return MapType(key, value, type_.each)
        case ObjectType() if not isinstance(type_.properties, LazyProperties):
            return _object(type_, depth - 1)
        case UnionType():
            before = members(type_)
            after = [json_form(one, depth - 1) for one in before]
            return type_ if all(map(_is, before, after)) else join(*after)
        case _:
            return type_


def _is(one: object, other: object) -> bool:
    return one is other


def _object(type_: ObjectType, depth: int) -> Type:
    changed: dict[str, Property] = {}
    for name, one in type_.properties.items():
        inner = json_form(one.type, depth)
        if inner is not one.type:
            changed[name] = Property(inner, one.required, one.doc, one.origin, one.limits)
    if not changed:
        return type_
    return ObjectType({**type_.properties, **changed}, type_.open, type_.name)


def formless(type_: Type) -> tuple[tuple[str | int, ...], Type] | None:
    """Return the first part of all values of a type that has no JSON form: where it is, and what; None if all have one.

    Only what certainly fails counts: no alternative of a union has a form, a field is always there, a list has items.
    """
    return _formless(type_, _DEEPEST)


def _formless(type_: Type, depth: int) -> tuple[tuple[str | int, ...], Type] | None:
    if depth == 0:
        return None
    match type_:
        case OptionalType() | TypeOf():
            return (), type_
        case ListType() if type_.length:
            found = _formless(type_.item, depth - 1)
            return ((0, *found[0]), found[1]) if found is not None else None
        case ObjectType() if not isinstance(type_.properties, LazyProperties):
            for name, one in type_.properties.items():
                found = _formless(one.type, depth - 1) if one.required else None
                if found is not None:
                    return (name, *found[0]), found[1]
            return None
        case UnionType():
            alternatives = [_formless(one, depth - 1) for one in members(type_)]
            return alternatives[0] if None not in alternatives else None
        case _:
            return None
