"""Workflows that cannot run: none of their steps does, and the outcome says what is wrong with each."""

from __future__ import annotations

import pytest
from koreo_runtime.drivers import drive_workflow
from koreo_runtime.outcomes import Cause, PermFail, Retry
from koreo_runtime.programs.model import Unusable
from workflow_cases import FUNCTIONS, Store, begin, definition, engine_of, result_of, value_function, workflow

ECHO = "- label: {label}\n  ref: {{kind: ValueFunction, name: echo}}\n"
BAD_FUNCTION = value_function("bad", "return:\n  a: =1 +\n")


def echo(label: str, extra: str = "") -> str:
    return ECHO.format(label=label) + (f"  {extra}\n" if extra else "")


def ref(label: str, kind: str, name: str) -> str:
    return f"- {{label: {label}, ref: {{kind: {kind}, name: {name}}}}}\n"


def outcome_of(steps: str, *others: str) -> object:
    store = Store()
    result = result_of(steps, *others, store=store)
    assert store.effects == []
    assert not result.ready
    return result.outcome


def test_missing_logic_is_looked_for_again_soon() -> None:
    outcome = outcome_of(echo("one") + ref("two", "ValueFunction", "missing"))
    assert isinstance(outcome, Retry)
    assert (outcome.delay, outcome.cause) == (15, Cause.DEFINITION)
    assert outcome.message == "ValueFunction `missing` is not defined"
    assert str(outcome.location) == "Workflow/main:spec.steps[1].ref"


def test_unusable_logic_is_looked_at_again_later() -> None:
    outcome = outcome_of(ref("two", "ValueFunction", "bad"), BAD_FUNCTION)
    assert isinstance(outcome, Retry)
    assert outcome.delay == 180
    assert outcome.message.startswith("ValueFunction `bad` cannot run: `spec.return.a`")


def test_all_cases_of_a_switch_must_be_there() -> None:
    steps = (
        "- label: one\n  refSwitch:\n    switchOn: =parent.spec.name\n    cases:\n"
        "    - {case: Ada, kind: ValueFunction, name: echo}\n    - {case: b, kind: ValueFunction, name: missing}\n"
    )
    outcome = outcome_of(steps)
    assert isinstance(outcome, Retry)
    assert str(outcome.location) == "Workflow/main:spec.steps[0].refSwitch.cases[1]"


def test_all_problems_are_told_and_the_worst_decides() -> None:
    retries = ref("one", "ValueFunction", "missing") + ref("two", "ValueFunction", "bad")
    outcome = outcome_of(retries, BAD_FUNCTION)
    assert isinstance(outcome, Retry)
    assert outcome.delay == 180
    assert outcome.message.count("ValueFunction `") == 2
    outcome = outcome_of(retries + echo("six", "skipIf: =1 +"), BAD_FUNCTION)
    assert isinstance(outcome, PermFail)


@pytest.mark.parametrize(
    ("steps", "message", "place"),
    [
        (echo("one", "skipIf: =1 +"), "", "spec.steps[0].skipIf"),
        (echo("one") + echo("one"), "an earlier step is labelled `one`", "spec.steps[1].label"),
        (echo("1one"), "the label `1one` begins with a digit", "spec.steps[0].label"),
        (
            echo("one", "inputs: {a: =steps.two}") + echo("two"),
            "step `one` must come after a step `two`",
            "spec.steps[0].inputs.a",
        ),
        (
            echo("one", "state: {a: =steps.missing}"),
            "step `one` must come after a step `missing`",
            "spec.steps[0].state.a",
        ),
        (
            echo("one", "state: {a: =steps.one}"),
            "step `one` uses its own value",
            "spec.steps[0].state.a",
        ),
        (
            echo("one", "inputs: {a: '=steps[parent.spec.name]'}"),
            "`steps` needs a literal label",
            "spec.steps[0].inputs.a",
        ),
        (echo("one", "inputs: {a: =steps}"), "`steps` needs a literal label", "spec.steps[0].inputs.a"),
    ],
)
def test_steps_that_cannot_be_prepared(steps: str, message: str, place: str) -> None:
    outcome = outcome_of(steps)
    assert isinstance(outcome, PermFail)
    assert message in outcome.message
    assert str(outcome.location) == f"Workflow/main:{place}"
    assert outcome.location.span is not None


def test_two_defaults_cannot_be() -> None:
    case = "    - {{case: {}, kind: ValueFunction, name: echo, default: true}}\n"
    steps = "- label: one\n  refSwitch:\n    switchOn: =1\n    cases:\n" + case.format("a") + case.format("b")
    assert isinstance(outcome_of(steps), PermFail)


def test_a_workflow_of_the_wrong_form_is_unusable() -> None:
    for spec in ("steps: []\n", "steps: x\n", "crdRef: {}\nsteps:\n" + echo("one")):
        program = engine_of(definition("Workflow", "main", spec), FUNCTIONS).workflow("main")
        assert isinstance(program, Unusable), spec
        assert isinstance(program.outcome, PermFail)


# Sub-Workflows

SELF = workflow(ref("again", "Workflow", "main"))
LEFT = workflow(ref("right", "Workflow", "right"), "main")
RIGHT = workflow(echo("fine") + ref("left", "Workflow", "main"), "right")


@pytest.mark.parametrize(
    ("texts", "way"), [((SELF,), "`main` → `main`"), ((LEFT, RIGHT), "`main` → `right` → `main`")]
)
def test_a_workflow_that_reaches_itself_fails_with_the_way(texts: tuple[str, ...], way: str) -> None:
    result = drive_workflow(begin(*texts, FUNCTIONS), Store())
    assert isinstance(result.outcome, PermFail)
    assert result.outcome.message == f"the Workflow reaches itself: {way}"
    assert result.outcome.location.path[:2] == ("spec", "steps")


def test_a_workflow_that_runs_a_cyclic_one_waits() -> None:
    loop = workflow(ref("again", "Workflow", "loop"), "loop")
    outcome = outcome_of(ref("loop", "Workflow", "loop"), loop)
    assert isinstance(outcome, Retry)
    assert outcome.delay == 180


def test_a_sub_workflow_that_cannot_run_stops_those_that_run_it() -> None:
    low = workflow(ref("gone", "ValueFunction", "missing"), "low")
    middle = workflow(ref("low", "Workflow", "low"), "middle")
    outcome = outcome_of(ref("middle", "Workflow", "middle"), middle, low)
    assert isinstance(outcome, Retry)
    assert outcome.delay == 180
    assert outcome.message == "Workflow `middle` cannot run: a step of it cannot be prepared"


def test_an_inactive_function_is_not_there() -> None:
    off = value_function("idle", "return:\n  a: 1\n").replace(
        "  name: idle\n", '  name: idle\n  labels: {koreo.dev/active: "false"}\n'
    )
    outcome = outcome_of(ref("one", "ValueFunction", "idle"), off)
    assert isinstance(outcome, Retry)
    assert outcome.delay == 15


def test_unknown_keys_prevent_nothing() -> None:
    assert result_of(echo("one", "skipif: =true")).ready
