"""The values of expressions, as native as Python allows.

| CEL | Python |
| --- | --- |
| int, uint, double | `int`, `Uint`, `float` |
| string, bytes, bool, null | `str`, `bytes`, `bool`, `None` |
| list, map | `list`, `dict` in order of insertion; never changed by an expression |
| timestamp, duration | `Timestamp`, `Duration`: nanoseconds |
| type | `CelType` |
| optional | `Optional` |

Exactly these classes, not subclasses of them, are understood: the type of a value decides what an operator
does, and `type(x) is int` is the fastest question Python answers. Keys of maps are `str`, `int`, `Uint` and,
as CEL tells `true` from `1` and Python does not, `BoolKey`. Since 1, 1u and 1.0 are one key for both, a
Python dict is otherwise a CEL map.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from koreo_analyzer.cel.errors import no_overload

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1
NANOSECONDS: Final = 1_000_000_000
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Uint(int):
    """An unsigned 64-bit integer."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A point in time, as nanoseconds since 1970-01-01T00:00:00Z; years 1 to 9999."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in nanoseconds."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class CelType:
    """A type as a value, as in `type(x) == string`. The parameters of lists and maps are not part of it."""

    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may be absent (CEL extension "optionals"); `value` means nothing unless `present`."""

    present: bool
    value: Any = None


ABSENT = Optional(present=False)


class BoolKey(enum.Enum):
    """`false` and `true` as keys of maps."""

    FALSE = False
    TRUE = True


NULL_TYPE: Final = type(None)
TYPES: Mapping[type, CelType] = MappingProxyType(
    {
        int: CelType("int"),
        Uint: CelType("uint"),
        float: CelType("double"),
        str: CelType("string"),
        bytes: CelType("bytes"),
        bool: CelType("bool"),
        NULL_TYPE: CelType("null_type"),
        list: CelType("list"),
        dict: CelType("map"),
        Timestamp: CelType("google.protobuf.Timestamp"),
        Duration: CelType("google.protobuf.Duration"),
        CelType: CelType("type"),
        Optional: CelType("optional_type"),
    }
)
_SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "null_type": "null",
        "google.protobuf.Timestamp": "timestamp",
        "google.protobuf.Duration": "duration",
        "optional_type": "optional",
    }
)


def type_of(value: object) -> CelType:
    """Return the type of a value. Raises `CelError` for an object that is no value of CEL."""
    found = TYPES.get(type(value))
    if found is None:
        raise no_overload("a variable holds an object that is no value of CEL")
    return found


def type_name(value: object) -> str:
    """Return the name of a value's type for a message."""
    found = TYPES.get(type(value))
    return "unknown object" if found is None else _SHORT_NAMES.get(found.name, found.name)


def to_key(value: Any) -> Any:
    """Return what stands for a value, which must be a valid key, in a dict."""
    return BoolKey(value) if type(value) is bool else value


def from_key(key: Any) -> Any:
    """Return the value that a key of a dict stands for."""
    return key.value if type(key) is BoolKey else key


def keys_of(mapping: dict[Any, Any]) -> list[Any]:
    """Return the keys of a map as values, in order."""
    return [key.value if type(key) is BoolKey else key for key in mapping]


def from_python(value: Any) -> Any:
    """Return a value of CEL for what Python libraries give.

    Subclasses become their base, sequences and mappings lists and maps, times timestamps and durations. Text
    in YAML or JSON needs no conversion. Raises `TypeError` for anything else, `ValueError` for an int that
    fits neither int nor uint and for a time without a zone.
    """
    if value is None or isinstance(value, bool | Timestamp | Duration | CelType | Optional):
        return value
    if isinstance(value, Uint):
        return Uint(value)
    if isinstance(value, int):
        if INT_MIN <= value <= INT_MAX:
            return int(value)
        if 0 <= value <= UINT_MAX:
            return Uint(value)
        raise ValueError("the number fits neither an int nor a uint")
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return bytes(value)
    if isinstance(value, Mapping):
        return {_key_from_python(key): from_python(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [from_python(item) for item in value]
    return _time_from_python(value)


def _key_from_python(key: Any) -> Any:
    found = key if isinstance(key, BoolKey) else to_key(from_python(key))
    if type(found) not in {str, int, Uint, BoolKey}:
        raise TypeError(f"a {type_name(found)} cannot be the key of a map")
    return found


def _time_from_python(value: Any) -> Timestamp | Duration:
    if isinstance(value, datetime.timedelta):
        return Duration((value // datetime.timedelta(microseconds=1)) * 1000)
    if not isinstance(value, datetime.datetime):
        raise TypeError(f"{type(value).__name__} is no value of CEL")
    if value.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return Timestamp(((value - _EPOCH) // datetime.timedelta(microseconds=1)) * 1000)
