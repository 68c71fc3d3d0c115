"""Hostile documents get a bounded answer. What would take for ever runs into the time limit of the whole file."""

from __future__ import annotations

import pytest
from koreo_analyzer.workspace import Workspace
from markers import analyze

pytestmark = pytest.mark.timeout(60)

HEAD = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return:
"""
BOMB = (
    "    a: &a0 [=x, =x, =x, =x, =x, =x, =x, =x, =x]\n"
    + "".join(f"    a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9))
    + "    last: 1\n"
)


@pytest.mark.parametrize(
    ("text", "code", "most"),
    [
        (HEAD + BOMB, "yaml-limit", 1),
        (HEAD + "    a: " + "[" * 100_000 + "\n", "yaml-limit", 50),
        (HEAD + "    a: " + "[" * 100_000 + "]" * 100_000 + "\n", "yaml-limit", 1),
        (HEAD + "    a: " + "{b: " * 50_000 + "\n", "yaml-limit", 50),
        (HEAD + "    a: '=" + "(" * 100_000 + "'\n", "expression-syntax", 20),
        (HEAD + "    a: '=" + "a.?)]} %1e-'' \"" * 3_000 + "'\n", "expression-syntax", 20),
        (HEAD + "    a: '=[" + ", ".join(f"x{i}" for i in range(10_000)) + "]'\n", "unknown-name", 20),
        (HEAD + "    a: '" + "{{ inputs.a }}" * 5_000 + "'\n", "forgotten-equals", 1),
        (
            HEAD + "    a: '{{ a " + "inputs" * 10_000 + ".b }}'\n    b: '{{ a inputs.b }}'\n",
            "forgotten-equals",
            1,
        ),
        (HEAD + "    a: 1\n" * 10_000, "duplicate-key", 9_999),
        (
            HEAD + "".join(f"    a{i}: =inputs.x{i} +\n\n\n\n" for i in range(5_000)),
            "expression-syntax",
            5_000,
        ),
    ],
    ids=[
        "bomb",
        "brackets",
        "closed",
        "braces",
        "parentheses",
        "garbage",
        "names",
        "placeholders",
        "a long placeholder",
        "duplicates",
        "long file",
    ],
)
def test_one_document(text: str, code: str, most: int) -> None:
    found = [p.code for p in analyze({"a.k.yaml": text}).problems("a.k.yaml")]
    assert 1 <= found.count(code) <= most
    assert len(found) <= most + 25


def test_a_cycle_of_many_workflows() -> None:
    number = 1_000

    def workflow(i: int) -> str:
        return (
            f"apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {{name: w{i}}}\nspec:\n  steps:\n"
            f"  - {{label: next, ref: {{kind: Workflow, name: w{(i + 1) % number}}}}}\n"
        )

    workspace = Workspace()
    snapshot = workspace.apply({f"{i}.k.yaml": workflow(i) for i in range(number)})
    found = [snapshot.problems(path) for path in snapshot.paths()]
    assert {tuple(p.code for p in problems) for problems in found} == {("workflow-cycle",)}
    assert found[0][0].hint == "by way of 1000 Workflows"


def test_a_long_chain_of_workflows_is_no_cycle() -> None:
    texts = {
        f"{i}.k.yaml": "apiVersion: koreo.dev/v1beta1\nkind: Workflow\n"
        f"metadata: {{name: w{i}}}\nspec:\n  crdRef: {{apiGroup: a.b, version: v1, kind: K{i}}}\n  steps:\n"
        f"  - {{label: next, ref: {{kind: Workflow, name: w{i + 1}}}}}\n"
        for i in range(1_000)
    }
    snapshot = analyze(texts)
    found = [p.code for path in snapshot.paths() for p in snapshot.problems(path)]
    assert found == ["unknown-reference"]


def test_an_overlay_that_expands_for_ever() -> None:
    function = (
        "apiVersion: koreo.dev/v1beta1\nkind: ResourceFunction\nmetadata: {name: f}\nspec:\n"
        "  apiConfig: {apiVersion: a.b/v1, kind: K, name: k, namespace: n}\n"
        "  resource: {last: [{a: 1}]}\n  overlays: [{overlayRef: {kind: ValueFunction, name: words}}]\n"
    )
    snapshot = analyze({"a.k.yaml": HEAD + BOMB, "b.k.yaml": function})
    assert "yaml-limit" in [problem.code for problem in snapshot.problems("a.k.yaml")]
    assert "list-replaced" not in [problem.code for problem in snapshot.problems("b.k.yaml")]
