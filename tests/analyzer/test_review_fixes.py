"""Fixes: applying one removes its problem and adds none, whatever quotes the place needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.checks import RULES
from markers import analyze

if TYPE_CHECKING:
    from koreo_analyzer.workspace import FileFix, FileProblem

LOCALS = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  locals: {prefix: =inputs.a, my-key: =inputs.b}
  return:
    used: =locals.prefix + locals["my-key"]
    text: %s
"""
STEPS = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: caller}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: App}
  steps:
  - label: pick
    ref: {kind: ValueFunction, name: words}
    inputs: {a: 1, b: 2}
  - label: other
    ref: {kind: ValueFunction, name: words}
    inputs:
      a: %s
      b: 2
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return: {used: =inputs.a + inputs.b}
"""
OFF = frozenset({"unused-definition"})


def problems(text: str) -> tuple[FileProblem, ...]:
    return analyze({"main.k.yaml": text}, off=OFF).problems("main.k.yaml")


def apply(text: str, fix: FileFix) -> str:
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("template", "wrong", "right"),
    [
        (LOCALS, "=locals.prefx", "=locals.prefix"),
        (LOCALS, '=locals["prefx"]', '=locals["prefix"]'),
        (LOCALS, "=locals['prefx']", '=locals["prefix"]'),
        (LOCALS, "\"=locals['prefx']\"", "\"=locals['prefix']\""),
        (LOCALS, '"=locals[\\"prefx\\"]"', "\"=locals['prefix']\""),
        (LOCALS, "'=locals[''prefx'']'", "'=locals[\"prefix\"]'"),
        (LOCALS, "'=locals.my_key'", "'=locals[\"my-key\"]'"),
        (LOCALS, '"=locals.my_key"', "\"=locals['my-key']\""),
        (LOCALS, "'=has(locals.prefx)'", "'=has(locals.prefix)'"),
        (LOCALS, "'=\"prefx\" in locals'", "'=\"prefix\" in locals'"),
        (STEPS, "=steps.pcik.used", "=steps.pick.used"),
        (STEPS, '=steps["pcik"].used', '=steps["pick"].used'),
        (STEPS, "\"=steps['pcik'].used\"", "\"=steps['pick'].used\""),
    ],
)
def test_an_index_keeps_its_quotes(template: str, wrong: str, right: str) -> None:
    (problem,) = problems(template % wrong)
    fixed = apply(template % wrong, problem.fixes[0])
    assert fixed == template % right
    assert problems(fixed) == ()


def test_no_bracket_is_put_into_an_expression_without_quotes() -> None:
    (problem,) = problems(LOCALS % "=locals.my_key")
    assert problem.hint == "did you mean `my-key`?"
    assert problem.fixes == ()


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_fix_of_an_example_mends_it_and_breaks_nothing(code: str) -> None:
    text = RULES[code].wrong
    before = [(p.code, p.message) for p in problems(text)]
    for problem in problems(text):
        for fix in problem.fixes:
            after = [(p.code, p.message) for p in problems(apply(text, fix))]
            assert len(after) < len(before)
            assert set(after) <= set(before)


@pytest.mark.parametrize(
    "expression",
    ["=has(locals.nope)", "=has(locals.nope.deeper)", "'=\"nope\" in locals'", "=locals.?nope.orValue(1)"],
)
def test_a_local_that_does_not_exist_is_reported_where_it_is_only_asked_for(expression: str) -> None:
    assert [p.code for p in problems(LOCALS % expression)] == ["unknown-local"]


RETURN = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return:
    text: =inputs.a
%s"""
LINES = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
%s  return:
    text: =inputs.a
"""


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("read-differently", '    v: "1.10"\n', ['    v: ="1.10"\n']),
        ("read-differently", "    v: '+5'  # five\n", ['    v: ="+5"  # five\n']),
        ("read-differently", "    v: |\n      5\n", []),
        ("yaml-reading", "    v: y\n", ['    v: "y"\n', "    v: true\n"]),
        ("yaml-reading", "    v: [1e3]\n", ["    v: [1000]\n"]),
        ("expression-syntax", "    v: ==1\n", ["    v: =1\n"]),
        ("expression-syntax", "    v: '= = inputs.a'\n", ["    v: '=inputs.a'\n"]),
        ("yaml-reading", "    v: 2020-01-01\n", ['    v: "2020-01-01"\n']),
    ],
)
def test_what_the_hint_says_can_be_done_at_once(code: str, before: str, after: list[str]) -> None:
    (problem,) = problems(RETURN % before)
    assert problem.code == code
    fixed = [apply(RETURN % before, fix) for fix in problem.fixes]
    assert fixed == [RETURN % text for text in after]
    assert [problems(text) for text in fixed] == [()] * len(fixed)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  locals:\n    a: =1\n", ""),
        ("  locals:\n    a: =1  # once needed\n", ""),
        ("  locals:\n    a: |\n      =1\n", ""),
        ("  locals:\n    a:\n      b: [1,\n        2]\n", ""),
        ("  locals: {a: =1}\n", ""),
        ("  locals: {a: &anchor 1}\n", None),
        ("  locals: &anchor\n    a: =1\n", None),
    ],
)
def test_an_unused_local_can_be_removed(before: str, after: str | None) -> None:
    (problem,) = problems(LINES % before)
    assert problem.code == "unused-local"
    fixed = [apply(LINES % before, fix) for fix in problem.fixes]
    assert fixed == ([] if after is None else [LINES % after])
    assert [problems(text) for text in fixed] == [()] * len(fixed)


def test_one_of_two_unused_locals_can_be_removed() -> None:
    text = LINES % "  locals:\n    a: =1\n    # about b\n    b: =2\n"
    first, second = problems(text)
    assert apply(text, first.fixes[0]) == LINES % "  locals:\n    # about b\n    b: =2\n"
    assert apply(text, second.fixes[0]) == LINES % "  locals:\n    a: =1\n    # about b\n"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (
            "    inputs:\n      a: 1\n      b: 1\n      spare:\n        deep: 1\n",
            "    inputs:\n      a: 1\n      b: 1\n",
        ),
        ("    inputs: {a: 1, b: 1, spare: 1}\n", "    inputs: {a: 1, b: 1}\n"),
        ("    inputs: {a: 1, b: 1, spare: &spare 1}\n", None),
    ],
)
def test_an_unused_input_can_be_removed(given: str, left: str | None) -> None:
    text = STEPS.replace("    inputs: {a: 1, b: 2}\n", given) % 1
    (problem,) = problems(text)
    assert problem.code == "unused-input"
    fixed = [apply(text, fix) for fix in problem.fixes]
    assert [problems(each) for each in fixed] == [()] * (left is not None)
    assert all(f"{left}  - label: other" in each for each in fixed)
