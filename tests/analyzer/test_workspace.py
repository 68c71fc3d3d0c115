"""The incremental workspace: what an edit recomputes, and what a snapshot promises."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace import Settings, Snapshot, Workspace

if TYPE_CHECKING:
    from collections import Counter

    from koreo_analyzer.workspace.documents import ParsedDocument


def function(name: str, *inputs: str, extra: str = "") -> str:
    reads = " + ".join(f"inputs.{word}" for word in inputs) or '"a"'
    return f"""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {{name: {name}}}
spec:
  return:
    text: ={reads}{extra}
"""


def workflow(name: str, runs: str, kind: str = "ValueFunction", **inputs: str) -> str:
    given = "".join(f"\n      {key}: {value}" for key, value in inputs.items()) or " {}"
    return f"""\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {{name: {name}}}
spec:
  crdRef: {{apiGroup: example.com, version: v1, kind: {name.title()}}}
  steps:
  - label: only
    ref: {{kind: {kind}, name: {runs}}}
    inputs:{given}
"""


def many(number: int = 30) -> dict[str, str]:
    """Return a workspace of callers of one function, and as many pairs that have nothing to do with it."""
    texts = {"shared.k.yaml": function("shared", "a", extra=' + "c"')}
    for i in range(number):
        texts[f"caller-{i}.k.yaml"] = workflow(f"caller{i}", "shared", a="=parent.a")
        texts[f"pair-{i}.k.yaml"] = f"{function(f'own{i}', 'x')}---\n{workflow(f'pair{i}', f'own{i}', x='1')}"
    return texts


def ask(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """Return the codes of every file's problems, having computed all of them."""
    return {path: tuple(p.code for p in snapshot.problems(path)) for path in snapshot.paths()}


def work(workspace: Workspace, changes: dict[str, str | None]) -> Counter[str]:
    """Apply changes, ask for everything, and return how often each query was computed."""
    workspace.database.recomputed.clear()
    ask(workspace.apply(changes))
    return +workspace.database.recomputed


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace()
    assert set(ask(workspace.apply(many())).values()) == {()}
    return workspace


def parsed(snapshot: Snapshot) -> set[ParsedDocument]:
    return {
        placed.document
        for path in snapshot.paths()
        if (file := snapshot.file(path)) is not None
        for placed in file.documents
    }


def test_an_edit_inside_an_expression_stays_in_its_document(workspace: Workspace) -> None:
    counted = work(workspace, {"shared.k.yaml": function("shared", "a", extra=' + "b"')})
    assert counted["file problems"] == counted["workspace problems"] == 1
    assert counted["document"] == 1
    assert counted["signature"] == 1, "compared, and found equal: nobody else is asked"
    assert counted["flow"] == 1, "with what it is run with here"
    assert sum(counted.values()) <= 8


def test_an_edit_of_one_document_leaves_the_others_of_its_file(workspace: Workspace) -> None:
    text = f"{function('own0', 'x', extra=' + inputs.x')}---\n{workflow('pair0', 'own0', x='1')}"
    counted = work(workspace, {"pair-0.k.yaml": text})
    assert counted["workspace problems"] == counted["file problems"] == 1


def test_only_the_edited_document_is_parsed_again(workspace: Workspace) -> None:
    before = parsed(workspace.snapshot)
    text = f"{function('own0', 'x', extra=' + inputs.x')}---\n{workflow('pair0', 'own0', x='1')}"
    after = parsed(workspace.apply({"pair-0.k.yaml": text}))
    assert len(after - before) == 1
    assert [document.text[-12:] for document in after - before] == [" + inputs.x\n"]


def test_moving_documents_in_a_file_parses_and_checks_none(workspace: Workspace) -> None:
    before = parsed(workspace.snapshot)
    moved = f"# a comment\n---\n{many()['pair-0.k.yaml']}"
    counted = work(workspace, {"pair-0.k.yaml": moved})
    assert len(parsed(workspace.snapshot) - before) <= 1, "the comment"
    assert counted["file problems"] == 1
    assert ask(workspace.snapshot)["pair-0.k.yaml"] == ()


def test_a_changed_signature_reaches_exactly_its_dependants(workspace: Workspace) -> None:
    counted = work(workspace, {"shared.k.yaml": function("shared", "a", "b")})
    assert counted["workspace problems"] == 31
    assert counted["file problems"] == 31
    assert counted["type problems"] <= 1, (
        "what types show of a caller is asked only if they show something else"
    )
    found = ask(workspace.snapshot)
    assert {path for path, codes in found.items() if codes} == {f"caller-{i}.k.yaml" for i in range(30)}
    assert {codes for codes in found.values() if codes} == {("missing-input",)}
    counted = work(workspace, {"shared.k.yaml": function("shared", "a")})
    assert counted["workspace problems"] == 31


def test_affected_files_are_those_that_may_have_changed(workspace: Workspace) -> None:
    workspace.take_affected()
    workspace.apply({"shared.k.yaml": function("shared", "a", "b")})
    affected = workspace.take_affected()
    assert {f"caller-{i}.k.yaml" for i in range(30)} | {"shared.k.yaml"} <= affected
    assert not any(path.startswith("pair-") for path in affected)
    assert workspace.take_affected() == set()
    workspace.apply({"shared.k.yaml": None})
    assert "shared.k.yaml" in workspace.take_affected()


def test_removing_and_adding_a_definition(workspace: Workspace) -> None:
    counted = work(workspace, {"shared.k.yaml": None})
    assert counted["workspace problems"] == 30
    assert ask(workspace.snapshot)["caller-0.k.yaml"] == ("unknown-reference",)
    assert workspace.snapshot.definitions("ValueFunction", "shared") == []
    counted = work(workspace, {"elsewhere.k.yaml": function("shared", "a")})
    assert counted["workspace problems"] == 31
    assert set(ask(workspace.snapshot).values()) == {()}


def test_renaming_a_definition(workspace: Workspace) -> None:
    counted = work(workspace, {"shared.k.yaml": function("sharedd", "a")})
    assert counted["workspace problems"] == 31
    found = workspace.snapshot.problems("caller-0.k.yaml")
    assert [(p.code, p.hint) for p in found] == [("unknown-reference", "did you mean `sharedd`?")]
    counted = work(workspace, {"pair-0.k.yaml": many()["pair-0.k.yaml"].replace("own0", "mine")})
    assert counted["workspace problems"] <= 2 + 30, "its own documents, and those that ask for a similar name"


def test_a_second_definition_is_shown_at_both_places(workspace: Workspace) -> None:
    workspace.apply({"more.k.yaml": "# moved\n" + function("shared", "a")})
    snapshot = workspace.snapshot
    (first,), (second,) = snapshot.problems("shared.k.yaml"), snapshot.problems("more.k.yaml")
    assert first.code == second.code == "duplicate-definition"
    assert [(r.path, snapshot.text(r.path)[r.span.start : r.span.end]) for r in first.related] == [
        ("more.k.yaml", "shared")
    ]
    assert [r.path for r in second.related] == ["shared.k.yaml"]


def test_half_typed_text_does_not_trouble_its_users(workspace: Workspace) -> None:
    for broken in ("text: =inputs.", "text: =(inputs.a", 'text: "=inputs.a', "txt"):
        workspace.apply({"shared.k.yaml": function("shared", "a").replace("text: =inputs.a", broken)})
        found = ask(workspace.snapshot)
        assert found.pop("shared.k.yaml")
        assert set(found.values()) == {()}, broken


def test_settings_reach_every_file(workspace: Workspace) -> None:
    workspace.apply({"shared.k.yaml": function("shared", "a", "b")})
    before = workspace.snapshot
    after = workspace.configure(Settings(severities={"missing-input": Severity.INFO}))
    assert {p.severity for p in before.problems("caller-0.k.yaml")} == {Severity.ERROR}
    assert {p.severity for p in after.problems("caller-0.k.yaml")} == {Severity.INFO}


def test_unchanged_text_changes_nothing(workspace: Workspace) -> None:
    assert work(workspace, {**many(), "not-there.k.yaml": None}) == {}


def test_all_changes_become_visible_at_once() -> None:
    workspace = Workspace()
    workspace.apply({"a.k.yaml": function("a", "x"), "b.k.yaml": workflow("b", "a", x="1")})
    workspace.apply({"a.k.yaml": None, "c.k.yaml": function("a", "z"), "b.k.yaml": workflow("b", "a", z="1")})
    assert set(ask(workspace.snapshot).values()) == {()}


def test_an_old_snapshot_answers_as_before() -> None:
    workspace = Workspace()
    old = workspace.apply({"a.k.yaml": function("a", "x"), "b.k.yaml": workflow("b", "a")})
    expected = ask(old)
    workspace.apply({"a.k.yaml": function("a"), "b.k.yaml": None, "c.k.yaml": function("a")})
    assert ask(old) == expected == {"a.k.yaml": (), "b.k.yaml": ("missing-input",)}
    assert not old.is_current
    assert old.text("b.k.yaml") == workflow("b", "a")
    assert [d.path for d in old.definitions("ValueFunction", "a")] == ["a.k.yaml"]


def test_an_old_snapshot_never_asked_before_answers_for_its_own_time() -> None:
    workspace = Workspace()
    old = workspace.apply({"a.k.yaml": function("a", "x"), "b.k.yaml": workflow("b", "a")})
    workspace.apply({"a.k.yaml": function("a"), "b.k.yaml": None})
    assert ask(old) == {"a.k.yaml": (), "b.k.yaml": ("missing-input",)}


def test_snapshots_are_read_from_another_thread_during_edits() -> None:
    workspace = Workspace()
    old = workspace.apply(many(10))
    expected = ask(old)
    failures: list[dict[str, tuple[str, ...]]] = []

    def read() -> None:
        for _ in range(20):
            found = ask(old)
            if found != expected:
                failures.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(40):
        ask(workspace.apply({"shared.k.yaml": function("shared", "a", *(["b"] * (i % 2)))}))
    reader.join()
    assert failures == []


def test_plain_yaml_counts_only_as_a_crd() -> None:
    crd = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: b.example.com}
spec: {group: example.com, names: {kind: B}, versions: [{name: v2}]}
"""
    workspace = Workspace()
    workspace.apply(
        {"a.k.yaml": function("a"), "b.k.yaml": workflow("b", "a"), "x.yaml": "{" + function("a")}
    )
    assert set(ask(workspace.snapshot).values()) == {()}
    counted = work(workspace, {"crd.yaml": crd})
    assert ask(workspace.snapshot)["b.k.yaml"] == ("unserved-version",)
    assert counted["workspace problems"] == 1
    work(workspace, {"crd.yaml": crd.replace("v2", "v1")})
    assert ask(workspace.snapshot)["b.k.yaml"] == ()


def test_the_cost_of_an_edit_does_not_grow_with_the_workspace() -> None:
    counts = []
    for number in (10, 100):
        workspace = Workspace()
        ask(workspace.apply(many(number)))
        counts.append(work(workspace, {"shared.k.yaml": function("shared", "a", extra=' + "b"')}))
    assert counts[0] == counts[1]
