"""`koreo eval`: values, errors with a marker, variables, engines, formats."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


def koreo(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["eval", *arguments], prog_name="koreo", input=stdin)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["-1"], "-1"),
        (["-x + 2", "--var", "x=5"], "-3"),
        (["--var", "x=5", "-x", "--type"], "-5\nint"),
        (["--", "-1"], "-1"),
        (["--", "--1"], "1"),
    ],
)
def test_an_expression_may_begin_with_a_minus(arguments: list[str], printed: str) -> None:
    result = koreo(*arguments)
    assert (result.exit_code, result.stdout.strip()) == (0, printed), result.stderr


def test_options_are_still_options() -> None:
    assert koreo("-h").stdout.startswith("Usage: koreo eval")
    assert "No such option '--typ'" in koreo("1", "--typ").stderr


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


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("7u", "uint"),
        ("'a' + 'b'", "string"),
        ("'a'", "string"),
        ("inputs.replicas * 2", "int"),
        ("inputs", "{name: string, true: bool, date: string, replicas: int, …}"),
        ("[inputs.name]", "list(string)"),
        ("inputs.replicas > 2 ? 1 : 'a'", "int | string (the value: int)"),
        ("dyn(1.5)", "any (the value: double)"),
        ("has(inputs.other) ? inputs.other : timestamp(0)", "any (the value: timestamp)"),
        ("optional.of({'a': 1})", "optional({a: int})"),
        ("type(inputs.name)", "type(string)"),
    ],
)
def test_type(variables: str, expression: str, printed: str) -> None:
    result = koreo(expression, "--type", "--vars", variables)
    assert result.exit_code == 0
    assert result.output.splitlines()[1:] == [printed]


def test_type_of_variables_that_are_expressions() -> None:
    assert koreo("a", "--var", "a=[1u]", "--type").output == "[1]\nlist(uint)\n"


def test_type_with_the_second_engine() -> None:
    pytest.importorskip("celpy")
    assert koreo("7 && true", "--type", "--engine", "celpy").output == (
        "7\n"
        "bool (the value: int)\n"
        "error[not-boolean]: the left side of `&&` must be true or false, not an int\n"
        "  | 7 && true\n"
        "  | ^\n"
    )


def test_type_without_a_value() -> None:
    result = koreo("nowhere + 1", "--type")
    assert result.exit_code == 1
    assert result.output == (
        "error[unknown-name]: unknown name `nowhere`\n  | nowhere + 1\n  | ^^^^^^^\nint (no value)\n"
    )
    assert "(no value)" not in koreo("1 +", "--type").output


def test_problems_of_types(variables: str) -> None:
    result = koreo("inputs.replicas == 'x'", "--type", "--vars", variables)
    assert result.exit_code == 0
    assert result.output == (
        "false\n"
        "bool\n"
        'warning[never-equal]: int and "x" are never equal, so this is always false\n'
        "  | inputs.replicas == 'x'\n"
        "  | ^^^^^^^^^^^^^^^^^^^^^^\n"
    )
    result = koreo("true || \n  inputs.name + 1", "--type", "--vars", variables)
    assert result.exit_code == 1
    assert result.output == (
        "true\n"
        "bool\n"
        "error[wrong-operand]: cannot add string and int\n"
        "  |   inputs.name + 1\n"
        "  |   ^^^^^^^^^^^^^^^\n"
        "  = help: to join texts write `string(…)` around the number, to add numbers `int(…)` around the text\n"
    )


def test_one_cause_is_told_once(variables: str) -> None:
    result = koreo("inputs.replicas + 'a'", "--type", "--vars", variables)
    assert result.output.count("error[") == 1
    result = koreo("nowhere + (1 + 'a')", "--type")
    assert "error[unknown-name]" in result.output
    assert "error[wrong-operand]" in result.output


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


def test_json_with_types() -> None:
    result = koreo("-", "--format", "json", "--type", stdin="1 == 'a' ? 1 : 'b'\nx.y + 1.5\n1 +\n")
    typed, failed, unread = json.loads(result.output)["results"]
    assert (typed["value"], typed["type"], typed["staticType"]) == ("b", "string", "int | string")
    assert typed["problems"] == [
        {
            "line": 1,
            "column": 1,
            "endLine": 1,
            "endColumn": 9,
            "severity": "warning",
            "code": "never-equal",
            "message": 'int and "a" are never equal, so this is always false',
            "hint": None,
        }
    ]
    assert (failed["type"], failed["staticType"], failed["problems"]) == (None, "double", [])
    assert failed["error"]["kind"] == "unknown-name"
    assert (unread["staticType"], unread["problems"]) == (None, [])


def test_the_second_engine() -> None:
    pytest.importorskip("celpy")
    assert koreo("string(true)", "--engine", "celpy").output == '"True"\n'
    assert koreo("'A'.lower()", "--engine", "celpy").output == '"a"\n'
    assert koreo("1 +", "--engine", "celpy").exit_code == 1


def test_the_second_engine_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "celpy", None)
    monkeypatch.delitem(sys.modules, "koreo_analyzer.cel.celpy_engine", raising=False)
    result = koreo("1", "--engine", "celpy")
    assert result.exit_code == 2
    assert "pip install cel-python" in result.output


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
