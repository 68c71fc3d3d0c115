"""Objects of a simulated cluster as people want them: without values of Secrets, or fit for another cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.functions.last_applied import ANNOTATION as LAST_APPLIED
from koreo_runtime.workflows.inventory import INVENTORY_ANNOTATION

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject

HIDDEN: Final = "<hidden>"
"""Stands for a value of a Secret. It is no base64, so that no API server takes it for one."""

_VALUES: Final = ("data", "stringData")
_COPIES: Final = (LAST_APPLIED, "kubectl.kubernetes.io/last-applied-configuration")
_BOOKKEEPING: Final = frozenset({LAST_APPLIED, INVENTORY_ANNOTATION})
_SERVERS_OWN: Final = frozenset(
    {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"}
)


def is_secret(item: KubeObject) -> bool:
    """Whether an object is a Kubernetes Secret."""
    return item.get("kind") == "Secret" and item.get("apiVersion") == "v1"


def masked(item: KubeObject) -> KubeObject:
    """Return an object without its values, and without copies of them in annotations, if it is a Secret."""
    if not is_secret(item):
        return item
    shown = dict(item)
    for key in _VALUES:
        if isinstance(item.get(key), dict):
            shown[key] = dict.fromkeys(item[key], HIDDEN)
    metadata = item.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if isinstance(metadata, dict) and isinstance(annotations, dict):
        kept = {key: HIDDEN if key in _COPIES else value for key, value in annotations.items()}
        shown["metadata"] = {**metadata, "annotations": kept}
    return shown


def portable(item: KubeObject, made_up_owner: str | None) -> KubeObject:
    """Return an object without what an API server adds, and which it refuses or misunderstands when it is sent.

    What Koreo keeps in annotations for itself is left out, too. `made_up_owner` is the uid of an owner that exists in
    the simulation alone: a garbage collector would delete what has it.
    """
    metadata: dict[str, Any] = {
        key: value for key, value in item.get("metadata", {}).items() if key not in _SERVERS_OWN
    }
    owners = metadata.pop("ownerReferences", None)
    annotations = metadata.pop("annotations", None) or {}
    told = {key: value for key, value in annotations.items() if key not in _BOOKKEEPING}
    if told:
        metadata["annotations"] = told
    kept = [owner for owner in owners or () if owner.get("uid") != made_up_owner]
    if kept:
        metadata["ownerReferences"] = kept
    return {key: metadata if key == "metadata" else value for key, value in item.items()}
