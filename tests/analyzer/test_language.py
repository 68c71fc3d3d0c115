"""The language model: signatures, patterns of computed names, schemas, and facts about expressions."""

from __future__ import annotations

import jsonschema
import pytest
import yaml
from koreo_analyzer.cel import parse
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.expressions import read_expression
from koreo_analyzer.language.kinds import KINDS
from koreo_analyzer.language.patterns import name_pattern
from koreo_analyzer.language.schema import crd_definitions, json_schema
from koreo_analyzer.workspace import Workspace
from markers import analyze

FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: f}
spec:
"""


WORKFLOW = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: w}
spec:
  steps:
  - {label: one, inputs: &inputs {a: [=parent.a], b: &b {c: =parent.c}}}
  - {label: two, inputs: *inputs, state: &state {d: =value.d}}
  - {label: three, inputs: {b: *b}, state: *state}
  - {label: four, inputs: {<<: *inputs}}
"""


def test_each_step_has_the_expressions_that_an_alias_repeats() -> None:
    file = Workspace().apply({"a.k.yaml": WORKFLOW}).file("a.k.yaml")
    assert file is not None
    model = file.documents[0].document.model
    assert model is not None
    assert isinstance(model.body, Workflow)
    assert [[e.facts.source for e in step.expressions] for step in model.body.steps] == [
        ["parent.a", "parent.c"],
        ["parent.a", "parent.c", "value.d"],
        ["parent.c", "value.d"],
        ["parent.a", "parent.c"],
    ]


def signature(spec: str) -> tuple[dict[str, bool], bool]:
    """Return the inputs of a ValueFunction, with whether each is needed, and whether any other is read."""
    found = analyze({"a.k.yaml": FUNCTION + spec}).signature("ValueFunction", "f")
    assert found is not None
    return dict(found.inputs), found.any_input


@pytest.mark.parametrize(
    ("expression", "inputs"),
    [
        ("inputs.a", {"a": True}),
        ('inputs["a b"]', {"a b": True}),
        ("inputs.a.b.c + inputs.d[inputs.e]", {"a": True, "d": True, "e": True}),
        ("has(inputs.a)", {"a": False}),
        ("has(inputs.a.b)", {"a": False}),
        ("has(inputs.a) ? inputs.a : inputs.b", {"a": False, "b": False}),
        ("has(inputs.a) && inputs.a.b", {"a": False}),
        ("inputs.c ? inputs.a : inputs.a", {"a": True, "c": True}),
        ("inputs.a || inputs.b", {"a": False, "b": False}),
        ("inputs.?a.orValue(1)", {"a": False}),
        ("inputs[?'a'].orValue(1)", {"a": False}),
        ("'a' in inputs ? inputs.a : 1", {"a": False}),
        ("inputs.a.map(x, x + inputs.b)", {"a": True, "b": False}),
        ("inputs.a.filter(inputs, inputs.b)", {"a": True}),
        ("cel.bind(x, inputs.a, x + inputs.b)", {"a": True, "b": True}),
        ("[inputs.a].reduce(acc, x, inputs.b, acc + x)", {"a": True, "b": True}),
        ("{inputs.a: inputs.b}", {"a": True, "b": True}),
        ("-inputs.a + size(inputs.b)", {"a": True, "b": True}),
        ("math.greatest(inputs.a, 1)", {"a": True}),
    ],
)
def test_inputs(expression: str, inputs: dict[str, bool]) -> None:
    quoted = expression.replace("'", "''")
    assert signature(f"  return: {{x: '={quoted}'}}\n") == (inputs, False)


@pytest.mark.parametrize(
    "spec",
    [
        "  return: {x: =inputs}\n",
        "  return: {x: '=inputs.map(k, k)'}\n",
        "  return: {x: '=inputs[inputs.key]'}\n",
        "  return: {x: =inputs.a +}\n",
        "  return: {x: =input.a}\n",
        "  retrun: {x: =inputs.a}\n  preconditions: []\n",
        "  return: =inputs.a\n  preconditions: []\n",
        "  return: {x: =inputs.a\n",
    ],
)
def test_any_input_may_be_read(spec: str) -> None:
    assert signature(spec)[1]


def test_messages_do_not_need_inputs_and_assertions_excuse_them() -> None:
    spec = """\
  preconditions:
  - assert: =has(inputs.a) && inputs.b
    skip: {message: =inputs.c}
  return: {x: =inputs.a}
"""
    assert signature(spec) == ({"a": False, "b": False, "c": False}, False)


def test_a_workflow_has_the_members_of_parent_as_inputs() -> None:
    text = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: w}
spec:
  crdRef: {apiGroup: a.b, version: v1, kind: C}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: f}
    inputs: {a: =parent.spec.a}
    state: {a: =parent.state}
  - label: two
    ref: {kind: ValueFunction, name: f}
    inputs: {a: =steps.one.a + parent.metadata.name}
"""
    found = analyze({"a.k.yaml": text}).signature("Workflow", "w")
    assert found is not None
    assert found.inputs == (("metadata", False), ("spec", True), ("state", False))
    assert found.trigger == ("a.b", "v1", "C")


def test_a_signature_does_not_know_where_it_stands() -> None:
    spec = "  return: {x: =inputs.a}\n"
    moved = (
        "# moved\n"
        + FUNCTION.replace("{name: f}", "\n  name: f")
        + spec.replace("=inputs.a", '="" + inputs.a')
    )
    before = analyze({"a.k.yaml": FUNCTION + spec}).signature("ValueFunction", "f")
    assert analyze({"b.k.yaml": moved}).signature("ValueFunction", "f") == before


@pytest.mark.parametrize(
    ("expression", "fits", "fits_not"),
    [
        ('"settings-" + inputs.env', ["settings-", "settings-dev"], ["setting-dev", "a-settings-b"]),
        ('inputs.env + "-settings"', ["dev-settings"], ["settings-dev"]),
        ('inputs.big ? "large" : "small"', ["large", "small"], ["larger", "medium"]),
        ('"a" + (inputs.b ? "b" : "c") + ".v1"', ["ab.v1", "ac.v1"], ["abxv1", "ad.v1"]),
        ("locals.name", ["anything"], []),
        ('"a".lower()', ["anything"], []),
        ('"exact"', ["exact"], ["exactly"]),
    ],
)
def test_names_that_an_expression_can_give(expression: str, fits: list[str], fits_not: list[str]) -> None:
    pattern = name_pattern(parse(expression).root)
    assert all(pattern.fullmatch(name) for name in fits)
    assert not any(pattern.fullmatch(name) for name in fits_not)


def test_patterns_stay_small() -> None:
    source = " + ".join('(inputs.a ? "x" : "y")' for _ in range(20))
    assert len(name_pattern(parse(source).root).pattern) < 1_000


@pytest.mark.parametrize("source", ["", "(", "inputs.", "has(a)", "a.b(", "[1, ", "x ? y", "\x00", "'"])
def test_facts_of_any_text(source: str) -> None:
    facts = read_expression(source)
    assert facts.broken
    assert all(0 <= use.span.start <= use.span.end <= len(source) for use in facts.uses)


@pytest.mark.parametrize("kind", list(KINDS))
def test_schemas_are_schemas(kind: str) -> None:
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    crd = next(crd for crd in crd_definitions() if crd["spec"]["names"]["kind"] == kind)
    version = crd["spec"]["versions"][0]
    jsonschema.Draft202012Validator.check_schema(version["schema"]["openAPIV3Schema"])
    assert crd["metadata"]["name"] == f"{crd['spec']['names']['plural']}.{crd['spec']['group']}"


def test_schema_and_checks_agree_on_keys() -> None:
    """What the JSON Schema takes has no structure problem, and what it refuses has one."""
    schema = jsonschema.Draft202012Validator(json_schema("ValueFunction"))
    specs = {
        "  return: {a: 1}\n": True,
        "  preconditions: [{assert: =true, ok: {}}]\n": True,
        "  locals: {a: 1}\n": False,
        "  return: [1]\n": False,
        "  return: {}\n  retrun: {}\n": False,
        "  preconditions: [{assert: =true, ok: {}, skip: {message: a}}]\n": False,
        "  preconditions: [{assert: 'true', ok: {}}]\n": False,
    }
    for spec, good in specs.items():
        text = FUNCTION + spec
        assert schema.is_valid(yaml.safe_load(text)) is good, spec
        found = Workspace().apply({"a.k.yaml": text}).problems("a.k.yaml")
        assert all(p.severity.word != "error" for p in found) is good, spec
