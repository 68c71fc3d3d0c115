"""What aliases repeat: what each anchored node will hold after the edits, as far as a walk has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.yaml.nodes import Alias, Node, children
from koreo_analyzer.yaml.resolve import TooLarge, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.edit.data import Identities
    from koreo_analyzer.yaml.resolve import Value

_REMOVED = -1


class Repeats:
    """The anchored nodes of one tree that aliases repeat."""

    __slots__ = ("_identities", "_kept", "_originals", "_standing")

    def __init__(self, root: Node, identities: Identities) -> None:
        self._identities = identities
        self._originals = frozenset(map(id, targets(root)))
        self._standing: dict[int, int] = {}
        self._kept: list[Value] = []

    @property
    def any(self) -> bool:
        """Whether there is any alias in the document."""
        return bool(self._originals)

    def will_hold(self, node: Node, identity: int) -> None:
        """Note what a node will hold, by its identity."""
        if id(node) in self._originals:
            self._standing[id(node)] = identity

    def forget(self, node: Node | None) -> None:
        """Note that a part of the text goes, and the anchors in it."""
        if node is None or not self._originals:
            return
        stack = [node]
        while stack:
            node = stack.pop()
            if id(node) in self._originals:
                self._standing[id(node)] = _REMOVED
            stack.extend(children(node))

    def identity(self, target: Node) -> int:
        """Return the identity of what an anchored node will hold; of its own value if no edit came by."""
        known = self._standing.get(id(target))
        if known is None:
            known = self._standing[id(target)] = self._identities.of(self.plain(target))
        return known

    def is_stale(self, node: Node) -> bool:
        """Whether a part of the text repeats something that goes or changes."""
        return any(
            self.identity(target) != self._identities.of(self.plain(target)) for target in targets(node)
        )

    def plain(self, node: Node) -> Value:
        """Return a part of the tree as data, which live as long as this object (`Identities` needs that)."""
        data = plain(node)
        found = None if isinstance(data, TooLarge) else data
        self._kept.append(found)
        return found


def targets(root: Node) -> Iterator[Node]:
    """Yield what the aliases in a part of the tree repeat."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Alias):
            yield node.target
        stack.extend(children(node))
