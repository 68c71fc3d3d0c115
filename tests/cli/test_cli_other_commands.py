"""`koreo explain`, `koreo crd`, `koreo schema`, help and version."""

import json

import pytest
import yaml
from click.testing import CliRunner, Result
from koreo_analyzer import __version__
from koreo_analyzer.checks import RULES
from koreo_analyzer.language import KINDS
from koreo_cli.main import COMMANDS, cli


def koreo(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="koreo")


def test_version() -> None:
    assert koreo("--version").stdout == f"koreo {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], *([name] for name in COMMANDS), ["crd", "definitions"], ["schema", "show"]],
    ids=" ".join,
)
def test_help_has_examples(arguments: list[str]) -> None:
    for option in ("--help", "-h"):
        result = koreo(*arguments, option)
        assert result.exit_code == 0
        assert "Examples:\n    koreo " in result.stdout


def test_listed_summaries_are_those_of_the_commands() -> None:
    for name, known in COMMANDS.items():
        assert koreo(name, "--help").exit_code == 0
        command = cli.get_command(cli.make_context("koreo", ["check"]), name)
        assert command is not None
        assert command.get_short_help_str(100) == known.summary


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "unknown command `chekc`; did you mean `check`?"),
        (["a.k.yaml"], "unknown command `a.k.yaml`; to check files: koreo check a.k.yaml"),
        (["frobnicate"], "unknown command `frobnicate`; see koreo --help"),
        (["explain", "unknwon-key"], "koreo: unknown code `unknwon-key`; did you mean `unknown-key`?"),
        (["explain", "zz", "yy"], "`yy`; `koreo explain` lists all codes"),
        (["schema", "show", "Workflw"], "koreo: unknown kind `Workflw`; did you mean `Workflow`?"),
        (["schema", "show", "deploy"], "koreo: unknown kind `deploy`; did you mean `Deployment`?"),
        (["render"], "name the file with the object that starts the Workflow: --trigger FILE"),
        (["schema", "show", "zz"], "unknown kind `zz`; `koreo schema list` lists those that are known"),
    ],
)
def test_misspelt(arguments: list[str], message: str) -> None:
    result = koreo(*arguments)
    assert message in result.stderr
    assert result.exit_code == 2


def test_explain() -> None:
    rule = RULES["unknown-key"]
    text = koreo("explain", "unknown-key").stdout
    assert text.startswith(f"unknown-key (error): {rule.summary}\n\n{rule.explanation}")
    assert f"Wrong:\n\n    {rule.wrong.splitlines()[0]}\n" in text
    assert f"Right:\n\n    {rule.right.splitlines()[0]}\n" in text


def test_explain_takes_codes_in_capitals() -> None:
    assert koreo("explain", "UNKNOWN-Key").stdout == koreo("explain", "unknown-key").stdout


def test_explain_several_as_json() -> None:
    rules = json.loads(koreo("explain", "unused-input", "unknown-key", "--format", "json").stdout)["rules"]
    assert [rule["code"] for rule in rules] == ["unused-input", "unknown-key"]
    assert rules[1]["severity"] == "error"
    assert rules[1]["foundBy"] == "koreo check"
    assert rules[1].keys() == {"code", "severity", "summary", "explanation", "foundBy", "wrong", "right"}


def test_explain_says_what_running_finds() -> None:
    assert "\n\nFound by `koreo test`.\n\n" in koreo("explain", "never-settles").stdout
    assert "Found by" not in koreo("explain", "unknown-key").stdout


def test_explain_lists_all_codes() -> None:
    lines = koreo("explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(RULES)
    assert all(RULES[line.split()[0]].summary in line for line in lines)


@pytest.mark.parametrize("kind", ["Workflow", "workflow", "WORKFLOWS", "workflows"])
def test_schema(kind: str) -> None:
    schema = json.loads(koreo("schema", "show", kind).stdout)
    assert "Workflow" in schema["title"]


def test_crd_definitions() -> None:
    documents = list(yaml.safe_load_all(koreo("crd", "definitions").stdout))
    assert len(documents) == len(KINDS)
    assert {document["kind"] for document in documents} == {"CustomResourceDefinition"}
    listed = json.loads(koreo("crd", "definitions", "--format", "json").stdout)
    assert listed["kind"] == "List"
    assert listed["items"] == documents
