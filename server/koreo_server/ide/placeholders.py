"""Placeholders: what is written where somebody has to fill a value in, of the right type and as short as can be.

Unlike an example (`ide/examples.py`) it shall not look like something that was meant.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.types import ListType, MapType, ObjectType, Simple, StringType, members

from koreo_server.ide.fitting_texts import fitting

if TYPE_CHECKING:
    from koreo_analyzer.types import Limits, Type

_DEEPEST: Final = 12
_SIMPLE: Final[dict[str, Any]] = {"int": 0, "uint": 0, "double": 0, "bool": False}


def placeholder(type_: Type, limits: Limits | None = None, depth: int = _DEEPEST) -> Any:
    """Return the emptiest value of a type, as plain data: required fields and no others, the first word of an enum.

    Where an empty text is refused, it is one that the schema takes, or says what that looks like.

    What may be of several types gets the first that is known; what may be anything is an empty text.
    """
    if limits is not None and limits.default is not None:
        return json.loads(limits.default)
    if limits is not None and limits.enum:
        return limits.enum[0]
    for one in members(type_) if depth > 0 else ():
        match one:
            case StringType(literals=literals):
                return min(literals) if literals else fitting("", limits)
            case Simple() if one.name in _SIMPLE:
                return _within(_SIMPLE[one.name], limits)
            case ListType():
                count = limits.min_items or 0 if limits is not None else 0
                return [placeholder(one.item, one.each, depth - 1)] * min(count, 1)
            case MapType():
                return {}
            case ObjectType():
                fields = one.properties.items()
                return {
                    name: placeholder(field.type, field.limits, depth - 1)
                    for name, field in fields
                    if field.required
                }
            case _:
                continue
    return ""


def _within(value: Any, limits: Limits | None) -> Any:
    if isinstance(value, bool) or limits is None or limits.minimum is None:
        return value
    least = math.floor(limits.minimum) + 1 if limits.exclusive_minimum else math.ceil(limits.minimum)
    return max(value, least)
