"""Renderings: passes until nothing changes, a clock that jumps, what is told of steps and objects."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.render import Ending
from koreo_runtime.render.objects import HIDDEN, masked, portable
from render_cases import DATABASE, DATABASE_RULE, DATABASE_STEP, actions, outcomes, rendered
from workflow_cases import CONFIG_MAP, DECIDE, ECHO, definition, workflow

CONFIG_STEP = "- {label: config, ref: {kind: ResourceFunction, name: config-map}, inputs: {name: one}}\n"


def test_renders_until_ready_and_once_more_to_see_that_nothing_changes() -> None:
    found = rendered(CONFIG_MAP, workflow(CONFIG_STEP))
    assert found.ending is Ending.READY
    assert [outcomes(made) for made in found.passes] == [
        {"config": "Retry"},
        {"config": "Ok"},
        {"config": "Ok"},
    ]
    assert [actions(made) for made in found.passes] == [
        {"config": "create"},
        {"config": "keep"},
        {"config": "keep"},
    ]
    assert [item["metadata"]["name"] for item in found.managed] == ["one"]
    assert [made.is_quiet for made in found.passes] == [False, False, True]


def test_the_clock_jumps_to_the_next_retry() -> None:
    found = rendered(
        DATABASE, workflow(DATABASE_STEP), rules=DATABASE_RULE.replace("  set", "  after: 3\n  set")
    )
    assert found.ending is Ending.READY
    # Created, and looked at again 60 s later; no host for 20 s, twice; then the rule has applied.
    assert [made.at for made in found.passes] == [0, 60, 80, 100, 100]
    times = {each["type"]: each["lastTransitionTime"] for each in found.last.conditions}
    assert times == {"Ready": "2024-01-01T00:01:40Z"}


def test_a_rule_that_waits_keeps_a_quiet_cluster_from_being_stable() -> None:
    found = rendered(
        DATABASE, workflow(DATABASE_STEP), rules=DATABASE_RULE.replace("  set", "  after: 9\n  set")
    )
    assert found.ending is Ending.READY
    assert sum(made.is_quiet for made in found.passes) > 1


def test_without_the_other_controller_it_says_that_steps_wait() -> None:
    found = rendered(DATABASE, workflow(DATABASE_STEP))
    assert found.ending is Ending.WAITING
    assert len(found.passes) == 3
    assert outcomes(found.last) == {"database": "Retry"}


def test_a_failed_step_ends_it() -> None:
    step = "- {label: decide, ref: {kind: ValueFunction, name: decide}, inputs: {do: fail}}\n"
    found = rendered(DECIDE, workflow(step))
    assert (found.ending, len(found.passes)) == (Ending.FAILED, 2)


def test_a_skipped_workflow_is_ready() -> None:
    step = "- {label: decide, ref: {kind: ValueFunction, name: decide}, inputs: {do: skip}}\n"
    assert rendered(DECIDE, workflow(step)).ending is Ending.READY


FLIP = """\
rules:
- match: {kind: Database}
  set: {spec: {size: 2}, status: {host: a}}
"""


def test_two_that_overrule_each_other_never_settle() -> None:
    found = rendered(DATABASE, workflow(DATABASE_STEP), rules=FLIP, passes=9)
    assert (found.ending, len(found.passes)) == (Ending.UNSETTLED, 9)
    assert actions(found.last) == {"database": "patch"}
    assert [target.name for target in found.last.simulated.changed] == ["ada"]


def test_without_until_stable_the_passes_are_counted() -> None:
    found = rendered(CONFIG_MAP, workflow(CONFIG_STEP), passes=5, until_stable=False)
    assert (found.ending, len(found.passes)) == (Ending.STOPPED, 5)


def test_a_status_that_the_schema_refuses_is_told_with_its_causes() -> None:
    state = {"type": "object", "properties": {"count": {"type": "integer"}}}
    status = {"type": "object", "properties": {"state": state}}
    step = "- {label: echo, ref: {kind: ValueFunction, name: echo}, state: {count: many}}\n"
    found = rendered(ECHO, workflow(step), status=status)
    assert found.ending is Ending.REFUSED
    assert isinstance(found.last.refusal, StatusError)
    assert [cause.field for cause in found.last.refusal.causes] == ["status.state.count"]


@pytest.mark.parametrize("subresource", [True, False])
@pytest.mark.parametrize(
    "status",
    [None, {"type": "object", "properties": {"state": {"type": "object"}}}],
    ids=["any", "without conditions"],
)
def test_the_status_of_the_trigger_settles_whatever_it_can_hold(
    subresource: bool, status: dict[str, Any] | None
) -> None:
    found = rendered(CONFIG_MAP, workflow(CONFIG_STEP), status=status, subresource=subresource)
    assert found.ending is Ending.READY


def test_without_a_status_subresource_nothing_is_written_when_nothing_changed() -> None:
    found = rendered(CONFIG_MAP, workflow(CONFIG_STEP), subresource=False)
    assert [made.wrote_trigger for made in found.passes] == [True, True, False]
    assert "observedGeneration" not in found.last.conditions[0]


def test_a_patch_that_changes_nothing_is_waited_for_in_vain() -> None:
    secret = definition(
        "ResourceFunction",
        "secret",
        "apiConfig: {apiVersion: v1, kind: Secret, name: s, namespace: default}\nresource: {stringData: {a: b}}\n",
    )
    found = rendered(secret, workflow("- {label: secret, ref: {kind: ResourceFunction, name: secret}}\n"))
    assert (found.ending, actions(found.last)) == (Ending.WAITING, {"secret": "patch"})


def test_a_step_may_manage_the_trigger_itself() -> None:
    labels = definition(
        "ResourceFunction",
        "labels",
        "apiConfig: {apiVersion: example.com/v1, kind: Guest, name: ada, namespace: default, owned: false}\n"
        "resource: {metadata: {labels: {a: b}}}\n",
    )
    found = rendered(labels, workflow("- {label: labels, ref: {kind: ResourceFunction, name: labels}}\n"))
    assert [actions(made)["labels"] for made in found.passes] == ["patch", "keep", "keep"]
    assert (found.ending, found.managed) == (Ending.READY, ())
    assert found.trigger["metadata"]["labels"] == {"a": "b"}


def test_a_step_that_deletes_the_trigger_leaves_nothing_to_do() -> None:
    spec = (
        "apiConfig: {apiVersion: example.com/v1, kind: Guest, name: ada, namespace: default, deleteIfExists: true}\n"
        "resource: {}\n"
    )
    steps = "- {label: gone, ref: {kind: ResourceFunction, name: gone}}\n"
    found = rendered(definition("ResourceFunction", "gone", spec), workflow(steps))
    assert found.trigger["metadata"]["name"] == "ada"
    assert [action.value for action, _ in found.passes[0].writes] == ["delete"]


def test_sub_workflows_and_items_are_steps_below_steps() -> None:
    inner = workflow(CONFIG_STEP.replace("{name: one}", "{name: =parent.item}"), "inner", head="")
    each = "forEach: {itemIn: =parent.spec.names, inputKey: item}"
    step = f"- label: each\n  ref: {{kind: Workflow, name: inner}}\n  {each}\n"
    found = rendered(CONFIG_MAP, inner, workflow(step))
    assert actions(found.passes[0]) == {"each[0]/config": "create", "each[1]/config": "create"}
    assert outcomes(found.last) == dict.fromkeys(
        ["each", "each[0]", "each[0]/config", "each[1]", "each[1]/config"], "Ok"
    )
    assert [item["metadata"]["name"] for item in found.managed] == ["a", "b"]


def test_what_is_read_only_or_absent_is_not_managed() -> None:
    reader = definition(
        "ResourceFunction",
        "reader",
        "apiConfig: {apiVersion: v1, kind: ConfigMap, name: =inputs.name, namespace: default, readonly: true}\n",
    )
    steps = "".join(
        f"- {{label: {label}, ref: {{kind: ResourceFunction, name: reader}}, inputs: {{name: {label}}}}}\n"
        for label in ("here", "gone")
    )
    here = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "here", "namespace": "default"}}
    found = rendered(reader, workflow(steps), objects=(here,))
    assert actions(found.last) == {"here": "read", "gone": "absent"}
    assert (found.ending, found.managed) == (Ending.WAITING, ())


def test_a_failing_rule_stops_nothing() -> None:
    rules = "rules:\n- match: {kind: Database}\n  set: {status: {host: =object.spec.nothing}}\n"
    found = rendered(DATABASE, workflow(DATABASE_STEP), rules=rules)
    assert found.ending is Ending.WAITING
    (failure,) = found.last.simulated.failures
    assert (failure.rule, failure.target.name) == ("rules[0]", "ada")


def test_the_same_rendering_twice_is_the_same() -> None:
    one, other = (rendered(DATABASE, workflow(DATABASE_STEP), rules=DATABASE_RULE) for _ in range(2))
    assert (one.trigger, one.managed) == (other.trigger, other.managed)


SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "s",
        "uid": "u",
        "resourceVersion": "7",
        "annotations": {
            "a": "b",
            "koreo.dev/last-applied-configuration": '{"data": {"password": "c2VjcmV0"}}',
        },
        "ownerReferences": [{"uid": "invented", "name": "a"}, {"uid": "real", "name": "b"}],
    },
    "data": {"password": "c2VjcmV0"},
}


def test_masking_hides_every_copy_of_a_value_and_keeps_the_rest() -> None:
    shown = masked(SECRET)
    assert "c2VjcmV0" not in repr(shown)
    assert shown["data"] == {"password": HIDDEN}
    assert shown["metadata"]["annotations"]["a"] == "b"
    assert SECRET["data"] == {"password": "c2VjcmV0"}


@pytest.mark.parametrize("kind", ["ConfigMap", "SecretStore"])
def test_masking_leaves_other_kinds_alone(kind: str) -> None:
    item = {**SECRET, "kind": kind}
    assert masked(item) is item


def test_a_portable_object_has_nothing_of_the_server_nor_owners_that_do_not_exist() -> None:
    metadata = portable(SECRET, "invented")["metadata"]
    assert metadata.keys() == {"name", "annotations", "ownerReferences"}
    assert metadata["annotations"] == {"a": "b"}
    assert metadata["ownerReferences"] == [{"uid": "real", "name": "b"}]
