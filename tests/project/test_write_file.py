"""Replacing the text of a file: what stays, and when the file is left alone."""

import codecs
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from koreo_project.read import read_text
from koreo_project.write import Unwritable, replace_text


def reason(path: Path, old: str = "old\n") -> str:
    """Why a file cannot be written; it is as it was, and nothing is left beside it."""
    before, beside = path.read_bytes() if path.is_file() else None, os.listdir(path.parent)
    answer = replace_text(str(path), old, "new\n")
    assert isinstance(answer, Unwritable)
    assert answer.path == str(path)
    assert (path.read_bytes() if path.is_file() else None, os.listdir(path.parent)) == (before, beside)
    return answer.reason


@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
)
def test_encoding_and_line_breaks_stay(tmp_path: Path, encode: Callable[[str], bytes]) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_bytes(encode("a: ü\r\nb: 1\n"))
    assert read_text(str(path)) == "a: ü\r\nb: 1\n"
    assert replace_text(str(path), "a: ü\r\nb: 1\n", "a: é\r\nb: 2\n") is None
    assert path.read_bytes() == encode("a: é\r\nb: 2\n")
    assert os.listdir(tmp_path) == ["a.k.yaml"]


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_text("old\n")
    path.chmod(mode)
    assert replace_text(str(path), "old\n", "new\n") is None
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_stays_and_leads_to_the_new_text(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path, link = tmp_path / "real" / "a.k.yaml", tmp_path / "link.k.yaml"
    path.write_text("old\n")
    link.symlink_to(path)
    assert replace_text(str(link), "old\n", "new\n") is None
    assert link.is_symlink()
    assert path.read_text() == "new\n"


def test_a_file_that_somebody_else_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_text("mine\n")
    assert reason(path) == "it has changed since it was read; run again"


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert reason(tmp_path / "a.k.yaml") == "it does not exist (any more)"


def test_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_text("old\n")
    path.chmod(0o444)
    assert reason(path) == "it is read-only"


def test_a_change_while_the_new_text_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_text("old\n")
    monkeypatch.setattr(os, "fsync", lambda _: path.write_text("theirs\n"))
    answer = replace_text(str(path), "old\n", "new\n")
    assert isinstance(answer, Unwritable)
    assert path.read_text() == "theirs\n"
    assert os.listdir(tmp_path) == ["a.k.yaml"]


@pytest.mark.parametrize(
    ("number", "clause"), [(errno.EACCES, "permission denied"), (errno.ENOSPC, "no space left on device")]
)
def test_a_system_that_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, clause: str
) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_text("old\n")

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    assert reason(path) == clause
