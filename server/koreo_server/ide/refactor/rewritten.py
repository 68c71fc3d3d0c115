"""What a refactoring answers: the edits of a file under a title, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.edit import set_values
from koreo_analyzer.workspace import FileEdit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.edit import Change, Path
    from koreo_analyzer.workspace import Definition, Snapshot


@dataclass(frozen=True, slots=True)
class Refactoring:
    """Edits in the order of the text; `refusal` says why there are none."""

    title: str
    edits: tuple[FileEdit, ...] = ()
    refusal: str | None = None


def with_values(
    snapshot: Snapshot, definition: Definition, title: str, values: Iterable[tuple[Path, object]]
) -> Refactoring:
    """Return the refactoring that makes the values at some paths of a document equal to plain data."""
    file = snapshot.file(definition.path)
    if file is None:
        return Refactoring(title, refusal="the file is gone")
    text, tree = definition.document.text, file.documents[definition.index].document.tree
    return placed(definition, title, set_values(text, tree, values))


def placed(definition: Definition, title: str, change: Change) -> Refactoring:
    """Return a change of a document as one of its file."""
    edits = tuple(
        FileEdit(definition.path, edit.span.shift(definition.start), edit.text) for edit in change.edits
    )
    return Refactoring(title, edits, change.refusal)
