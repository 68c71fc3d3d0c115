"""Structural schemas (apiextensions.k8s.io/v1): compiled once for each version of a CRD.

What the server does to an object before it checks it: defaults fill what is missing or null, other nulls vanish
unless the field is nullable, and what the schema does not know is dropped ("pruning"). `validation` checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.schemas.numbers import is_integer

from koreo_runtime.cluster.checks import Check, compile_checks
from koreo_runtime.cluster.metadata import read_metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

_OBJECT_META: Final = frozenset({"apiVersion", "kind", "metadata"})
_MISSING: Final = object()
_SHOWN_WITH_EXPONENT: Final = 1e21
"""Go writes whole numbers from here on with an exponent, and so reads them as floats again."""
_NOTHING: Final[dict[str, Any]] = {}


class Schema:
    """One node of a structural schema. `types` is empty where anything is allowed.

    `closed` (`additionalProperties: false`): unknown keys are refused and not, as elsewhere, dropped.
    """

    __slots__ = (
        "additional",
        "all_of",
        "any_additional",
        "any_of",
        "checks",
        "closed",
        "default",
        "defaulted",
        "embedded",
        "enum",
        "items",
        "key_fields",
        "list_type",
        "not_",
        "nullable",
        "one_of",
        "preserves",
        "properties",
        "required",
        "types",
    )

    def __init__(self, source: Mapping[str, Any]) -> None:
        integer_or_string = source.get("x-kubernetes-int-or-string") is True
        declared = source.get("type")
        self.types: tuple[str, ...] = (
            ("integer", "string") if integer_or_string else (declared,) if declared else ()
        )
        self.nullable = source.get("nullable") is True
        self.preserves = source.get("x-kubernetes-preserve-unknown-fields") is True
        self.embedded = source.get("x-kubernetes-embedded-resource") is True
        self.list_type: str | None = source.get("x-kubernetes-list-type")
        self.key_fields: tuple[str, ...] = tuple(source.get("x-kubernetes-list-map-keys") or ())
        self.required: tuple[str, ...] = tuple(source.get("required") or ())
        self.enum: list[Any] | None = source.get("enum")
        self.checks: tuple[Check, ...] = compile_checks(source)
        self.properties = {name: Schema(each) for name, each in (source.get("properties") or {}).items()}
        additional = source.get("additionalProperties")
        self.closed = additional is False
        self.any_additional = isinstance(additional, bool) or additional == {}
        self.additional = Schema(additional) if isinstance(additional, dict) and additional else None
        items = source.get("items")
        self.items = Schema(items) if isinstance(items, dict) else None
        self.one_of = _schemas(source, "oneOf")
        self.any_of = () if integer_or_string else _schemas(source, "anyOf")
        self.all_of = () if integer_or_string else _schemas(source, "allOf")
        excluded = source.get("not")
        self.not_ = Schema(excluded) if isinstance(excluded, dict) else None
        self.defaulted = tuple(
            (name, each.default) for name, each in self.properties.items() if each.default is not _MISSING
        )
        self.default: Any = source["default"] if source.get("default") is not None else _MISSING
        if self.default is not _MISSING:
            self.default = self.complete(self.default)

    def complete(self, value: Any) -> Any:
        """Return a value with defaults filled in and unknown fields dropped; itself if nothing changes.

        Raises `MalformedMetadataError` for the metadata of an embedded resource.
        """
        kind = type(value)
        if kind is dict:
            return self._complete_object(value)
        if kind is list:
            items = self.items
            if items is None:
                return value if self.preserves else _emptied(value)
            return _shared(value, [items.completed_item(item) for item in value])
        if (
            kind is float
            and value.is_integer()
            and (
                "number" in self.types or (is_integer(value) and (not self.types or "integer" in self.types))
            )
        ):
            return int(value) if abs(value) < _SHOWN_WITH_EXPONENT else value
        return value

    def completed_item(self, value: Any) -> Any:
        """Return an element of a list, or a root, completed; null becomes the default if there is one."""
        if value is None and not self.nullable and self.default is not _MISSING:
            return self.default
        return self.complete(value)

    def _complete_object(self, value: dict[str, Any]) -> dict[str, Any]:
        properties = self.properties
        done: dict[str, Any] = {}
        changed = False
        for key, item in value.items():
            schema = properties.get(key) or self.additional
            if key == "metadata" and self.embedded:
                done[key] = read_metadata(item)
            elif schema is None:
                if self.preserves or (self.embedded and key in _OBJECT_META):
                    done[key] = item
                elif self.any_additional:
                    done[key] = _emptied(item)
                else:
                    changed = True
                    continue
            elif item is not None or schema.nullable:
                done[key] = schema.complete(item)
            elif schema.default is not _MISSING:
                done[key] = schema.default
            else:
                changed = True
                continue
            changed = changed or done[key] is not item
        for key, default in self.defaulted:
            if key not in done:
                done[key] = default
                changed = True
        return done if changed else value

    def complete_root(self, body: dict[str, Any]) -> dict[str, Any]:
        """Complete a whole object, whose `apiVersion`, `kind` and `metadata` are not the schema's business."""
        rest = {key: item for key, item in body.items() if key not in _OBJECT_META}
        completed = self._complete_object(rest)
        head = {key: body[key] for key in body if key in _OBJECT_META}
        return head | {key: item for key, item in completed.items() if key not in _OBJECT_META}


def _schemas(source: Mapping[str, Any], key: str) -> tuple[Schema, ...]:
    return tuple(Schema(each) for each in source.get(key) or ())


def _emptied(value: Any) -> Any:
    """Return what is left of a value that no schema describes: maps lose all their keys."""
    kind = type(value)
    if kind is dict:
        return value and _NOTHING.copy()
    if kind is list:
        return _shared(value, [_emptied(item) for item in value])
    return value


def _shared(old: list[Any], new: list[Any]) -> list[Any]:
    return old if all(a is b for a, b in zip(old, new, strict=True)) else new
