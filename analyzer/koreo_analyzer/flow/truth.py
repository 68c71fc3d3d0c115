"""Whether a condition can only come out one way, given the types of what it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.types import ListType, ObjectType, StringType, Type, members, overlap

if TYPE_CHECKING:
    from collections.abc import Mapping


def truth(node: ast.Node, types: Mapping[int, Type]) -> bool | None:
    """Return what a condition always gives, None if it may give either (or fail). `types` are the checker's."""
    match node:
        case ast.Literal():
            return node.value if isinstance(node.value, bool) else None
        case ast.Unary(op="!"):
            inner = truth(node.operand, types)
            return None if inner is None else not inner
        case ast.Binary(op="&&"):
            return _both(truth(node.left, types), truth(node.right, types))
        case ast.Binary(op="||"):
            negated = _both(_not(truth(node.left, types)), _not(truth(node.right, types)))
            return _not(negated)
        case ast.Binary(op="=="):
            return _equal(node, types)
        case ast.Binary(op="!="):
            return _not(_equal(node, types))
        case ast.Binary(op="in"):
            return _within(node, types)
        case ast.Macro(name="has"):
            return _presence(node.args[0], types)
        case _:
            return None


def _not(value: bool | None) -> bool | None:  # noqa: FBT001
    return None if value is None else not value


def _both(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001
    if left is False or right is False:
        return False
    return True if left and right else None


def _equal(node: ast.Binary, types: Mapping[int, Type]) -> bool | None:
    left, right = types.get(id(node.left)), types.get(id(node.right))
    if left is None or right is None:
        return None
    if not overlap(left, right):
        return False
    if (
        isinstance(left, StringType)
        and left == right
        and left.literals is not None
        and len(left.literals) == 1
    ):
        return True
    return None


def _within(node: ast.Binary, types: Mapping[int, Type]) -> bool | None:
    left, right = types.get(id(node.left)), types.get(id(node.right))
    if not isinstance(left, StringType) or left.literals is None or not isinstance(right, ListType):
        return None
    if isinstance(node.right, ast.ListNode) and isinstance(right.item, StringType):
        listed = {item.value for item in node.right.items if isinstance(item, ast.Literal)}
        if len(listed) == len(node.right.items) and left.literals <= listed:
            return True
        if len(listed) == len(node.right.items) and left.literals.isdisjoint(listed):
            return False
    return None


def _presence(node: ast.Node, types: Mapping[int, Type]) -> bool | None:
    """Return whether every field on the way is always there."""
    while isinstance(node, ast.Select) and not node.optional:
        owner = types.get(id(node.operand))
        if owner is None:
            return None
        for one in members(owner):
            if not isinstance(one, ObjectType):
                return None
            known = one.properties.get(node.field)
            if known is None or not known.required:
                return None
        node = node.operand
    return True if isinstance(node, ast.Ident) else None
