"""What a schema asks of a value beyond its type: bounds, patterns, formats, defaults, alternatives.

They stand beside the types that expressions calculate with, not in them: an integer from 1 to 10 adds, compares
and joins as any integer. The names are those of JSON Schema and of the Kubernetes extensions to it
(apiextensions.k8s.io/v1, `JSONSchemaProps`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias

EnumValue: TypeAlias = str | int | float | bool | None
ListKind: TypeAlias = Literal["atomic", "set", "map"]

QUANTITY: Final = "quantity"
INT_OR_STRING: Final = "int-or-string"


@dataclass(frozen=True, slots=True)
class Limits:
    """The validations of one place of a schema. Immutable, hashable, compared by value.

    `nullable`: null may be written there, which does not mean that it can be read. `keeps_null`: it stays there; where
    it may only be written, the server drops it. `refuses_null`: the schema is nullable and has an `enum` without null.
    `sized`: numbers beyond an integer `format` are refused, as the server reads them into Go's types; of custom
    resources it looks at no such format. `default` is JSON text. `format`
    is the schema's own, `quantity` or `int-or-string`. `enum` holds what the type cannot say: values that are no
    strings. `list_keys` identify the items of a list of kind `map`; with `unique_items` the server refuses duplicates.

    `required` to `negated` are only set in alternatives, whose parts have no types of their own; there `enum` may
    hold strings.
    """

    nullable: bool = False
    keeps_null: bool = False
    refuses_null: bool = False
    sized: bool = False
    default: str | None = None
    format: str | None = None
    pattern: str | None = None
    enum: tuple[EnumValue, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    unique_items: bool = False
    list_kind: ListKind | None = None
    list_keys: tuple[str, ...] = ()
    all_of: tuple[Limits, ...] = ()
    any_of: tuple[Limits, ...] = ()
    one_of: tuple[Limits, ...] = ()
    negated: Limits | None = None
    kind: str | None = None
    required: tuple[str, ...] = ()
    properties: tuple[tuple[str, Limits], ...] = ()
    items: Limits | None = None
    values: Limits | None = None

    def __repr__(self) -> str:
        shown = (
            f"{one.name}={value!r}"
            for one in fields(self)
            if (value := getattr(self, one.name)) != one.default
        )
        return f"Limits({', '.join(shown)})"


NULLABLE: Final = Limits(nullable=True)
"""Nothing is asked but that null is taken too: what most optional fields say."""
