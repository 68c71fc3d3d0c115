"""The steps of a pass as a tree: what each ran, how it ended, and what it did to which object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_runtime.effects import ResourceId
from koreo_runtime.functions.results import ManagedResource
from koreo_runtime.outcomes import Cause, DepSkip, Ok, Retry
from koreo_runtime.render.rendering import ACTIONS, Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.workflows.results import LogicRun, StepResult, WorkflowResult

Identity = tuple[str, str, str | None, str]
"""Group, kind, namespace and name: what tells objects apart, whatever version of the API they are asked in."""


def identity(resource: ResourceId) -> Identity:
    """Return what tells an object apart from all others."""
    group = resource.api_version.rpartition("/")[0]
    return group, resource.kind, resource.namespace, resource.name


@dataclass(frozen=True, slots=True)
class ResourceView:
    """An object of a step, and what the pass did to it."""

    id: ResourceId
    action: Action


@dataclass(frozen=True, slots=True)
class StepView:
    """A step, or one item of a step with `forEach`.

    `logic` is what it ran, as `Kind/name`, None if it did not come so far. `steps` are the steps of the
    sub-Workflow that it ran, or its items. `state_error` says why its `state` is missing.
    """

    label: str
    outcome: Outcome
    logic: str | None
    resource: ResourceView | None
    steps: tuple[StepView, ...] = ()
    state_error: str | None = None

    def looks_like(self, other: StepView | None) -> bool:
        """Whether people see the same.

        The value of an Ok step, what is below the step, and how it puts that it waits for others do not count.
        """
        if other is None or type(self.outcome) is not type(other.outcome):
            return False
        told = isinstance(self.outcome, DepSkip) or _message(self.outcome) == _message(other.outcome)
        return told and (self.logic, self.resource, self.state_error) == (
            other.logic,
            other.resource,
            other.state_error,
        )


def _message(outcome: Outcome) -> str | None:
    return None if isinstance(outcome, Ok) else outcome.message


class StepViews:
    """Makes the views of one pass. `exists` tells what is there after it."""

    def __init__(self, exists: Callable[[ResourceId], bool]) -> None:
        self._exists: Final = exists

    def of(self, result: WorkflowResult) -> tuple[StepView, ...]:
        """Return the steps of a Workflow."""
        return tuple(self._step(label, step) for label, step in result.steps.items())

    def _step(self, label: str, step: StepResult) -> StepView:
        if isinstance(step.managed, tuple):
            items = tuple(
                self._run(f"{label}[{index}]", run.outcome, run) for index, run in enumerate(step.runs)
            )
            logics = {item.logic for item in items}
            logic = logics.pop() if len(logics) == 1 else None
            return StepView(label, step.outcome, logic, None, items, step.state_error)
        run = step.runs[0] if len(step.runs) == 1 else None
        return self._run(label, step.outcome, run, step.state_error)

    def _run(
        self, label: str, outcome: Outcome, run: LogicRun | None, state_error: str | None = None
    ) -> StepView:
        if run is None:
            return StepView(label, outcome, None, None, (), state_error)
        logic = str(run.logic) if run.logic is not None else None
        steps = self.of(run.workflow) if run.workflow is not None else ()
        return StepView(label, outcome, logic, self._resource(run), steps, state_error)

    def _resource(self, run: LogicRun) -> ResourceView | None:
        if run.write is not None:
            return ResourceView(run.write.id, ACTIONS[type(run.write)])
        if not isinstance(run.managed, ManagedResource):
            return None
        found = id_of(run.managed)
        # Another step may have created it since this one looked.
        missed = isinstance(run.outcome, Retry) and run.outcome.cause is Cause.PENDING
        if missed or not self._exists(found):
            return ResourceView(found, Action.ABSENT)
        return ResourceView(found, Action.READ if run.managed.readonly else Action.KEEP)


def id_of(managed: ManagedResource) -> ResourceId:
    """Return which object a run was about."""
    return ResourceId(managed.api_version, managed.kind, managed.plural, managed.name, managed.namespace)


def walk(
    steps: tuple[StepView, ...], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], StepView]]:
    """Yield every step with the labels that lead to it, its own last; a step comes before those in it."""
    for step in steps:
        inner = (*path, step.label)
        yield inner, step
        items = bool(step.steps) and all(each.label.startswith(f"{step.label}[") for each in step.steps)
        yield from walk(step.steps, path if items else inner)
