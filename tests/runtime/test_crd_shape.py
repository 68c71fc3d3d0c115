"""Definitions of kinds that are malformed in any place are refused, and never break the simulated server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from koreo_runtime.cluster.crd_shape import shape_faults
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.effects import ApiError
from render_cases import crd

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": "string", "pattern": "^a", "enum": ["a"], "minLength": 1, "default": "a"},
        "b": {"type": "array", "items": {"type": "integer", "minimum": 1}, "x-kubernetes-list-type": "set"},
        "c": {"type": "object", "additionalProperties": {"type": "number"}, "anyOf": [{"required": ["x"]}]},
    },
}
OBJECT = {
    "apiVersion": "example.com/v1",
    "kind": "Guest",
    "metadata": {"name": "ada", "namespace": "default"},
    "status": {"a": "a", "b": [1], "c": {"x": 1.5}},
}
ODD = [None, 1, 1.5, True, "x", "[", [], [1], ["x"], {}, {"a": 1}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in children:
        yield (*path, key)
        yield from places(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def test_the_definition_itself_is_sound() -> None:
    assert shape_faults(crd("Guest", STATUS)) == []


@pytest.mark.parametrize(
    "path", list(places(crd("Guest", STATUS))), ids=lambda path: ".".join(map(str, path))
)
def test_anything_anywhere_is_taken_or_refused(path: tuple[Any, ...]) -> None:
    for odd in ODD:
        cluster = MemoryCluster(
            lambda: datetime(2024, 1, 1, tzinfo=UTC), unknown_kinds="accept", namespaces="any"
        )
        try:
            cluster.install_crd(replaced(crd("Guest", STATUS), path, odd))
            cluster.seed([OBJECT])
        except ApiError:
            continue  # Refused; whatever else is raised fails.


@pytest.mark.parametrize(
    ("path", "odd", "field", "expected"),
    [
        (("spec", "group"), 1, "spec.group", "string"),
        (("spec", "versions", 0), "v1", "spec.versions[0]", "object"),
        (("spec", "versions", 0, "served"), "yes", "spec.versions[0].served", "boolean"),
        (("spec", "versions", 0, "schema", "openAPIV3Schema", "properties"), [], "", "object"),
    ],
)
def test_faults_name_field_and_type(path: tuple[Any, ...], odd: Any, field: str, expected: str) -> None:
    (fault,) = shape_faults(replaced(crd("Guest", STATUS), path, odd))
    assert fault.field == (field or "spec.versions[0].schema.openAPIV3Schema.properties")
    assert f"must be of type {expected}: " in fault.message
