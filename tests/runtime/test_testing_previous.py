"""Runs of tests that take over what did not change, compared with fresh runs under random edits."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import pytest
from koreo_analyzer.workspace import Workspace
from koreo_runtime.testing import run_tests
from testing_cases import document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EDITS: Final = 150
FILES: Final = {
    "value": document("ValueFunction", "v", "return: {a: =inputs.x}\n"),
    "resource": document(
        "ResourceFunction",
        "r",
        "apiConfig: {apiVersion: v1, kind: ConfigMap, name: cm, namespace: d}\n"
        "resourceTemplateRef: {name: =inputs.t}\n"
        "overlays: [{overlayRef: {kind: ValueFunction, name: v}, inputs: {x: 1}}]\n",
    ),
    "template": document(
        "ResourceTemplate", "tpl", "template: {apiVersion: v1, kind: ConfigMap, metadata: {}, q: 1}\n"
    ),
    "resource test": document(
        "FunctionTest",
        "rt",
        "functionRef: {kind: ResourceFunction, name: r}\n"
        "inputs: {t: tpl}\n"
        "testCases:\n"
        "- expectResource: {apiVersion: v1, kind: ConfigMap, metadata: {name: cm, namespace: d}, q: 1, a: 1}\n",
    ),
    "value test": document(
        "FunctionTest",
        "vt",
        "functionRef: {kind: ValueFunction, name: v}\ninputs: {x: 1}\ntestCases:\n- expectReturn: {a: 1}\n",
    ),
}
PATHS: Final = (*FILES, "first", "last")
"""The files, and two more that come to define the same."""


def changed(text: str) -> str:
    """The document with other values."""
    return text.replace("a: =inputs.x", "a: 3").replace("q: 1", "q: 3").replace("x: 1", "x: 4")


def inactive(text: str) -> str:
    return text.replace("metadata:\n", "metadata:\n  labels: {koreo.dev/active: 'no'}\n", 1)


MUTATIONS: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: text,
    lambda text: "",
    lambda text: f"{text}---\n{changed(text)}",
    inactive,
    changed,
    lambda text: text.replace("spec:", "spce:", 1),
    lambda text: f"# moved\n---\n{text}",
    lambda text: text.replace("name: v\n", "name: w\n", 1),
)


def edit(choose: random.Random) -> Mapping[str, str]:
    """The new texts of one or two files."""
    edited = {}
    for name in choose.sample(PATHS, choose.choice([1, 1, 2])):
        source = FILES[name if name in FILES else choose.choice(list(FILES))]
        edited[f"/w/{name}.k.yaml"] = choose.choice(MUTATIONS)(source)
    return edited


@pytest.mark.parametrize("seed", range(3))
def test_what_is_taken_over_is_as_if_run_anew(seed: int) -> None:
    choose = random.Random(seed)
    workspace = Workspace()
    run = run_tests(workspace.apply({f"/w/{name}.k.yaml": text for name, text in FILES.items()}))
    taken_over = 0
    for number in range(EDITS):
        edited = edit(choose)
        snapshot = workspace.apply(edited)
        run = run_tests(snapshot, previous=run)
        assert run.reports == run_tests(snapshot).reports, (number, edited)
        taken_over += len(run.reports) - run.executed
    assert taken_over > EDITS // 2
