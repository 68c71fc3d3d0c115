"""Texts of files, and reasons why there is none."""

import os
from pathlib import Path

import pytest
from koreo_project.read import LARGEST_FILE, Unreadable, read_text


def reason(path: Path) -> str:
    answer = read_text(str(path))
    assert isinstance(answer, Unreadable)
    assert answer.path == str(path)
    return answer.reason


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("a: grün 🎈\r\n".encode(), "a: grün 🎈\r\n"),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        ("a: grün".encode("utf-16"), "a: grün"),
        (b"\xfe\xff" + "a: 🎈".encode("utf-16-be"), "a: 🎈"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_bytes(data)
    assert read_text(str(path)) == text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\0", "binary file: byte 4 is NUL"),
        (b"a: 1\nb: \xe9\n", "not UTF-8: byte 8 (0xE9, line 2)"),
        (b"\xff\xfea", "not UTF-16: byte 2 (0x61, line 1)"),
        ("a".encode("utf-32"), "UTF-32"),
    ],
)
def test_no_text(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_bytes(data)
    assert expected in reason(path)


def test_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reason(tmp_path / "missing") == "it does not exist (any more)"
    assert reason(tmp_path) == "it is a folder; expected a YAML file"
    assert reason(tmp_path / "pipe") == "it is not a regular file; expected a YAML file"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.k.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert reason(path) == "it has 50 MiB; the limit is 50 MiB"


def test_no_permission(closed_file: Path, unprivileged: None) -> None:
    assert reason(closed_file) == "permission denied"


@pytest.fixture
def closed_file(tmp_path: Path) -> Path:
    path = tmp_path / "a.k.yaml"
    path.touch()
    path.chmod(0)
    return path


def test_a_file_that_keeps_changing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.k.yaml"
    path.write_text("a")
    real_fstat = os.fstat

    def growing(descriptor: int) -> os.stat_result:
        with path.open("a") as file:
            file.write("x")
        return real_fstat(descriptor)

    monkeypatch.setattr(os, "fstat", growing)
    assert "keeps changing" in reason(path)
