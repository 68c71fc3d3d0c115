"""Parts of expressions that fail whatever the data: a date that is none, a division by zero, a placeholder too many.

They are evaluated, by the engine that would evaluate them later, so that its words are the message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.errors import CelError, ErrorKind
from koreo_analyzer.cel.limits import Limits
from koreo_analyzer.cel.parser import parse
from koreo_analyzer.cel.program import compile_tree
from koreo_analyzer.checks.examples import greeting
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language.expressions import is_namespaced
from koreo_analyzer.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression

CONSTANT_ERROR = Rule(
    "constant-error",
    Severity.ERROR,
    "a part of an expression that always fails",
    "What stands there has no value whatever the data, so the evaluation fails as soon as it comes to it: a text "
    "that is no timestamp, duration or number, a division by zero, a key that comes twice, more placeholders than "
    "values.",
    wrong=greeting('  return:\n    old: =inputs.name < string(timestamp("2026-01-31"))\n'),
    right=greeting('  return:\n    old: =inputs.name < string(timestamp("2026-01-31T00:00:00Z"))\n'),
)
RULES = (CONSTANT_ERROR,)

_LIMITS: Final = Limits(steps=1_000, size=10_000, depth=20, pattern_seconds=0.01)
"""What one part may cost; one that needs more is left to the run."""
_TOLD: Final = frozenset(
    {ErrorKind.INVALID, ErrorKind.OUT_OF_RANGE, ErrorKind.DIVISION_BY_ZERO, ErrorKind.DUPLICATE_KEY}
)
"""What no other check tells."""
_OPERATORS: Final = re.compile(r"""["'\w)\]}]\s*[-+*/%]\s*[-"'\d(\[{]|\{""")
"""What an expression has in which operators may work on literals alone, or that divides by one."""
_PLAIN: Final = (ast.Ident, ast.Select)
_TEXT: Final = parse('"text"').root
_TIME: Final = parse('timestamp("2026-01-31T12:00:00Z")').root
_ONE: Final = parse("1").root
_TARGETS: Final = {"split": _TEXT} | dict.fromkeys(
    (
        *("getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear"),
        *("getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds"),
    ),
    _TIME,
)
"""Methods that look at what they are given before they look at their value, and a value for each."""


def check_constants(expression: Expression) -> Iterator[Problem]:
    """Yield a problem for each part of an expression that fails whatever the data (langdef, "Runtime Errors")."""
    facts = expression.facts
    if facts.broken or not (any(map(_may_fail, facts.calls)) or _OPERATORS.search(facts.source)):
        return
    parts: list[ast.Node] = []
    if _collect(facts.root, parts):
        parts.append(facts.root)
    for part in parts:
        error = _error(part)
        if error is not None and error.span is not None:
            yield CONSTANT_ERROR.problem(expression.span(error.span), f"this always fails: {error.message}")


def _may_fail(call: ast.Call) -> bool:
    """Whether a call may be one of constants: a quick look that spares most expressions a walk."""
    plain = isinstance(call.target, _PLAIN) and call.name not in _TARGETS
    return not plain and not any(isinstance(arg, _PLAIN) for arg in call.args)


def _collect(node: ast.Node, parts: list[ast.Node]) -> bool:
    """Whether a part of an expression depends on no data. Of one that does, the largest parts that do not are kept."""
    if isinstance(node, ast.Ident | ast.Error):
        return False
    inner = list(ast.children(node))
    if isinstance(node, ast.Call) and node.target is not None and is_namespaced(node):
        del inner[0]
    constant = [_collect(child, parts) for child in inner]
    if all(constant) and not isinstance(node, ast.Macro):
        return True
    parts += (child for child, known in zip(inner, constant, strict=True) if known and _works(child))
    if constant and (stand_in := _stand_in(node, constant)) is not None:
        parts.append(stand_in)
    return False


def _works(node: ast.Node) -> bool:
    """Whether there is anything to evaluate in a constant."""
    return not isinstance(node, ast.Literal)


def _stand_in(node: ast.Node, constant: list[bool]) -> ast.Node | None:
    """Return what fails if a part of an expression does, whatever its data are, with other data; None for most."""
    match node:
        case ast.Binary(op="/" | "%", right=ast.Literal(kind="int" | "uint", value=0)):
            return ast.Binary(node.op, _ONE, node.right, node.op_start, node.start, node.end)
        case ast.MapNode():
            keys = [(key, _ONE) for key, _ in node.entries if isinstance(key, ast.Literal)]
            return ast.MapNode(tuple(keys), node.start, node.end)
        case ast.Call(target=ast.Node()) if node.name in _TARGETS and node.args and all(constant[1:]):
            return _with(node, _TARGETS[node.name], node.args)
        case ast.Call(name="format", target=ast.Literal(), args=(ast.ListNode() as values,)):
            if values.optional:
                return None
            # A number fits any placeholder, so that only the placeholders themselves can be wrong.
            items = tuple(_ONE for _ in values.items)
            return _with(node, node.target, (ast.ListNode(items, values.start, values.end),))
    return None


def _with(call: ast.Call, target: ast.Node | None, args: tuple[ast.Node, ...]) -> ast.Call:
    return ast.Call(call.name, target, args, call.start, call.end, call.name_start, call.name_end)


def _error(node: ast.Node) -> CelError | None:
    """Evaluate a part; return why it has no value, unless another check says so."""
    try:
        compile_tree(node, limits=_LIMITS).evaluate({})
    except CelError as error:
        failing = next((one for one in ast.walk(node) if one.span == error.span), None)
        is_call = isinstance(failing, ast.Call) and failing.name != "matches"
        if error.kind is ErrorKind.DUPLICATE_KEY or (
            error.kind in _TOLD and (is_call or isinstance(failing, ast.Binary | ast.Unary))
        ):
            return error
        if isinstance(failing, ast.Call) and (
            error.kind is ErrorKind.NO_SUCH_FIELD
            or (error.kind is ErrorKind.NO_OVERLOAD and failing.name == "format")
        ):
            return error
    return None
