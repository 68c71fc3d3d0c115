"""What a function or Workflow is for whoever runs it: what it asks of its inputs, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.flow.analysis import analyse
from koreo_analyzer.flow.asking import Demand, demanded_type
from koreo_analyzer.flow.demands import Demands
from koreo_analyzer.flow.model import CallFlow, Given
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.types import ANY, NEVER, ListType, Type, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.flow.model import LogicName, World
    from koreo_analyzer.language.document import KoreoDocument, Step


@dataclass(frozen=True, slots=True)
class StepInterface:
    """One step of a Workflow: what it runs, the type of its value, its condition, the keys that it adds to the state.

    `each` tells that it runs once for every item of a list.
    """

    label: str | None
    runs: tuple[LogicName, ...]
    value: Type
    condition: str | None
    state: tuple[str, ...]
    each: bool


@dataclass(frozen=True, slots=True)
class Interface:
    """What a document asks and gives.

    `asked` is asked of its inputs, of a Workflow of `parent`; a field of it is an input. `optional` are the inputs
    without which a run may go well. `result` is the type of the value, of a Workflow that of its state; it is
    that for inputs of just the types that are asked. `may_skip`: a run may end well without a value.
    """

    asked: Demand
    optional: frozenset[str]
    result: Type
    may_skip: bool
    steps: tuple[StepInterface, ...] = ()


def interface_of(document: KoreoDocument, world: World) -> Interface:
    """Return the interface of a document; a FunctionTest or a template asks nothing and gives nothing."""
    asked = Demands(world).of_document(document)
    wanted = demanded_type(asked)
    flow = analyse(document, Given(wanted), world)
    body = document.body
    steps: tuple[StepInterface, ...] = ()
    if isinstance(body, Workflow):
        steps = _steps(body.steps, flow.calls, world)
    return Interface(asked, _optional(document, asked), flow.result.value, flow.result.may_skip, steps)


def _optional(document: KoreoDocument, asked: Demand) -> frozenset[str]:
    """Return the inputs that may be left out: for a check of calls, or because their presence is asked for."""
    signature = document.signature
    lenient = {name for name, one in asked.fields if not one.required}
    if signature is None or (isinstance(document.body, Workflow) and document.body.has_trigger):
        return frozenset(lenient)
    certain = {name for name, required in signature.inputs if required}
    # A check of calls takes a question about a part, `has(inputs.x.y)`, for one about the input.
    certain |= {name for name, one in asked.fields if one.required and _asks_inside(one)}
    return frozenset(name for name, _ in asked.fields if name not in certain)


def _asks_inside(demand: Demand) -> bool:
    return any(inner.asked or _asks_inside(inner) for _, inner in demand.fields)


def _steps(steps: Sequence[Step], calls: Sequence[CallFlow], world: World) -> tuple[StepInterface, ...]:
    """Return the steps with the types of their values; an analysis makes their calls in the order of the steps."""
    left = list(calls)
    found: list[StepInterface] = []
    for step in steps:
        # What several cases name is run, and analysed, as one.
        runs = tuple(dict.fromkeys((one.kind, one.name.text) for one in step.call.targets))
        made, left = left[: len(runs)], left[len(runs) :]
        results = [world.result(call.target, call.given) for call in made]
        value = join(*(ANY if one is None else one.value for one in results))
        if value == NEVER or len(made) < len(runs):
            value = ANY
        each = step.input_key is not None
        found.append(
            StepInterface(
                step.label.text if step.label is not None else None,
                runs,
                ListType(value) if each else value,
                step.condition_type.text if step.condition_type is not None else None,
                tuple(key.text for key in step.state_keys),
                each,
            )
        )
    return tuple(found)
