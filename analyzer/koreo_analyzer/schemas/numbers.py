"""What the API server makes of numbers: the one rule of the analyzer and of the simulated cluster."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Final

_INT64: Final = range(-(2**63), 2**63)
_RANGES: Final = {"int32": range(-(2**31), 2**31), "int64": _INT64}
_LARGEST_EXACT: Final = 2**53 - 1
"""The largest number up to which every whole one is a double of its own."""
INTEGER_FORMATS: Final = frozenset(_RANGES)


def is_integer(number: float) -> bool:
    """Whether the server takes a number as an integer, whatever the schema's `format` is.

    That is one of 64 bits, or one with a fraction of zero that is exact as a double (go-openapi, `swag`).
    """
    if isinstance(number, int):
        return number in _INT64
    return number.is_integer() and abs(number) <= _LARGEST_EXACT


def in_range(number: float, name: str) -> bool:
    """Whether a number fits the integer format of a schema."""
    allowed = _RANGES.get(name)
    return allowed is None or number != int(number) or int(number) in allowed


def is_multiple(number: float, factor: float) -> bool:
    """Whether a number is a multiple of a positive factor, as people write both: `0.3` is one of `0.1`."""
    if math.isinf(number) or math.isnan(number):
        return False
    try:
        return Decimal(str(number)) % Decimal(str(factor)) == 0
    except InvalidOperation:
        return False
