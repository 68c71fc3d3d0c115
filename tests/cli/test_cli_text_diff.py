"""The unified diff that `koreo test --update` shows: as difflib has it, and a patch that `patch` takes."""

import difflib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koreo_cli.formats.text_diff import render
from koreo_cli.formats.text_report import Style

PLAIN = Style()
LINES = st.lists(st.sampled_from(["a", "b", "c", "---", "d"]), max_size=12).map(
    lambda lines: "\n".join([*lines, ""])
)


def reconstructed(old: str, diff: str) -> str:
    """The new text, from the old one and a diff."""
    lines, result, at = old.splitlines(keepends=True), [], 0
    for line in diff.splitlines(keepends=True)[2:]:
        if line.startswith("@@"):
            start, _, count = line.split()[1][1:].partition(",")
            begin = int(start) - (count != "0")
            result += lines[at:begin]
            at = begin
        elif line.startswith("+"):
            result.append(line[1:])
        else:
            assert lines[at] == line[1:]
            result += [] if line.startswith("-") else [lines[at]]
            at += 1
    return "".join([*result, *lines[at:]])


@given(LINES, LINES)
def test_a_diff_leads_from_old_to_new(old: str, new: str) -> None:
    diff = render("a", old, new, PLAIN)
    assert (diff == "") == (old == new)
    assert reconstructed(old, diff) == new


def test_it_is_that_of_difflib() -> None:
    old = [f"{number}\n" for number in range(60)]
    new = [*old[:5], "x\n", *old[5:20], *old[22:28], "y\n", *old[29:]]
    expected = "".join(difflib.unified_diff(old, new, "f.k.yaml", "f.k.yaml"))
    assert render("f.k.yaml", "".join(old), "".join(new), PLAIN) == expected


def test_documents_are_compared_each_with_its_own() -> None:
    old = "a: 1\n---\na: 1\n---\nb: 1\n"
    assert render("f", old, old.replace("---\na: 1", "---\na: 2"), PLAIN) == (
        "--- f\n+++ f\n@@ -1,5 +1,5 @@\n a: 1\n ---\n-a: 1\n+a: 2\n ---\n b: 1\n"
    )


def test_line_breaks_and_what_cannot_be_printed() -> None:
    shown = render("f", "a: 1\r\nb: \x1b[1m\r\nc", "a: 2\r\nb: \x1b[1m\r\nc", PLAIN)
    assert shown == (
        "--- f\n+++ f\n@@ -1,3 +1,3 @@\n-a: 1\n+a: 2\n b: \\x1b[1m\n c\n\\ No newline at end of file\n"
    )
    assert "\x1b[31m" in render("f", "a\n", "b\n", Style(color=True))


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no `patch` here")
def test_patch_takes_it(tmp_path: Path) -> None:
    old, new = "a\nb\nc", "a\nB\nc"
    (tmp_path / "f").write_text(old)
    subprocess.run(["patch", "-p0"], input=render("f", old, new, PLAIN), text=True, cwd=tmp_path, check=True)
    assert (tmp_path / "f").read_text() == new
