"""What is offered in YAML: keys and values, by what stands around the cursor."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.workspace import Settings, Workspace
from koreo_project.schemas import builtin
from koreo_server.ide.completion.complete import complete

FUNCTION = "@ValueFunction f\nspec: {return: {a: 1}}\n"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(Settings(schemas=(builtin(),)))


def _labels(workspace: Workspace, text: str) -> list[str]:
    fixture = read(text)
    assert fixture.cursor is not None
    return [item.label for item in complete(workspace.apply(fixture.texts), *fixture.cursor).items]


@pytest.mark.parametrize(
    "text",
    [
        f"{FUNCTION}---\n$0\n",
        f"{FUNCTION}---\n$0",
        f"{FUNCTION}---\n\n$0\n\n",
        f"{FUNCTION}---\n# What comes next.\n$0\n",
        f"{FUNCTION}---\n$0\n---\n@ValueFunction g\nspec: {{return: {{a: 1}}}}\n",
        f"{FUNCTION}...\n---\n$0",
        "---\n$0\n",
        f"{FUNCTION}---\n$0".replace("\n", "\r\n"),
    ],
)
def test_a_new_document_is_offered_where_one_can_begin(workspace: Workspace, text: str) -> None:
    assert _labels(workspace, text) == _labels(workspace, "$0")


def test_an_empty_text_is_no_item(workspace: Workspace) -> None:
    called = '@ValueFunction f\nspec: {return: {a: =inputs.mode == "" || inputs.mode == "on"}}\n'
    step = "    - label: one\n      ref: {kind: ValueFunction, name: f}\n      inputs:\n        mode: $0\n"
    assert "on" in _labels(workspace, f"{called}---\n@Workflow w\nspec:\n  steps:\n{step}")
    assert "" not in _labels(workspace, f"{called}---\n@Workflow w\nspec:\n  steps:\n{step}")
    assert _labels(workspace, called.replace('"on"', "'$0'")) == []


@pytest.mark.parametrize(
    ("key", "name"), [("0x10", "16"), ("1.50", "1.5"), ('"a\\u0062c"', "abc"), ("'it''s'", "it's")]
)
def test_fields_below_a_key_that_is_spelt_otherwise(workspace: Workspace, key: str, name: str) -> None:
    called = (
        f'@ValueFunction f\nspec:\n  return:\n    a: |-\n      =inputs["{name}"].one + inputs["{name}"].two\n'
    )
    step = "    - label: one\n      ref: {kind: ValueFunction, name: f}\n      inputs:\n"
    caller = f"@Workflow w\nspec:\n  steps:\n{step}        {key}:\n          one: 1\n          $0\n"
    assert _labels(workspace, f"{called}---\n{caller}") == ["two"]


OF_RESOURCES = {"currentResource", "overlayResource", "expectResource", "expectDelete"}


@pytest.mark.parametrize(
    ("function", "offered"),
    [
        ("{kind: ValueFunction, name: f}", set()),
        ("{kind: ResourceFunction, name: f}", OF_RESOURCES),
        ("{name: f}", OF_RESOURCES),
    ],
)
def test_a_case_has_the_keys_that_suit_the_function(
    workspace: Workspace, function: str, offered: set[str]
) -> None:
    test = f"@FunctionTest t\nspec:\n  functionRef: {function}\n"
    labels = set(_labels(workspace, f"{test}  testCases:\n    - label: x\n      $0\n"))
    assert "expectReturn" in labels
    assert labels & OF_RESOURCES == offered
    assert ("currentResource" in _labels(workspace, f"{test}  $0\n")) is bool(offered)


CRD = "@Workflow w\nspec:\n  crdRef:\n"
MANAGED = "@ResourceFunction f\nspec:\n  apiConfig:\n"
APPS = {"ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{CRD}    apiGroup: apps\n    kind: $0\n", APPS),
        (f"{CRD}    apiGroup: apps\n    version: v1\n    kind: $0\n", APPS),
        (f"{CRD}    apiGroup: apps\n    version: v7\n    kind: $0\n", APPS),
        (f"{CRD}    apiGroup: apps\n    version: $0\n", {"v1"}),
        (
            f"{CRD}    apiGroup: autoscaling\n    version: $0\n    kind: HorizontalPodAutoscaler\n",
            {"v1", "v2"},
        ),
        (f"{CRD}    apiGroup: $0\n    kind: Deployment\n", {"apps"}),
        (f"{CRD}    version: $0\n    kind: HorizontalPodAutoscaler\n", {"v1", "v2"}),
        (f"{CRD}    apiGroup: unknown.example.com\n    kind: $0\n", set()),
        (f"{MANAGED}    apiVersion: apps/v1\n    kind: $0\n", APPS),
        (f"{MANAGED}    apiVersion: apps/v7\n    kind: $0\n", APPS),
        (f"{MANAGED}    apiVersion: apps/v1\n    kind: State$0\n", {"StatefulSet"}),
        (f"{MANAGED}    apiVersion: v1\n    kind: Stateful$0\n", {"StatefulSet"}),
        (f"{MANAGED}    apiVersion: $0\n    kind: Deployment\n", {"apps/v1"}),
        (f"{MANAGED}    apiVersion: unknown.example.com/v1\n    kind: $0\n", set()),
    ],
)
def test_parts_of_a_kind_suit_each_other(workspace: Workspace, text: str, expected: set[str]) -> None:
    labels = set(_labels(workspace, text))
    assert {one for one in labels if not one.startswith("=")} == expected


def test_more_letters_may_bring_other_kinds(workspace: Workspace) -> None:
    fixture = read(f"{MANAGED}    apiVersion: apps/v1\n    kind: $0\n")
    assert fixture.cursor is not None
    assert not complete(workspace.apply(fixture.texts), *fixture.cursor).complete


@pytest.mark.parametrize(
    ("others", "is_offered"),
    [
        ("", True),
        ("---\n@FunctionTest f-test\nspec: {}\n", False),
        ("---\n@FunctionTest g-test\nspec: {}\n", True),
    ],
)
@pytest.mark.parametrize("typed", ["$0", "f-t$0", "f-test$0"])
def test_the_likely_name_of_a_test_is_offered_unless_another_has_it(
    workspace: Workspace, others: str, is_offered: bool, typed: str
) -> None:
    head = f"apiVersion: koreo.dev/v1beta1\nkind: FunctionTest\nmetadata:\n  name: {typed}\n"
    test = f"{head}spec:\n  functionRef: {{kind: ValueFunction, name: f}}\n"
    assert ("f-test" in _labels(workspace, f"{FUNCTION}---\n{test}{others}")) is is_offered


EARLIER = """\
#- functions.k.yaml
@ValueFunction names
spec:
  return: {name: a, labels: {a: b}}
---
@ValueFunction other
spec:
  return: {names: {name: b, labels: {}}, port: 80}
---
@ValueFunction taker
spec:
  return: {a: =inputs.names.name, b: =inputs.port + 1}
#- main.k.yaml
@Workflow w
spec:
  steps:
  - {label: names, ref: {kind: ValueFunction, name: names}}
  - {label: other, ref: {kind: ValueFunction, name: other}}
  - label: taken
    ref: {kind: ValueFunction, name: taker}
    inputs:
"""


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("names: $0", ["=steps.names", "=steps.other.names"]),
        ("names: =$0", ["steps.names", "steps.other.names"]),
        ("port: $0", ["=steps.other.port"]),
        ("port: =st$0", ["steps.other.port"]),
        ("names:\n        name: $0", ["=steps.names.name"]),
    ],
)
def test_what_earlier_steps_return_under_the_name_of_an_input_comes_first(
    written: str, first: list[str]
) -> None:
    found = complete(*read(f"{EARLIER}      {written}\n").at_cursor())
    ordered = sorted(found.items, key=lambda item: (item.rank, item.order, item.label))
    assert [item.label for item in ordered][: len(first)] == first


@pytest.mark.parametrize(
    "step",
    [
        "- {label: two, ref: *f, inputs: {$0}}",
        "- label: two\n    ref: *f\n    inputs:\n      $0",
        "- <<: *one\n    label: two\n    inputs: {$0}",
        "- <<: *one\n    label: two\n    inputs:\n      spe$0",
    ],
)
def test_the_inputs_of_logic_that_an_alias_names_are_offered(workspace: Workspace, step: str) -> None:
    called = "@ValueFunction f\nspec: {return: {a: =inputs.speed}}\n"
    first = "- &one\n    label: one\n    ref: &f {kind: ValueFunction, name: f}\n    inputs: {speed: 1}\n"
    text = f"{called}---\n@Workflow w\nspec:\n  steps:\n  {first}  {step}\n"
    assert "speed" in _labels(workspace, text)


LAMP = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: lamps.example.com}
spec:
  group: example.com
  names: {kind: Lamp, plural: lamps}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              mode: {type: string, enum: [dimmed, "off", "1.10", "a: b"]}
              "on": {type: string}
              lit: {type: boolean}
"""


@pytest.mark.parametrize(
    ("spec", "label", "written"),
    [
        ("mode: $0", "dimmed", "mode: dimmed"),
        ("mode: $0", "off", 'mode: "off"'),
        ("mode: $0", "1.10", 'mode: "1.10"'),
        ("mode: '$0'", "off", "mode: 'off'"),
        ('mode: "$0"', "a: b", 'mode: "a: b"'),
        ("$0", "on", '"on":'),
        ("o$0: 1", "on", '"on": 1'),
        ("lit: $0", "true", "lit: true"),
    ],
)
def test_a_text_is_written_as_one(spec: str, label: str, written: str) -> None:
    config = "{apiVersion: example.com/v1, kind: Lamp, name: a, namespace: b}"
    head = f"@ResourceFunction lamp\nspec:\n  apiConfig: {config}\n"
    fixture = read(f"{head}  resource:\n    spec:\n      {spec}\n")
    assert fixture.cursor is not None
    path, offset = fixture.cursor
    found = complete(Workspace().apply({**fixture.texts, "lamp.yaml": LAMP}), path, offset)
    item = next(one for one in found.items if one.label == label)
    text = fixture.texts[path]
    accepted = text[: item.span.start] + item.insert + text[item.span.end :]
    assert accepted.rpartition("    spec:\n")[2].strip() == written
