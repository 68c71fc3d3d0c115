"""Closures of lists and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.closures.code import Constant, quick
from koreo_analyzer.cel.errors import CelError, ErrorKind, no_overload
from koreo_analyzer.cel.values import BoolKey, Optional, Uint, from_key, type_name

if TYPE_CHECKING:
    from koreo_analyzer.cel.closures.code import Compiling, Environment, Run, Scope

_KEY_TYPES = frozenset({str, int, Uint})


def compile_list(compiler: Compiling, node: ast.ListNode, scope: Scope) -> Run:
    """Compile `[a, ?b]`."""
    items = tuple([compiler.compile(item, scope) for item in node.items])
    if node.optional:
        return _optional_list(node, items)
    if not items:
        return lambda _env: []
    if all(type(item) is Constant for item in items):
        values = [item({}) for item in items]
        return lambda _env: values[:]
    items = tuple(map(quick, items))
    if len(items) == 1:
        (only,) = items
        return lambda env: [only(env)]
    if len(items) == 2:
        first, second = items
        return lambda env: [first(env), second(env)]
    return lambda env: [item(env) for item in items]


def _optional_list(node: ast.ListNode, items: tuple[Run, ...]) -> Run:
    places = node.items
    optional = node.optional

    def run(env: Environment) -> list[Any]:
        result: list[Any] = []
        for position, item in enumerate(items):
            value = item(env)
            if position not in optional:
                result.append(value)
            elif _optional(value, places[position]).present:
                result.append(value.value)
        return result

    return run


def _optional(value: Any, place: ast.Node) -> Optional:
    if type(value) is Optional:
        return value
    raise no_overload(f"`?` takes an optional, not {type_name(value)}").at(place.span)


def compile_map(compiler: Compiling, node: ast.MapNode, scope: Scope) -> Run:
    """Compile `{a: b, ?c: d}`."""
    keys = [compiler.compile(key, scope) for key, _ in node.entries]
    values = [quick(compiler.compile(value, scope)) for _, value in node.entries]
    names = [key.value for key in keys if type(key) is Constant and type(key.value) is str]
    if not node.optional and len(set(names)) == len(keys):
        return _map_of_fields(tuple(zip(names, values, strict=True)))
    entries = tuple(zip(keys, values, strict=True))
    key_places = tuple(key for key, _ in node.entries)
    value_places = tuple(value for _, value in node.entries)
    optional = node.optional

    def run(env: Environment) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for position, (key, value) in enumerate(entries):
            name = map_key(key(env), result, key_places[position])
            item = value(env)
            if position not in optional:
                result[name] = item
            elif _optional(item, value_places[position]).present:
                result[name] = item.value
        return result

    return run


def _map_of_fields(entries: tuple[tuple[str, Run], ...]) -> Run:
    """Return the closure of a map whose keys are different literal texts, as nearly all are."""
    if len(entries) == 1:
        ((name, value),) = entries
        return lambda env: {name: value(env)}
    if len(entries) == 2:
        (first, one), (second, two) = entries
        return lambda env: {first: one(env), second: two(env)}

    def run(env: Environment) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in entries:
            result[name] = value(env)
        return result

    return run


def map_key(value: Any, taken: dict[Any, Any], place: ast.Node) -> Any:
    """Return what stands for a key in a dict. Raises `CelError` if it is none, or is in `taken` already.

    The message names a key that is written down at `place`; one that is a value may be secret.
    """
    if type(value) is bool:
        key: Any = BoolKey(value)
    elif type(value) in _KEY_TYPES:
        key = value
    else:
        message = f"the key of a map is a string, int, uint or bool, not {type_name(value)}"
        raise no_overload(message).at(place.span)
    if key in taken:
        what = f"the key {_key_text(key)}" if isinstance(place, ast.Literal) else "a key"
        raise CelError(ErrorKind.DUPLICATE_KEY, f"{what} comes twice", place.span)
    return key


def _key_text(key: Any) -> str:
    shown = from_key(key)
    return f"`{shown}`" if type(shown) is str else str(shown).lower()
