"""The CustomResourceDefinition that a Workflow's trigger needs, found from what the Workflow does with `parent`.

The fields of the trigger are those that the steps use, themselves or through the Logic that gets them; the status is
what Koreo writes of a run (language section 8). Beside it: in what the definition that is there differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from koreo_analyzer.flow.analysis import analyse
from koreo_analyzer.flow.asking import Demand, UseSite, demanded_type, meet
from koreo_analyzer.flow.demands import Demands
from koreo_analyzer.flow.model import NOTHING_GIVEN
from koreo_analyzer.flow.structural import anything, structural, widened
from koreo_analyzer.flow.workflows import trigger_kind
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.schemas import KindSchema, schemas_in_data
from koreo_analyzer.suggest import closest
from koreo_analyzer.types import (
    ITEM,
    NEVER,
    NULL,
    VALUE,
    AnyType,
    ListType,
    MapType,
    ObjectType,
    Property,
    Type,
    fits,
    join,
    members,
    show,
    show_name,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from koreo_analyzer.flow.model import Given, LogicName, Result, World
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.schemas import KindName
    from koreo_analyzer.types import Origin

_OWN: Final = frozenset({"apiVersion", "kind", "metadata", "status", "state"})
_BY_KOREO: Final = frozenset({"conditions", "koreo", "state"})
_NO_STATE: Final = ObjectType({})
_PLURAL_ES: Final = ("s", "x", "z", "ch", "sh")

DifferenceCode = Literal["missing-field", "wrong-type", "unused-field"]
LACKS: Final[frozenset[DifferenceCode]] = frozenset({"missing-field", "wrong-type"})
"""The differences with which the Workflow cannot work."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a CustomResourceDefinition is not what the Workflow needs.

    `path` leads to the field; `[]` stands for the items of a list and `{}` for the values of a map. `origin` is the
    declaration that it is about, if there is one.
    """

    code: DifferenceCode
    path: tuple[str, ...]
    message: str
    uses: tuple[UseSite, ...] = ()
    origin: Origin | None = None
    hint: str | None = None

    @property
    def name(self) -> str:
        """The field as people write it: `spec.rules[].verbs`."""
        return "".join(step if step in (ITEM, VALUE) else f".{show_name(step)}" for step in self.path)[1:]


@dataclass(frozen=True, slots=True)
class Inference:
    """What was inferred for the trigger of a Workflow. `existing` is the schema that is known anyway."""

    trigger: KindName
    crd: dict[str, Any]
    existing: KindSchema | None
    differences: tuple[Difference, ...]


def infer(document: KoreoDocument, world: World) -> Inference | None:
    """Return what the trigger of a Workflow has to be; None for a Workflow without a (readable) `crdRef`."""
    body = document.body
    if not isinstance(body, Workflow) or body.trigger is None:
        return None
    name = trigger_kind(body.trigger)
    existing = world.schema(name)
    asked = Demands(_Retyped(world, name, None)).of_document(document)
    crd = _definition(name, existing, _properties(asked), None)
    state = _state_type(document, _Retyped(world, name, _schema_in(crd)), asked)
    status = _status(asked.field("status"), state)
    crd = _definition(name, existing, _properties(asked), status)
    found: list[Difference] = []
    if existing is not None:
        found = _differences(existing, asked, state)
    return Inference(name, crd, existing, tuple(found))


class _Retyped:
    """A world in which one kind has another schema, or none."""

    __slots__ = ("_name", "_schema", "_world")

    def __init__(self, world: World, name: KindName, schema: KindSchema | None) -> None:
        self._world = world
        self._name = name
        self._schema = schema

    def schema(self, name: KindName) -> KindSchema | None:
        return self._schema if name == self._name else self._world.schema(name)

    def why_unknown(self, name: KindName) -> tuple[str, str] | None:
        return self._world.why_unknown(name)

    def document(self, kind: str, name: str) -> KoreoDocument | None:
        return self._world.document(kind, name)

    def result(self, target: LogicName, given: Given) -> Result | None:
        return self._world.result(target, given)

    def names(self, kind: str) -> Collection[str]:
        return self._world.names(kind)


def _schema_in(crd: dict[str, Any]) -> KindSchema | None:
    return next(iter(schemas_in_data(crd, "the inferred definition")), None)


# The definition


def _properties(asked: Demand) -> dict[str, Any]:
    """Return what stands beside the identity and the status: as a rule `spec`."""
    fields = {name: one for name, one in asked.fields if name not in _OWN}
    schema: dict[str, Any] = {"type": "object"}
    required = [name for name, one in fields.items() if one.required]
    if required:
        schema["required"] = required
    schema["properties"] = {name: structural(demanded_type(one), one) for name, one in fields.items()}
    return schema


def _state_type(document: KoreoDocument, world: World, asked: Demand) -> ObjectType:
    """Return the type of the state: what the steps write, and what else of it is read."""
    written = widened(analyse(document, NOTHING_GIVEN, world).result.value)
    found = written if isinstance(written, ObjectType) else _NO_STATE
    read = [asked.field("state"), asked.field("status").field("state")]
    fields = dict(found.properties)
    for demand in read:
        for name, one in demand.fields:
            fields.setdefault(name, Property(widened(demanded_type(one)), required=False))
    return ObjectType(fields, found.open)


def _status(asked: Demand, state: ObjectType) -> dict[str, Any]:
    others = {
        name: structural(demanded_type(one), one) for name, one in asked.fields if name not in _BY_KOREO
    }
    condition = {
        "type": "object",
        "required": ["type", "status"],
        "properties": {
            "type": {"type": "string"},
            "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
            "reason": {"type": "string"},
            "message": {"type": "string"},
            "location": {"type": "string"},
            "observedGeneration": {"type": "integer", "format": "int64"},
            "lastTransitionTime": {"type": "string", "format": "date-time"},
            "lastUpdateTime": {"type": "string", "format": "date-time"},
        },
    }
    return {
        "description": "Written by Koreo.",
        "type": "object",
        "properties": {
            "conditions": {
                "type": "array",
                "items": condition,
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["type"],
            },
            "state": structural(state),
            "koreo": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            **others,
        },
    }


def _definition(
    name: KindName, existing: KindSchema | None, schema: dict[str, Any], status: dict[str, Any] | None
) -> dict[str, Any]:
    facts = existing.facts if existing is not None else None
    plural = (facts.plural if facts is not None else None) or _plural(name.kind)
    namespaced = facts is None or facts.namespaced is not False
    properties = {**schema["properties"], "status": status or anything()}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{name.group}"},
        "spec": {
            "group": name.group,
            "scope": "Namespaced" if namespaced else "Cluster",
            "names": {
                "kind": name.kind,
                "listKind": f"{name.kind}List",
                "plural": plural,
                "singular": name.kind.lower(),
            },
            "versions": [
                {
                    "name": name.version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": _columns(),
                    "schema": {"openAPIV3Schema": {**schema, "properties": properties}},
                }
            ],
        },
    }


def _columns() -> list[dict[str, str]]:
    ready = '.status.conditions[?(@.type=="Ready")]'
    return [
        {"name": "Ready", "type": "string", "jsonPath": f"{ready}.status"},
        {"name": "Reason", "type": "string", "jsonPath": f"{ready}.reason"},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    ]


def _plural(kind: str) -> str:
    word = kind.lower()
    if word.endswith(_PLURAL_ES):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


# Differences


def _differences(existing: KindSchema, asked: Demand, state: ObjectType) -> list[Difference]:
    type_ = existing.stored
    fields = [(name, one) for name, one in asked.fields if name not in ("state", "status")]
    found = list(_lacking(Demand(fields=tuple(fields)), type_, ()))
    found += _status_lacking(type_, asked.field("status"), state)
    used = dict(fields)
    for name, one in _fields_of(type_):
        if name not in _OWN:
            found += _unused(used.get(name), one, (name,))
    return found


def _lacking(demand: Demand, type_: Type, path: tuple[str, ...]) -> Iterator[Difference]:
    """Yield what is used and not declared, or declared with a type that is never right."""
    alternatives = members(type_)
    if any(isinstance(one, AnyType) for one in alternatives):
        return
    parts = list(_parts(demand))
    for step, inner in parts:
        declared = _declared(type_, step)
        if declared is None:
            if step not in (ITEM, VALUE) and any(isinstance(one, ObjectType) for one in alternatives):
                wanted = show(demanded_type(inner))
                note = "" if wanted == "any" else f" as {wanted}"
                message = f"used{note}, and not declared"
                known = {name for name, _ in _fields_of(type_)} - {name for name, _ in parts}
                guess = closest(step, known)
                hint = f"did you mean `{guess}`?" if guess else None
                yield Difference("missing-field", (*path, step), message, inner.uses, None, hint)
            else:
                yield from _wrong(demand, type_, path, None)
                return
        else:
            if not list(_parts(inner)):
                yield from _wrong(inner, declared.type, (*path, step), declared.origin)
            yield from _lacking(inner, declared.type, (*path, step))


def _parts(demand: Demand) -> Iterator[tuple[str, Demand]]:
    yield from demand.fields
    if demand.item is not None:
        yield ITEM, demand.item
    if demand.entry is not None:
        yield VALUE, demand.entry


def _declared(type_: Type, step: str) -> Property | None:
    """Return what is declared for a field, for the items of a list, or for the values of a map."""
    found: Property | None = None
    for one in members(type_):
        if isinstance(one, ListType) and step == ITEM:
            found = Property(one.item)
        elif isinstance(one, MapType) and step != ITEM:
            found = Property(one.value)
        elif isinstance(one, ObjectType):
            if step == VALUE:
                found = Property(join(*(field.type for field in one.properties.values())))
            elif step in one.properties:
                found = one.properties[step]
            elif one.open:
                found = Property(AnyType())
    return found


def _wrong(demand: Demand, type_: Type, path: tuple[str, ...], origin: Origin | None) -> Iterator[Difference]:
    wanted, given = demanded_type(demand), without(type_, NULL)
    if given != NEVER and not fits(given, wanted):
        message = f"declared as {show(given)}, and used as {show(wanted)}"
        yield Difference("wrong-type", path, message, demand.uses, origin)


def _status_lacking(type_: Type, asked: Demand, state: ObjectType) -> Iterator[Difference]:
    """Yield what Koreo writes or the Workflow reads of the status, and the server would drop."""
    status = _declared(type_, "status")
    if status is None:
        yield Difference(
            "missing-field", ("status",), "written by Koreo, and not declared, so the server drops it"
        )
        return
    others = [(name, one) for name, one in asked.fields if name not in _BY_KOREO]
    yield from _lacking(Demand(fields=tuple(others)), status.type, ("status",))
    for name in ("conditions", "state"):
        inner = _declared(status.type, name)
        if inner is None:
            if name == "conditions" or state.properties:
                message = "written by Koreo, and not declared, so the server drops it"
                yield Difference("missing-field", ("status", name), message, (), status.origin)
        elif name == "state":
            yield from _state_lacking(inner.type, state)


def _state_lacking(type_: Type, state: ObjectType) -> Iterator[Difference]:
    for name, written in state.properties.items():
        declared = _declared(type_, name)
        path = ("status", "state", name)
        if declared is None:
            message = f"written by a step as {show(written.type)}, and not declared, so the server drops it"
            yield Difference("missing-field", path, message)
        elif meet(without(declared.type, NULL), without(written.type, NULL)) == NEVER:
            message = f"declared as {show(declared.type)}, and written by a step as {show(written.type)}"
            yield Difference("wrong-type", path, message, (), declared.origin)


def _unused(demand: Demand | None, field: Property, path: tuple[str, ...]) -> Iterator[Difference]:
    """Yield the declared fields of which nothing is asked; of one that is passed on as a whole all parts are used."""
    if demand is None:
        yield Difference("unused-field", path, "declared, and used by no step", (), field.origin)
        return
    parts = dict(_parts(demand))
    if demand.whole or demand.types or not parts:
        return
    for one in members(field.type):
        if isinstance(one, ObjectType):
            for name, inner in one.properties.items():
                yield from _unused(parts.get(name), inner, (*path, name))
        elif isinstance(one, ListType) and ITEM in parts:
            yield from _unused(parts[ITEM], Property(one.item), (*path, ITEM))


def _fields_of(type_: Type) -> Iterator[tuple[str, Property]]:
    for one in members(type_):
        if isinstance(one, ObjectType):
            yield from one.properties.items()
