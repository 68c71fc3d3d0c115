"""Results of functions whose signature says less than the types of their arguments do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.operands import property_type
from koreo_analyzer.types import (
    STRING,
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
from koreo_analyzer.types.merging import overlaid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def exact_result(name: str, arguments: list[Type]) -> Type | None:
    """Return the type of the result of a call that its overloads accept; None when they say it as well."""
    function = _FUNCTIONS.get(name)
    return function(arguments) if function is not None else None


def _overlay(arguments: list[Type]) -> Type | None:
    return overlaid(arguments[0], arguments[1]) if len(arguments) == 2 else None


def _self_ref(arguments: list[Type]) -> Type | None:
    resource = arguments[0]
    if not isinstance(resource, ObjectType):
        return ObjectType({name: Property(STRING) for name in ("apiVersion", "kind", "name", "namespace")})
    metadata = property_type(resource, "metadata")
    found = {
        "apiVersion": property_type(resource, "apiVersion"),
        "kind": property_type(resource, "kind"),
        "name": property_type(metadata, "name") if metadata is not None else None,
        "namespace": property_type(metadata, "namespace") if metadata is not None else None,
    }
    return ObjectType(
        {name: Property(STRING if type_ is None else _text(type_)) for name, type_ in found.items()}
    )


def _text(type_: Type) -> Type:
    return type_ if isinstance(type_, StringType) else STRING


def _flatten(arguments: list[Type]) -> Type | None:
    """Join the items of lists of different types."""
    items: list[Type] = []
    for outer in members(arguments[0]):
        if not isinstance(outer, ListType):
            return None
        for inner in members(outer.item):
            if isinstance(inner, NeverType):
                continue
            if not isinstance(inner, ListType):
                return None
            items.append(inner.item)
    return ListType(join(*items))


def _values(arguments: list[Type]) -> Type | None:
    mapping = arguments[0]
    if isinstance(mapping, MapType):
        return ListType(mapping.value)
    if isinstance(mapping, ObjectType) and not mapping.open:
        return ListType(join(*(one.type for one in mapping.properties.values())))
    return None


_FUNCTIONS: Final[Mapping[str, Callable[[list[Type]], Type | None]]] = {
    "overlay": _overlay,
    "self_ref": _self_ref,
    "flatten": _flatten,
    "values": _values,
}
