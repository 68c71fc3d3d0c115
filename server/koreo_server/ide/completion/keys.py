"""Keys to write next: of the language, of schemas, of callees, and whole documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.kinds import KINDS, VALUE_FUNCTION
from koreo_analyzer.language.shapes import Boolean, Free, Integer, ListOf, Object, Text
from koreo_analyzer.types import ListType, MapType, ObjectType, members

from koreo_server.ide.completion.items import Item, ItemKind, about, escaped, typed_detail
from koreo_server.ide.completion.shapes import document_shape, properties_of, shape_at, type_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.shapes import Field, Shape
    from koreo_analyzer.types import Type
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.completion.slots import Slot

_REQUIRED, _USUAL, _RARE = 0, 3, 6
_STEP = "  "


def key_items(snapshot: Snapshot, slot: Slot, kind: str | None) -> Iterator[Item]:
    """Yield the keys that can be written into a slot of a document of a kind."""
    if kind is None:
        if not slot.path:
            yield from _beginnings(slot)
        return
    found = shape_at(kind, slot.path)
    if found is None:
        return
    shape, rest = found
    match shape:
        case Object():
            yield from _of_object(slot, shape)
        case ListOf() if isinstance(shape.item, Object) and not slot.flow:
            yield _entry(slot, shape.item)
        case Free():
            type_ = type_at(snapshot, slot, kind, slot.path)
            item_kind = ItemKind.INPUT if "inputs" in slot.path[-1:] and not rest else ItemKind.FIELD
            yield from _of_type(slot, type_, item_kind, required_first=_requires(slot))


_OF_RESOURCES = frozenset({"currentResource", "overlayResource", "expectResource", "expectDelete"})
"""The keys of tests that are only for ResourceFunctions (language section 9)."""


def _requires(slot: Slot) -> bool:
    """Whether required fields have to be written here: not in overlays, which change what is there already."""
    return not any(part in {"overlay", "overlayResource", "inputOverrides"} for part in slot.path)


def _of_object(slot: Slot, shape: Object) -> Iterator[Item]:
    chosen = any(name in slot.siblings for name in shape.exactly_one)
    of_values = slot.text("spec", "functionRef", "kind") == VALUE_FUNCTION
    for order, (name, field) in enumerate(shape.fields.items()):
        if name in slot.siblings or (chosen and name in shape.exactly_one):
            continue
        if of_values and name in _OF_RESOURCES:
            continue
        wanted = field.required or name in shape.exactly_one or name in shape.at_least_one
        notes = ["required"] if field.required else ["one of these"] if name in shape.exactly_one else []
        if field.default is not None and not isinstance(field.default, dict):
            notes.append(f"default {str(field.default).lower()}")
        yield _key(
            slot,
            name,
            ItemKind.KEY,
            _written(field.shape, field, slot),
            rank=_REQUIRED if field.required else _REQUIRED + 1 if wanted else _USUAL,
            detail=", ".join(notes) or None,
            doc=field.doc,
            order=order,
        )


def _of_type(slot: Slot, type_: Type | None, kind: ItemKind, *, required_first: bool) -> Iterator[Item]:
    for number, (name, field) in enumerate(properties_of(type_)):
        if name in slot.siblings:
            continue
        required = field.required and required_first
        if name == "status" or (slot.path[-1:] == ("metadata",) and name not in _USUAL_METADATA):
            rank = _RARE
        elif name in _IDENTITY and kind is ItemKind.FIELD and len(slot.path) <= 2:
            rank = _RARE - 1
        else:
            rank = _REQUIRED if required else _USUAL
        yield _key(
            slot,
            name,
            kind,
            _of_value(field.type, slot),
            rank=rank,
            detail=typed_detail(field.type, optional=not field.required),
            doc=about(field),
            order=number if kind is ItemKind.INPUT else int(name == "metadata"),
        )


_USUAL_METADATA = frozenset({"name", "namespace", "labels", "annotations"})
_IDENTITY = frozenset({"apiVersion", "kind"})


def _key(
    slot: Slot,
    name: str,
    kind: ItemKind,
    value: str,
    *,
    rank: int,
    detail: str | None,
    doc: str | None,
    order: int = 0,
) -> Item:
    """Return the item of a key; `value` is what follows its colon, as a snippet."""
    plain = slot.written(name)
    if not slot.bare:
        return Item(name, kind, slot.word, plain, rank, None, detail, doc, order=order)
    insert = f"{plain}:{' ' if value.startswith(' ') else ''}"
    snippet = None if value == " " else f"{escaped(plain)}:{value}"
    return Item(name, kind, slot.word, insert, rank, snippet, detail, doc, value == " ", order)


def _inner(slot: Slot) -> str:
    """Return the white space that lines below a key begin with, relative to the line of the cursor."""
    return " " * slot.inner + _STEP


def _written(shape: Shape, field: Field | None, slot: Slot) -> str:
    """Return what follows the colon of a key, as a snippet."""
    if slot.flow:
        return " "
    return _Writer().value(shape, field, _inner(slot))


class _Writer:
    """Writes snippets; places to fill in are numbered in the order of the text."""

    def __init__(self) -> None:
        self._stops = 0

    def _stop(self, text: str = "") -> str:
        self._stops += 1
        return f"${{{self._stops}:{escaped(text)}}}" if text else f"${{{self._stops}}}"

    def value(self, shape: Shape, field: Field | None, indent: str) -> str:
        """Return what follows the colon of a key: a blank or a line break, and the required parts."""
        match shape:
            case Text() if len(shape.enum) == 1:
                return f" {shape.enum[0]}"
            case Boolean() if field is not None and isinstance(field.default, bool):
                return f" {str(not field.default).lower()}"
            case Integer() if field is not None and field.default is not None:
                return f" {self._stop(str(field.default))}"
            case Object():
                inside = self.object(shape, indent)
                return f"\n{indent}{inside}" if inside is not None else " {}"
            case ListOf() if isinstance(shape.item, Object):
                inside = self.object(shape.item, f"{indent}  ")
                return f"\n{indent}- {inside if inside is not None else self._stop()}"
            case ListOf():
                return f"\n{indent}- {self._stop()}"
            case Free():
                return f"\n{indent}{self._stop()}"
            case _:
                return " "

    def object(self, shape: Object, indent: str) -> str | None:
        """Return the required keys of an object, one a line; None for an object without any key."""
        if not shape.fields:
            return None
        needed = [(name, field) for name, field in shape.fields.items() if field.required]
        lines = []
        for name, field in needed:
            written = self.value(field.shape, field, f"{indent}{_STEP}")
            lines.append(f"{name}:{f' {self._stop()}' if written == ' ' else written}")
        if not lines or shape.exactly_one:
            lines.append(self._stop())
        return f"\n{indent}".join(lines)


def _of_value(type_: Type, slot: Slot) -> str:
    """Return what follows the colon of a key whose value has a type, as a snippet."""
    if slot.flow:
        return " "
    kinds = {type(one) for one in members(type_)}
    indent = _inner(slot)
    if kinds and kinds <= {ObjectType, MapType}:
        return f"\n{indent}$0"
    if kinds == {ListType}:
        return f"\n{indent}- $0"
    return " "


def _entry(slot: Slot, shape: Object) -> Item:
    """Return the item that begins an entry of a list of objects, where no dash is yet."""
    inside = _Writer().object(shape, " " * slot.inner + _STEP) or "$0"
    return Item("- …", ItemKind.KEY, slot.word, "- ", _REQUIRED, f"- {inside}", "a new entry", None)


# Documents


def _beginnings(slot: Slot) -> Iterator[Item]:
    """Yield whole documents and first keys, where no kind is given yet."""
    for order, (name, field) in enumerate(document_shape("Workflow").fields.items()):
        if name not in slot.siblings:
            value = " " if name in _IDENTITY else f"\n{_STEP}$0"
            doc = field.doc if name != "spec" else None
            yield _key(slot, name, ItemKind.KEY, value, rank=0, detail="required", doc=doc, order=order)
    if not slot.siblings:
        for kind, described in KINDS.items():
            body = _DOCUMENTS[kind]
            snippet = f"apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata:\n  name: ${{1:name}}\nspec:\n{body}\n"
            insert = f"apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata:\n  name: \nspec:\n"
            yield Item(
                kind, ItemKind.DOCUMENT, slot.word, insert, 1, snippet, "a new document", described.doc
            )


_DOCUMENTS = {
    "ValueFunction": "  return:\n    ${2:value}: =inputs.${3:input}",
    "ResourceFunction": (
        "  apiConfig:\n    apiVersion: ${2:v1}\n    kind: ${3:ConfigMap}\n    name: =inputs.name\n"
        "    namespace: =inputs.namespace\n"
        "  resource:\n    ${4}\n  return:\n    ${5:ref}: =resource.self_ref()"
    ),
    "ResourceTemplate": "  template:\n    apiVersion: ${2:v1}\n    kind: ${3:ConfigMap}\n    ${4}",
    "Workflow": (
        "  crdRef:\n    apiGroup: ${2:example.com}\n    version: ${3:v1}\n    kind: ${4:Kind}\n"
        "  steps:\n    - label: ${5:first}\n      ref:\n        kind: ValueFunction\n        name: ${6}\n"
        "      inputs:\n        ${7}"
    ),
    "FunctionTest": (
        "  functionRef:\n    kind: ${2|ValueFunction,ResourceFunction|}\n    name: ${3}\n  inputs:\n    ${4}\n"
        "  testCases:\n    - label: ${5:what it does}\n      expectReturn:\n        ${6}"
    ),
}
