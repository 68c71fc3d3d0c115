"""`koreo check` with links that lead nowhere and names that standard input stands for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greeting}
spec:
  return: {a: =input.a}
"""


def check(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], input=stdin, prog_name="koreo")


def codes(result: Result) -> list[str]:
    return [problem["code"] for problem in json.loads(result.stdout)["problems"]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ws").mkdir()
    return tmp_path


def test_a_named_link_that_leads_nowhere_is_no_clean_file(folder: Path) -> None:
    (folder / "ws/d.k.yaml").symlink_to("/nonexistent/file")
    result = check("ws/d.k.yaml", "--format", "json")
    assert codes(result) == ["unreadable-file"]
    assert result.exit_code == 1


def test_standard_input_in_a_folder_that_does_not_exist_stands_alone(folder: Path) -> None:
    (folder / "ws/other.k.yaml").write_text(FUNCTION)
    name = str(folder / "nope/x/a.k.yaml")
    result = check("-", "--stdin-filename", name, "--format", "json", stdin=FUNCTION)
    assert codes(result) == ["unused-definition", "unknown-name"]


def test_plain_yaml_is_not_koreo_on_standard_input_either(folder: Path) -> None:
    result = check("-", "--stdin-filename", "ws/plain.yaml", stdin=FUNCTION)
    assert result.stdout == ""
    assert "no Koreo files found" in result.stderr
    assert result.exit_code == 0


def test_standard_input_says_nothing_about_other_files(folder: Path) -> None:
    (folder / "ws/other.k.yaml").write_bytes(b"a: \xff")
    result = check("-", "--stdin-filename", "ws/a.k.yaml", "--format", "json", stdin=FUNCTION)
    assert codes(result) == ["unused-definition", "unknown-name"]
