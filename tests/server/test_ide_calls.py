"""Call hierarchy and document links."""

from __future__ import annotations

from cursor_fixtures import read
from koreo_server.ide.calls import call_items, incoming, outgoing
from koreo_server.ide.links import document_links

WORKSPACE = """
#- f.k.yaml
@ValueFunction greet
spec: {return: {a: 1}}
---
@FunctionTest greet-test
spec: {functionRef: {kind: ValueFunction, name: greet}}
#- r.k.yaml
@ResourceFunction make
spec:
  apiConfig: {apiVersion: e.com/v1, kind: Thing, name: a, namespace: b}
  resourceTemplateRef: {name: ="ba" + inputs.x}
  overlays: [{overlayRef: {kind: ValueFunction, name: greet}}]
---
@ResourceTemplate base
spec: {template: {apiVersion: v1, kind: ConfigMap}}
#- w.k.yaml
@Workflow flow
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: on$0e, ref: {kind: ValueFunction, name: greet}}
  - {label: two, ref: {kind: ValueFunction, name: greet}}
  - {label: sub, ref: {kind: Workflow, name: inner}}
  - {label: gone, ref: {kind: Workflow, name: unknown}}
---
@Workflow inner
spec:
  steps: [{label: one, ref: {kind: ResourceFunction, name: make}}]
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.e.com}
spec:
  group: e.com
  names: {kind: Thing, plural: things}
  versions: [{name: v1, served: true, storage: true}]
"""


def test_the_item_of_a_step_is_the_logic_that_it_runs() -> None:
    (item,) = call_items(*read(WORKSPACE).at_cursor())
    assert (item.kind, item.name, item.path) == ("ValueFunction", "greet", "f.k.yaml")
    text = read(WORKSPACE).texts["f.k.yaml"]
    assert text[item.name_span.start : item.name_span.end] == "greet"
    assert text[item.span.start : item.span.end].endswith("return: {a: 1}}")


def test_incoming_calls_are_steps_overlays_and_tests() -> None:
    snapshot = read(WORKSPACE).snapshot
    found = {link.item.name: len(link.spans) for link in incoming(snapshot, "ValueFunction", "greet")}
    assert found == {"greet-test": 1, "make": 1, "flow": 2}
    assert [link.item.name for link in incoming(snapshot, "Workflow", "inner")] == ["flow"]
    assert [link.item.name for link in incoming(snapshot, "ResourceTemplate", "base")] == ["make"]


def test_outgoing_calls_lead_to_what_is_defined() -> None:
    snapshot = read(WORKSPACE).snapshot
    found = [(link.item.name, len(link.spans)) for link in outgoing(snapshot, "Workflow", "flow", "w.k.yaml")]
    assert found == [("greet", 2), ("inner", 1)]
    assert outgoing(snapshot, "Workflow", "unknown", "w.k.yaml") == []


def test_links_lead_to_other_files() -> None:
    fixture = read(WORKSPACE)
    links = document_links(fixture.snapshot, "w.k.yaml")
    text = fixture.texts["w.k.yaml"]
    assert [(text[one.span.start : one.span.end], one.path, one.tooltip) for one in links] == [
        ("Thing", "crd.yaml", "CustomResourceDefinition Thing"),
        ("greet", "f.k.yaml", "ValueFunction greet"),
        ("greet", "f.k.yaml", "ValueFunction greet"),
        ("make", "r.k.yaml", "ResourceFunction make"),
    ]
    kinds = [one.tooltip for one in document_links(fixture.snapshot, "r.k.yaml")]
    assert kinds == ["CustomResourceDefinition Thing", "ValueFunction greet"]
    assert document_links(fixture.snapshot, "crd.yaml") == []
