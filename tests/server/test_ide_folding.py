"""Folding, and selections that grow."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cursor_fixtures import read
from koreo_server.ide.folding import Fold, FoldKind, folds, largest
from koreo_server.ide.selection import selections

FILE = """\
# about
# this
a:
  b: |
    text

  c: [1,
    2
  ]
  d: 1
  # one comment
e: {f: 1}
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
spec:
  return:
    x: |
      =inputs.a.map(x,
        {
          "a": x
        })
  # runs
  # of comments

  # apart
"""


def drawn(text: str) -> list[str]:
    """Return folds as people see them: the first line, the last, and what it is."""
    fixture = read(text)
    path = next(iter(fixture.texts))
    lines = fixture.texts[path].splitlines()
    return [
        f"{lines[fold.first].strip()} … {lines[fold.last].strip()} ({fold.kind.value})"
        for fold in folds(fixture.snapshot, path)
    ]


def test_folds() -> None:
    assert drawn(FILE) == [
        "# about … e: {f: 1} (region)",
        "a: … d: 1 (part)",
        "b: | … text (part)",
        "c: [1, … 2 (part)",
        "--- … # apart (region)",
        "spec: … }) (part)",
        "return: … }) (part)",
        "x: | … }) (part)",
        '=inputs.a.map(x, … "a": x (part)',
        '{ … "a": x (part)',
        "# runs … # of comments (comment)",
    ]


@pytest.mark.parametrize("text", ["", "a: 1", "a: [1,\n  {b\n", "a:\n  - b:\n c: [", "\n\n\n"])
def test_folds_of_other_texts_are_in_their_lines(text: str) -> None:
    lines = text.count("\n") + 1
    for fold in folds(read(text).snapshot, "main.k.yaml"):
        assert 0 <= fold.first < fold.last < lines


def test_carriage_returns_change_nothing() -> None:
    assert drawn(FILE.replace("\n", "\r\n")) == drawn(FILE)


def test_no_more_folds_than_the_client_takes() -> None:
    found = [Fold(0, 9), Fold(1, 2), Fold(3, 8, FoldKind.COMMENT)]
    assert largest(found, None) == largest(found, 3) == found
    assert largest(found, 2) == [found[0], found[2]]
    assert largest(found, 0) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "@ValueFunction f\nspec:\n  return:\n    a: =inputs.na$0me + f(1)\n",
            [
                "name",
                "inputs.name",
                "inputs.name + f(1)",
                "=inputs.name + f(1)",
                "a: =inputs.name + f(1)",
                "return:\n    a: =inputs.name + f(1)",
                "spec:\n  return:\n    a: =inputs.name + f(1)",
            ],
        ),
        ("a:\n  - b: 'x $0y'\n    c: 1\nd: 1\n", ["x y", "'x y'", "b: 'x y'", "b: 'x y'\n    c: 1"]),
        ("a:\n  $0b: 1\n", ["b", "b: 1", "a:\n  b: 1", "a:\n  b: 1\n"]),
        ("a: {b: [1, 2$03]}\n", ["23", "[1, 23]", "b: [1, 23]", "{b: [1, 23]}", "a: {b: [1, 23]}"]),
        ("a: 1\n---\nb: $0\n", ["---\nb: \n", "a: 1\n---\nb: \n"]),
        ("$0", [""]),
    ],
    ids=["an expression", "a text in quotes", "a key", "brackets", "no value", "nothing"],
)
def test_selections(text: str, expected: list[str]) -> None:
    fixture = read(text)
    snapshot, path, offset = fixture.at_cursor()
    spans = selections(snapshot, path, offset)
    assert [fixture.texts[path][span.start : span.end] for span in spans][: len(expected)] == expected
    assert (spans[-1].start, spans[-1].end) == (0, len(fixture.texts[path]))
    for inner, outer in pairwise(spans):
        assert outer.start <= inner.start <= offset <= inner.end <= outer.end
        assert inner != outer


def test_selections_everywhere_hold_the_offset() -> None:
    snapshot = read(FILE + "x: [1, {\n").snapshot
    for offset in range(len(FILE) + 9):
        assert all(span.contains(offset) for span in selections(snapshot, "main.k.yaml", offset))
