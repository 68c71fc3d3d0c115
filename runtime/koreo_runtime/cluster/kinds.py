"""The kinds that a simulated cluster serves: those built into Kubernetes, and what is kept about each.

Built-in kinds have no schema here; `check` and the analyzer compare resources with the Kubernetes schemas.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.protocol import ResourceType
from koreo_runtime.merge_patch import without_nulls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.cluster.schema import Schema
    from koreo_runtime.effects import KubeObject

CRD: Final = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
NAMESPACE: Final = ("v1", "Namespace")

_BUILT_IN: Final = """
v1                             namespaced  ConfigMap Secret ServiceAccount Event Endpoints LimitRange PodTemplate
v1                             namespaced  Service+status Pod+status PersistentVolumeClaim+status
v1                             namespaced  ResourceQuota+status ReplicationController+status+generation
v1                             cluster     Namespace+status Node+status PersistentVolume+status
apps/v1                        namespaced  Deployment+status+generation StatefulSet+status+generation
apps/v1                        namespaced  DaemonSet+status+generation ReplicaSet+status+generation ControllerRevision
batch/v1                       namespaced  Job+status+generation CronJob+status+generation
networking.k8s.io/v1           namespaced  Ingress+status+generation NetworkPolicy+generation
networking.k8s.io/v1           cluster     IngressClass+generation
policy/v1                      namespaced  PodDisruptionBudget+status+generation
autoscaling/v1                 namespaced  HorizontalPodAutoscaler+status
autoscaling/v2                 namespaced  HorizontalPodAutoscaler+status
rbac.authorization.k8s.io/v1   namespaced  Role RoleBinding
rbac.authorization.k8s.io/v1   cluster     ClusterRole ClusterRoleBinding
storage.k8s.io/v1              namespaced  CSIStorageCapacity
storage.k8s.io/v1              cluster     StorageClass CSIDriver CSINode VolumeAttachment+status
scheduling.k8s.io/v1           cluster     PriorityClass+generation
coordination.k8s.io/v1         namespaced  Lease
discovery.k8s.io/v1            namespaced  EndpointSlice+generation
apiextensions.k8s.io/v1        cluster     CustomResourceDefinition+status+generation
apiregistration.k8s.io/v1      cluster     APIService+status
admissionregistration.k8s.io/v1 cluster    ValidatingWebhookConfiguration+generation
admissionregistration.k8s.io/v1 cluster    MutatingWebhookConfiguration+generation
authentication.k8s.io/v1       cluster     TokenReview+post
authorization.k8s.io/v1        cluster     SubjectAccessReview+post SelfSubjectAccessReview+post
"""
_PLURALS: Final = {"Endpoints": "endpoints"}
_SIBILANT: Final = re.compile(r"(s|x|z|ch|sh)$")


class Store:
    """The objects of one resource, in all versions that it is served in, by namespace and name."""

    __slots__ = ("objects", "resource")

    def __init__(self, group: str, plural: str) -> None:
        self.resource = (group, plural)
        self.objects: dict[tuple[str | None, str], KubeObject] = {}


class Kind:
    """One version of a resource, and how its objects are treated.

    `schema` is None for kinds whose content is not checked. `counts`: the server keeps `metadata.generation`.
    `free_update`: an update need not say which version it is based on. `post_only`: objects are not kept.
    """

    __slots__ = ("built_in", "counts", "free_update", "objects", "post_only", "schema", "store", "type")

    def __init__(
        self,
        type_: ResourceType,
        store: Store,
        schema: Schema | None = None,
        *,
        counts: bool = True,
        built_in: bool = False,
        post_only: bool = False,
    ) -> None:
        self.type = type_
        self.store = store
        self.objects = store.objects
        self.schema = schema
        self.counts = counts
        self.built_in = built_in
        self.free_update = built_in
        self.post_only = post_only

    def complete(self, body: KubeObject) -> KubeObject:
        """Return the body as the server would understand it: defaults, pruning, nulls."""
        if self.schema is not None:
            return self.schema.complete_root(body)
        if self.built_in and self.type.kind in {"ConfigMap", "Secret"}:
            body = _with_data(body)
        elif self.built_in and self.type.kind == "Namespace":
            body = {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}, **body}
        completed: KubeObject = without_nulls(body)
        return completed


def _with_data(body: KubeObject) -> KubeObject:
    """Read the data of a ConfigMap or Secret: null is the empty text, and `stringData` becomes `data`."""
    changed = dict(body)
    for key in ("data", "stringData", "binaryData"):
        values = changed.get(key)
        if type(values) is dict:
            changed[key] = {name: "" if each is None else each for name, each in values.items()}
        if not changed.get(key):
            changed.pop(key, None)
    if body.get("kind") == "Secret":
        texts: dict[str, Any] = changed.pop("stringData", {})
        if texts:
            encoded = {name: base64.b64encode(str(each).encode()).decode() for name, each in texts.items()}
            changed["data"] = changed.get("data", {}) | encoded
        changed.setdefault("type", "Opaque")
    return changed


def built_in_kinds() -> Iterator[Kind]:
    """Yield the kinds that every cluster has. Versions of one resource share their objects."""
    stores: dict[tuple[str, str], Store] = {}
    for line in _BUILT_IN.strip().splitlines():
        api_version, scope, *entries = line.split()
        for entry in entries:
            name, *flags = entry.split("+")
            type_ = ResourceType(
                api_version, name, guess_plural(name), scope == "namespaced", "status" in flags
            )
            key = (type_.group, type_.plural)
            store = stores.setdefault(key, Store(*key))
            yield Kind(type_, store, counts="generation" in flags, built_in=True, post_only="post" in flags)


def guess_plural(kind: str) -> str:
    """Return the plural that a kind most likely has: `Ingress` gives `ingresses`, `NetworkPolicy` `networkpolicies`."""
    if kind in _PLURALS:
        return _PLURALS[kind]
    word = kind.lower()
    if _SIBILANT.search(word):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return word[:-1] + "ies"
    return word + "s"
