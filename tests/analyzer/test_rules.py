"""Every rule proves itself: its wrong example breaks it and nothing else, its right example is free of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.checks import RULES, Origin
from koreo_analyzer.problems import Severity
from markers import analyze, codes

if TYPE_CHECKING:
    from koreo_analyzer.checks.rules import Rule
    from koreo_analyzer.workspace import FileEdit, FileFix, FileProblem

NOT_IN_ONE_FILE = {"config", "unreadable-file", "no-schema"}
"""`config` is about koreo.toml, an unreadable file cannot be shown, and where there are no schemas none is missed."""
TWO_PLACES = {"duplicate-definition", "duplicate-trigger"}
"""Reported at each of two places that exclude each other."""
FIXED = {
    "boolean-key": True,
    "duplicate-case": False,
    "expression-in-literal": False,
    "forgotten-equals": True,
    "invalid-value": True,
    "string-escape": False,
    "unknown-function": True,
    "unknown-input": True,
    "unknown-key": True,
    "unknown-kind": True,
    "unknown-name": True,
    "unknown-local": True,
    "unknown-reference": True,
    "unknown-step": True,
    "wrong-type": True,
}
"""Rules whose example comes with a fix, or plainly has none."""

SHOWN = [
    rule for rule in RULES.values() if rule.origin is Origin.READING and rule.code not in NOT_IN_ONE_FILE
]
"""Those that running finds are proved by tests/cli/test_cli_test_codes.py."""


def problems(text: str) -> tuple[FileProblem, ...]:
    return analyze({"main.k.yaml": text}).problems("main.k.yaml")


@pytest.mark.parametrize("rule", SHOWN, ids=[rule.code for rule in SHOWN])
def test_examples(rule: Rule) -> None:
    times = 2 if rule.code in TWO_PLACES else 1
    assert [(p.code, p.severity) for p in problems(rule.wrong)] == [(rule.code, rule.severity)] * times
    assert problems(rule.right) == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_texts(rule: Rule) -> None:
    assert RULES[rule.code] is rule
    assert rule.summary[:1].islower() or rule.summary.startswith(("`", "YAML"))
    assert not rule.summary.endswith(".")
    assert rule.explanation.endswith((".", "`"))
    assert "  " not in rule.explanation


def test_exceptions_are_rules() -> None:
    assert NOT_IN_ONE_FILE | TWO_PLACES | FIXED.keys() <= RULES.keys()


@pytest.mark.parametrize("code", [code for code, fixed in FIXED.items() if fixed])
def test_the_first_fix_mends_the_example(code: str) -> None:
    text = RULES[code].wrong
    (problem,) = problems(text)
    assert codes(apply(text, problem.fixes[0])) == []


def test_where_no_fix_is_plain_none_is_offered() -> None:
    for code in (code for code, fixed in FIXED.items() if not fixed):
        (problem,) = problems(RULES[code].wrong)
        assert problem.fixes == ()


def apply(text: str, fix: FileFix) -> str:
    edits: list[FileEdit] = sorted(fix.edits, key=lambda edit: edit.span, reverse=True)
    for edit in edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_many_problems_at_once_each_once() -> None:
    files = [rule.wrong for rule in SHOWN if rule.severity is not Severity.INFO]
    texts = {f"{number}.k.yaml": text for number, text in enumerate(files)}
    snapshot = analyze(texts)
    for path in texts:
        found = snapshot.problems(path)
        assert found
        assert len({(p.span, p.code, p.message) for p in found}) == len(found)
        assert list(found) == sorted(found, key=lambda p: (p.span, p.code, p.message))
