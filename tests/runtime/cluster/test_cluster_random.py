"""Random operations, applied to a simulated cluster and to a real API server: every answer is the same."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from cluster_world import World
from koreo_runtime.effects import ApiError, KubeObject

NAMES = ("a", "b", "c")
FINALIZERS = ("test.dev/one", "test.dev/two")
STEPS = 150
SEEDS = range(6)

SPECS: dict[str, tuple[Any, ...]] = {
    "size": (1, 2, 10, 11, "x", None, 2.0, 1.5, True),
    "color": ("red", "green", "blue", None),
    "name": ("abc", "x", "Abc", None),
    "port": (1, "a", True, None),
    "nullable": ("x", None),
    "filled": ("y", None, 1),
    "free": ({"a": {"b": None}, "known": {"a": 1, "z": 2}}, {"a": [1, {"c": 2}]}, None, [], "x"),
    "open": ({"a": 1, "b": {"c": 2}}, {"a": None}),
    "labels": ({"a": "x"}, {"a": None}, {"a": 1, "b": "y"}, {}, None),
    "byName": ({"a": {}, "b": {"n": 2}}, {"a": {"n": "x"}}, {"a": None}),
    "nested": ({}, {"x": 3}, {"y": None, "z": 1}, None),
    "items": (
        [{"key": "a"}],
        [{"key": "a", "n": 1}, {"key": "b"}],
        [{"key": "a"}, {"key": "a"}],
        [{}],
        [],
        None,
    ),
    "set": (["a"], ["a", "b"], ["a", "a"], []),
    "one": ({"a": "x"}, {"b": "y"}, {"a": "x", "b": "y"}, None),
    "bogus": (1, {"a": None}),
}


class Dice:
    """Makes operations of a seed; the same ones for both clusters."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def spec(self) -> dict[str, Any]:
        keys = self._random.sample(list(SPECS), self._random.randint(0, 3))
        return {key: self._random.choice(SPECS[key]) for key in keys}

    def metadata(self) -> dict[str, Any]:
        choice = self._random.random()
        if choice < 0.5:
            return {}
        if choice < 0.7:
            return {"labels": self._random.choice([{"a": "x"}, {"a": None}, {"b": "y"}, None, {"a": 1}])}
        if choice < 0.9:
            count = self._random.randint(0, len(FINALIZERS))
            return {"finalizers": self._random.sample(FINALIZERS, count) or None}
        return self._random.choice([{"annotations": {"k": "v"}}, {"annotations": None}, {"generation": 5}])

    def status(self) -> Any:
        return self._random.choice(
            [{"phase": "New"}, {"phase": "Bad"}, {"count": 2}, {"count": None}, None, {"x": 1}]
        )

    def operation(self) -> Callable[[World], KubeObject | None]:
        random_ = self._random
        name = random_.choice(NAMES)
        kind = random_.choice(["Gadget", "Gadget", "Plain"])
        spec, metadata, status = self.spec(), self.metadata(), self.status()
        body: dict[str, Any] = {"spec": spec} if random_.random() < 0.7 else {}
        body |= {"metadata": metadata} if metadata else {}
        body |= {"status": status} if random_.random() < 0.3 else {}
        full = {"spec": {"size": 1, **spec}, **({"metadata": metadata} if metadata else {})}
        choice, stale = random_.random(), random_.random() < 0.2

        def run(world: World) -> KubeObject | None:
            target = world.id(name, kind)
            if choice < 0.25:
                return world.create(target, **full)
            if choice < 0.6:
                return world.cluster.patch(target, body)
            if choice < 0.75:
                return world.cluster.patch_status(target, {"status": status, **body})
            if choice < 0.9:
                current = world.cluster.get(target)
                version = "1" if stale else current["metadata"]["resourceVersion"]
                changed = {**full, "metadata": {**metadata, "resourceVersion": version}}
                return world.cluster.replace(target, world.body(target, **changed))
            world.cluster.delete(target)
            return world.find(target)

        return run


def _answer(world: World, run: Callable[[World], KubeObject | None]) -> Any:
    try:
        item = run(world)
    except ApiError as error:
        return error.status, error.reason
    return item and _normal(item)


def _normal(item: KubeObject) -> KubeObject:
    """An object without what no two clusters have in common."""
    dropped = {"uid", "resourceVersion", "creationTimestamp", "managedFields", "namespace"}
    metadata = {key: value for key, value in item["metadata"].items() if key not in dropped}
    if "deletionTimestamp" in metadata:
        metadata["deletionTimestamp"] = "now"
    return {**item, "metadata": metadata}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_clusters_answer_the_same(worlds: tuple[World, World], seed: int) -> None:
    memory, real = worlds
    dice = Dice(seed)
    for step in range(STEPS):
        operation = dice.operation()
        assert _answer(memory, operation) == _answer(real, operation), f"seed {seed}, step {step}"
    for kind in ("Gadget", "Plain"):
        listed = [
            each.cluster.list_objects("test.koreo.dev/v1", kind, namespace=each.namespace) for each in worlds
        ]
        assert [_normal(item) for item in listed[0].items] == [_normal(item) for item in listed[1].items]
