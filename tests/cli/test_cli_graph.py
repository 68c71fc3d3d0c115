"""`koreo graph`: arguments in, a picture and an exit status out."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

FIXTURES = Path(__file__).parents[2] / "fixtures"
HELLO = str(FIXTURES / "hello")
APP = str(FIXTURES / "stateless-crud-app")


def koreo(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="koreo")


def test_mermaid_is_printed() -> None:
    result = koreo("graph", "hello", HELLO)
    assert result.exit_code == 0
    assert result.output.startswith("flowchart LR\n")
    assert "<b>Greeting</b>" in result.output


def test_svg_is_written(tmp_path: Path) -> None:
    target = tmp_path / "app.svg"
    result = koreo("graph", "stateless-crud-app", APP, "--format", "svg", "--depth", "2", "-o", str(target))
    assert (result.exit_code, result.output) == (0, "")
    root = ET.fromstring(target.read_text(encoding="utf-8"))
    steps = {each.get("data-step") for each in root.iter()}
    assert {"app", "database", "landing_zone"} <= steps


def test_a_run_colours_the_steps() -> None:
    result = koreo("graph", "hello", HELLO, "--trigger", f"{HELLO}/greeting.yaml")
    assert result.exit_code == 0, result.output
    assert "classDef ok" in result.output


def test_a_folder_in_place_of_a_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "hello")
    result = koreo("graph", "README.md")
    assert result.exit_code == 2
    assert "`README.md` is a path: `koreo graph WORKFLOW README.md` draws one that is there" in result.output


def test_without_a_name_all_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HELLO)
    result = koreo("graph")
    assert (result.exit_code, result.output) == (0, "hello\n")


def test_a_misspelt_name_is_suggested() -> None:
    result = koreo("graph", "helo", HELLO)
    assert result.exit_code == 2
    assert "`hello`" in result.stderr


def test_options_of_a_run_need_a_trigger() -> None:
    result = koreo("graph", "hello", HELLO, "--simulate", "rules.yaml")
    assert result.exit_code == 2
    assert "--trigger" in result.stderr


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("hello.SVG", "<svg "),
        ("hello.mmd", "flowchart LR\n"),
        ("hello.mermaid", "flowchart LR\n"),
        ("hello.md", "```mermaid\nflowchart LR\n"),
        ("hello", "flowchart LR\n"),
    ],
)
def test_the_name_of_the_file_tells_the_format(tmp_path: Path, name: str, beginning: str) -> None:
    result = koreo("graph", "hello", HELLO, "-o", str(tmp_path / name))
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)


def test_a_name_that_tells_no_format_or_another_one_is_told(tmp_path: Path) -> None:
    result = koreo("graph", "hello", HELLO, "-o", str(tmp_path / "hello.png"))
    assert result.exit_code == 2
    assert "no format ends with `.png`; name the file *.svg" in result.stderr
    assert not list(tmp_path.iterdir())
    for name, output in (("hello.svg", "mermaid"), ("hello.md", "svg")):
        target = str(tmp_path / name)
        result = koreo("graph", "hello", HELLO, "-o", target, "--format", output)
        assert result.exit_code == 0
        assert result.stderr == f"koreo: {target} holds {output}, as --format says, not what its name says\n"
    assert (tmp_path / "hello.svg").read_text(encoding="utf-8").startswith("flowchart")
    assert koreo("graph", "hello", HELLO, "-o", str(tmp_path / "a.png"), "--format", "svg").stderr == ""


def test_the_direction_is_that_asked_for() -> None:
    assert koreo("graph", "hello", HELLO, "--direction", "tb").stdout.startswith("flowchart TB\n")
    assert koreo("graph", "hello", HELLO, "--direction", "lr").stdout.startswith("flowchart LR\n")
    assert koreo("graph", "hello", HELLO, "--direction", "up").exit_code == 2
