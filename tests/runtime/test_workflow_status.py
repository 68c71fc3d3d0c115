"""What a run leaves on its trigger: conditions, state, errors, inventory (language section 8)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from koreo_runtime.drivers import drive_workflow
from koreo_runtime.workflows.inventory import INVENTORY_ANNOTATION, objects, read_inventory, released
from koreo_runtime.workflows.run import WorkflowRun
from koreo_runtime.workflows.status import StatusUpdate, status_update
from koreo_runtime.workflows.trigger import as_parent, owner_of
from workflow_cases import FUNCTIONS, NOW, Store, engine_of, merged, program_of, settled, trigger, workflow

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject

LATER = "2026-02-02T03:04:05Z"


def decide(label: str, do: str, extra: str = "") -> str:
    text = f"- label: {label}\n  ref: {{kind: ValueFunction, name: decide}}\n  inputs: {{do: {do}}}\n"
    return text + (f"  {extra}\n" if extra else "")


def config(label: str, inputs: str, extra: str = "") -> str:
    text = f"- label: {label}\n  ref: {{kind: ResourceFunction, name: config-map}}\n  inputs: {{{inputs}}}\n"
    return text + (f"  {extra}\n" if extra else "")


def update_of(
    steps: str, *others: str, seen: KubeObject | None = None, now: str = NOW, store: Store | None = None
) -> StatusUpdate | None:
    engine = engine_of(workflow(steps), FUNCTIONS, *others)
    program = program_of(engine)
    seen = seen or trigger()
    run = WorkflowRun(engine, program, as_parent(seen), owner_of(seen))
    return status_update(seen, program, drive_workflow(run, store or Store()), now)


def after(
    steps: str, *others: str, seen: KubeObject | None = None, now: str = NOW, store: Store | None = None
) -> Any:
    """Return the trigger as it is after a run."""
    update = update_of(steps, *others, seen=seen, now=now, store=store)
    found = seen or trigger()
    if update is not None:
        found = merged(merged(found, update.metadata or {}), update.status or {})
    return found


def with_status(**status: Any) -> KubeObject:
    return trigger(status=status)


def annotated(annotations: dict[str, str], **changes: Any) -> KubeObject:
    return trigger(metadata={"name": "ada", "namespace": "default", "annotations": annotations}, **changes)


def condition(steps: str, kind: str = "Step", **options: Any) -> dict[str, Any]:
    (found,) = (c for c in after(steps, **options)["status"]["conditions"] if c["type"] == kind)
    return dict(found)


# Conditions


@pytest.mark.parametrize(
    ("do", "status", "reason", "message"),
    [
        ("x", "True", "Ready", "The step ready."),
        ("wait", "False", "Wait", "Awaiting The step to be ready (hold on)."),
        ("skip", "True", "Skip", "Skipping The step: not wanted"),
        ("depend", "False", "DepSkip", "The step awaiting dependencies to be ready (too early)"),
        ("fail", "False", "Failure", "Unrecoverable error reconciling The step. (no way)."),
    ],
)
def test_a_condition_tells_the_outcome_of_its_step(do: str, status: str, reason: str, message: str) -> None:
    found = condition(decide("one", do, "condition: {type: Step, name: The step}"))
    assert (found["status"], found["reason"], found["message"]) == (status, reason, message)
    assert found["lastTransitionTime"] == found["lastUpdateTime"] == NOW
    assert found["observedGeneration"] == 3
    assert found["location"].startswith("Workflow/main:" if do == "x" else "ValueFunction/decide:")


def test_ready_tells_about_the_whole_and_comes_last() -> None:
    steps = decide("one", "x", "condition: {type: Step, name: a}") + decide("two", "wait")
    conditions = after(steps)["status"]["conditions"]
    assert [c["type"] for c in conditions] == ["Step", "Ready"]
    assert conditions[1]["message"] == "Awaiting main to be ready (hold on)."


def test_of_two_steps_with_one_type_the_later_counts() -> None:
    steps = decide("one", "wait", "condition: {type: Step, name: a}") + decide(
        "two", "x", "condition: {type: Step, name: b}"
    )
    assert condition(steps)["message"] == "b ready."


def test_the_conditions_of_sub_workflows_stay_inside() -> None:
    sub = workflow(decide("one", "x", "condition: {type: Inner, name: a}"), "sub")
    conditions = after("- {label: sub, ref: {kind: Workflow, name: sub}}\n", sub)["status"]["conditions"]
    assert [c["type"] for c in conditions] == ["Ready"]


STEP = decide("one", "=parent.spec.do", "condition: {type: Step, name: a}")


def passes(*dos: str) -> list[dict[str, Any]]:
    """Return the condition of the step after each of several runs, one minute apart."""
    seen = trigger()
    found = []
    for minute, do in enumerate(dos):
        seen = after(STEP, seen={**seen, "spec": {"do": do}}, now=f"2026-01-01T00:0{minute}:00Z")
        found.append(next(c for c in seen["status"]["conditions"] if c["type"] == "Step"))
    return found


def test_times_move_only_with_what_they_tell_of() -> None:
    times = [
        (c["lastTransitionTime"][14:16], c["lastUpdateTime"][14:16]) for c in passes("x", "x", "skip", "wait")
    ]
    assert times == [("00", "00"), ("00", "00"), ("00", "02"), ("03", "03")]


def test_conditions_of_others_stay_and_those_of_earlier_runs_go() -> None:
    foreign = {"type": "Other", "status": "True", "reason": "R", "message": "m"}
    stale = {"type": "Removed", "status": "True", "location": "Workflow/main:spec.steps[7]"}
    steps = decide("one", "x", "condition: {type: Step, name: a}")
    conditions = after(steps, seen=with_status(conditions=[stale, foreign]))["status"]["conditions"]
    assert [c["type"] for c in conditions] == ["Other", "Step", "Ready"]
    assert conditions[0] == foreign


def test_earlier_conditions_stay_when_the_trigger_asks_for_it() -> None:
    stale = {"type": "Removed", "status": "True", "location": "Workflow/main:spec.steps[7]"}
    seen = annotated({"koreo.dev/merge-conditions": "true"}, status={"conditions": [stale]})
    conditions = after(decide("one", "x"), seen=seen)["status"]["conditions"]
    assert [c["type"] for c in conditions] == ["Removed", "Ready"]


def test_when_the_workflow_cannot_run_only_ready_is_set() -> None:
    steps = decide("one", "x", "condition: {type: Step, name: a}") + decide("two", "=1 +")
    before = after(decide("one", "x", "condition: {type: Step, name: a}\n  state: {a: 1}"))
    status = after(steps, seen=before)["status"]
    assert [(c["type"], c["status"]) for c in status["conditions"]] == [("Ready", "False")]
    assert status["state"] == {"a": 1}
    assert list(status["koreo"]["errors"]) == ["two"]


@pytest.mark.parametrize("conditions", [None, "x", [None, {"type": ["a"]}, {}], {}])
def test_strange_conditions_do_no_harm(conditions: object) -> None:
    found = after(decide("one", "x"), seen=with_status(conditions=conditions))["status"]["conditions"]
    assert found[-1]["type"] == "Ready"


# Nothing changed


def test_nothing_is_written_when_nothing_changed() -> None:
    steps = decide(
        "one", "x", "condition: {type: Step, name: a}\n  state: {a: {b: [1, null], c: null}, d: null}"
    )
    steps += decide("two", "wait", "state: {x: 1}") + config("map", "name: a")
    store = Store(settled("a"))
    seen = after(steps, store=store)
    assert update_of(steps, seen=seen, now=LATER, store=store) is None


def test_only_what_changed_is_written() -> None:
    steps = decide("one", "=parent.spec.do", "state: {did: =value.did, fixed: 1}")
    seen = after(steps, seen=trigger(spec={"do": "a"}))
    update = update_of(steps, seen={**seen, "spec": {"do": "b"}}, now=LATER)
    assert update == StatusUpdate({"status": {"state": {"did": "b"}}}, None)


def test_a_number_and_a_boolean_differ_and_one_is_one() -> None:
    steps = decide("one", "x", "state: {a: 1.0, b: =true, c: '=[true]'}")
    seen = after(steps)
    seen["status"]["state"] = {"a": 1, "b": 1, "c": [1]}
    update = update_of(steps, seen=seen)
    assert update is not None
    assert update.status == {"status": {"state": {"b": True, "c": [True]}}}


# State


def test_state_of_steps_that_are_not_ok_stays() -> None:
    steps = decide("one", "=parent.spec.do", "state: {a: =value.did}") + decide("two", "x", "state: {b: 1}")
    seen = after(steps, seen=trigger(spec={"do": "first"}))
    for do in ("wait", "fail", "skip", "depend"):
        assert after(steps, seen={**seen, "spec": {"do": do}})["status"]["state"] == {"a": "first", "b": 1}


def test_keys_that_no_step_can_write_any_more_are_removed() -> None:
    seen = with_status(state={"a": 1, "old": {"x": 1}})
    assert after(decide("one", "wait", "state: {a: 2}"), seen=seen)["status"]["state"] == {"a": 1}
    assert "state" not in after(decide("one", "x"), seen=seen)["status"]


def test_a_key_within_state_that_is_gone_is_removed() -> None:
    seen = with_status(state={"a": {"b": 1, "c": {"d": 1}}})
    assert after(decide("one", "x", "state: {a: {c: {}}}"), seen=seen)["status"]["state"] == {"a": {"c": {}}}


def test_errors_and_their_places_are_listed_by_step_and_go_away() -> None:
    steps = (
        decide("one", "=parent.spec.do")
        + decide("two", "fail")
        + decide("six", "x", "state: {a: =value.missing}")
        + decide("ten", "skip")
    )
    seen = after(steps, seen=trigger(spec={"do": "wait"}))
    assert seen["status"]["koreo"] == {
        "errors": {"one": "hold on", "two": "no way"},
        "locations": {
            "one": "ValueFunction/decide:spec.preconditions[4]",
            "two": "ValueFunction/decide:spec.preconditions[6]",
        },
        "state_errors": {"six": "`spec.steps[2].state.a`: no such field `missing` in {did}"},
    }
    koreo = after(steps, seen={**seen, "spec": {"do": "x"}})["status"]["koreo"]
    assert koreo["errors"] == {"two": "no way"}
    assert "koreo" not in after(decide("one", "x"), seen=seen)["status"]


# Inventory


def inventory(seen: Any) -> Any:
    return json.loads(seen["metadata"]["annotations"][INVENTORY_ANNOTATION])


def entry(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "plural": "configmaps",
        "name": name,
        "namespace": "default",
        "readonly": False,
        "resourceFunction": "config-map",
    }


def test_the_inventory_lists_what_every_step_manages() -> None:
    sub = workflow(config("inner", "name: c"), "sub")
    steps = (
        decide("none", "x")
        + config("one", "name: a")
        + config("many", "other: 1", "forEach: {itemIn: =parent.spec.names, inputKey: name}")
        + "- {label: sub, ref: {kind: Workflow, name: sub}}\n"
    )
    assert inventory(after(steps, sub)) == {
        "workflow": "main",
        "resources": {
            "none": None,
            "one": entry("a"),
            "many": [entry("a"), entry("b")],
            "sub": {"workflow": "sub", "resources": {"inner": entry("c")}},
        },
    }


def test_an_object_to_be_destroyed_is_marked() -> None:
    function = FUNCTIONS.replace("  resource:\n    data", "  delete: {destroy: {}}\n  resource:\n    data")
    engine = engine_of(workflow(config("one", "name: a")), function)
    run = WorkflowRun(engine, program_of(engine), as_parent(trigger()))
    update = status_update(trigger(), program_of(engine), drive_workflow(run, Store()), NOW)
    assert update is not None
    assert inventory(update.metadata)["resources"]["one"] == {**entry("a"), "delete": "destroy"}


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        (config("one", "name: a, fail: 1"), True),
        (config("one", "name: =parent.missing"), True),
        (decide("zero", "wait") + config("one", "name: =steps.zero.did"), True),
        (config("one", "name: a, skip: 1"), False),
        (config("one", "name: a", "skipIf: =true"), False),
        (decide("one", "wait"), False),
        (decide("two", "x"), False),
    ],
)
def test_an_entry_stays_unless_the_step_is_known_to_have_no_object(second: str, kept: bool) -> None:
    seen = after(config("one", "name: a"))
    resources = inventory(after(second, seen=seen))["resources"]
    assert (resources.get("one") == entry("a")) is kept


def test_the_inventory_stays_when_the_workflow_cannot_run() -> None:
    seen = after(config("one", "name: a"))
    assert inventory(after(decide("one", "=1 +"), seen=seen)) == inventory(seen)


def test_an_entry_of_a_sub_workflow_stays_like_any_other() -> None:
    run_sub = "- {label: sub, ref: {kind: Workflow, name: sub}}\n"
    seen = after(run_sub, workflow(config("inner", "name: c"), "sub"))
    again = after(run_sub, workflow(config("inner", "name: c, fail: 1"), "sub"), seen=seen)
    assert inventory(again) == inventory(seen)


def test_an_item_that_fails_early_loses_no_object() -> None:
    each = "forEach: {itemIn: =parent.spec.names, inputKey: name}"
    seen = after(config("many", "other: 1", each))
    failing = "- label: many\n  forEach: {itemIn: =parent.spec.names, inputKey: name}\n  refSwitch:\n"
    failing += (
        "    switchOn: =inputs.name\n    cases:\n    - {case: b, kind: ResourceFunction, name: config-map}\n"
    )
    assert inventory(after(failing, seen=seen))["resources"]["many"] == [None, entry("b"), entry("a")]
    fewer = {**seen, "spec": {"names": ["b"]}}
    assert inventory(after(config("many", "other: 1", each), seen=fewer))["resources"]["many"] == [entry("b")]


TWO = config("one", "name: a") + config("two", "name: b")
WAITING = "- label: two\n  ref: {kind: ValueFunction, name: decide}\n  inputs: {do: wait}\n"


@pytest.mark.parametrize(
    "second",
    [
        WAITING.replace("two", "zero")
        + config("one", "name: a")
        + config("renamed", "name: =steps.zero.did"),
        decide("one", "x") + config("two", "name: =parent.missing"),
        WAITING.replace("two", "zero") + "- {label: one, ref: {kind: Workflow, name: sub}}\n",
    ],
)
def test_no_object_is_released_while_a_step_cannot_tell_its_own(second: str) -> None:
    sub = workflow(config("inner", "name: a") + config("other", "name: =parent.missing"), "sub", head="")
    seen = after(TWO)
    again = after(second, sub, seen=seen)
    assert released(inventory(seen), inventory(again)) == []
    once_more = after(second, sub, seen=again)
    assert inventory(once_more) == inventory(again)
    settled_now = inventory(after(config("one", "name: a"), seen=once_more))
    assert settled_now["resources"] == {"one": entry("a")}
    assert [found["name"] for found in released(inventory(seen), settled_now)] == ["b"]


def test_objects_stay_when_another_workflow_cannot_tell_its_own() -> None:
    seen = after(TWO)
    engine = engine_of(workflow(config("one", "name: =parent.missing"), "other"), FUNCTIONS)
    program = program_of(engine, "other")
    result = drive_workflow(WorkflowRun(engine, program, as_parent(seen)), Store())
    update = status_update(seen, program, result, NOW)
    assert update is not None
    found = inventory(update.metadata)
    assert found == {
        "workflow": "other",
        "resources": {"one": None, "(unassigned)": [entry("a"), entry("b")]},
    }


def test_another_sub_workflow_that_cannot_tell_loses_no_object() -> None:
    run_sub = "- {label: sub, ref: {kind: Workflow, name: sub-v1}}\n"
    seen = after(run_sub, workflow(config("inner", "name: c"), "sub-v1"))
    second = run_sub.replace("v1", "v2")
    again = after(second, workflow(config("inner", "name: c, fail: 1"), "sub-v2"), seen=seen)
    assert [found["name"] for found in objects(inventory(again))] == ["c"]


def test_a_step_that_takes_too_long_may_have_created_its_object() -> None:
    engine = engine_of(workflow(config("one", "name: a")), FUNCTIONS)
    run = WorkflowRun(engine, program_of(engine), as_parent(trigger()))
    run.start()
    run.expire(("one",))
    assert run.result is not None
    update = status_update(trigger(), program_of(engine), run.result, NOW)
    assert update is not None
    assert inventory(update.metadata)["resources"]["one"] == entry("a")


def test_what_is_no_longer_managed_can_be_told() -> None:
    before = {
        "workflow": "w",
        "resources": {"a": entry("a"), "b": [entry("b"), None], "c": {"resources": {}}},
    }
    new_version = {**entry("a"), "apiVersion": "v2"}
    assert released(before, {"resources": {"x": new_version}}) == [entry("b")]
    assert [found["name"] for found in objects(before)] == ["a", "b"]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "7", "[" * 100_000])
def test_an_annotation_that_cannot_be_read_is_no_inventory(text: object) -> None:
    assert read_inventory(text) == {}
