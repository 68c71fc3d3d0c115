"""The types of values: what is known before anything runs.

Types are structural: an object is what its fields are. `ANY` is "nothing is known" and never leads to an error; `NEVER`
is the type of what cannot be evaluated or cannot happen. Types are immutable values, compared with `==`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.types.limits import Limits


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
    """A list of items of one type. `length` is known for literals; `each` is what a schema asks of every item.

    `items` are the types of the single items of a literal, if they differ.
    """

    item: Type
    length: int | None = None
    each: Limits | None = None
    items: tuple[Type, ...] | None = None


@dataclass(frozen=True, slots=True)
class MapType:
    """A map whose keys are data. `each` is what a schema asks of every value."""

    key: Type
    value: Type
    each: Limits | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a schema comes from. `title` is for people: `crd.yaml`, `Kubernetes 1.37`.

    A schema in a file of the workspace says in which `file`, in which of its documents (`index`, from 0), and at
    which path of that document (`root`) it stands.
    """

    title: str
    file: str | None = None
    index: int = 0
    root: tuple[str | int, ...] = ()


ITEM: Final = "[]"
VALUE: Final = "{}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a type was learnt: the field at `path` of the type that is called `owner`.

    In a path `[]` stands for the items of a list and `{}` for the values of a map. It holds no position in a text,
    so that a type stays right while its schema moves; `schemas.place` finds the position when it is wanted.
    """

    source: Source
    owner: str
    path: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The field as people write it: `Deployment.spec.template`, `Policy.spec.rules[].verbs`."""
        name = self.owner
        for step in self.path:
            name += step if step in (ITEM, VALUE) else f".{step}"
        return name

    @property
    def text(self) -> str:
        """The field and its source, for a message: `Workload.spec.size in crd.yaml`."""
        return f"{self.name} in {self.source.title}"

    def child(self, step: str) -> Origin:
        """Return the origin of a field, of the items (`[]`) or of the values (`{}`)."""
        return Origin(self.source, self.owner, (*self.path, step))


# Property and ObjectType are made by the thousand, and making a frozen one takes four times as long. They are as
# immutable as the others all the same.


@dataclass(slots=True, unsafe_hash=True)
class Property:
    """A field of an object. `required`: it is always there. `limits`: what a schema asks beyond the type.

    Documentation and origin do not make types differ, so they are those of the moment at which the type was made.
    """

    type: Type
    required: bool = True
    doc: str | None = field(default=None, compare=False)
    origin: Origin | None = field(default=None, compare=False)
    limits: Limits | None = None


@dataclass(slots=True)
class ObjectType:
    """A map whose keys are names. When `open`, it may have fields besides those listed. `name` is for people.

    The fields may be `LazyProperties`, and then a type may contain itself.
    """

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
