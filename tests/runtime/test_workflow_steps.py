"""One step of a Workflow: inputs, skipIf, forEach, refSwitch, state (language section 8)."""

from __future__ import annotations

import pytest
from koreo_runtime.outcomes import Cause, Ok, PermFail, Retry, Skip
from workflow_cases import NOTHING, result_of, step_of, trigger, value_function, workflow

ECHO = "ref: {kind: ValueFunction, name: echo}\n"
DECIDE = "ref: {kind: ValueFunction, name: decide}\n"


def given(step: str, **changes: object) -> object:
    """Return the inputs that the function of a step is given."""
    outcome = step_of(ECHO + step, seen=trigger(**changes)).outcome
    assert isinstance(outcome, Ok), outcome
    return outcome.value["given"]


def test_a_step_without_inputs_gives_an_empty_mapping() -> None:
    assert given("") == {}


def test_inputs_see_the_trigger() -> None:
    status = {"state": {"seen": 1}, "other": 2}
    inputs = given(
        "inputs: {name: =parent.spec.name, kind: =parent.kind, api: =parent.apiVersion, at: =parent.metadata.name,\n"
        "  seen: =parent.state.seen, same: =parent.status.state.seen, fixed: [1, x]}\n",
        status=status,
    )
    assert inputs == {
        "name": "Ada",
        "kind": "Guest",
        "api": "example.com/v1",
        "at": "ada",
        "seen": 1,
        "same": 1,
        "fixed": [1, "x"],
    }


@pytest.mark.parametrize("status", [None, {}, {"state": None}])
def test_the_state_is_empty_on_the_first_run(status: object) -> None:
    inputs = given("inputs: {has: =has(parent.state.a), size: =size(parent.state)}\n", status=status)
    assert inputs == {"has": False, "size": 0}


def test_an_input_that_has_no_value_fails_the_step_at_its_place() -> None:
    outcome = step_of(ECHO + "inputs: {name: =parent.spec.nmae}\n").outcome
    assert isinstance(outcome, PermFail)
    assert outcome.message.startswith("`spec.steps[0].inputs.name`: ")
    assert str(outcome.location) == "Workflow/main:spec.steps[0].inputs.name"
    assert outcome.location.span is not None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("=parent.spec.name == 'Ada'", Skip),
        ("=parent.spec.name == 'Bob'", Ok),
        ("=parent.spec.name", PermFail),
        ("=null", PermFail),
        ("=parent.spec.missing", PermFail),
        ("'true'", PermFail),
    ],
)
def test_skip_if_must_be_a_bool(condition: str, expected: type) -> None:
    assert isinstance(step_of(ECHO + f"skipIf: {condition}\n").outcome, expected)


def test_inputs_come_before_skip_if_and_for_each_after_it() -> None:
    failing = "inputs: {a: =parent.missing}\nskipIf: =true\n"
    assert isinstance(step_of(ECHO + failing).outcome, PermFail)
    skipped = "skipIf: =true\nforEach: {itemIn: =parent.missing, inputKey: item}\n"
    assert isinstance(step_of(ECHO + skipped).outcome, Skip)


FOR_EACH = "forEach: {itemIn: =parent.spec.names, inputKey: do}\n"


def items(*names: str, step: str = DECIDE) -> object:
    return step_of(step + FOR_EACH, seen=trigger(spec={"names": list(names)})).outcome


def test_for_each_gives_the_values_in_the_order_of_the_items() -> None:
    assert items("b", "a") == Ok([{"did": "b"}, {"did": "a"}])
    assert items() == Ok([])


def test_the_item_wins_over_an_input_of_its_name() -> None:
    step = ECHO + FOR_EACH + "inputs: {do: x, rest: 1}\n"
    assert step_of(step).outcome == Ok([{"given": {"do": "a", "rest": 1}}, {"given": {"do": "b", "rest": 1}}])


def test_a_skipped_item_is_a_text_in_the_list() -> None:
    assert items("skip", "skip quietly", "depend", "depend quietly", "a") == Ok(
        [
            "Skip (message=not wanted)",
            "User Skip",
            "Dependency Skip (message=too early)",
            "Dependency Violation Skip",
            {"did": "a"},
        ]
    )
    assert items("skip") == Ok(["Skip (message=not wanted)"])


def test_retries_and_failures_of_items_are_combined() -> None:
    outcome = items("wait", "a", "wait long")
    assert isinstance(outcome, Retry)
    assert (outcome.message, outcome.delay) == ("hold on, hold on longer", 70)
    outcome = items("wait", "fail", "skip", "fail")
    assert isinstance(outcome, PermFail)
    assert outcome.message == "no way, no way"


@pytest.mark.parametrize("value", ["=parent.spec.name", "=parent.spec", "=null", "=1", "names"])
def test_items_must_be_a_list(value: str) -> None:
    outcome = step_of(ECHO + f"forEach: {{itemIn: {value}, inputKey: item}}\n").outcome
    assert isinstance(outcome, PermFail)
    assert "`spec.steps[0].forEach.itemIn` must be a list" in outcome.message


SWITCH = """\
refSwitch:
  switchOn: {on}
  cases:
  - {{case: one, kind: ValueFunction, name: first}}
  - {{case: "5", kind: ValueFunction, name: second}}
  - {{case: other, kind: ValueFunction, name: third{default}}}
"""
NUMBERED = "".join(value_function(name, f"return:\n  is: {name}\n") for name in ("first", "second", "third"))


def switch(on: str, default: str = "", rest: str = "") -> object:
    return step_of(SWITCH.format(on=on, default=default) + rest, NUMBERED).outcome


@pytest.mark.parametrize(
    ("on", "chosen"),
    [
        ("='one'", "first"),
        ("=2 + 3", "second"),
        ("='5'", "second"),
        ("one", "first"),
        ("=inputs.key", "first"),
    ],
)
def test_a_switch_chooses_by_string_or_int(on: str, chosen: str) -> None:
    assert switch(on, rest="inputs: {key: one}\n") == Ok({"is": chosen})


@pytest.mark.parametrize("on", ["=true", "=1.0", "=null", "=['one']", "=parent.missing"])
def test_a_switch_on_anything_else_fails_even_with_a_default(on: str) -> None:
    assert isinstance(switch(on, ", default: true"), PermFail)


def test_without_a_match_the_default_runs() -> None:
    assert switch("='none'", ", default: true") == Ok({"is": "third"})
    outcome = switch("='none'")
    assert isinstance(outcome, PermFail)
    assert "`one`, `5`, `other`" in outcome.message


def test_a_switch_sees_the_item() -> None:
    rest = 'forEach: {itemIn: \'=["one", "other", 5]\', inputKey: key}\n'
    assert switch("=inputs.key", rest=rest) == Ok([{"is": "first"}, {"is": "third"}, {"is": "second"}])


def test_of_duplicate_cases_the_last_wins() -> None:
    step = (
        "refSwitch:\n  switchOn: one\n  cases:\n"
        "  - {case: one, kind: ValueFunction, name: first}\n  - {case: one, kind: ValueFunction, name: second}\n"
    )
    assert step_of(step, NUMBERED).outcome == Ok({"is": "second"})


def test_state_sees_value_steps_and_parent() -> None:
    steps = """\
- label: first
  ref: {kind: ValueFunction, name: echo}
  inputs: {a: 1}
- label: second
  ref: {kind: ValueFunction, name: nothing}
  state: {value: =value, first: =steps.first.given.a, name: =parent.spec.name, fixed: x}
"""
    assert result_of(steps).state == {"value": None, "first": 1, "name": "Ada", "fixed": "x"}


def test_a_state_that_fails_is_dropped_as_a_whole_and_changes_no_outcome() -> None:
    step = step_of(ECHO + "state: {good: 1, bad: =value.nothing, worse: =value.given.no}\n")
    assert step.outcome == Ok({"given": {}})
    assert step.state is None
    assert step.state_error is not None
    assert "state.bad`" in step.state_error
    assert "state.worse`" in step.state_error


def test_only_ok_steps_have_state() -> None:
    step = step_of(DECIDE + "inputs: {do: skip}\nstate: {a: 1}\n")
    assert (step.state, step.state_error) == (None, None)


def test_values_are_plain_where_they_leave_the_expressions() -> None:
    step = step_of(ECHO + "inputs: {at: =timestamp('2020-01-01T00:00:00Z')}\nstate: {at: =value.given.at}\n")
    assert step.state == {"at": "2020-01-01T00:00:00Z"}


def test_a_function_without_value_gives_null() -> None:
    assert (
        step_of("ref: {kind: ValueFunction, name: nothing}\n", NOTHING.replace("nothing", "n2")).outcome
        == Ok()
    )


SUB = workflow(
    """\
- label: inner
  ref: {kind: ValueFunction, name: decide}
  inputs: {do: =parent.do}
  condition: {type: Inner, name: inner}
  state: {did: =value.did, name: =parent.name}
""",
    "sub",
    head="",
)
RUN_SUB = "ref: {kind: Workflow, name: sub}\ninputs: {name: =parent.spec.name, do: x}\n"


def test_a_sub_workflow_sees_its_inputs_as_parent_and_its_value_is_its_state() -> None:
    assert step_of(RUN_SUB, SUB).outcome == Ok({"did": "x", "name": "Ada"})


@pytest.mark.parametrize(("do", "kind"), [("wait", Retry), ("fail", PermFail), ("skip", Skip)])
def test_the_outcome_of_a_sub_workflow_is_that_of_its_steps(do: str, kind: type) -> None:
    step = step_of(RUN_SUB.replace("do: x", f"do: {do}"), SUB)
    assert isinstance(step.outcome, kind)
    (run,) = step.runs
    assert run.workflow is not None
    assert list(run.workflow.steps) == ["inner"]


def test_a_sub_workflow_runs_for_each_item() -> None:
    step = "ref: {kind: Workflow, name: sub}\ninputs: {name: same}\n" + FOR_EACH
    assert step_of(step, SUB).outcome == Ok([{"did": "a", "name": "same"}, {"did": "b", "name": "same"}])
    assert [run.workflow is not None for run in step_of(step, SUB).runs] == [True, True]


def test_a_predicate_decides_with_its_own_place() -> None:
    outcome = step_of(DECIDE + "inputs: {do: wait}\n").outcome
    assert isinstance(outcome, Retry)
    assert (outcome.location.kind, outcome.location.name) == ("ValueFunction", "decide")
    assert outcome.cause is Cause.DECIDED


ALIASED = """\
- label: one
  ref: {kind: ValueFunction, name: echo}
  inputs: {a: =parent.spec.name}
- label: first
  ref: {kind: ValueFunction, name: echo}
  inputs: &inputs {a: =steps.one.given.a}
  state: &state {last: =steps.one.given.a}
- label: again
  ref: {kind: ValueFunction, name: echo}
  inputs: *inputs
  state: *state
- label: within
  ref: {kind: ValueFunction, name: echo}
  inputs: {all: [*inputs]}
- label: merged
  ref: {kind: ValueFunction, name: echo}
  inputs: {<<: *inputs, b: 1}
"""


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("first", {"a": "Ada"}),
        ("again", {"a": "Ada"}),
        ("within", {"all": [{"a": "Ada"}]}),
        ("merged", {"a": "Ada", "b": 1}),
    ],
)
def test_what_an_alias_repeats_waits_for_the_same_steps(label: str, expected: object) -> None:
    outcome = result_of(ALIASED).steps[label].outcome
    assert outcome == Ok({"given": expected})
