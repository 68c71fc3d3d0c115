"""Passes over a trigger that the simulated cluster holds, with a schema as strict as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.effects import ResourceId
from koreo_runtime.outcomes import Ok
from koreo_runtime.workflows.inventory import INVENTORY_ANNOTATION
from koreo_runtime.workflows.reconcile import PassResult, reconcile
from workflow_cases import FUNCTIONS, TRIGGER_ID, engine_of, workflow

STEP = """\
- label: map
  ref: {kind: ResourceFunction, name: config-map}
  inputs: {name: =parent.spec.name}
  condition: {type: Map, name: The map}
  state: {name: =value.name, nothing: null}
"""
WAITING = "- label: wait\n  ref: {kind: ValueFunction, name: decide}\n  inputs: {do: wait}\n"
ANY = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CONDITION = {
    "type": "object",
    "properties": {
        key: {"type": "string"} for key in ("type", "status", "reason", "message", "lastTransitionTime")
    }
    | {"observedGeneration": {"type": "integer"}},
}
STRICT = {
    "type": "object",
    "properties": {
        "state": ANY,
        "conditions": {"type": "array", "items": CONDITION},
    },
}


def cluster(status: dict[str, Any]) -> MemoryCluster:
    found = MemoryCluster(lambda: datetime(2026, 1, 1, tzinfo=UTC))
    names = {"kind": "Guest", "plural": "guests", "singular": "guest", "listKind": "GuestList"}
    schema = {"type": "object", "properties": {"spec": ANY, "status": status}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": schema},
    }
    found.install_crd(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "guests.example.com"},
            "spec": {"group": "example.com", "names": names, "scope": "Namespaced", "versions": [version]},
        }
    )
    metadata = {"name": "ada", "namespace": "default"}
    body = {"apiVersion": "example.com/v1", "kind": "Guest", "metadata": metadata, "spec": {"name": "first"}}
    found.create(TRIGGER_ID, body)
    return found


def a_pass(found: MemoryCluster, minute: int, steps: str = STEP) -> PassResult:
    return reconcile(
        engine_of(workflow(steps), FUNCTIONS), found, TRIGGER_ID, now=f"2026-01-01T00:{minute:02}:00Z"
    )


@pytest.mark.parametrize("status", [ANY, STRICT])
def test_passes_become_stable_and_then_write_nothing(status: dict[str, Any]) -> None:
    found = cluster(status)
    assert len(a_pass(found, 0).writes) == 3
    assert isinstance(a_pass(found, 1).outcome, Ok)
    stable = found.get(TRIGGER_ID)
    assert stable["status"]["state"] == {"name": "first"}
    assert [c["status"] for c in stable["status"]["conditions"]] == ["True", "True"]
    assert INVENTORY_ANNOTATION in stable["metadata"]["annotations"]
    assert a_pass(found, 2).writes == ()
    assert found.get(TRIGGER_ID) == stable


@pytest.mark.parametrize("status", [ANY, STRICT])
def test_a_new_generation_is_observed(status: dict[str, Any]) -> None:
    found = cluster(status)
    for minute in range(2):
        a_pass(found, minute)
    before = found.get(TRIGGER_ID)["status"]["conditions"][0]
    found.patch(TRIGGER_ID, {"spec": {"other": 1}})
    a_pass(found, 2)
    after = found.get(TRIGGER_ID)["status"]["conditions"][0]
    assert (before["observedGeneration"], after["observedGeneration"]) == (1, 2)
    assert after["lastTransitionTime"] == before["lastTransitionTime"]


def test_what_is_managed_belongs_to_its_trigger() -> None:
    found = cluster(ANY)
    a_pass(found, 0)
    uid = found.get(TRIGGER_ID)["metadata"]["uid"]
    made = found.get(ResourceId("v1", "ConfigMap", None, "first", "default"))
    assert [owner["uid"] for owner in made["metadata"]["ownerReferences"]] == [uid]


def without(*keys: str) -> dict[str, Any]:
    """A schema of the status that drops some of what Koreo writes."""
    fields = {**CONDITION["properties"], "location": {"type": "string"}, "lastUpdateTime": {"type": "string"}}
    condition = {key: value for key, value in fields.items() if key not in keys}
    status = {"state": ANY, "koreo": ANY, "conditions": {"type": "array", "items": {"type": "object"}}}
    status["conditions"]["items"]["properties"] = condition
    return {"type": "object", "properties": {key: value for key, value in status.items() if key not in keys}}


@pytest.mark.parametrize(
    "dropped",
    [
        (),
        ("koreo",),
        ("state",),
        ("conditions",),
        ("state", "koreo", "conditions"),
        ("message",),
        ("status",),
        ("reason", "location"),
        ("message", "lastUpdateTime"),
        ("location", "lastUpdateTime", "lastTransitionTime", "observedGeneration"),
    ],
    ids="-".join,
)
@pytest.mark.parametrize("steps", [STEP, STEP + WAITING], ids=["ready", "waiting"])
def test_a_trigger_that_cannot_hold_all_of_it_becomes_stable_too(
    dropped: tuple[str, ...], steps: str
) -> None:
    found = cluster(without(*dropped))
    for minute in range(3):
        a_pass(found, minute, steps)
    stable = found.get(TRIGGER_ID)
    a_pass(found, 3, steps)
    a_pass(found, 4, steps)
    assert found.get(TRIGGER_ID) == stable


@pytest.mark.parametrize(
    "dropped",
    [
        (),
        ("koreo",),
        ("koreo", "location", "lastUpdateTime"),
        ("koreo", "lastTransitionTime", "lastUpdateTime"),
        ("koreo", "observedGeneration"),
        ("koreo", "reason"),
    ],
    ids="-".join,
)
def test_what_the_trigger_cannot_hold_is_not_sent_again(dropped: tuple[str, ...]) -> None:
    found = cluster(without(*dropped))
    for minute in range(2):
        a_pass(found, minute, STEP + WAITING)
    assert a_pass(found, 2, STEP + WAITING).writes == ()


def test_a_state_with_nothing_in_its_lists_is_written_once() -> None:
    state = "list: [null, 1, {a: null, b: [null]}], name: =value.name"
    steps = STEP.replace("name: =value.name, nothing: null", state)
    found = cluster(ANY)
    for minute in range(2):
        a_pass(found, minute, steps)
    assert found.get(TRIGGER_ID)["status"]["state"] == {"list": [1, {"b": []}], "name": "first"}
    assert a_pass(found, 2, steps).writes == ()


def test_errors_that_are_new_are_sent_to_a_trigger_that_has_none() -> None:
    found = cluster(ANY)
    for minute in range(2):
        a_pass(found, minute)
    no_state = STEP.replace("name: =value.name, nothing: null", "name: =value.missing")
    a_pass(found, 2, no_state)
    assert list(found.get(TRIGGER_ID)["status"]["koreo"]) == ["state_errors"]
    a_pass(found, 3, STEP + WAITING)
    assert list(found.get(TRIGGER_ID)["status"]["koreo"]) == ["errors", "locations"]
