"""Random refactorings of a workspace whose tests pass: no new problems, and the tests go as before."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.cel import ast
from koreo_analyzer.edit import apply
from koreo_analyzer.language.file_names import is_koreo_path
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Settings, Snapshot, Workspace
from koreo_project.schemas import builtin
from koreo_runtime.testing import run_tests
from koreo_server.ide.refactor.extract import extract_local
from koreo_server.ide.refactor.inline import inline_local
from koreo_server.ide.refactor.to_template import convert_to_template
from koreo_server.ide.rename import rename

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition

FIXTURES = Path(__file__).parents[2] / "fixtures"
WORKSPACES = ("hello", "stateless-crud-app")
TRIES = 150
NAMES = ("zz", "new-name", "on", "a b", "x", "null", "for", 'it"s', "it's", "1a", "a.b", "yes", "#x", "a: b")
EXPECTED = {"unused-definition", "read-differently"}
"""What a refactoring may bring: the new name may be one that nothing can refer to, or that others read differently."""


def _texts(name: str) -> dict[str, str]:
    files = sorted(path for path in (FIXTURES / name).rglob("*.yaml") if path.is_file())
    return {str(path): path.read_text(encoding="utf-8") for path in files}


def _refactored(dice: Random, snapshot: Snapshot, path: str, definition: Definition) -> Any:
    """Make one refactoring at a random place; None if there is none."""
    place = definition.start + dice.randrange(len(definition.document.text))
    match dice.choice(["extract", "extract", "inline", "rename", "rename", "template"]):
        case "extract" if definition.document.expressions:
            expression = dice.choice(definition.document.expressions)
            node = dice.choice(list(ast.walk(expression.facts.root)))
            offer = extract_local(snapshot, path, expression.span(node.span).shift(definition.start))
        case "inline":
            offer = inline_local(snapshot, path, place)
        case "rename":
            return rename(snapshot, path, place, dice.choice(NAMES))
        case _:
            offer = convert_to_template(snapshot, path, place)
    return offer.made() if offer is not None else None


def _codes(snapshot: Snapshot, path: str) -> Counter[str]:
    return Counter(problem.code for problem in snapshot.problems(path) if problem.code not in EXPECTED)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", WORKSPACES)
def test_refactorings_change_nothing_but_the_text(name: str, seed: int) -> None:
    dice = Random(seed)
    texts = _texts(name)
    workspace = Workspace(Settings(schemas=(builtin(),)))
    before = workspace.apply(texts)
    koreo = [path for path in texts if is_koreo_path(path)]
    run = run_tests(before)
    codes = {path: _codes(before, path) for path in koreo}
    done = 0
    for _ in range(TRIES):
        snapshot = workspace.snapshot
        path = dice.choice(koreo)
        made = _refactored(dice, snapshot, path, dice.choice(snapshot.documents(path)))
        # A renaming with doubts says itself that the fields may be used in another way, too.
        if made is None or made.refusal or not made.edits or getattr(made, "doubts", ()):
            continue
        done += 1
        edits: dict[str, list[Edit]] = defaultdict(list)
        for edit in made.edits:
            edits[edit.path].append(Edit(edit.span, edit.text))
        changed = {one: apply(texts.get(one, ""), several) for one, several in edits.items()}
        after = workspace.apply(changed)
        for one, text in changed.items():
            assert not _codes(after, one) - codes.get(one, Counter()), text
        assert _verdicts(after, run) == _verdicts(before, run), changed
        workspace.apply({one: texts.get(one) for one in changed})
    assert done >= 5


def _verdicts(snapshot: Snapshot, previous: Any) -> list[Any]:
    return [
        ([(case.status, case.reason) for case in report.cases], report.error is None)
        for report in run_tests(snapshot, previous=previous).reports
    ]
