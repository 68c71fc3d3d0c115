"""Fixes of failing tests: what is offered for each way to fail, and what the test says and does afterwards."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.test_fixes import TestFix, failure_fixes
from koreo_server.ide.test_problems import test_problems as failures_of
from koreo_server.session.suite import Suite

PATH = "main.k.yaml"
FILES = """\
#- functions.k.yaml
@ValueFunction f
spec:
  preconditions:
  - assert: =has(inputs.name)
    skip: {message: no name}
  return: {text: =inputs.name, more: {list: [1, 2]}}
#- main.k.yaml
@FunctionTest t
spec:
  functionRef: {kind: ValueFunction, name: f}
  inputs: {name: Ada}
  testCases:
"""


def _offered(texts: dict[str, str]) -> tuple[list[str], list[TestFix]]:
    """Return the failures of the tests of a file, and the fixes of the first one."""
    workspace, suite = Workspace(), Suite()
    snapshot = workspace.apply(texts)
    suite.update(snapshot, workspace.take_affected())
    for test in list(suite.waiting):
        for _ in suite.run(lambda: snapshot, test):
            pass
    results = list(suite.results(snapshot, PATH))
    problems = list(failures_of(snapshot, PATH, results, ()))
    fixes = list(failure_fixes(snapshot, results, {one.span for one in problems[:1]}))
    return [problem.message for problem in problems], fixes


@pytest.mark.parametrize(
    ("case", "title", "left"),
    [
        (
            "expectReturn: {text: Eve, more: {list: [1, 2]}}",
            "Accept the actual value of `text`",
            "expectReturn: {text: Ada, more: {list: [1, 2]}}",
        ),
        (
            "expectReturn: {text: Ada, more: {list: [1, 3]}} # here",
            "Accept the actual value of `more.list[1]`",
            "expectReturn: {text: Ada, more: {list: [1, 2]}} # here",
        ),
        (
            "expectReturn: {text: Ada, more: {list: [1, 2]}, other: 1}",
            "Accept that `other` is not there",
            "expectReturn: {text: Ada, more: {list: [1, 2]}}",
        ),
        (
            "expectReturn: {text: Ada}",
            "Accept `more`, which is not expected",
            "expectReturn: {text: Ada, more: {list: [1, 2]}}",
        ),
        (
            "expectOutcome: {skip: {message: no name}}",
            "Accept the actual value of case 1",
            "expectOutcome: {ok: {}}",
        ),
        (
            "expectReturn: {text: Eve}",
            "Accept all actual values of case 1",
            "expectReturn: {text: Ada, more: {list: [1, 2]}}",
        ),
    ],
)
def test_one_failure(case: str, title: str, left: str) -> None:
    texts = read(f"{FILES}  - {case}\n").texts
    _, fixes = _offered(texts)
    fix = next(one for one in fixes if one.title == title)
    text = apply(texts[PATH], [Edit(edit.span, edit.text) for edit in fix.edits])
    assert text == texts[PATH].replace(case, left)
    assert _offered({**texts, PATH: text}) == ([], [])


def test_each_fix_mends_what_it_tells() -> None:
    cases = "  - {variant: true, expectReturn: {text: x, more: {}}}\n  - {expectReturn: {a: 1, text: Ada}}\n"
    texts = read(FILES + cases).texts
    failures, fixes = _offered(texts)
    assert [len(fix.mended) for fix in fixes] == [1, 2, 4]
    for fix in fixes:
        text = apply(texts[PATH], [Edit(edit.span, edit.text) for edit in fix.edits])
        left, _ = _offered({**texts, PATH: text})
        assert len(left) == len(failures) - len(fix.mended)


def test_an_error_is_not_accepted() -> None:
    failures, fixes = _offered(
        read(FILES.replace("=inputs.name, ", "=inputs.name.x, ") + "  - expectReturn: {a: 1}\n").texts
    )
    assert len(failures) == 1
    assert fixes == []
