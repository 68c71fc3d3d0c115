"""Types as inlay hints: of locals, of what is returned, and of the items of a list that a step runs over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import AnyType, ListType, NeverType, ObjectType, Type, join, members, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot

_LONGEST: Final = 40
_SHALLOW: Final = 1
_DEEP: Final = 3


@dataclass(frozen=True, slots=True)
class TypeHint:
    """A type to show at an offset of a file, behind a key; `tooltip` is all of it."""

    offset: int
    label: str
    tooltip: str


def type_hints(snapshot: Snapshot, path: str, within: Span) -> Iterator[TypeHint]:
    """Yield the types worth showing in a part of a file: what cannot be seen from the text, and is known."""
    for definition in snapshot.documents(path):
        end = definition.start + len(definition.document.text)
        if end < within.start or within.end < definition.start:
            continue
        for typed in snapshot.typing(definition).expressions:
            shown = _shown(typed.expression.path, typed.type)
            if shown is None:
                continue
            key = _key_end(definition.document.text, typed.expression.scalar.start)
            if key is not None and within.contains(key + definition.start):
                yield TypeHint(key + definition.start, f": {_short(shown)}", show(shown, _DEEP))


def _shown(path: Path, type_: Type) -> Type | None:
    match path:
        case ("spec", "locals", str()) | ("spec", "return", *_) if isinstance(path[-1], str):
            found: Type | None = type_
        case ("spec", "steps", int(), "forEach", "itemIn"):
            items = [one.item for one in members(type_) if isinstance(one, ListType)]
            found = join(*items) if items else None
        case _:
            found = None
    if found is None or any(isinstance(one, AnyType | NeverType) for one in members(found)):
        return None
    return found


def _key_end(text: str, value_start: int) -> int | None:
    """Return where the key of a value on the same line ends."""
    line = text.rfind("\n", 0, value_start) + 1
    before = text[line:value_start].rstrip()
    return line + len(before) - 1 if before.endswith(":") else None


def _short(type_: Type) -> str:
    text = show(type_, _SHALLOW)
    if len(text) > _LONGEST and any(isinstance(one, ObjectType) for one in members(type_)):
        return "{…}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
