"""The limit on the depth of trees, which makes recursive visitors safe under Python's own recursion limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.problem import SyntaxProblem

if TYPE_CHECKING:
    from koreo_analyzer.text import Span

MAX_DEPTH = 200
"""No tree has more levels than this, and no brackets nest deeper. langdef asks for 32."""


def too_deep(span: Span) -> SyntaxProblem:
    """Make the problem for an expression that goes deeper than `MAX_DEPTH` at `span`."""
    message = f"the expression is nested too deeply: at most {MAX_DEPTH} levels are read"
    return SyntaxProblem(span, message, "move parts of it into locals", "depth")


def limit_depth(root: ast.Node) -> ast.Node:
    """Return `root`, or if it is too deep an error node: its parts are the largest trees that are not.

    Long chains (`a + a + …`, `a.b.b…`) are read in loops and are deep without any nesting of brackets.
    """
    heights: dict[int, int] = {}
    for node in reversed(list(ast.walk(root))):
        heights[id(node)] = 1 + max((heights[id(child)] for child in ast.children(node)), default=0)
    if heights[id(root)] <= MAX_DEPTH:
        return root
    parts: list[ast.Node] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if heights[id(node)] < MAX_DEPTH:
            parts.append(node)
        else:
            stack.extend(reversed(list(ast.children(node))))
    return ast.Error(root.start, root.end, tuple(parts))
