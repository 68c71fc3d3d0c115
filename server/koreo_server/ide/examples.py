"""Example values for the inputs of a function: what is asked of them, filled in with the plainest data that fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.flow.asking import demanded_type, meet
from koreo_analyzer.types import (
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

from koreo_server.ide.example_words import known_values
from koreo_server.ide.fitting_texts import fitting

if TYPE_CHECKING:
    from koreo_analyzer.flow.asking import Demand
    from koreo_analyzer.types.limits import Limits
    from koreo_analyzer.workspace import Definition, Snapshot

_DEEPEST: Final = 12
_SIMPLE: Final[dict[str, Any]] = {"int": 1, "uint": 1, "double": 1.5, "bool": True, "null_type": None}
_ORDER: Final = ("object", "map", "list", "string", "int", "uint", "double", "bool", "null_type")


def example_inputs(snapshot: Snapshot, function: Definition) -> dict[str, Any]:
    """Return inputs for a function of a snapshot: every one that it reads, typed as its callers or uses have it."""
    asked = snapshot.interface(function).asked
    called = snapshot.typing(function).given.inputs
    return _fields(asked, called, _DEEPEST)


def _fields(demand: Demand, called: Type, depth: int) -> dict[str, Any]:
    known = {
        name: one
        for part in members(called)
        if isinstance(part, ObjectType)
        for name, _ in demand.fields
        if (one := part.properties.get(name)) is not None
    }
    found: dict[str, Any] = {}
    for name, inner in demand.fields:
        one = known.get(name)
        limits = one.limits if one is not None else None
        found[name] = _example(
            name, inner, one.type if one is not None else demanded_type(inner), limits, depth - 1
        )
    return found


def _example(name: str, demand: Demand, called: Type, limits: Limits | None, depth: int) -> Any:
    """Return a value of what callers give, as far as that fits what is asked."""
    if demand.fields and depth > 0 and demand.entry is None:
        return _fields(demand, called, depth)
    asked = demanded_type(demand)
    common = meet(called, asked)
    type_ = asked if isinstance(common, NeverType) else common
    if isinstance(type_, AnyType) and demand.values:
        return min(demand.values)
    return example(name, type_, limits, depth)


def example(name: str, type_: Type, limits: Limits | None = None, depth: int = _DEEPEST) -> Any:
    """Return the plainest value of a type: of alternatives the one with most parts; the name tells which."""
    if limits is not None and limits.default is not None:
        return json.loads(limits.default)
    if limits is not None and limits.enum:
        return limits.enum[0]
    chosen = min(members(type_), key=lambda one: _ORDER.index(_form(one)))
    if not isinstance(chosen, ObjectType | MapType | ListType):
        taken = {_form(one) for one in members(type_)}
        for known in known_values(name):
            if ("string" if isinstance(known, str) else "int") in taken and not _literals(type_):
                return fitting(known, limits) if isinstance(known, str) else _within(known, limits)
    match chosen:
        case StringType(literals=literals):
            return min(literals) if literals else fitting(_text(name), limits)
        case Simple():
            value = _SIMPLE.get(chosen.name, _text(name))
            return _within(value, limits)
        case ListType():
            return [] if depth <= 0 else [example(name, chosen.item, chosen.each, depth - 1)]
        case MapType():
            return {} if depth <= 0 else {"example": example(name, chosen.value, chosen.each, depth - 1)}
        case ObjectType():
            parts = chosen.properties.items() if depth > 0 else ()
            return {key: example(key, one.type, one.limits, depth - 1) for key, one in parts if one.required}
        case _:
            return _text(name)


def _literals(type_: Type) -> bool:
    """Whether it is known which texts a value can be."""
    return any(isinstance(one, StringType) and one.literals for one in members(type_))


def _form(type_: Type) -> str:
    match type_:
        case ObjectType():
            return "object"
        case MapType():
            return "map"
        case ListType():
            return "list"
        case Simple() if type_.name in _SIMPLE:
            return type_.name
        case _:
            return "string"


def _text(name: str) -> str:
    """Return a text that is also a name in Kubernetes."""
    words = "".join(
        f"-{letter.lower()}" if letter.isupper() else letter if letter.isascii() and letter.isalnum() else "-"
        for letter in name
    )
    return f"example-{words.strip('-')}".rstrip("-")


def _within(value: Any, limits: Limits | None) -> Any:
    if limits is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if limits.minimum is not None and value < limits.minimum:
        return type(value)(limits.minimum)
    if limits.maximum is not None and value > limits.maximum:
        return type(value)(limits.maximum)
    return value
