"""Where an object goes in a simulated cluster when its text does not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_runtime.effects import ApiError, ResourceId

if TYPE_CHECKING:
    from koreo_runtime.cluster.memory import MemoryCluster
    from koreo_runtime.effects import KubeObject

DEFAULT_NAMESPACE: Final = "default"


def in_namespace(cluster: MemoryCluster, item: KubeObject) -> KubeObject:
    """Return an object in the namespace `default` if it needs one and names none, as kubectl does."""
    metadata = item["metadata"]
    try:
        namespaced = cluster.resource_type(str(item["apiVersion"]), str(item["kind"])).namespaced
    except ApiError:
        return item
    if not namespaced or metadata.get("namespace"):
        return item
    return {**item, "metadata": {**metadata, "namespace": DEFAULT_NAMESPACE}}


def id_of(item: KubeObject) -> ResourceId:
    """Return what an object with a name is asked for by."""
    metadata = item["metadata"]
    return ResourceId(
        item["apiVersion"], item["kind"], None, str(metadata["name"]), metadata.get("namespace")
    )
