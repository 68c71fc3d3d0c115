"""A small workspace in which the tests of editors play a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: groesse
spec:
  locals:
    doubled: =inputs.count * 2
    label: ="ü" + string(inputs.count)
  return:
    total: =locals.doubled + 1
    text: =locals.label
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: groesse-test
spec:
  functionRef:
    kind: ValueFunction
    name: groesse
  inputs:
    count: 2
  testCases:
  - label: it doubles
    expectReturn:
      total: 5
      text: ü2
"""
WORKFLOW = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata:
  name: flow
spec:
  crdRef:
    apiGroup: example.com
    version: v1
    kind: Thing
  steps:
  - label: sizes
    ref:
      kind: ValueFunction
      name: groesse
    inputs:
      count: =parent.spec.count
  - label: later
    ref:
      kind: ValueFunction
      name: groesse
    inputs:
      count: =steps.sizes.totl
"""


def write_workspace(folder: Path) -> Path:
    """Write the workspace into a new folder, with `function.k.yaml`; return the file of the Workflow."""
    folder.mkdir()
    (folder / "koreo.toml").write_text("", encoding="utf-8")
    (folder / "function.k.yaml").write_text(FUNCTION, encoding="utf-8")
    workflow = folder / "workflow.k.yaml"
    workflow.write_text(WORKFLOW, encoding="utf-8")
    return workflow
