"""Where an expression uses a key of a value that it reads, and where the key is in what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.types import ITEM

from koreo_server.ide.fields.expressions import builds_collection, named_member

if TYPE_CHECKING:
    from koreo_server.ide.fields.model import Keys

Paths: TypeAlias = frozenset["Keys"]
"""The ways that lead from a value to the key."""

_NONE: Final[Paths] = frozenset()
_HARMLESS: Final = frozenset({"size", "type", "hasValue"})
_SAME: Final = frozenset({"overlay", "orValue", "value", "of", "ofNonZeroValue", "or"})
_COMPARING: Final = frozenset({"==", "!="})


class Forward:
    """One walk through an expression, in which the name `root` has the key at `path`.

    `found` are the nodes that name the key: selections, literals and (with an empty `path`) identifiers; `lost` the
    nodes that use a value with the key in it in a way that is not followed.
    """

    def __init__(self, root: str, path: Keys) -> None:
        self._root = root
        self._path = path
        self.found: list[ast.Node] = []
        self.lost: list[ast.Node] = []

    def run(self, node: ast.Node) -> Paths:
        """Walk through a whole expression; return where the key is in its value."""
        return self._of(node, {})

    def _of(self, node: ast.Node, bound: dict[str, Paths]) -> Paths:
        match node:
            case ast.Ident():
                return self._ident(node, bound)
            case ast.Select():
                return self._member(self._of(node.operand, bound), node, node.field)
            case ast.Index():
                return self._index(node, bound)
            case ast.Macro():
                return self._macro(node, bound)
            case ast.Call():
                return self._call(node, bound)
            case ast.Ternary():
                self._of(node.condition, bound)
                return self._of(node.then, bound) | self._of(node.otherwise, bound)
            case ast.Binary():
                return self._binary(node, bound)
            case ast.ListNode():
                return _inside(ITEM, frozenset().union(*(self._of(item, bound) for item in node.items)))
            case ast.MapNode():
                return self._map(node, bound)
            case _:
                for child in ast.children(node):
                    self._lose(child, self._of(child, bound))
                return _NONE

    def _ident(self, node: ast.Ident, bound: dict[str, Paths]) -> Paths:
        if node.name in bound and not node.absolute:
            return bound[node.name]
        if node.name != self._root:
            return _NONE
        if not self._path:
            self.found.append(node)
            return _NONE
        return frozenset({self._path})

    def _lose(self, node: ast.Node, paths: Paths) -> None:
        if paths:
            self.lost.append(node)

    def _member(self, paths: Paths, node: ast.Node, name: str) -> Paths:
        inner: set[Keys] = set()
        for path in paths:
            if path[0] == name and len(path) == 1:
                self.found.append(node)
            elif path[0] in (name, ITEM) and len(path) > 1:
                inner.add(path[1:])
        return frozenset(inner)

    def _index(self, node: ast.Index, bound: dict[str, Paths]) -> Paths:
        paths = self._of(node.operand, bound)
        self._of(node.index, bound)
        name = named_member(node)
        if name is not None:
            return self._member(paths, node.index, name)
        if isinstance(node.index, ast.Literal):
            return frozenset(path[1:] for path in paths if path[0] == ITEM and len(path) > 1)
        if any(len(path) == 1 for path in paths):
            self.lost.append(node)
        return frozenset(path[1:] for path in paths if len(path) > 1)

    def _binary(self, node: ast.Binary, bound: dict[str, Paths]) -> Paths:
        left, right = self._of(node.left, bound), self._of(node.right, bound)
        if node.op == "+":
            return left | right
        if node.op == "in":
            self._lose(node.left, left)
            if isinstance(node.left, ast.Literal) and isinstance(node.left.value, str):
                self._member(right, node.left, node.left.value)
            else:
                self._lose(node.right, frozenset(path for path in right if len(path) == 1))
        elif not (node.op in _COMPARING and (_is_plain(node.left) or _is_plain(node.right))):
            self._lose(node, left | right)
        return _NONE

    def _map(self, node: ast.MapNode, bound: dict[str, Paths]) -> Paths:
        found: set[Keys] = set()
        for key, value in node.entries:
            self._lose(key, self._of(key, bound))
            paths = self._of(value, bound)
            is_name = isinstance(key, ast.Literal) and isinstance(key.value, str)
            found |= _inside(str(getattr(key, "value", "")) if is_name else ITEM, paths)
        return frozenset(found)

    def _call(self, node: ast.Call, bound: dict[str, Paths]) -> Paths:
        parts = [*((node.target,) if node.target is not None else ()), *node.args]
        paths = [self._of(part, bound) for part in parts]
        if node.name in _HARMLESS:
            return _NONE
        if node.name in _SAME:
            return frozenset().union(*paths)
        if node.name == "flatten":
            return frozenset(path[1:] for one in paths for path in one if path[0] == ITEM and len(path) > 1)
        for part, one in zip(parts, paths, strict=True):
            self._lose(part, one)
        return _NONE

    def _macro(self, node: ast.Macro, bound: dict[str, Paths]) -> Paths:
        if node.name == "has":
            self._of(node.args[0], bound)
            return _NONE
        bodies = node.args[len(node.variables) :]
        names = [variable.name for variable in node.variables]
        if node.name == "bind":
            return self._of(bodies[1], {**bound, names[0]: self._of(bodies[0], bound)})
        target = self._of(node.target, bound) if node.target is not None else _NONE
        if node.name in ("optMap", "optFlatMap"):
            return self._of(bodies[0], {**bound, names[0]: target})
        if len(names) == 1 and any(len(path) == 1 and path[0] != ITEM for path in target):
            self.lost.append(node.target or node)  # it goes through the keys, this one among them
        item = frozenset(path[1:] for path in target if path[0] == ITEM and len(path) > 1)
        if node.name == "reduce":
            first = self._of(bodies[0], bound)
            return first | self._of(bodies[1], {**bound, names[0]: first, names[1]: item})
        if len(names) == 2:
            item = frozenset(path[1:] for path in target if len(path) > 1)
        inner = {**bound, **dict.fromkeys(names[:-1], _NONE), names[-1]: item}
        given = [self._of(body, inner) for body in bodies]
        if node.name == "filter":
            return target
        if not builds_collection(node):
            return _NONE
        return _inside(ITEM, given[-1])


def _inside(key: str, paths: Paths) -> Paths:
    return frozenset((key, *path) for path in paths)


def _is_plain(node: ast.Node) -> bool:
    """Whether a node is a literal that is no map and no list, so that no key counts in a comparison with it."""
    return isinstance(node, ast.Literal)
