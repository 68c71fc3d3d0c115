"""What a run of a Workflow keeps in mind: Workflows that are running, steps that wait, runs of their Logic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koreo_runtime.outcomes import Ok, combine
from koreo_runtime.workflows.results import StepResult, WorkflowResult

if TYPE_CHECKING:
    from koreo_runtime.effects import Effect, Run
    from koreo_runtime.functions.results import FunctionResult
    from koreo_runtime.programs.model import Variables
    from koreo_runtime.programs.workflow import LogicRef, StepProgram, WorkflowProgram
    from koreo_runtime.workflows.results import Bug, LogicRun, StepPath


@dataclass(frozen=True, slots=True)
class Request:
    """An effect that a step waits for. `id` is unique within the run."""

    id: int
    step: StepPath
    effect: Effect


class Frame:
    """A Workflow that is running: the one of the run, or a sub-Workflow that `opener` runs.

    `waiting` counts by position the dependencies of a step that are not done, `left` the steps that are not.
    """

    __slots__ = ("left", "opener", "parent", "path", "program", "results", "waiting")

    def __init__(self, program: WorkflowProgram, parent: Any, path: StepPath, opener: Item | None) -> None:
        self.program = program
        self.parent = parent
        self.path = path
        self.opener = opener
        self.results: dict[int, StepResult] = {}
        self.left = len(program.steps)
        self.waiting = [len(step.depends) for step in program.steps]

    def result(self, bugs: tuple[Bug, ...] = ()) -> WorkflowResult:
        """Return how the Workflow ended, once all steps have."""
        steps = {step.label: self.results[step.index] for step in self.program.steps}
        state: dict[str, Any] = {}
        for step in steps.values():
            if step.state is not None:
                state.update(step.state)
        outcome = combine(step.outcome for step in steps.values())
        if isinstance(outcome, Ok):
            outcome = Ok(state)
        return WorkflowResult(self.program.id[1], outcome, steps, state, bugs=bugs)


class Active:
    """A step whose Logic is running: once, or for each item of its `forEach`."""

    __slots__ = ("frame", "items", "left", "path", "runs", "step", "variables")

    def __init__(
        self, frame: Frame, step: StepProgram, path: StepPath, variables: Variables, count: int
    ) -> None:
        self.frame = frame
        self.step = step
        self.path = path
        self.variables = variables
        self.items = [Item(self, index) for index in range(count)]
        self.runs: list[LogicRun | None] = [None] * count
        self.left = count


class Item:
    """One run of the Logic of a step.

    `generator` is set when the Logic is a ResourceFunction, and `request` is what it asked for last; `frame` is set
    when the Logic is a Workflow.
    """

    __slots__ = ("active", "frame", "generator", "index", "logic", "request")

    def __init__(self, active: Active, index: int) -> None:
        self.active = active
        self.index = index
        self.logic: LogicRef | None = None
        self.generator: Run[FunctionResult] | None = None
        self.request: Request | None = None
        self.frame: Frame | None = None

    @property
    def path(self) -> StepPath:
        """The path that the steps of a sub-Workflow begin with."""
        path = self.active.path
        if self.active.step.for_each is None:
            return path
        return (*path[:-1], f"{path[-1]}[{self.index}]")

    def is_within(self, active: Active) -> bool:
        """Whether this is a run of the step, or one in a sub-Workflow that the step runs."""
        item: Item | None = self
        while item is not None:
            if item.active is active:
                return True
            item = item.active.frame.opener
        return False
