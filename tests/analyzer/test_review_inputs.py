"""Inputs that are read, needed or spare, where control flow decides."""

from __future__ import annotations

import pytest
from markers import analyze

SWITCH = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {{name: caller}}
spec:
  crdRef: {{apiGroup: example.com, version: v1, kind: App}}
  steps:
  - label: chosen
    refSwitch:
      switchOn: {switch}
      cases:
      - {{case: aws, kind: ValueFunction, name: reader}}
    inputs: {{{inputs}}}
{extra}---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {{name: reader}}
spec:
  return: {{region: =inputs.region}}
"""
LOOP = "    forEach: {itemIn: =parent.spec.clouds, inputKey: cloud}\n"
CALL = """\
---
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: caller}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: App}
  steps:
  - label: called
    ref: {kind: %s, name: called}
"""
VALUE = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: called}\nspec:\n"
RESOURCE = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: called}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b%s}
"""


def problems(text: str) -> list[tuple[str, str]]:
    snapshot = analyze({"main.k.yaml": text}, off=frozenset({"unused-local"}))
    return [(p.code, p.message) for p in snapshot.problems("main.k.yaml")]


@pytest.mark.parametrize(
    ("switch", "inputs", "extra"),
    [
        ("=inputs.cloud", "cloud: =parent.spec.cloud, region: a", ""),
        ("=inputs.cloud", "region: a", LOOP),
        ("'=has(inputs.cloud) ? inputs.cloud : \"aws\"'", "region: a", ""),
        ("'=has(inputs.cloud) ? inputs.cloud : \"aws\"'", "region: a, cloud: aws", ""),
        ("=inputs.keys()[0]", "region: a, anything: b", ""),
    ],
)
def test_a_switch_reads_inputs(switch: str, inputs: str, extra: str) -> None:
    assert problems(SWITCH.format(switch=switch, inputs=inputs, extra=extra)) == []


@pytest.mark.parametrize("extra", ["", LOOP])
def test_a_switch_on_an_input_that_is_not_given(extra: str) -> None:
    found = problems(SWITCH.format(switch="=inputs.nothere", inputs="region: a", extra=extra))
    assert (
        "missing-input",
        "`switchOn` reads the input `nothere`, which step `chosen` does not give",
    ) in found


CERTAIN = [
    VALUE + "  preconditions:\n  - {assert: =inputs.b, skip: {message: m}}\n",
    VALUE + "  preconditions:\n  - {assert: =inputs.b, ok: {}}\n  return: {a: 1}\n",
    VALUE + "  locals: {a: =inputs.b}\n  return: {a: 1}\n",
    VALUE + "  return: {a: =inputs.b && inputs.b.c}\n",
    RESOURCE % "" + "  resource: {a: =inputs.b}\n",
    RESOURCE % "" + "  resource: {}\n  create: {overlay: {a: =inputs.b}}\n",
    RESOURCE % ", readonly: true" + "  return: {a: =inputs.b}\n",
]
POSSIBLE = [
    VALUE
    + "  preconditions:\n  - {assert: =inputs.?a.hasValue(), ok: {}}\n"
    + "  - {assert: =inputs.b, permFail: {message: m}}\n  return: {a: 1}\n",
    VALUE
    + "  preconditions:\n  - {assert: true, skip: {message: m}}\n  locals: {a: =inputs.b}\n".replace(
        "true", "=1 == 1"
    ),
    VALUE
    + "  preconditions:\n  - {assert: =1 == 1, skip: {message: m}}\n  locals: {a: =inputs.b}\n  return: {}\n",
    VALUE + "  return: {a: '=inputs.b && has(inputs.c)'}\n",
    VALUE + "  return: {a: '=has(inputs.c) && inputs.b'}\n",
    RESOURCE % ", readonly: true" + "  resource: {a: =inputs.b}\n",
    RESOURCE % ", deleteIfExists: true" + "  resource: {}\n  overlays: [{overlay: {a: =inputs.b}}]\n",
    RESOURCE % ", readonly: true" + "  resource: {}\n  create: {overlay: {a: =inputs.b}}\n",
    RESOURCE % "" + "  resource: {}\n  create: {enabled: false, overlay: {a: =inputs.b}}\n",
]


@pytest.mark.parametrize("function", CERTAIN)
def test_what_is_certainly_evaluated_is_needed(function: str) -> None:
    kind = "ValueFunction" if function.startswith(VALUE) else "ResourceFunction"
    assert [code for code, _ in problems(function + CALL % kind)] == ["missing-input"]


@pytest.mark.parametrize("function", POSSIBLE)
def test_what_may_not_be_evaluated_is_not_needed(function: str) -> None:
    kind = "ValueFunction" if function.startswith(VALUE) else "ResourceFunction"
    assert problems(function + CALL % kind) == []
