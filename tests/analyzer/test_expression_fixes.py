"""What the fixes of expressions write is right in whatever quotes the expression stands."""

from __future__ import annotations

import pytest
from markers import analyze

HEAD = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return:
    text: """
OFF = frozenset({"unused-definition"})


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("=inputs.my-key", '=inputs["my-key"]'),
        ("'=inputs.my-key'", "'=inputs[\"my-key\"]'"),
        ('"=inputs.my-key"', "\"=inputs['my-key']\""),
        ("|\n      =inputs.my-long-key.a", '|\n      =inputs["my-long-key"].a'),
        ("=inputs.名前", '=inputs["名前"]'),
        ("\"=inputs.größe.a + 'x'\"", "\"=inputs['größe'].a + 'x'\""),
        ("'=inputs.?名前.orValue(1)'", "'=inputs[?\"名前\"].orValue(1)'"),
        ("=inputs.in", '=inputs["in"]'),
        ('=inputs.m.get("k", 2) + 1', "=inputs.m.?k.orValue(2) + 1"),
        ("={inputs.a}", "=inputs.a"),
        ('"= {{ inputs[\\"a\\"] }}"', '"=inputs[\\"a\\"]"'),
        ('="a-" + ${inputs.a}', '="a-" + inputs.a'),
        (
            '=inputs.a matches "a" && inputs.b contains "x"',
            '=inputs.a.matches("a") && inputs.b.contains("x")',
        ),
        ("=[x.a for x in inputs.l if x.b]", "=inputs.l.filter(x, x.b).map(x, x.a)"),
        ("=inputs.a if inputs.b else inputs.c", "'=inputs.b ? inputs.a : inputs.c'"),
        ("=inputs.l.map(x => x.a)", "=inputs.l.map(x, x.a)"),
        ("=inputs.l.map(x -> x.a)", "=inputs.l.map(x, x.a)"),
        ('=inputs.a | default("x")', '=inputs.?a.orValue("x")'),
        ("=inputs.a | upper", "=inputs.a.upper()"),
        ("=upper inputs.a", "=upper(inputs.a)"),
        ('="a" inputs.a "b"', '="a" + inputs.a + "b"'),
        ("=inputs.m.map(k, v, k + v)", "=inputs.m.transformList(k, v, k + v)"),
        ('=inputs.m.get("k")', "=inputs.m.?k.orValue(null)"),
        ("'=inputs.m.k.default([1])[0]'", "'=inputs.m.?k.orValue([1])[0]'"),
        ("=max(inputs.a, 1)", "=math.greatest(inputs.a, 1)"),
        ("{a: =inputs.名前.b}", "{a: '=inputs[\"名前\"].b'}"),
        ("[=inputs.my-key]", "['=inputs[\"my-key\"]']"),
        ("'={a: 1}'", "'={\"a\": 1}'"),
        ('"={a : 1}"', "\"={'a' : 1}\""),
        ("'={\"a\": 1, b: 2}'", '\'={"a": 1, "b": 2}\''),
        ("=len(inputs.a)", "=size(inputs.a)"),
        ("=inputs.a.length()", "=inputs.a.size()"),
        ('"{{ inputs.a }}"', "=inputs.a"),
        ("${inputs.a.b}", "=inputs.a.b"),
        ("web-${inputs.a}", '="web-" + string(inputs.a)'),
        (
            "'web-{{ string(inputs.a) }}: $(inputs.b).x'",
            """'="web-" + string(inputs.a) + ": " + string(inputs.b) + ".x"'""",
        ),
        ("'a \"b\" ${inputs.a}, c'", """'="a \\"b\\" " + string(inputs.a) + ", c"'"""),
    ],
)
def test_the_fix_mends_the_expression(written: str, mended: str) -> None:
    text = HEAD + written + "\n"
    fix = analyze({"main.k.yaml": text}, off=OFF).problems("main.k.yaml")[0].fixes[0]
    (edit,) = fix.edits
    text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == HEAD + mended + "\n"
    assert analyze({"main.k.yaml": text}, off=OFF).problems("main.k.yaml") == ()


def test_the_start_of_reduce_is_moved_before_its_value() -> None:
    text = HEAD + "=inputs.l.reduce(sum, x, sum + x.a, 0)\n"
    (problem,) = analyze({"main.k.yaml": text}, off=OFF).problems("main.k.yaml")
    for edit in sorted(problem.fixes[0].edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == HEAD + "=inputs.l.reduce(sum, x, 0, sum + x.a)\n"


def test_a_placeholder_where_an_expression_must_stand_is_made_one() -> None:
    text = HEAD + "a\n  preconditions:\n  - {assert: '{{ inputs.a }}', skip: {message: b}}\n"
    (problem,) = analyze({"main.k.yaml": text}, off=OFF).problems("main.k.yaml")
    ((edit,),) = (fix.edits for fix in problem.fixes)
    assert (problem.code, problem.hint, edit.text) == ("invalid-value", "write `=inputs.a`", "=inputs.a")


@pytest.mark.parametrize("expression", ["=inputs.a - b", "=b-inputs.a", "=inputs.a ? b : 1"])
def test_other_unknown_names_are_neither_fields_nor_keys(expression: str) -> None:
    (problem,) = analyze({"main.k.yaml": f"{HEAD}'{expression}'\n"}, off=OFF).problems("main.k.yaml")
    assert problem.fixes == ()
    assert (problem.hint or "").startswith("in scope here")


def test_a_misspelt_template_among_those_that_an_expression_names_is_mended() -> None:
    template = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceTemplate
metadata: {name: base-large}
spec: {template: {apiVersion: v1, kind: ConfigMap}}
---
"""
    text = (
        template
        + template.replace("large", "small")
        + """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: maker}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: it, namespace: default}
  resourceTemplateRef: {name: '=inputs.big ? "base-larg" : "base-small"'}
"""
    )
    (problem,) = analyze({"main.k.yaml": text}, off=OFF).problems("main.k.yaml")
    ((edit,),) = (fix.edits for fix in problem.fixes)
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert mended == text.replace('"base-larg"', '"base-large"')
    assert analyze({"main.k.yaml": mended}, off=OFF).problems("main.k.yaml") == ()
