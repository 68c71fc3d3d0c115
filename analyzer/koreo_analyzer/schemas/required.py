"""What a finished object lacks of what its schema requires: the only question that is asked of it as a whole.

What is in it is compared where it is written (`conform`), so that the values of an object that many documents make in
nearly the same way need no second look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.schemas.conform import DataPath, Mismatch, missing
from koreo_analyzer.types import (
    NULL,
    LazyProperties,
    ListType,
    MapType,
    ObjectType,
    Type,
    UnionType,
    members,
    without,
)

if TYPE_CHECKING:
    from koreo_analyzer.types import Latest, Limits, Origin

_DEEPEST: Final = 100
_LACKS_NOTHING: Final = True
_WITH_PARTS: Final = (ObjectType, ListType, UnionType, MapType)
"""The types of values that may have fields, in themselves or in their items."""


def missing_fields(given: Type, wanted: Type, latest: Latest) -> list[Mismatch]:
    """Return the required fields that a value of a type certainly lacks, from the outside inwards.

    Objects of which `latest` knows that they lack nothing are not looked at again.
    """
    search = _Search(latest)
    search.visit(given, wanted, None, (), None)
    return search.found


class _Search:
    """One search. `origin` is that of the nearest field."""

    __slots__ = ("_compared", "_latest", "found")

    def __init__(self, latest: Latest) -> None:
        self._latest = latest
        self._compared: set[tuple[int, int]] = set()
        self.found: list[Mismatch] = []

    def visit(
        self, given: Type, wanted: Type, limits: Limits | None, path: DataPath, origin: Origin | None
    ) -> None:
        if isinstance(given, UnionType) and limits is not None and limits.nullable:
            given = without(given, NULL)
        if not isinstance(given, _WITH_PARTS) or len(path) > _DEEPEST:
            return
        for one in members(wanted):
            match given, one:
                case ObjectType(), ObjectType():
                    self._object(given, one, path, origin)
                    return
                case ObjectType(), MapType() if not given.open:
                    if isinstance(one.value, _WITH_PARTS):
                        for name, part in given.properties.items():
                            self.visit(part.type, one.value, one.each, (*path, name), origin)
                    return
                case ListType(), ListType():
                    self.visit(given.item, one.item, one.each, path, origin)
                    return
                case _:
                    continue

    def _object(self, given: ObjectType, wanted: ObjectType, path: DataPath, origin: Origin | None) -> None:
        pair = (id(given.properties), id(wanted.properties))
        if pair in self._compared or (
            isinstance(given.properties, LazyProperties) and given.properties == wanted.properties
        ):
            return
        self._compared.add(pair)
        latest = self._latest
        if latest.find(missing_fields, given, wanted):
            return
        reported = len(self.found)
        for name, part in given.properties.items():
            if isinstance(part.type, _WITH_PARTS):
                known = wanted.properties.get(name)
                if known is not None:
                    self.visit(part.type, known.type, known.limits, (*path, name), known.origin)
        if not given.open:
            self.found += missing(given.properties, wanted, path, origin)
        if len(self.found) == reported:
            latest.keep(_LACKS_NOTHING, missing_fields, given, wanted)
