"""Names that Kubernetes refuses, and targets that nothing builds."""

from __future__ import annotations

import pytest
from markers import analyze

FUNCTION = (
    "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: %s}\nspec:\n  return: {a: 1}\n"
)
RESOURCE = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: words}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, %s}
"""


def problems(text: str) -> list[tuple[str, str]]:
    snapshot = analyze({"main.k.yaml": text}, off=frozenset({"unused-definition"}))
    return [(p.code, text[p.span.start : p.span.end]) for p in snapshot.problems("main.k.yaml")]


@pytest.mark.parametrize("name", ["a", "a.b", "a-b.c-d.v2", "0"])
def test_names_of_objects(name: str) -> None:
    assert problems(FUNCTION % f'"{name}"') == []


@pytest.mark.parametrize("name", ["a..b", "a.-b", "a-.b", ".a", "a.", "-a", "A", "a_b"])
def test_names_that_no_object_can_have(name: str) -> None:
    assert problems(FUNCTION % f'"{name}"') == [("invalid-value", f'"{name}"')]


@pytest.mark.parametrize("name", ["5", "true", "1.0"])
def test_a_name_without_quotes_is_put_into_them(name: str) -> None:
    text = FUNCTION % name
    (problem,) = analyze({"main.k.yaml": text}).problems("main.k.yaml")
    assert problem.code == "wrong-type"
    (edit,) = problem.fixes[0].edits
    assert (edit.text, text[edit.span.start : edit.span.end]) == (f'"{name}"', name)


@pytest.mark.parametrize(
    ("identity", "found"),
    [
        ('name: "", namespace: a', [("invalid-value", '""')]),
        ("name: a, namespace: ''", [("invalid-value", "''")]),
        ("name: '', namespaced: false", [("invalid-value", "''")]),
        ("name: a, namespace: '', namespaced: false", []),
        ("name: =inputs.a, namespace: b", []),
    ],
)
def test_an_empty_identity(identity: str, found: list[tuple[str, str]]) -> None:
    assert problems(RESOURCE % identity + "  resource: {}\n") == found


def test_no_overlays_build_nothing() -> None:
    text = RESOURCE % "name: a, namespace: b"
    assert problems(text + "  overlays: []\n") == [("exactly-one", "spec")]
    assert problems(text + "  overlays: []\n  resource: {}\n") == []
    assert problems(text + "  overlays: [{overlay: {a: 1}}]\n") == []
    readonly = RESOURCE % "name: a, namespace: b, readonly: true"
    assert problems(readonly + "  overlays: []\n") == []
