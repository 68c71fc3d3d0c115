"""From a schema as plain data to a type.

Only what is looked at is built: the fields of an object are made one by one when they are asked for, and what a
`$ref` names once. So a definition that contains itself (JSONSchemaProps) is a finite type that contains itself.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from koreo_analyzer.schemas.identity import EMBEDDED
from koreo_analyzer.schemas.validations import (
    Raw,
    is_int_or_string,
    limits_of,
    properties_of,
    required_names,
    same_but_texts,
)
from koreo_analyzer.types import (
    ANY,
    BOOL,
    DOUBLE,
    INT,
    INT_OR_STRING,
    ITEM,
    NULL,
    QUANTITY,
    STRING,
    VALUE,
    AnyType,
    LazyProperties,
    Limits,
    ListType,
    MapType,
    ObjectType,
    Origin,
    Property,
    StringType,
    Type,
    join,
)

if TYPE_CHECKING:
    from koreo_analyzer.types import Source


class Dialect(enum.Enum):
    """How a schema is meant where JSON Schema leaves it open."""

    STRUCTURAL = "a CustomResourceDefinition: unknown fields are pruned"
    PRESERVING = "a CustomResourceDefinition of old that keeps unknown fields everywhere"
    GO = "made from Go types: an object without fields takes any, defaults of zero mean nothing"


class View(enum.Enum):
    """Whose object it is. The server fills in defaults, so what has one is optional before and there afterwards."""

    WRITTEN = "what a client sends"
    STORED = "what the server answers"


_INT_OR_STRING: Final = join(INT, STRING)
_NUMBER: Final = join(INT, DOUBLE)
_QUANTITY: Final = join(INT, DOUBLE, STRING)
_SIMPLE: Final[Mapping[object, Type]] = {"integer": INT, "number": _NUMBER, "boolean": BOOL, "null": NULL}
_FORMS: Final = {".api.resource.Quantity": QUANTITY, ".util.intstr.IntOrString": INT_OR_STRING}
_ANY_VALUE: Final = Limits(nullable=True, keeps_null=True)
_ZERO: Final[tuple[object, ...]] = ("", 0, False, None, {}, [])


class Lookup(Protocol):
    """Where the definitions are that `$ref`s name by their last part. Equal ones give equal definitions."""

    def definition(self, name: str) -> Raw | None:
        """Return a schema by its name, None if there is none."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The definitions of a schema that stands alone."""

    def definition(self, name: str) -> None:
        """Return None."""
        del name


class Builder:
    """Makes the types of one source in one view."""

    def __init__(
        self,
        source: Source,
        dialect: Dialect,
        view: View,
        lookup: Lookup = Nothing(),
    ) -> None:
        self.source = source
        self.dialect = dialect
        self.view = view
        self.lookup = lookup
        self._referred: dict[str, Type] = {}
        self._running: set[str] = set()

    def means_the_same(self, other: Builder) -> bool:
        """Whether equal schemas give equal types in both."""
        return self is other or (
            self.dialect is other.dialect and self.view is other.view and self.lookup == other.lookup
        )

    def type_of(self, raw: object, origin: Origin) -> Type:
        """Return the type that a schema describes; `ANY` for what is no schema."""
        if not isinstance(raw, Mapping):
            return ANY
        name = reference(raw)
        type_ = self._reference(name) if name is not None else self._shape(_merged(raw), origin)
        return join(type_, NULL) if _is_nullable(raw) and not isinstance(type_, AnyType) else type_

    def property_of(self, raw: object, origin: Origin, *, required: bool) -> Property:
        """Return a field of an object with everything that its schema says."""
        if not isinstance(raw, Mapping):
            return Property(ANY, required, origin=origin)
        shown = self._shown(raw)
        if self._has_default(raw):
            required = self.view is View.STORED
        doc = shown.get("description")
        return Property(
            self.type_of(raw, origin),
            required,
            doc if isinstance(doc, str) else None,
            origin,
            # The server takes nulls out of objects where they may not be (since Kubernetes 1.20).
            self._limits(raw, drops_null=not required),
        )

    def _limits(self, raw: Raw, *, drops_null: bool) -> Limits | None:
        name = reference(raw)
        form = _form_of(name) if name is not None else None
        if form is not None:
            return Limits(nullable=drops_null, format=form)
        return limits_of(
            self._shown(raw),
            drops_null=drops_null,
            keeps_null=self.dialect is not Dialect.STRUCTURAL,
            in_go=self.dialect is Dialect.GO,
            has_default=self._has_default(raw),
        )

    def _shown(self, raw: Raw) -> Raw:
        """Return a schema together with what it refers to; its own words win."""
        name = reference(raw)
        definition = self.lookup.definition(name) if name is not None else None
        return {**definition, **raw} if definition is not None else raw

    def _has_default(self, raw: Raw) -> bool:
        default = raw.get("default")
        if self.dialect is Dialect.GO:
            return default not in _ZERO
        return default is not None

    def _reference(self, name: str) -> Type:
        known = self._referred.get(name)
        if known is not None:
            return known
        form = _form_of(name)
        if form == QUANTITY:
            return _QUANTITY if self.view is View.WRITTEN else STRING
        if form == INT_OR_STRING:
            return _INT_OR_STRING
        if name in self._running:
            return ANY  # a definition that is nothing but itself
        self._running.add(name)
        type_ = self.type_of(self.lookup.definition(name), Origin(self.source, short_name(name)))
        self._running.discard(name)
        self._referred[name] = type_
        return type_

    def _shape(self, raw: Raw, origin: Origin) -> Type:
        if is_int_or_string(raw):
            return _INT_OR_STRING
        kind = raw.get("type")
        if isinstance(kind, list):
            return join(*(self._of_kind(one, raw, origin) for one in kind if one != "null")) if kind else ANY
        if kind is None:
            kind = _implied(raw)
            if kind is None:
                return self._alternatives(raw, origin)
        return self._of_kind(kind, raw, origin)

    def _of_kind(self, kind: object, raw: Raw, origin: Origin) -> Type:
        if kind == "string":
            return _string(raw)
        if kind == "object":
            return self._object(raw, origin)
        if kind == "array":
            return self._list(raw.get("items"), origin.child(ITEM))
        return _SIMPLE.get(kind, ANY)

    def _list(self, items: object, origin: Origin) -> Type:
        if not isinstance(items, Mapping):
            return ListType(ANY)
        drops_null = self.dialect is Dialect.GO
        return ListType(self.type_of(items, origin), each=self._limits(items, drops_null=drops_null))

    def _object(self, raw: Raw, origin: Origin) -> Type:
        fields = properties_of(raw)
        required = required_names(raw)
        if raw.get("x-kubernetes-embedded-resource") is True:
            fields = {**EMBEDDED, **fields}
            required |= {"apiVersion", "kind"}
        preserves = (
            raw.get("x-kubernetes-preserve-unknown-fields") is True or self.dialect is Dialect.PRESERVING
        )
        values = raw.get("additionalProperties")
        if fields:
            is_open = preserves or values not in (None, False)
            return ObjectType(SchemaProperties(self, fields, required, origin), is_open, origin.name)
        if isinstance(values, Mapping) and values:
            each = self._limits(values, drops_null=True)
            return MapType(STRING, self.type_of(values, origin.child(VALUE)), each)
        if values is not None and values is not False:
            return MapType(STRING, ANY, _ANY_VALUE)
        return ObjectType({}, preserves or self.dialect is Dialect.GO)

    def _alternatives(self, raw: Raw, origin: Origin) -> Type:
        """Return the type of a schema that has none of its own: one of its alternatives."""
        for keyword in ("oneOf", "anyOf"):
            branches = raw.get(keyword)
            if isinstance(branches, list) and branches:
                return join(*(self.type_of(branch, origin) for branch in branches))
        return ANY


class SchemaProperties(LazyProperties):
    """The fields of an object that a schema describes."""

    __slots__ = ("builder", "origin", "raws", "required")

    def __init__(
        self, builder: Builder, fields: Mapping[str, Any], required: frozenset[str], origin: Origin
    ) -> None:
        super().__init__()
        self.builder = builder
        self.raws = fields
        self.required = required
        self.origin = origin

    def make(self, name: str) -> Property:
        """Make one field."""
        return self.builder.property_of(
            self.raws[name], self.origin.child(name), required=name in self.required
        )

    def is_same(self, other: LazyProperties) -> bool:
        """Whether both come from schemas that mean the same, whatever their descriptions are."""
        return (
            isinstance(other, SchemaProperties)
            and self.builder.means_the_same(other.builder)
            and self.required == other.required
            and self.raws.keys() == other.raws.keys()
            and all(same_but_texts(raw, other.raws[name]) for name, raw in self.raws.items())
        )

    def __contains__(self, name: object) -> bool:
        return name in self.raws

    def __iter__(self) -> Iterator[str]:
        return iter(self.raws)

    def __len__(self) -> int:
        return len(self.raws)


def reference(raw: Raw) -> str | None:
    """Return the name of the definition that a schema refers to, also as the only part of `allOf`."""
    target = raw.get("$ref")
    if target is None:
        parts = raw.get("allOf")
        if (
            isinstance(parts, list)
            and len(parts) == 1
            and isinstance(parts[0], Mapping)
            and "properties" not in raw
        ):
            target = parts[0].get("$ref")
    return target.rpartition("/")[2] if isinstance(target, str) else None


def _form_of(definition: str) -> str | None:
    """Return the form of those definitions that Go writes in a way of its own."""
    return next((form for ending, form in _FORMS.items() if definition.endswith(ending)), None)


def short_name(definition: str) -> str:
    """Return the name of a definition for people: `PodSpec` of `io.k8s.api.core.v1.PodSpec`."""
    return definition.rpartition(".")[2]


def _merged(raw: Raw) -> Raw:
    """Return a schema with the fields of those parts of `allOf` that declare an object of their own.

    Structural schemas declare no types in `allOf` (there it is part of the limits), other OpenAPI documents do.
    """
    parts = raw.get("allOf")
    if not isinstance(parts, list) or "type" in raw:
        return raw
    typed = [part for part in parts if isinstance(part, Mapping) and "type" in part]
    if not typed:
        return raw
    merged: dict[str, Any] = {}
    for part in (*typed, raw):
        merged = {
            **merged,
            **part,
            "properties": {**merged.get("properties", {}), **properties_of(part)},
            "required": sorted(required_names(merged) | required_names(part)),
        }
    return merged


def _implied(raw: Raw) -> str | None:
    if (
        "properties" in raw
        or "additionalProperties" in raw
        or raw.get("x-kubernetes-embedded-resource") is True
    ):
        return "object"
    if "items" in raw:
        return "array"
    values = raw.get("enum")
    if isinstance(values, list) and values and all(isinstance(value, str) for value in values):
        return "string"
    return None


def _string(raw: Raw) -> Type:
    values = raw.get("enum")
    literals = (
        frozenset(value for value in values if isinstance(value, str)) if isinstance(values, list) else None
    )
    return StringType(literals) if literals else STRING


def _is_nullable(raw: Raw) -> bool:
    kind = raw.get("type")
    return raw.get("nullable") is True or (isinstance(kind, list) and "null" in kind)
