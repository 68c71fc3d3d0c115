"""What the API server makes of an object that someone sends: pure functions from old and sent to new object.

The order of the checks is the server's, so that of several faults the same one is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.json_data import json_equal

from koreo_runtime.cluster.errors import (
    INVALID,
    StatusCause,
    StatusError,
    bad_request,
    conflict,
    go_text,
    invalid,
    invalid_value,
)
from koreo_runtime.cluster.metadata import (
    MalformedMetadataError,
    check_metadata,
    check_metadata_update,
    read_metadata,
)
from koreo_runtime.cluster.validation import validate_object

if TYPE_CHECKING:
    from koreo_runtime.cluster.kinds import Kind
    from koreo_runtime.cluster.protocol import ResourceType
    from koreo_runtime.effects import KubeObject, ResourceId

_KEPT_WHEN_ABSENT = ("deletionTimestamp", "deletionGracePeriodSeconds")


def sent_object(kind: Kind, target: ResourceId, body: KubeObject) -> KubeObject:
    """Return a sent object with its metadata read and its namespace filled in. Raises 400 and 422.

    What was sent for a new object: its name may still be missing.
    """
    type_ = kind.type
    api_version = body.get("apiVersion")
    if api_version != type_.api_version:
        if not api_version:
            raise bad_request("Object 'apiVersion' is missing")
        raise bad_request(
            f"the API version in the data ({api_version}) does not match the expected API version"
            f" ({type_.api_version})"
        )
    _check_kind(type_, target.name, body)
    try:
        metadata = read_metadata(body.get("metadata"))
    except MalformedMetadataError as error:
        raise _unreadable(type_, error) from error
    if not type_.namespaced:
        metadata.pop("namespace", None)
    elif metadata.setdefault("namespace", target.namespace) != target.namespace:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    return {**body, "metadata": metadata}


def _unreadable(type_: ResourceType, error: MalformedMetadataError) -> StatusError:
    version = go_text(type_.api_version.rpartition("/")[2])
    return bad_request(f"{type_.kind} in version {version} cannot be handled as a {type_.kind}: {error}")


def _complete(kind: Kind, body: KubeObject) -> KubeObject:
    try:
        return kind.complete(body)
    except MalformedMetadataError as error:
        raise _unreadable(kind.type, error) from error


def _check_kind(type_: ResourceType, name: str, body: KubeObject) -> None:
    kind = body.get("kind")
    if kind != type_.kind:
        cause = invalid_value("kind", kind or "", f"must be {type_.kind}")
        raise invalid(type_.group, str(kind or type_.kind), name, [cause])


def created(kind: Kind, sent: KubeObject, *, uid: str, now: str) -> KubeObject:
    """Return the object that a sent one becomes when it is created, without its version. Raises 422."""
    metadata = {**sent["metadata"], "uid": uid, "creationTimestamp": now}
    for key in ("generation", *_KEPT_WHEN_ABSENT):
        metadata.pop(key, None)
    if kind.counts:
        metadata["generation"] = 1
    body = {**sent, "metadata": metadata}
    if kind.type.has_status:
        body.pop("status", None)
    return _checked(kind, _complete(kind, body), None)


def seeded(kind: Kind, sent: KubeObject, *, uid: str, now: str) -> KubeObject:
    """Return an object as some cluster holds it: what it lacks is filled in, what it has is kept. Raises 422."""
    metadata = {"uid": uid, "creationTimestamp": now, **sent["metadata"]}
    if kind.counts:
        metadata.setdefault("generation", 1)
    return _checked(kind, _complete(kind, {**sent, "metadata": metadata}), None)


def patched(
    kind: Kind, target: ResourceId, old: KubeObject, merged: KubeObject, *, status: bool
) -> KubeObject:
    """Return the object after a patch, without a new version. Raises 400, 409, 422."""
    type_ = kind.type
    if not merged.get("kind"):
        cause = StatusCause("patch", INVALID, "Invalid value: Object 'Kind' is missing")
        raise invalid(type_.group, type_.kind, target.name, [cause])
    _check_kind(type_, target.name, merged)
    if merged.get("apiVersion") != type_.api_version:
        cause = invalid_value("apiVersion", merged.get("apiVersion") or "", f"must be {type_.api_version}")
        raise invalid(type_.group, type_.kind, target.name, [cause])
    try:
        metadata = read_metadata(merged.get("metadata"))
    except MalformedMetadataError as error:
        cause = StatusCause("patch", INVALID, f"Invalid value: {error}")
        raise invalid(type_.group, type_.kind, target.name, [cause]) from error
    return _updated(kind, target, old, {**merged, "metadata": metadata}, status=status)


def replaced(
    kind: Kind, target: ResourceId, old: KubeObject, sent: KubeObject, *, status: bool
) -> KubeObject:
    """Return the object after it was replaced by a sent one (see `sent_object`). Raises 400, 409, 422."""
    uid = sent["metadata"].get("uid")
    if uid is not None and uid != old["metadata"]["uid"]:
        raise conflict(
            kind.type,
            target.name,
            f"Precondition failed: UID in precondition: {uid}, UID in object meta: {old['metadata']['uid']}",
        )
    return _updated(kind, target, old, sent, status=status)


def _updated(kind: Kind, target: ResourceId, old: KubeObject, new: KubeObject, *, status: bool) -> KubeObject:
    metadata, before = new["metadata"], old["metadata"]
    _check_identity(target, metadata)
    _check_version(kind, target, metadata.get("resourceVersion"), before["resourceVersion"])
    if status:
        body = {key: value for key, value in old.items() if key != "status"}
        if new.get("status") is not None:
            body["status"] = new["status"]
        return _checked(kind, _complete(kind, body), old)
    metadata = {**metadata, "resourceVersion": before["resourceVersion"]}
    metadata.setdefault("uid", before["uid"])
    for key in ("creationTimestamp", "generation", "namespace"):
        metadata.pop(key, None)
        if key in before:
            metadata[key] = before[key]
    for key in _KEPT_WHEN_ABSENT:
        if key in before:
            metadata.setdefault(key, before[key])
    body = {**new, "metadata": metadata}
    if kind.type.has_status:
        body.pop("status", None)
        if "status" in old:
            body["status"] = old["status"]
    body = _checked(kind, _complete(kind, body), old)
    if kind.counts and not json_equal(_content(kind, body), _content(kind, old)):
        body["metadata"] = {**body["metadata"], "generation": before.get("generation", 0) + 1}
    return body


def _check_identity(target: ResourceId, metadata: dict[str, Any]) -> None:
    name = metadata.get("name")
    if not name:
        raise bad_request(
            f"the name of the object ({target.name} based on URL) was undeterminable: name must be provided"
        )
    if name != target.name:
        raise bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        )
    namespace = metadata.get("namespace", target.namespace)
    if target.namespace is not None and namespace != target.namespace:
        raise bad_request(
            f"the namespace of the object ({namespace}) does not match the namespace on the request"
            f" ({target.namespace})"
        )


def _check_version(kind: Kind, target: ResourceId, given: str | None, current: str) -> None:
    if given is None:
        if kind.free_update:
            return
        cause = StatusCause(
            "metadata.resourceVersion", INVALID, "Invalid value: 0x0: must be specified for an update"
        )
        raise invalid(kind.type.group, kind.type.plural, target.name, [cause])
    if given != current:
        if not given.isdecimal():
            raise StatusError(500, "", f'strconv.ParseUint: parsing "{given}": invalid syntax')
        raise conflict(kind.type, target.name)


def _checked(kind: Kind, body: KubeObject, old: KubeObject | None) -> KubeObject:
    causes = check_metadata(body["metadata"])
    if old is not None:
        causes += check_metadata_update(body["metadata"], old["metadata"])
    if kind.schema is not None:
        causes += validate_object(kind.schema, body)
    if causes:
        raise invalid(kind.type.group, kind.type.kind, body["metadata"].get("name", ""), causes)
    return body


def _content(kind: Kind, body: KubeObject) -> KubeObject:
    """Return what a change of which makes a new generation."""
    without = {"metadata", "status"} if kind.type.has_status else {"metadata"}
    return {key: value for key, value in body.items() if key not in without}
