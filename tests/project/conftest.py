"""Folders to look for files in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MakeTree = Callable[[dict[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> MakeTree:
    """Writes files, by relative path, below a fresh folder and returns the folder."""

    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


@pytest.fixture
def unprivileged(tmp_path: Path) -> Iterator[None]:
    """Makes file permissions count, also where tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    folder = tmp_path
    while folder != folder.parent and folder.stat().st_mode & 0o005 != 0o005:
        folder.chmod(folder.stat().st_mode | 0o005)
        folder = folder.parent
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
