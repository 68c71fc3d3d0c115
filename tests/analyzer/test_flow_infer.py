"""The definition of a Workflow's trigger, inferred, and compared with the one that is there (`Snapshot.inference`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace import Settings, Workspace
from koreo_project.discover import find
from koreo_project.load import load
from koreo_project.schemas import builtin

if TYPE_CHECKING:
    from koreo_analyzer.flow import Inference
    from koreo_analyzer.workspace import Snapshot

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILE = "/w/main.k.yaml"

WORKFLOW = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: shop, namespace: default}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Shop}
  steps:
    - label: plan
      ref: {kind: ValueFunction, name: plan}
      inputs:
        name: =parent.metadata.name
        spec: =parent.spec
        previous: '=has(parent.state.total) ? parent.state.total : 0'
      state:
        total: =value.total
    - label: config
      ref: {kind: ResourceFunction, name: config}
      inputs:
        name: =parent.metadata.name
        namespace: =parent.metadata.namespace
        text: =steps.plan.text
        labels: =parent.spec.labels
        extra: '=has(parent.spec.extra.note) ? parent.spec.extra.note : ""'
        anything: =parent.spec.anything
      state:
        uid: =value.uid
    - label: shelves
      ref: {kind: ValueFunction, name: shelf}
      forEach: {itemIn: =parent.spec.shelves, inputKey: shelf}
      state:
        shelves: =value
    - label: till
      refSwitch:
        switchOn: =parent.spec.payment
        cases:
          - {case: cash, kind: ValueFunction, name: shelf}
          - {case: card, kind: ValueFunction, name: shelf}
      inputs:
        shelf: {title: till, height: 1.5, ports: [1]}
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: plan, namespace: default}
spec:
  preconditions:
    - assert: =inputs.spec.size in ["small", "large"]
      permFail: {message: unknown size}
    - assert: =inputs.spec.discount >= 0.0
      permFail: {message: too little}
    - assert: =inputs.previous >= 0
      permFail: {message: impossible}
  return:
    text: '=inputs.name + inputs.spec.title + (inputs.spec.country == "de" ? "!" : "")'
    total: =inputs.spec.count * 2
    open: =inputs.spec.open || inputs.spec.owner == null
    owner: =inputs.spec.owner
    port: '=type(inputs.spec.port) == int ? string(inputs.spec.port + 1) : inputs.spec.port + "x"'
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: shelf, namespace: default}
spec:
  return:
    title: =inputs.shelf.title.upper()
    height: =inputs.shelf.height * 1.5
    first: =inputs.shelf.ports.filter(port, port > 0).map(port, port + 1)
---
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: config, namespace: default}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: =inputs.name, namespace: =inputs.namespace}
  resource:
    metadata: {labels: =inputs.labels}
    data: {text: =inputs.text, extra: =inputs.extra, anything: =to_json(inputs.anything)}
  return:
    uid: =resource.metadata.uid
"""

SPEC = {
    "type": "object",
    "required": [
        "title", "country", "count", "open", "owner", "port", "size", "discount",
        "labels", "anything", "shelves", "payment",
    ],
    "properties": {
        "title": {"type": "string"},
        "country": {"type": "string", "description": 'Compared with "de".'},
        "count": {"type": "integer"},
        "open": {"type": "boolean"},
        "owner": {"x-kubernetes-preserve-unknown-fields": True},
        "port": {"x-kubernetes-int-or-string": True},
        "size": {"type": "string", "enum": ["large", "small"]},
        "discount": {"type": "number"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "extra": {"type": "object", "properties": {"note": {"type": "string"}}},
        "anything": {"x-kubernetes-preserve-unknown-fields": True},
        "shelves": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "height", "ports"],
                "properties": {
                    "title": {"type": "string"},
                    "height": {"type": "number"},
                    "ports": {"type": "array", "items": {"type": "integer"}},
                },
            },
        },
        "payment": {"type": "string", "enum": ["card", "cash"]},
    },
}  # fmt: skip

STATE = {
    "type": "object",
    "properties": {
        "total": {"type": "integer"},
        "uid": {"type": "string"},
        "shelves": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "height": {"type": "number"},
                    "first": {"type": "array", "items": {"type": "integer"}},
                },
            },
        },
    },
}


def opened(**files: str) -> Snapshot:
    workspace = Workspace(Settings(schemas=(builtin(),)))
    return workspace.apply({FILE: WORKFLOW, **{f"/w/{name}.yaml": text for name, text in files.items()}})


def inferred(snapshot: Snapshot, name: str = "shop") -> Inference:
    found = snapshot.inference(snapshot.definitions("Workflow", name)[0])
    assert found is not None
    return found


def root_schema(crd: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


def sorted_required(schema: Any) -> Any:
    """The order of `required` and of fields means nothing."""
    if isinstance(schema, dict):
        return {
            k: sorted(v) if k == "required" and isinstance(v, list) else sorted_required(v)
            for k, v in schema.items()
        }
    return schema


def test_the_definition() -> None:
    crd = inferred(opened()).crd
    assert crd["metadata"]["name"] == "shops.example.com"
    assert crd["spec"]["names"] == {
        "kind": "Shop",
        "listKind": "ShopList",
        "plural": "shops",
        "singular": "shop",
    }
    schema = root_schema(crd)
    assert schema["required"] == ["spec"]
    assert sorted_required(schema["properties"]["spec"]) == sorted_required(SPEC)
    status = schema["properties"]["status"]["properties"]
    assert status["state"] == STATE
    assert status["conditions"]["x-kubernetes-list-map-keys"] == ["type"]
    version = crd["spec"]["versions"][0]
    assert [column["name"] for column in version["additionalPrinterColumns"]] == ["Ready", "Reason", "Age"]
    assert version["subresources"] == {"status": {}}


def test_a_workflow_is_clean_with_its_own_definition_and_uses_all_of_it() -> None:
    crd = inferred(opened()).crd
    snapshot = opened(crd=yaml.safe_dump(crd))
    assert [p.message for p in snapshot.problems(FILE) if p.severity >= Severity.WARNING] == []
    again = inferred(snapshot)
    assert again.differences == ()
    assert again.crd == crd
    assert snapshot.coverage().untyped == 0


@pytest.mark.parametrize("fixture", ["hello", "stateless-crud-app"])
def test_the_fixtures_are_clean_with_inferred_definitions(fixture: str) -> None:
    workspace = load(find([FIXTURES / fixture])[0]).workspace
    snapshot = workspace.snapshot
    files = [snapshot.file(path) for path in snapshot.paths()]
    definitions = [
        file.path
        for file in files
        if file is not None and any(one.document.crd_names for one in file.documents)
    ]
    before = [problem for path in snapshot.paths() for problem in snapshot.problems(path)]
    snapshot = workspace.apply(dict.fromkeys(definitions))
    found = inferred(snapshot, fixture)
    assert found.existing is None
    snapshot = workspace.apply({f"{definitions[0]}.inferred.yaml": yaml.safe_dump(found.crd)})
    after = [problem for path in snapshot.paths() for problem in snapshot.problems(path)]
    assert [p for p in after if p.severity >= Severity.WARNING] == [
        p for p in before if p.severity >= Severity.WARNING
    ]
    assert inferred(snapshot, fixture).differences == ()


@pytest.mark.parametrize("fixture", ["hello", "stateless-crud-app"])
def test_the_definitions_of_the_fixtures_have_what_is_used_and_nothing_else(fixture: str) -> None:
    found = inferred(load(find([FIXTURES / fixture])[0]).workspace.snapshot, fixture)
    assert found.existing is not None
    assert found.differences == ()


def changed(change: Any) -> list[tuple[str, str]]:
    """Codes and fields of the differences from a definition that `change` has altered."""
    crd = inferred(opened()).crd
    change(root_schema(crd)["properties"])
    return [(one.code, one.name) for one in inferred(opened(crd=yaml.safe_dump(crd))).differences]


def spec_of(properties: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = properties["spec"]["properties"]
    return fields


DIFFERENCES = {
    "a field is gone": (lambda p: spec_of(p).pop("title"), [("missing-field", "spec.title")]),
    "a field of items is gone": (
        lambda p: spec_of(p)["shelves"]["items"]["properties"].pop("ports"),
        [("missing-field", "spec.shelves[].ports")],
    ),
    "a field whose presence is asked for is gone": (
        lambda p: spec_of(p)["extra"]["properties"].pop("note"),
        [("missing-field", "spec.extra.note")],
    ),
    "another type": (
        lambda p: spec_of(p).update(count={"type": "string"}),
        [("wrong-type", "spec.count")],
    ),
    "no list": (
        lambda p: spec_of(p).update(shelves={"type": "object", "properties": {"a": {"type": "string"}}}),
        [("wrong-type", "spec.shelves"), ("unused-field", "spec.shelves.a")],
    ),
    "other texts": (
        lambda p: spec_of(p).update(payment={"type": "string", "enum": ["cheque"]}),
        [("wrong-type", "spec.payment")],
    ),
    "some of the texts": (
        lambda p: spec_of(p).update(payment={"type": "string", "enum": ["cash"]}),
        [],
    ),
    "a field too many": (
        lambda p: spec_of(p).update(colour={"type": "string"}),
        [("unused-field", "spec.colour")],
    ),
    "a field of items too many": (
        lambda p: spec_of(p)["shelves"]["items"]["properties"].update(depth={"type": "integer"}),
        [("unused-field", "spec.shelves[].depth")],
    ),
    "more where the whole is used": (
        lambda p: spec_of(p).update(anything={"type": "object", "properties": {"a": {"type": "string"}}}),
        [],
    ),
    "unknown fields are let in": (
        lambda p: p.update(spec={"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
        [],
    ),
    "unknown fields are let into the status": (
        lambda p: p.update(status={"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
        [],
    ),
    "no status": (lambda p: p.pop("status"), [("missing-field", "status")]),
    "no conditions": (
        lambda p: p["status"]["properties"].pop("conditions"),
        [("missing-field", "status.conditions")],
    ),
    "no state": (
        lambda p: p["status"]["properties"].pop("state"),
        [("missing-field", "status.state")],
    ),
    "a part of the state is gone": (
        lambda p: p["status"]["properties"]["state"]["properties"].pop("uid"),
        [("missing-field", "status.state.uid")],
    ),
    "another type in the state": (
        lambda p: p["status"]["properties"]["state"]["properties"].update(total={"type": "string"}),
        [("wrong-type", "status.state.total")],
    ),
}


@pytest.mark.parametrize(("change", "expected"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_differences(change: Any, expected: list[tuple[str, str]]) -> None:
    assert changed(change) == expected


def test_a_difference_says_where_the_field_is_used_and_what_may_be_meant() -> None:
    crd = inferred(opened()).crd
    fields = spec_of(root_schema(crd)["properties"])
    fields["titel"] = fields.pop("title")
    snapshot = opened(crd=yaml.safe_dump(crd))
    missing = next(one for one in inferred(snapshot).differences if one.code == "missing-field")
    assert missing.message == "used as string, and not declared"
    assert missing.hint == "did you mean `titel`?"
    places = [snapshot.place_of_use(use) for use in missing.uses]
    assert [WORKFLOW[p.span.start - 5 : p.span.end] for p in places if p is not None] == ["spec.title"]


def test_the_scope_and_plural_of_the_known_definition_are_kept() -> None:
    crd = inferred(opened()).crd
    crd["metadata"]["name"] = "shoppes.example.com"
    crd["spec"]["names"]["plural"] = "shoppes"
    crd["spec"]["scope"] = "Cluster"
    again = inferred(opened(crd=yaml.safe_dump(crd))).crd
    assert again["metadata"]["name"] == "shoppes.example.com"
    assert again["spec"]["scope"] == "Cluster"


@pytest.mark.parametrize(
    ("kind", "plural"), [("Policy", "policies"), ("Mesh", "meshes"), ("Relay", "relays"), ("Box", "boxes")]
)
def test_plurals(kind: str, plural: str) -> None:
    text = WORKFLOW.replace("kind: Shop}", f"kind: {kind}}}")
    snapshot = Workspace().apply({FILE: text})
    assert inferred(snapshot).crd["spec"]["names"]["plural"] == plural


def test_only_a_workflow_with_a_trigger_has_one() -> None:
    snapshot = Workspace().apply({FILE: WORKFLOW.replace("crdRef:", "crdReference:")})
    for kind, name in (("Workflow", "shop"), ("ValueFunction", "plan")):
        assert snapshot.inference(snapshot.definitions(kind, name)[0]) is None
