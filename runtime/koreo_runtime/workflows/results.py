"""What a run of a Workflow leaves: outcome, state and resources of every step."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from koreo_runtime.outcomes import Outcome, Retry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_runtime.effects import Create, Delete, Patch
    from koreo_runtime.functions.results import ManagedResource
    from koreo_runtime.programs.workflow import LogicRef

StepPath: TypeAlias = tuple[str, ...]
"""The labels that lead to a step, those of the sub-Workflows it is in first: `("database", "instance")`.

A label on the way that runs a sub-Workflow per item has the item's number: `("databases[2]", "instance")`.
"""


class Unknown(enum.Enum):
    """That a run did not come far enough to know its resources: what the inventory says of them stays."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class SubInventory:
    """The resources of a sub-Workflow, by the labels of its steps."""

    workflow: str
    resources: Mapping[str, Managed]


Managed: TypeAlias = "ManagedResource | SubInventory | tuple[Managed, ...] | Literal[Unknown.UNKNOWN] | None"
"""The resources of a step: one, those of a sub-Workflow, those of each item, or none."""


@dataclass(frozen=True, slots=True)
class LogicRun:
    """One run of a step's Logic. `workflow` is the result when the Logic is a Workflow that came to its end.

    `logic` is None when the run failed before its Logic was known. `write` is what a ResourceFunction changed.
    """

    logic: LogicRef | None
    outcome: Outcome
    managed: Managed
    workflow: WorkflowResult | None = None
    write: Create | Patch | Delete | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended.

    `runs` holds one run, with `forEach` one per item, none when the Logic was not reached. `state` is None
    unless the step is Ok and has a `state` that could be evaluated; `state_error` says why it could not.
    """

    outcome: Outcome
    managed: Managed
    runs: tuple[LogicRun, ...] = ()
    state: Mapping[str, Any] | None = None
    state_error: str | None = None


@dataclass(frozen=True, slots=True)
class Bug:
    """An exception that no part of the runtime should raise, kept to the step in which it happened."""

    step: StepPath
    error: Exception


@dataclass(frozen=True, slots=True)
class WorkflowResult:
    """How a run of a Workflow ended. `steps` are in the order of the Workflow.

    When the Workflow could not run (`ready` is False) `steps` holds only those that are to blame. The value of
    an `Ok` outcome is `state`: the states of all steps, merged.
    """

    name: str
    outcome: Outcome
    steps: Mapping[str, StepResult]
    state: Mapping[str, Any] = field(default_factory=dict)
    ready: bool = True
    bugs: tuple[Bug, ...] = ()

    @property
    def state_errors(self) -> dict[str, str]:
        """Why the state of a step is missing, by label."""
        return {label: step.state_error for label, step in self.steps.items() if step.state_error is not None}

    @property
    def inventory(self) -> Managed:
        """The resources of all steps; unknown when the Workflow could not run."""
        if not self.ready:
            return UNKNOWN
        return SubInventory(self.name, {label: step.managed for label, step in self.steps.items()})

    @property
    def retry_delay(self) -> float | None:
        """The longest delay, in seconds, that any step asked for, however the others ended; None without one."""
        delays = [outcome.delay for outcome in self._outcomes() if isinstance(outcome, Retry)]
        return max(delays, default=None)

    def _outcomes(self) -> Iterator[Outcome]:
        """Yield every outcome, those within sub-Workflows included."""
        unfinished = [self]
        while unfinished:
            result = unfinished.pop()
            yield result.outcome
            for step in result.steps.values():
                yield step.outcome
                for run in step.runs:
                    yield run.outcome
                    if run.workflow is not None:
                        unfinished.append(run.workflow)
