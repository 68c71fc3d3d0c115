"""Kinds of our own that the tests of clusters use, one for each way in which a CRD can treat objects."""

from typing import Any


def crd(
    kind: str, schema: dict[str, Any], *, scope: str = "Namespaced", status: bool = True
) -> dict[str, Any]:
    """A definition with one version, v1."""
    plural = kind.lower() + "s"
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.test.koreo.dev"},
        "spec": {
            "group": "test.koreo.dev",
            "scope": scope,
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}} if status else {},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
ANY = {"x-kubernetes-preserve-unknown-fields": True}
FREE = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

GADGET = crd(
    "Gadget",
    {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["size"],
                "properties": {
                    "size": {"type": "integer", "minimum": 1, "maximum": 10},
                    "over": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                    "under": {"type": "number", "maximum": 9.5, "exclusiveMaximum": True},
                    "step": {"type": "number", "multipleOf": 0.5},
                    "color": {"type": "string", "enum": ["red", "green"], "default": "red"},
                    "name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 5},
                    "flag": {"type": "boolean"},
                    "port": {"x-kubernetes-int-or-string": True},
                    "nullable": {"type": "string", "nullable": True},
                    "filled": {"type": "string", "nullable": True, "default": "d"},
                    "counted": {"type": "integer", "default": 3},
                    "narrow": {"type": "integer", "format": "int32"},
                    "ratio": {"type": "number"},
                    "number": {"type": "integer", "nullable": True, "enum": [1]},
                    "kept": {"x-kubernetes-preserve-unknown-fields": True, "nullable": True},
                    "single": {
                        **_object(a=ANY, b={**ANY, "nullable": True}),
                        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
                    },
                    "choice": {"type": "string", "nullable": True, "enum": ["a", "b"]},
                    "free": {**FREE, "properties": {"known": _object(a=NUMBER)}},
                    "anything": {"x-kubernetes-preserve-unknown-fields": True},
                    "open": {"type": "object", "additionalProperties": True},
                    "labels": {
                        "type": "object",
                        "additionalProperties": TEXT,
                        "minProperties": 1,
                        "maxProperties": 2,
                    },
                    "byName": {
                        "type": "object",
                        "additionalProperties": _object(n={"type": "integer", "default": 1}),
                    },
                    "nested": {
                        "type": "object",
                        "default": {"x": 1},
                        "properties": {
                            "x": {"type": "integer", "default": 7},
                            "y": {"type": "string", "default": "why"},
                        },
                    },
                    "time": {"type": "string", "format": "date-time"},
                    "day": {"type": "string", "format": "date"},
                    "bytes": {"type": "string", "format": "byte"},
                    "address": {"type": "string", "format": "ipv4"},
                    "other": {"type": "string", "format": "no-such-format"},
                    "items": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 3,
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["key"],
                        "items": {
                            "type": "object",
                            "required": ["key"],
                            "properties": {"key": TEXT, "n": {"type": "integer", "default": 5}},
                        },
                    },
                    "closed": {"type": "object", "additionalProperties": False},
                    "set": {"type": "array", "x-kubernetes-list-type": "set", "items": TEXT},
                    "one": {**_object(a=TEXT, b=TEXT), "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
                    "any": {**_object(a=TEXT, b=TEXT), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
                    "all": {**_object(a=TEXT, b=TEXT), "allOf": [{"required": ["a"]}, {"required": ["b"]}]},
                    "not": {**_object(a=TEXT, b=TEXT), "not": {"required": ["a"]}},
                    "embedded": {**FREE, "x-kubernetes-embedded-resource": True},
                },
            },
            "status": _object(
                phase={"type": "string", "enum": ["New", "Old"]}, count={"type": "integer", "default": 1}
            ),
        },
    },
)
PLAIN = crd("Plain", _object(spec=FREE, status=FREE), status=False)
GLOBAL = crd("Global", _object(spec=FREE, status=FREE), scope="Cluster")
ALL = (GADGET, PLAIN, GLOBAL)
