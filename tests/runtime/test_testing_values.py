"""What expressions gave in one case of a FunctionTest."""

from __future__ import annotations

from typing import Any

from koreo_analyzer.workspace import Workspace
from koreo_runtime.testing.suite import find_tests
from koreo_runtime.testing.values import case_values

TEXT = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec:
  preconditions:
  - assert: =inputs.name != ""
    permFail: {message: '="no name, " + inputs.greeting'}
  locals: {hello: ="Hello " + inputs.name}
  return: {text: =locals.hello, first: '=inputs.list[0]'}
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: greet-test}
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {name: Ada, greeting: hi, list: [1]}
  testCases:
  - expectReturn: {text: Hello Ada, first: 1}
  - expectReturn: {text: Hello Ada, first: 1}
  - variant: true
    inputOverrides: {name: ""}
    expectOutcome: {permFail: {message: no name}}
  - variant: true
    inputOverrides: {list: []}
    expectOutcome: {permFail: {message: list}}
"""


def _values(case: int, text: str = TEXT) -> dict[str, Any]:
    workspace = Workspace()
    snapshot = workspace.apply({"f.k.yaml": text})
    (test,) = find_tests(snapshot)
    found = case_values(snapshot, test, case).get(("ValueFunction", "greet"), {})
    return {
        ".".join(map(str, path[1:])): given.value if given.error is None else given.error.kind.name
        for path, given in found.items()
    }


def test_values_are_those_of_the_case() -> None:
    first = {
        "preconditions.0.assert": True,
        "locals.hello": "Hello Ada",
        "return.text": "Hello Ada",
        "return.first": 1,
    }
    assert _values(0) == first
    assert _values(1) == first, "a case that repeats the run before it has its values"
    assert _values(2) == {"preconditions.0.assert": False, "preconditions.0.permFail.message": "no name, hi"}


def test_an_expression_that_fails_has_an_error() -> None:
    assert _values(3)["return.first"] not in (None, 1)


def test_there_are_none_where_nothing_ran() -> None:
    assert _values(9) == {}
    assert _values(0, TEXT.replace("name: greet}\n  inputs", "name: great}\n  inputs")) == {}
    assert _values(0, TEXT.replace("- expectReturn", "- skip: true\n    expectReturn", 1)) == {}
