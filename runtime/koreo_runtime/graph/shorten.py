"""The words on a picture, shortened to what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from koreo_runtime.graph.model import Edge

_MOST_MEMBERS: Final = 2
_LONGEST: Final = 26


def shorten(text: str, most: int) -> str:
    """Return a text of at most `most` characters, with `…` in place of what is left out at its end."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def edge_text(edge: Edge) -> str:
    """Return what stands on an edge: the members used, and by what, if not by `inputs`; empty for a whole value."""
    shown = ", ".join(edge.members[:_MOST_MEMBERS])
    if len(edge.members) > _MOST_MEMBERS:
        shown += f" +{len(edge.members) - _MOST_MEMBERS}"
    shown = shorten(shown, _LONGEST)
    if not edge.decides_only:
        return shown
    roles = "/".join(role for role in edge.roles if role not in {"inputs", "state"})
    return f"{roles}: {shown}" if shown else roles


def edge_title(edge: Edge, source: str, target: str) -> str:
    """Return all that an edge says, in a line."""
    what = ", ".join(edge.members) or "its value"
    after = "; the step comes too early: it needs one that is not before it" if edge.is_backward else ""
    return f"{target} uses {what} of {source} in {', '.join(edge.roles)}{after}"
