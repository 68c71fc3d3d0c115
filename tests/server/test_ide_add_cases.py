"""Adding missing cases: which there are, how they are written, and that the problem is gone."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.refactor.add_cases import add_missing_cases

PATH = "main.k.yaml"
FILES = """\
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
          spec: {type: object, required: [room], properties: {room: {type: string, enum: [small, large, suite]}}}
#- functions.k.yaml
@ValueFunction f
spec: {return: {a: 1}}
#- main.k.yaml
@Workflow w
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Guest}
  steps:
  - label: one
    refSwitch:
      switchOn: =parent.spec.room$0
      cases:
"""


@pytest.mark.parametrize(
    ("cases", "title", "added"),
    [
        (
            "      - {case: small, kind: ValueFunction, name: f}\n",
            "Add cases for `large`, `suite`",
            (
                '      - {case: large, kind: ValueFunction, name: ""}\n'
                '      - {case: suite, kind: ValueFunction, name: ""}\n'
            ),
        ),
        (
            (
                "      - {case: small, kind: ValueFunction, name: f}\n"
                "      - case: large\n        kind: ValueFunction\n        name: f # the same\n"
            ),
            "Add a case for `suite`",
            '      - case: suite\n        kind: ValueFunction\n        name: ""\n',
        ),
    ],
)
def test_cases_are_added_below(cases: str, title: str, added: str) -> None:
    fixture = read(FILES + cases)
    assert "missing-case" in {one.code for one in fixture.snapshot.problems(PATH)}
    found = add_missing_cases(*fixture.at_cursor())
    assert found is not None
    text = apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in found.edits])
    assert (found.title, text) == (title, fixture.texts[PATH] + added)
    after = Workspace().apply({**fixture.texts, PATH: text})
    assert "missing-case" not in {one.code for one in after.problems(PATH)}


@pytest.mark.parametrize(
    "cases",
    [
        "      - {case: small, default: true, kind: ValueFunction, name: f}\n",
        "".join(
            f"      - {{case: {one}, kind: ValueFunction, name: f}}\n" for one in ("small", "large", "suite")
        ),
    ],
)
def test_nothing_is_offered_where_nothing_is_missing(cases: str) -> None:
    assert add_missing_cases(*read(FILES + cases).at_cursor()) is None
