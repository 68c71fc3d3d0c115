"""Driving a Workflow: one effect after the other, or all at once with time limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from koreo_runtime.drivers import drive, drive_workflow, drive_workflow_async
from koreo_runtime.effects import ApiError, Create
from koreo_runtime.engine import EngineSettings
from koreo_runtime.functions.resource import run_resource_function
from koreo_runtime.outcomes import Ok, PermFail, Retry
from koreo_runtime.programs.model import ResourceFunctionProgram
from workflow_cases import FUNCTIONS, Store, begin, engine_of, settled, trigger, workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_runtime.effects import Effect
    from koreo_runtime.workflows.results import WorkflowResult
    from koreo_runtime.workflows.run import WorkflowRun

STEPS = "".join(
    f"- label: step_{name}\n  ref: {{kind: ResourceFunction, name: config-map}}\n  inputs: {{name: {name}}}\n"
    for name in ("a", "b", "c")
)
LAST = "- label: last\n  ref: {kind: ValueFunction, name: echo}\n  inputs: {a: =steps.step_a, b: =steps.step_b}\n"


class SlowStore:
    """Answers from a `Store` after the time that `delay` gives, and counts what is under way."""

    def __init__(self, store: Store, delay: Callable[[str], float]) -> None:
        self._store = store
        self._delay = delay
        self.under_way = 0
        self.most = 0
        self.cancelled: list[str] = []

    async def perform(self, effect: Effect) -> Any:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self._delay(effect.id.name))
        except asyncio.CancelledError:
            self.cancelled.append(effect.id.name)
            raise
        finally:
            self.under_way -= 1
        return self._store.perform(effect)


def all_settled() -> Store:
    return Store(*(settled(name) for name in ("a", "b", "c")))


def a_run(seconds: float = 30.0) -> WorkflowRun:
    return begin(workflow(STEPS + LAST), FUNCTIONS, settings=EngineSettings(step_seconds=seconds))


def drive_slowly(api: SlowStore, run: WorkflowRun | None = None) -> WorkflowResult:
    return asyncio.run(drive_workflow_async(run or a_run(), api))


def test_a_function_can_be_driven_alone() -> None:
    engine = engine_of(FUNCTIONS)
    program = engine.resource_function("config-map")
    assert isinstance(program, ResourceFunctionProgram)
    store = Store()
    outcomes = [drive(run_resource_function(engine, program, {"name": "a"}), store).outcome for _ in range(2)]
    assert [type(outcome) for outcome in outcomes] == [Retry, Ok]
    store.refused["a"] = ApiError(403, "Forbidden", "no access")
    assert isinstance(drive(run_resource_function(engine, program, {"name": "a"}), store).outcome, PermFail)


def test_both_drivers_come_to_the_same_result() -> None:
    expected = drive_workflow(a_run(), all_settled())
    assert expected.steps["last"].outcome == Ok({"given": {"a": {"name": "a"}, "b": {"name": "b"}}})
    assert drive_slowly(SlowStore(all_settled(), lambda name: 0.003 if name == "a" else 0.0)) == expected


def test_the_synchronous_driver_asks_in_the_order_of_the_steps() -> None:
    store = Store()
    drive_workflow(a_run(), store)
    assert [effect.id.name for effect in store.effects if not isinstance(effect, Create)] == ["a", "b", "c"]


def test_requests_are_under_way_at_the_same_time() -> None:
    api = SlowStore(all_settled(), lambda _: 0.01)
    drive_slowly(api)
    assert api.most == 3


MANY = """\
- label: many
  forEach: {itemIn: '=parent.spec.names', inputKey: name}
  ref: {kind: ResourceFunction, name: config-map}
"""


def of_many(count: int, seconds: float = 30.0) -> WorkflowRun:
    names = [f"name-{number:04}" for number in range(count)]
    settings = EngineSettings(step_seconds=seconds)
    return begin(workflow(MANY + STEPS), FUNCTIONS, seen=trigger(spec={"names": names}), settings=settings)


def test_not_too_many_requests_are_under_way_at_the_same_time() -> None:
    api = SlowStore(Store(), lambda _: 0.001)
    result = drive_slowly(api, of_many(450))
    assert api.most == 100
    assert {type(run.outcome) for run in result.steps["many"].runs} == {Retry}
    assert len(result.steps["many"].runs) == 450
    assert isinstance(result.steps["step_c"].outcome, Retry)


def test_the_time_that_a_request_waits_for_others_is_not_that_of_its_step() -> None:
    api = SlowStore(all_settled(), lambda name: 60.0 if name.startswith("name-") else 0.03)
    result = drive_slowly(api, of_many(150, 0.05))
    outcome = result.steps["many"].outcome
    assert isinstance(outcome, Retry)
    assert outcome.message.startswith("timed out after")
    assert result.steps["step_a"].outcome == Ok({"name": "a"})
    assert len(api.cancelled) == 100


def test_a_step_has_its_own_time_limit() -> None:
    api = SlowStore(all_settled(), lambda name: 60.0 if name == "a" else 0.0)
    result = drive_slowly(api, a_run(0.05))
    outcome = result.steps["step_a"].outcome
    assert isinstance(outcome, Retry)
    assert outcome.message == "timed out after 0.05 s"
    assert result.steps["step_b"].outcome == Ok({"name": "b"})
    assert api.cancelled == ["a"]
    assert api.under_way == 0


def test_the_time_limit_is_that_of_the_step_not_of_each_request() -> None:
    api = SlowStore(Store(), lambda _: 0.06)
    steps = STEPS.split("- label: step_b")[0]
    result = drive_slowly(api, begin(workflow(steps), FUNCTIONS, settings=EngineSettings(step_seconds=0.09)))
    outcome = result.steps["step_a"].outcome
    assert isinstance(outcome, Retry)
    assert outcome.message.startswith("timed out after")


def test_a_refusal_reaches_the_step() -> None:
    store = all_settled()
    store.refused["a"] = ApiError(403, "Forbidden", "no access")
    result = drive_slowly(SlowStore(store, lambda _: 0.0))
    assert isinstance(result.steps["step_a"].outcome, PermFail)
    assert result.steps["step_b"].outcome == Ok({"name": "b"})


def test_no_request_outlives_a_run_that_ends_early() -> None:
    class Broken(SlowStore):
        async def perform(self, effect: Effect) -> Any:
            if effect.id.name == "b":
                raise ZeroDivisionError
            return await super().perform(effect)

    api = Broken(all_settled(), lambda _: 60.0)
    with pytest.raises(ZeroDivisionError):
        drive_slowly(api)
    assert sorted(api.cancelled) == ["a", "c"]


def test_no_request_outlives_a_run_that_is_cancelled() -> None:
    api = SlowStore(all_settled(), lambda _: 60.0)
    run = a_run()

    async def cancel() -> None:
        task = asyncio.create_task(drive_workflow_async(run, api))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert sorted(api.cancelled) == ["a", "b", "c"]
    assert run.waiting == ()


def test_a_workflow_without_requests_ends_at_once() -> None:
    run = begin(workflow(LAST.replace("a: =steps.step_a, b: =steps.step_b", "a: 1")), FUNCTIONS)
    assert drive_slowly(SlowStore(Store(), lambda _: 60.0), run).outcome == Ok({})
