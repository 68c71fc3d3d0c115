"""The fix of a field that need not be there: a guard around the expression that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.shapes import Place
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from koreo_analyzer.flow import FlowProblem
    from koreo_analyzer.language.document import Expression, KoreoDocument

_CONDITIONS = frozenset(
    {
        Place.VALUE_PRECONDITION,
        Place.PRECONDITION,
        Place.POSTCONDITION,
    }
)


def guard(document: KoreoDocument, problem: FlowProblem) -> tuple[Fix, ...]:
    """Return the fix that asks for the field first; an assertion is then false, another value null without it."""
    expression = next((one for one in document.expressions if one.path == problem.path), None)
    if expression is None or problem.span is None:
        return ()
    use = next((one for one in expression.facts.uses if one.span.start <= problem.span.start < one.end), None)
    if use is None:
        return ()
    source = expression.facts.source
    end = problem.span.end
    if source[problem.span.start - 1 : problem.span.start] == "[":
        end += 1
    field = source[use.span.start : end]
    body = source.strip()
    is_condition = expression.place in _CONDITIONS and expression.path[-1] == "assert"
    guarded = f"has({field}) && ({body})" if is_condition else f"has({field}) ? {body} : null"
    edit = _replaced(expression, guarded, inner=body)
    return (Fix(f"Ask for `{field}` first", (edit,)),) if edit is not None else ()


def _replaced(expression: Expression, guarded: str, *, inner: str) -> Edit | None:
    """Return the edit that puts the guarded expression in place of the one that is there, if it has one line."""
    scalar = expression.scalar
    if "\n" in inner or "//" in inner:
        return None
    match scalar.style:
        case Style.PLAIN | Style.SINGLE:
            return Edit(scalar.span, "'=" + guarded.replace("'", "''") + "'")
        case Style.DOUBLE:
            if '"' in guarded or "\\" in guarded:
                return None
            return Edit(scalar.span, f'"={guarded}"')
        case _:
            return None
