"""Drift: whether an object is what its target specification says (language section 7, "Drift").

Every key of the target must be there and equal; what the target does not mention is ignored. `null`, `{}` and
`[]` equal absence, as the API server drops them. Lists compare element by element unless a directive says
otherwise.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from koreo_analyzer.cel import to_text
from koreo_analyzer.json_data import json_equal

from koreo_runtime.functions.directives import DIRECTIVES, Directives, read_directives
from koreo_runtime.functions.quantities import equal_quantities

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.language.document import Path

_NOT_COMPARED = frozenset({"ownerReferences", *DIRECTIVES})


def first_difference(
    target: Any,
    actual: Any,
    *,
    last_applied: Callable[[], Any] | None = None,
    is_quantity: Callable[[Path], bool] | None = None,
) -> Path | None:
    """Return a path at which plain data differ from a target, which may hold directives; None if they do not.

    `last_applied` gives what was last applied, the same data each time, for the keys that are compared with that.
    `is_quantity` tells of a path whether a quantity stands there. Both are called only when they decide.
    """
    place = _Comparison(last_applied, is_quantity).value(target, actual, _ROOT)
    return None if place is None else _path(place)


class _Item(NamedTuple):
    """What tells an item of a list that compares as a map: fields and their texts."""

    fields: tuple[str, ...]
    texts: tuple[str, ...]


_Place: TypeAlias = "tuple[_Place | None, str | int, _Item | None]"
"""A place in the target: the place that holds it (None at the top), its key or position, and the item."""
_ROOT: Final[_Place] = (None, "", None)


def _path(place: _Place) -> Path:
    path: list[str | int] = []
    above, key, _ = place
    while above is not None:
        path.append(key)
        above, key, _ = above
    return tuple(reversed(path))


class _Comparison:
    """One comparison. Its methods return the place of a difference, or None; `place` is where they compare."""

    __slots__ = ("_by_item", "_is_quantity", "_last_applied")

    def __init__(
        self, last_applied: Callable[[], Any] | None, is_quantity: Callable[[Path], bool] | None
    ) -> None:
        self._last_applied = last_applied
        self._is_quantity = is_quantity
        self._by_item: dict[tuple[int, tuple[str, ...]], dict[tuple[str, ...] | None, Any]] = {}

    def value(self, wanted: Any, found: Any, place: _Place) -> _Place | None:
        kind = type(wanted)
        if kind is dict:
            if type(found) is dict:
                return self.mapping(wanted, found, place)
            same = _is_nothing(found) and _is_empty(wanted)
        elif kind is list:
            if type(found) is list:
                return self.items(wanted, found, place)
            same = _is_nothing(found) and not wanted
        elif wanted is None:
            same = _is_nothing(found)
        else:
            same = json_equal(wanted, found) or self._same_quantities(wanted, found, place)
        return None if same else place

    def mapping(self, wanted: dict[str, Any], found: dict[str, Any], place: _Place) -> _Place | None:
        directives = read_directives(wanted)
        if directives is not None:
            return self._directed(wanted, found, directives, place)
        value = self.value
        for key, item in wanted.items():
            below = found.get(key)
            if item is below or (type(item) is str and item == below) or key in _NOT_COMPARED:
                continue
            difference = value(item, below, (place, key, None))
            if difference is not None:
                return difference
        return None

    def _directed(
        self, wanted: dict[str, Any], found: dict[str, Any], directives: Directives, place: _Place
    ) -> _Place | None:
        for key, item in wanted.items():
            if key in _NOT_COMPARED:
                continue
            below = found.get(key)
            if key in directives.last_applied:
                applied = self._applied(place)
                below = applied.get(key) if isinstance(applied, dict) else None
            here: _Place = (place, key, None)
            if key in directives.sets and type(item) is list and type(below) is list:
                difference = None if _same_sets(item, below) else here
            elif key in directives.maps and type(item) is list and type(below) is list:
                difference = self._keyed(item, below, directives.maps[key], here)
            else:
                difference = self.value(item, below, here)
            if difference is not None:
                return difference
        return None

    def items(self, wanted: list[Any], found: list[Any], place: _Place) -> _Place | None:
        if len(wanted) != len(found):
            return place
        for index, item in enumerate(wanted):
            difference = self.value(item, found[index], (place, index, None))
            if difference is not None:
                return difference
        return None

    def _keyed(
        self, wanted: list[Any], found: list[Any], fields: tuple[str, ...], place: _Place
    ) -> _Place | None:
        """Compare lists of objects as maps: the last of those with equal fields counts."""
        positions = {item_key(item, fields): index for index, item in enumerate(wanted)}
        others = {item_key(item, fields): item for item in found}
        for texts, index in positions.items():
            if texts is None or None in others:
                return place
            here: _Place = (place, index, _Item(fields, texts))
            if texts not in others:
                return here
            difference = self.value(wanted[index], others[texts], here)
            if difference is not None:
                return difference
        return None

    def _same_quantities(self, wanted: Any, found: Any, place: _Place) -> bool:
        is_quantity = self._is_quantity
        return is_quantity is not None and equal_quantities(wanted, found) and is_quantity(_path(place))

    def _applied(self, place: _Place) -> Any:
        """Return what was last applied at a place, None if nothing was."""
        above, key, item = place
        if above is None:
            return None if self._last_applied is None else self._last_applied()
        applied = self._applied(above)
        if item is not None and isinstance(applied, list):
            return self._items_of(applied, item.fields).get(item.texts)
        if isinstance(applied, dict):
            return applied.get(key)
        if isinstance(applied, list) and isinstance(key, int) and key < len(applied):
            return applied[key]
        return None

    def _items_of(self, applied: list[Any], fields: tuple[str, ...]) -> dict[tuple[str, ...] | None, Any]:
        """Return the objects of a list that was last applied, which is kept, by what tells them apart."""
        known = self._by_item.get((id(applied), fields))
        if known is None:
            known = {item_key(one, fields): one for one in applied}
            self._by_item[id(applied), fields] = known
        return known


def _is_nothing(value: Any) -> bool:
    """Whether a value equals absence."""
    return value is None or ((type(value) is dict or type(value) is list) and not value)


def _is_empty(mapping: dict[str, Any]) -> bool:
    """Whether a mapping has nothing in it that would not equal absence."""
    return all(
        key in _NOT_COMPARED or _is_nothing(item) or (type(item) is dict and _is_empty(item))
        for key, item in mapping.items()
    )


def _same_sets(wanted: list[Any], found: list[Any]) -> bool:
    left, right = _members(wanted), _members(found)
    return left is not None and left == right


def _members(items: list[Any]) -> set[tuple[bool, Any]] | None:
    """Return the scalars of a list as a set, None if something else is in it, which never matches."""
    if any(type(item) is dict or type(item) is list for item in items):
        return None
    return {(type(item) is bool, item) for item in items}


def item_key(item: Any, fields: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the texts of the fields that tell the objects of a list apart; None for what is no object."""
    return tuple(_field_text(item.get(field)) for field in fields) if type(item) is dict else None


def _field_text(value: Any) -> str:
    """Return the trimmed text of a field that tells items apart."""
    if value is None or type(value) is str:
        return (value or "").strip()
    return json.dumps(value) if type(value) is dict or type(value) is list else to_text(value)
