"""Fixes that write a word or a guard: what they write is read as it is meant, whatever the word and its place are."""

from __future__ import annotations

import pytest
from koreo_analyzer.edit import apply, respelled
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_project.schemas import builtin
from markers import analyze

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: lamps.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Lamp, plural: lamps, singular: lamp, listKind: LampList}
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
              mode: {type: string, enum: [dimmed, "off", "no"]}
              "on": {type: string}
              size: {type: integer}
"""
TARGET = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: lamp}
spec:
  apiConfig: {apiVersion: example.com/v1, kind: Lamp, plural: lamps, name: a, namespace: b}
  resource:
    %s
"""
CALL = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: caller}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Lamp}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: words}
    inputs: {%s}
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return: {a: '=inputs["on"]'}
"""
OFF = frozenset({"unused-definition"})


def mended(template: str, wrong: str) -> list[str]:
    """Return what stands in the place of `wrong` after each fix, none of which leaves a problem."""
    text = template % wrong
    head, tail = template.split("%s")
    found: list[str] = []
    for problem in analyze({"crd.yaml": CRD, "a.k.yaml": text}, off=OFF).problems("a.k.yaml"):
        for fix in problem.fixes:
            after = apply(text, [Edit(edit.span, edit.text) for edit in fix.edits])
            assert analyze({"crd.yaml": CRD, "a.k.yaml": after}, off=OFF).problems("a.k.yaml") == ()
            found.append(after.removeprefix(head).removesuffix(tail))
    return found


@pytest.mark.parametrize(
    ("template", "wrong", "right"),
    [
        (TARGET, "spec: {mode: dimed}", ["spec: {mode: dimmed}"]),
        (TARGET, "spec: {mode: offf}", ['spec: {mode: "off"}']),
        (TARGET, "spec: {mode: 'offf'}", ["spec: {mode: 'off'}"]),
        (TARGET, 'spec: {mode: "noo"}', ['spec: {mode: "no"}']),
        (TARGET, "spec: {onn: x}", ['spec: {"on": x}']),
        (TARGET, "spec: {'onn': x}", ["spec: {'on': x}"]),
        (TARGET, "spec: {sise: 1}", ["spec: {size: 1}"]),
        (TARGET, "spec: {sise: 1, size: 2}", ["spec: {size: 2}"]),
        (CALL, "onn: 1", ['"on": 1']),
        (CALL, '"onn": 1', ['"on": 1']),
        (CALL, "'onn': 1", ["'on': 1"]),
    ],
)
def test_a_word_stays_a_text(template: str, wrong: str, right: list[str]) -> None:
    assert mended(template, wrong) == right


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("=parent.spec.size", "'=has(parent.spec.size) ? parent.spec.size : null'"),
        ("=parent.spec.size + 1", "'=has(parent.spec.size) ? parent.spec.size + 1 : null'"),
        (
            "'=parent.spec.size > 1 ? 1 : 2'",
            "'=has(parent.spec.size) ? (parent.spec.size > 1 ? 1 : 2) : null'",
        ),
    ],
)
def test_a_guard_keeps_the_expression_in_it_whole(wrong: str, right: str) -> None:
    required = CRD.replace(
        "properties:\n          spec:", "required: [spec]\n        properties:\n          spec:"
    )
    text = CALL % f'"on": {wrong}'
    (problem,) = analyze({"crd.yaml": required, "a.k.yaml": text}, off=OFF).problems("a.k.yaml")
    fixes = [apply(text, [Edit(edit.span, edit.text) for edit in fix.edits]) for fix in problem.fixes]
    assert fixes == [CALL % f'"on": {right}']
    assert analyze({"crd.yaml": required, "a.k.yaml": fixes[0]}, off=OFF).problems("a.k.yaml") == ()


LISTS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: lamps.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Lamp, plural: lamps, singular: lamp, listKind: LampList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            properties:
              dark: {type: boolean}
              rooms: {type: array, items: {type: string}}
              grants: {type: array, items: {type: string}}
              grant: {type: string}
              place: {type: object, properties: {room: {type: string}}}
"""
STEP = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: caller}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Lamp}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: words}
    %s
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return: {a: '=has(inputs.a) ? inputs.a : ""'}
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "forEach: {itemIn: =parent.spec.rooms, inputKey: a}",
            ["forEach: {itemIn: '=has(parent.spec.rooms) ? parent.spec.rooms : []', inputKey: a}"],
        ),
        ("skipIf: =parent.spec.dark", ["skipIf: '=has(parent.spec.dark) && (parent.spec.dark)'"]),
        ("skipIf: =!parent.spec.dark", ["skipIf: '=has(parent.spec.dark) && (!parent.spec.dark)'"]),
        (
            "inputs: {a: =parent.spec.place.room}",
            ["inputs: {a: '=has(parent.spec.place.room) ? parent.spec.place.room : null'}"],
        ),
        ("inputs: {a: '=has(parent.spec.grant) ? parent.spec.grants : []'}", []),
    ],
)
def test_a_guard_gives_what_its_place_can_work_with(wrong: str, right: list[str]) -> None:
    text = STEP % wrong
    (problem,) = analyze({"crd.yaml": LISTS, "a.k.yaml": text}, off=OFF).problems("a.k.yaml")
    fixes = [apply(text, [Edit(edit.span, edit.text) for edit in fix.edits]) for fix in problem.fixes]
    assert fixes == [STEP % one for one in right]
    for fixed in fixes:
        assert analyze({"crd.yaml": LISTS, "a.k.yaml": fixed}, off=OFF).problems("a.k.yaml") == ()


def test_what_holds_more_is_not_removed_by_a_fix() -> None:
    for wrong, offered in (("odd: {a: {b: 1}}", False), ("odd: [1]", False), ("odd: 1", True)):
        problems = analyze({"crd.yaml": CRD, "a.k.yaml": TARGET % f"spec: {{{wrong}}}"}, off=OFF).problems(
            "a.k.yaml"
        )
        assert [bool(problem.fixes) for problem in problems] == [offered]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("skipIf: parent.spec.off", ["skipIf: =parent.spec.off"]),
        ("skipIf: !has(parent.spec.on)", ["skipIf: =!has(parent.spec.on)"]),
        ("skipIf: !parent.spec.off  # or on", ["skipIf: =!parent.spec.off  # or on"]),
        ("skipIf: !parent.spec.off &anchor", []),
        ("skipIf: !parent.spec.size in sizes", []),
        ("skipIf: !!str parent.spec.off", []),
        ("skipIf: 'parent.spec.off'", []),
    ],
)
def test_an_expression_without_its_sign(wrong: str, right: list[str]) -> None:
    text = CALL.replace("label: one\n", "label: one\n    %s\n").replace("inputs: {%s}", 'inputs: {"on": 1}')
    found = analyze({"a.k.yaml": text % wrong}, off=OFF).problems("a.k.yaml")
    (problem,) = [one for one in found if one.code == "invalid-value"]
    fixed = [apply(text % wrong, [Edit(edit.span, edit.text) for edit in fix.edits]) for fix in problem.fixes]
    assert fixed == [text % each for each in right]
    assert [analyze({"a.k.yaml": each}, off=OFF).problems("a.k.yaml") for each in fixed] == [()] * len(right)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("a", "b", "b"),
        ("'a'", "b", "'b'"),
        ('"a"', "b", '"b"'),
        ("a", "null", '"null"'),
        ("a", "1.10", '"1.10"'),
        ("a", "y", '"y"'),
        ("a", "x: y", '"x: y"'),
        ("a", "[x", '"[x"'),
        ("'a'", "it's", "'it''s'"),
        ('"a"', 'say "hi"', '"say \\"hi\\""'),
        ("a", "=inputs.b", "=inputs.b"),
    ],
)
def test_a_word_in_place_of_another(text: str, word: str, expected: str) -> None:
    assert respelled(text, Span(0, len(text)), word).text == expected


STATE = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: caller}
spec:
  crdRef: {apiGroup: apps, version: v1, kind: Deployment}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: words}
    state: {kept: %s}
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return: {a: 1}
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("=parent.spec.?replicas", "=parent.spec.?replicas.orValue(0)"),
        ("'=parent.metadata.?namespace'", "'=parent.metadata.?namespace.orValue(\"\")'"),
        ('"=parent.metadata.?namespace"', "\"=parent.metadata.?namespace.orValue('')\""),
        ("=parent.metadata.?labels", "'=parent.metadata.?labels.orValue({})'"),
        (
            "'={\"n\": parent.spec.?replicas}'",
            "'={\"n\": parent.spec.?replicas.orValue(0)}'",
        ),
    ],
)
def test_an_optional_that_leaves_gets_a_value(wrong: str, right: str) -> None:
    text, schemas = STATE % wrong, (builtin(),)
    found = analyze({"a.k.yaml": text}, off=OFF, schemas=schemas).problems("a.k.yaml")
    fixes = [
        apply(text, [Edit(edit.span, edit.text) for edit in fix.edits])
        for problem in found
        for fix in problem.fixes
    ]
    assert fixes[:1] == [STATE % right]
    assert analyze({"a.k.yaml": fixes[0]}, off=OFF, schemas=schemas).problems("a.k.yaml") == ()
