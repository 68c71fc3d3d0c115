"""What a CustomResourceDefinition says about the kinds that it defines (apiextensions.k8s.io/v1).

The rules `x-kubernetes-validations` are not evaluated, and of conversions there is only the one that changes
nothing but `apiVersion`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_runtime.cluster.crd_shape import shape_faults
from koreo_runtime.cluster.errors import StatusCause, invalid, not_supported, required
from koreo_runtime.cluster.kinds import Kind, Store
from koreo_runtime.cluster.protocol import ResourceType
from koreo_runtime.cluster.schema import Schema

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject

_KIND = "CustomResourceDefinition"
_GROUP = "apiextensions.k8s.io"


def kinds_of_crd(crd: KubeObject, store: Store | None = None) -> list[Kind]:
    """Return a kind for each served version; they share `store`, a new one if there is none.

    Raises 422 for a definition that lacks what the server needs.
    """
    metadata, spec = crd.get("metadata"), crd.get("spec")
    name = str(metadata.get("name", "")) if isinstance(metadata, dict) else ""
    spec = spec if isinstance(spec, dict) else {}
    causes = shape_faults(crd) or _faults(spec, name)
    if causes:
        raise invalid(_GROUP, _KIND, name, causes)
    names = spec["names"]
    store = store or Store(spec["group"], names["plural"])
    return [
        Kind(
            ResourceType(
                f"{spec['group']}/{version['name']}",
                names["kind"],
                names["plural"],
                spec["scope"] == "Namespaced",
                "status" in (version.get("subresources") or {}),
            ),
            store,
            _schema(version),
        )
        for version in spec["versions"]
        if version.get("served") is True
    ]


def _schema(version: dict[str, Any]) -> Schema | None:
    source = (version.get("schema") or {}).get("openAPIV3Schema")
    return Schema(source) if isinstance(source, dict) else None


def _faults(spec: dict[str, Any], name: str) -> list[StatusCause]:
    causes: list[StatusCause] = []
    group, names, versions = spec.get("group"), spec.get("names"), spec.get("versions")
    if not isinstance(group, str) or not group:
        causes.append(required("spec.group"))
    names = names if isinstance(names, dict) else {}
    causes += [
        required(f"spec.names.{key}")
        for key in ("plural", "kind")
        if not isinstance(names.get(key), str) or not names[key]
    ]
    if spec.get("scope") not in {"Namespaced", "Cluster"}:
        causes.append(not_supported("spec.scope", spec.get("scope") or "", ("Cluster", "Namespaced")))
    if not causes and name != f"{names['plural']}.{group}":
        text = f'Invalid value: "{name}": must be spec.names.plural+"."+spec.group'
        causes.append(StatusCause("metadata.name", "FieldValueInvalid", text))
    if not isinstance(versions, list) or not versions:
        causes.append(required("spec.versions"))
        return causes
    for index, version in enumerate(versions):
        place = f"spec.versions[{index}]"
        if not isinstance(version, dict) or not isinstance(version.get("name"), str):
            causes.append(required(f"{place}.name"))
        elif (version.get("schema") or {}).get("openAPIV3Schema") is None:
            causes.append(required(f"{place}.schema.openAPIV3Schema", "schemas are required"))
    return causes
