"""What the steps before a place in a Workflow return, also where no expression is yet whose typing would tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.types import ANY, ListType, ObjectType, Property, join

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Step, Workflow
    from koreo_analyzer.types import Type
    from koreo_analyzer.workspace import Snapshot


def earlier_steps(snapshot: Snapshot, workflow: Workflow, before: int) -> ObjectType:
    """Return the type of `steps` as the step of a number sees it: what those before it return, by label."""
    return ObjectType(
        {
            step.label.text: Property(step_result(snapshot, step))
            for step in workflow.steps
            if step.index < before and step.label is not None
        }
    )


def step_result(snapshot: Snapshot, step: Step) -> Type:
    """Return the type of a step's value: of any Logic that it may run, a list of it with `forEach`."""
    results: list[Type] = []
    for target in step.call.targets:
        called = snapshot.active_definition(target.kind, target.name.text)
        results.append(snapshot.interface(called).result if called is not None else ANY)
    result = join(*results) if results else ANY
    return ListType(result) if step.input_key is not None else result
