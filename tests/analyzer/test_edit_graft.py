"""A block put in the place of another one, as text: comments and quotes come along, at the new indentation."""

from __future__ import annotations

import pytest
from koreo_analyzer.edit import graft

SOURCE = """\
a:
  b: # stays behind
      # first
      c: 'x' # c
      d: |
        one

          two
      e: "long
        text"
      # last
  # of f
  f: 1
"""


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("x:\n  y: 0\nz: 1\n", ("x",)),
        ("w:\n  x:\n      y: 0\nz: 1\n", ("w", "x")),
        ("w:\n- x:\n          y: 0\nz: 1\n", ("w", 0, "x")),
    ],
)
def test_the_lines_of_a_block_move_to_another_place(target: str, path: tuple[str | int, ...]) -> None:
    margin = " " * target.splitlines()[-2].index("y")
    lines = ("# first", "c: 'x' # c", "d: |", "  one", "", "    two", 'e: "long', '  text"', "# last")
    moved = "".join([f"{margin}{line}\n" if line else "\n" for line in lines])
    found = graft(SOURCE, ("a", "b"), target, path)
    assert found == target.replace(f"{margin}y: 0\n", moved)


def test_line_breaks_are_those_of_the_target() -> None:
    assert graft("a:\n  b: 1\n", ("a",), "x:\r\n    y: 0\r\n", ("x",)) == "x:\r\n    b: 1\r\n"
    assert graft("a:\r\n    b: |\r\n      t\r\n", ("a",), "x:\n  y: 0\n", ("x",)) == "x:\n  b: |\n    t\n"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("a: {b: 1}\n", "x:\n  y: 0\n"),
        ("a:\n  b: 1\n", "x: {y: 0}\n"),
        ("a: &n\n  b: 1\n", "x:\n  y: 0\n"),
        ("z: &n 1\na:\n  b: *n\n", "x:\n  y: 0\n"),
        ("a: 1\n", "x:\n  y: 0\n"),
        ("b: 1\n", "x:\n  y: 0\n"),
        ("a:\n  b: [\n", "x:\n  y: 0\n"),
        ("", ""),
    ],
)
def test_what_cannot_be_moved_as_lines(source: str, target: str) -> None:
    assert graft(source, ("a",), target, ("x",)) is None
