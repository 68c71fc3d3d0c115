"""Types calls of functions: the results of all overloads that take the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.advice import argument_hint
from koreo_analyzer.cel.exact import exact_result
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.cel.operands import without_literals
from koreo_analyzer.types import ANY, NEVER, TypeOf, fits, join, parse_type, show, substitute

if TYPE_CHECKING:
    from koreo_analyzer.cel.checking.run import Run
    from koreo_analyzer.cel.narrowing import Facts
    from koreo_analyzer.cel.signature import Overload
    from koreo_analyzer.types import Type


def call(run: Run, node: ast.Call, facts: Facts) -> Type:
    """Return what a call gives; what Koreo has no such function for is `any`."""
    namespace = None
    if isinstance(node.target, ast.Ident) and node.target.name not in run.scope:
        namespace = node.target.name if lookup(node.name, node.target.name) is not None else None
    arguments = [run.visit(argument, facts) for argument in node.args]
    function = lookup(node.name, namespace)
    form = FormKind.GLOBAL
    if node.target is not None and namespace is None:
        arguments.insert(0, run.visit(node.target, facts))
        form = FormKind.MEMBER
    if function is None:
        return ANY
    if function.full_name == "type" and len(arguments) == 1:
        return TypeOf(without_literals(arguments[0]))
    overloads = function.overloads_of(form, len(node.args))
    if not overloads:
        return ANY
    results = [result for one in overloads if (result := _apply(one, arguments)) is not None]
    if results:
        exact = exact_result(function.full_name, arguments)
        return join(*results) if exact is None else exact
    shown = ", ".join(show(argument) for argument in arguments)
    name = f"{namespace}.{node.name}" if namespace else node.name
    return run.report(
        "wrong-operand",
        node.span,
        f"`{name}` does not take ({shown})",
        argument_hint(overloads, arguments),
    )


def _apply(overload: Overload, arguments: list[Type]) -> Type | None:
    """Return what an overload gives for arguments of these types; None when it cannot take them."""
    wanted = [parse_type(parameter.type) for parameter in overload.parameters]
    if overload.variadic:
        wanted += wanted[-1:] * (len(arguments) - len(wanted))
    bound: dict[str, Type] = {}
    for given, parameter in zip(arguments, wanted, strict=True):
        if not fits(given, parameter, bound):
            return None
    # Nothing says of what type `optional.none()` is one: it goes with any.
    return substitute(parse_type(overload.result), bound, ANY if arguments else NEVER)
