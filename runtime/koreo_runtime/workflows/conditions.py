"""The conditions that a run leaves on its trigger (language section 8, and the Kubernetes API conventions).

`status` is `"True"` for Ok and Skip alone; `lastTransitionTime` moves with `status` only, `lastUpdateTime` with
whatever people see of the condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language import kinds

from koreo_runtime.outcomes import REASONS, DepSkip, Ok, PermFail, Retry, Skip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from koreo_runtime.outcomes import Location, Outcome
    from koreo_runtime.programs.workflow import WorkflowProgram
    from koreo_runtime.workflows.results import WorkflowResult

MERGE_ANNOTATION: Final = "koreo.dev/merge-conditions"
"""`"true"` keeps the conditions that earlier runs wrote and this one does not."""
_GENERATION: Final = "observedGeneration"
_VISIBLE: Final = ("status", "reason", "message")


@dataclass(frozen=True, slots=True)
class NewCondition:
    """A condition as a run wants it: without times. `status` is whether it holds."""

    type: str
    holds: bool
    reason: str
    message: str
    location: str


def condition_of(
    kind: str, name: str, outcome: Outcome, location: Location, reason: str = ""
) -> NewCondition:
    """Return the condition of type `kind` for an outcome.

    `name` is what the message calls it, `location` the place for an outcome that has none, `reason` replaces
    that of the outcome.
    """
    if not isinstance(outcome, Ok):
        location = outcome.location
    return NewCondition(
        kind,
        isinstance(outcome, Ok | Skip),
        reason or REASONS[type(outcome)],
        _message(name, outcome),
        str(location),
    )


def _message(name: str, outcome: Outcome) -> str:
    match outcome:
        case Ok():
            return f"{name} ready."
        case Retry():
            return f"Awaiting {name} to be ready ({outcome.message})."
        case Skip():
            return f"Skipping {name}: {outcome.message}"
        case DepSkip():
            return f"{name} awaiting dependencies to be ready ({outcome.message})"
        case PermFail():
            return f"Unrecoverable error reconciling {name}. ({outcome.message})."


def conditions_of(program: WorkflowProgram, result: WorkflowResult) -> list[NewCondition]:
    """Return the conditions that a run wants: of the steps that have one, and `Ready` for the whole.

    Of two steps with one type the later counts, and `Ready` is never a step's. When the Workflow could not run
    there is `Ready` alone.
    """
    found: dict[str, NewCondition] = {}
    if result.ready:
        for step in program.steps:
            if step.condition is not None:
                kind, name = step.condition.type, step.condition.name
                outcome = result.steps[step.label].outcome
                found[kind] = condition_of(kind, name, outcome, step.location)
    found.pop(kinds.READY, None)
    ready = condition_of(kinds.READY, program.id[1], result.outcome, program.location)
    return [*found.values(), ready]


def update_conditions(
    before: Any,
    wanted: Iterable[NewCondition],
    own_types: Collection[str],
    *,
    keep_own: bool,
    generation: int | None,
    now: str,
) -> list[Any]:
    """Return the list of conditions after a run, in the order that it had; new ones stand at its end.

    `before` is the list on the trigger, if there is one. Conditions of other writers stay; those that earlier
    runs wrote go unless this one writes them, or `keep_own`. They are known by a type of `own_types`, or by
    their `location`, which nobody else writes. `generation` is that of the trigger, `now` an RFC 3339 time.
    """
    new = {condition.type: condition for condition in wanted}
    known = [item for item in before if isinstance(item, dict)] if isinstance(before, list) else []
    conditions: list[Any] = []
    for item in known:
        kind = str(item.get("type"))
        if kind in new:
            conditions.append(_updated(item, new.pop(kind), generation, now))
        elif keep_own or not ("location" in item or kind in own_types):
            conditions.append(item)
    conditions.extend(_updated({}, condition, generation, now) for condition in new.values())
    return conditions


def _updated(
    before: dict[str, Any], wanted: NewCondition, generation: int | None, now: str
) -> dict[str, Any]:
    status = "True" if wanted.holds else "False"
    condition: dict[str, Any] = {
        "type": wanted.type,
        "status": status,
        "reason": wanted.reason,
        "message": wanted.message,
        "location": wanted.location,
    }
    if generation is not None:
        condition[_GENERATION] = generation
    # What an earlier run wrote had all fields: the trigger cannot hold one that is missing now, and nobody sees it.
    is_own = "lastUpdateTime" in before or "location" in before
    kept = before.keys() if is_own else _VISIBLE
    moved = "status" in kept and before.get("status") != status
    changed = any(before.get(key) != condition[key] for key in _VISIBLE if key in kept)
    if not changed and all(condition[key] == before[key] for key in condition if key in before):
        return before
    condition["lastTransitionTime"] = now if moved else before.get("lastTransitionTime", now)
    condition["lastUpdateTime"] = now if changed else before.get("lastUpdateTime", now)
    return condition


def without_generations(status: dict[str, Any]) -> dict[str, Any]:
    """Return the patch of a status without the generations in its conditions.

    For a kind without a status subresource: there the generation counts changes of the status, too, so that
    to write it down would be a change to write down.
    """
    conditions = status.get("conditions")
    if not isinstance(conditions, list):
        return status
    kept = [
        {key: value for key, value in each.items() if key != _GENERATION} if "location" in each else each
        for each in conditions
    ]
    return {**status, "conditions": kept}
