"""Fixing everything at once: it ends, mends, and breaks nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit, Severity
from koreo_analyzer.workspace import Settings, Workspace
from koreo_analyzer.workspace.fixing import CERTAIN, GUESSED, UNUSED, choose_fixes, fix_files
from koreo_project.schemas import builtin

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

FIXTURES = Path(__file__).parents[2] / "fixtures"
HEAD = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: f}\nspec:\n"


def _errors(snapshot: Snapshot, paths: list[str]) -> int:
    return sum(one.severity is Severity.ERROR for path in paths for one in snapshot.problems(path))


@pytest.mark.parametrize("codes", [CERTAIN, GUESSED, UNUSED, CERTAIN | GUESSED | UNUSED])
def test_fixing_a_broken_workspace_mends_and_ends(codes: frozenset[str]) -> None:
    workspace = Workspace()
    texts = {path.name: path.read_text("utf-8", "replace") for path in (FIXTURES / "broken").glob("*.yaml")}
    before = _errors(workspace.apply(texts), list(texts))
    fixed = fix_files(workspace, list(texts), codes)
    assert all(one.old == texts[one.path] != one.new and one.fixes for one in fixed)
    assert _errors(workspace.snapshot, list(texts)) <= before
    assert all(workspace.snapshot.text(one.path) == one.new for one in fixed)
    assert fix_files(workspace, list(texts), codes) == []


def test_what_a_fix_uncovers_is_fixed_too() -> None:
    workspace = Workspace()
    workspace.apply({"a.k.yaml": HEAD + "  retrun: {c: =inptus.x}\n"})
    (fixed,) = fix_files(workspace, ["a.k.yaml", "unknown.k.yaml"], GUESSED)
    assert fixed.new == HEAD + "  return: {c: =inputs.x}\n"
    assert [one.problem.code for one in fixed.fixes] == ["unknown-key", "unknown-name"]


def test_overlapping_fixes_are_not_chosen_together() -> None:
    workspace = Workspace()
    text = HEAD + "  return: {yes: 1} # koreo: ignore[unknown-key, no-such-code]\n"
    snapshot = workspace.apply({"a.k.yaml": text})
    edits = [edit for one in choose_fixes(snapshot.problems("a.k.yaml"), CERTAIN) for edit in one.edits]
    spans = sorted(edit.span for edit in edits)
    assert all(one.end < other.start for one, other in pairwise(spans))
    assert '"yes": 1' in apply(text, [Edit(edit.span, edit.text) for edit in edits])


def test_a_comment_goes_with_its_blanks_and_leaves_its_reason() -> None:
    workspace = Workspace()
    text = (
        HEAD
        + "  return:\n    # koreo: ignore[bare-input]\n    a: x   # koreo: ignore[bare-input]\n"
        + "    b: x   # koreo: ignore[bare-input] since v1\n"
    )
    workspace.apply({"a.k.yaml": text})
    (fixed,) = fix_files(workspace, ["a.k.yaml"], CERTAIN)
    assert fixed.new == HEAD + "  return:\n    a: x\n    b: x   # since v1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{a: 1, b: =inputs.x}", "{b: =inputs.x}"),
        ("{b: =inputs.x, a: 1}", "{b: =inputs.x}"),
        ("{b: =inputs.x, a: [1], c: {d: 1},}", "{b: =inputs.x,}"),
        ("{ a: 1, c: 2, b: =inputs.x }", "{ b: =inputs.x }"),
        ("{\n    a: 1,\n    b: =inputs.x\n    }", "{\n    b: =inputs.x\n    }"),
        ("{\n    a: 1, # why\n    b: =inputs.x\n    }", None),
        ("{a: &one 1, b: =inputs.x}", None),
    ],
)
def test_what_is_unused_goes_from_between_commas(before: str, after: str | None) -> None:
    text = HEAD + "  locals: {}\n  return: {x: =locals.b}\n"
    workspace = Workspace()
    workspace.apply({"a.k.yaml": text.replace("{}", before)})
    fixed = fix_files(workspace, ["a.k.yaml"], UNUSED)
    assert [one.new for one in fixed] == ([text.replace("{}", after)] if after is not None else [])


API = "  apiConfig: {apiVersion: apps/v1, kind: Deployment, name: a, namespace: b}\n"
POD = "{selector: {}, template: {spec: {containers: [{name: a}]}}}"


@pytest.mark.parametrize(
    ("kind", "body", "left"),
    [
        (
            "ValueFunction",
            "  preconditions:\n  - assert: =inputs.a\n    skip: {message: a}\n    permFail: {message: b}\n",
            [["    permFail: {message: b}\n"], ["    skip: {message: a}\n"]],
        ),
        (
            "ResourceFunction",
            API + "  resourceTemplateRef: {name: x}\n  resource:\n    spec: {}\n",
            [["  resourceTemplateRef: {name: x}\n"], ["  resource:\n    spec: {}\n"]],
        ),
        (
            "ResourceFunction",
            API + "  resource: {}\n  overlays:\n  - overlay: {}\n    inputs: {a: 1}\n",
            [["    inputs: {a: 1}\n"]],
        ),
    ],
)
def test_of_what_excludes_each_other_one_goes(kind: str, body: str, left: list[list[str]]) -> None:
    text = HEAD.replace("ValueFunction", kind) + body
    problems = Workspace().apply({"a.k.yaml": text}).problems("a.k.yaml")
    (problem,) = (one for one in problems if one.code == "exactly-one")
    removed = [[text[edit.span.start : edit.span.end] for edit in fix.edits] for fix in problem.fixes]
    assert sorted(removed) == sorted(left)


def test_a_field_that_no_schema_knows_is_removed_or_renamed() -> None:
    text = (
        HEAD.replace("ValueFunction", "ResourceFunction")
        + API
        + "  resource:\n    spec:\n      selector: {}\n      template: {}\n      color: red\n      replica: 1\n"
    )
    problems = Workspace(Settings(schemas=(builtin(),))).apply({"a.k.yaml": text}).problems("a.k.yaml")
    titles = [[fix.title for fix in one.fixes] for one in problems if one.code == "resource-field"]
    assert titles == [["Remove `color`"], ["Change to `replicas`"]]
