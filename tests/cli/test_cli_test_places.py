"""Where `koreo test` says that something is: as near to the cause as the texts allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from testing_workspace import change, results, run

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: limits, namespace: default}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, plural: configmaps, name: limits, namespace: default}
  resource:
    spec:
      x-koreo-compare-as-set: [rules]
      rules: [{cpu: 1}]
      mode: =inputs.mode
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: limits-test, namespace: default}
spec:
  functionRef: {kind: ResourceFunction, name: limits}
  inputs: {mode: fast}
  currentResource:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: limits, namespace: default, labels: {team: sky}}
    spec:
      mode: slow
  testCases:
  - label: Changes
"""


def write(folder: Path, case: str) -> None:
    (folder / "limits.k.yaml").write_text(LIMITS + case, "utf-8")


ANY_RETRY = """\
    expectOutcome:
      retry: {message: '', delay: 0}
"""
OBJECT = """\
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: limits, namespace: default}
      spec:
        rules: [{cpu: 1}]
"""


@pytest.mark.parametrize(
    ("case", "line", "column"),
    [
        (f"    expectResource:\n{OBJECT}        mode: fast\n", 31, 9),
        (f"{ANY_RETRY}    overlayResource:\n      spec:\n        rules: [{{cpu: 2}}]\n", 30, 9),
        (f"{ANY_RETRY}    currentResource:\n{OBJECT}", 33, 9),
        (ANY_RETRY, 26, 5),
    ],
    ids=["expected", "overlaid", "given", "nowhere"],
)
def test_what_never_settles_is_shown_where_the_case_speaks_of_it(
    tested: Path, case: str, line: int, column: int
) -> None:
    write(tested, case)
    (test,) = results("limits.k.yaml")["tests"]
    (warning,) = test["cases"][0]["warnings"]
    assert "due to `spec.rules`" in warning["message"]
    assert (warning["line"], warning["column"]) == (line, column)


OVERLAID = """\
    overlayResource:
      spec:
        mode: fast
        size: '=size(resource.metadata.labels) + inputs.count'
    expectOutcome:
      retry: {message: '', delay: 0}
"""


def test_an_overlay_that_fails_is_shown_at_the_part_that_does(tested: Path) -> None:
    write(tested, OVERLAID)
    result = run("limits.k.yaml")
    assert (
        "limits.k.yaml:29:50: error[test-failed]: limits-test, case 1 (Changes): "
        "`spec.testCases[0].overlayResource.spec.size`: no such field `count` in {mode}"
    ) in result.stdout
    assert f"\n{' ' * 2} | {' ' * 49}^^^^^^^^^^^^\n" in result.stdout


def test_an_overlay_that_breaks_the_object_is_shown_at_its_key(tested: Path) -> None:
    write(tested, OVERLAID)
    change(
        tested / "limits.k.yaml",
        "      spec:\n        mode: fast\n        size",
        "      kind: ''\n      size",
    )
    change(tested / "limits.k.yaml", "inputs.count", "1")
    assert "limits.k.yaml:26:5: error[test-failed]: " in run("limits.k.yaml").stdout
