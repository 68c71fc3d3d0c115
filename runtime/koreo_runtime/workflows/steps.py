"""What happens in one step before and after its Logic: pure, and in the order of language section 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import CelError
from koreo_analyzer.cel.values import type_name
from koreo_analyzer.suggest import in_code

from koreo_runtime.outcomes import REASONS, DepSkip, Ok, PermFail, Retry, Skip, combine
from koreo_runtime.programs.blocks import BlockError
from koreo_runtime.programs.failures import failed_value, wrong_value
from koreo_runtime.programs.workflow import LogicRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.programs.model import Value, Variables
    from koreo_runtime.programs.workflow import StepProgram, Switch
    from koreo_runtime.workflows.frames import Frame


def enter_step(
    frame: Frame, step: StepProgram
) -> tuple[Variables, dict[str, Any], list[Any] | None] | Outcome:
    """Go through what comes before the Logic: dependencies, `inputs`, `skipIf`, `forEach`.

    Returns the variables in scope, the inputs and the items (None without `forEach`), or the outcome of a step
    that ends here. Dependencies are taken to be done.
    """
    values: dict[str, Any] = {}
    for label, index in step.depends.items():
        outcome = frame.results[index].outcome
        if type(outcome) is not Ok:
            return _wait_for(frame, step)
        values[label] = outcome.value
    variables = {"steps": values, "parent": frame.parent}
    inputs: dict[str, Any] = {}
    if step.inputs is not None:
        try:
            inputs = step.inputs.evaluate(variables)
        except BlockError as error:
            return error.outcome
    if step.skip_if is not None:
        skipped = _evaluate(step.skip_if, variables)
        if skipped is True:
            return Skip("`skipIf` is true", step.skip_if.location)
        if skipped is not False:
            return _failure(step.skip_if, skipped, "true or false")
    if step.for_each is None:
        return variables, inputs, None
    items = _evaluate(step.for_each.items, variables)
    if type(items) is not list:
        return _failure(step.for_each.items, items, "a list")
    return variables, inputs, items


def _wait_for(frame: Frame, step: StepProgram) -> DepSkip:
    """Return the outcome of a step some of whose dependencies are not Ok; each is named with its reason."""
    found: list[str] = []
    for label, index in step.depends.items():
        match frame.results[index].outcome:
            case Ok():
                pass
            case DepSkip():
                found.append(f"`{label}` is not ready ({REASONS[DepSkip]})")
            case outcome:
                reason = REASONS[type(outcome)]
                found.append(f"`{label}` is not ready ({reason}: {outcome.message})")
    return DepSkip(", ".join(found), step.location)


def _evaluate(value: Value, variables: Variables) -> Any:
    """Return the value, or the outcome of a step whose value cannot be evaluated."""
    try:
        return value.evaluate(variables)
    except CelError as error:
        return failed_value(value, error)


def _failure(value: Value, found: Any, expected: str) -> PermFail:
    """Return the outcome for a value that could not be evaluated, or is not what it must be."""
    return found if isinstance(found, PermFail) else wrong_value(value, expected, type_name(found))


def item_inputs(step: StepProgram, inputs: dict[str, Any], item: Any) -> dict[str, Any]:
    """Return the inputs for one item of a `forEach`; the item wins over an input of its name."""
    return inputs if step.for_each is None else {**inputs, step.for_each.input_key: item}


def choose_logic(
    logic: LogicRef | Switch, variables: Variables, inputs: dict[str, Any]
) -> LogicRef | PermFail:
    """Return the Logic that a step runs with these inputs; an int chooses a case as its decimal text."""
    if isinstance(logic, LogicRef):
        return logic
    value = _evaluate(logic.choose, {**variables, "inputs": inputs})
    if type(value) is int:
        value = str(value)
    if type(value) is not str:
        return _failure(logic.choose, value, "a string or an int")
    chosen = logic.cases.get(value, logic.default)
    if chosen is None:
        cases = in_code(logic.cases)
        return wrong_value(logic.choose, f"one of the cases {cases}", "none of them")
    return chosen


def combine_items(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a step with `forEach`, given those of its items in order.

    Any Retry or PermFail decides; otherwise the value is the list of values, with a text for what was skipped.
    """
    values: list[Any] = []
    unfinished: list[Outcome] = []
    for outcome in outcomes:
        match outcome:
            case Ok():
                values.append(outcome.value)
            case Skip():
                values.append(f"Skip (message={outcome.message})" if outcome.message else "User Skip")
            case DepSkip():
                text = f"Dependency Skip (message={outcome.message})"
                values.append(text if outcome.message else "Dependency Violation Skip")
            case Retry() | PermFail():
                unfinished.append(outcome)
    return combine(unfinished) if unfinished else Ok(values)
