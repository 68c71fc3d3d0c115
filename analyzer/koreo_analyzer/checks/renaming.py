"""Fixes that write another name into an expression, in the quotes or brackets that the place needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.lexer import KEYWORDS
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.language.expressions import Member

_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTABLE: Final = re.compile(r"[\w ./-]+")
"""Names that neither CEL nor YAML reads as anything else between quotes."""


def _is_plain(expression: Expression) -> bool:
    """Whether no quotes of YAML surround the expression: in `{…}` a bracket would then end it."""
    return expression.scalar.style is Style.PLAIN


def change_member(expression: Expression, member: Member, name: str) -> tuple[Fix, ...]:
    """Return the fix that makes a selection or an index take the member `name`; none for an unusual name."""
    span = member.span
    if member.selection is not None and name not in KEYWORDS and _FIELD.fullmatch(name):
        text = name
    elif _QUOTABLE.fullmatch(name) and not (member.selection is not None and _is_plain(expression)):
        quote = "'" if expression.scalar.style is Style.DOUBLE else '"'
        text = f"{quote}{name}{quote}"
        if member.selection is not None:
            text = f"[?{text}]" if member.optional else f"[{text}]"
            span = Span(member.selection.start, member.selection.end)
    else:
        return ()
    return (Fix(f"Change to `{name}`", (Edit(expression.span(span), text),)),)
