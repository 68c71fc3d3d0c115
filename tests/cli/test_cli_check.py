"""`koreo check`, from arguments to output and exit status."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

SYNTAX = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: x\n"


def check(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], input=stdin, prog_name="koreo")


def found(*arguments: str, stdin: str | bytes | None = None) -> list[tuple[str, int, str]]:
    """File, line and code of every problem."""
    result = check(*arguments, "--format", "json", stdin=stdin)
    problems: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return [(problem["file"], problem["line"], problem["code"]) for problem in problems]


def test_text(workspace: Path) -> None:
    result = check()
    lines = result.stdout.splitlines()
    assert lines[0].startswith("broken.k.yaml:6:3: error[unknown-key]: ")
    assert lines[1:4] == ["  |", "6 |   precondition: []", "  |   ^^^^^^^^^^^^"]
    assert "did you mean `preconditions`?" in lines[4]
    assert lines[-1].startswith("1 error in 2 files (2 documents, ")
    assert result.exit_code == 1
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [("broken.k.yaml", 6, "unknown-key")]),
        (["broken.k.yaml"], [("broken.k.yaml", 6, "unknown-key")]),
        (["sub"], []),
        (["sub", "."], [("broken.k.yaml", 6, "unknown-key")]),
        (["--ignore", "unused-input,unknown-key"], []),
        (["--select", "unused-input", "--select", "unused-local"], []),
        (["--select", "unknown-key,unused-local"], [("broken.k.yaml", 6, "unknown-key")]),
        (["--select", "unknown-key", "--ignore", "unknown-key"], []),
    ],
)
def test_what_is_reported(
    workspace: Path, arguments: list[str], expected: list[tuple[str, int, str]]
) -> None:
    assert found(*arguments) == expected


def test_files_are_named_from_the_working_directory(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace / "sub")
    assert found("..") == [("../broken.k.yaml", 6, "unknown-key")]


@pytest.mark.parametrize(
    ("severity", "arguments", "status"),
    [
        ("error", [], 1),
        ("warning", [], 0),
        ("warning", ["--fail-on", "warning"], 1),
        ("info", ["--fail-on", "warning"], 0),
        ("info", ["--fail-on", "info"], 1),
        ("off", ["--fail-on", "info"], 0),
    ],
)
def test_exit_status(workspace: Path, severity: str, arguments: list[str], status: int) -> None:
    (workspace / "koreo.toml").write_text(
        f'[severity]\nunused-definition = "off"\nunknown-key = "{severity}"\n'
    )
    assert check(*arguments).exit_code == status


def test_clean(workspace: Path) -> None:
    result = check("sub")
    assert result.stdout.startswith("no problems in 1 file (1 document, ")
    assert result.exit_code == 0
    assert check("sub", "--quiet").output == ""


def test_problems_of_koreo_toml_are_shown_with_its_text(workspace: Path) -> None:
    (workspace / "koreo.toml").write_text('[severity]\nunknown-kee = "off"\nunused-definition = "off"\n')
    lines = check("sub").stdout.splitlines()
    assert lines[0] == "koreo.toml:2:1: error[config]: unknown code `unknown-kee`"
    assert lines[2:5] == [
        '2 | unknown-kee = "off"',
        "  | ^^^^^^^^^^^",
        "  = help: did you mean `unknown-key`?",
    ]


def test_unreadable_files_are_problems(workspace: Path) -> None:
    (workspace / "latin.k.yaml").write_bytes(b"b: 1\na: \xe9\n")
    result = check("latin.k.yaml")
    assert result.stdout.startswith(
        "latin.k.yaml:2:4: error[unreadable-file]: cannot read it: it is not UTF-8"
    )
    assert "1 error in 1 file " in result.stdout
    assert result.exit_code == 1


def test_an_unreadable_koreo_toml_is_no_koreo_file(workspace: Path) -> None:
    (workspace / "koreo.toml").write_bytes(b"\xff")
    assert json.loads(check("--format", "json").stdout)["summary"]["files"] == 2


def test_the_sample_in_the_documentation(workspace: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    (shown,) = json.loads(page.split("```json\n")[1].split("```")[0])["problems"]
    (problem,) = json.loads(check("--format", "json").stdout)["problems"]
    assert problem == json.loads(json.dumps(shown).replace("platform/greeting.k.yaml", "broken.k.yaml"))


@pytest.mark.parametrize(
    "arguments", [["check"], ["test"], ["fmt"], ["fmt", "--check"], ["check", "--fix"], ["graph", "hello"]]
)
@pytest.mark.parametrize("name", ["crd.yaml", "notes.txt"])
def test_a_named_file_that_is_no_koreo_file_is_refused(
    workspace: Path, arguments: list[str], name: str
) -> None:
    (workspace / name).write_text("kind: CustomResourceDefinition\n")
    result = CliRunner().invoke(cli, [*arguments, name])
    assert result.stderr.startswith(f"koreo: `{name}` is not a Koreo file; their names are *.k.yaml")
    assert (result.exit_code, result.stdout) == (2, "")


def test_koreo_in_plain_yaml_must_be_renamed(workspace: Path) -> None:
    (workspace / "sub" / "clean.k.yaml").rename(workspace / "sub" / "clean.yaml")
    result = check("broken.k.yaml", "sub/clean.yaml")
    assert "rename it to `sub/clean.k.yaml`" in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")


def test_stats(workspace: Path) -> None:
    lines = check("--stats").stdout.splitlines()
    assert any(line.split() == ["ValueFunction", "2"] for line in lines)
    statistics = json.loads(check("--stats", "--format", "json").stdout)["statistics"]
    assert statistics["kinds"] == {"ValueFunction": 2}
    assert statistics["files"] == 2


def test_github_and_sarif(workspace: Path) -> None:
    assert check("--format", "github").stdout.startswith("::error file=broken.k.yaml,line=6,col=3,")
    (run,) = json.loads(check("--format", "sarif").stdout)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["unknown-key"]


def told(*arguments: str) -> str:
    return CliRunner().invoke(cli, arguments, prog_name="koreo").stderr


def test_koreo_in_files_of_other_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata: {{name: a}}\nspec: {{}}\n"
    (tmp_path / "other.yaml").write_text("apiVersion: v1\nkind: ConfigMap\n")
    (tmp_path / "site.yaml").write_text(text.format("Workflow"))
    advice = "`site.yaml` holds Koreo: rename it to `site.k.yaml`"
    for command in (["check"], ["test"]):
        assert (
            CliRunner().invoke(cli, command, prog_name="koreo").stderr
            == f"koreo: no Koreo files found in .; {advice}\n"
        )
    advice = "`site.yaml` holds a Workflow: rename it to `site.k.yaml`"
    assert told("graph") == f"koreo: there is no Workflow in the workspace; {advice}\n"
    assert told("signature", "a").endswith(f"; {advice}\n")
    for number in range(4):
        (tmp_path / f"more{number}.yml").write_text(text.format("ValueFunction"))
    shown = "`more0.yml`, `more1.yml`, `more2.yml` and 2 more hold Koreo: rename them to `*.k.yaml`"
    assert check().stderr == f"koreo: no Koreo files found in .; {shown}\n"


def test_koreo_that_is_missed_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata: {{name: a}}\nspec:\n  {}\n"
    function = text.format("ValueFunction", "return: {a: 1}")
    test = "functionRef: {kind: ValueFunction, name: a}\n  testCases: [{expectReturn: {a: 1}}]"
    (tmp_path / "a.k.yaml").write_text(function + "---\n" + text.format("FunctionTest", test))
    (tmp_path / "made.yaml").write_text(function)
    assert (told("check"), told("test")) == ("", "")
    note = "koreo: `{0}.yaml` holds Koreo and is not read: rename it to `{0}.k.yaml`\n"
    (tmp_path / "site.yaml").write_text(text.format("Workflow", "steps: []"))
    assert (told("check"), told("test")) == (note.format("site"), "")
    assert told("check", "a.k.yaml") == told("check", "--quiet") == ""
    (tmp_path / "site.yaml").write_text(text.format("FunctionTest", test).replace("name: a}", "name: b}", 1))
    assert (told("check"), told("test")) == (note.format("site"), note.format("site"))


def test_no_koreo_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = check()
    assert (result.exit_code, result.stderr) == (
        0,
        "koreo: no Koreo files found in .; their names are *.k.yaml, *.k.yml, *.koreo or *.k\n",
    )
    assert json.loads(check("--format", "json").stdout)["problems"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "unknown-key,test-failed"], "`test-failed` is found by `koreo test`"),
        (["borken.k.yaml"], "`borken.k.yaml` does not exist; did you mean `broken.k.yaml`?"),
        (["sub/claen.k.yaml"], "`sub/claen.k.yaml` does not exist; did you mean `sub/clean.k.yaml`?"),
        (["zzz"], "`zzz` does not exist"),
        (["koreo.toml"], "`koreo.toml` is not a Koreo file; their names are *.k.yaml"),
        (["--select", "unknown-kee"], "unknown code `unknown-kee`; did you mean `unknown-key`?"),
        (["--ignore", "a,b"], "unknown code `b`; `koreo explain` lists all codes"),
        (["--format", "xml"], "'xml' is not one of"),
        (["-", "sub"], "`-` stands alone"),
        (["--stdin-filename", "a.k.yaml"], "--stdin-filename goes with `-`"),
        (["--fali-on", "error"], "No such option"),
    ],
)
def test_what_cannot_run(workspace: Path, arguments: list[str], message: str) -> None:
    result = check(*arguments)
    assert message in result.stderr
    assert result.stdout == ""
    assert result.exit_code == 2


def test_all_missing_paths_are_named(workspace: Path) -> None:
    assert check("a", "sub", "b").stderr == "koreo: `a` does not exist\nkoreo: `b` does not exist\n"


def test_stdin_alone(workspace: Path) -> None:
    text = (workspace / "broken.k.yaml").read_text()
    assert ("<stdin>", 6, "unknown-key") in found("-", stdin=text)


def test_stdin_stands_for_a_file_of_a_workspace(workspace: Path) -> None:
    text = (workspace / "broken.k.yaml").read_text()
    assert found(
        "-", "--stdin-filename", "broken.k.yaml", stdin=text.replace("precondition:", "locals:")
    ) == [("broken.k.yaml", 6, "wrong-type")]
    assert found("-", "--stdin-filename", "new/file.k.yaml", stdin="\n" + text) == [
        ("new/file.k.yaml", 5, "duplicate-definition"),
        ("new/file.k.yaml", 7, "unknown-key"),
    ]


def test_stdin_that_is_no_text(workspace: Path) -> None:
    assert found("-", stdin=b"\xff\xff") == [("<stdin>", 1, "unreadable-file")]


def test_broken_yaml_is_a_problem_not_a_crash(workspace: Path) -> None:
    (workspace / "broken.k.yaml").write_text(SYNTAX)
    result = check()
    assert "error[yaml-syntax]" in result.stdout
    assert result.exit_code == 1


def test_two_workspaces(workspace: Path) -> None:
    (workspace / "sub" / "koreo.toml").write_text('[severity]\nunused-definition = "info"\n')
    assert found() == [("broken.k.yaml", 6, "unknown-key"), ("sub/clean.k.yaml", 4, "unused-definition")]


@pytest.mark.skipif("KOREO_SHARED" not in os.environ, reason="KOREO_SHARED names no folder of real files")
@pytest.mark.parametrize("output", ["text", "json", "sarif", "github"])
def test_real_files(output: str) -> None:
    result = check(os.path.join(os.environ["KOREO_SHARED"], "corpus"), "--format", output, "--stats")
    assert result.exit_code in {0, 1}, result.output[-2000:]
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stdout


def test_color(workspace: Path) -> None:
    runner = CliRunner()
    always = runner.invoke(cli, ["check", "--color", "always"], color=True).stdout
    assert "\x1b[31m" in always
    assert "\x1b[" not in runner.invoke(cli, ["check"], color=True).stdout


def test_paths_through_links_are_reported(workspace: Path) -> None:
    os.symlink("sub", workspace / "link")
    (workspace / "sub" / "clean.k.yaml").write_text((workspace / "broken.k.yaml").read_text())
    assert ("sub/clean.k.yaml", 6, "unknown-key") in found("link")
