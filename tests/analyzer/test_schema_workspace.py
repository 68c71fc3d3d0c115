"""Schemas in a workspace: which source decides, why a kind is unknown, and how far a change reaches."""

from __future__ import annotations

import pytest
from koreo_analyzer.schemas import KindName, KindSchema, SchemaList, fields, why_unknown
from koreo_analyzer.workspace import Settings, Workspace
from koreo_analyzer.workspace.questions import KIND_SCHEMA
from schema_data import crd, spec_fields, thing

NAME = KindName("example.com/v1", "Thing")
SPEC = "type: object\nproperties: {a: {type: string, description: One.}}"


def workspace(*texts: str, settings: Settings | None = None) -> Workspace:
    made = Workspace(settings)
    made.apply({f"/w/{number}.yaml": text for number, text in enumerate(texts)})
    return made


def test_the_workspace_wins_over_other_sources() -> None:
    other = Settings(schemas=(SchemaList("other", [thing("type: integer")]),))
    assert spec_fields(known(workspace(crd("type: string"), settings=other))) == ["spec?: string"]
    assert spec_fields(known(workspace("a: 1", settings=other))) == ["spec?: int"]


def known(made: Workspace) -> KindSchema:
    schema = made.snapshot.schema(NAME)
    assert schema is not None
    return schema


def test_all_known_kinds_are_listed_once() -> None:
    other = Settings(schemas=(SchemaList("other", [thing("type: integer")]),))
    schemas = workspace("a: 1\n---\n" + crd("type: string"), settings=other).snapshot.schemas
    assert list(schemas.names()) == [NAME]
    found = schemas.find(NAME)
    assert found is not None
    assert found.source.file == "/w/0.yaml"


def test_the_list_of_kinds_follows_the_files() -> None:
    made = workspace("a: 1", crd("type: string"))
    assert list(made.snapshot.schemas.names()) == [NAME]
    made.apply({"/w/0.yaml": crd("type: string").replace("Thing", "Other"), "/w/1.yaml": "a: 1"})
    assert [name.kind for name in made.snapshot.schemas.names()] == ["Other"]
    made.apply({"/w/0.yaml": None})
    assert list(made.snapshot.schemas.names()) == []


def test_listing_the_kinds_parses_no_other_file() -> None:
    made = workspace(crd("type: string"), "a: 1")
    assert list(made.snapshot.schemas.names()) == [NAME]
    file = made.snapshot.file("/w/1.yaml")
    assert file is not None
    assert "tree" not in vars(file.documents[0].document)


def test_a_field_is_found_where_the_file_declares_it() -> None:
    made = workspace("a: 1\n---\n" + crd(SPEC))
    (one,) = [one for one in fields(known(made).written) if one.path == ("spec", "a")]
    assert one.schema.origin is not None
    place = made.snapshot.place_of(one.schema.origin)
    text = made.snapshot.text("/w/0.yaml")
    assert place is not None
    assert (place.path, text[place.span.start : place.span.end]) == ("/w/0.yaml", "a")
    made.apply({"/w/0.yaml": "# longer\n" + text})
    moved = made.snapshot.place_of(one.schema.origin)
    assert moved is not None
    assert moved.span.start == place.span.start + len("# longer\n")
    made.apply({"/w/0.yaml": None})
    assert made.snapshot.place_of(one.schema.origin) is None


def test_a_change_of_texts_stops_at_the_schema() -> None:
    made = workspace(crd(SPEC))
    before = known(made)
    made.apply({"/w/0.yaml": "# moved\n" + crd(SPEC.replace("One", "Two"))})
    assert known(made) == before
    made.apply({"/w/0.yaml": crd(SPEC.replace("string", "integer"))})
    assert known(made) != before
    assert made.database.recomputed[KIND_SCHEMA.name] == 3


REASONS = [
    (
        "example.com/v2",
        "Thing",
        "Thing has no schema for version `v2` of `example.com`",
        "known: example.com/v1",
    ),
    (
        "other.com/v1",
        "Thing",
        "no schema for kind Thing of `other.com/v1`",
        "Thing is known in example.com/v1",
    ),
    (
        "other.com/v1",
        "Foo",
        "no CustomResourceDefinition for kind Foo of `other.com`",
        "put it into the workspace",
    ),
    ("apps/v1", "Deploymnt", "Kubernetes has no kind Deploymnt in `apps/v1`", "run `koreo schema pull`"),
]


@pytest.mark.parametrize(("api_version", "kind", "reason", "advice"), REASONS)
def test_why_a_kind_is_unknown(api_version: str, kind: str, reason: str, advice: str) -> None:
    schemas = workspace(crd(SPEC)).snapshot.schemas
    name = KindName(api_version, kind)
    assert schemas.find(name) is None
    unknown = why_unknown(name, schemas)
    assert unknown.reason.startswith(reason)
    assert unknown.advice.startswith(advice)


def test_half_typed_definitions_say_nothing() -> None:
    assert workspace(crd(SPEC) + "\n  - [").snapshot.schema(NAME) is None
    assert spec_fields(known(workspace(crd("type: strin")))) == ["spec?: any"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (KindName("acme.io/v1", "Webshop"), "WebShop"),
        (KindName("acme.oi/v1", "WebShop"), "acme.io"),
        (KindName("net.acme.io/v1", "Route"), None),
        (KindName("eks.acme.io/v1", "Cluster"), None),
        (KindName("acme.io/v1", "Warehouse"), None),
    ],
)
def test_only_what_is_hardly_a_name_of_its_own_is_a_slip(name: KindName, meant: str | None) -> None:
    known = {
        KindName("acme.io/v1", "WebShop"),
        KindName("net.acme.io/v1", "Router"),
        KindName("ecs.acme.io/v1", "Cluster"),
    }
    found = why_unknown(name, SchemaList("nothing", ()), known)
    assert found.certain == (meant is not None)
    assert found.meant is None or meant in (found.meant.kind, found.meant.group)
