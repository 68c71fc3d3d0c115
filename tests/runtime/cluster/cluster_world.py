"""What tests of clusters work with: a cluster, a namespace of their own in it, and words to talk about both."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import envtest
import pytest
from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.cluster.protocol import Cluster
from koreo_runtime.effects import ApiError, KubeObject, ResourceId

GROUP = "test.koreo.dev/v1"
_numbers = count(1)


@dataclass
class World:
    """A cluster, and a namespace of it that the test has for itself."""

    cluster: Cluster
    namespace: str
    seconds: float
    """How long what happens in the background may take."""
    made: list[ResourceId] = field(default_factory=list)

    def id(
        self, name: str = "x", kind: str = "Gadget", version: str = GROUP, plural: str | None = None
    ) -> ResourceId:
        """The target of requests about an object."""
        scoped = kind not in {"Global", "Namespace", "CustomResourceDefinition"}
        return ResourceId(version, kind, plural, name, self.namespace if scoped else None)

    def body(self, target: ResourceId, **fields: Any) -> KubeObject:
        """An object with a spec that every kind of ours accepts."""
        metadata = {"name": target.name, **fields.pop("metadata", {})}
        default = {"spec": {"size": 1}} if target.api_version == GROUP else {}
        return {
            "apiVersion": target.api_version,
            "kind": target.kind,
            "metadata": metadata,
            **default,
            **fields,
        }

    def create(self, target: ResourceId | None = None, **fields: Any) -> KubeObject:
        """Create an object."""
        target = target or self.id()
        if target.namespace is None:
            self.made.append(target)
        return self.cluster.create(target, self.body(target, **fields))

    def find(self, target: ResourceId) -> KubeObject | None:
        """Return an object, None if it is gone."""
        try:
            return self.cluster.get(target)
        except ApiError as error:
            if error.status != 404:
                raise
            return None

    def eventually(self, done: Callable[[], bool]) -> None:
        """Wait for what controllers do in the background."""
        deadline = time.monotonic() + self.seconds
        while not done():
            assert time.monotonic() < deadline, f"did not happen in {self.seconds:g} s"
            time.sleep(0.1)


def refusal(call: Callable[[], Any]) -> StatusError:
    """Return the error of a call that must be refused."""
    with pytest.raises(StatusError) as caught:
        call()
    return caught.value


def causes(error: StatusError) -> set[tuple[str, str]]:
    """The fields and reasons of a refusal. Kubernetes 1.20 names lists without the position in them."""
    return {(_without_positions(cause.field), cause.reason) for cause in error.causes}


def _without_positions(path: str) -> str:
    return "".join(part.partition("]")[2] if index else part for index, part in enumerate(path.split("[")))


def new_world(cluster: Cluster, seconds: float) -> World:
    """Give a test a namespace of its own."""
    name = f"test-{os.getpid()}-{next(_numbers)}"
    target = ResourceId("v1", "Namespace", None, name, None)
    cluster.create(target, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return World(cluster, name, seconds)


def connect(server: envtest.Server) -> Cluster:
    """Connect to the server of the tests."""
    import kubernetes.client
    from koreo_runtime.kube.cluster import KubeCluster

    configuration = kubernetes.client.Configuration(host=server.address)
    configuration.ssl_ca_cert = server.certificate
    configuration.api_key = {"authorization": envtest.TOKEN}
    configuration.api_key_prefix = {"authorization": "Bearer"}
    return KubeCluster(kubernetes.client.ApiClient(configuration))
