"""Fixes of problems with types: a guard around what need not be there, and the name that was most likely meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.checks.renaming import change_member
from koreo_analyzer.edit import respelled
from koreo_analyzer.language.shapes import Place
from koreo_analyzer.language.tree import find_entry, node_at
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.suggest import closest, guess_in
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Scalar, Style

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
_SKIPS = frozenset({Place.STEP_SKIP, Place.OVERLAY_SKIP})
_NEVER_NULL = frozenset({Place.IDENTITY, Place.TEMPLATE_NAME, Place.STEP_SWITCH})
_REST = re.compile(r"(?:\.[A-Za-z_]\w*)*")
"""What may follow a field and is asked for together with it."""


def guard(document: KoreoDocument, problem: FlowProblem) -> tuple[Fix, ...]:
    """Return the fix that asks for the field first, and for what is read of it.

    Without it a condition is then false, a list to go through empty, and another value null; there is no fix where null
    fails (language sections 7 and 8), or where a field of nearly this name is asked for: one of the two is misspelt.
    """
    expression = next((one for one in document.expressions if one.path == problem.path), None)
    if expression is None or problem.span is None:
        return ()
    use = next((one for one in expression.facts.uses if one.span.start <= problem.span.start < one.end), None)
    if use is None or expression.place in _NEVER_NULL or _asks_for_another(expression, problem):
        return ()
    source = expression.facts.source
    end = problem.span.end
    if source[problem.span.start - 1 : problem.span.start] == "[":
        end += 1
    if _REST.fullmatch(source, end, use.end):
        end = use.end
    field = source[use.span.start : end]
    body = source.strip()
    if isinstance(expression.facts.root, ast.Ternary):
        body = f"({body})"  # between `?` and `:` a conditional needs parentheses (CEL langdef, "Syntax")
    is_condition = expression.place in _SKIPS or (
        expression.place in _CONDITIONS and expression.path[-1] == "assert"
    )
    without = "[]" if expression.place is Place.STEP_ITEMS else "null"
    guarded = f"has({field}) && ({source.strip()})" if is_condition else f"has({field}) ? {body} : {without}"
    edit = _replaced(expression, guarded, inner=body)
    return (Fix(f"Ask for `{field}` first", (edit,)),) if edit is not None else ()


def _asks_for_another(expression: Expression, problem: FlowProblem) -> bool:
    """Whether an expression asks for a field whose name is nearly that of the one which need not be there."""
    chain = problem.chain
    if chain is None or len(chain) < 2:
        return False
    asked = [
        use.members[len(chain) - 2].name
        for use in expression.facts.uses
        if (use.root, *(one.name for one in use.members[: len(chain) - 2])) == chain[:-1]
        and len(use.members) > len(chain) - 2
    ]
    return closest(chain[-1], [name for name in asked if name != chain[-1]]) is not None


def addition(document: KoreoDocument, problem: FlowProblem) -> tuple[Fix, ...]:
    """Return the fix that writes what a problem lacks after the part that it is about."""
    expression = next((one for one in document.expressions if one.path == problem.path), None)
    if expression is None or problem.span is None or problem.added is None:
        return ()
    style, added, end = expression.scalar.style, problem.added, problem.span.end
    edit: Edit | None
    if style is Style.PLAIN and not frozenset("[]{}").isdisjoint(added):
        # Inside of a flow collection brackets end a plain scalar.
        source = expression.facts.source
        whole = (source[:end] + added + source[end:]).strip()
        edit = _replaced(expression, whole, inner=whole)
    else:
        place = expression.span(problem.span).end
        text = added.replace('"', "'") if style is Style.DOUBLE else added
        edit = Edit(Span(place, place), text)
    return (Fix(f"Add `{added}`", (edit,)),) if edit is not None else ()


def spelling(document: KoreoDocument, problem: FlowProblem) -> tuple[Fix, ...]:
    """Return the fix that writes the word that a problem's hint proposes, where the wrong one stands.

    There is none for a key that the mapping has besides.
    """
    guess = guess_in(problem.hint)
    if guess is None:
        return ()
    if problem.at == "within":
        return _in_expression(document, problem, guess)
    key, value = node_at(document.spec, problem.path[1:])
    node = key if problem.at == "key" else value
    if not isinstance(node, Scalar):
        return ()
    text = document.text[node.start : node.end]
    if text != node.text and text[1:-1] != node.text:
        return ()
    if problem.at == "key" and find_entry(node_at(document.spec, problem.path[1:-1])[1], guess) is not None:
        return ()
    return (Fix(f"Change to `{guess}`", (respelled(document.text, node.span, guess),)),)


def _in_expression(document: KoreoDocument, problem: FlowProblem, guess: str) -> tuple[Fix, ...]:
    expression = next((one for one in document.expressions if one.path == problem.path), None)
    if expression is None:
        return ()
    for use in expression.facts.uses:
        for member in use.members:
            if member.span == problem.span:
                return change_member(expression, member, guess)
    # A text that is the name of a definition, which needs no escapes.
    source, span = expression.facts.source, problem.span
    if span is not None and problem.templates == (source[span.start + 1 : span.end - 1],):
        inner = expression.span(Span(span.start + 1, span.end - 1))
        return (Fix(f"Change to `{guess}`", (Edit(inner, guess),)),)
    return ()


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
