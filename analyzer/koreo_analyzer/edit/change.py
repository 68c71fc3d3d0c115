"""The doors of the package: what shall change in, edits that were read back and found right out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.edit.data import Identities, Path, RefusedError, checked, put, shown, take
from koreo_analyzer.edit.layout import Layout
from koreo_analyzer.edit.lines import Lines
from koreo_analyzer.edit.render import Renderer
from koreo_analyzer.edit.rewrite import rewrite
from koreo_analyzer.edit.scalars import written
from koreo_analyzer.json_data import json_equal
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import TooLarge, is_merge, key_text, plain
from koreo_analyzer.yaml.scalars import BREAKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.yaml.parse import Tree
    from koreo_analyzer.yaml.resolve import Value

_DOCUMENT_END = re.compile(r"^\.\.\.(?=\s|\Z)", re.MULTILINE)
_IMPOSSIBLE = "the text around it does not allow this change; make it by hand"


@dataclass(frozen=True, slots=True)
class Change:
    """Edits of one document, in the order of the text, none touching another; offsets within the document.

    `refusal` says why there are none although something should change; None if all is well. No edits and no
    refusal: the document holds that already.
    """

    edits: tuple[Edit, ...] = ()
    refusal: str | None = None


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made; they must not overlap, and count from the text as it was."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        parts += (text[position : edit.span.start], edit.text)
        position = edit.span.end
    parts.append(text[position:])
    return "".join(parts)


def set_value(text: str, tree: Tree, path: Path, value: object) -> Change:
    """Make the value at a path equal to plain data (dict, list, str, int, float, bool, None).

    `tree` is that of `text`, one document as cut by `stream.split`. Keys that are missing on the path are made; a
    position may be one past the end of its list. Refused: a document that is not YAML, a path that leads through
    something else than mappings and lists, data without a JSON form. Never raises on what a user typed.
    """
    return set_values(text, tree, [(path, value)])


def set_values(text: str, tree: Tree, values: Iterable[tuple[Path, object]]) -> Change:
    """Make several values of one document equal to plain data, one after the other; all or nothing."""
    try:
        document = _Document(text, tree)
        data = document.data
        last: Path = ()
        count = 0
        for path, value in values:
            data = put(data, path, checked(value))
            last, count = path, count + 1
        return document.change(data, last if count == 1 else None)
    except RefusedError as refused:
        return Change(refusal=str(refused))


def remove(text: str, tree: Tree, path: Path) -> Change:
    """Remove the key or the item at a path, with its own comments; nothing if it is not there.

    Refused for the document itself, and for what `set_value` refuses.
    """
    try:
        document = _Document(text, tree)
        return document.change(take(document.data, path), path[:-1])
    except RefusedError as refused:
        return Change(refusal=str(refused))


def rename_key(text: str, tree: Tree, path: Path, name: str) -> Change:
    """Give the key at a path another name, in the same quotes if they can hold it; its place stays.

    Refused if there is no such key in the text of that mapping, if the mapping has the new one already, or if an
    alias repeats the mapping: then others would see the new name, too.
    """
    try:
        document = _Document(text, tree)
        return document.rename(path, name)
    except RefusedError as refused:
        return Change(refusal=str(refused))


class _Document:
    """A sound document, and its data as long as a change is being made."""

    __slots__ = ("data", "identities", "root", "text")

    def __init__(self, text: str, tree: Tree) -> None:
        if not tree.sound:
            raise RefusedError("the document is not sound YAML; mend that first")
        data = plain(tree.root) if tree.root is not None else None
        if isinstance(data, TooLarge):
            raise RefusedError(f"the document holds {data}")
        self.text = text
        self.root = tree.root
        self.data: Value = data
        self.identities = Identities()

    def change(self, data: Value, path: Path | None) -> Change:
        """Return the change to other data; if parts cannot be changed, the value at `path` is written anew."""
        if self.identities.of(self.data) == self.identities.of(data):
            return Change()
        if self.root is None:
            return self._fill(data)
        edits = self._rewrite(self.root, data, None)
        if edits is None and path is not None:
            node = _node_at(self.root, path)
            edits = self._rewrite(self.root, data, node) if node is not None else None
        if edits is None:
            raise RefusedError(_IMPOSSIBLE)
        return Change(edits)

    def rename(self, path: Path, name: str) -> Change:
        """Return the change of one key."""
        holder = _node_at(self.root, path[:-1]) if self.root is not None and path else None
        if not isinstance(holder, Mapping) or not isinstance(path[-1], str):
            raise RefusedError(f"there is no key `{shown(path)}` in the text")
        keys = [entry.key for entry in holder.entries if not is_merge(entry.key)]
        found = [key for key in keys if key_text(key) == path[-1]]
        if not found or not all(isinstance(key, Scalar) for key in found):
            raise RefusedError(f"there is no key `{shown(path)}` in the text")
        name = str(checked(name))
        if name == path[-1]:
            return Change()
        data = _at(self.data, path[:-1])
        if not isinstance(data, dict) or name in data:
            raise RefusedError(f"`{shown(path[:-1])}` has a key `{name}` already")
        renamed: dict[str, Value] = {(name if key == path[-1] else key): part for key, part in data.items()}
        edits = tuple(
            Edit(key.span, written(name, key.style, Style.DOUBLE, flow=holder.flow))
            for key in found
            if isinstance(key, Scalar)
        )
        target = put(self.data, path[:-1], renamed)
        if not self._holds(apply(self.text, edits), target):
            raise RefusedError(_IMPOSSIBLE)
        return Change(edits)

    def _fill(self, data: Value) -> Change:
        """Write data into a document without content."""
        lines = Lines(self.text)
        renderer = Renderer(Layout(), blocks=True)
        rendered = (
            renderer.lines(data)[0] if isinstance(data, dict | list) and data else [renderer.flow(data)]
        )
        found = _DOCUMENT_END.search(self.text)
        end = found.start() if found is not None else len(self.text)
        before = "" if self.text[:end] in {"", "\ufeff"} or self.text[end - 1] in BREAKS else lines.newline
        edits = (Edit(Span(end, end), before + lines.newline.join(rendered) + lines.newline),)
        if not self._holds(apply(self.text, edits), data):
            raise RefusedError(_IMPOSSIBLE)
        return Change(edits)

    def _rewrite(self, root: Node, data: Value, anew: Node | None) -> tuple[Edit, ...] | None:
        """Return edits if they are right: the new text holds the data and nothing else."""
        edits = rewrite(self.text, root, self.data, data, self.identities, anew)
        return edits if edits is not None and self._holds(apply(self.text, edits), data) else None

    def _holds(self, text: str, data: Value) -> bool:
        tree = parse(text)
        held = plain(tree.root) if tree.root is not None else None
        if not tree.sound or isinstance(held, TooLarge):
            return False
        return json_equal(held, data)


def _node_at(root: Node, path: Path) -> Node | None:
    """Return the value at a path in the text itself, neither merged nor behind an alias; None if there is none."""
    node: Node | None = root
    for part in path:
        if isinstance(part, int):
            node = node.items[part] if isinstance(node, Sequence) and part < len(node.items) else None
        elif isinstance(node, Mapping):
            found = [entry.value for entry in node.entries if key_text(entry.key) == part]
            node = found[-1] if found else None
        else:
            return None
    return node


def _at(data: Value, path: Path) -> Value:
    """Return the data at a path that is there."""
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part]
    return data
