"""Types as structural schemas: the part of OpenAPI that a CustomResourceDefinition may use.

The rules are those of the Kubernetes documentation, "Specifying a structural schema": every place has a `type`, except
where integers and strings may stand, or anything (`x-kubernetes-preserve-unknown-fields`), which is what is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.flow.asking import NOTHING_ASKED
from koreo_analyzer.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    AnyType,
    LazyProperties,
    ListType,
    MapType,
    ObjectType,
    Property,
    StringType,
    Type,
    join,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.flow.asking import Demand

_DEEPEST: Final = 16
_LARGEST: Final = 80
"""How many fields a type from some other schema may have to be written out."""

_WRITTEN: Final[Mapping[Type, Type]] = {UINT: INT, BYTES: STRING, TIMESTAMP: STRING, DURATION: STRING}
"""As what computed values leave an expression (language section 2.1)."""
_SIMPLE: Final[Mapping[Type, str]] = {BOOL: "boolean", INT: "integer", DOUBLE: "number"}
_PRESERVE: Final = "x-kubernetes-preserve-unknown-fields"


def anything() -> dict[str, Any]:
    """Return the schema of any value."""
    return {_PRESERVE: True}


def structural(type_: Type, demand: Demand = NOTHING_ASKED, depth: int = _DEEPEST) -> dict[str, Any]:
    """Return the schema of a type. `demand` says which texts a value is compared with, and what is passed on."""
    alternatives = {_WRITTEN.get(one, one) for one in members(type_)}
    nullable = NULL in alternatives
    alternatives.discard(NULL)
    if alternatives == {INT, DOUBLE}:
        alternatives = {DOUBLE}
    if len(alternatives) == 1 and depth > 0:
        schema = _one(alternatives.pop(), demand, depth)
    elif alternatives and all(one == INT or isinstance(one, StringType) for one in alternatives):
        schema = {"x-kubernetes-int-or-string": True}
    else:
        return anything()
    if nullable and _PRESERVE not in schema:
        schema["nullable"] = True
    return schema


def _one(type_: Type, demand: Demand, depth: int) -> dict[str, Any]:
    match type_:
        case StringType():
            return _text(type_, demand)
        case ListType():
            return {"type": "array", "items": structural(type_.item, demand.each(), depth - 1)}
        case MapType():
            return {
                "type": "object",
                "additionalProperties": structural(type_.value, demand.value(), depth - 1),
            }
        case ObjectType():
            return _object(type_, demand, depth)
        case _ if type_ in _SIMPLE:
            return {"type": _SIMPLE[type_]}
        case _:
            return anything()


def _text(type_: StringType, demand: Demand) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if type_.literals is not None:
        schema["enum"] = sorted(type_.literals)
    elif demand.values:
        schema["description"] = (
            "Compared with " + ", ".join(f'"{text}"' for text in sorted(demand.values)) + "."
        )
    return schema


def _object(type_: ObjectType, demand: Demand, depth: int) -> dict[str, Any]:
    fields = type_.properties
    used = {name for name, _ in demand.fields}
    too_large = isinstance(fields, LazyProperties) and _size(type_, _LARGEST) >= _LARGEST
    if too_large:
        fields = {name: one for name, one in fields.items() if name in used}
    schema: dict[str, Any] = {"type": "object"}
    required = [name for name, one in fields.items() if one.required]
    if required:
        schema["required"] = required
    if fields:
        schema["properties"] = {
            name: structural(one.type, demand.field(name), depth - 1) for name, one in fields.items()
        }
    if not fields or too_large or (type_.open and demand.whole):
        schema[_PRESERVE] = True
    return schema


def _size(type_: Type, most: int, depth: int = _DEEPEST) -> int:
    """Return how many fields a type has, parts included, counting no further than `most`."""
    if depth == 0:
        return most
    count = 0
    for one in members(type_):
        inner: list[Type] = []
        if isinstance(one, ListType):
            inner = [one.item]
        elif isinstance(one, MapType):
            inner = [one.value]
        elif isinstance(one, ObjectType):
            count += len(one.properties)
            inner = [field.type for field in one.properties.values()] if count < most else []
        for part in inner:
            if count >= most:
                return most
            count += _size(part, most - count, depth - 1)
    return min(count, most)


def widened(type_: Type, depth: int = _DEEPEST) -> Type:
    """Return a type of which only the kinds of values are left: any text for certain ones, any field may be absent."""
    if depth == 0:
        return type_
    found: list[Type] = []
    for one in members(type_):
        match one:
            case StringType():
                found.append(STRING)
            case ListType():
                found.append(ListType(widened(one.item, depth - 1)))
            case MapType():
                found.append(MapType(one.key, widened(one.value, depth - 1)))
            case ObjectType() if not isinstance(one.properties, LazyProperties):
                fields = {
                    name: Property(widened(field.type, depth - 1), required=False)
                    for name, field in one.properties.items()
                }
                found.append(ObjectType(fields, one.open, one.name))
            case AnyType():
                return one
            case _:
                found.append(one)
    return join(*found)
