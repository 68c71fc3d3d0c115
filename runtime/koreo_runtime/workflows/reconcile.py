"""One pass over a trigger: read it, run its Workflow, write what changed (language section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_runtime.drivers import drive_workflow
from koreo_runtime.effects import ApiError, Patch, PatchStatus, Read
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


class _Recorder:
    """Passes effects on, and notes those that write."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.writes: list[Effect] = []

    def perform(self, effect: Effect) -> Any:
        result = self._api.perform(effect)
        if type(effect) is not Read:
            self.writes.append(effect)
        return result


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
    left alone.
    """
    recorder = _Recorder(api)
    seen = recorder.perform(Read(trigger))
    if seen is None or as_mapping(seen.get("metadata")).get("deletionTimestamp"):
        why = "does not exist" if seen is None else "is being deleted"
        outcome = Skip(f"{trigger} {why}", Location(trigger.kind, trigger.name))
        return PassResult(outcome, None, (), None)
    program = choose(engine, seen)
    if isinstance(program, NoChoice):
        _write(recorder, trigger, choice_update(seen, program, now))
        return PassResult(program.outcome, program.outcome.delay, tuple(recorder.writes), None)
    run = WorkflowRun(engine, program, as_parent(seen), owner_of(seen))
    result = drive_workflow(run, recorder)
    _write(recorder, trigger, status_update(seen, program, result, now))
    return PassResult(result.outcome, _next_delay(result, resync_seconds), tuple(recorder.writes), result)


def _next_delay(result: WorkflowResult, resync_seconds: float) -> float | None:
    """Return the seconds until the next pass: a PermFail does not stop the retries that other steps asked for."""
    delay = result.retry_delay
    if delay is not None:
        return delay
    return None if isinstance(result.outcome, PermFail) else resync_seconds


def _write(api: Api, trigger: ResourceId, update: StatusUpdate | None) -> None:
    """Write the inventory first, as it is what nobody could find out again."""
    if update is None:
        return
    if update.metadata is not None:
        api.perform(Patch(trigger, update.metadata))
    if update.status is None:
        return
    try:
        api.perform(PatchStatus(trigger, update.status))
    except ApiError as error:
        if error.status != _NOT_FOUND:
            raise
        status = without_generations(update.status["status"])
        api.perform(Patch(trigger, {"status": status}))
