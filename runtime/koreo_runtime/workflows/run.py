"""A run of a Workflow as a state machine: it asks for effects and is told their results, in any order.

Steps begin as soon as those that they depend on are done. ValueFunctions run at once; a ResourceFunction is a
generator that waits for an effect; the steps of a sub-Workflow take part in the same machine. Whatever becomes
of one step, the others go on. The machine knows no clock: whoever drives it says that a step took too long.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.functions.resource import managed_resource, run_resource_function
from koreo_runtime.functions.value import run_value_function
from koreo_runtime.outcomes import Cause, Ok, PermFail, Retry, Skip, combine
from koreo_runtime.programs.blocks import BlockError
from koreo_runtime.programs.model import ResourceFunctionProgram, ValueFunctionProgram
from koreo_runtime.programs.workflow import LogicRef, WorkflowProgram
from koreo_runtime.workflows.containment import Contained
from koreo_runtime.workflows.frames import Active, Frame, Item, Request
from koreo_runtime.workflows.readiness import step_problems
from koreo_runtime.workflows.results import (
    UNKNOWN,
    Bug,
    LogicRun,
    StepResult,
    SubInventory,
    WorkflowResult,
)
from koreo_runtime.workflows.size import Size
from koreo_runtime.workflows.steps import choose_logic, combine_items, enter_step, item_inputs

if TYPE_CHECKING:
    from koreo_runtime.effects import ApiError, Effect
    from koreo_runtime.engine import Engine
    from koreo_runtime.functions.results import FunctionResult, Owner
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.programs.model import Variables
    from koreo_runtime.programs.workflow import StepProgram
    from koreo_runtime.workflows.results import Managed, StepPath

TIMEOUT_DELAY: Final = 30
"""Seconds until the next try of a step that took too long."""
_ALL_DONE: Final = -1
"""Stands in the queue for the end of a Workflow, where others name a step."""


class WorkflowRun:
    """One run of a Workflow for a trigger.

    `start`, `resume`, `fail` and `expire` return the requests that are new, in an order that is always the
    same; `result` is set when none is left. `parent` is what expressions see of the trigger, as plain data.
    """

    def __init__(
        self, engine: Engine, program: WorkflowProgram, parent: Any, owner: Owner | None = None
    ) -> None:
        self.result: WorkflowResult | None = None
        self._engine = engine
        self._program = program
        self._parent = parent
        self._owner = owner
        self._queue: deque[tuple[Frame, int]] = deque()
        self._active: dict[StepPath, Active] = {}
        self._waiting: dict[int, tuple[Item, Request]] = {}
        self._new: list[Request] = []
        self._next_id = 0
        self._size = Size(engine.settings.logic_runs, program)
        self._bugs: list[Bug] = []

    @property
    def step_seconds(self) -> float:
        """The time limit of a step, in seconds from its first request."""
        return self._engine.settings.step_seconds

    @property
    def waiting(self) -> tuple[Request, ...]:
        """The requests that are neither answered nor dropped."""
        return tuple(request for _, request in self._waiting.values())

    def start(self) -> tuple[Request, ...]:
        """Begin. To be called once."""
        problems = step_problems(self._engine, self._program)
        if problems:
            outcome = combine(outcome for found in problems.values() for outcome in found)
            steps = {label: StepResult(combine(found), UNKNOWN) for label, found in problems.items()}
            self.result = WorkflowResult(self._program.id[1], outcome, steps, ready=False)
            return ()
        self._open(Frame(self._program, self._parent, (), None))
        return self._settle()

    def resume(self, request_id: int, result: Any) -> tuple[Request, ...]:
        """Tell the result of a request. One that was dropped meanwhile is ignored."""
        return self._answer(request_id, result, None)

    def fail(self, request_id: int, error: ApiError) -> tuple[Request, ...]:
        """Tell that a request was refused. One that was dropped meanwhile is ignored."""
        return self._answer(request_id, None, error)

    def expire(self, path: StepPath) -> tuple[Request, ...]:
        """Tell that a step took too long: it ends now, and what it waits for is dropped.

        A step that has ended already stays as it is.
        """
        active = self._active.get(path)
        if active is None:
            return ()
        unfinished = [item for item in active.items if active.runs[item.index] is None]
        managed = [self._managed_so_far(item) for item in unfinished]
        self._drop(active)
        message = f"timed out after {self.step_seconds:g} s"
        outcome = Retry(message, TIMEOUT_DELAY, active.step.location, Cause.TRANSIENT)
        for item, known in zip(unfinished, managed, strict=True):
            self._end(item, LogicRun(item.logic, outcome, known))
        return self._settle()

    def close(self) -> None:
        """Stop a run that will not be driven to its end."""
        for item, _ in self._waiting.values():
            if item.generator is not None:
                item.generator.close()
        self._waiting.clear()
        self._active.clear()

    def _answer(self, request_id: int, result: Any, error: ApiError | None) -> tuple[Request, ...]:
        waiting = self._waiting.pop(request_id, None)
        if waiting is None:
            return ()
        item, _ = waiting
        ended = None
        with Contained(self._bugs, item.active.path) as guard:
            ended = self._advance(item, result, error)
        self._after(item, ended, guard.bug)
        return self._settle()

    def _settle(self) -> tuple[Request, ...]:
        """Begin every step that can begin, and return the requests that are new."""
        queue = self._queue
        while queue:
            frame, index = queue.popleft()
            if index == _ALL_DONE:
                self._close_frame(frame)
            else:
                self._begin(frame, frame.program.steps[index])
        requests = tuple(self._new)
        self._new = []
        return requests

    def _open(self, frame: Frame) -> None:
        self._queue.extend((frame, index) for index, count in enumerate(frame.waiting) if count == 0)

    def _close_frame(self, frame: Frame) -> None:
        if frame.opener is None:
            self.result = frame.result(tuple(self._bugs))
            return
        result = frame.result()
        frame.opener.frame = None
        self._end(frame.opener, LogicRun(frame.opener.logic, result.outcome, result.inventory, result))

    def _begin(self, frame: Frame, step: StepProgram) -> None:
        """Take a step as far as it goes without waiting."""
        path = (*frame.path, step.label)
        entered: tuple[Variables, dict[str, Any], list[Any] | None] | Outcome
        with Contained(self._bugs, path) as guard:
            entered = enter_step(frame, step)
        if guard.bug is not None:
            entered = _failed_by(guard.bug, step)
        if not isinstance(entered, tuple):
            self._finish(frame, step, {}, StepResult(entered, None if type(entered) is Skip else UNKNOWN))
            return
        variables, inputs, items = entered
        too_large = self._size.add_items(step, len(items)) if items is not None else None
        if too_large is not None:
            self._finish(frame, step, variables, StepResult(too_large, UNKNOWN))
            return
        active = Active(frame, step, path, variables, 1 if items is None else len(items))
        if items is None:
            self._run(active.items[0], inputs)
        elif not items:
            self._finish(frame, step, variables, StepResult(Ok([]), ()))
        else:
            for item, value in zip(active.items, items, strict=True):
                self._run(item, item_inputs(step, inputs, value))
        if active.left:
            self._active[path] = active

    def _run(self, item: Item, inputs: dict[str, Any]) -> None:
        """Begin one run of a step's Logic."""
        ended = None
        with Contained(self._bugs, item.active.path) as guard:
            ended = self._run_logic(item, inputs)
        self._after(item, ended, guard.bug)

    def _after(self, item: Item, ended: LogicRun | None, bug: Bug | None) -> None:
        if bug is not None:
            ended = LogicRun(item.logic, _failed_by(bug, item.active.step), UNKNOWN)
        if ended is not None:
            self._end(item, ended)

    def _run_logic(self, item: Item, inputs: dict[str, Any]) -> LogicRun | None:
        """Return how the run ended, None when it waits."""
        logic = choose_logic(item.active.step.logic, item.active.variables, inputs)
        if not isinstance(logic, LogicRef):
            return LogicRun(None, logic, UNKNOWN)
        item.logic = logic
        if logic.mark is not None:
            logic.mark()
        program = self._engine.logic(logic.kind, logic.name)
        if isinstance(program, ValueFunctionProgram):
            return LogicRun(logic, run_value_function(program, inputs), None)
        if isinstance(program, ResourceFunctionProgram):
            item.generator = run_resource_function(self._engine, program, inputs, self._owner)
            return self._advance(item, None, None)
        if isinstance(program, WorkflowProgram):
            too_large = self._size.add_workflow(item.active.step, item.path, program)
            if too_large is not None:
                return LogicRun(logic, too_large, UNKNOWN)
            item.frame = Frame(program, inputs, item.path, item)
            self._open(item.frame)
            return None
        raise LookupError(str(logic))

    def _advance(self, item: Item, value: Any, error: ApiError | None) -> LogicRun | None:
        """Let a ResourceFunction go on; return how it ended, None when it waits again."""
        generator = item.generator
        if generator is None:
            raise LookupError(str(item.logic))
        try:
            effect = generator.send(value) if error is None else generator.throw(error)
        except StopIteration as stop:
            result: FunctionResult = stop.value
            known = result.managed is not None or isinstance(result.outcome, Ok | Skip)
            managed = result.managed if known else UNKNOWN
            return LogicRun(item.logic, result.outcome, managed, write=result.write)
        self._ask(item, effect)
        return None

    def _ask(self, item: Item, effect: Effect) -> None:
        request = item.request = Request(self._next_id, item.active.path, effect)
        self._next_id += 1
        self._waiting[request.id] = item, request
        self._new.append(request)

    def _end(self, item: Item, run: LogicRun) -> None:
        """Note the end of one run of a step's Logic; the last one ends the step."""
        active = item.active
        active.runs[item.index] = run
        active.left -= 1
        if active.left:
            return
        self._active.pop(active.path, None)
        runs = tuple(run for run in active.runs if run is not None)
        outcome: Outcome = run.outcome
        managed: Managed = run.managed
        if active.step.for_each is not None:
            outcome = combine_items(run.outcome for run in runs)
            managed = tuple(run.managed for run in runs)
        self._finish(active.frame, active.step, active.variables, StepResult(outcome, managed, runs))

    def _finish(self, frame: Frame, step: StepProgram, variables: Variables, result: StepResult) -> None:
        """Note the end of a step: its state, and the steps that waited for it."""
        if step.state is not None and type(result.outcome) is Ok:
            result = self._with_state(frame, step, {**variables, "value": result.outcome.value}, result)
        frame.results[step.index] = result
        for index in frame.program.dependents[step.index]:
            frame.waiting[index] -= 1
            if frame.waiting[index] == 0:
                self._queue.append((frame, index))
        frame.left -= 1
        if frame.left == 0:
            self._queue.append((frame, _ALL_DONE))

    def _with_state(
        self, frame: Frame, step: StepProgram, variables: Variables, result: StepResult
    ) -> StepResult:
        state = error = None
        if step.state is not None:
            with Contained(self._bugs, (*frame.path, step.label)) as guard:
                try:
                    state = step.state.plain(variables)
                except BlockError as failed:
                    error = str(failed)
            if guard.bug is not None:
                error = _text(guard.bug)
        return StepResult(result.outcome, result.managed, result.runs, state, error)

    def _drop(self, active: Active) -> None:
        """Forget what a step, and all within it, waits for."""
        for item, request in list(self._waiting.values()):
            if not item.is_within(active):
                continue
            del self._waiting[request.id]
            with Contained(self._bugs, item.active.path):
                if item.generator is not None:
                    item.generator.close()
        for other in list(self._active.values()):
            opener = other.frame.opener
            if opener is not None and opener.is_within(active):
                del self._active[other.path]

    def _managed_so_far(self, item: Item) -> Managed:
        """Return the resources of a run that has not ended; it may have created the one that it is about."""
        if item.frame is not None:
            name, steps = item.frame.program.id[1], item.frame.program.steps
            return SubInventory(name, {step.label: self._step_so_far(item.frame, step) for step in steps})
        logic = item.logic
        program = self._engine.logic(logic.kind, logic.name) if logic is not None else None
        if isinstance(program, ResourceFunctionProgram) and item.request is not None:
            return managed_resource(program, item.request.effect.id) or UNKNOWN
        return UNKNOWN

    def _step_so_far(self, frame: Frame, step: StepProgram) -> Managed:
        ended = frame.results.get(step.index)
        if ended is not None:
            return ended.managed
        active = self._active.get((*frame.path, step.label))
        if active is None:
            return UNKNOWN
        runs = zip(active.items, active.runs, strict=True)
        managed = tuple(run.managed if run is not None else self._managed_so_far(item) for item, run in runs)
        return managed if step.for_each is not None else managed[0]


def _text(bug: Bug) -> str:
    return f"internal error: {type(bug.error).__name__}"


def _failed_by(bug: Bug, step: StepProgram) -> PermFail:
    return PermFail(_text(bug), step.location, Cause.BUG)
