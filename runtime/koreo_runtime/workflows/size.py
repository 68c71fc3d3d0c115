"""How large a run of a Workflow may become: items and sub-Workflows multiply, and a few lines may ask for billions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_runtime.outcomes import Cause, PermFail

if TYPE_CHECKING:
    from koreo_runtime.programs.workflow import StepProgram, WorkflowProgram
    from koreo_runtime.workflows.results import StepPath

MOST_NESTED: Final = 100
"""How deep sub-Workflows may be nested in each other."""


class Size:
    """Counts the runs of Logic of one run of a Workflow: one for each step, and for each item of a `forEach`."""

    __slots__ = ("_left", "_most")

    def __init__(self, most: int, program: WorkflowProgram) -> None:
        self._most = most
        self._left = most - len(program.steps)

    def add_items(self, step: StepProgram, count: int) -> PermFail | None:
        """Count the items of a step; return its outcome if they are too many, and then count none."""
        if count > self._left:
            return self._too_many(step)
        self._left -= count
        return None

    def add_workflow(self, step: StepProgram, path: StepPath, program: WorkflowProgram) -> PermFail | None:
        """Count the steps of a sub-Workflow that a step runs at `path`; return the step's outcome if it must not."""
        if len(path) > MOST_NESTED:
            message = f"sub-Workflows are nested more than {MOST_NESTED} deep"
            return PermFail(message, step.location, Cause.DEFINITION)
        return self.add_items(step, len(program.steps))

    def _too_many(self, step: StepProgram) -> PermFail:
        message = (
            f"the Workflow is too large: with this step it would run Logic more than {self._most:,} times"
        )
        return PermFail(message, step.location, Cause.DEFINITION)
