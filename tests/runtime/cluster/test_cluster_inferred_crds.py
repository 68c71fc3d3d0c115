"""Definitions that were inferred from Workflows: an API server takes them, and objects with what the Workflow uses."""

from pathlib import Path
from typing import Any

import pytest
from cluster_world import World
from koreo_analyzer.workspace import Workspace
from koreo_project.discover import find
from koreo_project.load import load
from koreo_runtime.effects import ApiError, ResourceId

FIXTURES = Path(__file__).parents[3] / "fixtures"

EVERYTHING = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: all, namespace: default}
spec:
  crdRef: {apiGroup: inferred.test.koreo.dev, version: v1, kind: Policy}
  steps:
    - label: one
      ref: {kind: ValueFunction, name: one}
      inputs: {spec: =parent.spec}
      state: {text: =value.text, sizes: =value.sizes, made: '=timestamp("2026-01-02T03:04:05Z")'}
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: one, namespace: default}
spec:
  preconditions:
    - assert: =inputs.spec.mode in ["on", "off"]
      permFail: {message: unknown mode}
  return:
    text: =inputs.spec.text + "!"
    sizes: =inputs.spec.sizes.map(size, size + 1)
    ratio: =inputs.spec.ratio * 0.5
    label: =inputs.spec.labels[inputs.spec.text.lower()] + "x"
    note: '=has(inputs.spec.note) && inputs.spec.note != null ? inputs.spec.note == "a" : false'
    port: '=type(inputs.spec.port) == int ? string(inputs.spec.port + 1) : inputs.spec.port + "x"'
    whole: =to_json(inputs.spec.whole)
"""

SPEC = {
    "mode": "on",
    "text": "a",
    "sizes": [1, 2],
    "ratio": 1.5,
    "labels": {"a": "b"},
    "note": None,
    "port": "http",
    "whole": {"any": ["thing", 1]},
}
CONDITION = {
    "type": "Ready",
    "status": "True",
    "reason": "Ready",
    "message": "all ready.",
    "location": "Workflow all",
    "observedGeneration": 1,
    "lastTransitionTime": "2026-01-02T03:04:05Z",
    "lastUpdateTime": "2026-01-02T03:04:05Z",
}
STATUS = {
    "conditions": [CONDITION],
    "state": {"text": "a!", "sizes": [2, 3], "made": "2026-01-02T03:04:05Z"},
    "koreo": {"errors": {"one": "no"}},
}


def inferred(text: str) -> dict[str, Any]:
    snapshot = Workspace().apply({"/w/all.k.yaml": text})
    found = snapshot.inference(snapshot.definitions("Workflow", "all")[0])
    assert found is not None
    return found.crd


def test_objects_with_what_is_used_are_taken_and_kept(world: World) -> None:
    world.cluster.install_crd(inferred(EVERYTHING))
    target = ResourceId("inferred.test.koreo.dev/v1", "Policy", "policies", "x", world.namespace)
    stored = world.create(target, spec=SPEC)
    assert stored["spec"] == SPEC
    stored = world.cluster.patch_status(target, {"status": STATUS})
    assert stored["status"] == STATUS


@pytest.mark.parametrize(
    ("field", "value"),
    [("mode", "standby"), ("text", 3), ("sizes", ["a"]), ("ratio", "a"), ("labels", {"a": 1}), ("port", 1.5)],
)
def test_what_the_workflow_cannot_use_is_refused(world: World, field: str, value: object) -> None:
    world.cluster.install_crd(inferred(EVERYTHING))
    target = ResourceId("inferred.test.koreo.dev/v1", "Policy", "policies", "y", world.namespace)
    with pytest.raises(ApiError, match=rf"spec\.{field}"):
        world.create(target, spec={**SPEC, field: value})


@pytest.mark.parametrize("fixture", ["hello", "stateless-crud-app"])
def test_the_definitions_of_the_fixtures_are_taken(world: World, fixture: str) -> None:
    snapshot = load(find([FIXTURES / fixture])[0]).workspace.snapshot
    found = snapshot.inference(snapshot.definitions("Workflow", fixture)[0])
    assert found is not None
    world.cluster.install_crd(found.crd)
