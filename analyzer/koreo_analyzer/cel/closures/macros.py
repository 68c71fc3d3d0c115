"""Closures of macros (langdef, "Macros"; extensions "bindings", "optionals", "two-variable comprehensions").

A macro keeps its variables in the environment, under keys of its own, so that entering one costs nothing. Its
turns are charged to the meter before the first one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from koreo_analyzer.cel.closures.literals import map_key
from koreo_analyzer.cel.closures.names import FAILED, compile_has
from koreo_analyzer.cel.errors import CelError, ErrorKind, no_overload
from koreo_analyzer.cel.limits import METER
from koreo_analyzer.cel.values import ABSENT, Optional, from_key, keys_of, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from koreo_analyzer.cel import ast
    from koreo_analyzer.cel.closures.code import Compiling, Environment, Run, Scope

_Turns: TypeAlias = "Callable[[Environment], Iterable[Any]]"


def compile_macro(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    """Compile a macro."""
    if node.name == "has":
        return compile_has(compiler, node, scope)
    compiler.private = True
    return _MACROS[node.name](compiler, node, scope)


class _Loop(NamedTuple):
    """A macro that goes through a list or a map: its turns, and its bodies, which see its variables.

    With one variable, `key` is its key and `items` gives the elements or keys to set it to, for loops that are
    worth writing out. `turns` does that for any number of variables.
    """

    turns: _Turns
    bodies: tuple[Run, ...]
    nodes: tuple[ast.Node, ...]
    items: Run
    key: str | None


def _loop(compiler: Compiling, node: ast.Macro, scope: Scope) -> _Loop:
    where = node.target or node
    target = compiler.compile(where, scope)
    keys = [compiler.new_key(variable.name) for variable in node.variables]
    inner = dict(scope)
    for variable, key in zip(node.variables, keys, strict=True):
        inner[variable.name] = key
    nodes = node.args[len(keys) :]
    bodies = tuple([compiler.compile(body, inner) for body in nodes])
    items = _items(target, node.name, where)
    if len(keys) == 1:
        return _Loop(_each(items, keys[0]), bodies, nodes, items, keys[0])
    return _Loop(_pairs(target, keys[0], keys[1], node.name, where), bodies, nodes, items, None)


def _items(target: Run, name: str, place: ast.Node) -> Run:
    """Return a closure that gives the elements of a list, or keys of a map, and charges for them."""

    def run(env: Environment) -> list[Any]:
        items: object = target(env)
        if type(items) is dict:
            items = keys_of(items)
        elif type(items) is not list:
            raise _no_container(name, items).at(place.span)
        _charge(env, len(items), place)
        return items

    return run


def _each(items: Run, key: str) -> _Turns:
    """Return a function that sets the variable to each of the items, and gives it."""

    def turns(env: Environment) -> Iterator[Any]:
        for item in items(env):
            env[key] = item
            yield item

    return turns


def _pairs(target: Run, first: str, second: str, name: str, place: ast.Node) -> _Turns:
    """Like `_items`, for positions and elements, or keys and values; what it gives are positions or keys."""

    def turns(env: Environment) -> Iterator[Any]:
        items = target(env)
        if type(items) is dict:
            pairs: Iterable[tuple[Any, Any]] = [(from_key(key), value) for key, value in items.items()]
        elif type(items) is list:
            pairs = enumerate(items)
        else:
            raise _no_container(name, items).at(place.span)
        _charge(env, len(items), place)
        for key, value in pairs:
            env[first] = key
            env[second] = value
            yield key

    return turns


def _charge(env: Environment, steps: int, place: ast.Node) -> None:
    try:
        env[METER].charge(steps)
    except CelError as error:
        raise error.at(place.span) from None


def _no_container(name: str, value: Any) -> CelError:
    return no_overload(f"`{name}` goes through a list or a map, not {type_name(value)}")


def _condition(body: Run, place: ast.Node) -> Run:
    def run(env: Environment) -> bool:
        value = body(env)
        if value is True:
            return True
        if value is False:
            return False
        raise _not_bool(value, place)

    return run


def _not_bool(value: object, place: ast.Node) -> CelError:
    return no_overload(f"the condition must be bool, not {type_name(value)}").at(place.span)


def _all(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    return _any_or_all(_loop(compiler, node, scope), decisive=False)


def _exists(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    return _any_or_all(_loop(compiler, node, scope), decisive=True)


def _any_or_all(loop: _Loop, *, decisive: bool) -> Run:
    turns = loop.turns
    body, node = loop.bodies[0], loop.nodes[0]
    neutral = not decisive

    def run(env: Environment) -> bool:
        failure: CelError | None = None
        for _ in turns(env):
            try:
                value: object = body(env)
            except CelError as error:
                if error.kind is ErrorKind.LIMIT:
                    raise
                failure = failure or error
                continue
            if value is decisive:
                return decisive
            if value is not neutral:
                failure = failure or _not_bool(value, node)
        if failure is not None:
            raise failure
        return neutral

    return run


def _exists_one(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    loop = _loop(compiler, node, scope)
    turns = loop.turns
    condition = _condition(loop.bodies[0], loop.nodes[0])

    def run(env: Environment) -> bool:
        found = 0
        for _ in turns(env):
            if condition(env):
                found += 1
        return found == 1

    return run


def _filter(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    loop = _loop(compiler, node, scope)
    turns = loop.turns
    body, place = loop.bodies[0], loop.nodes[0]

    def run(env: Environment) -> list[Any]:
        result: list[Any] = []
        for item in turns(env):
            value: object = body(env)
            if value is True:
                result.append(item)
            elif value is not False:
                raise _not_bool(value, place)
        return result

    return run


def _map(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    loop = _loop(compiler, node, scope)
    turns = loop.turns
    if len(loop.bodies) == 2:
        condition = _condition(loop.bodies[0], loop.nodes[0])
        transform = loop.bodies[1]
        return lambda env: [transform(env) for _ in turns(env) if condition(env)]
    (value,) = loop.bodies
    items, key = loop.items, loop.key
    if key is None:
        return lambda env: [value(env) for _ in turns(env)]

    def run(env: Environment) -> list[Any]:
        result: list[Any] = []
        for item in items(env):
            env[key] = item
            result.append(value(env))
        return result

    return run


def _transform_map(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    loop = _loop(compiler, node, scope)
    turns = loop.turns
    place = node
    condition = _condition(loop.bodies[0], loop.nodes[0]) if len(loop.bodies) == 2 else None
    transform = loop.bodies[-1]

    def run(env: Environment) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key in turns(env):
            if condition is None or condition(env):
                result[map_key(key, result, place)] = transform(env)
        return result

    return run


def _transform_map_entry(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    loop = _loop(compiler, node, scope)
    turns = loop.turns
    place = loop.nodes[-1]
    condition = _condition(loop.bodies[0], loop.nodes[0]) if len(loop.bodies) == 2 else None
    transform = loop.bodies[-1]

    def run(env: Environment) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for _ in turns(env):
            if condition is not None and not condition(env):
                continue
            entries = transform(env)
            if type(entries) is not dict:
                raise no_overload(f"`transformMapEntry` makes maps, not {type_name(entries)}").at(place.span)
            for key, value in entries.items():
                result[map_key(from_key(key), result, place)] = value
        return result

    return run


def _reduce(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    result_variable, item_variable = node.variables
    result_key, item_key = compiler.new_key(result_variable.name), compiler.new_key(item_variable.name)
    inner = {**scope, result_variable.name: result_key, item_variable.name: item_key}
    target = compiler.compile(node.target or node, scope)
    start = compiler.compile(node.args[2], scope)
    step = compiler.compile(node.args[3], inner)
    turns = _each(_items(target, node.name, node.target or node), item_key)

    def run(env: Environment) -> Any:
        result = start(env)
        for _ in turns(env):
            env[result_key] = result
            result = step(env)
        return result

    return run


def _bind(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    """Compile `cel.bind`; an error of the value only counts if the value is used."""
    name = node.variables[0].name
    key = compiler.new_key(name)
    value = compiler.compile(node.args[1], scope)
    body = compiler.compile(node.args[2], {**scope, name: key})

    def run(env: Environment) -> Any:
        try:
            env[key] = value(env)
        except CelError as error:
            if error.kind is ErrorKind.LIMIT:
                raise
            env.pop(key, None)
            env[key + FAILED] = error
        return body(env)

    return run


def _opt_map(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    name = node.variables[0].name
    key = compiler.new_key(name)
    target = compiler.compile(node.target or node, scope)
    body = compiler.compile(node.args[1], {**scope, name: key})
    place = node.target or node
    body_place = node.args[1]
    flat = node.name == "optFlatMap"

    def run(env: Environment) -> Optional:
        optional = target(env)
        if type(optional) is not Optional:
            raise no_overload(f"`{node.name}` takes an optional, not {type_name(optional)}").at(place.span)
        if not optional.present:
            return ABSENT
        env[key] = optional.value
        value = body(env)
        if not flat:
            return Optional(present=True, value=value)
        if type(value) is Optional:
            return value
        raise no_overload(f"`{node.name}` makes an optional, not {type_name(value)}").at(body_place.span)

    return run


_MACROS: Mapping[str, Callable[[Compiling, ast.Macro, Scope], Run]] = MappingProxyType(
    {
        "all": _all,
        "exists": _exists,
        "exists_one": _exists_one,
        "existsOne": _exists_one,
        "filter": _filter,
        "map": _map,
        "transformList": _map,
        "transformMap": _transform_map,
        "transformMapEntry": _transform_map_entry,
        "reduce": _reduce,
        "bind": _bind,
        "optMap": _opt_map,
        "optFlatMap": _opt_map,
    }
)
