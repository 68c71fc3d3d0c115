"""Runs ValueFunctions (language section 5). They are pure: there is nothing to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_runtime.outcomes import Ok
from koreo_runtime.programs.blocks import BlockError

if TYPE_CHECKING:
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.programs.model import ValueFunctionProgram


def run_value_function(
    program: ValueFunctionProgram, inputs: dict[str, Any], resource: dict[str, Any] | None = None
) -> Outcome:
    """Run a ValueFunction. Nothing that it says refers to another document.

    `resource` is the target so far when the function computes an overlay (language section 7): the expressions
    see it, and `return` is merged over it.
    """
    variables: dict[str, Any] = {"inputs": inputs, "resource": {} if resource is None else resource}
    if program.preconditions is not None:
        outcome = program.preconditions.check(variables)
        if outcome is not None:
            return outcome
    returns = program.returns
    if returns is None:
        return Ok()
    try:
        variables["locals"] = {} if program.locals is None else program.locals.evaluate(variables)
        return Ok(returns.overlay(resource, variables) if resource else returns.plain(variables))
    except BlockError as error:
        return error.outcome
