"""Fixes that write a field in brackets, `a["my-key"]`, because CEL cannot read its name after a dot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.edit.scalars import written
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Sequence, Style

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression, KoreoDocument

_WORD: Final = re.compile(r"[^\W\d]\w*")


def quoted(name: str, expression: Expression) -> str:
    """Return a name as a string of CEL, in quotes that the YAML around the expression does not use."""
    return f"'{name}'" if expression.scalar.style is Style.DOUBLE else f'"{name}"'


def bracket(document: KoreoDocument, expression: Expression, dotted: Span, name: str) -> Fix:
    """Return the fix that writes `["name"]` for the dot and the name at `dotted` of the source.

    Between YAML's own brackets a plain scalar ends at the next one, so there the expression gets quotes.
    """
    scalar, source = expression.scalar, expression.facts.source
    mark = "?" if source[dotted.start : dotted.start + 2] == ".?" else ""
    field = f"[{mark}{quoted(name, expression)}]"
    edit = Edit(expression.span(dotted), field)
    if scalar.style is Style.PLAIN and is_in_flow(document, expression):
        text = f"={source[: dotted.start]}{field}{source[dotted.end :]}"
        edit = Edit(scalar.span, written(text, Style.PLAIN, Style.SINGLE, flow=True))
    return Fix(f"Change to `{field}`", (edit,))


def bracket_unreadable(document: KoreoDocument, expression: Expression, span: Span) -> tuple[Fix, ...]:
    """Return the fix of a syntax error that is a name after a dot: one with other letters, or a word of CEL."""
    source = expression.facts.source
    name, before = source[span.start : span.end], source[: span.start]
    dot = ".?" if before.endswith(".?") else "." if before.endswith(".") else None
    if dot is None or _WORD.fullmatch(name) is None:
        return ()
    return (bracket(document, expression, Span(span.start - len(dot), span.end), name),)


def is_in_flow(document: KoreoDocument, expression: Expression) -> bool:
    """Whether an expression stands between brackets of YAML."""
    _, holder = node_at(document.spec, expression.path[1:-1])
    return isinstance(holder, Mapping | Sequence) and holder.flow
