"""Tells calls of macros from calls of functions, and finds the variables that a macro declares.

langdef, "Macros"; the shapes are in `functions.MACROS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import MACROS
from koreo_analyzer.cel.problem import SyntaxProblem

if TYPE_CHECKING:
    from koreo_analyzer.cel.functions import MacroShape


def macro_variables(
    name: str, target: ast.Node | None, args: tuple[ast.Node, ...]
) -> tuple[tuple[ast.Ident, ...] | None, tuple[SyntaxProblem, ...]]:
    """Return the variables that a call declares, None if it is not one of a macro, and what is wrong with it.

    A call with another number of arguments is one of a function, and nothing is wrong with it as far as
    syntax goes.
    """
    shape = MACROS.get(name)
    if shape is None or not _fits(shape, target):
        return None, ()
    count = shape.variables.get(len(args))
    if count is None:
        return None, ()
    if name == "has":
        if isinstance(args[0], ast.Select | ast.Index):
            return (), ()
        return None, _wrong(args[0], '`has` takes a field (`a.b`) or an element (`a["b"]`)')
    variables: list[ast.Ident] = []
    problems: tuple[SyntaxProblem, ...] = ()
    for arg in args[:count]:
        if not isinstance(arg, ast.Ident) or arg.absolute:
            return None, _wrong(arg, f"`{name}` declares a variable here: expected a plain name")
        if any(arg.name == other.name for other in variables):
            hint = "give the two variables different names"
            problems = (SyntaxProblem(arg.span, f"`{arg.name}` is declared twice", hint),)
        variables.append(arg)
    return tuple(variables), problems


def _fits(shape: MacroShape, target: ast.Node | None) -> bool:
    if shape.namespace is not None:
        return isinstance(target, ast.Ident) and target.name == shape.namespace
    return (target is not None) is shape.target


def _wrong(arg: ast.Node, message: str) -> tuple[SyntaxProblem, ...]:
    return () if isinstance(arg, ast.Error) else (SyntaxProblem(arg.span, message),)
