"""Adding missing inputs: where their values come from, and that the problem is gone."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.refactor.add_inputs import add_missing_inputs

PATH = "main.k.yaml"
FUNCTIONS = """\
#- functions.k.yaml
@ValueFunction maker
spec:
  return: {host: ='h', replicas: 1}
---
@ValueFunction taker
spec:
  return: {a: =inputs.host + inputs.color, b: '=has(inputs.c) ? inputs.c : 1'}
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: guests.example.com}
spec:
  group: example.com
  names: {kind: Guest, plural: guests}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, required: [color], properties: {color: {type: string}}}
"""
HEAD = """\
#- main.k.yaml
@Workflow w
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Guest}
  steps:
  - label: made
    ref: {kind: ValueFunction, name: maker}
"""


@pytest.mark.parametrize(
    ("step", "title", "written"),
    [
        ("", "inputs `color`, `host`", ["{color: =parent.spec.color, host: =steps.made.host}"]),
        ("    inputs: {host: here}\n", "input `color`", ["{host: here, color: =parent.spec.color}"]),
        ("    inputs:\n      color: red # why\n", "input `host`", ["# why\n      host: =steps.made.host"]),
    ],
)
def test_values_come_from_the_trigger_and_from_earlier_steps(
    step: str, title: str, written: list[str]
) -> None:
    call = "  - label: taken\n    ref: {kind: ValueFunction, name: $0taker}\n"
    fixture = read(FUNCTIONS + HEAD + call + step)
    found = add_missing_inputs(*fixture.at_cursor())
    assert found is not None
    assert found.title == f"Add the missing {title}"
    text = apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in found.edits])
    assert [one for one in written if one not in text] == [], text
    after = Workspace().apply({**fixture.texts, PATH: text})
    assert "missing-input" not in {problem.code for problem in after.problems(PATH)}


NAMED = """\
#- functions.k.yaml
@ValueFunction names
spec:
  return: {name: a, host: ='h', labels: {a: b}}
---
@ValueFunction other
spec:
  return: {names: {name: b, labels: {}}, size: five, port: 80}
---
@ValueFunction taker
spec:
  return:
    a: =USE
#- main.k.yaml
@Workflow w
spec:
  steps:
  - {label: other, ref: {kind: ValueFunction, name: other}}
  - {label: names, ref: {kind: ValueFunction, name: names}}
  - {label: ports, ref: {kind: ValueFunction, name: names}, forEach: {itemIn: '=["a"]', inputKey: it}}
  - {label: taken, ref: {kind: ValueFunction, name: ta$0ker}}
"""


@pytest.mark.parametrize("scope", ["Namespaced", "Cluster"])
def test_a_name_and_a_namespace_that_nothing_else_gives_are_the_triggers(scope: str) -> None:
    functions = FUNCTIONS.replace("names: {kind", f"scope: {scope}\n  names: {{kind").replace(
        "=inputs.host + inputs.color", "=inputs.name + inputs.namespace"
    )
    call = "  - label: taken\n    ref: {kind: ValueFunction, name: $0taker}\n"
    fixture = read(functions + HEAD + call)
    found = add_missing_inputs(*fixture.at_cursor())
    assert found is not None
    text = apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in found.edits])
    assert "name: =parent.metadata.name" in text
    assert ("namespace: =parent.metadata.namespace" in text) is (scope == "Namespaced")


@pytest.mark.parametrize(
    ("use", "written"),
    [
        ("inputs.names.name", "names: =steps.names"),
        ("inputs.names.nothing", "names: {nothing: ''}"),
        ('inputs.names.startsWith("a")', "names: ''"),
        ("inputs.size + 1", "size: 0"),
        ("inputs.size + 'text'", "size: =steps.other.size"),
        ("inputs.ports.map(one, one.name)", "ports: =steps.ports"),
        ("inputs.ports + 1", "ports: 0"),
        ("inputs.port + 1", "port: =steps.other.port"),
    ],
)
def test_an_earlier_step_is_taken_by_its_name_or_that_of_a_field_if_the_type_fits(
    use: str, written: str
) -> None:
    fixture = read(NAMED.replace("USE", use))
    found = add_missing_inputs(*fixture.at_cursor())
    assert found is not None
    assert found.is_complete is ("steps" in written)
    text = apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in found.edits])
    assert f"inputs: {{{written}}}" in text
    after = Workspace().apply({**fixture.texts, PATH: text})
    told = {problem.code for path in fixture.texts for problem in after.problems(path)}
    assert not told & {"missing-input", "wrong-input", "wrong-operand"}


@pytest.mark.parametrize(
    ("use", "written"),
    [
        ("=inputs.x", '""'),
        ("=inputs.x + 'a'", '""'),
        ("=inputs.x + 1", "0"),
        ("'=inputs.x ? 1 : 2'", "false"),
        ("=inputs.x + [1]", "[]"),
        ("=inputs.x.host.port + 1", "{host: {port: 0}}"),
    ],
)
def test_what_nobody_gives_is_a_placeholder(use: str, written: str) -> None:
    function = f"@ValueFunction f\nspec:\n  return: {{a: {use}}}\n---\n"
    workflow = "@Workflow w\nspec:\n  steps:\n  - label: one\n    ref: {kind: ValueFunction, name: $0f}\n"
    fixture = read(function + workflow)
    found = add_missing_inputs(*fixture.at_cursor())
    assert found is not None
    assert not found.is_complete
    ((text, *rest),) = ([edit.text for edit in found.edits],)
    assert (text.strip(), rest) == (f"inputs: {{x: {written}}}", [])


@pytest.mark.parametrize(
    "step",
    [
        "ref: {kind: ValueFunction, name: nobody$0}",
        "ref: {kind: ValueFunction, name: maker$0}",
        "ref: {kind: ValueFunction, name: taker$0}\n    inputs: {host: a, color: b}",
        "$0",
    ],
)
def test_nothing_is_offered_where_nothing_is_known_to_be_missing(step: str) -> None:
    fixture = read(f"{FUNCTIONS}{HEAD}  - label: taken\n    {step}\n")
    assert add_missing_inputs(*fixture.at_cursor()) is None
