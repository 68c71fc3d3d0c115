"""Clusters to test: every test that asks for `world` runs on the simulated one and on a real API server."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import envtest
import pytest
from cluster_crds import ALL
from cluster_world import World, connect, new_world
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.cluster.protocol import Cluster

SECONDS = 75
"""The garbage collector looks for new kinds every 30 seconds."""
NO_SERVER = "KUBEBUILDER_ASSETS does not name a folder with etcd, kube-apiserver and kube-controller-manager"
BINARIES = ("etcd", "kube-apiserver", "kube-controller-manager")


def server_assets() -> Path | None:
    """The folder of the server's programs, if there is one."""
    folder = Path(os.environ.get("KUBEBUILDER_ASSETS", ""))
    return folder if all((folder / name).is_file() for name in BINARIES) else None


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[envtest.Server]:
    assets = server_assets()
    if assets is None:
        pytest.skip(NO_SERVER)
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with envtest.shared_server(folder / "envtest", assets) as running:
        yield running


@pytest.fixture(scope="session")
def real_cluster(server: envtest.Server) -> Cluster:
    cluster = connect(server)
    for definition in ALL:
        cluster.install_crd(definition)
    return cluster


@pytest.fixture
def memory_cluster() -> MemoryCluster:
    cluster = MemoryCluster(lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    for definition in ALL:
        cluster.install_crd(definition)
    return cluster


@pytest.fixture(params=["memory", "real"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    cluster = request.getfixturevalue(f"{request.param}_cluster")
    made = new_world(cluster, SECONDS if request.param == "real" else 0)
    yield made
    for target in made.made:
        if made.find(target) is not None:
            cluster.patch(target, {"metadata": {"finalizers": None}})
        if made.find(target) is not None:
            cluster.delete(target)


@pytest.fixture
def worlds(memory_cluster: MemoryCluster, real_cluster: Cluster) -> tuple[World, World]:
    """A simulated and a real cluster, to be compared."""
    return new_world(memory_cluster, 0), new_world(real_cluster, SECONDS)
