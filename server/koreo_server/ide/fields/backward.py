"""Where a part of an expression has a key from: names in scope and keys of theirs, and keys that stand in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.types import ITEM

from koreo_server.ide.fields.expressions import builds_collection, named_member

if TYPE_CHECKING:
    from koreo_server.ide.fields.model import Keys

Ask: TypeAlias = Callable[["Keys"], None]
Bound: TypeAlias = dict[str, "Ask"]
"""Variables of macros, each with what to ask when a key of it is wanted."""

_MOST_ASKED = 2_000


class Backward:
    """One question, or several, about an expression.

    `roots` are the names in scope that have the key, each with the keys that lead to it; `literals` the keys of maps
    that are written in the expression; `lost` the nodes of which it cannot be told what keys they have.
    """

    def __init__(self) -> None:
        self.roots: list[tuple[ast.Ident, Keys]] = []
        self.literals: list[ast.Literal] = []
        self.lost: list[ast.Node] = []
        self._asked = 0

    @property
    def is_complete(self) -> bool:
        """Whether all questions that came up were asked: variables of nested macros can lead to very many."""
        return self._asked <= _MOST_ASKED

    def ask(self, node: ast.Node, keys: Keys, bound: Bound) -> None:
        """Ask where the value of a node has the key at `keys` from."""
        self._asked += 1
        if not self.is_complete:
            return
        match node:
            case ast.Ident() if node.name in bound and not node.absolute:
                bound[node.name](keys)
            case ast.Ident():
                self.roots.append((node, keys))
            case ast.Select() | ast.Index():
                name = named_member(node)
                self.ask(node.operand, (ITEM if name is None else name, *keys), bound)
            case ast.Ternary():
                self.ask(node.then, keys, bound)
                self.ask(node.otherwise, keys, bound)
            case ast.Binary(op="+"):
                self.ask(node.left, keys, bound)
                self.ask(node.right, keys, bound)
            case ast.ListNode() if keys[0] == ITEM:
                for item in node.items if len(keys) > 1 else ():
                    self.ask(item, keys[1:], bound)
            case ast.MapNode():
                self._map(node, keys, bound)
            case ast.Macro():
                self._macro(node, keys, bound)
            case ast.Call():
                self._call(node, keys, bound)
            case ast.Literal() | ast.ListNode():
                pass
            case _:
                self.lost.append(node)

    def _map(self, node: ast.MapNode, keys: Keys, bound: Bound) -> None:
        for key, value in node.entries:
            name = key.value if isinstance(key, ast.Literal) and isinstance(key.value, str) else None
            if name is not None and keys[0] not in (name, ITEM):
                continue
            if len(keys) > 1:
                self.ask(value, keys[1:], bound)
            elif isinstance(key, ast.Literal) and name == keys[0]:
                self.literals.append(key)
            elif name is None:
                self.lost.append(key)

    def _call(self, node: ast.Call, keys: Keys, bound: Bound) -> None:
        parts = [*((node.target,) if node.target is not None else ()), *node.args]
        if node.name in ("of", "ofNonZeroValue"):
            parts = list(node.args)
        if node.name in ("overlay", "orValue", "value", "of", "ofNonZeroValue", "or"):
            for part in parts:
                self.ask(part, keys, bound)
        elif node.name == "flatten" and keys[0] == ITEM:
            for part in parts:
                self.ask(part, (ITEM, *keys), bound)
        else:
            self.lost.append(node)

    def _macro(self, node: ast.Macro, keys: Keys, bound: Bound) -> None:
        bodies = node.args[len(node.variables) :]
        if node.name == "filter" and node.target is not None:
            self.ask(node.target, keys, bound)
        elif node.name in ("bind", "optMap", "optFlatMap"):
            self.ask(bodies[-1], keys, self.inside(node, bound))
        elif node.name == "reduce":
            self.ask(bodies[0], keys, bound)
            inner = self.inside(node, bound)
            inner[node.variables[0].name] = lambda _: (
                None
            )  # what it was before: one of the two that are asked
            self.ask(bodies[1], keys, inner)
        elif not builds_collection(node):
            self.lost.append(node)
        elif len(keys) > 1:
            self.ask(bodies[-1], keys[1:], self.inside(node, bound))

    def inside(self, node: ast.Macro, bound: Bound) -> Bound:
        """Return what is bound in the bodies of a macro."""
        inner = dict(bound)
        target, names = node.target, [variable.name for variable in node.variables]
        if node.name == "bind":
            first = node.args[1]
            inner[names[0]] = lambda keys: self.ask(first, keys, bound)
            return inner
        if target is None or not names:
            return inner
        step: Keys = () if node.name in ("optMap", "optFlatMap") else (ITEM,)
        for name in names[:-1]:
            inner[name] = lambda _: None
        inner[names[-1]] = lambda keys: self.ask(target, (*step, *keys), bound)
        if node.name == "reduce":
            first = node.args[2]
            inner[names[0]] = lambda keys: self.ask(first, keys, bound)
        return inner

    def around(self, root: ast.Node, part: ast.Node) -> Bound:
        """Return what is bound at a part of the expression `root`."""
        bound: Bound = {}
        node: ast.Node | None = root
        while node is not None and node is not part:
            following = next((child for child in ast.children(node) if _holds(child, part)), None)
            if isinstance(node, ast.Macro) and following is not None and following is not node.target:
                is_first = node.name in ("bind", "reduce") and following is node.args[len(node.variables)]
                bound = bound if is_first else self.inside(node, bound)
            node = following
        return bound


def _holds(node: ast.Node, part: ast.Node) -> bool:
    if node is part:
        return True
    return node.start <= part.start and part.end <= node.end and any(one is part for one in ast.walk(node))
