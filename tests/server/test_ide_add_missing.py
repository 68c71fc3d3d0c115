"""Adding what is missing: what is written for it, and that the problem is gone."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.refactor.add_missing import add_missing

PATH = "main.k.yaml"
CRD = """\
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
        required: [spec]
        properties:
          spec:
            type: object
            required: [name, nights, room, beds, paid, stay, labels]
            properties:
              name: {type: string}
              nights: {type: integer, minimum: 1}
              room: {type: string, enum: [single, double]}
              beds:
                type: array
                minItems: 1
                items: {type: object, required: [size], properties: {size: {type: number}}}
              paid: {type: boolean}
              stay: {type: object, required: [from], properties: {from: {type: string}, to: {type: string}}}
              labels: {type: object, additionalProperties: {type: string}}
#- main.k.yaml
"""
FUNCTION = """\
@ResourceFunction f
spec:
  apiConfig: {apiVersion: example.com/v1, kind: Guest, name: a, namespace: b}
"""
ALL = '{name: "", nights: 1, room: double, beds: [{size: 0}], paid: false, stay: {from: ""}, labels: {}}'
HERE = "name: a, nights: 1, room: double, paid: true, labels: {}, stay: {from: b}"


def _mended(text: str, code: str) -> tuple[str, str]:
    """Return the title of the action for a problem, and the text afterwards, which has no such problem."""
    texts = read(text).texts
    snapshot = Workspace().apply(texts)
    problems = [one for one in snapshot.problems(PATH) if one.code == code]
    found = add_missing(snapshot, [one for one in problems if one.span == problems[0].span])
    assert found is not None
    assert found.refusal is None
    after = apply(texts[PATH], [Edit(edit.span, edit.text) for edit in found.edits])
    left = Workspace().apply({**texts, PATH: after}).problems(PATH)
    assert code not in {one.code for one in left}
    return found.title, after


@pytest.mark.parametrize(
    ("resource", "title", "left"),
    [
        (
            f"{{spec: {{{HERE}}}}}",
            "field `beds`",
            f"{{spec: {{{HERE}, beds: [{{size: 0}}]}}}}",
        ),
        (
            f"{{spec: {{{HERE}, beds: [{{}}, {{}}]}}}}",
            "field `size`",
            f"{{spec: {{{HERE}, beds: [{{size: 0}}, {{size: 0}}]}}}}",
        ),
        (
            "{spec: {}}",
            "fields `name`, `nights`, `room`, `beds`, `paid`, `stay`, `labels`",
            f"{{spec: {ALL}}}",
        ),
    ],
)
def test_fields_of_a_resource(resource: str, title: str, left: str) -> None:
    text = f"{CRD}{FUNCTION}  resource: {resource}\n"
    told, after = _mended(text, "resource-missing")
    assert told == f"Add the missing {title}"
    assert after.endswith(f"  resource: {left}\n")


def test_an_object_that_is_missing_comes_with_what_it_needs() -> None:
    title, after = _mended(f"{CRD}{FUNCTION}  resource: {{}}\n", "resource-missing")
    assert title == "Add the missing field `spec`"
    assert "beds:\n        - size: 0\n" in after


def test_a_block_gets_lines() -> None:
    fields = "".join(f"      {one}\n" for one in HERE.replace(", paid: true", "").split(", "))
    text = f"{CRD}{FUNCTION}  resource:\n    spec:\n{fields}      # the end\n      beds:\n      - size: 2 # large\n"
    title, after = _mended(text, "resource-missing")
    assert title == "Add the missing field `paid`"
    assert after.endswith("      # the end\n      beds:\n      - size: 2 # large\n      paid: false\n")


@pytest.mark.parametrize(
    ("body", "title", "left"),
    [
        ("apiConfig: {apiVersion: v1, kind: Pod, name: a}", "key `namespace`", 'name: a, namespace: ""}'),
        (
            "apiConfig: {plural: pods}",
            "keys `apiVersion`, `kind`, `name`, `namespace`",
            '{plural: pods, apiVersion: "", kind: "", name: "", namespace: ""}',
        ),
        (
            "preconditions: [{permFail: {message: no}}]",
            "key `assert`",
            "{permFail: {message: no}, assert: =true}",
        ),
        ("preconditions: [{assert: =true, retry: {message: no}}]", "key `delay`", "{message: no, delay: 0}"),
    ],
)
def test_keys_of_the_language(body: str, title: str, left: str) -> None:
    api = (
        ""
        if body.startswith("apiConfig")
        else "  apiConfig: {apiVersion: v1, kind: Pod, name: a, namespace: b}\n"
    )
    told, after = _mended(f"@ResourceFunction f\nspec:\n{api}  {body}\n  resource: {{}}\n", "missing-key")
    assert told == f"Add the missing {title}"
    assert left in after


@pytest.mark.parametrize(
    ("text", "title", "left"),
    [
        (
            "apiVersion: koreo.dev/v1beta1\nkind: Workflow\nspec: {steps: []}\n",
            "key `name`",
            'metadata: {name: ""}',
        ),
        ("@Workflow w\n", "key `spec`", 'spec:\n  steps:\n    - label: ""\n'),
        ("@Workflow w\nspec: {steps: [{ref: {kind: Workflow, name: x}}]}\n", "key `label`", 'label: ""'),
        (
            "@FunctionTest t\nspec: {testCases: []}\n",
            "key `functionRef`",
            '{kind: ResourceFunction, name: ""}',
        ),
    ],
)
def test_keys_of_documents(text: str, title: str, left: str) -> None:
    told, after = _mended(text, "missing-key")
    assert told == f"Add the missing {title}"
    assert left in after, after


@pytest.mark.parametrize(
    ("test", "title", "left"),
    [
        (
            "currentResource: {metadata: {name: a}}",
            "fields `apiVersion`, `kind`",
            "{metadata: {name: a}, apiVersion: example.com/v1, kind: Guest}",
        ),
        (
            "testCases: [{currentResource: {kind: Guest, spec: {}}, expectDelete: true}]",
            "fields `apiVersion`, `metadata`",
            "{kind: Guest, spec: {}, apiVersion: example.com/v1, metadata: {}}",
        ),
        (
            "testCases: [{expectResource: {kind: Guest}}]",
            "field `apiVersion`",
            "{kind: Guest, apiVersion: example.com/v1}",
        ),
    ],
)
def test_objects_of_a_test(test: str, title: str, left: str) -> None:
    function = f"{CRD}{FUNCTION}  resource: {{spec: {ALL}}}\n---\n"
    head = "@FunctionTest t\nspec:\n  functionRef: {kind: ResourceFunction, name: f}\n"
    told, after = _mended(f"{function}{head}  {test}\n", "incomplete-object")
    assert told == f"Add the missing {title}"
    assert left in after


TEMPLATE = """\
---
@ResourceTemplate t
spec:
  template:
    apiVersion: example.com/v1
    kind: Guest
    spec: {name: a, nights: 1, paid: true, labels: {}, stay: {from: b}}
"""


@pytest.mark.parametrize(
    ("overlays", "left"),
    [
        (
            "",
            "  overlays: [{overlay: {spec: {room: double, beds: [{size: 0}]}}}]\n",
        ),
        (
            "  overlays:\n  - overlay: {metadata: {labels: {a: b}}}\n",
            "  overlays:\n  - overlay: {metadata: {labels: {a: b}}, spec: {room: double, beds: [{size: 0}]}}\n",
        ),
        (
            "  overlays:\n  - overlay: {spec: {nights: 2}}\n",
            "  overlays:\n  - overlay: {spec: {nights: 2, room: double, beds: [{size: 0}]}}\n",
        ),
        (
            "  overlays:\n  - {skipIf: =inputs.a, overlay: {spec: {nights: 2}}}\n",
            "nights: 2}}}\n  - {overlay: {spec: {room: double, beds: [{size: 0}]}}}\n",
        ),
    ],
)
def test_what_a_template_lacks_is_written_into_an_overlay(overlays: str, left: str) -> None:
    text = f"{CRD}{FUNCTION}  resourceTemplateRef: {{name: t}}\n{overlays}{TEMPLATE}"
    told, after = _mended(text, "resource-missing")
    assert told == "Add the missing fields `room`, `beds`"
    assert left in after


def test_what_a_template_lacks_deep_inside_is_written_into_an_overlay() -> None:
    template = TEMPLATE.replace("stay: {from: b}", "stay: {}, room: single, beds: [{size: 1}]")
    text = f"{CRD}{FUNCTION}  resourceTemplateRef: {{name: t}}\n  overlays:\n  - overlay: {{spec: {{nights: 2}}}}\n"
    told, after = _mended(text + template, "resource-missing")
    assert told == "Add the missing field `from`"
    assert '  - overlay: {spec: {nights: 2, stay: {from: ""}}}\n' in after


def test_nothing_is_offered_for_what_the_items_of_a_template_lack() -> None:
    template = TEMPLATE.replace("stay: {from: b}", "stay: {from: a}, room: single, beds: [{}]")
    fixture = read(f"{CRD}{FUNCTION}  resourceTemplateRef: {{name: t}}\n{template}")
    (problem,) = (one for one in fixture.snapshot.problems(PATH) if one.code == "resource-missing")
    assert add_missing(fixture.snapshot, [problem]) is None


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("kind: Workflow\n", "apiVersion: koreo.dev/v1beta1\nkind: Workflow\n"),
        ("apiVersion: koreo.dev/v1beta1\n", "apiVersion: koreo.dev/v1beta1\nkind: Workflow\n"),
    ],
)
def test_what_makes_a_document_one_of_koreo_is_certain(text: str, fixed: str) -> None:
    rest = "metadata: {name: w}\nspec: {steps: []}\n"
    (problem,) = (one for one in Workspace().apply({PATH: text + rest}).problems(PATH))
    (fix,) = problem.fixes
    assert problem.code == "missing-key"
    assert apply(text + rest, [Edit(edit.span, edit.text) for edit in fix.edits]) == fixed + rest
