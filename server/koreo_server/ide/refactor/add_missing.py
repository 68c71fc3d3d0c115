"""Add what is missing: the keys that the language needs, the fields that the schema of a resource requires.

Each gets a placeholder of the right type, as only the user knows what belongs there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language.shapes import (
    Boolean,
    Expressions,
    Free,
    Integer,
    ListOf,
    Object,
    Text,
)

from koreo_server.ide.completion.shapes import shape_at
from koreo_server.ide.entities import document_at
from koreo_server.ide.placeholders import placeholder
from koreo_server.ide.refactor.rewritten import Refactoring, with_values
from koreo_server.ide.schema_places import kind_at, property_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.language.shapes import Shape
    from koreo_analyzer.workspace import Definition, FileProblem, Snapshot

_NOUNS: Final = {"missing-key": "key"}


def add_missing(snapshot: Snapshot, problems: Sequence[FileProblem]) -> Refactoring | None:
    """Write everything that problems of one code and one document lack; None if nothing of it can be written."""
    lacks = list(dict.fromkeys(path for problem in problems for path in problem.lacks))
    definition = document_at(snapshot, problems[0].path, problems[0].span.start) if lacks else None
    if definition is None:
        return None
    values = [(path, _placeholder(snapshot, definition, path)) for path in lacks]
    names = list(dict.fromkeys(f"`{path[-1]}`" for path in lacks))
    noun = _NOUNS.get(problems[0].code, "field")
    title = f"Add the missing {noun if len(names) == 1 else f'{noun}s'} {', '.join(names)}"
    added = with_values(snapshot, definition, title, values)
    return replace(added, is_complete=all(_is_known(snapshot, definition, path) for path in lacks))


def _is_known(snapshot: Snapshot, definition: Definition, path: Path) -> bool:
    """Whether there is only one value that can stand at a path."""
    shape = _shape_of(definition, path)
    only = isinstance(shape, Text) and len(shape.enum) == 1
    return only or _identity(snapshot, definition, path) is not None


def _identity(snapshot: Snapshot, definition: Definition, path: Path) -> str | None:
    """Return the version or kind of an object in a test, which is that of what its function manages."""
    match path:
        case ("spec", *_, "currentResource" | "expectResource", "apiVersion" | "kind" as word):
            kind = kind_at(snapshot, definition.document)
            return None if kind is None else kind.api_version if word == "apiVersion" else kind.kind
        case _:
            return None


def _placeholder(snapshot: Snapshot, definition: Definition, path: Path) -> Any:
    identity = _identity(snapshot, definition, path)
    if identity is not None:
        return identity
    field = property_at(snapshot, definition.document, path)
    if field is not None:
        return placeholder(field.type, field.limits)
    return _of_shape(_shape_of(definition, path))


def _shape_of(definition: Definition, path: Path) -> Shape | None:
    found = shape_at(definition.document.kind, path)
    return found[0] if found is not None and not found[1] else None


def _of_shape(shape: Shape | None) -> Any:
    """Return the emptiest value of a shape, with the keys that it needs."""
    match shape:
        case Text(enum=words) if words:
            return words[0]
        case Text(expressions=Expressions.MUST):
            return "=true"
        case Integer():
            return shape.minimum or 0
        case Boolean():
            return False
        case Free():
            return {}
        case ListOf():
            return [_of_shape(shape.item)] * min(shape.min_items, 1)
        case Object():
            return {name: _of_shape(field.shape) for name, field in shape.fields.items() if field.required}
        case _:
            return ""
