"""One pass over a trigger: which Workflow runs, what is written, when to come back (language section 8)."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_runtime.effects import ApiError, Create, Delete, Patch, PatchStatus, Read
from koreo_runtime.outcomes import Cause, Ok, PermFail, Retry, Skip
from koreo_runtime.workflows.reconcile import PassResult, reconcile
from workflow_cases import FUNCTIONS, NOW, TRIGGER_ID, Store, definition, engine_of, trigger, workflow

STEP = "- label: one\n  ref: {kind: ValueFunction, name: decide}\n  inputs: {do: =parent.spec.name}\n"
STEP += "  condition: {type: Step, name: a}\n  state: {did: =value.did}\n"
CONFIG = "- label: map\n  ref: {kind: ResourceFunction, name: config-map}\n  inputs: {name: a}\n"
MAIN = workflow(STEP)


def a_pass(store: Store, *texts: str, now: str = NOW) -> PassResult:
    return reconcile(engine_of(FUNCTIONS, *texts), store, TRIGGER_ID, now=now)


def spec(name: str) -> Store:
    return Store(trigger(spec={"name": name}))


def status(store: Store) -> Any:
    return store.objects["Guest", "ada"]["status"]


def annotated(**annotations: str) -> Store:
    found = {f"koreo.dev/{key}": value for key, value in annotations.items()}
    return Store(trigger(metadata={"name": "ada", "namespace": "default", "annotations": found}))


def test_passes_converge_and_then_write_nothing() -> None:
    store = spec("x")
    first = a_pass(store, workflow(STEP + CONFIG))
    assert isinstance(first.outcome, Retry)
    assert first.next_delay == 30
    assert [type(effect) for effect in first.writes] == [Create, Patch, PatchStatus]
    second = a_pass(store, workflow(STEP + CONFIG), now="2026-01-02T03:05:00Z")
    assert second.outcome == Ok({"did": "x"})
    assert [type(effect) for effect in second.writes] == [PatchStatus]
    third = a_pass(store, workflow(STEP + CONFIG), now="2026-01-02T03:06:00Z")
    assert (third.writes, third.next_delay) == ((), 1200)
    assert status(store)["state"] == {"did": "x"}


def test_the_inventory_is_written_before_the_status() -> None:
    store = spec("x")
    a_pass(store, workflow(CONFIG))
    written = [effect for effect in store.effects if effect.id == TRIGGER_ID and not isinstance(effect, Read)]
    assert isinstance(written[0], Patch)
    assert isinstance(written[1], PatchStatus)


@pytest.mark.parametrize(
    ("name", "kind", "delay"),
    [("x", Ok, 1200), ("wait", Retry, 7), ("skip", Skip, 1200), ("fail", PermFail, None)],
)
def test_when_to_come_back(name: str, kind: type, delay: float | None) -> None:
    result = a_pass(spec(name), MAIN)
    assert isinstance(result.outcome, kind)
    assert result.next_delay == delay


def test_a_failure_does_not_stop_the_retries_of_others() -> None:
    other = "- label: two\n  ref: {kind: ValueFunction, name: decide}\n  inputs: {do: wait long}\n"
    result = a_pass(spec("fail"), workflow(STEP + other))
    assert isinstance(result.outcome, PermFail)
    assert result.next_delay == 70


def test_without_status_subresource_the_object_itself_is_patched() -> None:
    store = Store(trigger(spec={"name": "x"}), has_status=False)
    result = a_pass(store, MAIN)
    assert [type(effect) for effect in result.writes] == [Patch, Patch]
    assert status(store)["state"] == {"did": "x"}


def test_a_refused_write_is_the_callers_to_handle() -> None:
    class Refusing(Store):
        def perform(self, effect: Any) -> Any:
            if isinstance(effect, PatchStatus):
                raise ApiError(409, "Conflict", "changed meanwhile")
            return super().perform(effect)

    with pytest.raises(ApiError):
        a_pass(Refusing(trigger(spec={"name": "x"})), MAIN)


class FullAnnotations(Store):
    """Refuses inventories."""

    def perform(self, effect: Any) -> Any:
        if isinstance(effect, Patch) and effect.id == TRIGGER_ID:
            raise ApiError(422, "Invalid", "metadata.annotations: Too long: must have at most 262144 bytes")
        return super().perform(effect)


def test_a_refused_inventory_is_told_in_the_status() -> None:
    store = FullAnnotations(trigger(spec={"name": "wait"}))
    result = a_pass(store, workflow(STEP + CONFIG))
    message = "Storing the inventory in `Guest:default:ada` failed: metadata.annotations: Too long:"
    assert isinstance(result.outcome, PermFail)
    assert result.outcome.message.startswith(message)
    assert result.outcome.cause is Cause.INVALID
    assert result.next_delay == 30
    assert [type(effect) for effect in result.writes] == [Create, PatchStatus]
    conditions = {found["type"]: found for found in status(store)["conditions"]}
    assert conditions["Ready"]["reason"] == "Failure"
    assert message in conditions["Ready"]["message"]
    assert conditions["Step"]["reason"] == "Wait"
    assert [type(effect) for effect in a_pass(store, workflow(STEP + CONFIG)).writes] == [PatchStatus]
    assert a_pass(store, workflow(STEP + CONFIG)).writes == ()


@pytest.mark.parametrize("code", [0, 404, 409, 429, 503])
def test_an_inventory_that_could_not_be_stored_now_is_the_callers_to_handle(code: int) -> None:
    class Refusing(Store):
        def perform(self, effect: Any) -> Any:
            if isinstance(effect, Patch):
                raise ApiError(code, "Reason", "not now")
            return super().perform(effect)

    with pytest.raises(ApiError):
        a_pass(Refusing(trigger()), workflow(CONFIG))


def test_an_absent_trigger_and_one_being_deleted_are_left_alone() -> None:
    metadata = {"name": "ada", "namespace": "default", "deletionTimestamp": NOW}
    for store in (Store(), Store(trigger(metadata=metadata))):
        result = a_pass(store, MAIN)
        assert isinstance(result.outcome, Skip)
        assert (result.next_delay, result.writes, result.result) == (None, (), None)


# Which Workflow


def ready(store: Store) -> tuple[str, str, str]:
    (condition,) = status(store)["conditions"]
    return condition["status"], condition["reason"], condition["message"]


OTHER = workflow(STEP, "other")
ELSEWHERE = workflow(STEP, "elsewhere", head="crdRef: {apiGroup: example.com, version: v2, kind: Guest}\n")
SUB = workflow(STEP, "sub", head="")
BROKEN = definition(
    "Workflow", "main", "crdRef: {apiGroup: example.com, version: v1, kind: Guest}\nsteps: []\n"
)


@pytest.mark.parametrize(
    ("store", "texts", "reason", "message"),
    [
        (Store(trigger()), (ELSEWHERE, SUB), "NoWorkflow", "no Workflow is for Guest.v1.example.com"),
        (Store(trigger()), (MAIN, OTHER), "MultipleWorkflows", "`main`, `other`"),
        (Store(trigger()), (BROKEN,), "WorkflowNotReady", "Workflow `main` cannot run: "),
        (annotated(workflow="gone"), (MAIN,), "WorkflowNotInCache", "Workflow `gone` is not defined"),
        (
            annotated(workflow="elsewhere"),
            (MAIN, ELSEWHERE),
            "NoWorkflow",
            "the `crdRef` of Workflow `elsewhere`",
        ),
        (annotated(workflow="sub"), (MAIN, SUB), "NoWorkflow", "the `crdRef` of Workflow `sub`"),
    ],
)
def test_when_no_workflow_can_be_chosen(
    store: Store, texts: tuple[str, ...], reason: str, message: str
) -> None:
    result = a_pass(store, *texts)
    assert isinstance(result.outcome, Retry)
    assert (result.outcome.delay, result.next_delay, result.outcome.cause) == (120, 120, Cause.DEFINITION)
    found = ready(store)
    assert found[:2] == ("False", reason)
    assert message in found[2]
    assert a_pass(store, *texts).writes == ()


def test_the_annotation_chooses_among_those_that_fit() -> None:
    store = annotated(workflow="other")
    assert a_pass(store, MAIN, OTHER).result is not None
    assert status(store)["conditions"][-1]["location"] == "Workflow/other"


def test_a_workflow_whose_steps_are_broken_says_so_itself() -> None:
    store = Store(trigger())
    result = a_pass(store, workflow(STEP + "  skipIf: =1 +\n"))
    assert isinstance(result.outcome, PermFail)
    assert ready(store)[1] == "Failure"


def test_state_and_inventory_stay_without_a_workflow() -> None:
    store = spec("x")
    a_pass(store, workflow(STEP + CONFIG))
    before = store.objects["Guest", "ada"]
    a_pass(store, ELSEWHERE)
    after = store.objects["Guest", "ada"]
    assert after["status"]["state"] == before["status"]["state"]
    assert after["metadata"] == before["metadata"]


def test_nothing_is_deleted_in_a_pass() -> None:
    store = spec("x")
    a_pass(store, workflow(STEP + CONFIG))
    a_pass(store, MAIN)
    assert not any(isinstance(effect, Delete) for effect in store.effects)
