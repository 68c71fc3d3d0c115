"""CRDs that others publish: objects generated from their schemas, on the simulation and on a real API server."""

import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster_world import World, causes, refusal
from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.effects import KubeObject, ResourceId
from test_cluster_random import _normal

SHARED = os.environ.get("KOREO_SHARED")
CRDS = sorted(Path(SHARED, "crds").glob("*/*.yaml")) if SHARED else []
pytestmark = pytest.mark.skipif(not CRDS, reason="KOREO_SHARED does not name the folder with published CRDs")

# No empty text: Kubernetes 1.20 now and then takes one for null (its validator compares it with a zero value).
VALUES: tuple[Any, ...] = ("text", 7, -1, 1.5, True, None, [], ["a"], {}, {"a": 1}, {"a": {"b": None}})
OBJECTS = 12


class Maker:
    """Makes values that mostly fit a schema, and now and then do not."""

    def __init__(self, seed: int, *, mistakes: float) -> None:
        self._random = random.Random(seed)
        self._mistakes = mistakes

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        if self._random.random() < self._mistakes:
            return self._random.choice(VALUES)
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        if schema.get("x-kubernetes-int-or-string"):
            return self._random.choice([1, "2"])
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                return [self.value(schema["items"], depth + 1) for _ in range(self._random.randint(0, 2))]
            case "integer" | "number":
                return max(self._random.randint(0, 5), int(schema.get("minimum", 0)))
            case "boolean":
                return self._random.random() < 0.5
            case _:
                return self._random.choice(
                    ["a", "bb", "example", "arn:aws:iam::1:role/x", "2020-01-01T00:00:00Z"]
                )

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        likely = 0.5 if depth < 3 else 0.1
        wanted = [
            key for key in properties if key in schema.get("required", ()) or self._random.random() < likely
        ]
        made = {key: self.value(properties[key], depth + 1) for key in wanted}
        if isinstance(schema.get("additionalProperties"), dict):
            made |= {"key": self.value(schema["additionalProperties"], depth + 1)}
        if self._random.random() < self._mistakes:
            made["bogus"] = self._random.choice(VALUES)
        return made


def _definition(path: Path) -> dict[str, Any]:
    """A CRD without its conversion webhook, which is not there: the server's garbage collector would wait for it."""
    crd: dict[str, Any] = yaml.load(path.read_text(), yaml.CSafeLoader)
    crd["spec"].pop("conversion", None)
    return crd


def _answer(world: World, target: ResourceId, body: KubeObject) -> Any:
    try:
        return _normal(world.cluster.create(target, body))
    except StatusError as error:
        return error.status, causes(error)


@pytest.mark.parametrize("path", CRDS, ids=lambda path: path.stem)
def test_objects_of_published_kinds(worlds: tuple[World, World], path: Path) -> None:
    crd = _definition(path)
    for world in worlds:
        world.cluster.install_crd(crd)
    spec = crd["spec"]
    version = next(each for each in spec["versions"] if each["storage"])
    schema = version["schema"]["openAPIV3Schema"]
    api_version, kind = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
    for seed in range(OBJECTS):
        maker = Maker(seed, mistakes=0.0 if seed % 2 else 0.05)
        fields = {
            key: maker.value(schema["properties"][key]) for key in schema["properties"] if key == "spec"
        }
        answers = []
        for world in worlds:
            target = ResourceId(api_version, kind, None, f"x{seed}", world.namespace)
            body = {"apiVersion": api_version, "kind": kind, "metadata": {"name": target.name}, **fields}
            answers.append(_answer(world, target, body))
        assert answers[0] == answers[1], f"seed {seed}: {fields}"


@pytest.mark.parametrize("path", CRDS, ids=lambda path: path.stem)
def test_status_of_published_kinds(worlds: tuple[World, World], path: Path) -> None:
    crd = _definition(path)
    spec = crd["spec"]
    version = next(each for each in spec["versions"] if each["storage"])
    schema = version["schema"]["openAPIV3Schema"]["properties"].get("status", {})
    api_version, kind = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
    answers: list[list[Any]] = [[], []]
    for index, world in enumerate(worlds):
        world.cluster.install_crd(crd)
        found = world.cluster.resource_type(api_version, kind)
        target = ResourceId(api_version, kind, None, "missing", world.namespace)
        error = refusal(lambda world=world, target=target: world.cluster.patch_status(target, {"status": {}}))
        answers[index] += [found, error.status, sorted(schema)]
    assert answers[0] == answers[1]
