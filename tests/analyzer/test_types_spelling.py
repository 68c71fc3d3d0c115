"""A misspelt word that types find is mended by the fix that its problem brings."""

from __future__ import annotations

import pytest
from koreo_analyzer.workspace import Settings, Workspace
from koreo_project.schemas import builtin

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"
SIZES = (
    HEAD.format("ValueFunction", "sizes")
    + "  return:\n    total: =inputs.count * 2\n    a-b: =inputs.count\n"
)
FLOW = HEAD.format("Workflow", "flow") + (
    "  steps:\n  - label: one\n    ref: {kind: ValueFunction, name: sizes}\n    inputs: {count: 1}\n"
    "  - label: two\n    ref: {kind: ValueFunction, name: sizes}\n    inputs: {count: WRONG}\n"
)
TEST = HEAD.format("FunctionTest", "test") + (
    "  functionRef: {kind: ValueFunction, name: sizes}\n  inputs: {count: 1}\n  testCases:\n  - expectReturn: WRONG\n"
)
DEPLOYMENT = HEAD.format("ResourceFunction", "deploy") + (
    "  apiConfig: {apiVersion: apps/v1, kind: Deployment, name: a, namespace: b}\n  resource:\n    spec:\n"
    "      WRONG\n      selector: {}\n      template: {}\n"
)


@pytest.mark.parametrize(
    ("document", "wrong", "right"),
    [
        (FLOW, "=steps.one.totl", "=steps.one.total"),
        (FLOW, "'=steps.one[\"totl\"]'", "'=steps.one[\"total\"]'"),
        (FLOW, "'=steps.one[\"a-c\"]'", "'=steps.one[\"a-b\"]'"),
        (FLOW, "\"=steps.one['totl'] + 1\"", "\"=steps.one['total'] + 1\""),
        (TEST, "{totl: 2, a-b: 1}", "{total: 2, a-b: 1}"),
        (TEST, '{"totl": 2, a-b: 1}', '{"total": 2, a-b: 1}'),
        (DEPLOYMENT, "replicsa: 1", "replicas: 1"),
        (DEPLOYMENT, "'replicsa': 1", "'replicas': 1"),
    ],
)
def test_the_word_that_was_meant_is_written(document: str, wrong: str, right: str) -> None:
    text = document.replace("WRONG", wrong)
    workspace = Workspace(Settings(schemas=(builtin(),)))
    snapshot = workspace.apply({"sizes.k.yaml": SIZES, "a.k.yaml": text})
    (fix,) = (
        fix for problem in snapshot.problems("a.k.yaml") for fix in problem.fixes if "Change to" in fix.title
    )
    (edit,) = fix.edits
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == document.replace("WRONG", right)
