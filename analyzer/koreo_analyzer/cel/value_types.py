"""From values to static types: what the checker may assume of a variable when all that is known is one value."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.cel.values import TYPES, CelType, Optional, from_key
from koreo_analyzer.types import (
    ANY,
    NEVER,
    NULL,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Property,
    Simple,
    StringType,
    Type,
    TypeOf,
    join,
    parse_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_LEVELS: Final = 20
_SCALARS: Mapping[type, Type] = MappingProxyType(
    {kind: parse_type(found.name) for kind, found in TYPES.items() if kind not in {list, dict, Optional}}
)
_NAMES: Mapping[type, str] = MappingProxyType(
    {
        StringType: "string",
        ListType: "list",
        MapType: "map",
        ObjectType: "map",
        OptionalType: "optional_type",
        TypeOf: "type",
    }
)


def type_of_value(value: Any, levels: int = MOST_LEVELS) -> Type:
    """Return the type that a variable has which can hold this value (as `values` describes values).

    Another value may be another text, a longer list, and a map with more entries: so a string is any string, a
    list has any length, a map of names is an open object, and a field that is null may be anything. What is no
    value, or deeper than `levels`, is `ANY`.
    """
    if levels == 0:
        return ANY
    kind = type(value)
    if kind is list:
        return ListType(join(*(type_of_value(item, levels - 1) for item in value)))
    if kind is dict:
        return _type_of_map(value, levels - 1)
    if kind is Optional:
        return OptionalType(type_of_value(value.value, levels - 1) if value.present else NEVER)
    if kind is CelType:
        return TypeOf(_named(value.name))
    return _SCALARS.get(kind, ANY)


def _type_of_map(value: dict[Any, Any], levels: int) -> Type:
    types = [type_of_value(item, levels) for item in value.values()]
    if all(type(key) is str for key in value):
        fields = {
            name: Property(ANY if type_ == NULL else type_) for name, type_ in zip(value, types, strict=True)
        }
        return ObjectType(fields, open=True)
    keys = {type(from_key(key)) for key in value}
    return MapType(join(*(_SCALARS[kind] for kind in keys)), join(*types))


def _named(name: str) -> Type:
    try:
        return parse_type(name)
    except ValueError:
        return ANY


def runtime_type(type_: Type) -> CelType | None:
    """Return what `type(x)` gives for every `x` of a static type; None when it depends on the value."""
    if isinstance(type_, Simple):
        return CelType(type_.name)
    name = _NAMES.get(type(type_))
    return None if name is None else CelType(name)
