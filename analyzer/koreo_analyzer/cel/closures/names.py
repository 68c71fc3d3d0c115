"""Closures of names, fields and elements, and of `has`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.access import (
    computed_index,
    has_field,
    index,
    optional_index,
    optional_select,
    select,
)
from koreo_analyzer.cel.closures.code import Constant
from koreo_analyzer.cel.errors import CelError, ErrorKind
from koreo_analyzer.cel.functions import NAMESPACES, TYPE_NAMES
from koreo_analyzer.cel.limits import METER
from koreo_analyzer.cel.values import CelType, Optional
from koreo_analyzer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.cel.closures.code import Compiling, Environment, Run, Scope

FAILED = "!"
"""Added to the key of a variable, it is the key of the error that took the place of its value."""

_MISSING = object()
_LAST_OF_TYPES = frozenset(name.rpartition(".")[2] for name in TYPE_NAMES if "." in name)


def compile_ident(compiler: Compiling, node: ast.Ident, scope: Scope) -> Run:
    """Compile a name: a variable of a macro, a variable, or a type."""
    name = node.name
    place = node
    if name in scope and not node.absolute:
        return _local(name, scope[name], node)
    key = compiler.qualified(name, absolute=node.absolute) or name
    type_value = CelType(name) if name in TYPE_NAMES else None

    def run(env: Environment) -> Any:
        try:
            return env[key]
        except KeyError:
            if type_value is not None:
                return type_value
            raise unknown_name(name, env, place) from None

    return run


def _local(name: str, key: str, place: ast.Ident) -> Run:
    def run(env: Environment) -> Any:
        try:
            return env[key]
        except KeyError:
            raise _unbound(name, key, env, place) from None

    return run


def _unbound(name: str, key: str, env: Environment, place: ast.Node) -> CelError:
    """Make the error for a variable without a value: if it is one of `bind`, the error of its value."""
    failure = env.get(key + FAILED)
    return failure if isinstance(failure, CelError) else unknown_name(name, env, place)


def unknown_name(name: str, env: Environment, place: ast.Node) -> CelError:
    """Make the error for a name that nothing has: it says which names there are."""
    names = sorted(key for key in env if key != METER and "@" not in key)
    if name in NAMESPACES:
        return CelError(
            ErrorKind.UNKNOWN_NAME, f"`{name}` only stands before a function: `{name}.…(…)`", place.span
        )
    message = f"unknown name `{name}`"
    guess = did_you_mean(name, names)
    if guess is not None:
        message = f"{message}; {guess}"
    elif names:
        message = f"{message}: in scope are {', '.join(f'`{key}`' for key in names)}"
    return CelError(ErrorKind.UNKNOWN_NAME, message, place.span)


def compile_select(compiler: Compiling, node: ast.Select, scope: Scope) -> Run:
    """Compile `a.b`; a chain of fields of a variable (`a.b.c`, `a["b"].c`) becomes one closure."""
    whole = _declared(compiler, node, scope)
    if whole is not None:
        return whole
    field = node.field
    if node.optional:
        return _checked(
            compiler.compile(node.operand, scope), node, lambda value: optional_select(value, field)
        )
    if not compiler.tracing:
        chain = _compile_chain(compiler, node, scope)
        if chain is not None:
            return chain
    return _checked(compiler.compile(node.operand, scope), node, lambda value: select(value, field))


def _checked(operand: Run, place: ast.Node, read: Any) -> Run:
    def run(env: Environment) -> Any:
        value = operand(env)
        try:
            return read(value)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _declared(compiler: Compiling, node: ast.Select, scope: Scope) -> Run | None:
    """Compile a dotted name that is declared as a whole, or names a type."""
    if not compiler.has_declared and node.field not in _LAST_OF_TYPES:
        return None
    name = _dotted(node)
    if name is None:
        return None
    root = name.partition(".")[0]
    absolute = _is_absolute(node)
    if root in scope and not absolute:
        return None
    key = compiler.qualified(name, absolute=absolute)
    if key is not None:

        def run(env: Environment) -> Any:
            try:
                return env[key]
            except KeyError:
                raise unknown_name(name, env, node) from None

        return run
    return Constant(CelType(name)) if name in TYPE_NAMES else None


def _dotted(node: ast.Node) -> str | None:
    fields: list[str] = []
    while isinstance(node, ast.Select) and not node.optional:
        fields.append(node.field)
        node = node.operand
    if not isinstance(node, ast.Ident):
        return None
    fields.append(node.name)
    return ".".join(reversed(fields))


def _is_absolute(node: ast.Node) -> bool:
    while isinstance(node, ast.Select):
        node = node.operand
    return isinstance(node, ast.Ident) and node.absolute


def _links(node: ast.Node) -> tuple[ast.Node, list[ast.Select | ast.Index]]:
    """Return what a chain of fields begins with, and the fields; `a["b"]` counts as one."""
    links: list[ast.Select | ast.Index] = []
    while (isinstance(node, ast.Select) and not node.optional) or (
        isinstance(node, ast.Index) and _is_field(node)
    ):
        links.append(node)
        node = node.operand
    links.reverse()
    return node, links


def _is_field(node: ast.Index) -> bool:
    return not node.optional and isinstance(node.index, ast.Literal) and type(node.index.value) is str


def _field(link: ast.Select | ast.Index) -> str:
    if isinstance(link, ast.Select):
        return link.field
    return str(link.index.value) if isinstance(link.index, ast.Literal) else ""


def _root_key(
    compiler: Compiling, root: ast.Node, links: list[ast.Select | ast.Index], scope: Scope
) -> str | None:
    """Return the key of the variable that a chain begins with, None if it is no plain variable."""
    if not isinstance(root, ast.Ident):
        return None
    if root.name in scope and not root.absolute:
        return scope[root.name]
    for link in links:
        if isinstance(link, ast.Select) and _declared(compiler, link, scope) is not None:
            return None
    return compiler.qualified(root.name, absolute=root.absolute) or root.name


def _compile_chain(compiler: Compiling, node: ast.Select | ast.Index, scope: Scope) -> Run | None:
    root, links = _links(node)
    key = _root_key(compiler, root, links, scope)
    if key is None or not isinstance(root, ast.Ident):
        return None

    def slowly(env: Environment) -> Any:
        if key not in env:
            raise _unbound(root.name, key, env, root)
        value = env[key]
        for link in links:
            try:
                value = (
                    select(value, link.field) if isinstance(link, ast.Select) else index(value, _field(link))
                )
            except CelError as error:
                raise error.at(link.span) from None
        return value

    return _quick_chain(key, tuple(map(_field, links)), slowly)


def _quick_chain(key: str, fields: tuple[str, ...], slowly: Run) -> Run:
    """Return the closure of a chain. Only maps can be subscripted by a text, so a plain lookup is exact."""
    if len(fields) == 1:
        (first,) = fields

        def one(env: Environment) -> Any:
            try:
                return env[key][first]
            except (KeyError, TypeError):
                return slowly(env)

        return one
    if len(fields) == 2:
        first, second = fields

        def two(env: Environment) -> Any:
            try:
                return env[key][first][second]
            except (KeyError, TypeError):
                return slowly(env)

        return two
    if len(fields) == 3:
        first, second, third = fields

        def three(env: Environment) -> Any:
            try:
                return env[key][first][second][third]
            except (KeyError, TypeError):
                return slowly(env)

        return three

    def many(env: Environment) -> Any:
        try:
            value = env[key]
            for field in fields:
                value = value[field]
        except (KeyError, TypeError):
            return slowly(env)
        return value

    return many


def compile_index(compiler: Compiling, node: ast.Index, scope: Scope) -> Run:
    """Compile `a[b]`."""
    if _is_field(node) and not compiler.tracing:
        chain = _compile_chain(compiler, node, scope)
        if chain is not None:
            return chain
    operand = compiler.compile(node.operand, scope)
    key = compiler.compile(node.index, scope)
    present = index if _is_literal(node.index) else computed_index
    read: Callable[[Any, Any], Any] = optional_index if node.optional else present
    place = node
    if type(key) is Constant and type(key.value) is int and not node.optional:
        return _element(operand, key.value, place)

    def run(env: Environment) -> Any:
        value = operand(env)
        position = key(env)
        try:
            return read(value, position)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _is_literal(key: ast.Node) -> bool:
    return isinstance(key.operand if isinstance(key, ast.Unary) else key, ast.Literal)


def _element(operand: Run, position: int, place: ast.Node) -> Run:
    def run(env: Environment) -> Any:
        value = operand(env)
        if type(value) is list and 0 <= position < len(value):
            return value[position]
        try:
            return index(value, position)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def compile_has(compiler: Compiling, node: ast.Macro, scope: Scope) -> Run:
    """Compile `has(e)`: false whenever `e` cannot be evaluated (language section 2.1)."""
    target = node.args[0]
    general = _general_has(compiler, target, scope)
    if not isinstance(target, ast.Select | ast.Index):
        return general
    root, links = _links(target)
    key = _root_key(compiler, root, links, scope) if links else None
    if key is None:
        return general
    fields = tuple(map(_field, links))

    def run(env: Environment) -> bool:
        value = env.get(key, _MISSING)
        for field in fields:
            if type(value) is not dict:
                return type(value) is Optional and general(env)
            value = value.get(field, _MISSING)
        return value is not _MISSING

    return run


def _general_has(compiler: Compiling, target: ast.Node, scope: Scope) -> Run:
    if isinstance(target, ast.Select) and not target.optional and _declared(compiler, target, scope) is None:
        operand = compiler.compile(target.operand, scope)
        field = target.field
        return _absorbing(lambda env: has_field(operand(env), field))
    whole = compiler.compile(target, scope)

    def is_there(env: Environment) -> bool:
        value = whole(env)
        return type(value) is not Optional or value.present

    return _absorbing(is_there)


def _absorbing(test: Run) -> Run:
    def run(env: Environment) -> bool:
        try:
            return bool(test(env))
        except CelError as error:
            if error.kind is ErrorKind.LIMIT:
                raise
            return False

    return run
