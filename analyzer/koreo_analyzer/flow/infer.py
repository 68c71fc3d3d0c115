"""The CustomResourceDefinition that a Workflow's trigger needs, found from what the Workflow does with `parent`.

The fields of the trigger are those that the steps use, themselves or through the Logic that gets them; the status is
what Koreo writes of a run (language section 8). Beside it: in what the definition that is there differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.flow.analysis import analyse
from koreo_analyzer.flow.asking import Demand, demanded_type
from koreo_analyzer.flow.demands import Demands
from koreo_analyzer.flow.differences import BY_KOREO, OWN, Difference, differences
from koreo_analyzer.flow.model import NOTHING_GIVEN
from koreo_analyzer.flow.structural import anything, structural, widened
from koreo_analyzer.flow.workflows import trigger_kind
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.schemas import KindSchema, schemas_in_data
from koreo_analyzer.types import (
    ObjectType,
    Property,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.flow.model import Given, LogicName, Result, World
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.schemas import KindName, Unknown

_NO_STATE: Final = ObjectType({})
_PLURAL_ES: Final = ("s", "x", "z", "ch", "sh")


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
        found = differences(existing, asked, state)
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

    def why_unknown(self, name: KindName) -> Unknown | None:
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
    fields = {name: one for name, one in asked.fields if name not in OWN}
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
    others = {name: structural(demanded_type(one), one) for name, one in asked.fields if name not in BY_KOREO}
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
