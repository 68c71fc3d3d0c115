"""Expressions written in another language: braces of templates, operators and forms that CEL does not have.

A slip is told only if the expression is CEL once it is written CEL's way, so that the fix is certain to be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.cel.parser import parse
from koreo_analyzer.checks.bracketing import is_in_flow
from koreo_analyzer.edit.scalars import written
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.language.document import Expression, KoreoDocument
    from koreo_analyzer.language.expressions import Use

_LONGEST: Final = 1000
"""How long a source may be that is looked through for slips."""
_LONGEST_SHOWN: Final = 60

_WITH_CONDITION: Final = 3
"""How many arguments `map` has that takes a condition."""

_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|' r"'(?:[^'\\\n]|\\.)*'")
_VALUE: Final = r"""[A-Za-z_][\w.]*(?:\([^()]*\))?|"[^"]*"|'[^']*'"""
_BRACED: Final = re.compile(
    r"\$?\{\{\s*(?P<a>[^{}]+?)\s*\}\}|\$\{\s*(?P<b>[^{}]+?)\s*\}|\$\(\s*(?P<c>[\w.]+)\s*\)|\A\s*\{\s*(?P<d>[^{}:]+?)\s*\}\s*\Z"
)
_INFIX: Final = re.compile(rf"([A-Za-z_][\w.]*)\s+(matches|contains|startsWith|endsWith)\s+({_VALUE}|\d+)")
_COMPREHENSION: Final = re.compile(
    r"\[\s*([^\[\]\s][^\[\]]*?)\s+for\s+(\w+)\s+in\s+([^\[\]]+?)(?:\s+if\s+([^\[\]]+?))?\s*\]"
)
_CONDITIONAL: Final = re.compile(r"\A\s*(.+?)\s+if\s+(.+?)\s+else\s+(.+?)\s*\Z")
_ARROW: Final = re.compile(r"\(\s*\(?(\w+)\)?\s*[-=]>\s*")
_PIPED: Final = re.compile(rf"({_VALUE})\s*\|>?\s*(\w+)(\([^()]*\))?")
_UNJOINED: Final = re.compile(r"""("[^"]*"|'[^']*')\s*(?=[A-Za-z_])|(?<=[\w)])\s+(?=["'])""")
_CALLED: Final = re.compile(r"\b(\w+)\s+([A-Za-z_][\w.]*)")
_DEFAULT_OF: Final = re.compile(r"([A-Za-z_][\w.]*)\.(\w+)\Z")

Groups = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A form of another language at `span` of the source, and the whole source as CEL has it.

    `message` is None where what the reader of expressions says is good enough.
    """

    span: Span
    message: str | None
    hint: str
    source: str


def find_slip(source: str) -> Slip | None:
    """Return the first form of another language in a source that is no CEL; None if none explains what is wrong."""
    if len(source) > _LONGEST:
        return None
    plain = _STRING.sub(lambda found: found[0][0] + "_" * (len(found[0]) - 2) + found[0][-1], source)
    for pattern, write, message in _FORMS:
        found = list(pattern.finditer(plain))
        if not found:
            continue
        parts, last = [], 0
        first: tuple[Span, str] | None = None
        for match in found:
            bounds = (match.span(index) for index in range(1, pattern.groups + 1))
            text = write(tuple(source[start:end] if start >= 0 else "" for start, end in bounds))
            if text is None:
                continue
            first = first or (Span(*match.span()), text)
            parts += [source[last : match.start()], text]
            last = match.end()
        mended = "".join(parts) + source[last:]
        if first is not None and not parse(mended).problems:
            shown = mended.strip() if len(mended) <= _LONGEST_SHOWN else first[1].strip()
            equals = "=" if len(mended) <= _LONGEST_SHOWN else ""
            return Slip(first[0], message, f"write `{equals}{shown}`", mended.strip())
    return None


def mend(document: KoreoDocument, expression: Expression, slip: Slip) -> tuple[Fix, ...]:
    """Return the fix of a slip. An expression of several lines is left to its writer."""
    scalar = expression.scalar
    if scalar.style in (Style.LITERAL, Style.FOLDED) or "\n" in document.text[scalar.start : scalar.end]:
        return ()
    style = scalar.style
    text = written(f"={slip.source}", style, Style.SINGLE, flow=is_in_flow(document, expression))
    return (Fix(f"Change to `={slip.source}`", (Edit(scalar.span, text),)),)


def macro_slip(expression: Expression, use: Use) -> tuple[ast.Macro, str, tuple[Fix, ...]] | None:
    """Return the macro, the hint and the fix where an unknown name is meant as a variable of the macro around it."""
    for node in ast.walk(expression.facts.root):
        if not isinstance(node, ast.Macro) or not node.span.start <= use.span.start < node.span.end:
            continue
        meant = None
        if node.name == "reduce":
            meant = _late_start(expression, use, node)
        elif node.name == "map" and len(node.args) == _WITH_CONDITION:
            meant = _second_variable(expression, use, node)
        if meant is not None:
            return node, *meant
    return None


def _late_start(expression: Expression, use: Use, node: ast.Macro) -> tuple[str, tuple[Fix, ...]] | None:
    """Return the help for `reduce(sum, x, sum + x, 0)`, whose start stands last."""
    if use.root not in {one.name for one in node.variables}:
        return None
    value, start = node.args[2:4]
    if not value.start <= use.span.start < value.end:
        return None
    if not isinstance(start, ast.Literal | ast.ListNode | ast.MapNode):
        return None
    source = expression.facts.source
    names = ", ".join(one.name for one in node.variables)
    first, second = source[slice(*start.span)], source[slice(*value.span)]
    swap = (Edit(expression.span(value.span), first), Edit(expression.span(start.span), second))
    hint = f"the value to start with comes first: `reduce({names}, {first}, {second})`"
    return hint, (Fix("Swap the start and the value", swap),)


def _second_variable(expression: Expression, use: Use, node: ast.Macro) -> tuple[str, tuple[Fix, ...]] | None:
    """Return the help for `map(key, value, …)`, which takes `value` for a condition."""
    second = node.args[1]
    if not isinstance(second, ast.Ident) or second.name != use.root:
        return None
    edit = Edit(expression.span(Span(node.name_start, node.name_end)), "transformList")
    hint = f"with two variables write `transformList({node.variables[0].name}, {second.name}, …)`"
    return hint, (Fix("Change to `transformList`", (edit,)),)


def _unbraced(groups: Groups) -> str | None:
    return next(filter(None, groups), None)


def _method(groups: Groups) -> str | None:
    target, name, argument = groups
    return f"{target}.{name}({argument})"


def _comprehension(groups: Groups) -> str | None:
    item, name, values, condition = groups
    kept = f".filter({name}, {condition})" if condition else ""
    made = f".map({name}, {item})" if item != name else ""
    return f"{values}{kept}{made}"


def _conditional(groups: Groups) -> str | None:
    value, condition, other = groups
    return f"{condition} ? {value} : {other}"


def _arrow(groups: Groups) -> str | None:
    return f"({groups[0]}, "


def _piped(groups: Groups) -> str | None:
    value, name, arguments = groups
    field = _DEFAULT_OF.match(value)
    if name == "default" and field is not None and arguments:
        return f"{field[1]}.?{field[2]}.orValue{arguments}"
    function = lookup(name)
    if function is None or not function.forms_of(FormKind.MEMBER):
        return None
    return f"{value}.{name}{arguments or '()'}"


def _joined(groups: Groups) -> str | None:
    return f"{groups[0]} + "


def _called(groups: Groups) -> str | None:
    name, argument = groups
    function = lookup(name)
    known = function is not None and function.forms_of(FormKind.GLOBAL)
    return f"{name}({argument})" if known else None


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[Groups], str | None], str | None], ...]] = (
    (_BRACED, _unbraced, "an expression that begins with `=` takes no braces"),
    (_INFIX, _method, None),
    (_COMPREHENSION, _comprehension, None),
    (_CONDITIONAL, _conditional, None),
    (_ARROW, _arrow, None),
    (_PIPED, _piped, None),
    (_CALLED, _called, None),
    (_UNJOINED, _joined, None),
)
