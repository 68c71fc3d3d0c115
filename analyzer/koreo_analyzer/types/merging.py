"""Deep merge of types: what `overlay` and the overlays of a resource do to the fields of an object.

Maps merge key by key, anything else is replaced (language sections 2.2 and 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
)
from koreo_analyzer.types.operations import join, members

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEEPEST = 40


def overlaid(base: Type, over: Type, depth: int = _DEEPEST) -> Type:
    """Return the type of `base` with `over` merged over it; what replaces it where one of the two is no map."""
    if depth == 0:
        return ANY
    return join(*(_one(left, right, depth) for left in members(base) for right in members(over)))


def _one(base: Type, over: Type, depth: int) -> Type:
    match base, over:
        case ((AnyType() | NeverType()), (ObjectType() | MapType())):
            # Whatever the base is, the fields of the overlay are there afterwards.
            return _with_fields(ObjectType({}, open=True), over, depth)
        case _, AnyType():
            return ANY
        case ((ObjectType() | MapType()), NeverType()):
            return NEVER
        case ObjectType(), (ObjectType() | MapType()):
            return _with_fields(base, over, depth)
        case MapType(), MapType():
            return MapType(join(base.key, over.key), _values((base.value, over.value)))
        case MapType(), ObjectType():
            if not over.properties:
                return base
            values = (base.value, *(one.type for one in over.properties.values()))
            return MapType(join(base.key, STRING), ANY if over.open else _values(values))
        case _:
            return over


def _values(types: Iterable[Type]) -> Type:
    return join(*types)


def _with_fields(base: ObjectType, over: Type, depth: int) -> Type:
    if isinstance(over, MapType):
        # Any field may be replaced.
        values = (over.value, *(one.type for one in base.properties.values()))
        if base.open or not base.properties:
            return over if not base.open else ObjectType({}, open=True)
        return MapType(join(STRING, over.key), join(*values))
    if not isinstance(over, ObjectType):
        return ANY
    merged = dict(base.properties)
    for name, given in over.properties.items():
        below = merged.get(name)
        if below is None and base.open:
            merged[name] = Property(
                overlaid(ANY, given.type, depth - 1), given.required, given.doc, given.origin
            )
        elif below is None:
            merged[name] = given
        else:
            type_ = overlaid(below.type, given.type, depth - 1)
            if not given.required:
                type_ = join(below.type, type_)
            elif not below.required:
                type_ = join(given.type, type_)
            merged[name] = Property(
                type_, below.required or given.required, below.doc, below.origin, below.limits
            )
    return ObjectType(merged, base.open or over.open, base.name)
