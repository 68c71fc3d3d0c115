"""Types as people read them, and the notation in which signatures are written: `list(string)`, `map(K, V)`."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from koreo_analyzer.types.model import (
    BY_NAME,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    OptionalType,
    Parameter,
    Simple,
    StringType,
    Type,
    TypeOf,
    UnionType,
)
from koreo_analyzer.types.operations import join, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.types.limits import Limits

_SHORT = {
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    "null_type": "null",
}
_MOST_SHOWN_WHOLE = 1e15
_MOST_SHOWN = 6
_PLAIN_NAME = re.compile(r"[\w./-]+")
_WORD = re.compile(r"[\w.]+|[(),|]")


def show(type_: Type, depth: int = 2) -> str:
    """Return a type as one short line; what lies deeper than `depth` levels is `…`."""
    match type_:
        case AnyType():
            return "any"
        case NeverType():
            return "never"
        case Simple():
            return _SHORT.get(type_.name, type_.name)
        case StringType(literals=None):
            return "string"
        case StringType(literals=literals):
            shown = [json.dumps(text, ensure_ascii=False) for text in sorted(literals or ())]
            more = [f"… {len(shown) - _MOST_SHOWN} more"] if len(shown) > _MOST_SHOWN else []
            return " | ".join(shown[:_MOST_SHOWN] + more)
        case Parameter():
            return type_.name
        case UnionType():
            return " | ".join(sorted(show(member, depth) for member in members(type_)))
        case ListType() if isinstance(type_.item, NeverType):
            return "list"
        case ListType():
            return f"list({_inner(type_.item, depth)})"
        case OptionalType() if isinstance(type_.of, NeverType):
            return "optional"
        case MapType():
            return f"map({_inner(type_.key, depth)}, {_inner(type_.value, depth)})"
        case OptionalType():
            return f"optional({_inner(type_.of, depth)})"
        case TypeOf():
            return f"type({_inner(type_.of, depth)})"
        case ObjectType():
            return type_.name or _show_object(type_, depth)


def show_name(name: str) -> str:
    """Return the name of a field for a message: in quotes when it is no plain word."""
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def show_number(number: float) -> str:
    """Return a number for people: a whole one with all of its digits."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < _MOST_SHOWN_WHOLE):
        return str(int(number))
    return f"{number:g}"


def show_limits(limits: Limits | None) -> list[str]:
    """Return what a schema asks beyond the type, each as a few words: `at least 1`, `pattern ^[a-z]+$`."""
    if limits is None:
        return []
    shown: list[str] = []
    if limits.format is not None:
        shown.append(limits.format)
    if limits.enum is not None:
        shown.append("one of " + ", ".join(json.dumps(value) for value in limits.enum[:_MOST_SHOWN]))
    for least, most, exclusive, unit in (
        (limits.minimum, limits.maximum, (limits.exclusive_minimum, limits.exclusive_maximum), ""),
        (limits.min_length, limits.max_length, (False, False), " characters"),
        (limits.min_items, limits.max_items, (False, False), " items"),
        (limits.min_properties, limits.max_properties, (False, False), " entries"),
    ):
        if least is not None:
            shown.append(f"{'more than' if exclusive[0] else 'at least'} {show_number(least)}{unit}")
        if most is not None:
            shown.append(f"{'less than' if exclusive[1] else 'at most'} {show_number(most)}{unit}")
    if limits.multiple_of is not None:
        shown.append(f"a multiple of {limits.multiple_of:g}")
    if limits.pattern is not None:
        shown.append(f"pattern {limits.pattern}")
    if limits.list_keys:
        shown.append(f"keyed by {', '.join(limits.list_keys)}")
    elif limits.list_kind == "set" or limits.unique_items:
        shown.append("no duplicates")
    if limits.default is not None:
        shown.append(f"default {limits.default}")
    return shown


def _inner(type_: Type, depth: int) -> str:
    return show(type_, depth - 1) if depth > 0 else "…"


def _show_object(type_: ObjectType, depth: int) -> str:
    if depth <= 0:
        return "{…}"
    shown = [
        f"{show_name(name)}{'' if one.required else '?'}: {_inner(one.type, depth)}"
        for name, one in list(type_.properties.items())[:_MOST_SHOWN]
    ]
    if len(type_.properties) > _MOST_SHOWN or type_.open:
        shown.append("…")
    return "{" + ", ".join(shown) + "}"


@lru_cache(maxsize=1024)
def parse_type(text: str) -> Type:
    """Read the notation of signatures: names of types, `list(T)`, `map(K, V)`, `optional_type(T)`, `type(T)`, `a | b`.

    A single upper case letter is a type parameter. Raises ValueError for anything else.
    """
    words = iter([*_WORD.findall(text), ""])
    type_, rest = _read_union(next(words), words)
    if rest:
        raise ValueError(f"unexpected `{rest}` in the type `{text}`")
    return type_


def _read_union(word: str, words: Iterator[str]) -> tuple[Type, str]:
    type_, word = _read_one(word, words)
    while word == "|":
        other, word = _read_one(next(words), words)
        type_ = join(type_, other)
    return type_, word


def _read_one(word: str, words: Iterator[str]) -> tuple[Type, str]:
    following = next(words, "")
    if following != "(":
        return _named(word), following
    arguments: list[Type] = []
    while following != ")":
        argument, following = _read_union(next(words), words)
        arguments.append(argument)
        if following not in (",", ")"):
            raise ValueError(f"expected `,` or `)`, found `{following}`")
    return _applied(word, arguments), next(words)


def _named(word: str) -> Type:
    if len(word) == 1 and word.isupper():
        return Parameter(word)
    known = BY_NAME.get(word)
    if known is None:
        raise ValueError(f"unknown type `{word}`")
    return known


def _applied(name: str, arguments: list[Type]) -> Type:
    match name, arguments:
        case "list", [item]:
            return ListType(item)
        case "map", [key, value]:
            return MapType(key, value)
        case (("optional_type" | "optional"), [of]):
            return OptionalType(of)
        case "type", [of]:
            return TypeOf(of)
        case _:
            raise ValueError(f"`{name}` is no type with {len(arguments)} parameters")
