"""Highlight: every place of one file that names the thing under the cursor, written or read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_server.ide.chains import names_at, uses_of
from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.entities import StepEntity, named
from koreo_server.ide.fields import direct
from koreo_server.ide.targets import FieldTarget, VariableTarget, places, target_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.cursor import Cursor
    from koreo_server.ide.targets import Target


@dataclass(frozen=True, slots=True)
class Highlight:
    """A place in the file of the cursor; `writes`: the thing is defined or gets its value there."""

    span: Span
    writes: bool


def highlights(snapshot: Snapshot, path: str, offset: int) -> list[Highlight]:
    """Return where the file of the cursor names the thing under it, in the order of the text.

    Other files are not looked at, so the cost does not grow with those that use the thing.
    """
    aimed = target_at(snapshot, path, offset)
    if aimed is None:
        return []
    found = dict(_sites(snapshot, path, aimed.target))
    if not found:
        cursor = cursor_at(snapshot, path, offset)
        found = dict.fromkeys(_same_chains(cursor), False) if cursor is not None else {}
    return [Highlight(span, found[span]) for span in sorted(found)]


def _same_chains(cursor: Cursor) -> Iterator[Span]:
    """Yield the places of the document that select the same field of the same name: `parent.spec.size`."""
    names = names_at(cursor)
    if names is not None:
        yield from (span.shift(cursor.definition.start) for span in uses_of(cursor.definition, names))


def _sites(snapshot: Snapshot, path: str, target: Target) -> Iterator[tuple[Span, bool]]:
    match target:
        case FieldTarget():
            for definition in snapshot.documents(path) if target.fields else ():
                for site in direct(snapshot, target.fields, definition).sites.values():
                    yield site.span.shift(definition.start), site.is_definition
        case VariableTarget() | StepEntity():
            for site in places(snapshot, target).sites:
                yield site.span.shift(site.definition.start), site.is_definition
        case _:
            for definition in snapshot.documents(path):
                for entity, span, is_definition in named(definition):
                    if entity == target:
                        yield span.shift(definition.start), is_definition
