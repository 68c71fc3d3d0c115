"""Whether a CustomResourceDefinition has the types that it must have, so that everything else can rely on them.

A real server refuses to decode anything else (apiextensions.k8s.io/v1, types `CustomResourceDefinitionSpec` and
`JSONSchemaProps`); fields that are not listed here may be anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.errors import StatusCause, invalid_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES: Final[Mapping[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
_DEFINITION: Final[Mapping[str, type]] = {"metadata": dict, "spec": dict}
_SPEC: Final[Mapping[str, type]] = {"group": str, "scope": str, "names": dict, "versions": list}
_SPEC_NAMES: Final[Mapping[str, type]] = {"kind": str, "plural": str, "singular": str, "listKind": str}
_VERSION: Final[Mapping[str, type]] = {
    "name": str,
    "served": bool,
    "storage": bool,
    "schema": dict,
    "subresources": dict,
}
_PROPS: Final[Mapping[str, type]] = {
    "type": str,
    "format": str,
    "pattern": str,
    "enum": list,
    "required": list,
    "properties": dict,
    "nullable": bool,
    "uniqueItems": bool,
    "minimum": float,
    "maximum": float,
    "multipleOf": float,
    "exclusiveMinimum": bool,
    "exclusiveMaximum": bool,
    "minLength": int,
    "maxLength": int,
    "minItems": int,
    "maxItems": int,
    "minProperties": int,
    "maxProperties": int,
    "allOf": list,
    "anyOf": list,
    "oneOf": list,
    "not": dict,
    "items": dict,
    "x-kubernetes-list-type": str,
    "x-kubernetes-list-map-keys": list,
    "x-kubernetes-int-or-string": bool,
    "x-kubernetes-preserve-unknown-fields": bool,
    "x-kubernetes-embedded-resource": bool,
}
_TEXTS: Final = ("required", "x-kubernetes-list-map-keys")
_LISTS: Final = ("allOf", "anyOf", "oneOf")


def shape_faults(crd: Mapping[str, Any]) -> list[StatusCause]:
    """Return what has a wrong type. Nothing is missing: that is for whoever needs it to say."""
    faults: list[StatusCause] = []
    _fields(crd, _DEFINITION, "", faults)
    spec = crd.get("spec")
    if not isinstance(spec, dict):
        return faults
    _fields(spec, _SPEC, "spec.", faults)
    if isinstance(spec.get("names"), dict):
        _fields(spec["names"], _SPEC_NAMES, "spec.names.", faults)
    versions = spec.get("versions")
    for index, version in enumerate(versions if isinstance(versions, list) else ()):
        field = f"spec.versions[{index}]"
        if _is(version, dict, field, faults):
            _version(version, field, faults)
    return faults


def _version(version: dict[str, Any], field: str, faults: list[StatusCause]) -> None:
    _fields(version, _VERSION, f"{field}.", faults)
    schema = version.get("schema")
    source = schema.get("openAPIV3Schema") if isinstance(schema, dict) else None
    unread = [] if source is None else [(f"{field}.schema.openAPIV3Schema", source)]
    while unread:
        place, node = unread.pop()
        if _is(node, dict, place, faults):
            _fields(node, _PROPS, f"{place}.", faults)
            for key in _TEXTS:
                for index, text in enumerate(_items(node, key)):
                    _is(text, str, f"{place}.{key}[{index}]", faults)
            unread.extend(_inner(node, place))


def _inner(node: dict[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    """Yield the schemas in a schema, with their places."""
    properties = node.get("properties")
    for name, inner in (properties if isinstance(properties, dict) else {}).items():
        yield f"{place}.properties.{name}", inner
    for key in ("items", "not"):
        if isinstance(node.get(key), dict):
            yield f"{place}.{key}", node[key]
    if not isinstance(node.get("additionalProperties"), bool | None):
        yield f"{place}.additionalProperties", node["additionalProperties"]
    for key in _LISTS:
        for index, inner in enumerate(_items(node, key)):
            yield f"{place}.{key}[{index}]", inner


def _items(node: dict[str, Any], key: str) -> list[Any]:
    found = node.get(key)
    return found if isinstance(found, list) else []


def _fields(
    node: Mapping[str, Any], types: Mapping[str, type], prefix: str, faults: list[StatusCause]
) -> None:
    for key, value in node.items():
        if key in types and value is not None:
            _is(value, types[key], prefix + key, faults)


def _is(value: Any, wanted: type, field: str, faults: list[StatusCause]) -> bool:
    """Note a value that is not of a type; whole numbers are numbers, and whole `1.0` is an integer."""
    kind = type(value)
    if kind is wanted or (wanted is float and kind is int):
        return True
    if wanted is int and kind is float and value.is_integer():
        return True
    name = _NAMES.get(kind, "null")
    detail = f'{field} in body must be of type {_NAMES[wanted]}: "{name}"'
    faults.append(invalid_value(field, name, detail))
    return False
