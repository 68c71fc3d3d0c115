"""The objects of a rendering as YAML for kubectl: the managed ones first, the trigger with its status last.

What an API server adds is left out, as are owners that exist in the simulation alone; so is the status of the
managed objects, which other controllers write. Scalars are written so that every reader of YAML reads the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from koreo_analyzer.edit.data import RefusedError, checked
from koreo_analyzer.edit.layout import Layout
from koreo_analyzer.edit.render import Renderer
from koreo_runtime.render.objects import is_secret, masked, portable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_runtime.cluster.simulate import Simulation
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.render import Rendering

_FIRST_KEYS: Final = ("apiVersion", "kind", "metadata")
_FIRST_NAMES: Final = ("name", "namespace", "labels", "annotations")
HIDDEN_NOTE: Final = (
    "the values of Secrets are hidden, and no API server takes these Secrets; --show-secrets shows them"
)


def render_yaml(
    rendering: Rendering, invented_uid: str | None, simulation: Simulation, *, show_secrets: bool
) -> str:
    """Return a document for each object. `invented_uid` is the uid of the trigger if it has none in truth."""
    managed = [
        {
            key: value
            for key, value in portable(simulation.undone(item), invented_uid).items()
            if key != "status"
        }
        for item in rendering.managed
    ]
    objects = [*managed, portable(rendering.trigger, invented_uid)]
    if show_secrets or not any(map(is_secret, objects)):
        return yaml_documents(objects)
    return f"# Note: {HIDDEN_NOTE}.\n{yaml_documents(map(masked, objects))}"


def yaml_documents(objects: Iterable[KubeObject]) -> str:
    """Return objects as YAML documents."""
    return "".join(f"---\n{yaml_text(item)}" for item in objects)


def yaml_text(item: KubeObject) -> str:
    """Return an object as block-style YAML, control characters escaped; one that has none, as JSON.

    What is nested too deeply for readers of YAML has none.
    """
    try:
        checked(item)
        lines, _ = Renderer(Layout(), blocks=True).lines(_ordered(item))
    except RefusedError:
        return json.dumps(item, indent=2) + "\n"
    return "\n".join(lines) + "\n"


def _ordered(item: KubeObject) -> KubeObject:
    """Return an object with its keys in the order that people are used to."""
    ordered = {key: item[key] for key in _FIRST_KEYS if key in item} | item
    metadata = ordered.get("metadata")
    if isinstance(metadata, dict):
        ordered["metadata"] = {key: metadata[key] for key in _FIRST_NAMES if key in metadata} | metadata
    return ordered
