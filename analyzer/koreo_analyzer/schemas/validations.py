"""From the validations of a schema to `Limits`.

The keywords are those of apiextensions.k8s.io/v1 `JSONSchemaProps` and of OpenAPI 3.0 (which is JSON Schema with
`nullable` and boolean `exclusiveMinimum`). Whatever has a value that makes no sense says nothing: a schema that
an API server would refuse must not make findings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from koreo_analyzer.schemas.numbers import INTEGER_FORMATS
from koreo_analyzer.types import INT_OR_STRING, NULLABLE, QUANTITY, Limits

Raw: TypeAlias = Mapping[str, Any]
"""A schema as plain data."""

_NUMBERS: Final = {"minimum": "minimum", "maximum": "maximum", "multipleOf": "multiple_of"}
_COUNTS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
}
_LIST_KINDS: Final = frozenset({"atomic", "set", "map"})
_KEYWORDS: Final = frozenset(
    {
        *_NUMBERS,
        *_COUNTS,
        "allOf",
        "anyOf",
        "default",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "not",
        "nullable",
        "oneOf",
        "pattern",
        "uniqueItems",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
    }
)


def limits_of(
    raw: Raw, *, drops_null: bool, keeps_null: bool, in_go: bool, has_default: bool
) -> Limits | None:
    """Return what a schema asks beyond its type, None if nothing.

    `drops_null`: null stands for absence there; `keeps_null`: null stays where anything may stand. `in_go`: the server
    reads the object into Go's types, and refuses no duplicates in sets and maps. `has_default`: its default means
    something.
    """
    if raw.keys().isdisjoint(_KEYWORDS) and not keeps_null:
        return NULLABLE if drops_null else None
    found = _own(raw, raw.get("type"))
    found.update(_alternatives(raw))
    if in_go and found.get("format") in INTEGER_FORMATS:
        found["sized"] = True
    if not in_go and found.get("list_kind") in ("set", "map"):
        found["unique_items"] = True
    found.update(_null(raw))
    if keeps_null:
        found["keeps_null"] = True
    if drops_null or has_default:
        found["nullable"] = True
    if has_default:
        found["default"] = json.dumps(raw["default"], sort_keys=True)
    return Limits(**found) if found else None


def is_quantity(raw: Raw) -> bool:
    """Whether an int-or-string is a quantity: then its pattern is that of `resource.Quantity` in apimachinery."""
    pattern = raw.get("pattern")
    return isinstance(pattern, str) and "KMGTPE" in pattern and "numkMGTPE" in pattern


def is_int_or_string(raw: Raw) -> bool:
    """Whether a schema takes an integer or a string (`intstr.IntOrString`)."""
    return raw.get("x-kubernetes-int-or-string") is True or raw.get("format") == INT_OR_STRING


def branch_of(raw: object) -> Limits:
    """Return an alternative or a part of one, which constrains a value whose type is declared elsewhere."""
    if not isinstance(raw, Mapping):
        return Limits()
    kind = raw.get("type")
    found = _own(raw, None)
    found.update(_alternatives(raw))
    if isinstance(kind, str):
        found["kind"] = kind
    required = raw.get("required")
    if isinstance(required, list):
        found["required"] = tuple(name for name in required if isinstance(name, str))
    properties = raw.get("properties")
    if isinstance(properties, Mapping):
        found["properties"] = tuple((name, branch_of(part)) for name, part in properties.items())
    if isinstance(raw.get("items"), Mapping):
        found["items"] = branch_of(raw["items"])
    if isinstance(raw.get("additionalProperties"), Mapping):
        found["values"] = branch_of(raw["additionalProperties"])
    found.update(_null(raw))
    return Limits(**found)


def _null(raw: Raw) -> dict[str, Any]:
    if raw.get("nullable") is not True:
        return {}
    values = raw.get("enum")
    if isinstance(values, list) and values and None not in values:
        return {"nullable": True, "refuses_null": True}
    return {"nullable": True, "keeps_null": True}


def _own(raw: Raw, kind: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword, name in _NUMBERS.items():
        if _is_number(raw.get(keyword)):
            found[name] = raw[keyword]
    for keyword, name in _COUNTS.items():
        if type(raw.get(keyword)) is int:
            found[name] = raw[keyword]
    for keyword, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        given = raw.get(keyword)
        if given is True:
            found[f"exclusive_{bound}"] = True
        elif _is_number(given):
            found[bound], found[f"exclusive_{bound}"] = given, True
    if isinstance(raw.get("pattern"), str):
        found["pattern"] = raw["pattern"]
    if raw.get("uniqueItems") is True:
        found["unique_items"] = True
    enum = _enum(raw, kind)
    if enum is not None:
        found["enum"] = enum
    found.update(_form(raw))
    found.update(_list(raw))
    return found


def _form(raw: Raw) -> dict[str, Any]:
    if is_int_or_string(raw):
        return {"format": QUANTITY if is_quantity(raw) else INT_OR_STRING}
    form = raw.get("format")
    return {"format": form} if isinstance(form, str) and form else {}


def _list(raw: Raw) -> dict[str, Any]:
    kind = raw.get("x-kubernetes-list-type")
    if kind not in _LIST_KINDS:
        return {}
    keys = raw.get("x-kubernetes-list-map-keys")
    if kind != "map" or not isinstance(keys, list):
        return {"list_kind": kind}
    return {"list_kind": kind, "list_keys": tuple(key for key in keys if isinstance(key, str))}


def _enum(raw: Raw, kind: object) -> tuple[Any, ...] | None:
    """Return the values that only `Limits` can hold: the type of a string has its values as literals."""
    values = raw.get("enum")
    if not isinstance(values, list) or not values or kind == "string":
        return None
    if not all(value is None or isinstance(value, str | int | float) for value in values):
        return None
    return tuple(values)


def _alternatives(raw: Raw) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword, name in (("allOf", "all_of"), ("anyOf", "any_of"), ("oneOf", "one_of")):
        branches = raw.get(keyword)
        if isinstance(branches, list) and branches and not all(map(_says_type_only, branches)):
            found[name] = tuple(map(branch_of, branches))
    if isinstance(raw.get("not"), Mapping):
        found["negated"] = branch_of(raw["not"])
    return found


def _says_type_only(branch: object) -> bool:
    """Whether the type of the whole says as much as this alternative."""
    return not isinstance(branch, Mapping) or "$ref" in branch or branch.keys() <= {"type"}


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def same_but_texts(left: object, right: object) -> bool:
    """Whether two schemas mean the same: equal but for descriptions, titles and examples."""
    if left is right:
        return True
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return _same_schema(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_but_texts, left, right))
    return type(left) is type(right) and left == right


_TEXTS: Final = frozenset({"description", "title", "example", "externalDocs"})
_DATA: Final = frozenset({"default", "enum"})


def _same_schema(left: Raw, right: Raw) -> bool:
    if left.keys() - _TEXTS != right.keys() - _TEXTS:
        return False
    for keyword, value in left.items():
        if keyword in _TEXTS:
            continue
        other = right[keyword]
        if keyword in _DATA:
            same = json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)
        elif keyword == "properties" and isinstance(value, Mapping) and isinstance(other, Mapping):
            same = value.keys() == other.keys() and all(
                same_but_texts(value[name], other[name]) for name in value
            )
        else:
            same = same_but_texts(value, other)
        if not same:
            return False
    return True


def required_names(raw: Raw) -> frozenset[str]:
    """Return the names that a schema of an object requires."""
    required = raw.get("required")
    return (
        frozenset(name for name in required if isinstance(name, str))
        if isinstance(required, list)
        else frozenset()
    )


def properties_of(raw: Raw) -> Mapping[str, Any]:
    """Return the schemas of an object's fields by name."""
    found = raw.get("properties")
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}
