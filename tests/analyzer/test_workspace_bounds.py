"""What the incremental workspace keeps and marks: nothing for ever, and only what an edit can reach."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.workspace import Workspace
from test_workspace import ask, function, many, workflow

if TYPE_CHECKING:
    from koreo_analyzer.language.expressions import ExpressionFacts
    from koreo_analyzer.workspace import Snapshot


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace()
    ask(workspace.apply(many()))
    return workspace


def test_removed_files_leave_nothing_behind(workspace: Workspace) -> None:
    answers, readers = workspace.database.size, len(workspace.database.readers)
    added = {f"more-{i}.k.yaml": workflow(f"more{i}", "shared", a="=parent.a") for i in range(50)}
    snapshot = workspace.apply(added)
    ask(snapshot)
    documents = [weakref.ref(snapshot.file(path).documents[0].document) for path in added]  # type: ignore[union-attr]
    del snapshot
    ask(workspace.apply(dict.fromkeys(added)))
    assert [workspace.snapshot.problems(path) for path in added] == [()] * len(added)
    gc.collect()
    assert (workspace.database.size, len(workspace.database.readers)) == (answers, readers)
    assert [document for reference in documents if (document := reference()) is not None] == []


def test_names_typed_on_the_way_are_forgotten(workspace: Workspace) -> None:
    answers, readers = workspace.database.size, len(workspace.database.readers)
    for i in range(200):
        ask(workspace.apply({"caller-0.k.yaml": workflow("caller0", f"shared{i}", a="=parent.a")}))
    ask(workspace.apply({"caller-0.k.yaml": workflow("caller0", "shared", a="=parent.a")}))
    assert (workspace.database.size, len(workspace.database.readers)) == (answers, readers)


def _expression(snapshot: Snapshot, path: str) -> ExpressionFacts:
    (definition,) = snapshot.documents(path)
    return definition.document.expressions[0].facts


def test_expressions_typed_on_the_way_are_forgotten(workspace: Workspace) -> None:
    """Somebody who types all day makes a new expression with each keystroke."""
    seen = []
    for i in range(20):
        snapshot = workspace.apply({"new.k.yaml": workflow("new", "shared", a=f"=parent.a{i}")})
        seen.append(weakref.ref(_expression(snapshot, "new.k.yaml")))
    assert [facts for reference in seen[:-1] if (facts := reference()) is not None] == []


def test_an_expression_is_read_once_for_all_documents(workspace: Workspace) -> None:
    texts = {f"new-{i}.k.yaml": workflow(f"new{i}", "shared", a="=parent.own") for i in range(2)}
    snapshot = workspace.apply(texts)
    first = _expression(snapshot, "new-0.k.yaml")
    assert _expression(snapshot, "new-1.k.yaml") is first
    snapshot = workspace.apply({"new-0.k.yaml": f"# edited\n{texts['new-0.k.yaml']}"})
    assert _expression(snapshot, "new-0.k.yaml") is first


def test_files_in_doubt_stay_so_until_they_are_asked_about(workspace: Workspace) -> None:
    workspace.take_affected()
    workspace.apply({"shared.k.yaml": function("shared", "a", "b")})
    first = workspace.take_affected()
    workspace.apply({"shared.k.yaml": function("shared", "a", "c")})
    assert workspace.take_affected() == first
    assert len(first) == 31


def test_an_answer_of_an_old_snapshot_hides_no_change(workspace: Workspace) -> None:
    old = workspace.apply({"shared.k.yaml": function("shared", "a", "b")})
    workspace.take_affected()
    workspace.apply({"shared.k.yaml": function("shared", "a", "c")})
    assert "inputs.b" in (old.problems("caller-0.k.yaml")[0].hint or "")
    assert "caller-0.k.yaml" in workspace.take_affected()
    assert "inputs.c" in (workspace.snapshot.problems("caller-0.k.yaml")[0].hint or "")


def test_an_edit_in_a_workflow_marks_only_what_it_is_run_by_and_runs() -> None:
    workspace = Workspace()
    texts = {f"sub-{i}.k.yaml": workflow(f"sub{i}", f"own{i}", x="=parent.x") for i in range(20)}
    texts |= {f"own-{i}.k.yaml": function(f"own{i}", "x") for i in range(20)}
    texts |= {f"call-{i}.k.yaml": workflow(f"call{i}", f"sub{i}", "Workflow", x="1") for i in range(20)}
    ask(workspace.apply(texts))
    workspace.take_affected()
    workspace.apply({"sub-0.k.yaml": workflow("sub0", "own0", x="=parent.x + 1")})
    assert workspace.take_affected() == {"sub-0.k.yaml", "call-0.k.yaml", "own-0.k.yaml"}


@pytest.mark.parametrize(
    "crd",
    [
        "  versions:\n  - name v1\n    served: true\n",
        "  versions:\n  - name: v1\n    served: tru\n    x: [\n",
        "",
    ],
    ids=["half typed", "broken", "no versions yet"],
)
def test_a_half_typed_definition_says_nothing_about_versions(crd: str) -> None:
    head = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        "spec:\n  group: example.com\n  names: {kind: Lone, plural: lones}\n"
    )
    workspace = Workspace()
    snapshot = workspace.apply(
        {
            "crd.yaml": head + crd,
            "lone.k.yaml": f"{workflow('lone', 'own', x='1')}---\n{function('own', 'x')}",
        }
    )
    assert ask(snapshot)["lone.k.yaml"] == ()


def test_an_anchored_kind_is_found() -> None:
    crd = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        "spec:\n  group: example.com\n  names:\n    kind: &kind Lone\n    plural: lones\n"
        "  versions:\n  - {name: v2, served: true}\n"
    )
    snapshot = Workspace().apply(
        {"crd.yaml": crd, "lone.k.yaml": f"{workflow('lone', 'own', x='1')}---\n{function('own', 'x')}"}
    )
    assert ask(snapshot)["lone.k.yaml"] == ("unserved-version",)
