"""Checking an object against its structural schema, with the messages of the API server.

All faults are found, not only the first. Values are those that `Schema.complete` made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.json_data import json_equal
from koreo_analyzer.schemas.numbers import is_integer

from koreo_runtime.cluster.errors import (
    DUPLICATE,
    StatusCause,
    duplicate,
    go_text,
    invalid_value,
    not_supported,
    required,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from koreo_runtime.cluster.schema import Schema

_TYPE_NAMES: Final[dict[type, str]] = {
    bool: "boolean",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
_NO_FIELD: Final = "<nil>"
"""The field that the server names for `oneOf`, `anyOf`, `allOf` and `not`."""
_ROOT_OWN: Final = frozenset({"apiVersion", "kind", "metadata"})


def validate_object(schema: Schema, body: dict[str, Any]) -> list[StatusCause]:
    """Return what is wrong with a whole object, `apiVersion`, `kind` and `metadata` apart."""
    causes: list[StatusCause] = []
    _Validator(causes).node(schema, body, "")
    return [cause for cause in causes if cause.field.partition(".")[0] not in _ROOT_OWN]


class _Validator:
    """Collects the causes of one object."""

    __slots__ = ("_causes",)

    def __init__(self, causes: list[StatusCause]) -> None:
        self._causes = causes

    def node(self, schema: Schema, value: Any, field: str) -> None:
        if value is None and schema.nullable:
            if schema.enum is not None and None not in schema.enum:
                self._causes.append(not_supported(field, "null", schema.enum))
            return
        kind = type(value)
        if schema.types and not _has_type(value, schema.types):
            name = _type_name(value)
            detail = f'{field} in body must be of type {",".join(schema.types)}: "{name}"'
            self._causes.append(invalid_value(field, name, detail))
        looks_inside = True
        for types, check in schema.checks:
            if kind in types:
                fault = check(value)
                if fault is not None:
                    looks_inside = kind is not dict
                    self._causes.append(invalid_value(field, fault[0], f"{field} in body {fault[1]}"))
        if schema.enum is not None and not any(json_equal(value, allowed) for allowed in schema.enum):
            self._causes.append(not_supported(field, value, schema.enum))
        if schema.one_of or schema.any_of or schema.all_of or schema.not_ is not None:
            self._combined(schema, value, field)
        if kind is dict and looks_inside:
            self._object(schema, value, field)
        elif kind is list:
            self._list(schema, value, field)

    def _object(self, schema: Schema, value: dict[str, Any], field: str) -> None:
        prefix = f"{field}." if field else ""
        for name in schema.required:
            if name not in value:
                self._causes.append(required(prefix + name))
        if schema.embedded:
            for name in ("apiVersion", "kind"):
                if not value.get(name):
                    self._causes.append(required(prefix + name, "must not be empty"))
        properties, additional = schema.properties, schema.additional
        for key, item in value.items():
            inner = properties.get(key) or additional
            if inner is not None:
                self.node(inner, item, prefix + key)
            elif schema.closed:
                text = f"{prefix}{key} in body is a forbidden property"
                self._causes.append(invalid_value(field, key, text))

    def _list(self, schema: Schema, value: list[Any], field: str) -> None:
        if schema.items is not None:
            for index, item in enumerate(value):
                self.node(schema.items, item, f"{field}[{index}]")
        if schema.list_type == "set":
            self._causes += _duplicates(field, [(item, go_text(item)) for item in value])
        elif schema.list_type == "map":
            fields = schema.key_fields
            keys = [
                {name: item[name] for name in fields if name in item} if type(item) is dict else item
                for item in value
            ]
            self._causes += _duplicates(
                field, [(key, f"map[string]interface {{}}{go_text(key)}") for key in keys]
            )

    def _combined(self, schema: Schema, value: Any, field: str) -> None:
        if schema.any_of:
            results = [_failures(each, value, field) for each in schema.any_of]
            if all(results):
                self._causes.append(_no_field(f'"{field}" must validate at least one schema (anyOf)'))
                self._causes += results[0]
        if schema.one_of:
            results = [_failures(each, value, field) for each in schema.one_of]
            valid = sum(not failures for failures in results)
            if valid != 1:
                found = "Found none valid" if not valid else f"Found {valid} valid alternatives"
                text = f'"{field}" must validate one and only one schema (oneOf). {found}'
                self._causes.append(_no_field(text))
                self._causes += results[0] if not valid else ()
        if schema.all_of:
            results = [_failures(each, value, field) for each in schema.all_of]
            for failures in results:
                self._causes += failures
            if any(results):
                text = ". None validated" if all(results) else ""
                self._causes.append(_no_field(f'"{field}" must validate all the schemas (allOf){text}'))
        if schema.not_ is not None and not _failures(schema.not_, value, field):
            self._causes.append(_no_field(f'"{field}" must not validate the schema (not)'))


def _failures(schema: Schema, value: Any, field: str) -> Sequence[StatusCause]:
    causes: list[StatusCause] = []
    _Validator(causes).node(schema, value, field)
    return causes


def _no_field(text: str) -> StatusCause:
    return invalid_value(_NO_FIELD, "", text)


def _has_type(value: Any, types: tuple[str, ...]) -> bool:
    name = _type_name(value)
    return name in types or (name == "integer" and "number" in types)


def _type_name(value: Any) -> str:
    """Return the type of a value in JSON schema: a number that is no integer of the server is a `number`."""
    kind = type(value)
    if kind is int or kind is float:
        return "integer" if is_integer(value) else "number"
    return _TYPE_NAMES[kind]


def _duplicates(field: str, keys: Iterable[tuple[Any, str]]) -> list[StatusCause]:
    seen: set[str] = set()
    causes = []
    for index, (key, shown) in enumerate(keys):
        if shown in seen:
            place = f"{field}[{index}]"
            causes.append(
                duplicate(place, key)
                if type(key) is not dict
                else StatusCause(place, DUPLICATE, f"Duplicate value: {shown}")
            )
        seen.add(shown)
    return causes
