"""What is plain about the types of a workspace: where fields are selected, and where a value of a type is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.types import ObjectType, Type
    from koreo_analyzer.workspace import Definition
    from koreo_analyzer.yaml.nodes import Node
    from mutation_values import Place, Value


@dataclass(frozen=True)
class Use:
    """An expression selects a field. `asked`: it only asks whether it is there."""

    document: KoreoDocument
    token: Place
    owner: Value
    name: str
    asked: bool
    is_input: bool

    @property
    def found(self) -> Value:
        return self.owner.at(self.name)

    @property
    def near(self) -> tuple[Place, ...]:
        """The field, and the input that brought its owner; for an input itself the call and what it gives."""
        trail = (self.found if self.is_input else self.owner).trail[:1]
        anchor = (self.owner.anchor,) if self.owner.anchor is not None else ()
        return (self.token, *anchor, *(place for place, _ in trail))

    @property
    def places(self) -> tuple[Place, ...]:
        """The field, and all inputs through which its owner came."""
        return (*self.near, *(place for place, _ in self.owner.trail))


@dataclass(frozen=True)
class Demand:
    """A place needs a value of one of some kinds."""

    at: Place
    value: Value
    wanted: frozenset[str]

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.at, *(place for place, _ in self.value.trail))


@dataclass(frozen=True)
class Fit:
    """A named value becomes a field of an object of a schema that has no others."""

    at: Place
    value: Value
    owner: ObjectType

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.at, *(place for place, _ in self.value.trail))


@dataclass(frozen=True)
class Choice:
    """A value is compared with words: by `==`, by the cases of a `refSwitch`, by the names of templates."""

    at: Place
    value: Value
    words: tuple[tuple[str, Place], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.at, *(place for _, place in self.words), *(place for place, _ in self.value.trail))


@dataclass(frozen=True)
class GivenInput:
    """One input of a call as it is written, and its value in one run of the caller."""

    key: Place
    entry: Place
    node: Node
    value: Value


@dataclass
class Facts:
    """Everything that was seen."""

    uses: list[Use] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    comparisons: list[Choice] = field(default_factory=list)
    calls: list[tuple[Definition, dict[str, GivenInput]]] = field(default_factory=list)
    overwritten: set[Place] = field(default_factory=set)
    """State keys that more than one step writes."""
    bodies: dict[tuple[str, int, tuple[str | int, ...]], tuple[Definition, Node, Type]] = field(
        default_factory=dict
    )
    """The parts of resources: where they stand, and the type that the schema gives them."""
