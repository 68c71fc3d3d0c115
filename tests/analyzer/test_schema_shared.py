"""Real CustomResourceDefinitions and resources: every definition loads, and nothing in the resources is found wrong.

They are read where the environment variable KOREO_SHARED says; without it these tests are skipped.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.schemas import (
    Catalogue,
    Computed,
    KindName,
    KindSchema,
    Leniency,
    SchemaList,
    conforms,
    fields,
    place,
    schemas_in_tree,
)
from koreo_analyzer.types import ANY, LazyProperties, ObjectType
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.stream import split
from koreo_project.schemas import builtin

if TYPE_CHECKING:
    from koreo_analyzer.yaml.nodes import Node

SHARED = os.environ.get("KOREO_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED does not name the folder of the corpus")
ROOT = Path(SHARED or "/nonexistent")
FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
CRDS = sorted(path for folder in ("ack", "aso", "kcc") for path in (ROOT / "crds" / folder).glob("*.yaml"))
DIRECTIVES = frozenset({"x-koreo-compare-as-set", "x-koreo-compare-as-map", "x-koreo-compare-last-applied"})
PART = Leniency(partial=True, extra=DIRECTIVES)


def trees(path: Path) -> list[Node]:
    """Return the documents of a file."""
    text = path.read_text(errors="replace")
    found = (parse(text[start:end]).root for start, end, empty in split(text) if not empty)
    return [root for root in found if root is not None]


def schemas_of(path: Path) -> list[KindSchema]:
    return [schema for root in trees(path) for schema in schemas_in_tree(root, path.name)]


@pytest.mark.parametrize("path", CRDS, ids=lambda path: path.name)
def test_every_definition_loads_and_every_field_has_a_place(path: Path) -> None:
    (root,) = trees(path)
    schemas = schemas_in_tree(root, path.name)
    assert schemas
    for schema in schemas:
        assert isinstance(schema.written, ObjectType)
        own = [one for one in fields(schema.written) if one.path[0] in ("spec", "status")]
        assert len(own) > 5
        for one in own[:200]:
            assert one.schema.origin is not None
            span = place(root, one.schema.origin)
            assert span is not None
            assert span.end - span.start == len(one.path[-1])
        assert conforms(Computed(schema.stored), schema.written) == []


@pytest.mark.parametrize("path", CRDS, ids=lambda path: path.name)
def test_looking_at_one_field_makes_few(path: Path) -> None:
    for schema in schemas_of(path):
        assert isinstance(schema.written, ObjectType)
        spec = schema.written.properties["spec"].type
        assert isinstance(spec, ObjectType)
        assert isinstance(spec.properties, LazyProperties)
        assert next(iter(spec.properties)) in spec.properties
        assert spec.properties.made == 0


@cache
def catalogue() -> Catalogue:
    files = [*ROOT.rglob("*.y*ml"), *FIXTURES.rglob("*.yaml")]
    return Catalogue(
        (SchemaList("files", [one for path in sorted(files) for one in schemas_of(path)]), builtin())
    )


def with_expressions(value: Any) -> Any:
    """Return data in which what an expression gives may be anything."""
    match value:
        case str() if value.startswith("="):
            return Computed(ANY)
        case dict():
            return {key: with_expressions(inner) for key, inner in value.items()}
        case list():
            return [with_expressions(item) for item in value]
        case _:
            return value


def resources(value: Any) -> list[tuple[Any, Leniency]]:
    """Return the resources, whole or in part, that a document is or holds."""
    spec = value.get("spec") if isinstance(value, dict) else None
    if not isinstance(spec, dict) or not str(value.get("apiVersion")).startswith("koreo.dev/"):
        return [(value, Leniency())]
    cases = [case for case in spec.get("testCases") or [] if isinstance(case, dict)]
    found = [spec.get("template"), spec.get("currentResource")]
    found += [case.get(key) for case in cases for key in ("currentResource", "expectResource")]
    api = spec.get("apiConfig")
    if isinstance(api, dict):
        identity = {key: api.get(key) for key in ("apiVersion", "kind")}
        overlays = [one.get("overlay") for one in spec.get("overlays") or [] if isinstance(one, dict)]
        bodies = [spec.get("resource"), (spec.get("create") or {}).get("overlay"), *overlays]
        found += [{**body, **identity} for body in bodies if isinstance(body, dict)]
    return [(one, PART) for one in found]


def test_no_real_resource_is_found_wrong() -> None:
    known: Counter[bool] = Counter()
    found: list[str] = []
    files = [*(ROOT / "corpus").rglob("*"), *(ROOT / "crds").rglob("*"), *FIXTURES.rglob("*")]
    documents = (
        (path, root)
        for path in sorted(files)
        if path.suffix in SUFFIXES and path.is_file() and not path.is_relative_to(FIXTURES / "broken")
        for root in trees(path)
    )
    for path, root in documents:
        for resource, leniency in resources(plain(root)):
            if not isinstance(resource, dict):
                continue
            name = KindName(str(resource.get("apiVersion")), str(resource.get("kind")))
            schema = catalogue().find(name)
            known[schema is not None] += 1
            if schema is not None:
                mismatches = conforms(with_expressions(resource), schema.written, None, leniency)
                found += [f"{path.name}: {name}: {one}" for one in mismatches]
    assert found == []
    assert known[True] > 150
