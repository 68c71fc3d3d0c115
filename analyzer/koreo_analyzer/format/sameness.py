"""Whether a formatted document says the same as it did: the formatter asks before it hands out edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.format.cel import is_same
from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, children

if TYPE_CHECKING:
    from koreo_analyzer.yaml.parse import Tree


def says_the_same(old: str, old_tree: Tree, new: str, new_tree: Tree, expressions: frozenset[int]) -> bool:
    """Whether two documents have the same tree, comments included.

    `expressions` are the starts of the scalars in the old one that hold expressions: they may differ in white space
    between the tokens. Any other text must be the same, and so must its style.
    """
    if not new_tree.sound or (old_tree.root is None) != (new_tree.root is None):
        return False
    if _comments(old, old_tree) != _comments(new, new_tree):
        return False
    if old_tree.root is None or new_tree.root is None:
        return True
    pairs = [(old_tree.root, new_tree.root)]
    while pairs:
        one, other = pairs.pop()
        if not _is_alike(one, other, is_expression=one.start in expressions):
            return False
        pairs += zip(children(one), children(other), strict=True)
    return True


def _comments(text: str, tree: Tree) -> list[str]:
    return [text[span.start : span.end].rstrip() for span in comments(text, tree)]


def _is_alike(one: Node, other: Node, *, is_expression: bool) -> bool:
    if isinstance(one, Scalar):
        if not isinstance(other, Scalar) or (one.style, one.tag) != (other.style, other.tag):
            return False
        if one.text == other.text:
            return True
        return is_expression and other.text.startswith("=") and is_same(one.text[1:], other.text[1:])
    if isinstance(one, Mapping):
        return (
            isinstance(other, Mapping) and one.flow == other.flow and len(one.entries) == len(other.entries)
        )
    if isinstance(one, Sequence):
        return isinstance(other, Sequence) and one.flow == other.flow and len(one.items) == len(other.items)
    return isinstance(one, Alias) and isinstance(other, Alias) and one.name == other.name
