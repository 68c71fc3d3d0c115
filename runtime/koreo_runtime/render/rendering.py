"""What a rendering shows: its passes, how it ended, and the objects that are there at the end."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.simulate import Advance
from koreo_runtime.effects import Create, Delete, Patch, PatchStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_runtime.effects import ApiError, KubeObject, ResourceId
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.render.steps import StepView
    from koreo_runtime.workflows.results import WorkflowResult


NOTHING_SIMULATED: Final = Advance((), (), pending=False)


class Ending(enum.Enum):
    """How a rendering ended. The text is stable: reports print it."""

    READY = "ready"
    """Nothing changes any more, and the trigger is Ready."""
    WAITING = "waiting"
    """Nothing changes any more, though steps wait for something."""
    FAILED = "failed"
    """Nothing changes any more, and a step has failed."""
    UNSETTLED = "unsettled"
    """After the last pass that was allowed something still changed."""
    REFUSED = "refused"
    """The cluster did not accept the status of the trigger."""
    STOPPED = "stopped"
    """All passes that were asked for were made; nobody asked whether it settles."""


class Action(enum.Enum):
    """What a pass did to an object. The text is stable: reports print it."""

    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    KEEP = "keep"
    """It is there and as it should be, or was not looked at."""
    READ = "read"
    """It belongs to somebody else."""
    ABSENT = "absent"
    """It is not there, and was not made."""


ACTIONS: Final[Mapping[type, Action]] = MappingProxyType(
    {
        Create: Action.CREATE,
        Patch: Action.PATCH,
        PatchStatus: Action.PATCH,
        Delete: Action.DELETE,
    }
)


@dataclass(frozen=True, slots=True)
class Released:
    """An object that no step manages any more. `is_destroyed`: a controller deletes it now, a rendering does not."""

    id: ResourceId
    is_destroyed: bool


@dataclass(frozen=True, slots=True)
class RenderedPass:
    """One pass over the trigger, and what other controllers did after it.

    `number` counts from 1; `at` is the time of the pass, in seconds from the start; `delay` the seconds until
    the next one, None to wait for a change. `steps` are those of the Workflow, empty when none ran; `writes` are
    their writes, in order. `wrote_trigger`: its status or its inventory was written. `is_quiet`: nothing was
    changed in the whole cluster, be it that nothing was written, or that it was there already. `conditions` and
    `state` are those of the trigger after the pass, `simulated` is what rules did in place of other controllers.
    `refusal` is why the trigger could not be written; then nothing is known of the steps. `released` are objects
    that are there, and that the Workflow no longer manages.
    """

    number: int
    at: float
    outcome: Outcome | None
    delay: float | None
    result: WorkflowResult | None
    steps: tuple[StepView, ...]
    writes: tuple[tuple[Action, ResourceId], ...]
    wrote_trigger: bool
    is_quiet: bool
    conditions: tuple[dict[str, Any], ...]
    state: dict[str, Any]
    simulated: Advance = NOTHING_SIMULATED
    refusal: ApiError | None = None
    released: tuple[Released, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendering:
    """All passes, and what is in the cluster after the last one.

    `managed` are the objects that the Workflow made or manages, in the order in which it first did. `trigger` is as
    it was last seen. `secrets` are the values of all Secrets that the passes read or wrote.
    """

    trigger: KubeObject
    passes: tuple[RenderedPass, ...]
    ending: Ending
    managed: tuple[KubeObject, ...]
    secrets: frozenset[str] = frozenset()

    @property
    def last(self) -> RenderedPass:
        """The last pass; there is always one."""
        return self.passes[-1]
