"""Schemas to types: a schema in, the fields as a person reads them out."""

from __future__ import annotations

import pytest
from koreo_analyzer.schemas import (
    Definitions,
    DefinitionSource,
    KindName,
    fields,
    place,
    read_openapi,
    schemas_in_data,
    schemas_in_tree,
)
from koreo_analyzer.types import (
    ANY,
    STRING,
    LazyProperties,
    ObjectType,
    Property,
    Type,
    fits,
    join,
    show,
)
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from schema_data import QUANTITY, crd, described, schema_of, spec_fields, thing

LIST_MAP = """
type: array
x-kubernetes-list-type: map
x-kubernetes-list-map-keys: [a]
items: {type: object, required: [a], properties: {a: {type: string}}}
"""
CASES = {
    "scalars": (
        "type: object\nproperties: {a: {type: string}, b: {type: integer}, c: {type: boolean}, d: {type: number}}",
        ["spec?: object", "spec.a?: string", "spec.b?: int", "spec.c?: bool", "spec.d?: double | int"],
    ),
    "required": ("type: object\nrequired: [a]\nproperties: {a: {type: string}}", ["spec?: object", "spec.a: string"]),
    "a default makes optional": (
        "type: object\nrequired: [a]\nproperties: {a: {type: string, default: x}}",
        ["spec?: object", 'spec.a?: string (default "x")'],
    ),
    "enums are literals": ("type: string\nenum: [b, a]", ['spec?: "a" | "b"']),
    "an enum with more than a union holds": (
        "type: string\nnullable: true\nenum: [" + ", ".join(f"v{n:03}" for n in range(100)) + "]",
        ['spec?: "v000" | "v001" | "v002" | "v003" | "v004" | "v005" | … 94 more | null'],
    ),
    "an enum of integers": ("type: integer\nenum: [1, 2]", ["spec?: int (one of 1, 2)"]),
    "bounds": ("type: integer\nminimum: 1\nmaximum: 10", ["spec?: int (at least 1; at most 10)"]),
    "exclusive": ("type: number\nminimum: 0\nexclusiveMinimum: true", ["spec?: double | int (more than 0)"]),
    "lengths": ("{type: string, maxLength: 3}", ["spec?: string (at most 3 characters)"]),
    "pattern": ("type: string\npattern: ^a+$", ["spec?: string (pattern ^a+$)"]),
    "format": ("type: string\nformat: date-time", ["spec?: string (date-time)"]),
    "int-or-string": ("x-kubernetes-int-or-string: true", ["spec?: int | string (int-or-string)"]),
    "int-or-string with its usual alternatives": (
        "anyOf: [{type: integer}, {type: string}]\nx-kubernetes-int-or-string: true",
        ["spec?: int | string (int-or-string)"],
    ),
    "quantity": (f"x-kubernetes-int-or-string: true\npattern: '{QUANTITY}'", None),
    "nullable": ("type: string\nnullable: true", ["spec?: null | string"]),
    "list": ("type: array\nitems: {type: string, minLength: 1}", ["spec?: list(string) (each at least 1 characters)"]),
    "list without items": ("type: array", ["spec?: list(any)"]),
    "list that is a map": (
        LIST_MAP,
        ["spec?: list(object) (keyed by a)", "spec[].a: string"],
    ),
    "map": (
        "type: object\nadditionalProperties: {type: integer, minimum: 0}",
        ["spec?: map(string, int) (each at least 0)"],
    ),
    "map of anything": ("type: object\nadditionalProperties: true", ["spec?: map(string, any)"]),
    "map of objects": (
        "type: object\nadditionalProperties: {type: object, properties: {a: {type: string}}}",
        ["spec?: map(string, object)", "spec{}.a?: string"],
    ),
    "anything": ("x-kubernetes-preserve-unknown-fields: true", ["spec?: any"]),
    "embedded resource": (
        "type: object\nx-kubernetes-embedded-resource: true\nx-kubernetes-preserve-unknown-fields: true",
        None,
    ),
    "no schema at all": ("{}", ["spec?: any"]),
    "not a schema": ("5", ["spec?: any"]),
    "untyped alternatives": ("anyOf: [{type: string}, {type: boolean}]", ["spec?: bool | string"]),
    "bad limits say nothing": (
        "type: string\nminLength: many\npattern: [a]\nenum: a\nformat: 5\nminimum: true",
        ["spec?: string"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, (_, expected) in CASES.items() if expected is not None])
def test_types(name: str) -> None:
    spec, expected = CASES[name]
    assert spec_fields(thing(spec)) == expected


def test_a_quantity_is_recognised_by_its_pattern() -> None:
    (line,) = spec_fields(thing(CASES["quantity"][0]))
    assert line.startswith("spec?: int | string (quantity; pattern ")


def test_an_embedded_resource_has_an_identity_and_takes_anything() -> None:
    embedded = field(thing(CASES["embedded resource"][0]).written, "spec").type
    assert isinstance(embedded, ObjectType)
    assert embedded.open
    assert {name: one.required for name, one in embedded.properties.items()} == {
        "apiVersion": True,
        "kind": True,
        "metadata": False,
    }


def field(type_: Type, *path: str) -> Property:
    """Return the field at a path of names."""
    one = Property(type_)
    for name in path:
        assert isinstance(one.type, ObjectType)
        one = one.type.properties[name]
    return one


def test_closed_and_open_objects() -> None:
    closed = thing("type: object\nproperties: {a: {type: string}}")
    is_open = thing(
        "type: object\nx-kubernetes-preserve-unknown-fields: true\nproperties: {a: {type: string}}"
    )
    empty = thing("type: object")
    old = schema_of(
        crd("type: object").replace("scope: Names", "preserveUnknownFields: true\n  scope: Names")
    )
    opened = [field(one.written, "spec").type for one in (closed, is_open, empty, old)]
    assert [isinstance(one, ObjectType) and one.open for one in opened] == [False, True, False, True]


def test_identity_is_always_there() -> None:
    written = thing("type: object").written
    assert show(field(written, "apiVersion").type) == '"example.com/v1"'
    assert show(field(written, "kind").type) == '"Thing"'
    assert field(written, "metadata").required
    assert show(field(written, "metadata", "labels").type) == "map(string, string)"


def test_what_the_server_adds_is_there_when_stored() -> None:
    schema = thing("type: object\nproperties: {a: {type: string, default: x}, b: {type: string}}")
    required = {
        name: [field(view, *name.split(".")).required for view in (schema.written, schema.stored)]
        for name in (
            "spec.a",
            "spec.b",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "metadata.labels",
        )
    }
    assert required == {
        "spec.a": [False, True],
        "spec.b": [False, False],
        "metadata.name": [False, True],
        "metadata.namespace": [False, True],
        "metadata.uid": [False, True],
        "metadata.labels": [False, False],
    }


def test_documentation_and_origin() -> None:
    one = field(
        thing("type: object\nproperties: {a: {type: string, description: The a.}}").written, "spec", "a"
    )
    assert one.doc == "The a."
    assert one.origin is not None
    assert one.origin.text == "Thing.spec.a in crd.yaml"
    assert one.origin.source.file == "/w/crd.yaml"


def test_place_finds_the_field_in_the_present_text() -> None:
    text = crd(
        "type: object\nproperties:\n  list: {type: array, items: {type: object, properties: {a: {type: string}}}}"
    )
    (schema,) = schemas_in_tree(parse(text).root, "crd.yaml")
    (origin,) = [
        one.schema.origin for one in fields(schema.written) if one.path == ("spec", "list", "[]", "a")
    ]
    assert origin is not None
    moved = "# a comment\n\n" + text
    span = place(parse(moved).root, origin)
    assert span is not None
    assert span.start == moved.index("a: {type: string}")
    gone = moved.replace("a: {type", "b: {type")
    nearest = place(parse(gone).root, origin)
    assert nearest is not None
    assert gone[nearest.start : nearest.end] == "items"
    assert place(parse("a: 1").root, origin) is None


def test_equal_but_for_texts_and_positions() -> None:
    spec = "type: object\nproperties: {a: {type: string, description: One.}}"
    before, after = thing(spec), schema_of("# moved\n" + crd(spec.replace("One", "Two")))
    assert before == after
    assert before.written == after.written
    for change in ("type: integer", "type: string, minLength: 1", "type: string, default: d"):
        assert before != thing(spec.replace("type: string", change))


def test_a_field_that_is_called_description_counts() -> None:
    spec = "type: object\nproperties: {description: {type: %s}}"
    assert thing(spec % "string") != thing(spec % "integer")
    data = "type: object\ndefault: {description: %s}"
    assert thing(data % "a") != thing(data % "b")


def test_fields_are_made_when_they_are_asked_for() -> None:
    inner = ", ".join(f"f{n}: {{type: string}}" for n in range(500))
    written = thing(f"type: object\nproperties: {{{inner}}}").written
    spec = field(written, "spec").type
    assert isinstance(spec, ObjectType)
    assert isinstance(spec.properties, LazyProperties)
    assert spec.properties.made == 0
    assert len(spec.properties) == 500
    assert spec.properties["f7"] is spec.properties["f7"]
    assert spec.properties.made == 1


OLD = """\
apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
spec:
  group: example.com
  names: {kind: Thing}
  version: v1
  preserveUnknownFields: false
  validation:
    openAPIV3Schema: {type: object, properties: {spec: {type: string}}}
"""


def test_versions_of_the_api() -> None:
    assert spec_fields(schema_of(OLD)) == ["spec?: string"]
    listed = OLD.replace("version: v1", "versions: [{name: v1, served: true}, {name: v2, served: false}]")
    found = schemas_in_tree(parse(listed).root, "crd.yaml")
    assert [(str(one.name), one.facts.served) for one in found] == [
        ("Thing (example.com/v1)", True),
        ("Thing (example.com/v2)", False),
    ]
    assert found[1].written == schema_of(listed.replace("{name: v1, served: true}, ", "")).written


def test_plain_data_gives_the_same() -> None:
    spec = "type: object\nproperties: {a: {type: array, items: {type: string}}}"
    root = parse(crd(spec)).root
    assert root is not None
    data = plain(root)
    assert isinstance(data, dict)
    (schema,) = schemas_in_data(data, "crd.yaml")
    assert schema.written == thing(spec).written
    assert schema.facts == thing(spec).facts


CRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition"


@pytest.mark.parametrize(
    "text",
    [
        "kind: Deployment",
        "kind: CustomResourceDefinition",
        "5",
        "[]",
        CRD,
        f"{CRD}\nspec: {{group: 5, names: [], versions: x}}",
        f"{CRD}\nspec: {{group: g, names: {{kind: K}}, versions: [5, {{name: 5}}, {{}}]}}",
    ],
)
def test_no_definition_gives_no_schema(text: str) -> None:
    assert schemas_in_tree(parse(text).root, "x.yaml") == ()


def test_a_version_without_schema_is_anything() -> None:
    text = OLD.replace(
        "  validation:\n    openAPIV3Schema: {type: object, properties: {spec: {type: string}}}\n", ""
    )
    assert schema_of(text).written == ANY


# OpenAPI documents

IDENTITY: dict[str, object] = {"apiVersion": {}, "kind": {}, "metadata": {}}
RECURSIVE: dict[str, dict[str, object]] = {
    "io.x.Tree": {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
            "left": {
                "allOf": [{"$ref": "#/components/schemas/io.x.Tree"}],
                "default": {},
                "description": "The left.",
            },
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/io.x.Tree"}},
            "size": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"},
            "port": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString"},
            "name": {"type": "string", "default": ""},
            "mode": {"type": "string", "default": "TCP"},
            "raw": {"type": "object"},
        },
        "required": ["name", "mode"],
        "x-kubernetes-group-version-kind": [{"group": "x.io", "version": "v1", "kind": "Tree"}],
    },
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "labels": {"type": "object"}},
    },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    "io.x.Loop": {"$ref": "#/components/schemas/io.x.Loop"},
}
TREE = KindName("x.io/v1", "Tree")


def trees() -> DefinitionSource:
    """Return a new source with the recursive kind."""
    return DefinitionSource("test", read_openapi([{"components": {"schemas": RECURSIVE}}]))


def tree() -> Type:
    """Return the type of the recursive kind, from a source of its own."""
    schema = trees().find(TREE)
    assert schema is not None
    return schema.written


def test_a_definition_may_contain_itself() -> None:
    type_ = tree()
    assert field(type_, "left", "left", "left").type is field(type_, "left").type
    listed = [described(one) for one in fields(tree()) if one.path[0] != "metadata"]
    assert [line for line in listed if "left?" in line] == [
        "left?: object",
        "left.left?: object",
        "all[].left?: object",
    ]
    assert len(listed) == 33


def test_definitions_of_go() -> None:
    lines = [described(one) for one in fields(tree(), 1)]
    assert lines[3:] == [
        "left?: object",
        "all?: list(object)",
        "size?: double | int | string (quantity)",
        "port?: int | string (int-or-string)",
        "name: string",
        'mode?: string (default "TCP")',
        "raw?: object",
    ]
    assert field(tree(), "left").doc == "The left."
    raw = field(tree(), "raw").type
    assert isinstance(raw, ObjectType)
    assert raw.open


def test_recursive_types_are_compared_joined_and_fitted_in_finite_time() -> None:
    left, right = tree(), tree()
    assert left == left
    assert fits(left, right)
    both = join(left, right)
    deep = field(both, "left", "left", "left", "left")
    assert show(deep.type) == "Tree"
    assert fits(both, left)
    assert fits(left, both)
    assert hash(both) == hash(join(left, right))
    assert "left" in repr(both)


def test_a_definition_that_is_only_itself_is_anything() -> None:
    given = {
        **IDENTITY,
        "loop": {"$ref": "#/definitions/io.x.Loop"},
        "gone": {"$ref": "#/definitions/absent"},
    }
    schemas = {**RECURSIVE, "io.x.Tree": {**RECURSIVE["io.x.Tree"], "properties": given}}
    schema = DefinitionSource("test", read_openapi([{"definitions": schemas}])).find(TREE)
    assert schema is not None
    assert field(schema.written, "loop").type == ANY
    assert field(schema.written, "gone").type == ANY


def test_facts_of_an_api_server() -> None:
    gvk = {"group": "x.io", "version": "v1", "kind": "Tree"}
    operation = {"get": {"x-kubernetes-group-version-kind": gvk}}
    base = "/apis/x.io/v1/namespaces/{namespace}/trees/{name}"
    documents = [
        {
            "components": {"schemas": RECURSIVE},
            "paths": {base: operation, f"{base}/status": operation, "/version": 5},
        }
    ]
    facts = read_openapi(documents).kinds[TREE][1]
    assert (facts.namespaced, facts.plural, facts.status) == (True, "trees", True)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"components": 5},
        {"definitions": {"a": 5, "b": {"x-kubernetes-group-version-kind": "no"}}},
        {"definitions": {"a": {"x-kubernetes-group-version-kind": [{}], "properties": IDENTITY}}},
        {"paths": []},
    ],
)  # fmt: skip
def test_nonsense_has_no_kinds(document: dict[str, object]) -> None:
    assert read_openapi([document]).kinds == {}


def test_only_what_the_kinds_need_is_kept() -> None:
    kept = read_openapi([{"components": {"schemas": RECURSIVE}}]).reachable()
    assert isinstance(kept, Definitions)
    assert set(kept.schemas) == RECURSIVE.keys() - {"io.x.Loop"}
    assert "x-kubernetes-group-version-kind" not in kept.schemas["io.x.Tree"]


def test_a_joined_object_keeps_what_both_ask() -> None:
    left = field(
        thing("type: object\nproperties: {a: {type: string, minLength: 1}, b: {type: string}}").written,
        "spec",
    )
    right = field(
        thing("type: object\nproperties: {a: {type: string, minLength: 1}, c: {type: integer}}").written,
        "spec",
    )
    both = join(left.type, right.type)
    assert isinstance(both, ObjectType)
    assert list(both.properties) == ["a", "b", "c"]
    assert both.properties["a"].limits == field(left.type, "a").limits
    assert both.properties["c"].required is False
    assert join(both, both) == both
    assert join(left.type, ObjectType({"a": Property(STRING)})) != left.type
