"""JSON Schema, CustomResourceDefinitions and validation, derived from the description in `kinds.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.language.kinds import API_GROUP, API_VERSION, KINDS, Kind
from koreo_analyzer.language.shapes import (
    Boolean,
    Expressions,
    Field,
    Free,
    Integer,
    ListOf,
    Object,
    Shape,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Schema = dict[str, Any]

_EXPRESSION_PATTERN = "^="


def _text(shape: Text) -> Schema:
    schema: Schema = {"type": "string"}
    if shape.enum:
        schema["enum"] = list(shape.enum)
    if shape.min_length:
        schema["minLength"] = shape.min_length
    if shape.max_length is not None:
        schema["maxLength"] = shape.max_length
    if shape.expressions is Expressions.MUST:
        schema["pattern"] = _EXPRESSION_PATTERN
    elif shape.pattern is not None:
        schema["pattern"] = shape.pattern
    return schema


def _field(field: Field, convert: Callable[[Shape], Schema]) -> Schema:
    schema = convert(field.shape)
    schema["description"] = field.doc
    if field.default is not None:
        schema["default"] = field.default
    return schema


def _object(shape: Object, convert: Callable[[Shape], Schema]) -> Schema:
    schema: Schema = {"type": "object"}
    if shape.fields:
        schema["properties"] = {key: _field(field, convert) for key, field in shape.fields.items()}
    required = [key for key, field in shape.fields.items() if field.required]
    if required:
        schema["required"] = required
    return schema


def _alternatives(shape: Object) -> Schema:
    if shape.exactly_one and shape.schema_exactly_one:
        return {"oneOf": [{"required": [key]} for key in shape.exactly_one]}
    if shape.at_least_one:
        return {"anyOf": [{"required": [key]} for key in shape.at_least_one]}
    return {}


def _list(shape: ListOf, convert: Callable[[Shape], Schema]) -> Schema:
    schema: Schema = {"type": "array", "items": convert(shape.item)}
    if shape.min_items:
        schema["minItems"] = shape.min_items
    if shape.max_items is not None:
        schema["maxItems"] = shape.max_items
    return schema


def _integer(shape: Integer) -> Schema:
    return {"type": "integer"} if shape.minimum is None else {"type": "integer", "minimum": shape.minimum}


def _free(shape: Free) -> Schema:
    schema: Schema = {"type": "object"}
    if shape.max_properties is not None:
        schema["maxProperties"] = shape.max_properties
    if shape.not_empty:
        schema["minProperties"] = 1
    return schema


def _json_type(schema: Schema, *, nullable: bool) -> Schema:
    if nullable:
        schema["type"] = [schema["type"], "null"]
    return schema


def _json_schema(shape: Shape) -> Schema:
    match shape:
        case Text():
            return _text(shape)
        case Integer():
            return _integer(shape)
        case Boolean():
            return {"type": "boolean"}
        case Free():
            return _json_type(_free(shape), nullable=shape.nullable)
        case ListOf():
            return _list(shape, _json_schema)
        case Object():
            schema = _object(shape, _json_schema) | _alternatives(shape) | {"additionalProperties": False}
            return _json_type(schema, nullable=shape.nullable)


def _validation_schema(shape: Shape) -> Schema:
    """Like the JSON Schema, without what checks say better: alternatives, defaults and texts."""
    match shape:
        case ListOf():
            return _list(shape, _validation_schema)
        case Object():
            schema: Schema = {"type": "object", "additionalProperties": False}
            if shape.fields:
                schema["properties"] = {
                    key: _validation_schema(field.shape) for key, field in shape.fields.items()
                }
            required = [key for key, field in shape.fields.items() if field.required]
            if required:
                schema["required"] = required
            return _json_type(schema, nullable=shape.nullable)
        case _:
            return _json_schema(shape)


def _structural_schema(shape: Shape) -> Schema:
    """OpenAPI v3 as a CustomResourceDefinition takes it (Kubernetes: "Specifying a structural schema")."""
    match shape:
        case Text():
            return _text(shape)
        case Integer():
            return _integer(shape)
        case Boolean():
            return {"type": "boolean"}
        case Free():
            schema = _free(shape) | {"x-kubernetes-preserve-unknown-fields": True}
            return schema | {"nullable": True} if shape.nullable else schema
        case ListOf():
            return _list(shape, _structural_schema)
        case Object():
            schema = _object(shape, _structural_schema) | _alternatives(shape)
            return schema | {"nullable": True} if shape.nullable else schema


def validation_schema(kind: Kind) -> Schema:
    """Return the JSON Schema (draft 2020-12) that the `spec` of a document of `kind` is validated with."""
    return _validation_schema(kind.spec)


def json_schema(kind: str) -> Schema:
    """Return the JSON Schema (draft 2020-12) of whole documents of a kind, for editors with YAML support.

    Raises KeyError for a name that is not in `KINDS`.
    """
    described = KINDS[kind]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Koreo {described.name}",
        "description": described.doc,
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": described.name},
            "metadata": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {
                        "type": "string",
                        "description": f"The {described.name} is referred to by this name.",
                    },
                    "namespace": {"type": "string"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
            "spec": _json_schema(described.spec),
            "status": {"type": "object"},
        },
        "additionalProperties": False,
    }


def crd_definitions() -> list[Schema]:
    """Return the CustomResourceDefinitions (apiextensions.k8s.io/v1) of the five kinds, as plain data."""
    return [_crd(kind) for kind in KINDS.values()]


def _crd(kind: Kind) -> Schema:
    group, version = API_VERSION.split("/")
    spec = _structural_schema(kind.spec)
    spec["description"] = kind.doc
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{API_GROUP}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {
                "kind": kind.name,
                "listKind": f"{kind.name}List",
                "plural": kind.plural,
                "singular": kind.name.lower(),
                "shortNames": list(kind.short_names),
                "categories": ["koreo"],
            },
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "description": kind.doc,
                            "required": ["spec"],
                            "properties": {
                                "apiVersion": {"type": "string"},
                                "kind": {"type": "string"},
                                "metadata": {"type": "object"},
                                "spec": spec,
                                "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                            },
                        }
                    },
                }
            ],
        },
    }
