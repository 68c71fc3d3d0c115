"""Equality and order of values.

langdef, "Equality" and "Ordering": values of different types are unequal, but for numbers, which compare by
what they stand for; only values that have an order can be ordered. An int and a double compare as doubles.
"""

from __future__ import annotations

import operator
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.errors import no_overload
from koreo_analyzer.cel.limits import DEFAULT_LIMITS
from koreo_analyzer.cel.values import Duration, Optional, Timestamp, Uint, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.cel.limits import Meter

NUMBERS = frozenset({int, Uint, float})
ORDERED = frozenset({int, Uint, float, str, bytes, bool, Timestamp, Duration})
CONTAINERS = frozenset({list, dict, Optional})
_MISSING = object()
_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


def equal(left: Any, right: Any, meter: Meter | None = None, depth: int = 0) -> bool:
    """Whether two values are equal. What is compared inside of lists and maps is charged to `meter`.

    Raises `CelError` of kind LIMIT if the values are nested too deeply or the meter runs out.
    """
    kind = type(left)
    if kind is not type(right):
        return kind in NUMBERS and type(right) in NUMBERS and equal_numbers(left, right)
    if kind not in CONTAINERS:
        return bool(left == right)
    DEFAULT_LIMITS.check_depth(depth)
    if kind is Optional:
        both = left.present and right.present
        return equal(left.value, right.value, meter, depth + 1) if both else left.present == right.present
    if len(left) != len(right):
        return False
    if meter is not None:
        meter.charge(len(left))
    if kind is list:
        return all(map(equal, left, right, repeat(meter), repeat(depth + 1)))
    others = map(right.get, left, repeat(_MISSING))
    return all(map(equal, left.values(), others, repeat(meter), repeat(depth + 1)))


def equal_numbers(left: float, right: float) -> bool:
    """Whether two numbers of different types are equal."""
    if type(left) is float or type(right) is float:
        try:
            return float(left) == float(right)
        except OverflowError:  # an int of a variable that no double is equal to
            return False
    return left == right


def contains(items: list[Any], value: Any, meter: Meter | None = None) -> bool:
    """Whether a list has an element that equals `value`."""
    if meter is not None:
        meter.charge(len(items))
    if type(value) is str:
        return value in items
    return any(equal(item, value, meter) for item in items)


def ordered(op: str, left: Any, right: Any) -> bool:
    """Return `left op right` for one of `< <= > >=`. Raises `CelError` if the two have no order."""
    compare = _COMPARISONS[op]
    kind, other = type(left), type(right)
    if kind is other:
        if kind in ORDERED:
            return bool(compare(left, right))
    elif kind in NUMBERS and other in NUMBERS:
        if kind is float or other is float:
            try:
                return bool(compare(float(left), float(right)))
            except OverflowError:  # Python compares exactly what it cannot convert
                return bool(compare(left, right))
        return bool(compare(left, right))
    if type_name(left) == type_name(right):
        raise no_overload(f"two values of type {type_name(left)} have no order")
    raise no_overload(f"cannot order {type_name(left)} and {type_name(right)}")


def smaller(left: Any, right: Any) -> bool:
    """Whether `left < right`. Raises `CelError` if the two have no order."""
    return ordered("<", left, right)
