"""Who uses a definition, above its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot


@dataclass(frozen=True, slots=True)
class UserLens:
    """A place for a lens about who uses the definition `kind`, `name`; `span` is the name, in the file."""

    span: Span
    kind: str
    name: str


def user_lenses(snapshot: Snapshot, path: str) -> Iterator[UserLens]:
    """Yield the places of lenses in a file: one for each definition that others can use. Counting comes later."""
    for definition in snapshot.documents(path):
        name, body = definition.document.name, definition.document.body
        is_started_by_trigger = isinstance(body, Workflow) and body.has_trigger
        if name is None or not name.text or definition.document.kind == kinds.FUNCTION_TEST:
            continue
        if (
            not is_started_by_trigger
            or next(snapshot.users(definition.document.kind, name.text), None) is not None
        ):
            yield UserLens(name.span.shift(definition.start), definition.document.kind, name.text)


@dataclass(frozen=True, slots=True)
class Users:
    """Where other documents than tests name a definition, and how many documents those are."""

    places: tuple[tuple[str, Span], ...]
    documents: int

    @property
    def title(self) -> str:
        """The text of the lens."""
        if not self.documents:
            return "not used"
        return "used by 1 document" if self.documents == 1 else f"used by {self.documents} documents"


def users_of(snapshot: Snapshot, kind: str, name: str) -> Users:
    """Find who uses a definition."""
    places: list[tuple[str, Span]] = []
    documents: set[tuple[str, int]] = set()
    for user in _users(snapshot, kind, name):
        if user.document.kind == kinds.FUNCTION_TEST:
            continue
        documents.add((user.path, user.index))
        places += [
            (user.path, reference.name.span.shift(user.start))
            for reference in user.document.references
            if (reference.kind, reference.name.text) == (kind, name)
        ]
    return Users(tuple(places), len(documents))


def _users(snapshot: Snapshot, kind: str, name: str) -> Iterator[Definition]:
    yield from snapshot.users(kind, name)
    yield from snapshot.computed_users(kind, name)
