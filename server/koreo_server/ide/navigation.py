"""Go to definition, find references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_server.ide.entities import InputEntity, Occurrence, TriggerEntity, entity_at, occurrences

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot


@dataclass(frozen=True, slots=True)
class Link:
    """Where a name under the cursor leads: `origin` is the name, in the file of the cursor."""

    origin: Span
    path: str
    span: Span


def definition(snapshot: Snapshot, path: str, offset: int) -> list[Link]:
    """Return where the thing under the cursor is defined.

    An input that an expression reads leads to the keys of the calls that give it; the key of a call leads to
    where the function reads it. The kind of a trigger leads to its CustomResourceDefinition.
    """
    found = entity_at(snapshot, path, offset)
    if found is None:
        return []
    if isinstance(found.entity, TriggerEntity):
        crd = snapshot.crd(found.entity.group, found.entity.kind)
        return [Link(found.span, crd.path, crd.span)] if crd is not None else []
    places = occurrences(snapshot, found.entity)
    if isinstance(found.entity, InputEntity):
        return [Link(found.span, place.path, place.span) for place in _other_side(places, path, found.span)]
    return [Link(found.span, place.path, place.span) for place in places if place.is_definition]


def _other_side(places: list[Occurrence], path: str, span: Span) -> list[Occurrence]:
    """Return the calls that give an input, or, standing on one of them, where the function reads it."""
    given = [place for place in places if place.is_definition]
    read = [place for place in places if not place.is_definition]
    if any((place.path, place.span) == (path, span) for place in given):
        return read or given
    return given or read


def references(snapshot: Snapshot, path: str, offset: int, *, include_definition: bool) -> list[Occurrence]:
    """Return every place that names the thing under the cursor."""
    found = entity_at(snapshot, path, offset)
    if found is None:
        return []
    return [
        place
        for place in occurrences(snapshot, found.entity)
        if include_definition or not place.is_definition or isinstance(found.entity, InputEntity)
    ]
