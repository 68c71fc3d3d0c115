"""Paths that lead nowhere, and how far up a workspace is looked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from koreo_project.discover import find, folder_around

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeTree


def test_a_named_link_that_leads_nowhere_is_a_file(tmp_path: Path) -> None:
    link = tmp_path / "d.k.yaml"
    link.symlink_to("/nonexistent/file")
    (root,) = find([link])
    assert root.files == (str(link),)
    assert root.selected == frozenset({str(link)})


def test_a_link_whose_end_is_secret_is_unreadable(tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tree({"a.k.yaml": ""})
    (folder / "cwd").symlink_to("/nonexistent")
    real = os.path.realpath

    def guarded(path: str) -> str:
        if path.endswith("/cwd"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os.path, "realpath", guarded)
    (root,) = find([folder])
    assert root.files == (str(folder / "a.k.yaml"),)
    assert [(each.path, each.reason) for each in root.unreadable] == [
        (str(folder / "cwd"), "permission denied")
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("ws/a.k.yaml", "ws"),
        ("ws/sub/new/a.k.yaml", "ws"),
        ("plain/a.k.yaml", "plain"),
        ("plain/new/a.k.yaml", None),
    ],
)
def test_how_far_up_a_workspace_is_looked_for(tree: MakeTree, path: str, expected: str | None) -> None:
    folder = tree({"ws/koreo.toml": "", "ws/sub/b.k.yaml": "", "plain/b.k.yaml": ""})
    assert folder_around(f"{folder}/{path}") == (f"{folder}/{expected}" if expected else None)
