"""Add missing inputs: a step gives what its Logic cannot do without, from where something of that name is known.

What a step calls sees nothing but its `inputs` (language section 8), so a forgotten one has nearly always the name of
a field of the trigger, of an earlier step, or of a field of its value; and then also a type that fits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.flow.asking import demanded_type
from koreo_analyzer.flow.stored import stored_type
from koreo_analyzer.flow.workflows import trigger_kind
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.types import ObjectType, fits

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.earlier_steps import earlier_steps
from koreo_server.ide.placeholders import placeholder
from koreo_server.ide.refactor.rewritten import Refactoring, with_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.language.document import Step
    from koreo_analyzer.types import Type
    from koreo_analyzer.workspace import Definition, Snapshot

_IDENTITY: Final = frozenset({"name", "namespace"})
"""What every trigger has, but a namespace only if it lives in one."""


def add_missing_inputs(snapshot: Snapshot, path: str, offset: int) -> Refactoring | None:
    """Give all missing inputs of the step at the cursor; None outside of steps, and where nothing is missing.

    Where no value is known there is a placeholder of the type that is asked for, to be filled in.
    """
    cursor = cursor_at(snapshot, path, offset)
    if cursor is None or not isinstance(cursor.definition.document.body, Workflow):
        return None
    workflow, definition = cursor.definition.document.body, cursor.definition
    steps = [one for one in workflow.steps if one.span.start <= cursor.offset <= one.span.end]
    missing = _missing(snapshot, steps[0]) if steps else []
    if not missing:
        return None
    step = steps[0]
    known = {name: _value(snapshot, definition, workflow, step, name) for name in missing}
    values = [
        (
            ("spec", "steps", step.index, "inputs", name),
            _placeholder(snapshot, step, name) if value is None else value,
        )
        for name, value in known.items()
    ]
    listed = ", ".join([f"`{name}`" for name in missing])
    noun = "input" if len(missing) == 1 else "inputs"
    added = with_values(snapshot, definition, f"Add the missing {noun} {listed}", values)
    return replace(added, is_complete=None not in known.values())


def _missing(snapshot: Snapshot, step: Step) -> list[str]:
    """Return the inputs that a Logic of the step needs and the step does not give, as `missing-input` reports them."""
    call = step.call
    if not call.complete:
        return []
    given = {one.name.text for one in call.inputs or ()}
    if step.input_key is not None:
        given.add(step.input_key.text)
    found: dict[str, None] = {}
    for target in call.targets:
        signature = snapshot.signature(target.kind, target.name.text)
        if signature is None:
            return []
        found.update(dict.fromkeys(name for name, needed in signature.inputs if needed))
    return sorted(found.keys() - given)


def _value(
    snapshot: Snapshot, definition: Definition, workflow: Workflow, step: Step, name: str
) -> str | None:
    """Return the expression for an input, else None.

    That is a field of the trigger's spec, else an earlier step or a field of one, else the trigger's own name or
    namespace.
    """
    if not name.isidentifier():
        return None
    asked = _asked(snapshot, step, name)
    holder = _trigger(snapshot, workflow, "spec")
    if not workflow.has_trigger:
        holder = snapshot.typing(definition).given.inputs
    if holder is not None and _has(holder, name, asked):
        return f"=parent.spec.{name}" if workflow.has_trigger else f"=parent.{name}"
    steps = earlier_steps(snapshot, workflow, step.index)
    if _has(steps, name, asked):
        return f"=steps.{name}"
    for label, value in reversed(list(steps.properties.items())):
        if _has(value.type, name, asked):
            return f"=steps.{label}.{name}"
    metadata = _trigger(snapshot, workflow, "metadata") if name in _IDENTITY else None
    if (
        isinstance(metadata, ObjectType)
        and metadata.properties[name].required
        and _has(metadata, name, asked)
    ):
        return f"=parent.metadata.{name}"
    return None


def _has(holder: Type, name: str, asked: Iterable[Type]) -> bool:
    """Whether an object is known to have a field whose value suits all that is asked of it."""
    found = _field(holder, name)
    return found is not None and all(fits(found, one) for one in asked)


def _asked(snapshot: Snapshot, step: Step, name: str) -> list[Type]:
    """Return the types that an input must have, for each Logic of the step that uses it."""
    called = (snapshot.active_definition(one.kind, one.name.text) for one in step.call.targets)
    return [
        demanded_type(demand)
        for one in called
        if one is not None
        for field, demand in snapshot.interface(one).asked.fields
        if field == name
    ]


def _placeholder(snapshot: Snapshot, step: Step, name: str) -> Any:
    """Return a value of the type that the first Logic of the step asks for that uses the input."""
    asked = _asked(snapshot, step, name)
    return placeholder(asked[0]) if asked else ""


def _trigger(snapshot: Snapshot, workflow: Workflow, part: str) -> Type | None:
    """Return the type of a part of the trigger, as the API server holds it."""
    schema = snapshot.schema(trigger_kind(workflow.trigger)) if workflow.trigger is not None else None
    return _field(stored_type(schema), part) if schema is not None else None


def _field(type_: Type, name: str) -> Type | None:
    """Return the type of a field that is declared; None where it only might be there."""
    found = type_.properties.get(name) if isinstance(type_, ObjectType) else None
    return found.type if found is not None else None
