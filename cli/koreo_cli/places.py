"""Where in the files of a workspace stands what a run speaks of: a part of a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from koreo_runtime.testing.places import span_at

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.outcomes import Location


class Place(NamedTuple):
    """A part of a file; the span counts from the file's start."""

    path: str
    span: Span


def place_of(snapshot: Snapshot, location: Location) -> Place | None:
    """Return the place in a file of a location in a definition; None if it is not in the workspace."""
    found = snapshot.definitions(location.kind, location.name)
    if not found:
        return None
    definition = found[0]
    span = location.span
    if span is None:
        span = span_at(definition.document, location.path)
    return Place(definition.path, span.shift(definition.start))
