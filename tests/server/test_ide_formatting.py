"""Formatting files, and indenting the line that was just begun."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.text import Span
from koreo_server.ide.formatting import format_file, format_new_line

FILE = """
@ValueFunction f
spec:
    return:
        a: =inputs.a+1
        b: =inputs.b+1
---
@Workflow w
spec:   {steps: [}
"""


def test_a_file_but_for_its_broken_documents() -> None:
    fixture = read(FILE)
    text = fixture.texts["main.k.yaml"]
    new = apply(text, format_file(fixture.snapshot, "main.k.yaml"))
    assert "\nspec:\n  return:\n    a: =inputs.a + 1\n    b: =inputs.b + 1\n---\n" in new
    assert new.endswith("spec:   {steps: [}\n")


def test_a_range() -> None:
    fixture = read(FILE)
    text = fixture.texts["main.k.yaml"]
    at = text.index("inputs.a")
    edits = format_file(fixture.snapshot, "main.k.yaml", Span(at, at + 10))
    assert "=inputs.a + 1" in apply(text, edits)


@pytest.mark.parametrize("path", ["other.yaml", "nothing.k.yaml"])
def test_other_files_are_none_of_ours(path: str) -> None:
    snapshot = read("#- other.yaml\na:   1\n").snapshot
    assert format_file(snapshot, path) == ()
    assert format_new_line(snapshot, path, 0) == ()


NEW_LINES = {
    "below a key": ("spec:\n$0", 2),
    "below a key with a comment": ("  steps:  # all\n$0", 4),
    "below a key of a list": ("  - ref:\n$0", 6),
    "below a key in quotes": ('  "a: b":\n$0', 4),
    "below an anchor": ("  a: &x\n$0", 4),
    "below a value": ("  a: 1\n$0", 2),
    "below a value that ends with a colon in quotes": ("  a: 'b:'\n$0", 2),
    "below the first key of an item": ("  - a: 1\n$0", 4),
    "below a dash": ("  -\n$0", 4),
    "below a text's indicator": ("  a: |\n$0", 4),
    "below the indicator of an item": ("  - >-  # folded\n$0", 4),
    "in a text": ("  a: |\n    one\n      two\n$0", 6),
    "in a text that looks like a key": ("  a: |\n    one:\n$0", 4),
    "below a bracket in an expression": ("  a: |\n    =f(\n$0", 6),
    "what the editor put there is replaced": ("spec:\n      $0\n", 2),
    "with carriage returns": ("spec:\r\n$0\r\na: 1", 2),
}


@pytest.mark.parametrize(("text", "column"), NEW_LINES.values(), ids=NEW_LINES.keys())
def test_a_new_line(text: str, column: int) -> None:
    fixture = read(text)
    snapshot, path, offset = fixture.at_cursor()
    edits = format_new_line(snapshot, path, offset)
    new = apply(fixture.texts[path], edits)
    line = new[fixture.texts[path].rindex("\n", 0, offset) + 1 :].splitlines()[:1]
    assert (line or [""])[0] == " " * column


@pytest.mark.parametrize("text", ["$0", "a: 1\n\n$0", "---\n$0", "a:\n$0b: 1", "a:\n  $0"])
def test_a_new_line_that_is_left_alone(text: str) -> None:
    assert format_new_line(*read(text).at_cursor()) == ()
