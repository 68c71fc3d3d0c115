"""What goes by itself: dependents whose owners are gone, and the content of namespaces."""

from typing import Any

import pytest
from cluster_world import World, refusal
from koreo_runtime.effects import KubeObject, ResourceId


def owned(*owners: KubeObject, **changes: Any) -> dict[str, Any]:
    """Metadata that names owners."""
    references = [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            **changes,
        }
        for owner in owners
    ]
    return {"ownerReferences": references}


def test_dependents_go_with_their_owner(world: World) -> None:
    owner = world.create(world.id("owner"))
    child = world.create(world.id("child", "Plain"), metadata=owned(owner))
    world.create(world.id("grandchild"), metadata=owned(child))
    world.create(world.id("other"))
    world.cluster.delete(world.id("owner"))
    world.eventually(lambda: world.find(world.id("grandchild")) is None)
    assert world.find(world.id("child", "Plain")) is None
    assert world.find(world.id("other")) is not None


def test_a_dependent_stays_while_one_owner_is_there(world: World) -> None:
    owners = [world.create(world.id(name)) for name in ("a", "b")]
    target = world.id("child")
    world.create(target, metadata=owned(*owners))
    world.cluster.delete(world.id("a"))
    world.eventually(lambda: len(world.cluster.get(target)["metadata"]["ownerReferences"]) == 1)
    world.cluster.delete(world.id("b"))
    world.eventually(lambda: world.find(target) is None)


@pytest.mark.parametrize("changes", [{"uid": "00000000-0000-0000-0000-000000000000"}, {"name": "absent"}])
def test_an_owner_that_is_not_meant(world: World, changes: dict[str, str]) -> None:
    owner = world.create(world.id("owner"))
    world.create(world.id("child"), metadata=owned(owner, **changes))
    world.eventually(lambda: world.find(world.id("child")) is None)


def test_an_owner_is_looked_up_in_the_namespace_of_its_dependent(world: World) -> None:
    owner = world.create(world.id("owner"))
    elsewhere = f"{world.namespace}-other"
    target = ResourceId("test.koreo.dev/v1", "Gadget", None, "child", elsewhere)
    world.create(world.id(elsewhere, "Namespace", "v1"))
    world.create(target, metadata=owned(owner))
    world.eventually(lambda: world.find(target) is None)


def test_a_global_owner(world: World) -> None:
    target = world.id(f"owner-{world.namespace}", "Global")
    owner = world.create(target)
    world.create(world.id("child"), metadata=owned(owner))
    world.cluster.delete(target)
    world.eventually(lambda: world.find(world.id("child")) is None)


def test_finalizers_of_a_dependent_are_waited_for(world: World) -> None:
    owner = world.create(world.id("owner"))
    target = world.id("child")
    world.create(target, metadata={**owned(owner), "finalizers": ["test.dev/a"]})
    world.cluster.delete(world.id("owner"))
    world.eventually(lambda: "deletionTimestamp" in world.cluster.get(target)["metadata"])
    world.cluster.patch(target, {"metadata": {"finalizers": None}})
    assert world.find(target) is None


def test_a_reference_that_is_taken_away_in_time(world: World) -> None:
    owner = world.create(world.id("owner"))
    target = world.id("child")
    world.create(target, metadata=owned(owner))
    world.cluster.patch(target, {"metadata": {"ownerReferences": None}})
    world.create(world.id("witness"), metadata=owned(owner))
    world.cluster.delete(world.id("owner"))
    world.eventually(lambda: world.find(world.id("witness")) is None)
    assert world.find(target) is not None


def test_a_namespace_goes_with_what_it_holds(world: World) -> None:
    target = world.id()
    world.create(target, metadata={"finalizers": ["test.dev/a"]})
    world.create(world.id("c", "ConfigMap", "v1"))
    namespace = ResourceId("v1", "Namespace", None, world.namespace, None)
    assert world.cluster.get(namespace)["status"] == {"phase": "Active"}
    world.cluster.delete(namespace)
    assert world.cluster.get(namespace)["status"]["phase"] == "Terminating"
    assert refusal(lambda: world.create(world.id("late"))).status == 403
    world.eventually(lambda: world.find(world.id("c", "ConfigMap", "v1")) is None)
    world.eventually(lambda: "deletionTimestamp" in world.cluster.get(target)["metadata"])
    world.cluster.patch(target, {"metadata": {"finalizers": None}})
    world.eventually(lambda: world.find(namespace) is None)
