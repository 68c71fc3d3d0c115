"""Expressions written in another language: braces around the whole, operators and forms that CEL does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.parser import parse
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression

_BRACED: Final = re.compile(r"\s*(?:\$?\{\{|\$?\{|\$\()\s*([^{}]+?)\s*(?:\}\}|\}|\))\s*")
"""`{x}`, `{{ x }}`, `${x}` or `$(x)`, and nothing else."""
_INFIX: Final = re.compile(
    r"""([A-Za-z_][\w.]*)\s+(matches|contains|startsWith|endsWith)\s+("[^"]*"|'[^']*'|[A-Za-z_][\w.]*)"""
)
_COMPREHENSION: Final = re.compile(r"\[\s*(.+?)\s+for\s+(\w+)\s+in\s+(.+?)(?:\s+if\s+(.+?))?\s*\]")


def unbraced(expression: Expression) -> tuple[Span, str, tuple[Fix, ...]] | None:
    """Return place, help and fix of an expression in braces of a template language; None for any other."""
    source = expression.facts.source
    found = _BRACED.fullmatch(source)
    if found is None or parse(found[1]).problems:
        return None
    start = len(source) - len(source.lstrip())
    whole = Span(start, len(source.rstrip()))
    fix = Fix("Remove the braces", (Edit(expression.span(whole), found[1]),))
    return whole, f"write `={found[1]}`", (fix,)


def other_form(source: str) -> str | None:
    """Return how CEL writes the first form of another language in a source that is no CEL; None if none is known."""
    infix = _INFIX.search(source)
    if infix is not None:
        return f"write `{infix[1]}.{infix[2]}({infix[3]})`"
    listed = _COMPREHENSION.search(source)
    if listed is not None:
        item, name, values, condition = listed.groups()
        kept = f".filter({name}, {condition})" if condition else ""
        made = f".map({name}, {item})" if item != name else ""
        return f"write `{values}{kept}{made}`"
    return None
