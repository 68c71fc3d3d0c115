"""Types as inlay hints: of locals, of what is returned, and of the items of a list that a step runs over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import AnyType, ListType, NeverType, ObjectType, Type, join, members, show
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.yaml.nodes import Scalar

_LONGEST: Final = 40
_SHALLOW: Final = 1
_DEEP: Final = 3


@dataclass(frozen=True, slots=True)
class TypeHint:
    """A type to show at an offset of a file, behind a value; `tooltip` is all of it."""

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
            place = _end(definition.document.text, typed.expression.scalar)
            if place is not None and within.contains(place + definition.start):
                yield TypeHint(place + definition.start, f": {_short(shown)}", show(shown, _DEEP))


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


def _end(text: str, scalar: Scalar) -> int | None:
    """Return where to show the type of a scalar: behind it, or behind the head of a block; None within a line."""
    start = scalar.start if scalar.style in {Style.LITERAL, Style.FOLDED} else scalar.end
    end = text.find("\n", start)
    rest = text[start : len(text) if end < 0 else end]
    if start == scalar.end:
        return start if not rest.strip() or rest.lstrip().startswith("#") else None
    return start + len(rest.rstrip())


def _short(type_: Type) -> str:
    text = show(type_, _SHALLOW)
    if len(text) > _LONGEST and any(isinstance(one, ObjectType) for one in members(type_)):
        return "{…}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
