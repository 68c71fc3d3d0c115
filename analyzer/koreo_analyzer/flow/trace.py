"""The way that a type came: from the input that is wrong back to the step that passed it and the schema it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.types import ListType, MapType, ObjectType, Type, members

if TYPE_CHECKING:
    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.types import Origin

_LONGEST = 8

Caller: TypeAlias = "tuple[KoreoDocument, Path]"
"""A document that runs another one, and the path of the inputs that it gives."""


_GIVEN: Final = {Function: "inputs", Workflow: "parent"}
"""The name by which a document sees what it is given."""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One place on the way: a value in a document, or a field of a schema."""

    document: tuple[str, str] | None
    path: Path
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class _At:
    """A value that is looked at: at `path` of a document, of that the members `rest`. `caller` runs the document."""

    document: KoreoDocument
    path: Path
    rest: tuple[str, ...] = ()
    caller: Caller | None = None


def trace(
    document: KoreoDocument,
    path: Path,
    parent: Type | None,
    world: World,
    chain: tuple[str, ...] | None = None,
    caller: Caller | None = None,
) -> list[TraceStep]:
    """Follow the value at a path of a document back: through what steps return and are given, to the trigger's schema.

    `parent` is the type of the trigger. Only chains of names are followed; of others nothing is said. `chain` is
    one within the expression at the path, followed instead of the whole. `caller` is one that runs the document.
    """
    found: list[TraceStep] = []
    current: _At | None = _At(document, path, caller=caller)
    if chain is not None:
        current = _follow(_At(document, path, caller=caller), chain[0], chain[1:], parent, world, found)
    while current is not None and len(found) < _LONGEST:
        current = _back(current, parent, world, found)
    return found


def _back(at: _At, parent: Type | None, world: World, found: list[TraceStep]) -> _At | None:
    expression = next((one for one in at.document.expressions if one.path == at.path), None)
    chain = chain_of(expression) if expression is not None else None
    if chain is None:
        return None
    return _follow(at, chain[0], (*chain[1], *at.rest), parent, world, found)


def _follow(
    at: _At, root: str, names: tuple[str, ...], parent: Type | None, world: World, found: list[TraceStep]
) -> _At | None:
    document, body = at.document, at.document.body
    if (
        isinstance(body, Function | Workflow)
        and root == _GIVEN[type(body)]
        and names
        and at.caller is not None
    ):
        return _into_caller(at.caller, names, found)
    if isinstance(body, Workflow) and root == "parent":
        origin = origin_at(parent, names) if parent is not None else None
        if origin is not None:
            found.append(TraceStep(None, (), origin))
        return None
    if isinstance(body, Workflow) and root == "steps" and names:
        return _into_step(document, body, names, world, found)
    if isinstance(body, Workflow) and root == "inputs" and names:
        # `switchOn` and a step's own inputs.
        return _written(document, (*at.path[:3], "inputs"), names, None)
    if isinstance(body, Function) and root == "locals" and names:
        return _written(document, ("spec", "locals"), names, at.caller)
    return None


def _into_caller(caller: Caller, names: tuple[str, ...], found: list[TraceStep]) -> _At | None:
    document, inputs = caller
    back = _written(document, inputs, names, None) or _item_of(document, inputs, names)
    if back is not None and document.name is not None:
        found.append(TraceStep((document.kind, document.name.text), back.path))
    return back


def _item_of(document: KoreoDocument, inputs: Path, names: tuple[str, ...]) -> _At | None:
    """Return the list whose items are an input."""
    body = document.body
    step = (
        next((one for one in body.steps if one.index == inputs[2]), None)
        if isinstance(body, Workflow)
        else None
    )
    if step is None or step.input_key is None or step.input_key.text != names[0]:
        return None
    return _At(document, (*inputs[:3], "forEach", "itemIn"), ("[]", *names[1:]))


def _into_step(
    document: KoreoDocument, body: Workflow, names: tuple[str, ...], world: World, found: list[TraceStep]
) -> _At | None:
    step = next((one for one in body.steps if one.label is not None and one.label.text == names[0]), None)
    if step is None or len(step.call.targets) != 1:
        return None
    reference = step.call.targets[0]
    callee = world.document(reference.kind, reference.name.text)
    if callee is None or not isinstance(callee.body, Function) or callee.name is None:
        return None
    if len(names) == 1:
        found.append(TraceStep((callee.kind, callee.name.text), ("spec", "return")))
        return None
    inside = _written(
        callee, ("spec", "return"), names[1:], (document, ("spec", "steps", step.index, "inputs"))
    )
    if inside is not None:
        found.append(TraceStep((callee.kind, callee.name.text), inside.path))
    return inside


def _written(
    document: KoreoDocument,
    block: Path,
    names: tuple[str, ...],
    caller: Caller | None,
) -> _At | None:
    """Return where the member of a block is written, or the value that has it inside."""
    for end in range(len(names), 0, -1):
        path = (*block, *names[:end])
        if node_at(document.spec, path[1:])[1] is not None:
            return _At(document, path, names[end:], caller)
    return None


def chain_of(expression: Expression) -> tuple[str, tuple[str, ...]] | None:
    """Return root and members of an expression that is nothing but one chain of them."""
    uses = expression.facts.uses
    if len(uses) != 1 or uses[0].computed:
        return None
    use = uses[0]
    source = expression.facts.source
    if source[: use.span.start].strip() or source[use.end :].strip():
        return None
    return use.root, tuple(member.name for member in use.members)


def origin_at(type_: Type, names: tuple[str, ...]) -> Origin | None:
    """Return where the field that a chain of names ends with was declared."""
    origin: Origin | None = None
    for name in names:
        if name == "[]":
            items = [one.item for one in members(type_) if isinstance(one, ListType)]
            if len(items) != 1:
                return origin
            type_ = items[0]
            continue
        inner: Type | None = None
        for one in members(type_):
            if isinstance(one, ObjectType) and name in one.properties:
                known = one.properties[name]
                inner, origin = known.type, known.origin
                break
            if isinstance(one, MapType):
                inner = one.value
            elif isinstance(one, ListType):
                inner = one.item
        if inner is None:
            return origin
        type_ = inner
    return origin
