"""Tells whether a value is one of a static type, as the checker promises for whatever it types."""

from __future__ import annotations

from typing import Any

from koreo_analyzer.cel.value_types import runtime_type
from koreo_analyzer.cel.values import keys_of, type_of
from koreo_analyzer.types import (
    AnyType,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    StringType,
    Type,
    members,
)


def holds(type_: Type, value: Any) -> bool:
    """Whether a value is one of a type."""
    return any(_holds(member, value) for member in members(type_))


def _holds(type_: Type, value: Any) -> bool:
    if isinstance(type_, AnyType):
        return True
    if runtime_type(type_) != type_of(value):
        return False
    match type_:
        case ListType(item, length):
            return length in (None, len(value)) and all(holds(item, one) for one in value)
        case MapType(key, item):
            return all(holds(key, one) for one in keys_of(value)) and all(
                holds(item, one) for one in value.values()
            )
        case ObjectType(fields):
            known = all(name in value or not one.required for name, one in fields.items())
            return known and all(
                holds(fields[name].type, one) if name in fields else type_.open for name, one in value.items()
            )
        case OptionalType(of):
            return not value.present or holds(of, value.value)
        case StringType(literals):
            return literals is None or value in literals
        case _:
            return True
