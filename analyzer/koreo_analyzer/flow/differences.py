"""In what the definition of a trigger differs from what a Workflow does with it: lacking, wrong, or too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from koreo_analyzer.flow.asking import Demand, UseSite, demanded_type, meet
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
    from collections.abc import Iterator

    from koreo_analyzer.schemas import KindSchema
    from koreo_analyzer.types import Origin

OWN: Final = frozenset({"apiVersion", "kind", "metadata", "status", "state"})
"""The members of `parent` that are not the trigger's own fields."""
BY_KOREO: Final = frozenset({"conditions", "koreo", "state"})
"""The fields of the status that Koreo writes."""

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


def differences(existing: KindSchema, asked: Demand, state: ObjectType) -> list[Difference]:
    """Return in what a schema differs from what is asked of the trigger, and from the state that is written."""
    type_ = existing.stored
    fields = [(name, one) for name, one in asked.fields if name not in ("state", "status")]
    found = list(_lacking(Demand(fields=tuple(fields)), type_, ()))
    found += _status_lacking(type_, asked.field("status"), state)
    used = dict(fields)
    for name, one in _fields_of(type_):
        if name not in OWN:
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
        if isinstance(one, AnyType):
            found = Property(one)
        elif isinstance(one, ListType) and step == ITEM:
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
    others = [(name, one) for name, one in asked.fields if name not in BY_KOREO]
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
    if demand.whole or not parts or any(map(_takes_fields, demand.types)):
        return
    for one in members(field.type):
        if isinstance(one, ObjectType):
            for name, inner in one.properties.items():
                yield from _unused(parts.get(name), inner, (*path, name))
        elif isinstance(one, ListType) and ITEM in parts:
            yield from _unused(parts[ITEM], Property(one.item), (*path, ITEM))


def _takes_fields(type_: Type) -> bool:
    """Whether a type that is asked for has fields of its own, so that more is used than what expressions name."""
    return any(
        isinstance(one, ObjectType | MapType) or (isinstance(one, ListType) and _takes_fields(one.item))
        for one in members(type_)
    )


def _fields_of(type_: Type) -> Iterator[tuple[str, Property]]:
    for one in members(type_):
        if isinstance(one, ObjectType):
            yield from one.properties.items()
