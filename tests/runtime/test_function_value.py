"""ValueFunctions: predicates, locals, return (language sections 4 and 5)."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_runtime.outcomes import Cause, DepSkip, Ok, Outcome, PermFail, Retry, Skip, path_text
from running import FUNCTION, document, engine_of, value_outcome

PREDICATES = """
  preconditions:
  - assert: =inputs.a
    {verdict}
  - assert: =inputs.b
    permFail: {{message: the second}}
  return:
    done: true
"""


def described(outcome: Outcome) -> str:
    """Return class, message, delay and place of an outcome in one line."""
    if isinstance(outcome, Ok):
        return f"Ok {outcome.value}"
    delay = f" {outcome.delay}" if isinstance(outcome, Retry) else ""
    return f"{type(outcome).__name__}{delay} {outcome.message} @ {path_text(outcome.location.path)}"


@pytest.mark.parametrize(
    ("verdict", "inputs", "expected"),
    [
        ("ok: {}", {"a": True, "b": True}, "Ok {'done': True}"),
        ("ok: {}", {"a": False, "b": False}, "Ok {'done': True}"),
        ("skip: {message: nope}", {"a": False}, "Skip nope @ spec.preconditions[0]"),
        ("depSkip: {message: nope}", {"a": False}, "DepSkip nope @ spec.preconditions[0]"),
        ("retry: {message: nope, delay: 7}", {"a": False}, "Retry 7 nope @ spec.preconditions[0]"),
        ("permFail: {message: nope}", {"a": False}, "PermFail nope @ spec.preconditions[0]"),
        ("skip: {message: nope}", {"a": True, "b": False}, "PermFail the second @ spec.preconditions[1]"),
    ],
)  # fmt: skip
def test_the_first_false_assertion_decides(verdict: str, inputs: dict[str, Any], expected: str) -> None:
    assert described(value_outcome(PREDICATES.format(verdict=verdict), inputs)) == expected


@pytest.mark.parametrize(
    ("assertion", "message"),
    [
        ("=1", "`spec.preconditions[0].assert` must be true or false, and is int"),
        ("=null", "`spec.preconditions[0].assert` must be true or false, and is null"),
        ("true", "`spec.preconditions[0].assert` must be true or false, and is string"),
        ("=inputs.missing", "`spec.preconditions[0].assert`: no such field `missing`"),
        ("=1 / 0 == 1", "`spec.preconditions[0].assert`: division by zero"),
    ],
)
def test_an_assertion_without_truth_value_is_permanent(assertion: str, message: str) -> None:
    outcome = value_outcome(
        f"  preconditions:\n  - assert: '{assertion}'\n    skip: {{message: nope}}\n", {"a": 1}
    )
    assert isinstance(outcome, PermFail)
    assert outcome.message.startswith(message)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("plain", "plain"),
        ('="n is " + string(inputs.n)', "n is 5"),
        ("=inputs.n", "5"),
        ("=1.0", "1"),
        ("=true", "true"),
        ("=duration('90s')", "90s"),
        ("=[1]", "[1]"),
        ("=null", "null"),
    ],
)
def test_messages_are_texts(message: str, text: str) -> None:
    spec = f"  preconditions:\n  - assert: =false\n    skip:\n      message: {message}\n"
    outcome = value_outcome(spec, {"n": 5})
    assert isinstance(outcome, Skip)
    assert outcome.message == text


def test_a_message_that_fails_is_permanent_only_when_it_is_needed() -> None:
    spec = "  preconditions:\n  - assert: =inputs.fine\n    skip:\n      message: =inputs.missing\n"
    assert value_outcome(spec, {"fine": True}) == Ok(None)
    outcome = value_outcome(spec, {"fine": False})
    assert isinstance(outcome, PermFail)
    assert outcome.location.path == ("spec", "preconditions", 0, "skip", "message")


@pytest.mark.parametrize("returns", ["", "  return: {}\n"])
def test_without_return_the_value_is_null_and_locals_are_not_evaluated(returns: str) -> None:
    spec = "  preconditions:\n  - assert: =true\n    ok: {}\n  locals:\n    bad: =inputs.missing\n"
    assert value_outcome(spec + returns) == Ok(None)


RETURN = """
  locals:
    one: =inputs.n + 1
    static: [1, "2"]
  return:
    num: =locals.one
    text: "1.10"
    nothing: null
    empty: {}
    list: [=locals.one, {deep: =inputs.n}]
    static: =locals.static
    time: =timestamp('2020-01-01T00:00:00Z')
    wait: =duration('90m')
    raw: =b'hi'
    nested: {a: {b: =inputs.n}, c: 1}
"""
RETURNED = {
    "num": 3,
    "text": "1.10",
    "nothing": None,
    "empty": {},
    "list": [3, {"deep": 2}],
    "static": [1, "2"],
    "time": "2020-01-01T00:00:00Z",
    "wait": "5400s",
    "raw": "aGk=",
    "nested": {"a": {"b": 2}, "c": 1},
}


def test_return_is_plain_data_in_the_order_of_the_text() -> None:
    outcome = value_outcome(RETURN, {"n": 2})
    assert outcome == Ok(RETURNED)
    assert isinstance(outcome, Ok)
    assert list(outcome.value) == list(RETURNED)


def test_locals_keep_the_values_of_expressions() -> None:
    spec = "  locals:\n    wait: =duration('90m')\n  return:\n    hours: =locals.wait.getHours()\n"
    assert value_outcome(spec) == Ok({"hours": 1})


def test_every_failing_expression_of_a_block_is_told() -> None:
    spec = "  return:\n    a: =inputs.x\n    b: 1\n    c: [=inputs.fine, =inputs.y]\n"
    outcome = value_outcome(spec, {"fine": 1})
    assert isinstance(outcome, PermFail)
    assert "`spec.return.a`: no such field `x`" in outcome.message
    assert "`spec.return.c[1]`: no such field `y`" in outcome.message
    assert outcome.location.path == ("spec", "return", "a")
    assert outcome.cause is Cause.INVALID


def test_the_place_of_a_failure_is_the_failing_part_of_the_expression() -> None:
    text = document("ValueFunction", "  return:\n    a: |\n      =inputs.a +\n        inputs.bad\n")
    engine = engine_of(text)
    outcome = value_outcome("  return:\n    a: |\n      =inputs.a +\n        inputs.bad\n", {"a": 1})
    assert isinstance(outcome, PermFail)
    span = outcome.location.span
    assert span is not None
    assert text[span.start : span.end] == "inputs.bad"
    assert engine.value_function(FUNCTION) is not None


def test_an_unknown_name_is_the_definitions_fault() -> None:
    outcome = value_outcome("  return:\n    a: =input.x\n", {})
    assert isinstance(outcome, PermFail)
    assert outcome.cause is Cause.DEFINITION


def test_a_local_cannot_use_a_local() -> None:
    outcome = value_outcome("  locals:\n    a: 1\n    b: =locals.a\n  return:\n    c: =locals.b\n")
    assert isinstance(outcome, PermFail)
    assert outcome.location.path == ("spec", "locals", "b")


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("a: {w: 2}", {"a": {"x": 1, "w": 2}, "list": [1]}),
        ("a: {x: =inputs.n}", {"a": {"x": 7}, "list": [1]}),
        ("a: {x: {z: =inputs.n}}", {"a": {"x": {"z": 7}}, "list": [1]}),
        ("a: {}", {"a": {}, "list": [1]}),
        ("a: '={\"w\": 2}'", {"a": {"w": 2}, "list": [1]}),
        ("list: [2]", {"a": {"x": 1}, "list": [2]}),
        ("list: {k: 1}", {"a": {"x": 1}, "list": {"k": 1}}),
        ("a: null", {"a": None, "list": [1]}),
        ("b: =resource.a.x", {"a": {"x": 1}, "list": [1], "b": 1}),
    ],
)
def test_return_is_merged_over_the_resource(returns: str, expected: dict[str, Any]) -> None:
    resource = {"a": {"x": 1}, "list": [1]}
    outcome = value_outcome(f"  return:\n    {returns}\n", {"n": 7}, resource)
    assert outcome == Ok(expected)
    assert resource == {"a": {"x": 1}, "list": [1]}


def test_the_resource_is_empty_without_an_overlay() -> None:
    assert value_outcome("  return:\n    none: =size(resource) == 0\n") == Ok({"none": True})


def test_aliases_and_merge_keys_are_followed() -> None:
    spec = (
        "  locals:\n    base: &base {a: =inputs.n, b: 2}\n"
        "  return:\n    <<: *base\n    b: 3\n    again: *base\n    from: =locals.base.a\n"
    )
    outcome = value_outcome(spec, {"n": 1})
    assert outcome == Ok({"a": 1, "b": 3, "again": {"a": 1, "b": 2}, "from": 1})
    failed = value_outcome("  return:\n    one: &one [=inputs.n]\n    two: *one\n")
    assert isinstance(failed, PermFail)
    assert [part.partition(":")[0] for part in failed.message.split(", ")] == [
        "`spec.return.one[0]`",
        "`spec.return.two[0]`",
    ]


def test_a_skip_can_be_told_from_a_dependency() -> None:
    spec = "  preconditions:\n  - assert: =false\n    depSkip: {message: wait}\n"
    assert isinstance(value_outcome(spec), DepSkip)
