"""Schemas on the disk: the built-in kinds one at a time, and what was pulled for a workspace."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from koreo_analyzer.schemas import (
    Computed,
    DefinitionSource,
    KindName,
    Leniency,
    Pack,
    conforms,
    fields,
    read_openapi,
    write_pack,
)
from koreo_project import schemas
from koreo_project.discover import find
from koreo_project.load import load
from koreo_project.read import Unreadable

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "analyzer" / "koreo_analyzer" / "schemas" / "builtin" / "kubernetes.pack"
KINDS = list(schemas.builtin().names())


class Counting:
    """The file of the built-in kinds; says how many bytes of it were read."""

    def __init__(self) -> None:
        self.data = FILE.read_bytes()
        self.bytes = 0

    def __call__(self, start: int, length: int) -> bytes:
        self.bytes += length
        return self.data[start : start + length]


def test_the_file_is_small() -> None:
    assert FILE.stat().st_size < 400_000


def test_one_kind_is_read_at_a_time() -> None:
    file = Counting()
    pack = Pack(file, "test")
    source = DefinitionSource(pack.title, pack)
    assert file.bytes < 25_000
    assert pack.loaded == ()
    config_map = source.find(KindName("v1", "ConfigMap"))
    assert config_map is not None
    list(fields(config_map.written))
    assert [name.rpartition(".")[2] for name in pack.loaded] == [
        "ConfigMap", "ObjectMeta", "Time", "ManagedFieldsEntry", "FieldsV1", "OwnerReference",
    ]  # fmt: skip
    assert file.bytes < 35_000


@pytest.mark.parametrize("name", KINDS, ids=str)
def test_every_built_in_kind_loads(name: KindName) -> None:
    schema = schemas.builtin().find(name)
    assert schema is not None
    listed = list(fields(schema.written))
    assert [one.path for one in listed[:2]] == [("apiVersion",), ("kind",)]
    assert any(one.schema.doc for one in listed)
    assert conforms(Computed(schema.stored), schema.written) == []


DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "creationTimestamp": None},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "nginx",
                        "ports": [{"containerPort": 80}],
                        "resources": {"limits": {"cpu": 1, "memory": "1Gi"}, "requests": None},
                    }
                ]
            },
        },
    },
}


def mismatches(value: dict[str, object], leniency: Leniency | None = None) -> list[str]:
    schema = schemas.builtin().find(KindName(str(value["apiVersion"]), str(value["kind"])))
    assert schema is not None
    found = conforms(value, schema.written, None, leniency or Leniency())
    return [f"{one.code} {'.'.join(map(str, one.path))}: {one.message}" for one in found]


def test_a_right_deployment() -> None:
    assert mismatches(DEPLOYMENT) == []


def test_a_wrong_deployment() -> None:
    container = {
        "nam": "web",
        "image": 5,
        "resources": {"limits": {"cpu": "1 core"}},
        "ports": [{"containerPort": 2**40}],
    }
    spec = {"replicas": "2", "template": {"spec": {"containers": [container]}}}
    assert mismatches({**DEPLOYMENT, "spec": spec}) == [
        'wrong-type spec.replicas: expected int, found the string "2"',
        "unknown-field spec.template.spec.containers.0.nam: `nam` is no field of Container",
        "wrong-type spec.template.spec.containers.0.image: expected string, found the number 5",
        'bad-format spec.template.spec.containers.0.resources.limits.cpu: "1 core" is no quantity',
        "out-of-bounds spec.template.spec.containers.0.ports.0.containerPort: 1099511627776 does not fit into int32",
        "missing-field spec.template.spec.containers.0: required field `name` of Container is missing",
        "missing-field spec: required field `selector` of DeploymentSpec is missing",
    ]


def test_the_file_is_what_the_script_makes() -> None:
    try:
        importlib.metadata.version("kubernetes-validate")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("kubernetes-validate is not installed")
    script = ROOT / "tools" / "generate_builtin_schemas.py"
    result = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "up to date\n")


CAT = {
    "definitions": {
        "Cat": {
            "properties": {"apiVersion": {}, "kind": {}, "metadata": {}, "paws": {"type": "integer"}},
            "x-kubernetes-group-version-kind": [{"group": "x.io", "version": "v1", "kind": "Cat"}],
        }
    }
}


def test_what_was_pulled_is_known_to_the_workspace(tmp_path: Path) -> None:
    folder = tmp_path.as_posix()
    assert schemas.pulled(folder) is None
    path = schemas.save_pulled(folder, write_pack("cluster test", read_openapi([CAT])))
    assert Path(path).parent.name == ".koreo"
    assert [entry.name for entry in Path(path).parent.iterdir()] == ["schemas.pack"]
    (tmp_path / "koreo.toml").write_text("")
    (root,) = find([tmp_path])
    schema = load(root).workspace.snapshot.schema(KindName("x.io/v1", "Cat"))
    assert schema is not None
    assert schema.source.title == "cluster test"
    assert load(root).workspace.snapshot.schema(KindName("v1", "Secret")) is not None


def test_sources_stay_equal_until_something_is_pulled(tmp_path: Path) -> None:
    folder = tmp_path.as_posix()
    schemas.save_pulled(folder, write_pack("one", read_openapi([CAT])))
    before = schemas.sources(folder)
    assert schemas.sources(folder) == before
    schemas.save_pulled(folder, write_pack("two", read_openapi([CAT])))
    assert schemas.sources(folder) != before


def test_a_damaged_file_is_a_problem_and_the_built_in_kinds_stay(tmp_path: Path) -> None:
    folder = tmp_path.as_posix()
    path = schemas.save_pulled(folder, b"not a pack")
    found = schemas.pulled(folder)
    assert isinstance(found, Unreadable)
    assert "run `koreo schema pull` again" in found.reason
    (tmp_path / "koreo.toml").write_text("")
    (root,) = find([tmp_path])
    loaded = load(root)
    assert [(problem.path, problem.code) for problem in loaded.problems] == [(path, "unreadable-file")]
    assert loaded.workspace.snapshot.schema(KindName("v1", "Secret")) is not None
