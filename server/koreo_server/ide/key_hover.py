"""What the language says about a key of a document, or about the word that is its value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from koreo_analyzer.language import KINDS
from koreo_analyzer.language.shapes import Field, ListOf, Object, Shape, Text
from koreo_analyzer.language.tree import entries
from koreo_analyzer.suggest import in_code
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias

from koreo_server.ide.completion.shapes import document_shape

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.cursor import Cursor


def key_hover(snapshot: Snapshot, cursor: Cursor) -> tuple[str, Span] | None:
    """Return Markdown about the key of the language, or the word for it, under a cursor, and its place in the file."""
    definition = cursor.definition
    file = snapshot.file(definition.path)
    root = file.documents[definition.index].document.tree.root if file is not None else None
    shape = document_shape(definition.document.kind)
    found = _find(root, shape, cursor.offset, "") if root is not None else None
    return (found[0], found[1].shift(definition.start)) if found is not None else None


def _find(node: Node, shape: Shape, offset: int, where: str) -> tuple[str, Span] | None:
    if isinstance(shape, Object) and isinstance(node, Mapping):
        for key, entry in entries(node):
            field = shape.fields.get(key)
            if field is None or not entry.span.contains(offset):
                continue
            path = f"{where}.{key}" if where else key
            if entry.key.span.contains(offset):
                return _of_key(path, field), entry.key.span
            value = resolve_alias(entry.value)
            if isinstance(value, Scalar):
                return _of_word(path, field, value) if entry.value.span.contains(offset) else None
            return _find(value, field.shape, offset, path)
    elif isinstance(shape, ListOf) and isinstance(node, Sequence):
        for item in node.items:
            if item.span.contains(offset):
                return _find(resolve_alias(item), shape.item, offset, f"{where}[]")
    return None


def _of_key(path: str, field: Field) -> str:
    notes = ["required"] if field.required else []
    if field.default is not None:
        notes.append(f"default `{json.dumps(field.default)}`")
    if isinstance(field.shape, Text) and len(field.shape.enum) > 1:
        notes.append("one of " + in_code(field.shape.enum))
    title = f"`{path}`" + (f" ({', '.join(notes)})" if notes else "")
    return f"**key** {title}\n\n{field.doc}"


def _of_word(path: str, field: Field, value: Scalar) -> tuple[str, Span] | None:
    """Return what is known about one of the words that a key can have; nothing about words of the user."""
    if not isinstance(field.shape, Text) or value.text not in field.shape.enum:
        return None
    if value.text in KINDS:
        return f"**kind** `{value.text}`\n\n{KINDS[value.text].doc}", value.span
    return _of_key(path, field), value.span
