"""What to write after an optional, so that it has a value where a value is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.types import (
    ANY,
    BOOL,
    DOUBLE,
    INT,
    STRING,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    StringType,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.types import Type

_DEFAULTS: Final[Mapping[Type, str]] = {BOOL: "false", INT: "0", DOUBLE: "0.0"}


def default_of(type_: Type, wanted: Type = ANY) -> str | None:
    """Return the `.orValue(…)` of an optional, with a value that says nothing; None for any other type.

    It is of the type that is `wanted` if nothing is known of what the optional holds.
    """
    if not isinstance(type_, OptionalType):
        return None
    return f".orValue({_empty(wanted if type_.of == ANY else type_.of)})"


def default_added(node: ast.Node, type_: Type, wanted: Type = ANY) -> str | None:
    """Return the `.orValue(…)` that an expression of a type lacks; None where parentheses would have to come first."""
    return None if isinstance(node, ast.Ternary) else default_of(type_, wanted)


def _empty(type_: Type) -> str:
    match type_:
        case StringType():
            return '""'
        case ListType():
            return "[]"
        case MapType() | ObjectType():
            return "{}"
        case _:
            return '""' if STRING in members(type_) else _DEFAULTS.get(type_, "null")
