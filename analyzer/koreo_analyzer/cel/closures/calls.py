"""Closures of calls: the table of functions says which overload takes the values of a call.

The types of the values decide at each run, unless only one overload could be meant: then its types are merely
checked. `or` and `orValue` are the exception, as they evaluate their argument only if it is needed.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.closures.code import Constant
from koreo_analyzer.cel.closures.operators import charge_growth, fold
from koreo_analyzer.cel.errors import CelError, ErrorKind, no_overload
from koreo_analyzer.cel.functions import FUNCTIONS, MACROS, NAMESPACES, FormKind, all_names, lookup
from koreo_analyzer.cel.patterns import matcher
from koreo_analyzer.cel.signature import class_of
from koreo_analyzer.cel.values import Optional, type_name
from koreo_analyzer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.cel.closures.code import Compiling, Environment, Run, Scope
    from koreo_analyzer.cel.signature import Function, Overload

_LAZY = frozenset({"or", "orValue"})


def compile_call(compiler: Compiling, node: ast.Call, scope: Scope) -> Run:
    """Compile a call of a function."""
    namespace = _namespace(node, scope)
    function = lookup(node.name, namespace)
    if function is None:
        return _failing(_unknown(node, namespace))
    member = node.target is not None and namespace is None
    kind = FormKind.MEMBER if member else FormKind.GLOBAL
    plan = _plan(function, kind, len(node.args))
    if not plan.overloads:
        return _failing(_wrong_form(node, function, kind))
    args = [compiler.compile(arg, scope) for arg in node.args]
    if member and node.target is not None:
        args.insert(0, compiler.compile(node.target, scope))
        if node.name in _LAZY:
            return _lazy(node, args[0], args[1])
    if node.name == "matches" and type(args[1]) is Constant and type(args[1].value) is str:
        return _matches(compiler, args[0], args[1].value, node)
    run = _dispatch(function, plan, args, node, compiler)
    if plan.limited:
        return _charging(run, node)
    return fold(run, *args) if function.pure else run


def _charging(run: Run, place: ast.Node) -> Run:
    """Return the closure of a call that can make a large value of small ones."""

    def charged(env: Environment) -> Any:
        value = run(env)
        try:
            return charge_growth(env, value)
        except CelError as error:
            raise error.at(place.span) from None

    return charged


def _namespace(node: ast.Call, scope: Scope) -> str | None:
    target = node.target
    if isinstance(target, ast.Ident) and target.name in NAMESPACES and target.name not in scope:
        return target.name
    return None


def _failing(error: CelError) -> Run:
    def run(env: Environment) -> Any:
        del env
        raise CelError(error.kind, error.message, error.span)

    return run


def _unknown(node: ast.Call, namespace: str | None) -> CelError:
    if node.name in MACROS:
        signatures = " or ".join(
            f"`{text.partition(' -> ')[0]}`" for text in MACROS[node.name].signatures[:2]
        )
        return CelError(
            ErrorKind.UNKNOWN_FUNCTION, f"`{node.name}` is not called so: write {signatures}", node.span
        )
    name = f"{namespace}.{node.name}" if namespace else node.name
    kind = FormKind.MEMBER if node.target is not None and namespace is None else FormKind.GLOBAL
    guess = did_you_mean(node.name, all_names(kind, namespace))
    if guess is None and namespace is None:
        homes = [row.full_name for row in FUNCTIONS if row.name == node.name and row.namespace]
        guess = f"did you mean `{homes[0]}`?" if homes else None
    message = f"unknown function `{name}`"
    return CelError(ErrorKind.UNKNOWN_FUNCTION, f"{message}; {guess}" if guess else message, node.name_span)


def _wrong_form(node: ast.Call, function: Function, kind: FormKind) -> CelError:
    shown = [overload.signature for overload in function.overloads if overload.kind is kind]
    shown = shown or [overload.signature for overload in function.overloads]
    what = "argument" if len(node.args) == 1 else "arguments"
    prefix = f"{function.namespace}." if function.namespace else ""
    usage = " or ".join(dict.fromkeys(f"`{prefix}{text.partition(' -> ')[0]}`" for text in shown[:2]))
    how = "on a value " if kind is FormKind.MEMBER else ""
    message = f"`{function.full_name}` cannot be called {how}with {len(node.args)} {what}: write {usage}"
    return CelError(ErrorKind.NO_OVERLOAD, message, node.span)


def _lazy(node: ast.Call, target: Run, other: Run) -> Run:
    name = node.name
    place = node
    gives_value = name == "orValue"

    def run(env: Environment) -> Any:
        optional = target(env)
        if type(optional) is not Optional:
            raise no_overload(f"`{name}` takes an optional, not {type_name(optional)}").at(place.span)
        if optional.present:
            return optional.value if gives_value else optional
        value = other(env)
        if gives_value or type(value) is Optional:
            return value
        raise no_overload(f"`{name}` takes an optional, not {type_name(value)}").at(place.span)

    return run


def _matches(compiler: Compiling, text: Run, pattern: str, place: ast.Node) -> Run:
    """Return the closure of a search for a literal pattern, which is prepared at the first run."""
    prepared: list[Callable[[str], bool]] = []
    limits = compiler.limits

    def run(env: Environment) -> bool:
        value = text(env)
        try:
            if type(value) is not str:
                raise no_overload(f"`matches` takes strings, not {type_name(value)}")
            if not prepared:
                prepared.append(matcher(limits, pattern))
            return prepared[0](value)
        except CelError as error:
            raise error.at(place.span) from None

    return run


class _Plan(NamedTuple):
    """The overloads that a call of one name, form and number of arguments could mean."""

    overloads: tuple[Overload, ...]
    classes: tuple[tuple[type | None, ...], ...]
    runs: tuple[Callable[..., Any], ...]
    limited: bool


@cache
def _plan(function: Function, kind: FormKind, count: int) -> _Plan:
    overloads = function.overloads_of(kind, count)
    classes = tuple(tuple(class_of(parameter.type) for parameter in item.parameters) for item in overloads)
    return _Plan(
        overloads, classes, tuple(item.run for item in overloads), any(item.limited for item in overloads)
    )


def _dispatch(function: Function, plan: _Plan, args: list[Run], place: ast.Node, compiler: Compiling) -> Run:
    overloads, classes, runs, limited = plan
    if limited:
        limits = compiler.limits
        runs = tuple(partial(item.run, limits) if item.limited else item.run for item in overloads)
    name = function.full_name
    if overloads[0].variadic:
        return _arguments(name, (None,) * len(args), runs[0], tuple(args), place)
    if len(overloads) == 1:
        if len(args) == 1:
            return _one_argument(name, classes[0][0], runs[0], args[0], place)
        if len(args) == 2:
            return _two_arguments(name, classes[0], runs[0], args[0], args[1], place)
        return _arguments(name, classes[0], runs[0], tuple(args), place)
    if len(args) == 1:
        return _by_type(name, {item[0]: run for item, run in zip(classes, runs, strict=True)}, args[0], place)
    return _by_types(name, dict(zip(classes, runs, strict=True)), tuple(args), place)


def mismatch(name: str, values: tuple[Any, ...]) -> CelError:
    """Make the error of a function that does not take values of such types."""
    types = ", ".join(map(type_name, values))
    return no_overload(f"`{name}` does not take ({types})")


def _one_argument(name: str, kind: type | None, call: Callable[[Any], Any], arg: Run, place: ast.Node) -> Run:
    def run(env: Environment) -> Any:
        value = arg(env)
        try:
            if kind is None or type(value) is kind:
                return call(value)
            raise mismatch(name, (value,))
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _two_arguments(
    name: str,
    kinds: tuple[type | None, ...],
    call: Callable[[Any, Any], Any],
    first: Run,
    second: Run,
    place: ast.Node,
) -> Run:
    kind, other_kind = kinds
    if type(second) is Constant and (other_kind is None or type(second.value) is other_kind):
        constant = second.value
        return _one_argument_and_constant(name, kind, call, first, constant, place)

    def run(env: Environment) -> Any:
        value = first(env)
        other = second(env)
        try:
            if (kind is None or type(value) is kind) and (other_kind is None or type(other) is other_kind):
                return call(value, other)
            raise mismatch(name, (value, other))
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _one_argument_and_constant(
    name: str, kind: type | None, call: Callable[[Any, Any], Any], arg: Run, constant: Any, place: ast.Node
) -> Run:
    def run(env: Environment) -> Any:
        value = arg(env)
        try:
            if kind is None or type(value) is kind:
                return call(value, constant)
            raise mismatch(name, (value, constant))
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _arguments(
    name: str,
    kinds: tuple[type | None, ...],
    call: Callable[..., Any],
    args: tuple[Run, ...],
    place: ast.Node,
) -> Run:
    def run(env: Environment) -> Any:
        values = tuple([arg(env) for arg in args])
        try:
            for value, kind in zip(values, kinds, strict=True):
                if kind is not None and type(value) is not kind:
                    raise mismatch(name, values)
            return call(*values)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _by_type(name: str, calls: dict[type | None, Callable[[Any], Any]], arg: Run, place: ast.Node) -> Run:
    anything = calls.get(None)

    def run(env: Environment) -> Any:
        value = arg(env)
        call = calls.get(type(value), anything)
        try:
            if call is None:
                raise mismatch(name, (value,))
            return call(value)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _by_types(
    name: str,
    calls: dict[tuple[type | None, ...], Callable[..., Any]],
    args: tuple[Run, ...],
    place: ast.Node,
) -> Run:
    def run(env: Environment) -> Any:
        values = tuple([arg(env) for arg in args])
        try:
            for kinds, call in calls.items():
                for value, kind in zip(values, kinds, strict=True):
                    if kind is not None and type(value) is not kind:
                        break
                else:
                    return call(*values)
            raise mismatch(name, values)
        except CelError as error:
            raise error.at(place.span) from None

    return run
