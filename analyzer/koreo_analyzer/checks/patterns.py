"""Patterns of `matches` that are written out: whether RE2 knows them, and whether anything does (section 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.errors import CelError
from koreo_analyzer.cel.limits import DEFAULT_LIMITS
from koreo_analyzer.cel.patterns import matcher, why_not_re2
from koreo_analyzer.checks.examples import greeting
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression

NOT_RE2 = Rule(
    "not-re2",
    Severity.WARNING,
    "a pattern that RE2 does not know",
    "CEL's `matches` takes patterns of RE2, which has no look-ahead, look-behind or back references and never takes "
    "long. The original runs Python's `re`, so published files use them; such a pattern runs here as well, under a "
    "time limit, but in no other CEL.",
    wrong=greeting('  return:\n    plain: =inputs.name.matches("^(?!test-).*$")\n'),
    right=greeting('  return:\n    plain: =!inputs.name.startsWith("test-")\n'),
)

INVALID_PATTERN = Rule(
    "invalid-pattern",
    Severity.ERROR,
    "a pattern that cannot be read",
    "The text is no regular expression, so every evaluation fails.",
    wrong=greeting('  return:\n    lower: =inputs.name.matches("^[a-z+$")\n'),
    right=greeting('  return:\n    lower: =inputs.name.matches("^[a-z]+$")\n'),
)

RULES = (NOT_RE2, INVALID_PATTERN)


def check_pattern(expression: Expression, call: ast.Call) -> Iterator[Problem]:
    """Yield the problem of a literal pattern, if the call is one of `matches` and has one."""
    if call.name != "matches" or not call.args:
        return
    literal = call.args[-1]
    if not isinstance(literal, ast.Literal) or not isinstance(literal.value, str):
        return
    complaint = why_not_re2(literal.value)
    if complaint is None:
        return
    span = expression.span(literal.span)
    try:
        matcher(DEFAULT_LIMITS, literal.value)
    except CelError:
        yield INVALID_PATTERN.problem(span, f"this pattern cannot be read: {complaint}")
        return
    yield NOT_RE2.problem(
        span,
        f"RE2 does not know this pattern: {complaint}",
        hint="it runs here under a time limit, in no other CEL",
    )
