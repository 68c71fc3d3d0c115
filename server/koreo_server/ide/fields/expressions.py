"""What both directions of following have to know of the syntax of expressions."""

from __future__ import annotations

from typing import Final

from koreo_analyzer.cel import ast

_BUILDING: Final = frozenset({"map", "transformList", "transformMap"})


def named_member(node: ast.Node) -> str | None:
    """Return the member that a selection or an index with a literal text takes; None for other nodes."""
    if isinstance(node, ast.Select):
        return node.field
    if (
        isinstance(node, ast.Index)
        and isinstance(node.index, ast.Literal)
        and isinstance(node.index.value, str)
    ):
        return node.index.value
    return None


def builds_collection(node: ast.Macro) -> bool:
    """Whether a macro gives a list or a map of what its last argument gives."""
    return node.name in _BUILDING
