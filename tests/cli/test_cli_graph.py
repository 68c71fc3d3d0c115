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


def test_a_file_stands_for_its_workflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = koreo("graph", "hello", HELLO).output
    assert koreo("graph", f"{HELLO}/hello.k.yaml").output == drawn
    assert koreo("graph", f"{HELLO}/hello.k.yaml", "--workspace", HELLO).output == drawn
    assert koreo("graph", "hello", "--workspace", HELLO).output == drawn
    assert koreo("graph", "hello", "--path", HELLO).output == drawn
    # A picture that was written before is no file that was meant.
    monkeypatch.chdir(copied(tmp_path))
    Path("hello").write_text("")
    assert koreo("graph", "hello").output == drawn


def copied(folder: Path) -> Path:
    for file in Path(HELLO).glob("*.yaml"):
        (folder / file.name).write_text(file.read_text())
    return folder


WORKFLOW = (
    "apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {name: NAME, namespace: a}\nspec: {steps: []}\n"
)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("two.k.yaml",), "`two.k.yaml` holds 2 Workflows, name one: one, two"),
        (
            ("greeting-text.k.yaml",),
            "there is no Workflow in `greeting-text.k.yaml`; in the workspace there are hello, one, two",
        ),
        (("helo.k.yaml",), "`helo.k.yaml` does not exist; did you mean `hello.k.yaml`?"),
        (("README.md",), "`README.md` is not a Koreo file; their names are *.k.yaml"),
        (("plain.yaml",), "`plain.yaml` holds Koreo, but only files named"),
        (
            ("greeting-text",),
            "no Workflow is called `greeting-text`; `greeting-text` is a ValueFunction, which hello runs",
        ),
        (("hello.k.yaml", "--workspace", "other"), "`hello.k.yaml` is not in the workspace"),
        (("hello", ".", "--workspace", "."), "the workspace is named twice: `.` and `.`"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(copied(tmp_path))
    two = "---\n".join(WORKFLOW.replace("NAME", name) for name in ("one", "two"))
    (tmp_path / "two.k.yaml").write_text(two)
    (tmp_path / "plain.yaml").write_text(WORKFLOW)
    (tmp_path / "README.md").write_text("")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "koreo.toml").write_text("")
    result = koreo("graph", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_folder_lists_its_workflows_and_several_workspaces_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(FIXTURES)
    assert koreo("graph", HELLO).output == "hello\n"
    result = koreo("graph", "hello")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "several workspaces below .; name one by --workspace: broken, hello, stateless-crud-app"
        in result.stderr
    )


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
