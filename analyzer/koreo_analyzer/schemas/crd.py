"""The schemas in a CustomResourceDefinition, from its positioned tree or from plain data.

Both versions of the API are read: v1, and v1beta1, in which one schema may serve all versions and unknown
fields were kept unless it said otherwise (Kubernetes documentation, "CustomResourceDefinition versioning").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language.tree import get, get_items, node_at
from koreo_analyzer.schemas.build import Builder, Dialect
from koreo_analyzer.schemas.kinds import KindFacts, KindName, KindSchema
from koreo_analyzer.types import ITEM, VALUE, Source
from koreo_analyzer.yaml.resolve import TooLarge, plain

if TYPE_CHECKING:
    from koreo_analyzer.schemas.validations import Raw
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin
    from koreo_analyzer.yaml.nodes import Node

_GROUP: Final = "apiextensions.k8s.io/"
_SCHEMA: Final = ("schema", "openAPIV3Schema")
_OLD_SCHEMA: Final = ("spec", "validation", "openAPIV3Schema")


def schemas_in_tree(
    root: Node | None, title: str, file: str | None = None, index: int = 0
) -> tuple[KindSchema, ...]:
    """Return the schemas of a CustomResourceDefinition, one for each version; none for any other document.

    `title` names the file for people; `file` and `index` tell which document of the workspace it is. Schemas are
    read out of the tree when they are used.
    """
    head = _plain_head(root)
    if head is None:
        return ()

    def read(path: tuple[str | int, ...]) -> Raw | None:
        _, node = node_at(root, path)
        value = plain(node) if node is not None else None
        return value if not isinstance(value, TooLarge) and isinstance(value, Mapping) else None

    return _schemas(head, read, Source(title, file, index))


def schemas_in_data(crd: Mapping[str, Any], title: str) -> tuple[KindSchema, ...]:
    """Return the schemas of a CustomResourceDefinition given as plain data."""

    def read(path: tuple[str | int, ...]) -> Raw | None:
        value: Any = crd
        for step in path:
            value = value[step]
        return value if isinstance(value, Mapping) else None

    return _schemas(crd, read, Source(title))


def _plain_head(root: Node | None) -> Mapping[str, Any] | None:
    """Return a CustomResourceDefinition without its schemas, as plain data."""
    head = {key: _data(get(root, key)) for key in ("apiVersion", "kind")}
    if head["kind"] != "CustomResourceDefinition":
        return None
    spec = get(root, "spec")
    versions = [_without_schema(item) for item in get_items(spec, "versions")]
    own = {
        key: _data(get(spec, key))
        for key in ("group", "names", "scope", "version", "preserveUnknownFields", "subresources")
    }
    validation: Raw | None = {"openAPIV3Schema": {}} if get(root, *_OLD_SCHEMA) is not None else None
    return {**head, "spec": {**own, "versions": versions, "validation": validation}}


def _without_schema(version: Node) -> Mapping[str, Any]:
    found = {key: _data(get(version, key)) for key in ("name", "served", "subresources")}
    return {**found, "schema": {"openAPIV3Schema": {}} if get(version, *_SCHEMA) is not None else None}


def _data(node: Node | None) -> Any:
    value = plain(node) if node is not None else None
    return None if isinstance(value, TooLarge) else value


def _schemas(
    crd: Mapping[str, Any], read: Callable[[tuple[str | int, ...]], Raw | None], source: Source
) -> tuple[KindSchema, ...]:
    spec = _mapping(crd.get("spec"))
    names = _mapping(spec.get("names"))
    group, kind = spec.get("group"), names.get("kind")
    version = crd.get("apiVersion")
    if (
        crd.get("kind") != "CustomResourceDefinition"
        or not (isinstance(version, str) and version.startswith(_GROUP))
        or not (isinstance(group, str) and isinstance(kind, str) and group and kind)
    ):
        return ()
    is_old = version == f"{_GROUP}v1beta1"
    preserves = spec.get("preserveUnknownFields", None)
    dialect = (
        Dialect.PRESERVING if preserves is True or (is_old and preserves is not False) else Dialect.STRUCTURAL
    )
    found: list[KindSchema] = []
    for label, served, status, path in _versions(spec):
        plural = names.get("plural")
        facts = KindFacts(
            namespaced=spec.get("scope") == "Namespaced" if spec.get("scope") else None,
            plural=plural if isinstance(plural, str) else None,
            served=served,
            status=status,
        )
        placed = Source(source.title, source.file, source.index, path)
        found.append(
            KindSchema(
                KindName(f"{group}/{label}", kind),
                placed,
                partial(read, path) if path else _nothing,
                cache(partial(Builder, placed, dialect)),
                facts,
            )
        )
    return tuple(found)


def _nothing() -> None:
    """Stand for the schema of a version that has none."""


def _versions(spec: Mapping[str, Any]) -> list[tuple[str, bool, bool, tuple[str | int, ...]]]:
    """Return name, served, whether status is a subresource, and the path of the schema (empty without one)."""
    shared = _OLD_SCHEMA if "openAPIV3Schema" in _mapping(spec.get("validation")) else ()
    common = _mapping(spec.get("subresources"))
    listed = spec.get("versions")
    found: list[tuple[str, bool, bool, tuple[str | int, ...]]] = []
    for position, version in enumerate(listed if isinstance(listed, list) else ()):
        name = _mapping(version).get("name")
        if isinstance(name, str) and name:
            own = "openAPIV3Schema" in _mapping(version.get("schema"))
            path = ("spec", "versions", position, *_SCHEMA) if own else shared
            status = "status" in (_mapping(version.get("subresources")) or common)
            found.append((name, version.get("served") is not False, status, path))
    single = spec.get("version")
    if not found and isinstance(single, str) and single:
        found.append((single, True, "status" in common, shared))
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def place(root: Node | None, origin: Origin) -> Span | None:
    """Return where a field stands in its schema, now: its key, or the nearest field around it that is there.

    `root` is the present tree of the document that `origin.source` names. Fields that no schema writes down, such as
    those of `metadata`, stand where the schema begins. None when the schema is gone.
    """
    path = origin.source.root
    if not path:
        return None
    key, _ = node_at(root, path)
    span = key.span if key is not None else None
    for step in origin.path:
        if step == ITEM:
            path = (*path, "items")
        elif step == VALUE:
            path = (*path, "additionalProperties")
        else:
            path = (*path, "properties", step)
        key, _ = node_at(root, path)
        if key is None:
            break
        span = key.span
    return span
