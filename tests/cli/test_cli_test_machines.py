"""`koreo test` for programs: JSON, JUnit and GitHub; `koreo test --compat`; `koreo check --format junit`."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from koreo_cli.main import cli
from testing_workspace import RULES, change, results, run

ODD = """\
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: odd-test, namespace: default}
spec:
  functionRef: {kind: ValueFunction, name: nobody}
  testCases:
  - expectReturn: {a: 1}
"""


@pytest.fixture
def failing(tested: Path) -> Path:
    """The workspace with a test that fails, one that cannot run and one with a warning."""
    change(tested / "tests/greeting.k.yaml", "{text: Hello Ada, count: 2}", "{text: 'Hello <Bob>', count: 2}")
    (tested / "odd.k.yaml").write_text(ODD)
    (tested / "rules.k.yaml").write_text(RULES)
    return tested


def junit(*arguments: str) -> ElementTree.Element:
    return ElementTree.fromstring(run(*arguments, "--format", "junit").stdout)


def place(value: dict[str, Any]) -> tuple[str, int, int]:
    return value["file"], value["line"], value["column"]


def test_json_of_a_failure(failing: Path) -> None:
    test = next(test for test in results()["tests"] if test["name"] == "greeting-test")
    assert place(test) == ("tests/greeting.k.yaml", 3, 18)
    assert test["function"] == {"kind": "ValueFunction", "name": "greeting"}
    assert test["error"] is None
    first, second, third = test["cases"]
    assert place(first) == ("tests/greeting.k.yaml", 9, 5)
    assert first["status"] == "failed"
    assert first["outcome"] == {"type": "ok", "message": None, "delay": None, "place": None}
    assert first["return"] == {"text": "Hello Ada", "count": 2}
    assert first["resource"] is None
    assert first["seconds"] > 0
    (difference,) = first["differences"]
    assert difference == {
        "file": "tests/greeting.k.yaml",
        "line": 9,
        "column": 26,
        "endLine": 9,
        "endColumn": 39,
        "path": "text",
        "kind": "different",
        "expected": "Hello <Bob>",
        "actual": "Hello Ada",
    }
    assert (second["status"], second["outcome"], third["status"]) == ("not-run", None, "not-run")


def test_json_of_an_outcome(tested: Path) -> None:
    test = next(test for test in results()["tests"] if test["name"] == "greeting-test")
    outcome = test["cases"][1]["outcome"]
    assert place(outcome.pop("place")) == ("functions/greeting.k.yaml", 6, 5)
    assert outcome == {"type": "permFail", "message": "A name is needed", "delay": None}


def test_json_of_a_resource_and_a_warning(failing: Path) -> None:
    (test,) = results("rules.k.yaml")["tests"]
    (case,) = test["cases"]
    assert case["outcome"]["delay"] == 30
    assert case["resource"]["metadata"]["name"] == "rules"
    (warning,) = case["warnings"]
    assert place(warning) == ("rules.k.yaml", 17, 5)
    assert (warning["severity"], warning["code"]) == ("warning", "never-settles")
    assert warning["message"].startswith("rules-test, case 1 (Creates): never settles: ")
    assert (case["severity"], case["code"]) == (None, None)


def test_json_of_a_test_that_cannot_run(failing: Path) -> None:
    found = results("-k", "odd")
    (test,) = found["tests"]
    assert test["error"] == "there is no ValueFunction `nobody`"
    assert (test["severity"], test["code"]) == ("error", "test-unusable")
    assert place(test["errorPlace"]) == ("odd.k.yaml", 5, 44)
    assert test["cases"] == []
    assert [problem["code"] for problem in found["problems"]] == ["unknown-reference"]


def test_json_summary(failing: Path) -> None:
    summary = results()["summary"]
    assert summary.pop("seconds") > 0
    assert summary == {
        "tests": {"total": 4, "passed": 2, "failed": 1, "errors": 1},
        "cases": {"total": 5, "passed": 2, "failed": 1, "skipped": 0, "notRun": 2},
        "warnings": 1,
    }


def test_junit(failing: Path) -> None:
    root = junit()
    assert root.tag == "testsuites"
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
    }
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"greeting-test", "odd-test", "rules-test", "sizes-test"}
    failed, skipped, _ = suites["greeting-test"]
    assert (failed.get("classname"), failed.get("name")) == ("greeting-test", "1 Says hello")
    assert (failed.get("file"), failed.get("line")) == ("tests/greeting.k.yaml", "9")
    failure = failed.find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("test-failed", "the returned value differs")
    assert '- "Hello <Bob>"' in (failure.text or "")
    assert skipped.find("skipped") is not None
    error = suites["odd-test"].find("testcase/error")
    assert error is not None
    assert error.get("type") == "test-unusable"
    assert error.get("message") == "there is no ValueFunction `nobody`"
    output = suites["rules-test"].find("testcase/system-out")
    assert output is not None
    assert (output.text or "").startswith("rules.k.yaml:17:5: warning[never-settles]: rules-test, case 1")


def test_junit_of_what_no_xml_may_hold(tested: Path) -> None:
    change(tested / "tests/greeting.k.yaml", "Says hello", r'"a\0b\nc]]>&\""')
    case = junit("tests")[0][0]
    assert case.get("name") == '1 a\ufffdb\nc]]>&"'


def test_junit_of_files_that_cannot_be_read(tested: Path) -> None:
    (tested / "photo.k.yaml").write_bytes(b"\xff")
    suites = {suite.get("name"): suite for suite in junit()}
    assert suites["photo.k.yaml"].find("testcase/failure") is not None


def test_github(failing: Path) -> None:
    unknown, warning, failed = run("--format", "github").stdout.splitlines()
    assert unknown == (
        "::error file=odd.k.yaml,line=5,col=44,endLine=5,endColumn=49,title=unknown-reference::"
        "there is no ValueFunction `nobody`"
    )
    assert warning.startswith(
        "::warning file=rules.k.yaml,line=17,col=5,endLine=17,endColumn=17,title=never-settles::"
        "rules-test, case 1 (Creates): never settles: "
    )
    assert failed == (
        "::error file=tests/greeting.k.yaml,line=9,col=26,endLine=9,endColumn=38,title=test-failed::"
        "greeting-test, case 1 (Says hello): the returned value differs%0A"
        'text differs: expected "Hello <Bob>", actual "Hello Ada"'
    )


@pytest.mark.parametrize("output", ["json", "junit", "github"])
def test_the_exit_status_is_the_same_for_all_formats(failing: Path, output: str) -> None:
    assert run("--format", output).exit_code == 1
    assert run("--format", output, "sizes.k.yaml").exit_code == 0


def test_engines_that_differ(tested: Path) -> None:
    pytest.importorskip("celpy")
    change(tested / "functions/greeting.k.yaml", "=inputs.count * 2", "=size(string(1.0)) + 1")
    result = run("--compat")
    assert result.exit_code == 1
    text = result.stdout
    assert "functions/greeting.k.yaml:9:13: differs: `spec.locals.twice`, first in greeting-test" in text
    assert re.search(r"  = native: 2\n  = cel-python [\d.]+: 4\n", text)
    assert "tests/greeting.k.yaml:9:5: differs: greeting-test, case 1 (Says hello)" in text
    assert '  = native: passed, returned {"text": "Hello Ada", "count": 2}' in text
    assert "1 expression and 1 case differ between native and cel-python " in text


def test_engines_that_agree(tested: Path) -> None:
    pytest.importorskip("celpy")
    result = run("--compat", "tests")
    assert result.exit_code == 0
    assert result.stdout.startswith("no difference between native and cel-python ")


def test_json_of_engines_that_differ(tested: Path) -> None:
    pytest.importorskip("celpy")
    change(tested / "functions/greeting.k.yaml", "=inputs.count * 2", "=size(string(1.0)) + 1")
    compat = json.loads(run("--compat", "--format", "json").stdout)["compat"]
    assert compat["engine"].startswith("cel-python ")
    (expression,) = compat["expressions"]
    assert place(expression) == ("functions/greeting.k.yaml", 9, 13)
    assert expression["native"] == {"value": 2, "error": None}
    assert expression["other"] == {"value": 4, "error": None}
    (case,) = compat["cases"]
    assert (case["test"], case["index"]) == ("greeting-test", 0)
    assert (case["native"]["status"], case["other"]["status"]) == ("passed", "failed")


def check_junit(*arguments: str) -> ElementTree.Element:
    result = CliRunner().invoke(cli, ["check", "--format", "junit", *arguments])
    return ElementTree.fromstring(result.stdout)


def test_junit_of_a_check(workspace: Path) -> None:
    (suite,) = check_junit()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("broken.k.yaml", "1", "1")
    (case,) = suite
    assert (case.get("name"), case.get("line")) == ("unknown-key at 6:3", "6")
    failure = case.find("failure")
    assert failure is not None
    assert "did you mean `preconditions`?" in (failure.text or "")


def test_junit_of_problems_that_do_not_fail_the_check(workspace: Path) -> None:
    (workspace / "koreo.toml").write_text('[severity]\nunused-definition = "off"\nunknown-key = "warning"\n')
    (suite,) = check_junit()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert suite.find("testcase/system-out") is not None
    (suite,) = check_junit("--fail-on", "warning")
    assert suite.get("failures") == "1"


def test_junit_of_a_check_without_problems(workspace: Path) -> None:
    (suite,) = check_junit("sub")
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
