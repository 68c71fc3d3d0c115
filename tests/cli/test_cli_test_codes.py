"""The codes that come from running tests: each rule proves itself, and koreo.toml and comments hold for them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.checks import RULES, Origin
from koreo_analyzer.workspace import Workspace
from testing_workspace import RULES as NEVER_SETTLES
from testing_workspace import change, results, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.checks import Rule

BROKEN = Path(__file__).parents[2] / "fixtures" / "broken"
FOUND_BY_RUNNING = [rule for rule in RULES.values() if rule.origin is Origin.RUNNING]


def places(*arguments: str) -> Iterator[dict[str, Any]]:
    """Yield everything in the results of `koreo test --coverage` that has a code of a run, and its place."""
    document = results("--coverage", *arguments)
    for test in document["tests"]:
        if test["code"] is not None:
            yield {**test, **test["errorPlace"]}
        for case in test["cases"]:
            yield from ([case] if case["code"] is not None else [])
            yield from case["warnings"]
    for measured in document["coverage"]["documents"]:
        yield from (gap for gap in measured["gaps"] if gap["kind"] != "function")


def codes(*arguments: str) -> Counter[str]:
    return Counter(place["code"] for place in places(*arguments))


def test_which_codes_come_from_running() -> None:
    assert [(rule.code, rule.severity.word) for rule in FOUND_BY_RUNNING] == [
        ("test-failed", "error"),
        ("test-unusable", "error"),
        ("never-settles", "warning"),
        ("untested", "info"),
    ]


@pytest.mark.parametrize("rule", FOUND_BY_RUNNING, ids=[rule.code for rule in FOUND_BY_RUNNING])
def test_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    monkeypatch.chdir(tmp_path)
    example = tmp_path / "main.k.yaml"
    for text, expected in ((rule.wrong, {rule.code: 1}), (rule.right, {})):
        example.write_text(text, "utf-8")
        assert codes() == expected
        found = Workspace().apply({"main.k.yaml": text}).problems("main.k.yaml")
        why = ["unknown-reference"] if expected == {"test-unusable": 1} else []
        assert [problem.code for problem in found] == why


def test_the_broken_workspace_shows_each_in_its_place() -> None:
    assert codes(str(BROKEN)).keys() == {rule.code for rule in FOUND_BY_RUNNING}
    checkout = BROKEN / "checkout.k.yaml"
    assert codes(str(checkout)) == {"test-failed": 1, "never-settles": 1, "untested": 1}
    lines = checkout.read_text("utf-8").splitlines()
    for place in places(str(checkout)):
        assert any(f"# {place['code']}: " in line for line in lines[place["line"] - 2 : place["line"]]), place


@pytest.mark.parametrize(
    ("severity", "arguments", "status"),
    [
        ("test-failed = 'warning'", [], 0),
        ("test-failed = 'warning'", ["--fail-on", "warning"], 1),
        ("test-failed = 'off'", ["--fail-on", "info"], 0),
        ("test-unusable = 'error'", [], 1),
    ],
)
def test_koreo_toml_says_how_bad_a_failure_is(
    tested: Path, severity: str, arguments: list[str], status: int
) -> None:
    (tested / "koreo.toml").write_text(f"[severity]\n{severity}\n")
    change(tested / "sizes.k.yaml", "{half: 1}", "{half: 2}")
    result = run(*arguments)
    assert "FAIL   sizes-test" in result.stdout
    assert ("warning[test-failed]" in result.stdout) is ("warning" in severity)
    assert ("half differs" in result.stdout) is ("off" not in severity)
    assert result.exit_code == status


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
def test_koreo_toml_says_how_bad_it_is_that_nothing_settles(
    tested: Path, severity: str, arguments: list[str], status: int
) -> None:
    (tested / "rules.k.yaml").write_text(NEVER_SETTLES)
    (tested / "koreo.toml").write_text(f"[severity]\nnever-settles = '{severity}'\n")
    result = run(*arguments)
    assert ("WARN   rules-test" in result.stdout) is (severity != "off")
    assert (f"{severity}[never-settles]" in result.stdout) is (severity != "off")
    assert result.exit_code == status


def test_a_test_that_cannot_run_may_be_no_error(tested: Path) -> None:
    change(tested / "functions/greeting.k.yaml", "inputs.count * 2", "inputs.count *")
    assert run().exit_code == 1
    (tested / "koreo.toml").write_text("[severity]\ntest-unusable = 'off'\n")
    result = run()
    assert "ERROR  greeting-test" in result.stdout
    assert "expression-syntax" not in result.stdout
    assert result.exit_code == 0


def test_a_comment_hides_what_running_finds(tested: Path) -> None:
    text = NEVER_SETTLES.replace("expectOutcome:", "expectOutcome: # koreo: ignore[never-settles]")
    (tested / "rules.k.yaml").write_text(text)
    assert codes("rules.k.yaml") == {}
    assert "PASS   rules-test" in run().stdout


def test_what_no_test_reaches_counts_for_the_exit_status_if_asked(tested: Path) -> None:
    change(tested / "sizes.k.yaml", "=int(inputs.ratio)", "'=inputs.ratio > 1.0 ? 1 : 2'")
    assert "sizes.k.yaml:6:38: info[untested]: this branch is never taken" in run("--coverage").stdout
    assert run("--coverage").exit_code == 0
    assert run("--coverage", "--fail-on", "info").exit_code == 1
    assert run("--fail-on", "info").exit_code == 0
    change(tested / "sizes.k.yaml", "spec:\n  return:\n", "spec:\n  return:\n    # koreo: ignore[untested]\n")
    result = run("--coverage", "--fail-on", "info")
    assert "untested" not in result.stdout
    assert "75.0 %  3 of 4  ValueFunction/sizes" in result.stdout
    assert result.exit_code == 0
