"""Data on their way out of expressions: what is returned, written to a resource or kept in the state is JSON.

Language section 2.1. What has no JSON form fails in every run, so it is told where it stands.
"""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.defaults import default_added, default_of
from koreo_analyzer.schemas import Computed
from koreo_analyzer.types.json_form import formless, json_form

if TYPE_CHECKING:
    from koreo_analyzer.flow.blocks import Blocks, Data, Scope
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.schemas.conform import DataPath
    from koreo_analyzer.types import Latest, Type
    from koreo_analyzer.yaml.nodes import Node


def leaving(blocks: Blocks, node: Node | None, path: Path, scope: Scope, what: str) -> Data:
    """Return the block that `node` at `path` of the document gives, as JSON; report what can never be written so.

    `what` names the block in the message.
    """
    return _Leaving(blocks, what, certain=scope.certain).data(blocks.data(node, scope, path), path)


class _Leaving:
    """One walk through data."""

    __slots__ = ("_blocks", "_certain", "_latest", "_reported", "_what")

    def __init__(self, blocks: Blocks, what: str, *, certain: bool) -> None:
        self._blocks = blocks
        self._latest: Latest = blocks.known.latest
        self._what = what
        self._certain = certain
        self._reported = 0

    def data(self, data: Data, path: Path) -> Data:
        """Return data as JSON: the very same where nothing changes."""
        if isinstance(data, Computed):
            found = formless(data.type)
            if found is not None:
                self._report(path, *found)
            form = self._latest.of(json_form, data.type)
            return data if form is data.type else Computed(form)
        if not isinstance(data, dict | list):
            return data
        known = self._latest.find(leaving, data)
        if known is None:
            reported = self._reported
            known = self._fields(data, path) if isinstance(data, dict) else self._items(data, path)
            if self._reported == reported:
                self._latest.keep(known, leaving, data)
        return known

    def _fields(self, data: dict[Any, Data], path: Path) -> Data:
        fields = {key: self.data(item, (*path, key)) for key, item in data.items()}
        return data if all(map(is_, fields.values(), data.values())) else fields

    def _items(self, data: list[Data], path: Path) -> Data:
        items = [self.data(item, (*path, number)) for number, item in enumerate(data)]
        return data if all(map(is_, items, data)) else items

    def _report(self, path: Path, inside: DataPath, type_: Type) -> None:
        self._reported += 1
        blocks = self._blocks
        expression = blocks.expression_at(*path[1:])
        part, within = part_at(expression.facts.root, inside) if expression is not None else (None, inside)
        what, hint = "a type", "types have no JSON form: return a text in its place"
        added = default_of(type_)
        if added is not None:
            what, hint = "an optional", f"say what it is without a value: `{added}`"
        if within:
            # It is made elsewhere, and mended there.
            what = f"{what} at `{'.'.join(map(str, within))}`"
            hint = hint.replace(":", ", where it is made:", 1)
        blocks.report(
            "wrong-result",
            path,
            f"this {'has' if within else 'is'} {what}, which {self._what} cannot hold",
            hint,
            at="value" if part is None else "within",
            span=None if part is None else part.span,
            certain=self._certain,
            added=default_added(part, type_) if part is not None and not within else None,
        )


def part_at(node: ast.Node, inside: DataPath) -> tuple[ast.Node, DataPath]:
    """Return the part of an expression that gives a part of its value.

    If that is not written there, it is the nearest around it, and what leads on from it to the part.
    """
    for depth, step in enumerate(inside):
        inner: ast.Node | None = None
        if isinstance(node, ast.MapNode):
            inner = next(
                (value for key, value in node.entries if isinstance(key, ast.Literal) and key.value == step),
                None,
            )
        elif isinstance(node, ast.ListNode) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            return node, inside[depth:]
        node = inner
    return node, ()
