"""Where the comments of a document stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Scalar, Style, children
from koreo_analyzer.yaml.scalars import BREAKS, WHITE

if TYPE_CHECKING:
    from koreo_analyzer.yaml.nodes import Node
    from koreo_analyzer.yaml.parse import Tree

# What stands before a comment; libyaml takes brackets and quotes for white space here.
_COMMENT = re.compile(rf"(?<![^{WHITE}\ufeff\[\]{{}},\x22\x27])#[^{BREAKS}]*")


def comments(text: str, tree: Tree) -> list[Span]:
    """Return the comments, each from its `#` to the end of its line; never a part of a scalar."""
    if "#" not in text:
        return []
    inside = sorted(_scalar_spans(text, tree.root)) if tree.root is not None else []
    starts = [start for start, _ in inside]
    found: list[Span] = []
    match = _COMMENT.search(text)
    while match is not None:
        position = match.end()
        index = bisect_right(starts, match.start()) - 1
        if index >= 0 and match.start() < inside[index].end:
            position = inside[index].end
        else:
            found.append(Span(*match.span()))
        match = _COMMENT.search(text, position)
    return found


def _scalar_spans(text: str, root: Node) -> list[Span]:
    """Return the scalars that hold a `#`; of a block scalar what is below its indicator."""
    spans: list[Span] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node, Scalar):
            stack.extend(children(node))
        elif "#" in node.text:
            start = node.start
            if node.style in {Style.LITERAL, Style.FOLDED}:
                while start < node.end and text[start] not in BREAKS:
                    start += 1
            spans.append(Span(start, node.end))
    return spans
