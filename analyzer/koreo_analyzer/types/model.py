"""The types of values: what is known before anything runs.

Types are structural: an object is what its fields are. `ANY` is "nothing is known" and never leads to an error; `NEVER`
is the type of what cannot be evaluated or cannot happen. Types are immutable values, compared with `==`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class AnyType:
    """Nothing is known about the value."""


@dataclass(frozen=True, slots=True)
class NeverType:
    """There is no value: the evaluation fails, or the place is never reached."""


@dataclass(frozen=True, slots=True)
class Simple:
    """A type without parts, by its CEL name: `null_type bool int uint double bytes` and the two of time."""

    name: str


@dataclass(frozen=True, slots=True)
class StringType:
    """A string; `literals` are the only values it can have, None for any."""

    literals: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ListType:
    """A list of items of one type. `length` is known for literals."""

    item: Type
    length: int | None = None


@dataclass(frozen=True, slots=True)
class MapType:
    """A map whose keys are data."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a type was learnt: a text for people, such as `WorkloadSpec.size in crd.yaml:31`."""

    text: str


@dataclass(frozen=True, slots=True)
class Property:
    """A field of an object. `required`: it is always there. Documentation and origin do not make types differ."""

    type: Type
    required: bool = True
    doc: str | None = field(default=None, compare=False)
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A map whose keys are names. When `open`, it may have fields besides those listed. `name` is for people."""

    properties: Mapping[str, Property]
    open: bool = False
    name: str | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash((frozenset(self.properties), self.open))


@dataclass(frozen=True, slots=True)
class OptionalType:
    """CEL's `optional_type(T)`: a value or none (the optionals library)."""

    of: Type


@dataclass(frozen=True, slots=True)
class TypeOf:
    """The type of a type value: what `type(x)` and the names of types give."""

    of: Type


@dataclass(frozen=True, slots=True)
class Parameter:
    """A type parameter in the signature of a function: `T`."""

    name: str


@dataclass(frozen=True, slots=True)
class UnionType:
    """One of several types, none of them a union, `ANY` or `NEVER`. Made by `join` only. Order does not count."""

    members: frozenset[Type]


Type: TypeAlias = (
    AnyType
    | NeverType
    | Simple
    | StringType
    | ListType
    | MapType
    | ObjectType
    | OptionalType
    | TypeOf
    | Parameter
    | UnionType
)

ANY: Final = AnyType()
NEVER: Final = NeverType()
NULL: Final = Simple("null_type")
BOOL: Final = Simple("bool")
INT: Final = Simple("int")
UINT: Final = Simple("uint")
DOUBLE: Final = Simple("double")
BYTES: Final = Simple("bytes")
TIMESTAMP: Final = Simple("google.protobuf.Timestamp")
DURATION: Final = Simple("google.protobuf.Duration")
STRING: Final = StringType()

NUMBERS: Final = frozenset({INT, UINT, DOUBLE})

BY_NAME: Final[Mapping[str, Type]] = {
    "any": ANY,
    "dyn": ANY,
    "string": STRING,
    **{simple.name: simple for simple in (NULL, BOOL, INT, UINT, DOUBLE, BYTES, TIMESTAMP, DURATION)},
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "null": NULL,
    "list": ListType(ANY),
    "map": MapType(ANY, ANY),
    "type": TypeOf(ANY),
    "optional_type": OptionalType(ANY),
    "optional": OptionalType(ANY),
}
"""The types that have a name of their own, by CEL's names and the short ones of signatures."""
