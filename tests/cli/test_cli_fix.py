"""`koreo check --fix`: what is written, printed and answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = '[severity]\nunused-definition = "off"\n'
HEAD = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata:\n  name: greet\nspec:\n"
CERTAIN = (
    HEAD
    + "  return:\n    # koreo: ignore[unknown-name]\n    text: hello # stays\n"
    + "    on: 1 # koreo: ignore[unknown-key] for now\n"
)
FIXED = HEAD + '  return:\n    text: hello # stays\n    "on": 1 # for now\n'
GUESSED = CERTAIN.replace("return:", "retrun:")


def check(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], prog_name="koreo", input=given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "koreo.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write(folder: Path, text: str, name: str = "a.k.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8", newline="")
    return path


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_what_is_certain_is_written(folder: Path, line_break: str) -> None:
    path = _write(folder, CERTAIN.replace("\n", line_break))
    path.chmod(0o640)
    result = check("--fix")
    assert (result.exit_code, result.stderr) == (
        0,
        "koreo: fixed in a.k.yaml: `boolean-key`, `unused-ignore` 2 times\n",
    )
    assert path.read_bytes().decode() == FIXED.replace("\n", line_break)
    assert path.stat().st_mode & 0o777 == 0o640
    assert check("--fix").stderr == ""


def test_what_is_left_is_reported_as_it_is_now(folder: Path) -> None:
    path = _write(folder, CERTAIN.replace("hello # stays", "=inputs.a +"))
    result = check("--fix", "--format", "json", "--fail-on", "error")
    (problem,) = json.loads(result.stdout)["problems"]
    assert result.exit_code == 1
    assert problem["code"] == "expression-syntax"
    assert path.read_text().splitlines()[problem["line"] - 1].strip() == "text: =inputs.a +"


def test_a_guess_is_made_only_when_asked_for(folder: Path) -> None:
    path = _write(folder, GUESSED)
    assert check("--fix").exit_code == 1
    assert "retrun:" in path.read_text()
    result = check("--fix-guesses")
    assert (result.exit_code, path.read_text()) == (0, FIXED)
    assert "`unknown-key`" in result.stderr


def test_a_diff_writes_nothing(folder: Path) -> None:
    path = _write(folder, CERTAIN)
    result = check("--fix", "--diff")
    assert result.exit_code == 1
    assert {"-    on: 1 # koreo: ignore[unknown-key] for now", '+    "on": 1 # for now'} <= set(
        result.stdout.splitlines()
    )
    assert result.stderr.startswith(
        "koreo: 3 fixes in 1 file would be made; what would be left:\nno problems in"
    )
    assert path.read_text() == CERTAIN
    _write(folder, FIXED)
    result = check("--fix", "--diff")
    assert (result.exit_code, result.stdout) == (0, "")


def test_what_a_diff_leaves_is_reported_beside_it(folder: Path) -> None:
    _write(folder, FIXED.replace("return:", "retrun:"))
    result = check("--fix", "--diff")
    assert (result.exit_code, result.stdout) == (1, "")
    told = "koreo: nothing is fixed: the problem has no fix that is certain; --fix-guesses mends it\n"
    assert result.stderr.startswith(told)
    assert "[unknown-key]" in result.stderr


def test_why_nothing_is_fixed_is_told(folder: Path) -> None:
    _write(folder, FIXED.replace("spec:", "spec: {"))
    told = check("--fix").stderr
    assert told.startswith(
        "koreo: nothing is fixed: none of the 3 problems has a fix that is certain; what is no YAML"
    )
    _write(folder, FIXED)
    assert check("--fix").stderr == ""


@pytest.mark.parametrize("output", ["json", "sarif"])
def test_a_report_for_a_program_has_standard_output_for_itself(folder: Path, output: str) -> None:
    _write(folder, CERTAIN)
    result = check("--fix", "--diff", "--format", output)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert not (report["problems"] if output == "json" else report["runs"][0]["results"])
    diff, _, said = result.stderr.rpartition("koreo: ")
    assert '+    "on": 1 # for now' in diff.splitlines()
    assert said == "3 fixes in 1 file would be made; what would be left:\n"
    assert check("--fix", "--diff", "--format", output, "-q").stderr == diff


def test_only_what_was_asked_for_is_fixed(folder: Path) -> None:
    path, other = _write(folder, CERTAIN), _write(folder, CERTAIN.replace("greet", "part"), "b.k.yaml")
    check("--fix", "a.k.yaml", "--ignore", "unused-ignore")
    assert path.read_text() == CERTAIN.replace("    on:", '    "on":')
    assert other.read_text() == CERTAIN.replace("greet", "part")


def test_standard_input_is_printed_fixed(folder: Path) -> None:
    path = _write(folder, "", "b.k.yaml")
    result = check("-", "--fix", "--stdin-filename", "b.k.yaml", given=CERTAIN)
    assert (result.exit_code, result.stdout, path.read_text()) == (0, FIXED, "")
    assert "fixed in b.k.yaml" in result.stderr
    result = check("-", "--fix", given=GUESSED)
    assert result.exit_code == 1
    assert "unknown-key" in result.stderr
    assert "retrun:" in result.stdout


def test_a_file_that_cannot_be_written_keeps_its_problems(folder: Path) -> None:
    path = _write(folder, CERTAIN)
    path.chmod(0o440)
    result = check("--fix", "--format", "json")
    assert result.exit_code == 2
    assert "cannot write a.k.yaml: it is read-only" in result.stderr
    assert {one["code"] for one in json.loads(result.stdout)["problems"]} == {"boolean-key", "unused-ignore"}


def test_a_diff_alone_makes_no_sense(folder: Path) -> None:
    result = check("--diff", str(folder))
    assert result.exit_code == 2
    assert "--diff goes with --fix" in result.stderr
