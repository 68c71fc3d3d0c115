"""What a run changes on its trigger: `status` and the inventory annotation, as patches (language section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koreo_analyzer.json_data import json_equal
from koreo_analyzer.language import kinds

from koreo_runtime.merge_patch import without_nulls
from koreo_runtime.outcomes import PermFail, Retry
from koreo_runtime.workflows.conditions import (
    MERGE_ANNOTATION,
    condition_of,
    conditions_of,
    update_conditions,
)
from koreo_runtime.workflows.inventory import (
    INVENTORY_ANNOTATION,
    merge_inventory,
    read_inventory,
    write_inventory,
)
from koreo_runtime.workflows.trigger import annotations_of, as_mapping

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from koreo_runtime.effects import KubeObject
    from koreo_runtime.programs.workflow import WorkflowProgram
    from koreo_runtime.workflows.conditions import NewCondition
    from koreo_runtime.workflows.results import WorkflowResult
    from koreo_runtime.workflows.trigger import NoChoice


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What is to be written to a trigger, as JSON merge patches (RFC 7386); None for what stays as it is.

    `status` is `{"status": …}` for the status subresource, `metadata` `{"metadata": {"annotations": …}}`.
    """

    status: dict[str, Any] | None
    metadata: dict[str, Any] | None


def status_update(
    trigger: KubeObject, program: WorkflowProgram, result: WorkflowResult, now: str
) -> StatusUpdate | None:
    """Return what a run of `program` changes on its trigger; None when nothing. `now` is an RFC 3339 time."""
    before = as_mapping(trigger.get("status"))
    conditions = _conditions(trigger, conditions_of(program, result), program.condition_types, now)
    after: dict[str, Any] = {"conditions": conditions}
    koreo = _koreo(result)
    told_before = koreo is not None and "errors" in koreo and conditions == before.get("conditions")
    # With `Ready`, which told of the errors before, they were written: without them the trigger cannot hold them.
    if not told_before or "koreo" in before:
        after["koreo"] = koreo
    if result.ready:
        after["state"] = _state(before.get("state"), program, result)
    return _update(trigger, after, _inventory_patch(trigger, result))


def choice_update(trigger: KubeObject, choice: NoChoice, now: str) -> StatusUpdate | None:
    """Return what is written to a trigger that has no Workflow; the state and the inventory stay."""
    outcome = choice.outcome
    ready = condition_of(kinds.READY, kinds.WORKFLOW, outcome, outcome.location, choice.reason)
    return _update(trigger, {"conditions": _conditions(trigger, [ready], (), now)}, None)


def _conditions(
    trigger: KubeObject, wanted: Iterable[NewCondition], own_types: Collection[str], now: str
) -> list[Any]:
    generation = as_mapping(trigger.get("metadata")).get("generation")
    return update_conditions(
        as_mapping(trigger.get("status")).get("conditions"),
        wanted,
        own_types,
        keep_own=str(annotations_of(trigger).get(MERGE_ANNOTATION)).lower() == "true",
        generation=generation if isinstance(generation, int) else None,
        now=now,
    )


def _koreo(result: WorkflowResult) -> dict[str, Any] | None:
    """Return `status.koreo`: by label what keeps a step from being Ok, where, and why its state is missing."""
    failed = {
        label: step.outcome
        for label, step in result.steps.items()
        if isinstance(step.outcome, Retry | PermFail)
    }
    parts = {
        "errors": {label: outcome.message for label, outcome in failed.items()},
        "locations": {label: str(outcome.location) for label, outcome in failed.items()},
        "state_errors": result.state_errors,
    }
    return {key: part for key, part in parts.items() if part} or None


def _state(before: Any, program: WorkflowProgram, result: WorkflowResult) -> dict[str, Any] | None:
    """Return `status.state`: what was written this time over what steps wrote before and still could.

    It is without nulls, in lists too, as the server keeps none of those in a merge patch.
    """
    kept = {key: value for key, value in as_mapping(before).items() if key in program.state_keys}
    state: dict[str, Any] = without_nulls({**kept, **result.state})
    return state or None


def _inventory_patch(trigger: KubeObject, result: WorkflowResult) -> dict[str, Any] | None:
    before = read_inventory(annotations_of(trigger).get(INVENTORY_ANNOTATION))
    after = merge_inventory(before, result.inventory)
    if after == before:
        return None
    return {"metadata": {"annotations": {INVENTORY_ANNOTATION: write_inventory(after)}}}


def _update(
    trigger: KubeObject, after: dict[str, Any], metadata: dict[str, Any] | None
) -> StatusUpdate | None:
    """Return the change of the parts of the status that `after` names; None stands for no such part."""
    before = as_mapping(trigger.get("status"))
    patch = {
        key: value if before.get(key) is None else _difference(before[key], value)
        for key, value in after.items()
        if not json_equal(before.get(key), value)
    }
    if not patch and metadata is None:
        return None
    return StatusUpdate({"status": patch} if patch else None, metadata)


def _difference(before: Any, after: Any) -> Any:
    """Return the merge patch that makes `after`, which holds no null in mappings, of `before`."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    changes: dict[str, Any] = {
        key: _difference(before.get(key), value)
        for key, value in after.items()
        if not json_equal(before.get(key), value)
    }
    changes.update((key, None) for key in before if key not in after)
    return changes
