"""What a preview shows as YAML, and where the parts of it stand in that text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.edit.data import RefusedError, checked
from koreo_analyzer.edit.layout import Layout
from koreo_analyzer.edit.render import Renderer
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence
from koreo_analyzer.yaml.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span

_FIRST: Final = ("apiVersion", "kind", "metadata")
_FIRST_NAMES: Final = ("name", "namespace", "labels", "annotations")


def yaml_text(value: Any) -> str:
    """Return plain data as block-style YAML; as JSON what YAML's readers would refuse."""
    try:
        checked(value)
        if not isinstance(value, dict | list) or not value:
            return Renderer(Layout(), blocks=False).flow(value) + "\n"
        lines, _ = Renderer(Layout(), blocks=True).lines(_ordered(value))
    except RefusedError:
        return json.dumps(value, indent=2, default=str) + "\n"
    return "\n".join(lines) + "\n"


def _ordered(value: dict[str, Any] | list[Any]) -> dict[str, Any] | list[Any]:
    """Return an object with its keys in the order that people are used to."""
    if not (isinstance(value, dict) and {"apiVersion", "kind"} <= value.keys()):
        return value
    ordered = {key: value[key] for key in _FIRST if key in value} | value
    metadata = ordered.get("metadata")
    if isinstance(metadata, dict):
        ordered["metadata"] = {key: metadata[key] for key in _FIRST_NAMES if key in metadata} | metadata
    return ordered


def parts(text: str) -> Iterator[tuple[Path, Span]]:
    """Yield the path and the place of each leaf of a YAML text: its key and value, or the item of a list."""
    root = parse(text).root
    if root is not None:
        yield from _parts(root, (), root.span)


def _parts(node: Node, path: Path, whole: Span) -> Iterator[tuple[Path, Span]]:
    if isinstance(node, Mapping) and node.entries:
        for entry in node.entries:
            key = entry.key
            if isinstance(key, Scalar):
                leaf = entry.value.span
                yield from _parts(entry.value, (*path, key.text), type(leaf)(key.span.start, leaf.end))
    elif isinstance(node, Sequence) and node.items:
        for number, item in enumerate(node.items):
            yield from _parts(item, (*path, number), item.span)
    else:
        yield path, whole
