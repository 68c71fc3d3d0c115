"""Literals that are one of several values of an expression: `has(x) ? x : "2"`, `x.?y.orValue("2")`.

That one alternative of a type fits says nothing of the others. Most of these come from data, which may be restricted
elsewhere; a literal stands in the text and is meant to be used, so one that can never fit is a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.schemas import Computed
from koreo_analyzer.types import ANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.text import Span

Inside: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A text, number or boolean that the part at `inside` of the value of the expression at `path` may be."""

    path: Path
    inside: Inside
    value: str | int | float | bool
    span: Span


def alternatives_in(document: KoreoDocument) -> tuple[Alternative, ...]:
    """Return the alternatives of all expressions of a document."""
    return tuple(
        one for expression in document.expressions if not expression.facts.broken for one in _of(expression)
    )


def _of(expression: Expression) -> Iterator[Alternative]:
    for inside, value, span in _walk(expression.facts.root, (), chosen=False):
        yield Alternative(expression.path, inside, value, span)


def _walk(
    node: ast.Node, inside: Inside, *, chosen: bool
) -> Iterator[tuple[Inside, str | int | float | bool, Span]]:
    match node:
        case ast.Ternary():
            yield from _walk(node.then, inside, chosen=True)
            yield from _walk(node.otherwise, inside, chosen=True)
        case ast.Call(name="orValue", args=(default,)) if node.target is not None:
            yield from _walk(default, inside, chosen=True)
        case ast.MapNode():
            for key, value in node.entries:
                if isinstance(key, ast.Literal) and isinstance(key.value, str):
                    yield from _walk(value, (*inside, key.value), chosen=chosen)
        case ast.Literal() if chosen and isinstance(node.value, str | int | float):
            yield inside, node.value, node.span
        case ast.Unary(op="-", operand=ast.Literal(value=int() | float() as number)) if chosen:
            yield inside, -number, node.span
        case _:
            return


def nested(path: Path, value: Any) -> Any:
    """Return data of which nothing is known but a value at a path."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [*[Computed(ANY)] * step, value]
    return value
