"""One pass over a trigger: read it, run its Workflow, write what changed (language section 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_runtime.drivers import Recorder, drive_workflow
from koreo_runtime.effects import ApiError, Patch, PatchStatus, Read
from koreo_runtime.functions.failures import api_failure
from koreo_runtime.outcomes import Location, PermFail, Skip
from koreo_runtime.workflows.conditions import without_generations
from koreo_runtime.workflows.run import WorkflowRun
from koreo_runtime.workflows.status import choice_update, status_update
from koreo_runtime.workflows.trigger import NoChoice, as_mapping, as_parent, choose_workflow, owner_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_runtime.drivers import Api
    from koreo_runtime.effects import Effect, KubeObject, ResourceId
    from koreo_runtime.engine import Engine
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.programs.workflow import WorkflowProgram
    from koreo_runtime.workflows.results import WorkflowResult
    from koreo_runtime.workflows.status import StatusUpdate

Choose: TypeAlias = "Callable[[Engine, KubeObject], WorkflowProgram | NoChoice]"
"""Chooses the Workflow of a trigger."""

RESYNC_SECONDS: Final = 1200.0
"""Seconds until a trigger is looked at again without a reason."""
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class PassResult:
    """How a pass ended.

    `next_delay` is the time in seconds until the next pass, None to wait for a change. `writes` are the effects
    that changed something, in their order. `result` is None when no Workflow ran.
    """

    outcome: Outcome
    next_delay: float | None
    writes: tuple[Effect, ...]
    result: WorkflowResult | None


def reconcile(
    engine: Engine,
    api: Api,
    trigger: ResourceId,
    *,
    now: str,
    resync_seconds: float = RESYNC_SECONDS,
    choose: Choose = choose_workflow,
) -> PassResult:
    """Make one pass over a trigger. `now` is an RFC 3339 time; `choose` chooses the Workflow.

    Raises `ApiError` when the trigger itself cannot be read or written. One that is absent or being deleted is
    left alone. An inventory that is not accepted, as one that is too large, is a PermFail of the whole, and told
    in the status.
    """
    recorder = Recorder(api)
    seen = recorder.perform(Read(trigger))
    if seen is None or as_mapping(seen.get("metadata")).get("deletionTimestamp"):
        why = "does not exist" if seen is None else "is being deleted"
        outcome = Skip(f"{trigger} {why}", Location(trigger.kind, trigger.name))
        return PassResult(outcome, None, (), None)
    program = choose(engine, seen)
    if isinstance(program, NoChoice):
        _write_status(recorder, trigger, choice_update(seen, program, now))
        return PassResult(program.outcome, program.outcome.delay, tuple(recorder.writes), None)
    run = WorkflowRun(engine, program, as_parent(seen), owner_of(seen))
    result = drive_workflow(run, recorder)
    update = status_update(seen, program, result, now)
    # The inventory first, as it is what nobody could find out again.
    refused = _write_inventory(recorder, trigger, update, program.location)
    if refused is not None:
        result = replace(result, outcome=refused)
        update = status_update(seen, program, result, now)
    _write_status(recorder, trigger, update)
    return PassResult(result.outcome, _next_delay(result, resync_seconds), tuple(recorder.writes), result)


def _next_delay(result: WorkflowResult, resync_seconds: float) -> float | None:
    """Return the seconds until the next pass: a PermFail does not stop the retries that other steps asked for."""
    delay = result.retry_delay
    if delay is not None:
        return delay
    return None if isinstance(result.outcome, PermFail) else resync_seconds


def _write_inventory(
    api: Api, trigger: ResourceId, update: StatusUpdate | None, location: Location
) -> PermFail | None:
    """Return why the server does not accept the inventory, whoever asks and how often; None if it does."""
    if update is None or update.metadata is None:
        return None
    try:
        api.perform(Patch(trigger, update.metadata))
    except ApiError as error:
        failure = api_failure("Storing the inventory in", trigger, error, location)
        if error.status == _NOT_FOUND or not isinstance(failure, PermFail):
            raise
        return failure
    return None


def _write_status(api: Api, trigger: ResourceId, update: StatusUpdate | None) -> None:
    if update is None or update.status is None:
        return
    try:
        api.perform(PatchStatus(trigger, update.status))
    except ApiError as error:
        if error.status != _NOT_FOUND:
            raise
        status = without_generations(update.status["status"])
        api.perform(Patch(trigger, {"status": status}))
