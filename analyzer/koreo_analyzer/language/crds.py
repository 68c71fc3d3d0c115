"""What a Workflow needs to know of a CustomResourceDefinition: group, kind, the versions that are served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import get, get_flag, get_items, get_text

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.yaml.nodes import Node


@dataclass(frozen=True, slots=True)
class CrdHeader:
    """A CustomResourceDefinition without its schemas. `kind_span` is where it names its kind."""

    group: str
    kind: str
    versions: tuple[str, ...]
    kind_span: Span


def read_crd(root: Node | None) -> CrdHeader | None:
    """Read the header of an apiextensions.k8s.io CustomResourceDefinition; None for any other document."""
    version = get_text(root, "apiVersion")
    if get_text(root, "kind") != "CustomResourceDefinition" or version is None:
        return None
    group, kind = get_text(root, "spec", "group"), get(root, "spec", "names", "kind")
    name = get_text(kind)
    if not version.startswith("apiextensions.k8s.io/") or group is None or kind is None or name is None:
        return None
    served = (
        get_text(item, "name")
        for item in get_items(root, "spec", "versions")
        if get_flag(item, "served", default=True)
    )
    return CrdHeader(group, name, tuple(version for version in served if version), kind.span)
