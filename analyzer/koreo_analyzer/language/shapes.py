"""The vocabulary in which the five kinds are described: shapes of YAML values, and the places of expressions.

A shape says what a value may be, what it means and whether expressions are evaluated in it. From shapes
follow the validation schema, the CustomResourceDefinitions, the JSON Schema for other editors, key
documentation, and the walk that finds expressions.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


class Place(enum.Enum):
    """Where a value stands, which decides the names that its expressions can use (language section 2.3)."""

    VALUE_PRECONDITION = "preconditions of a ValueFunction"
    VALUE_LOCALS = "locals of a ValueFunction"
    VALUE_RETURN = "return of a ValueFunction"
    PRECONDITION = "preconditions"
    LOCALS = "locals"
    IDENTITY = "apiConfig"
    TARGET = "resource"
    TEMPLATE_NAME = "resourceTemplateRef"
    OVERLAY = "overlays"
    OVERLAY_SKIP = "skipIf of an overlay"
    OVERLAY_INPUTS = "inputs of an overlay"
    CREATE_OVERLAY = "create.overlay"
    POSTCONDITION = "postconditions"
    RETURN = "return"
    STEP_INPUTS = "inputs of a step"
    STEP_SKIP = "skipIf of a step"
    STEP_ITEMS = "forEach.itemIn"
    STEP_SWITCH = "refSwitch.switchOn"
    STEP_STATE = "state of a step"
    TEST_OVERLAY = "overlayResource"
    LITERAL = "literal data"


NAMES_IN_SCOPE: Mapping[Place, tuple[str, ...]] = {
    Place.VALUE_PRECONDITION: ("inputs", "resource"),
    Place.VALUE_LOCALS: ("inputs", "resource"),
    Place.VALUE_RETURN: ("inputs", "locals", "resource"),
    Place.PRECONDITION: ("inputs",),
    Place.LOCALS: ("inputs",),
    Place.IDENTITY: ("inputs", "locals"),
    Place.TARGET: ("inputs", "locals"),
    Place.TEMPLATE_NAME: ("inputs", "locals"),
    Place.OVERLAY: ("inputs", "locals", "resource"),
    Place.OVERLAY_SKIP: ("inputs", "locals"),
    Place.OVERLAY_INPUTS: ("inputs", "locals", "resource"),
    Place.CREATE_OVERLAY: ("inputs", "locals", "resource"),
    Place.POSTCONDITION: ("inputs", "locals", "resource"),
    Place.RETURN: ("inputs", "locals", "resource"),
    Place.STEP_INPUTS: ("parent", "steps"),
    Place.STEP_SKIP: ("parent", "steps"),
    Place.STEP_ITEMS: ("parent", "steps"),
    Place.STEP_SWITCH: ("inputs", "parent", "steps"),
    Place.STEP_STATE: ("value", "parent", "steps"),
    Place.TEST_OVERLAY: ("inputs", "resource", "template"),
    Place.LITERAL: (),
}
"""The names in scope by place: the table of language section 2.3, with the rules marked ours."""


class Expressions(enum.Enum):
    """Whether a text may be an expression."""

    NEVER = "never"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, slots=True)
class Text:
    """A string. `place` says where its expressions are evaluated, when they are.

    `pattern` is searched (not anchored) and works in Python's `re`, ECMA 262 and RE2 alike; `rule` says it in
    words.
    """

    expressions: Expressions = Expressions.NEVER
    place: Place = Place.LITERAL
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    rule: str | None = None
    min_length: int = 0
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, not negative when it is a delay in seconds."""

    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class Free:
    """A mapping of any content.

    Expressions in it are evaluated when `place` is not `LITERAL`. `resource` marks a Kubernetes object, in
    which `apiVersion`, `kind` and `metadata` are expected. `not_empty` forbids `{}`.
    """

    place: Place = Place.LITERAL
    resource: bool = False
    nullable: bool = False
    not_empty: bool = False
    max_properties: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an object: what it holds, what it means, its default if it has one."""

    shape: Shape
    doc: str
    required: bool = False
    default: object = None


@dataclass(frozen=True, slots=True)
class Object:
    """A mapping of known keys.

    `exactly_one` and `at_least_one` list keys of which so many must be there. `schema_exactly_one` is False
    where the rule is looser than what a schema can express, so that the schemas leave it to the checks.
    """

    fields: Mapping[str, Field] = field(default_factory=dict)
    exactly_one: tuple[str, ...] = ()
    at_least_one: tuple[str, ...] = ()
    schema_exactly_one: bool = True
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape."""

    item: Shape
    min_items: int = 0
    max_items: int | None = None


Shape: TypeAlias = Text | Integer | Boolean | Free | Object | ListOf
