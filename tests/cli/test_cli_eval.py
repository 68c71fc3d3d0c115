"""`koreo eval`: values, errors with a marker, variables, engines, formats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


def koreo(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["eval", *arguments], prog_name="koreo", input=stdin)


@pytest.fixture
def variables(tmp_path: Path) -> str:
    path = tmp_path / "inputs.yaml"
    path.write_text("inputs:\n  name: web\n  on: yes\n  date: 2024-01-01\n  replicas: 3\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("1 + 1", "2"),
        ("= 'a' + 'ä'", '"aä"'),
        ("[1, 2.5, null, true]", "[1, 2.5, null, true]"),
        ("{'b': duration('90m'), 'a': timestamp(0)}", '{"b": "5400s", "a": "1970-01-01T00:00:00Z"}'),
        ("optional.of(1)", "optional.of(1)"),
        ("[optional.none(), int]", "[optional.none(), int]"),
        ("0.0 / 0.0", "nan"),
        ("7u", "7"),
    ],
)
def test_value(expression: str, printed: str) -> None:
    result = koreo(expression)
    assert (result.exit_code, result.output) == (0, f"{printed}\n")


def test_type() -> None:
    assert koreo("7u", "--type").output == "7\nuint\n"


def test_variables_of_a_file_are_read_as_kubernetes_does(variables: str) -> None:
    result = koreo("[inputs.name, inputs['true'], inputs.date]", "--vars", variables)
    assert result.output == '["web", true, "2024-01-01"]\n'


def test_variables_as_expressions_use_those_before(variables: str) -> None:
    result = koreo("b * 2", "--vars", variables, "--var", "a=inputs.replicas + 1", "--var", "b = a + 1")
    assert result.output == "10\n"


def test_error_has_a_marker_under_the_failing_part(variables: str) -> None:
    result = koreo("1 + inputs.replicaz * 2", "--vars", variables)
    assert result.exit_code == 1
    assert result.output == (
        "error[no-such-field]: no such field `replicaz` in {name, true, date, replicas};"
        " did you mean `replicas`?\n"
        "  | 1 + inputs.replicaz * 2\n"
        "  |     ^^^^^^^^^^^^^^^\n"
    )


def test_error_in_the_second_line_of_an_expression() -> None:
    assert koreo("1 +\n  'a' / 2").output == (
        "error[no-overload]: cannot divide string and int\n  |   'a' / 2\n  |   ^^^^^^^\n"
    )


def test_expressions_from_standard_input() -> None:
    result = koreo("-", stdin="1 + 1\n\n// a comment\n=1 / 0\n'a'\n")
    assert result.exit_code == 1
    assert result.output == '2\nerror[division-by-zero]: division by zero\n  | 1 / 0\n  | ^^^^^\n"a"\n'


def test_json() -> None:
    result = koreo("-", "--format", "json", stdin="{1: b'a'}\n1 / 0\n")
    assert json.loads(result.output) == {
        "version": 1,
        "engine": "native",
        "results": [
            {"expression": "{1: b'a'}", "value": {"1": "YQ=="}, "type": "map", "error": None},
            {
                "expression": "1 / 0",
                "value": None,
                "type": None,
                "error": {
                    "kind": "division-by-zero",
                    "message": "division by zero",
                    "line": 1,
                    "column": 1,
                    "endLine": 1,
                    "endColumn": 6,
                },
            },
        ],
    }


def test_the_second_engine() -> None:
    pytest.importorskip("celpy")
    assert koreo("string(true)", "--engine", "celpy").output == '"True"\n'
    assert koreo("'A'.lower()", "--engine", "celpy").output == '"a"\n'
    assert koreo("1 +", "--engine", "celpy").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["1", "--vars", "no/such.yaml"], "cannot read no/such.yaml: No such file or directory"),
        (["1", "--var", "a"], "expected NAME=EXPR"),
        (["1", "--var", "a=1 / 0"], "division by zero"),
    ],
)
def test_variables_that_can_not_be_had(arguments: list[str], message: str) -> None:
    result = koreo(*arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize("text", ["- 1\n", "a: [\n", ""])
def test_a_file_that_holds_no_variables(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vars.yaml"
    path.write_text(text, encoding="utf-8")
    result = koreo("1", "--vars", str(path))
    assert result.exit_code == 2
    assert "vars.yaml" in result.output
