"""What only the simulated cluster offers: seeding, kinds that nobody defined, determinism, sharing, speed."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from cluster_crds import GADGET
from cluster_world import refusal
from koreo_runtime.cluster.kinds import guess_plural
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.effects import Create, KubeObject, Patch, PatchStatus, Read, ResourceId


def now() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def config(name: str, **metadata: Any) -> KubeObject:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default", **metadata},
    }


def of(body: KubeObject) -> ResourceId:
    return ResourceId(
        body["apiVersion"], body["kind"], None, body["metadata"]["name"], body["metadata"].get("namespace")
    )


def test_the_same_calls_give_the_same_objects() -> None:
    def run() -> list[KubeObject]:
        cluster = MemoryCluster(now)
        body = config("a", labels={"a": "b"})
        generated = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "g-"}}
        return [
            cluster.create(of(body), body),
            cluster.create(of(config("")), generated),
            cluster.patch(of(body), {"data": {"x": "y"}}),
        ]

    assert run() == run()
    assert run()[0]["metadata"]["creationTimestamp"] == "2026-01-02T03:04:05Z"


def test_nothing_is_changed_in_place() -> None:
    cluster = MemoryCluster(now)
    cluster.install_crd(GADGET)
    target = ResourceId("test.koreo.dev/v1", "Gadget", "gadgets", "x", "default")
    body = {
        "apiVersion": "test.koreo.dev/v1",
        "kind": "Gadget",
        "metadata": {},
        "spec": {"size": 1, "free": {"a": [1]}},
    }
    given = copy.deepcopy(body)
    made = cluster.perform(Create(target, body))
    assert body == given
    before = copy.deepcopy(made)
    patched = cluster.perform(Patch(target, {"spec": {"size": 2}}))
    with_status = cluster.perform(PatchStatus(target, {"status": {"phase": "New"}}))
    assert made == before
    assert patched["spec"]["free"] is made["spec"]["free"], "what does not change is shared"
    assert with_status["spec"] is patched["spec"]
    assert cluster.perform(Read(target)) is with_status


def test_seeded_objects_keep_what_they_have() -> None:
    cluster = MemoryCluster(now)
    gadget = {
        "apiVersion": "test.koreo.dev/v1",
        "kind": "Gadget",
        "metadata": {
            "name": "x",
            "namespace": "nowhere",
            "uid": "u-1",
            "generation": 7,
            "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "u-0"}],
        },
        "spec": {"size": 1},
        "status": {"phase": "Old"},
    }
    cluster.seed([gadget, GADGET])
    item = cluster.get(of(gadget))
    assert (item["metadata"]["uid"], item["metadata"]["generation"]) == ("u-1", 7)
    assert item["status"] == {"phase": "Old", "count": 1}
    assert item["spec"]["color"] == "red"
    child = {**gadget, "metadata": {**gadget["metadata"], "name": "child", "uid": "u-2"}}
    child["metadata"]["ownerReferences"] = [
        {"apiVersion": "test.koreo.dev/v1", "kind": "Gadget", "name": "x", "uid": "u-1"}
    ]
    cluster.seed([child])
    cluster.delete(of(gadget))
    assert cluster.perform(Read(of(child))) is None, "owners that are there are watched"


def test_a_seeded_object_is_checked() -> None:
    cluster = MemoryCluster(now)
    cluster.seed([GADGET])
    bad = {
        "apiVersion": "test.koreo.dev/v1",
        "kind": "Gadget",
        "metadata": {"name": "x", "namespace": "default"},
    }
    assert refusal(lambda: cluster.seed([{**bad, "spec": {"size": "x"}}])).status == 422
    assert (
        refusal(lambda: cluster.seed([{"apiVersion": "no.dev/v1", "kind": "No", "metadata": {}}])).status
        == 404
    )


def test_unknown_kinds_can_be_accepted() -> None:
    cluster = MemoryCluster(now, unknown_kinds="accept")
    body = {"apiVersion": "new.dev/v1", "kind": "Policy", "metadata": {"name": "x", "namespace": "default"}}
    target = of(body)
    assert cluster.perform(Read(target)) is None
    made = cluster.create(target, {**body, "spec": {"a": None, "b": 1}})
    assert made["spec"] == {"b": 1}
    assert cluster.resource_type("new.dev/v1", "Policy").plural == "policies"
    assert cluster.patch_status(target, {"status": {"a": 1}})["status"] == {"a": 1}


def test_namespaces_need_not_be_there() -> None:
    target = ResourceId("v1", "ConfigMap", None, "a", "nowhere")
    body = {"apiVersion": "v1", "kind": "ConfigMap"}
    assert (
        refusal(lambda: MemoryCluster(now).create(target, body)).message == 'namespaces "nowhere" not found'
    )
    assert MemoryCluster(now, namespaces="any").create(target, body)["metadata"]["namespace"] == "nowhere"


def test_versions_of_one_kind_share_their_objects() -> None:
    version = GADGET["spec"]["versions"][0]
    versions = [
        version,
        {**version, "name": "v2", "storage": False},
        {**version, "name": "v3", "served": False},
    ]
    cluster = MemoryCluster(now)
    cluster.install_crd({**GADGET, "spec": {**GADGET["spec"], "versions": versions}})
    first, second = (
        ResourceId(f"test.koreo.dev/{name}", "Gadget", None, "x", "default") for name in ("v1", "v2")
    )
    made = cluster.create(first, {"apiVersion": first.api_version, "kind": "Gadget", "spec": {"size": 1}})
    seen = cluster.perform(Read(second))
    assert seen == {**made, "apiVersion": "test.koreo.dev/v2"}
    assert cluster.patch(second, {"spec": {"size": 2}})["metadata"]["generation"] == 2
    assert cluster.get(first)["apiVersion"] == "test.koreo.dev/v1"
    events = cluster.watch_objects("test.koreo.dev/v2", "Gadget")
    assert {event.object["apiVersion"] for event in events} == {"test.koreo.dev/v2"}
    assert refusal(lambda: cluster.resource_type("test.koreo.dev/v3", "Gadget")).status == 404


def test_what_cannot_be_read_back() -> None:
    cluster = MemoryCluster(now)
    target = ResourceId("authentication.k8s.io/v1", "TokenReview", None, "x", None)
    cluster.create(target, {"apiVersion": target.api_version, "kind": target.kind})
    error = refusal(lambda: cluster.get(target))
    assert (error.status, error.reason) == (405, "MethodNotAllowed")


PLURALS = {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies", "Gateway": "gateways", "Box": "boxes"}


@pytest.mark.parametrize(("kind", "plural"), PLURALS.items())
def test_guessed_plurals(kind: str, plural: str) -> None:
    assert guess_plural(kind) == plural
