"""`# koreo: ignore[…]` comments and severities: what they hide, and what is said about idle ones."""

from __future__ import annotations

import pytest
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit, Severity
from koreo_analyzer.workspace import Settings, Workspace
from markers import analyze, codes

HEAD = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: words}
spec:
  return:
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("    a: =x  # koreo: ignore[unknown-name]\n", []),
        ("    # koreo: ignore[unknown-name]\n    a: =x\n", []),
        ("    # koreo: ignore[unknown-name]\n\n    # because\n    a: =x\n", []),
        ("    a: =x #koreo:ignore[unknown-name]\n", []),
        ("    a: =x + 1.2.3  # koreo: ignore[unknown-name, expression-syntax]\n", []),
        ("    a: =x  # koreo: ignore[unknown-name] koreo: ignore\n", []),
        ("    a: |  # koreo: ignore[unknown-name]\n      =1 +\n      x\n", []),
        ("    # koreo: ignore[unknown-name]\n    a: >-\n      =1 +\n      x\n", []),
        ("    # koreo: ignore[unknown-name]\n    a: '=1 +\n      x'\n", []),
        ("    a: =x\n    # koreo: ignore[unknown-name]\n", ["unknown-name", "unused-ignore"]),
        ("    # koreo: ignore[unknown-name]\n    b: 1\n    a: =x\n", ["unused-ignore", "unknown-name"]),
        ("    a: =x  # koreo: ignore[unknown-nam]\n", ["unknown-name", "unused-ignore"]),
        ("    a: =x  # koreo: ignore[unknown-name, unknown-local]\n", ["unused-ignore"]),
        ("    a: =x  # koreo: ignore\n", ["unknown-name", "unused-ignore"]),
        ("    a: =x  # koreo: ignore[]\n", ["unknown-name", "unused-ignore"]),
        ('    a: ="# koreo: ignore[unknown-name]" + x\n', ["yaml-syntax"]),
        ("    a: '=x + \"# koreo: ignore[unknown-name]\"'\n", ["unknown-name"]),
        (
            "    a: |\n      =x\n      # koreo: ignore[unknown-name]\n",
            ["unknown-name", "expression-syntax", "expression-syntax"],
        ),
        ("    a: text # koreo: ignored\n", []),
        ("    a: text # koreo: disable it later\n", []),
        ("    a: =x  # Koreo: Ignore [unknown-name]\n", []),
        ("    a: =x  # koreo: disable[unknown-name]\n", ["unknown-name", "unused-ignore"]),
        ("    a: =x  # koreo: ignored[unknown-name]\n", ["unknown-name", "unused-ignore"]),
        ("    a: =x  # koreo: noqa\n", ["unknown-name", "unused-ignore"]),
        ("    a: =x  # koreo: ignore[unused-ignore]\n", ["unknown-name", "unused-ignore"]),
        ("    a: 1  # koreo: ignore[never-settles]\n", []),
        ("    a: 1  # koreo: ignore[untested, unknown-name]\n", ["unused-ignore"]),
        ("    a: =x\n    b: =y\n    # koreo: ignore-document[unknown-name]\n", []),
        (
            "    # koreo: ignore-document[unknown-name]: because\n    c: 1\n    a: =x\n    b: =inputs.\n",
            ["expression-syntax"],
        ),
        (
            "    # koreo: ignore-document[unknown-name]\n    a: =x  # koreo: ignore[unknown-name]\n",
            ["unused-ignore"],
        ),
        ("    # koreo: ignore-document\n    a: =x\n", ["unused-ignore", "unknown-name"]),
        ("    # koreo: ignore-file[unknown-name]\n    a: =x\n", ["unused-ignore", "unknown-name"]),
    ],
)
def test_comments(text: str, expected: list[str]) -> None:
    assert codes(HEAD + text) == expected


def test_a_comment_holds_for_workspace_problems_too() -> None:
    text = HEAD.replace("{name: words}", "{name: words} # koreo: ignore[unused-definition]") + "    a: 1\n"
    assert codes(text, off=frozenset()) == []


def test_severities_come_from_the_settings() -> None:
    text = HEAD + "    a: =x\n    b: =y  # koreo: ignore[unknown-name]\n"
    workspace = Workspace(Settings(severities={"unused-definition": None, "unknown-name": Severity.WARNING}))
    snapshot = workspace.apply({"main.k.yaml": text})
    assert [(p.code, p.severity) for p in snapshot.problems("main.k.yaml")] == [
        ("unknown-name", Severity.WARNING)
    ]
    off = workspace.configure(Settings(severities={"unused-definition": None, "unknown-name": None}))
    assert off.problems("main.k.yaml") == ()


def test_an_ignore_of_a_rule_that_is_off_is_used() -> None:
    text = HEAD + "    b: =y  # koreo: ignore[unknown-name]\n"
    assert codes(text, off=frozenset({"unknown-name", "unused-definition"})) == []


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("    a: 1  # koreo: ignore[unknown-name]\n", "    a: 1\n"),
        ("    a: 1  # koreo: ignore[unknown-name] \n", "    a: 1\n"),
        ("    a: 1  # koreo: ignore[unknown-name] - it is old\n", "    a: 1  # it is old\n"),
        ("    a: 1  # koreo: ignore[unknown-name]: see #12\n", "    a: 1  # see #12\n"),
        ("    # koreo: ignore[unknown-name] — it is old\n    a: 1\n", "    # it is old\n    a: 1\n"),
        ("    # koreo: ignore[unknown-name]  # it is old\n    a: 1\n", "    # it is old\n    a: 1\n"),
        ("    # why\n    # koreo: ignore[unknown-name]\n    a: 1\n", "    # why\n    a: 1\n"),
        ("    a: 1  # koreo: ignore[unknown-name, bare-input]: why\n", "    a: 1  # why\n"),
        (
            "    a: =x  # koreo: ignore[unknown-name, bare-input] why\n",
            "    a: =x  # koreo: ignore[unknown-name] why\n",
        ),
        (
            "    a: =x  # koreo: ignore[bare-input, unknown-name] why\n",
            "    a: =x  # koreo: ignore[unknown-name] why\n",
        ),
        (
            "    a: =x  # koreo: ignore[bare-input, unknown-name, bare-input]\n",
            "    a: =x  # koreo: ignore[unknown-name, bare-input]\n",
        ),
    ],
)
def test_an_idle_comment_goes_and_its_reason_stays(comment: str, left: str) -> None:
    problems = Workspace().apply({"main.k.yaml": HEAD + comment}).problems("main.k.yaml")
    (fix,) = next(problem for problem in problems if problem.code == "unused-ignore").fixes
    text = apply(HEAD + comment, [Edit(edit.span, edit.text) for edit in fix.edits])
    assert text == HEAD + left


@pytest.mark.parametrize("word", ["ignore-file", "disable-document", "suppress-all"])
def test_a_word_for_a_whole_file_means_the_document(word: str) -> None:
    text = HEAD + f"    # koreo: {word}[unknown-name]\n    a: =x\n    b: =y\n"
    problems = Workspace().apply({"main.k.yaml": text}).problems("main.k.yaml")
    (fix,) = next(problem for problem in problems if problem.code == "unused-ignore").fixes
    mended = apply(text, [Edit(edit.span, edit.text) for edit in fix.edits])
    assert codes(mended) == []


@pytest.mark.timeout(15)
def test_many_comments_cost_by_their_number() -> None:
    many = 12_000
    lines = (f"    a{i}: =inputss.x # koreo: ignore[unknown-name]\n" for i in range(many))
    found = analyze({"a.k.yaml": HEAD + "".join(lines)}).problems("a.k.yaml")
    assert [problem.code for problem in found] == ["unused-definition"]
