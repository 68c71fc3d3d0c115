"""Tests that say something else than was meant: unknown keys, no cases, several functions of one name."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from testing_workspace import RULES, change, results, run

TEST = Path("tests/greeting.k.yaml")
SAME_NAME = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: sizes, namespace: default}
spec:
  return: {half: 2}
"""


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("testCases:", "testcases:", "testcases"),
        ("  inputs: {name", "  inputz: {}\n  inputs: {name", "inputz"),
        ("    variant: true", "    variants: true\n    variant: true", "variants"),
    ],
)
def test_a_test_with_an_unknown_key_fails_whatever_its_cases_do(
    tested: Path, old: str, new: str, key: str
) -> None:
    change(TEST, old, new)
    result = run("-k", "greeting")
    assert result.exit_code == 1
    assert result.stdout.startswith("FAIL   greeting-test")
    assert f"error[unknown-key]: unknown key `{key}`" in result.stdout
    found = results("-k", "greeting")
    assert [test["passed"] for test in found["tests"]] == [False]
    assert found["summary"]["tests"]["failed"] == 1
    assert "unknown-key" in [problem["code"] for problem in found["problems"]]
    assert "failed" not in [case["status"] for case in found["tests"][0]["cases"]]
    assert f"title=unknown-key::unknown key `{key}`" in run("--format", "github").stdout
    suites = ElementTree.fromstring(run("--format", "junit").stdout)
    assert [each.get("type") for each in suites.iter("failure")] == ["unknown-key"]


def test_a_comment_allows_an_unknown_key(tested: Path) -> None:
    change(TEST, "  inputs: {name", "  inputz: {} # koreo: ignore[unknown-key]\n  inputs: {name")
    assert run().exit_code == 0


def test_a_test_without_cases_is_a_warning(tested: Path) -> None:
    text = TEST.read_text()
    TEST.write_text(text[: text.index("  testCases:")])
    result = run("-k", "greeting")
    assert result.exit_code == 0
    assert result.stdout.startswith("WARN   greeting-test")
    assert "warning[empty-test]" in result.stdout
    assert "1 test passed, 1 warning (0 cases" in result.stdout
    assert run("-k", "greeting", "--fail-on", "warning").exit_code == 1


def test_an_error_in_the_function_is_a_warning_for_its_tests(tested: Path) -> None:
    change(Path("functions/greeting.k.yaml"), "  locals:", "  precondition: []\n  locals:")
    result = run("-k", "greeting")
    assert result.exit_code == 0
    assert result.stdout.startswith("WARN   greeting-test")
    assert "functions/greeting.k.yaml:8:3: warning[unknown-key]" in result.stdout


def test_which_of_several_functions_of_one_name_was_tested_is_said(tested: Path) -> None:
    (tested / "other.k.yaml").write_text(SAME_NAME)
    result = run("-k", "sizes")
    assert result.exit_code == 1
    assert "other.k.yaml:3:18: warning[duplicate-definition]: ValueFunction `sizes`" in result.stdout
    assert "= help: this one runs" in result.stdout
    assert "sizes.k.yaml:3:18: note: also defined here" in result.stdout
    change(tested / "other.k.yaml", "half: 2", "half: 1")
    result = run("-k", "sizes")
    assert result.exit_code == 0
    assert result.stdout.startswith("WARN   sizes-test")
    assert result.stdout.count("duplicate-definition") == 1


def test_junit_fails_what_is_as_bad_as_was_asked_for(tested: Path) -> None:
    (tested / "rules.k.yaml").write_text(RULES)
    for arguments, failures in ((), []), (("--fail-on", "warning"), ["never-settles"]):
        result = run("--format", "junit", *arguments)
        suites = ElementTree.fromstring(result.stdout)
        assert [each.get("type") for each in suites.iter("failure")] == failures
        assert result.exit_code == bool(failures)


def test_junit_cuts_what_nobody_can_read(tested: Path) -> None:
    change(Path("functions/greeting.k.yaml"), "count: =locals.twice", "count: =inputs.items")
    change(TEST, "inputs: {name: Ada", f"inputs: {{items: {list(range(2_000))}, name: Ada")
    change(TEST, "count: 2}", "count: []}")
    short, full = run("--format", "junit").stdout, run("--format", "junit", "--verbose").stdout
    assert "more differences; --verbose shows all" in short
    assert len(short) < 10_000 < len(full)


def test_the_expression_that_made_a_returned_value_is_shown(tested: Path) -> None:
    change(TEST, "{text: Hello Ada, count: 2}", "{text: Hello Bob, count: 2}")
    assert (
        "functions/greeting.k.yaml:11:12: note: made here\n"
        "   |\n"
        '11 |     text: ="Hello " + inputs.name\n'
        "   |            ^^^^^^^^^^^^^^^^^^^^^^\n"
    ) in run().stdout


def test_a_limit_that_is_no_number(tested: Path) -> None:
    result = run("--coverage-fail-under", "nan")
    assert result.exit_code == 2
    assert "nan is no percentage" in result.stderr


def test_github_gets_no_control_characters(tested: Path) -> None:
    change(TEST, "text: Hello Ada", r'text: "\e[31mHello\r\n"')
    output = run("--format", "github").stdout
    assert "\x1b" not in output
    change(TEST, "label: Says hello", r'label: "\e[31mred"')
    output = run("--format", "github").stdout
    assert "\x1b" not in output
    assert r"\x1b[31mred" in output
