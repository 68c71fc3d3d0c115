"""`metadata` as the API server reads and checks it (Kubernetes `ObjectMeta`), whatever the kind.

It is typed even where the rest of an object is not: what it does not know is dropped, empty and null fields
vanish, and a label that is no string is refused before anything else is looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.errors import StatusCause, forbidden_field, invalid_value, required

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS: Final = (
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
)
_NUMBERS: Final = ("generation", "deletionGracePeriodSeconds")
_MAPS: Final = ("labels", "annotations")
_OWNER_TEXTS: Final = ("apiVersion", "kind", "name", "uid")
_OWNER_FLAGS: Final = ("controller", "blockOwnerDeletion")
_EMPTY: Final[tuple[Any, ...]] = (None, "", {}, [])
_IMMUTABLE: Final = ("uid", "deletionTimestamp")

_SUBDOMAIN_RULE: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
    " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
    r" '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_NAME_PART_RULE: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
    " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_LABEL_RULE: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and"
    " end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
    " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME_PART: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_LONGEST_NAME: Final = 253
_LONGEST_LABEL: Final = 63
_MOST_ANNOTATIONS: Final = 256 * 1024


class MalformedMetadataError(ValueError):
    """A field of `metadata` has a type that it cannot have; the message names it."""


def read_metadata(raw: Any) -> dict[str, Any]:
    """Return what the server understands of `metadata`. Raises `MalformedMetadataError`.

    `managedFields` are left out: the simulation does not track who wrote what. Anything but a mapping is
    treated as empty, as the server does.
    """
    if type(raw) is not dict:
        return {}
    read = {key: _field(key, value) for key, value in raw.items() if value is not None}
    return {key: value for key, value in read.items() if value not in _EMPTY}


def _field(key: str, value: Any) -> Any:
    """Return the value of a field, None if there is no such field."""
    if key in _TEXTS:
        if type(value) is not str:
            raise _malformed(key, "a string", value)
        return value
    if key in _NUMBERS:
        if type(value) is not int:
            raise _malformed(key, "a number", value)
        return value
    if key in _MAPS:
        return _texts(key, value)
    if key == "finalizers":
        if type(value) is not list or not all(type(each) is str for each in value):
            raise _malformed(key, "a list of strings", value)
        return value
    return _owners(value) if key == "ownerReferences" else None


def _texts(key: str, value: Any) -> dict[str, str]:
    if type(value) is not dict:
        raise _malformed(key, "a mapping of strings", value)
    for name, text in value.items():
        if type(text) is not str and text is not None:
            raise _malformed(f"{key}.{name}", "a string", text)
    if None in value.values():
        return {name: text or "" for name, text in value.items()}
    return value


def _owners(value: Any) -> list[dict[str, Any]]:
    if type(value) is not list:
        raise _malformed("ownerReferences", "a list", value)
    owners = []
    for index, owner in enumerate(value):
        if type(owner) is not dict:
            raise _malformed(f"ownerReferences[{index}]", "a mapping", owner)
        for name in _OWNER_TEXTS:
            if type(owner.get(name, "")) is not str:
                raise _malformed(f"ownerReferences[{index}].{name}", "a string", owner[name])
        for name in _OWNER_FLAGS:
            if type(owner.get(name, False)) is not bool and owner[name] is not None:
                raise _malformed(f"ownerReferences[{index}].{name}", "a boolean", owner[name])
        flags = {name: owner[name] for name in _OWNER_FLAGS if owner.get(name) is not None}
        owners.append({name: owner.get(name, "") for name in _OWNER_TEXTS} | flags)
    return owners


def _malformed(field: str, expected: str, value: Any) -> MalformedMetadataError:
    found = {dict: "a mapping", list: "a list", str: "a string", bool: "a boolean"}.get(
        type(value), "a number"
    )
    return MalformedMetadataError(f"metadata.{field} must be {expected}, but is {found}")


def check_metadata(metadata: Mapping[str, Any]) -> list[StatusCause]:
    """Return what is wrong with the metadata of an object that is to be stored."""
    causes: list[StatusCause] = []
    name = metadata.get("name", "")
    if not name:
        causes.append(required("metadata.name", "name or generateName is required"))
    elif len(name) > _LONGEST_NAME:
        causes.append(_too_long("metadata.name", name, _LONGEST_NAME))
    elif not _SUBDOMAIN.fullmatch(name):
        causes.append(invalid_value("metadata.name", name, _SUBDOMAIN_RULE))
    for key, value in metadata.get("labels", {}).items():
        causes += _qualified_name("metadata.labels", key)
        if len(value) > _LONGEST_LABEL:
            causes.append(_too_long("metadata.labels", value, _LONGEST_LABEL))
        elif value and not _NAME_PART.fullmatch(value):
            causes.append(invalid_value("metadata.labels", value, _LABEL_RULE))
    annotations = metadata.get("annotations", {})
    for key in annotations:
        causes += _qualified_name("metadata.annotations", key)
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > _MOST_ANNOTATIONS:
        text = f"Too long: must have at most {_MOST_ANNOTATIONS} bytes"
        causes.append(StatusCause("metadata.annotations", "FieldValueTooLong", text))
    for finalizer in metadata.get("finalizers", ()):
        causes += _qualified_name("metadata.finalizers", finalizer)
    return causes + _owner_causes(metadata.get("ownerReferences", ()))


def _owner_causes(owners: Any) -> list[StatusCause]:
    place = "metadata.ownerReferences"
    causes = []
    for owner in owners:
        for name in _OWNER_TEXTS:
            if not owner[name]:
                detail = "version must not be empty" if name == "apiVersion" else f"{name} must not be empty"
                causes.append(invalid_value(f"{place}.{name}", "", detail))
    controllers = [owner["name"] for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        detail = (
            'Only one reference can have Controller set to true. Found "true" in references for '
            f"{controllers[0]} and {controllers[1]}"
        )
        causes.append(invalid_value(place, owners, detail))
    return causes


def _qualified_name(field: str, key: str) -> list[StatusCause]:
    prefix, slash, name = key.rpartition("/")
    causes = []
    if slash and (
        not _SUBDOMAIN.fullmatch(prefix.lower() if field == "metadata.annotations" else prefix)
        or len(prefix) > _LONGEST_NAME
    ):
        detail = "prefix part must be non-empty" if not prefix else f"prefix part {_SUBDOMAIN_RULE}"
        causes.append(invalid_value(field, key, detail))
    if not name:
        causes.append(invalid_value(field, key, "name part must be non-empty"))
    elif len(name) > _LONGEST_LABEL:
        causes.append(
            invalid_value(field, key, f"name part must be no more than {_LONGEST_LABEL} characters")
        )
    elif not _NAME_PART.fullmatch(name):
        causes.append(invalid_value(field, key, _NAME_PART_RULE))
    return causes


def _too_long(field: str, value: str, most: int) -> StatusCause:
    return invalid_value(field, value, f"must be no more than {most} characters")


def check_metadata_update(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[StatusCause]:
    """Return what an update may not do to the metadata of an object."""
    causes = [
        invalid_value(f"metadata.{field}", new[field], "field is immutable")
        for field in _IMMUTABLE
        if field in new and new[field] != old.get(field)
    ]
    if "deletionTimestamp" in old:
        added = [each for each in new.get("finalizers", ()) if each not in old.get("finalizers", ())]
        if added:
            listed = ", ".join(f'"{each}"' for each in added)
            detail = (
                "no new finalizers can be added if the object is being deleted, found new finalizers"
                f" []string{{{listed}}}"
            )
            causes.append(forbidden_field("metadata.finalizers", detail))
    return causes
