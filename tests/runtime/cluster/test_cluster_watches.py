"""Lists and watches: the same on the simulated cluster and on a real API server."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from cluster_world import World, refusal
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.cluster.protocol import WatchEvent
from koreo_runtime.effects import ApiError, ResourceId

GADGETS = ("test.koreo.dev/v1", "Gadget")


def _told(events: Iterable[WatchEvent]) -> list[tuple[str, str, int]]:
    return [
        (event.type, event.object["metadata"]["name"], event.object["spec"]["size"])
        for event in events
        if event.type != "BOOKMARK"
    ]


def _names(world: World, labels: str = "") -> list[str]:
    items = world.cluster.list_objects(*GADGETS, namespace=world.namespace, labels=labels).items
    return [item["metadata"]["name"] for item in items]


def test_a_watch_continues_where_a_list_ends(world: World) -> None:
    world.create(world.id("early"))
    listing = world.cluster.list_objects(*GADGETS, namespace=world.namespace)
    assert [item["metadata"]["name"] for item in listing.items] == ["early"]
    world.create(world.id("b"))
    world.cluster.patch(world.id("b"), {"spec": {"size": 2}})
    world.cluster.patch_status(world.id("early"), {"status": {"phase": "Old"}})
    world.cluster.patch(world.id("b"), {"spec": {"size": 2}})
    world.cluster.delete(world.id("early"))
    events = list(
        world.cluster.watch_objects(
            *GADGETS, namespace=world.namespace, resource_version=listing.resource_version, seconds=1
        )
    )
    assert _told(events) == [
        ("ADDED", "b", 1),
        ("MODIFIED", "b", 2),
        ("MODIFIED", "early", 1),
        ("DELETED", "early", 1),
    ]
    versions = [int(event.object["metadata"]["resourceVersion"]) for event in events]
    assert versions == sorted(versions)
    assert versions[0] > int(listing.resource_version)


@pytest.mark.parametrize("version", [None, "0"])
def test_a_watch_from_nowhere_tells_what_is_there(world: World, version: str | None) -> None:
    world.create(world.id("a"))
    world.create(world.id("b"))
    world.eventually(
        lambda: (
            _told(
                world.cluster.watch_objects(
                    *GADGETS, namespace=world.namespace, resource_version=version, seconds=1
                )
            )
            == [("ADDED", "a", 1), ("ADDED", "b", 1)]
        )
    )


def test_finalizers_in_a_watch(world: World) -> None:
    world.create(metadata={"finalizers": ["test.dev/a"]})
    start = world.cluster.list_objects(*GADGETS, namespace=world.namespace).resource_version
    world.cluster.delete(world.id())
    world.cluster.patch(world.id(), {"metadata": {"finalizers": []}})
    events = world.cluster.watch_objects(
        *GADGETS, namespace=world.namespace, resource_version=start, seconds=1
    )
    assert [kind for kind, _, _ in _told(events)] == ["MODIFIED", "DELETED"]


SELECTORS = {
    "": ["a", "b", "c"],
    "app=web": ["a"],
    "app==web": ["a"],
    "app!=web": ["b", "c"],
    "app in (web, db)": ["a", "b"],
    "app notin (web)": ["b", "c"],
    "app": ["a", "b"],
    "!app": ["c"],
    "app,tier=x": ["b"],
    "app=": [],
    "example.dev/x=1": ["c"],
}


@pytest.mark.parametrize(("selector", "names"), SELECTORS.items(), ids=str)
def test_label_selectors(world: World, selector: str, names: list[str]) -> None:
    world.create(world.id("c"), metadata={"labels": {"example.dev/x": "1"}})
    world.create(world.id("a"), metadata={"labels": {"app": "web"}})
    world.create(world.id("b"), metadata={"labels": {"app": "db", "tier": "x"}})
    assert _names(world, selector) == names


@pytest.mark.parametrize("selector", ["=x", "a in", "a in (b", "a=b=c", "a b"])
def test_no_label_selectors(world: World, selector: str) -> None:
    error = refusal(lambda: _names(world, selector))
    assert (error.status, error.reason) == (400, "BadRequest")


def test_a_watch_with_a_selector_sees_objects_come_and_go(world: World) -> None:
    start = world.cluster.list_objects(*GADGETS, namespace=world.namespace).resource_version
    world.create()
    for labels in ({"app": "web"}, {"tier": "x"}, {"app": None}, {"app": "web"}):
        world.cluster.patch(world.id(), {"metadata": {"labels": labels}})
    world.cluster.delete(world.id())
    events = world.cluster.watch_objects(
        *GADGETS, namespace=world.namespace, labels="app=web", resource_version=start, seconds=1
    )
    assert [kind for kind, _, _ in _told(events)] == ["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"]


def test_all_namespaces(world: World) -> None:
    made = world.create()
    uids = [item["metadata"]["uid"] for item in world.cluster.list_objects(*GADGETS).items]
    assert made["metadata"]["uid"] in uids


def test_the_history_is_bounded() -> None:
    cluster = MemoryCluster(lambda: datetime(2026, 1, 1, tzinfo=UTC), events=5)
    for number in range(9):
        target = ResourceId("v1", "ConfigMap", None, f"c{number}", "default")
        cluster.create(target, {"apiVersion": "v1", "kind": "ConfigMap"})
    current = int(cluster.list_objects("v1", "ConfigMap").resource_version)
    events = list(cluster.watch_objects("v1", "ConfigMap", resource_version=str(current - 5)))
    assert [event.type for event in events] == ["ADDED"] * 5 + ["BOOKMARK"]
    assert events[-1].object["metadata"] == {"resourceVersion": str(current)}
    with pytest.raises(ApiError) as caught:
        cluster.watch_objects("v1", "ConfigMap", resource_version=str(current - 6))
    assert (caught.value.status, caught.value.reason) == (410, "Expired")
