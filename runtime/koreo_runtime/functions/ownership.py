"""Owner references: whether the trigger owns what a function manages (language section 7).

Kubernetes deletes an object whose last owner is gone. An owner must be of the same namespace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject, ResourceId
    from koreo_runtime.functions.results import Owner
    from koreo_runtime.programs.model import ApiConfig


def owner_of(api: ApiConfig, resource: ResourceId, owner: Owner | None) -> Owner | None:
    """Return the owner that a resource should have, None if it should have none."""
    if owner is None or not api.owned or api.readonly or not owner.uid:
        return None
    return owner if resource.namespace is not None and resource.namespace == owner.namespace else None


def owner_references(found: KubeObject) -> list[Any]:
    """Return the owner references of an object."""
    metadata = found.get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    return references if isinstance(references, list) else []


def is_owned(actual: KubeObject, owner: Owner) -> bool:
    """Whether an object has the owner among its references."""
    return any(_uid(reference) == owner.uid for reference in owner_references(actual))


def _uid(reference: Any) -> Any:
    return reference.get("uid") if isinstance(reference, dict) else None


def reference_to(owner: Owner) -> dict[str, Any]:
    """Return the owner reference for an owner."""
    return {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.name,
        "uid": owner.uid,
        "blockOwnerDeletion": True,
        "controller": False,
    }


def unique_references(references: list[Any]) -> list[Any]:
    """Return owner references without those whose owner has one before; what is malformed is left out."""
    by_uid: dict[str, Any] = {}
    for reference in references:
        uid = _uid(reference)
        if isinstance(uid, str):
            by_uid.setdefault(uid, reference)
    return list(by_uid.values())


def with_owner(body: KubeObject, references: list[Any]) -> KubeObject:
    """Return an object that is going to be sent, with owner references."""
    metadata = body.get("metadata")
    return {
        **body,
        "metadata": {**(metadata if isinstance(metadata, dict) else {}), "ownerReferences": references},
    }
