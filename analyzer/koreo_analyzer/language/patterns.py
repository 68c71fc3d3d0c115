"""The names that an expression can give, as far as its text tells: for references by a computed name."""

from __future__ import annotations

import re
from typing import TypeAlias

from koreo_analyzer.cel import ast

_Parts: TypeAlias = tuple[str | None, ...]
_MOST_ALTERNATIVES = 64
_ANYTHING: tuple[_Parts, ...] = ((None,),)


def name_pattern(node: ast.Node) -> re.Pattern[str]:
    """Return a pattern that every string which `node` can evaluate to matches in full.

    Literals, `+` and `?:` are understood; whatever else stands there may be any text.
    """
    alternatives = sorted(
        {"".join(".*" if part is None else re.escape(part) for part in parts) for parts in _parts(node)}
    )
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.DOTALL)


def _parts(node: ast.Node) -> tuple[_Parts, ...]:
    if isinstance(node, ast.Literal) and isinstance(node.value, str):
        return ((node.value,),)
    if isinstance(node, ast.Ternary):
        found = (*_parts(node.then), *_parts(node.otherwise))
    elif isinstance(node, ast.Binary) and node.op == "+":
        left, right = _parts(node.left), _parts(node.right)
        if len(left) * len(right) > _MOST_ALTERNATIVES:
            return _ANYTHING
        found = tuple((*a, *b) for a in left for b in right)
    else:
        return _ANYTHING
    return found if len(found) <= _MOST_ALTERNATIVES else _ANYTHING
