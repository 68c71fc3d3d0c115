"""From a place in a Koreo document to the field of a schema that it means, and to where the workspace declares that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.resources import kind_of
from koreo_analyzer.flow.trace import origin_at
from koreo_analyzer.language.document import Function, FunctionTest, ResourceTemplate, Workflow
from koreo_analyzer.language.tree import get_text
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import ListType, MapType, ObjectType, Origin, members

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.types import Property, Type
    from koreo_analyzer.workspace import Definition, FileRelated, Snapshot

    from koreo_server.ide.cursor import Cursor


def member_place(
    snapshot: Snapshot, definition: Definition, expression: Expression, node: ast.Node, name: str
) -> FileRelated | None:
    """Return where the schema of a part of an expression declares its member `name`."""
    typed = snapshot.typing(definition).of(expression)
    type_ = typed.node_type(node) if typed is not None else None
    origin = origin_at(type_, (name,)) if type_ is not None else None
    return snapshot.place_of(origin) if origin is not None else None


def type_place(snapshot: Snapshot, type_: Type) -> FileRelated | None:
    """Return where the workspace declares an object type, or that of the items of a list."""
    for one in members(type_):
        origin = _origin_of(one)
        place = snapshot.place_of(origin) if origin is not None else None
        if place is not None:
            return place
    return None


def _origin_of(type_: Type) -> Origin | None:
    """Return where an object type was declared: there where its fields are."""
    match type_:
        case ListType():
            return _origin_of(type_.item)
        case MapType():
            return _origin_of(type_.value)
        case ObjectType(properties):
            name = next(iter(properties), None)
            origin = properties[name].origin if name is not None else None
            return Origin(origin.source, origin.owner, origin.path[:-1]) if origin is not None else None
        case _:
            return None


def key_place(snapshot: Snapshot, cursor: Cursor) -> FileRelated | None:
    """Return where the schema of a resource declares the key under a cursor."""
    document, path = cursor.definition.document, cursor.path
    found = _resource_path(path)
    if not cursor.on_key or not found:
        return None
    name = kind_at(snapshot, document)
    schema = snapshot.schema(name) if name is not None else None
    origin = origin_at(schema.written, tuple(map(str, found))) if schema is not None else None
    return snapshot.place_of(origin) if origin is not None else None


def key_property(snapshot: Snapshot, cursor: Cursor) -> Property | None:
    """Return the field of a resource's schema that the key under a cursor writes."""
    return property_at(snapshot, cursor.definition.document, cursor.path) if cursor.on_key else None


def property_at(snapshot: Snapshot, document: KoreoDocument, path: Path) -> Property | None:
    """Return the field of a resource's schema that stands at a path of a document, or would stand there."""
    found = _resource_path(path)
    if not found:
        return None
    name = kind_at(snapshot, document)
    schema = snapshot.schema(name) if name is not None else None
    type_: Type | None = schema.written if schema is not None else None
    for part in found[:-1]:
        type_ = _inside(type_, part) if type_ is not None else None
    last = str(found[-1])
    for one in members(type_) if type_ is not None else ():
        if isinstance(one, ObjectType) and last in one.properties:
            return one.properties[last]
    return None


def _inside(type_: Type, part: str | int) -> Type | None:
    for one in members(type_):
        match one:
            case ObjectType() if isinstance(part, str) and part in one.properties:
                return one.properties[part].type
            case MapType() if isinstance(part, str):
                return one.value
            case ListType() if isinstance(part, int):
                return one.item
    return None


def _resource_path(path: Path) -> Path:
    """Return the path within a resource of a path in a document; empty outside of resources."""
    match path:
        case ("spec", ("resource" | "template" | "currentResource"), *keys):
            return (*keys,)
        case ("spec", "overlays", _, "overlay", *keys) | ("spec", "create", "overlay", *keys):
            return (*keys,)
        case ("spec", "testCases", _, ("currentResource" | "overlayResource" | "expectResource"), *keys):
            return (*keys,)
    return ()


def kind_at(snapshot: Snapshot, document: KoreoDocument) -> KindName | None:
    """Return the kind of the resources in a document: what a function manages, or a template is of."""
    match document.body:
        case Function():
            return kind_of(document)
        case FunctionTest(function=function) if function is not None:
            tested = snapshot.active_definition(function.kind, function.name.text)
            return kind_of(tested.document) if tested is not None else None
        case ResourceTemplate():
            version = get_text(document.spec, "template", "apiVersion")
            kind = get_text(document.spec, "template", "kind")
            return KindName(version, kind) if version is not None and kind is not None else None
    return None


def kind_place(snapshot: Snapshot, cursor: Cursor) -> FileRelated | None:
    """Return the CustomResourceDefinition of the kind that is named under a cursor, or whose object stands there."""
    document, body = cursor.definition.document, cursor.definition.document.body
    node = cursor.node
    if isinstance(node, ast.Ident) and cursor.expression is not None:
        is_trigger = node.name == "parent" and isinstance(body, Workflow)
        is_resource = node.name == "resource" and isinstance(body, Function | FunctionTest)
        if not is_trigger and not is_resource:
            return None
        return crd_of_trigger(snapshot, document) if is_trigger else crd_of_resource(snapshot, document)
    match cursor.path:
        case ("spec", "crdRef", *_):
            return crd_of_trigger(snapshot, document)
        case ("spec", ("apiConfig" | "template"), ("kind" | "apiVersion" | "plural")):
            return crd_of_resource(snapshot, document)
    return None


def crd_of_trigger(snapshot: Snapshot, document: KoreoDocument) -> FileRelated | None:
    """Return the definition of the kind that triggers a Workflow."""
    body = document.body
    trigger = body.trigger if isinstance(body, Workflow) else None
    return snapshot.crd(trigger.group.text, trigger.kind.text) if trigger is not None else None


def crd_of_resource(snapshot: Snapshot, document: KoreoDocument) -> FileRelated | None:
    """Return the definition of the kind that a document manages, tests or holds."""
    name = kind_at(snapshot, document)
    if name is None or not name.group:
        return None
    return snapshot.crd(name.group, name.kind)
