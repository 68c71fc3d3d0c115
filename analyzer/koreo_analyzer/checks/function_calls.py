"""Calls in expressions: functions that do not exist, and wrong numbers of arguments (language section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import MACROS, NAMESPACES, FormKind, Function, MacroShape, all_names, lookup
from koreo_analyzer.checks.examples import greeting
from koreo_analyzer.checks.foreign_calls import help_for
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language.expressions import is_namespaced
from koreo_analyzer.problems import Edit, Fix, Problem, Severity
from koreo_analyzer.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.text import Span

UNKNOWN_FUNCTION = Rule(
    "unknown-function",
    Severity.ERROR,
    "a function that does not exist",
    "Neither CEL, nor its extension libraries, nor Koreo has a function of this name in this form (`f(x)` "
    "or `x.f()`).",
    wrong=greeting("  return:\n    text: =inputs.name.tolower()\n"),
    right=greeting("  return:\n    text: =inputs.name.lower()\n"),
)

WRONG_ARGUMENTS = Rule(
    "wrong-arguments",
    Severity.ERROR,
    "a function called with a wrong number of arguments",
    "The function exists, but takes another number of arguments in this form. In `x.f(a)` the value `x` is "
    "not counted.",
    wrong=greeting("  return:\n    first: =inputs.name.split_first()\n"),
    right=greeting('  return:\n    first: =inputs.name.split_first("-")\n'),
)
RULES = (UNKNOWN_FUNCTION, WRONG_ARGUMENTS)


def check_call(expression: Expression, call: ast.Call) -> Iterator[Problem]:
    """Yield the problem of one call, if it has any; arguments are not counted where one could not be read."""
    if not call.name:
        return
    unread = any(isinstance(arg, ast.Error) for arg in call.args)
    span = expression.span(call.name_span)
    if isinstance(call.target, ast.Ident) and is_namespaced(call):
        function = lookup(call.name, call.target.name)
        title = f"{call.target.name}.{call.name}"
        form = FormKind.GLOBAL
    else:
        function = lookup(call.name)
        title = call.name
        form = FormKind.MEMBER if call.target is not None else FormKind.GLOBAL
    macro = MACROS.get(call.name)
    if function is None and macro is not None:
        if call.name == "has" and call.target is not None:
            yield _has_as_method(expression, call, span)
            return
        if call.target is None and macro.target:
            usage = f"{macro.namespace or 'value'}.{call.name}(x, …)"
            yield UNKNOWN_FUNCTION.problem(span, f"`{call.name}` is not called so", hint=f"write `{usage}`")
            return
        if unread or len(call.args) in macro.variables:
            return
        yield WRONG_ARGUMENTS.problem(
            span, f"`{call.name}` is called with {_count(len(call.args))}", hint=_macro_usage(macro)
        )
        return
    if function is None:
        yield _unknown_function(expression, call, span)
        return
    forms = function.forms_of(form)
    if not forms:
        yield _wrong_form(expression, function, call, span, title)
    elif not unread and not any(f.accepts(len(call.args)) for f in forms):
        expected = " or ".join(dict.fromkeys(_range(f.min_args, f.max_args) for f in forms))
        yield WRONG_ARGUMENTS.problem(
            span, f"`{title}` is called with {_count(len(call.args))}", hint=f"here it takes {expected}"
        )


def _has_as_method(expression: Expression, call: ast.Call, span: Span) -> Problem:
    """Return the problem of `x.has("y")`, which is no call of the macro `has(x.y)`."""
    argument = call.args[0] if len(call.args) == 1 else None
    name = argument.value if isinstance(argument, ast.Literal) and isinstance(argument.value, str) else None
    if call.target is None or name is None or not name.isidentifier():
        return UNKNOWN_FUNCTION.problem(
            span, "`has` is not a method of a value", hint="write `has(value.field)`"
        )
    asked = f"has({expression.facts.source[slice(*call.target.span)]}.{name})"
    fix = Fix(f"Change to `{asked}`", (Edit(expression.span(call.span), asked),))
    return UNKNOWN_FUNCTION.problem(
        span, "`has` is not a method of a value", hint=f"write `{asked}`", fixes=(fix,)
    )


def _macro_usage(macro: MacroShape) -> str:
    """Say with how many arguments a macro is called."""
    counts = sorted(macro.variables)
    return f"the macro `{macro.name}` takes {_range(counts[0], counts[-1])}"


def _unknown_function(expression: Expression, call: ast.Call, span: Span) -> Problem:
    if isinstance(call.target, ast.Ident) and call.target.name in NAMESPACES:
        space = call.target.name
        guess = closest(call.name, all_names(FormKind.GLOBAL, space))
        message = f"`{space}.{call.name}` is not a function"
    else:
        foreign = help_for(expression, call, span)
        if foreign is not None:
            hint, fixes = foreign
            return UNKNOWN_FUNCTION.problem(span, f"`{call.name}` is not a function", hint=hint, fixes=fixes)
        forms = (
            (FormKind.MEMBER, FormKind.GLOBAL)
            if call.target is not None
            else (FormKind.GLOBAL, FormKind.MEMBER)
        )
        guess = closest(call.name, all_names(forms[0])) or closest(call.name, all_names(forms[1]))
        message = f"`{call.name}` is not a function"
    fixes = (Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess else ()
    return UNKNOWN_FUNCTION.problem(
        span, message, hint=f"did you mean `{guess}`?" if guess else None, fixes=fixes
    )


def _wrong_form(
    expression: Expression, function: Function, call: ast.Call, span: Span, title: str
) -> Problem:
    other = function.forms[0]
    if call.target is None:
        foreign = help_for(expression, call, span)
        if foreign is not None:
            hint, fixes = foreign
            return UNKNOWN_FUNCTION.problem(span, f"`{title}` is a method of a value", hint=hint, fixes=fixes)
        usage = f"value.{call.name}({'…' if other.min_args else ''})"
        return UNKNOWN_FUNCTION.problem(span, f"`{title}` is a method of a value", hint=f"write `{usage}`")
    return UNKNOWN_FUNCTION.problem(
        span, f"`{title}` is not a method of a value", hint=f"write `{title}(value)`"
    )


def _count(number: int) -> str:
    return {0: "no arguments", 1: "one argument"}.get(number, f"{number} arguments")


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {_count(least)}"
    if least == most:
        return _count(least)
    return f"{least} {'or' if most == least + 1 else 'to'} {most} arguments"
