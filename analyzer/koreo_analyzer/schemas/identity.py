"""What every Kubernetes resource has besides its own fields: `apiVersion`, `kind` and `metadata`.

CustomResourceDefinitions leave them out or to `type: object`, because the API server knows them (Kubernetes
documentation, "Extend the Kubernetes API with CustomResourceDefinitions"). The fields of `metadata` are those of
`ObjectMeta` in k8s.io/apimachinery, `meta/v1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from koreo_analyzer.schemas.validations import Raw

_TEXT: Final[Raw] = {"type": "string"}
_FLAG: Final[Raw] = {"type": "boolean"}
_NUMBER: Final[Raw] = {"type": "integer", "format": "int64"}
_TIME: Final[Raw] = {"type": "string", "format": "date-time"}
_TEXTS: Final[Raw] = {"type": "object", "additionalProperties": _TEXT}
_LIST: Final[Raw] = {"type": "array", "items": _TEXT}
_OPEN: Final[Raw] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def _described(schema: Raw, text: str) -> Raw:
    return {**schema, "description": text}


def _fields(*rows: tuple[str, Raw, str]) -> Raw:
    return {name: _described(schema, text) for name, schema, text in rows}


_OWNER: Final[Raw] = {
    "type": "object",
    "required": ["apiVersion", "kind", "name", "uid"],
    "properties": _fields(
        ("apiVersion", _TEXT, "The group and version of the owner."),
        ("kind", _TEXT, "The kind of the owner."),
        ("name", _TEXT, "The name of the owner."),
        ("uid", _TEXT, "The uid of the owner."),
        ("controller", _FLAG, "Whether this owner is the managing controller."),
        (
            "blockOwnerDeletion",
            _FLAG,
            "Whether the owner, deleted in the foreground, stays until this object is gone.",
        ),
    ),
}
_OWNERS: Final[Raw] = {
    "type": "array",
    "items": _OWNER,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["uid"],
}

OBJECT_META: Final[Raw] = {
    "type": "object",
    "description": "What identifies and labels the object.",
    "properties": _fields(
        ("name", _TEXT, "The name, unique for the kind within its namespace. It cannot be changed."),
        ("generateName", _TEXT, "A prefix from which the server makes a name if there is none."),
        ("namespace", _TEXT, "The namespace, for kinds that live in one. It cannot be changed."),
        ("labels", _TEXTS, "Keys and values by which objects are selected."),
        ("annotations", _TEXTS, "Keys and values that tools store; objects cannot be selected by them."),
        (
            "finalizers",
            _LIST,
            "What has to be done before the object is deleted; who does it removes the entry.",
        ),
        (
            "ownerReferences",
            _OWNERS,
            "The objects that this one depends on; it goes when all of them are gone.",
        ),
        ("uid", _TEXT, "Unique in time and space, set by the server."),
        ("resourceVersion", _TEXT, "Changes with every change of the object, set by the server."),
        ("generation", _NUMBER, "Counts the changes of the desired state, set by the server."),
        ("creationTimestamp", _TIME, "When the object was created, set by the server."),
        ("deletionTimestamp", _TIME, "When the object is to be gone; set by the server when it is deleted."),
        ("deletionGracePeriodSeconds", _NUMBER, "How many seconds the object has to shut down."),
        ("selfLink", _TEXT, "Deprecated; no longer set by the server."),
        ("managedFields", {"type": "array", "items": _OPEN}, "Who manages which fields, kept by the server."),
    ),
}

_SET_BY_SERVER: Final = ("name", "uid", "resourceVersion", "creationTimestamp")


def identified(raw: Raw, metadata: Raw, api_version: str, kind: str) -> Raw:
    """Return the schema of a resource with its identity in front, which it must have."""
    properties = raw.get("properties")
    required = raw.get("required")
    version, name = (_described(_literal(word), text) for word, text in _words(api_version, kind))
    own = {"apiVersion": version, "kind": name, "metadata": metadata}
    others = properties if isinstance(properties, Mapping) else {}
    return {
        **raw,
        "type": "object",
        "properties": {**own, **{key: value for key, value in others.items() if key not in own}},
        "required": [*own, *(required if isinstance(required, list) else ())],
    }


def _words(api_version: str, kind: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (api_version, "The group and version of the kind."), (kind, "The kind of the object.")


def _literal(word: str) -> Raw:
    return {"type": "string", "enum": [word]}


def metadata_of(raw: object, known: Raw = OBJECT_META) -> Raw:
    """Return the schema of `metadata`; a CustomResourceDefinition may constrain its name further."""
    own = raw.get("properties") if isinstance(raw, Mapping) else None
    if not isinstance(own, Mapping):
        return known
    properties: Mapping[str, Any] = known.get("properties", {})
    constrained = {
        name: {**part, **own[name]}
        for name, part in properties.items()
        if name in ("name", "generateName") and isinstance(own.get(name), Mapping)
    }
    return {**known, "properties": {**properties, **constrained}} if constrained else known


def as_stored(metadata: Raw, *, namespaced: bool) -> Raw:
    """Return the schema of `metadata` for an object that the server holds: what it sets is there."""
    return {**metadata, "required": [*_SET_BY_SERVER, *(("namespace",) if namespaced else ())]}


EMBEDDED: Final[Raw] = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": OBJECT_META,
}
"""The identity of a resource inside another one (`x-kubernetes-embedded-resource`)."""
