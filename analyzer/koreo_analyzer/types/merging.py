"""Deep merge of types: what `overlay` and the overlays of a resource do to the fields of an object.

Maps merge key by key, anything else is replaced (language sections 2.2 and 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.types.model import (
    ANY,
    NEVER,
    STRING,
    AnyType,
    MapType,
    NeverType,
    ObjectType,
    Property,
    Type,
    UnionType,
)
from koreo_analyzer.types.operations import join, members

if TYPE_CHECKING:
    from koreo_analyzer.types.latest import Latest

_DEEPEST: Final = 40
_UNKNOWN: Final = ObjectType({}, open=True)


def overlaid(base: Type, over: Type, latest: Latest | None = None) -> Type:
    """Return the type of `base` with `over` merged over it; what replaces it where one of the two is no map.

    Objects that were merged before are taken from `latest`.
    """
    return _Merging(latest).types(base, over, _DEEPEST)


class _Merging:
    """One merge, down to a depth."""

    __slots__ = ("_latest",)

    def __init__(self, latest: Latest | None) -> None:
        self._latest = latest

    def types(self, base: Type, over: Type, depth: int) -> Type:
        if depth == 0:
            return ANY
        if isinstance(base, UnionType) or isinstance(over, UnionType):
            return join(*(self._one(left, right, depth) for left in members(base) for right in members(over)))
        return self._one(base, over, depth)

    def _one(self, base: Type, over: Type, depth: int) -> Type:
        match base, over:
            case ObjectType(), ObjectType():
                return self._objects(base, over, depth)
            case ObjectType(), MapType():
                return _any_replaced(base, over)
            case ((AnyType() | NeverType()), ObjectType()):
                # Whatever the base is, the fields of the overlay are there afterwards.
                return self._merged(_UNKNOWN, over, depth)
            case ((AnyType() | NeverType()), MapType()):
                return _any_replaced(_UNKNOWN, over)
            case _, AnyType():
                return ANY
            case ((ObjectType() | MapType()), NeverType()):
                return NEVER
            case MapType(), MapType():
                return MapType(join(base.key, over.key), join(base.value, over.value))
            case MapType(), ObjectType():
                if not over.properties:
                    return base
                values = (base.value, *(one.type for one in over.properties.values()))
                return MapType(join(base.key, STRING), ANY if over.open else join(*values))
            case _:
                return over

    def _objects(self, base: ObjectType, over: ObjectType, depth: int) -> Type:
        latest = self._latest
        if latest is None:
            return self._merged(base, over, depth)
        known: Type | None = latest.find(overlaid, base, over)
        if known is None:
            known = self._merged(base, over, depth)
            latest.keep(known, overlaid, base, over)
        return known

    def _merged(self, base: ObjectType, over: ObjectType, depth: int) -> Type:
        merged = dict(base.properties)
        for name, given in over.properties.items():
            below = merged.get(name)
            if below is None and base.open:
                merged[name] = Property(
                    self.types(ANY, given.type, depth - 1), given.required, given.doc, given.origin
                )
            elif below is None:
                merged[name] = given
            else:
                type_ = self.types(below.type, given.type, depth - 1)
                if not given.required:
                    type_ = join(below.type, type_)
                elif not below.required:
                    type_ = join(given.type, type_)
                merged[name] = Property(
                    type_, below.required or given.required, below.doc, below.origin, below.limits
                )
        return ObjectType(merged, base.open or over.open, base.name)


def _any_replaced(base: ObjectType, over: MapType) -> Type:
    """Return an object of which any field may be replaced."""
    if base.open:
        return _UNKNOWN
    if not base.properties:
        return over
    values = (over.value, *(one.type for one in base.properties.values()))
    return MapType(join(STRING, over.key), join(*values))
