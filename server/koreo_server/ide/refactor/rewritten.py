"""What a refactoring answers: the edits of a file under a title, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.edit import set_value
from koreo_analyzer.edit.data import RefusedError, checked, put, take
from koreo_analyzer.language.kinds import KINDS
from koreo_analyzer.workspace import FileEdit
from koreo_analyzer.yaml.resolve import TooLarge, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from koreo_analyzer.edit import Change, Path
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.resolve import Value


@dataclass(frozen=True, slots=True)
class Refactoring:
    """Edits in the order of the text; `refusal` says why there are none.

    `is_complete` is False if the edits write something that the user has to fill in.
    """

    title: str
    edits: tuple[FileEdit, ...] = ()
    refusal: str | None = None
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """A refactoring that can be chosen, known by its title; `write` works it out, which is the costly part.

    `refusal` says why it cannot be made, as far as that is known without writing.
    """

    title: str
    write: Callable[[], Refactoring] | None = None
    refusal: str | None = None

    def made(self) -> Refactoring:
        """Return the edits, or why there are none."""
        if self.write is None or self.refusal is not None:
            return Refactoring(self.title, refusal=self.refusal)
        return self.write()


def with_values(
    snapshot: Snapshot,
    definition: Definition,
    title: str,
    values: Iterable[tuple[Path, object]],
    *,
    removed: Path | None = None,
) -> Refactoring:
    """Return the refactoring that makes values equal to plain data, and then removes what is at a path.

    New keys of the spec come in the order in which the language tells them, the others at the end.
    """
    file = snapshot.file(definition.path)
    if file is None:
        return Refactoring(title, refusal="the file is gone")
    text, tree = definition.document.text, file.documents[definition.index].document.tree
    data = plain(tree.root) if tree.root is not None else None
    if data is None or isinstance(data, TooLarge):
        return Refactoring(title, refusal="the document is empty or too large")
    known = spec_of(definition) or {}
    try:
        for path, value in values:
            data = put(data, path, checked(value))
        if removed is not None:
            data = take(data, removed)
    except RefusedError as refused:
        return Refactoring(title, refusal=str(refused))
    if isinstance(data, dict) and isinstance(spec := data.get("spec"), dict):
        data = {**data, "spec": _in_order(spec, known, list(KINDS[definition.document.kind].spec.fields))}
    return placed(definition, title, set_value(text, tree, (), data))


def _in_order(spec: dict[str, Value], known: Collection[str], order: list[str]) -> dict[str, Value]:
    """Return a spec whose new keys stand before the first known one that follows in `order`."""
    names = [name for name in spec if name in known]
    for name in spec:
        if name not in known:
            following = order[order.index(name) + 1 :] if name in order else []
            at = next((i for i, other in enumerate(names) if other in following), len(names))
            names.insert(at, name)
    return {name: spec[name] for name in names}


def spec_of(definition: Definition) -> dict[str, Value] | None:
    """Return the spec of a document as plain data; None where it is no mapping or too large."""
    spec = definition.document.spec
    data = plain(spec) if spec is not None else None
    return data if isinstance(data, dict) else None


def placed(definition: Definition, title: str, change: Change) -> Refactoring:
    """Return a change of a document as one of its file."""
    edits = tuple(
        FileEdit(definition.path, edit.span.shift(definition.start), edit.text) for edit in change.edits
    )
    return Refactoring(title, edits, change.refusal)
