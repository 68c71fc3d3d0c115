"""The run of a Workflow as a whole: order, concurrency, time limits, failures that stay where they are."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from koreo_runtime.drivers import drive_workflow
from koreo_runtime.effects import ApiError, Read
from koreo_runtime.engine import EngineSettings
from koreo_runtime.outcomes import Cause, DepSkip, Ok, PermFail, Retry, Skip
from koreo_runtime.workflows import steps as step_rules
from koreo_runtime.workflows.inventory import merge_inventory, objects, read_inventory, write_inventory
from workflow_cases import FUNCTIONS, Store, begin, result_of, settled, workflow

if TYPE_CHECKING:
    from koreo_runtime.workflows.results import WorkflowResult
    from koreo_runtime.workflows.run import WorkflowRun

CONFIG = """\
- label: {label}
  ref: {{kind: ResourceFunction, name: config-map}}
  inputs: {{name: {name}}}
"""


def config(label: str, name: str) -> str:
    return CONFIG.format(label=label, name=name)


def decide(label: str, do: str) -> str:
    return f"- label: {label}\n  ref: {{kind: ValueFunction, name: decide}}\n  inputs: {{do: {do}}}\n"


CHAIN = config("one", "a") + config("two", "b") + config("three", '=steps.one.name + "c"')


LATER = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "plural": "configmaps",
    "name": "later",
    "namespace": "default",
}


def waiting(run: WorkflowRun) -> list[str]:
    return [f"{'/'.join(request.step)}: {request.effect.id.name}" for request in run.waiting]


def test_a_step_gets_the_values_of_the_steps_it_names() -> None:
    steps = """\
- label: first
  ref: {kind: ValueFunction, name: echo}
  inputs: {a: 1}
- label: second
  ref: {kind: ValueFunction, name: echo}
  inputs: {b: '=steps.first.given.a + 1', c: '=steps["first"].given'}
"""
    assert result_of(steps).steps["second"].outcome == Ok({"given": {"b": 2, "c": {"a": 1}}})


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("wait", "`first` is not ready (Wait: hold on)"),
        ("fail", "`first` is not ready (Failure: no way)"),
        ("skip", "`first` is not ready (Skip: not wanted)"),
        ("depend", "`first` is not ready (DepSkip)"),
    ],
)
def test_a_step_is_not_run_when_a_dependency_is_not_ok(do: str, expected: str) -> None:
    steps = decide("first", do) + decide("second", "=steps.first.did") + decide("other", "x")
    result = result_of(steps)
    outcome = result.steps["second"].outcome
    assert isinstance(outcome, DepSkip)
    assert (outcome.message, outcome.cause) == (expected, Cause.PENDING)
    assert str(outcome.location) == "Workflow/main:spec.steps[1]"
    assert result.steps["other"].outcome == Ok({"did": "x"})


def test_every_expression_of_a_step_makes_it_depend() -> None:
    for key in (
        "skipIf: =steps.first.did == ''",
        "forEach: {itemIn: '=[steps.first.did]', inputKey: i}",
        "state: {a: =steps.first.did}",
    ):
        steps = decide("first", "wait") + decide("second", "x") + f"  {key}\n"
        assert isinstance(result_of(steps).steps["second"].outcome, DepSkip), key


@pytest.mark.parametrize(
    ("dos", "kind", "message"),
    [
        (("x", "y"), Ok, None),
        (("x", "skip"), Ok, None),
        (("skip", "depend"), Skip, "not wanted"),
        (("x", "wait", "wait long"), Retry, "hold on, hold on longer"),
        (("wait", "fail"), PermFail, "no way"),
    ],
)
def test_the_outcome_combines_those_of_the_steps(
    dos: tuple[str, ...], kind: type, message: str | None
) -> None:
    outcome = result_of("".join(decide(f"step{i}", do) for i, do in enumerate(dos))).outcome
    assert isinstance(outcome, kind)
    assert isinstance(outcome, Ok) or outcome.message == message


def test_a_failure_does_not_stop_retries() -> None:
    sub = workflow(decide("inner", "wait long"), "sub", head="")
    steps = (
        decide("one", "wait") + decide("two", "fail") + "- {label: sub, ref: {kind: Workflow, name: sub}}\n"
    )
    result = result_of(steps, sub)
    assert isinstance(result.outcome, PermFail)
    assert result.retry_delay == 70
    assert result_of(decide("two", "fail")).retry_delay is None


def test_a_retry_that_a_failing_item_hides_counts() -> None:
    steps = decide("one", "x") + '  forEach: {itemIn: \'=["wait", "fail"]\', inputKey: do}\n'
    result = result_of(steps)
    assert isinstance(result.outcome, PermFail)
    assert result.retry_delay == 7


def test_states_merge_by_key_and_the_later_step_wins() -> None:
    steps = (
        decide("one", "x")
        + "  state: {a: {p: 1}, b: 1}\n"
        + decide("two", "y")
        + "  state: {a: {q: 2}, c: 3}\n"
    )
    result = result_of(steps)
    assert result.state == {"a": {"q": 2}, "b": 1, "c": 3}
    assert result.outcome == Ok(result.state)


# Concurrency


def test_steps_that_can_run_wait_at_the_same_time() -> None:
    run = begin(workflow(CHAIN), FUNCTIONS)
    requests = run.start()
    assert waiting(run) == ["one: a", "two: b"]
    assert all(isinstance(request.effect, Read) for request in requests)
    assert run.result is None
    (new,) = run.resume(requests[0].id, settled("a"))
    assert (new.step, new.effect.id.name) == (("three",), "ac")
    assert waiting(run) == ["two: b", "three: ac"]


def test_items_wait_at_the_same_time() -> None:
    steps = config("one", "x") + "  forEach: {itemIn: =parent.spec.names, inputKey: name}\n"
    run = begin(workflow(steps), FUNCTIONS)
    first, second = run.start()
    assert waiting(run) == ["one: a", "one: b"]
    run.resume(second.id, settled("b"))
    run.resume(first.id, settled("a"))
    assert run.result is not None
    assert run.result.steps["one"].outcome == Ok([{"name": "a"}, {"name": "b"}])


def test_the_steps_of_a_sub_workflow_take_part() -> None:
    sub = workflow(config("inner", "=parent.name"), "sub", head="")
    steps = (
        config("one", "a")
        + "- label: subs\n  ref: {kind: Workflow, name: sub}\n"
        + "  forEach: {itemIn: =parent.spec.names, inputKey: name}\n"
        + "- {label: single, ref: {kind: Workflow, name: sub}, inputs: {name: c}}\n"
    )
    run = begin(workflow(steps), sub, FUNCTIONS)
    run.start()
    assert waiting(run) == ["one: a", "subs[0]/inner: a", "subs[1]/inner: b", "single/inner: c"]


def test_the_order_of_answers_does_not_change_the_result() -> None:
    def answered(order: tuple[int, ...]) -> object:
        run = begin(workflow(config("one", "a") + config("two", "b") + config("six", "c")), FUNCTIONS)
        requests = run.start()
        for index in order:
            assert run.resume(requests[index].id, settled("abc"[index])) == ()
        return run.result

    first, *others = (answered(order) for order in permutations(range(3)))
    assert first is not None
    assert all(other == first for other in others)


def test_a_long_chain_of_sub_workflows_runs() -> None:
    count = 99
    subs = [
        workflow(
            f"- {{label: next, ref: {{kind: Workflow, name: sub{i + 1}}}, state: {{a: =value.a}}}}\n",
            f"sub{i}",
        )
        for i in range(count)
    ]
    last = workflow(decide("last", "x") + "  state: {a: =value.did}\n", f"sub{count}")
    steps = "- {label: subs, ref: {kind: Workflow, name: sub0}}\n"
    result = result_of(steps, *subs, last)
    assert result.steps["subs"].outcome == Ok({"a": "x"})
    inventory = merge_inventory({}, result.inventory)
    assert read_inventory(write_inventory(inventory)) == inventory


# One failing step harms no other


def test_a_refused_request_fails_its_own_step() -> None:
    store = Store(settled("b"))
    store.refused["a"] = ApiError(403, "Forbidden", "no access")
    result = result_of(config("one", "a") + config("two", "b"), store=store)
    assert isinstance(result.steps["one"].outcome, PermFail)
    assert result.steps["two"].outcome == Ok({"name": "b"})


def test_a_bug_in_a_request_fails_its_own_step_and_is_recorded() -> None:
    run = begin(workflow(CHAIN), FUNCTIONS)
    one, two = run.start()
    run.resume(one.id, 7)
    run.resume(two.id, settled("b"))
    assert run.result is not None
    outcome = run.result.steps["one"].outcome
    assert isinstance(outcome, PermFail)
    assert outcome.cause is Cause.BUG
    assert outcome.message.startswith("internal error: ")
    assert run.result.steps["two"].outcome == Ok({"name": "b"})
    assert isinstance(run.result.steps["three"].outcome, DepSkip)
    assert [bug.step for bug in run.result.bugs] == [("one",)]


def test_a_bug_before_the_logic_fails_its_own_step(monkeypatch: pytest.MonkeyPatch) -> None:
    choose = step_rules.choose_logic

    def failing(*args: Any) -> object:
        if "boom" in repr(args):
            raise ZeroDivisionError
        return choose(*args)

    monkeypatch.setattr("koreo_runtime.workflows.run.choose_logic", failing)
    run = begin(workflow(decide("one", "boom") + decide("two", "x")), FUNCTIONS)
    result = drive_workflow(run, Store())
    assert isinstance(result.steps["one"].outcome, PermFail)
    assert result.steps["two"].outcome == Ok({"did": "x"})
    assert [type(bug.error) for bug in result.bugs] == [ZeroDivisionError]


def test_an_interruption_is_no_bug() -> None:
    class Interrupted(Store):
        def perform(self, effect: object) -> object:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        result_of(config("one", "a"), store=Interrupted())


# Time limits


def test_a_step_that_takes_too_long_ends_alone() -> None:
    run = begin(workflow(CHAIN), FUNCTIONS)
    one, two = run.start()
    assert run.expire(("one",)) == ()
    assert waiting(run) == ["two: b"]
    assert run.resume(one.id, settled("a")) == ()
    run.resume(two.id, settled("b"))
    assert run.result is not None
    outcome = run.result.steps["one"].outcome
    assert isinstance(outcome, Retry)
    assert (outcome.message, outcome.delay, outcome.cause) == ("timed out after 30 s", 30, Cause.TRANSIENT)
    assert isinstance(run.result.steps["three"].outcome, DepSkip)
    assert run.result.steps["two"].outcome == Ok({"name": "b"})


def test_a_step_that_has_ended_cannot_expire() -> None:
    run = begin(workflow(CHAIN), FUNCTIONS)
    one, _ = run.start()
    run.resume(one.id, settled("a"))
    run.expire(("one",))
    assert waiting(run) == ["two: b", "three: ac"]


def test_items_that_are_done_count_when_the_step_expires() -> None:
    steps = config("one", "x") + '  forEach: {itemIn: \'=["a", "b"]\', inputKey: name}\n'
    run = begin(workflow(steps), FUNCTIONS)
    first, _ = run.start()
    run.fail(first.id, ApiError(403, "Forbidden", "no access"))
    run.expire(("one",))
    assert run.result is not None
    outcome = run.result.steps["one"].outcome
    assert isinstance(outcome, PermFail)
    assert run.result.retry_delay == 30


def test_a_sub_workflow_can_expire_as_a_whole() -> None:
    sub = workflow(config("inner", "a") + config("next", '=steps.inner.name + "b"'), "sub", head="")
    outer = workflow("- {label: sub, ref: {kind: Workflow, name: sub}}\n", "outer", head="")
    steps = "- {label: outer, ref: {kind: Workflow, name: outer}}\n" + config("two", "b")
    run = begin(workflow(steps), sub, outer, FUNCTIONS)
    run.start()
    run.expire(("outer",))
    assert waiting(run) == ["two: b"]
    run.expire(("outer", "sub", "inner"))
    run.expire(("two",))
    assert run.result is not None
    assert {type(step.outcome) for step in run.result.steps.values()} == {Retry}


def test_a_sub_workflow_that_expires_forgets_no_object() -> None:
    steps = config("done", "a") + config("created", "b") + config("later", '=steps.created.name + "c"')
    steps += config("many", "x") + '  forEach: {itemIn: \'=["d", "e"]\', inputKey: name}\n'
    sub = workflow(steps, "sub", head="")
    run = begin(workflow("- {label: sub, ref: {kind: Workflow, name: sub}}\n"), sub, FUNCTIONS)
    store = Store(settled("a"), settled("d"))
    done, created, first, second = run.start()
    run.resume(done.id, store.perform(done.effect))
    (create,) = run.resume(created.id, store.perform(created.effect))
    run.resume(create.id, store.perform(create.effect))
    run.resume(first.id, store.perform(first.effect))
    run.resume(second.id, store.perform(second.effect))
    run.expire(("sub",))
    assert run.result is not None
    before = {"workflow": "main", "resources": {"sub": {"workflow": "sub", "resources": {"later": LATER}}}}
    after = merge_inventory(before, run.result.inventory)
    assert [found["name"] for found in objects(after)] == ["a", "b", "later", "d", "e"]


def test_a_step_of_a_sub_workflow_can_expire() -> None:
    sub = workflow(config("inner", "a") + decide("next", "wait"), "sub", head="")
    run = begin(workflow("- {label: sub, ref: {kind: Workflow, name: sub}}\n"), sub, FUNCTIONS)
    run.start()
    run.expire(("sub", "inner"))
    assert run.result is not None
    outcome = run.result.steps["sub"].outcome
    assert isinstance(outcome, Retry)
    assert outcome.message == "timed out after 30 s, hold on"


def test_closing_a_run_drops_what_it_waits_for() -> None:
    run = begin(workflow(CHAIN), FUNCTIONS)
    run.start()
    run.close()
    assert run.waiting == ()


# Size

SUB = "- {{label: {0}, ref: {{kind: Workflow, name: {1}}}}}\n"


def twice(name: str) -> str:
    return SUB.format("one", name) + SUB.format("two", name)


def limited(runs: int, *texts: str) -> WorkflowResult:
    run = begin(*texts, FUNCTIONS, settings=EngineSettings(logic_runs=runs))
    return drive_workflow(run, Store())


def test_sub_workflows_that_multiply_come_to_an_end() -> None:
    levels = [workflow(twice(f"level-{level + 1}"), f"level-{level}", head="") for level in range(40)]
    last = workflow(decide("one", "x"), "level-40", head="")
    result = limited(1000, workflow(twice("level-0")), *levels, last)
    assert isinstance(result.outcome, PermFail)
    message = "the Workflow is too large: with this step it would run Logic more than 1,000 times"
    assert result.outcome.message.startswith(message)
    assert result.outcome.cause is Cause.DEFINITION


@pytest.mark.parametrize(("runs", "kind"), [(5, Ok), (4, PermFail)])
def test_every_item_counts(runs: int, kind: type) -> None:
    steps = decide("many", "x") + "  forEach: {itemIn: '=[1, 2, 3]', inputKey: item}\n" + decide("one", "z")
    result = limited(runs, workflow(steps))
    assert isinstance(result.steps["many"].outcome, kind)
    assert result.steps["one"].outcome == Ok({"did": "z"})


@pytest.mark.parametrize(("runs", "kind"), [(4, Ok), (3, PermFail)])
def test_every_step_of_a_sub_workflow_counts(runs: int, kind: type) -> None:
    sub = workflow(decide("one", "x") + decide("two", "x"), "sub", head="")
    result = limited(runs, workflow(SUB.format("sub", "sub") + decide("one", "z")), sub)
    assert isinstance(result.steps["sub"].outcome, kind)
    assert result.steps["one"].outcome == Ok({"did": "z"})


@pytest.mark.parametrize("levels", [101, 2000])
def test_sub_workflows_are_not_nested_too_deep(levels: int) -> None:
    subs = [workflow(SUB.format("one", f"sub-{n + 1}"), f"sub-{n}", head="") for n in range(1, levels)]
    last = workflow(decide("one", "x"), f"sub-{levels}", head="")
    outcome = result_of(SUB.format("one", "sub-1"), *subs, last).outcome
    assert isinstance(outcome, PermFail)
    assert outcome.message == "sub-Workflows are nested more than 100 deep"
    assert outcome.location.name == "sub-100"
