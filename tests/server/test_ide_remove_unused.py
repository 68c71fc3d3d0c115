"""Removing all that is unused at once: neighbours, whole mappings, brackets, comments, other documents."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_analyzer.workspace.fixing import UNUSED
from koreo_server.ide.refactor.remove_unused import remove_unused

PATH = "main.k.yaml"
HEAD = "@ValueFunction f\nspec:\n"
WORKFLOW = "---\n@Workflow w\nspec:\n  steps:\n  - label: one\n    ref: {kind: ValueFunction, name: f}\n"


def _removed(text: str) -> tuple[str, int]:
    fixture = read(text)
    snapshot = fixture.snapshot
    mended, edits = remove_unused(snapshot, PATH, snapshot.problems(PATH))
    return apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in edits]), len(mended)


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("  locals: {a: 1, b: 2}\n  return: {x: 1}\n", "  return: {x: 1}\n", 2),
        ("  locals:\n    a: 1\n    b: 2\n  return: {x: 1}\n", "  return: {x: 1}\n", 2),
        (
            "  locals:\n    # one\n    a: 1\n    # two\n    b: 2\n    c: 3\n  return: {x: =locals.b}\n",
            "  locals:\n    # two\n    b: 2\n  return: {x: =locals.b}\n",
            2,
        ),
        (
            "  locals: {\n    a: 1, # one\n    b: 2, # two\n    c: 3\n  }\n  return: {x: =locals.b}\n",
            "  locals: {\n    b: 2 # two\n  }\n  return: {x: =locals.b}\n",
            2,
        ),
        (
            "  locals: {a: 1}\n  return:\n    # koreo: ignore[bare-input]\n    x: 1\n",
            "  return:\n    x: 1\n",
            2,
        ),
        (
            f"  return: {{x: =inputs.a}}\n{WORKFLOW}    inputs:\n      a: 1\n      b: 2\n      c: 3\n",
            f"  return: {{x: =inputs.a}}\n{WORKFLOW}    inputs:\n      a: 1\n",
            2,
        ),
        (
            f"  locals: {{a: 1}}\n  return: {{x: 1}}\n{WORKFLOW}    inputs: {{b: 2, c: 3}}\n",
            f"  return: {{x: 1}}\n{WORKFLOW}",
            3,
        ),
        ("  locals: {a: 1}\n  return: {x: =locals.a}\n", None, 0),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_all_that_is_unused_goes(before: str, after: str | None, count: int, line_break: str) -> None:
    text, mended = _removed((HEAD + before).replace("\n", line_break))
    assert text == read(HEAD + (after or before)).texts[PATH].replace("\n", line_break)
    assert mended == count
    assert not [one for one in Workspace().apply({PATH: text}).problems(PATH) if one.code in UNUSED]
