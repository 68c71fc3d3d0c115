"""Koreo's own functions on resources, maps and lists (language section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.access import has_field
from koreo_analyzer.cel.errors import CelError, ErrorKind, invalid, no_overload
from koreo_analyzer.cel.signature import both, function, overload
from koreo_analyzer.cel.values import keys_of, type_name

if TYPE_CHECKING:
    from koreo_analyzer.cel.limits import Limits


def _self_ref(resource: dict[Any, Any]) -> dict[str, Any]:
    reference: dict[str, Any] = {
        "apiVersion": _required(resource, "apiVersion", "apiVersion"),
        "kind": _required(resource, "kind", "kind"),
    }
    metadata = resource.get("metadata")
    for field in ("name", "namespace"):
        reference[field] = _required(metadata if type(metadata) is dict else {}, field, f"metadata.{field}")
    return reference


def _required(mapping: dict[Any, Any], field: str, path: str) -> Any:
    found = mapping.get(field)
    if found:
        return found
    raise CelError(ErrorKind.NO_SUCH_FIELD, f"`self_ref` needs `{path}`, and the resource has none")


def _to_ref(source: dict[Any, Any]) -> dict[str, Any]:
    return _reference(source, {"apiVersion": source.get("apiVersion"), "kind": source.get("kind")})


def _group_ref(source: dict[Any, Any]) -> dict[str, Any]:
    group = source.get("apiGroup")
    if not group:
        version = source.get("apiVersion")
        group = version.partition("/")[0] if type(version) is str else None
    return _reference(source, {"apiGroup": group, "kind": source.get("kind")})


def _kindless_ref(source: dict[Any, Any]) -> dict[str, Any]:
    return _reference(source, {})


def _reference(source: dict[Any, Any], head: dict[str, Any]) -> dict[str, Any]:
    """Return the reference that begins with those fields of `head` that are not empty."""
    reference = {field: value for field, value in head.items() if value}
    if "external" in source:
        if not source["external"]:
            raise invalid("`external` is empty")
        reference["external"] = source["external"]
        return reference
    if "name" not in source:
        raise CelError(
            ErrorKind.NO_SUCH_FIELD, "a reference needs `name` or `external`, and there is neither"
        )
    if not source["name"]:
        raise invalid("`name` is empty")
    reference["name"] = source["name"]
    if source.get("namespace"):
        reference["namespace"] = source["namespace"]
    return reference


def _config_connect_ready(resource: Any) -> bool:
    status = resource.get("status") if type(resource) is dict else None
    conditions = status.get("conditions") if type(status) is dict else None
    if type(conditions) is not list:
        return False
    ready = [item for item in conditions if has_field(item, "type") and item["type"] == "Ready"]
    return len(ready) == 1 and ready[0].get("status") == "True" and ready[0].get("reason") == "UpToDate"


def _overlay(limits: Limits, base: dict[Any, Any], over: dict[Any, Any]) -> dict[Any, Any]:
    return _Merger(limits).merge(base, over, 0)


class _Merger:
    __slots__ = ("_left", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.size

    def merge(self, base: dict[Any, Any], over: dict[Any, Any], depth: int) -> dict[Any, Any]:
        self._limits.check_depth(depth)
        self._left -= len(base) + len(over)
        if self._left < 0:
            self._limits.check_size(self._limits.size - self._left)
        merged = dict(base)
        for key, value in over.items():
            below = merged.get(key)
            if type(value) is dict and type(below) is dict:
                merged[key] = self.merge(below, value, depth + 1)
            else:
                merged[key] = value
        return merged


def _flatten(limits: Limits, lists: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for position, item in enumerate(lists):
        if type(item) is not list:
            raise no_overload(
                f"`flatten` takes a list of lists, and element {position} is of type {type_name(item)}"
            )
        flat += item
        limits.check_size(len(flat))
    return flat


def _flatten_null(nothing: None) -> list[Any]:
    del nothing
    return []


_RESOURCE = "{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'a', 'namespace': 'b'}}"
_READY = "{'status': {'conditions': [{'type': 'Ready', 'status': 'True', 'reason': 'UpToDate'}]}}"

ROWS = (
    function(
        "self_ref",
        "A reference to a resource: `apiVersion`, `kind`, `name` and `namespace`, all of which it must have.",
        f"self_ref({_RESOURCE})",
        "{'apiVersion': 'v1', 'kind': 'Pod', 'name': 'a', 'namespace': 'b'}",
        *both("self_ref(resource: map(string, dyn)) -> map(string, string)", _self_ref),
    ),
    function(
        "to_ref",
        "A reference of the fields of a map: `apiVersion`, `kind`, and `external` or `name` and `namespace`.",
        "{'kind': 'Pod', 'name': 'a', 'uid': '1'}.to_ref()",
        "{'kind': 'Pod', 'name': 'a'}",
        *both("to_ref(source: map(string, dyn)) -> map(string, string)", _to_ref),
    ),
    function(
        "group_ref",
        "Like `to_ref`, with `apiGroup` in place of `apiVersion`.",
        "{'apiVersion': 'apps/v1', 'kind': 'Deployment', 'name': 'a'}.group_ref()",
        "{'apiGroup': 'apps', 'kind': 'Deployment', 'name': 'a'}",
        *both("group_ref(source: map(string, dyn)) -> map(string, string)", _group_ref),
    ),
    function(
        "kindless_ref",
        "Like `to_ref`, without `apiVersion` and `kind`.",
        "{'kind': 'Pod', 'name': 'a', 'namespace': 'b'}.kindless_ref()",
        "{'name': 'a', 'namespace': 'b'}",
        *both("kindless_ref(source: map(string, dyn)) -> map(string, string)", _kindless_ref),
    ),
    function(
        "config_connect_ready",
        "Whether a Config Connector resource has one condition `Ready`, which is `True` and `UpToDate`.",
        f"{_READY}.config_connect_ready()",
        "true",
        *both("config_connect_ready(resource: dyn) -> bool", _config_connect_ready),
    ),
    function(
        "overlay",
        "A map with another one merged over it: maps in it merge as well, anything else is replaced.",
        "{'a': {'b': 1, 'c': 2}}.overlay({'a': {'c': 3}})",
        "{'a': {'b': 1, 'c': 3}}",
        *both("overlay(base: map(K, V), over: map(K, V)) -> map(K, V)", _overlay, limited=True),
    ),
    function(
        "flatten",
        "The elements of the lists of a list; null gives an empty list.",
        "flatten([[1], [2, [3]]])",
        "[1, 2, [3]]",
        *both("flatten(lists: list(list(T))) -> list(T)", _flatten, limited=True),
        *both("flatten(nothing: null) -> list(T)", _flatten_null),
    ),
    function(
        "keys",
        "The keys of a map, in their order.",
        "{'b': 1, 'a': 2}.keys()",
        "['b', 'a']",
        overload("map(K, V).keys() -> list(K)", keys_of),
    ),
    function(
        "values",
        "The values of a map, in their order.",
        "{'b': 1, 'a': 2}.values()",
        "[1, 2]",
        overload("map(K, V).values() -> list(V)", lambda mapping: list(mapping.values())),
    ),
)
