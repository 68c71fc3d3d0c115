"""What the language, schemas and callees say about a place of a document: its keys, and what its values may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.flow import demanded_type
from koreo_analyzer.language.kinds import KINDS, VALUE_FUNCTION
from koreo_analyzer.language.shapes import Boolean, Field, Free, Integer, ListOf, Object, Shape, Text
from koreo_analyzer.language.tree import get_text
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import ListType, MapType, ObjectType, Property, Type, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_server.ide.completion.slots import Slot

_METADATA = Object(
    {
        "name": Field(Text(), "The name by which other documents refer to this one.", required=True),
        "namespace": Field(Text(), "The namespace that the document is in."),
        "labels": Field(Free(), 'Labels; `koreo.dev/active: "false"` switches the document off.'),
        "annotations": Field(Free(), "Annotations."),
    }
)


def document_shape(kind: str) -> Object:
    """Return the shape of a whole document of a kind."""
    return Object(
        {
            "apiVersion": Field(
                Text(enum=("koreo.dev/v1beta1",)), "Always `koreo.dev/v1beta1`.", required=True
            ),
            "kind": Field(Text(enum=tuple(KINDS)), "The kind of the document.", required=True),
            "metadata": Field(_METADATA, "Name, namespace, labels.", required=True),
            "spec": Field(KINDS[kind].spec, KINDS[kind].doc, required=True),
        }
    )


def shape_at(kind: str, path: Path) -> tuple[Shape, Path] | None:
    """Return the shape at a path of a document and the rest of the path below free content; None where none is."""
    shape: Shape = document_shape(kind)
    for number, part in enumerate(path):
        match shape:
            case Object() if isinstance(part, str) and part in shape.fields:
                shape = shape.fields[part].shape
            case ListOf() if isinstance(part, int):
                shape = shape.item
            case Free():
                return shape, path[number:]
            case _:
                return None
    return shape, ()


def field_at(kind: str, path: Path) -> Field | None:
    """Return the field of the language that a path ends with."""
    if not path or not isinstance(path[-1], str):
        return None
    found = shape_at(kind, path[:-1])
    if found is None or found[1] or not isinstance(found[0], Object):
        return None
    return found[0].fields.get(path[-1])


# Types of what is free


def type_at(snapshot: Snapshot, slot: Slot, kind: str, path: Path) -> Type | None:
    """Return the type that a schema or a callee gives to the value at a path of free content."""
    match path:
        case ("spec", ("resource" | "template" | "currentResource"), *rest):
            return _resource_type(snapshot, slot, kind, rest)
        case ("spec", "overlays", int(), "overlay", *rest) | ("spec", "create", "overlay", *rest):
            return _resource_type(snapshot, slot, kind, rest)
        case ("spec", "testCases", int(), ("currentResource" | "overlayResource" | "expectResource"), *rest):
            return _resource_type(snapshot, slot, kind, rest)
        case ("spec", "testCases", int(), "expectReturn", *rest):
            tested = tested_function(snapshot, slot)
            result = snapshot.interface(tested).result if tested is not None else None
            return _inside(result, rest)
        case (
            ("spec", "steps", int(), "inputs", *rest)
            | ("spec", "overlays", int(), "inputs", *rest)
            | ("spec", "inputs", *rest)
            | ("spec", "testCases", int(), "inputOverrides", *rest)
        ):
            return _inside(join_inputs(snapshot, slot, path[: len(path) - len(rest)]), rest)
    return None


def join_inputs(snapshot: Snapshot, slot: Slot, path: Path) -> ObjectType | None:
    """Return the inputs that what is called at a path of `inputs` takes; of several that may be called, of all.

    They come in the order in which they are first used.
    """
    properties: dict[str, Property] = {}
    for callee in callees(snapshot, slot, path):
        interface = snapshot.interface(callee)
        uses = callee.document.input_uses
        first_use = {name: spans[0].start for name, spans in uses.items() if spans}
        for one in members(demanded_type(interface.asked)):
            if isinstance(one, ObjectType):
                for name in sorted(one.properties, key=lambda name: (first_use.get(name, -1), name)):
                    found = one.properties[name]
                    required = name not in interface.optional
                    properties.setdefault(name, Property(found.type, required, found.doc, found.origin))
    return ObjectType(properties, open=True) if properties else None


def callees(snapshot: Snapshot, slot: Slot, path: Path) -> Iterator[Definition]:
    """Yield the documents that may run with the `inputs` at a path."""
    match path:
        case ("spec", "steps", int(index), *_):
            refs: list[Path] = [("spec", "steps", index, "ref")]
            number = 0
            while slot.node("spec", "steps", index, "refSwitch", "cases", number) is not None:
                refs.append(("spec", "steps", index, "refSwitch", "cases", number))
                number += 1
        case ("spec", "overlays", int(index), *_):
            refs = [("spec", "overlays", index, "overlayRef")]
        case _:
            refs = [("spec", "functionRef")]
    for ref in refs:
        called, name = slot.text(*ref, "kind"), slot.text(*ref, "name")
        found = snapshot.active_definition(called, name) if called and name else None
        if found is not None:
            yield found


def tested_function(snapshot: Snapshot, slot: Slot) -> Definition | None:
    """Return the function that a FunctionTest tests."""
    kind, name = slot.text("spec", "functionRef", "kind"), slot.text("spec", "functionRef", "name")
    return snapshot.active_definition(kind, name) if kind and name else None


def stands_alone(snapshot: Snapshot, definition: Definition | None) -> bool:
    """Whether a document is a function that no overlay runs, so that it has no resource."""
    if definition is None or definition.document.kind != VALUE_FUNCTION:
        return False
    return snapshot.typing(definition).given.resource is None


def resource_kind(snapshot: Snapshot, slot: Slot, kind: str) -> KindName | None:
    """Return the kind of the resource that a document manages, holds or tests."""
    if kind == "FunctionTest":
        tested = tested_function(snapshot, slot)
        spec = tested.document.spec if tested is not None else None
        version, name = get_text(spec, "apiConfig", "apiVersion"), get_text(spec, "apiConfig", "kind")
    else:
        place = "template" if kind == "ResourceTemplate" else "apiConfig"
        version, name = slot.text("spec", place, "apiVersion"), slot.text("spec", place, "kind")
    return KindName(version, name) if version and name else None


def _resource_type(snapshot: Snapshot, slot: Slot, kind: str, rest: list[str | int]) -> Type | None:
    name = resource_kind(snapshot, slot, kind)
    schema = snapshot.schema(name) if name is not None else None
    return _inside(schema.written, rest) if schema is not None else None


def _inside(type_: Type | None, path: list[str | int]) -> Type | None:
    for part in path:
        if type_ is None:
            return None
        type_ = next((found for one in members(type_) if (found := _member(one, part)) is not None), None)
    return type_


def _member(type_: Type, part: str | int) -> Type | None:
    match type_:
        case ObjectType() if isinstance(part, str) and part in type_.properties:
            return type_.properties[part].type
        case MapType() if isinstance(part, str):
            return type_.value
        case ListType() if isinstance(part, int):
            return type_.item
        case _:
            return None


def properties_of(type_: Type | None) -> Iterator[tuple[str, Property]]:
    """Yield the fields of an object type; those of alternatives once each."""
    seen: set[str] = set()
    for one in members(type_) if type_ is not None else ():
        if isinstance(one, ObjectType):
            for name, found in one.properties.items():
                if name not in seen:
                    seen.add(name)
                    yield name, found


__all__ = [
    "Boolean",
    "Integer",
    "Text",
    "callees",
    "field_at",
    "properties_of",
    "resource_kind",
    "shape_at",
    "stands_alone",
    "type_at",
]
