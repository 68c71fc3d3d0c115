"""Fixing everything at once: it ends, mends, and breaks nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit, Severity
from koreo_analyzer.workspace import Workspace
from koreo_analyzer.workspace.fixing import CERTAIN, GUESSED, UNUSED, choose_fixes, fix_files

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
