"""Code actions: what is offered, and what the texts say afterwards."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cursor_fixtures import Fixture, read
from koreo_analyzer.cel import ast
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit, Severity
from koreo_analyzer.workspace import FileEdit, Workspace
from koreo_analyzer.workspace.fixing import UNUSED, choose_fixes
from koreo_server.ide.refactor.add_missing import add_missing
from koreo_server.ide.refactor.extract import extract_local
from koreo_server.ide.refactor.suppress import ignore, ignore_in_document

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot
    from koreo_server.ide.refactor.rewritten import Refactoring

PATH = "main.k.yaml"
HEAD = "@ValueFunction f\nspec:\n"


def _after(fixture: Fixture, edits: tuple[FileEdit, ...]) -> str:
    return apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in edits])


def _extract(text: str) -> tuple[Fixture, Refactoring | None]:
    fixture = read(HEAD + text)
    ((path, span),) = fixture.expected
    offer = extract_local(fixture.snapshot, path, span)
    return fixture, offer.made() if offer is not None else None


def test_equal_parts_become_one_local() -> None:
    fixture, found = _extract(
        "  locals: {b: =1}\n  return:\n    # stays\n    a: =⟦inputs.x.size⟧ + 1\n"
        "    c: ='t' + string(inputs.x.size)\n    d: =locals.b\n"
    )
    assert found is not None
    assert found.refusal is None
    assert (
        _after(fixture, found.edits)
        == read(
            HEAD
            + "  locals: {b: =1, size: =inputs.x.size}\n  return:\n    # stays\n    a: =locals.size + 1\n"
            "    c: ='t' + string(locals.size)\n    d: =locals.b\n"
        ).texts[PATH]
    )


def test_a_first_local_stands_where_locals_belong() -> None:
    head = "  preconditions: []\n"
    fixture, found = _extract(f"{head}  # the answer\n  return:\n    a: =⟦inputs.x⟧ + 1\n")
    assert found is not None
    after = f"{head}  locals:\n    x: =inputs.x\n  # the answer\n  return:\n    a: =locals.x + 1\n"
    assert _after(fixture, found.edits) == read(HEAD + after).texts[PATH]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  return: {a: '=has(inputs.x) ? ⟦inputs.x.side⟧ : 1'}\n", "condition"),
        ("  return: {a: '=inputs.l.map(i, ⟦i.name⟧)'}\n", "`i`"),
        ("  locals: {b: =1}\n  return: {a: =⟦locals.b + 1⟧}\n", "`locals`"),
        ("  return: {a: '=⟦inputs.?x⟧.orValue(1)'}\n", "cannot hold"),
    ],
)
def test_what_would_do_something_else_is_refused(text: str, reason: str) -> None:
    _, found = _extract(text)
    assert found is not None
    assert reason in (found.refusal or "")


OVERLAYS = """\
@ResourceFunction f
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}
  resource: {}
  create:
    overlay: {data: {c: ='d' + CREATED}}
  overlays:
  - overlay: {data: {a: ='b' + FIRST}}
  - skipIf: =inputs.skip
    overlay: {data: {a: ='b' + SKIPPED}}
  - overlayRef: {kind: ValueFunction, name: other}
    inputs: {a: ='b' + GIVEN}
  - overlay: {data: {a: ='b' + LATE}}
"""


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("FIRST", None),
        ("GIVEN", None),
        ("SKIPPED", "`skipIf`"),
        ("LATE", "may end the run"),
        ("CREATED", "only evaluated when the object is created"),
    ],
)
def test_a_part_of_an_overlay_that_is_always_applied_can_be_a_local(place: str, reason: str | None) -> None:
    fixture = read(OVERLAYS.replace(place, "⟦inputs.x.side⟧"))
    ((path, span),) = fixture.expected
    offer = extract_local(fixture.snapshot, path, span)
    assert offer is not None
    found = offer.made()
    if reason is None:
        assert found.refusal is None
        assert "locals:\n    side: =inputs.x.side\n" in _after(fixture, found.edits)
    else:
        assert reason in (found.refusal or "")


@pytest.mark.parametrize("place", ["LATE", "CREATED", "SKIPPED"])
def test_what_is_evaluated_anyway_can_be_a_local_wherever_it_stands(place: str) -> None:
    for name, expected in (("=inputs.x.side", True), ("'=inputs.y ? inputs.x.side : \"a\"'", False)):
        text = OVERLAYS.replace("name: a,", f"name: {name},").replace(place, "⟦inputs.x.side⟧")
        fixture = read(text)
        ((path, span),) = fixture.expected
        offer = extract_local(fixture.snapshot, path, span)
        assert offer is not None
        assert (offer.made().refusal is None) is expected


@pytest.mark.parametrize(
    "text",
    [
        "  return: {a: =inputs⟦.x + 1⟧}\n",
        "  return: {a: =⟦inputs⟧.x}\n",
        "  return: {a: =⟦inputs.x +⟧}\n",
        "  return: {⟦a⟧: 1}\n",
        "  locals: {b: =⟦inputs.x⟧}\n  return: {a: =locals.b}\n",
    ],
)
def test_nothing_is_offered_elsewhere(text: str) -> None:
    assert _extract(text)[1] is None


def test_a_comment_hides_the_problem() -> None:
    fixture = read(HEAD + "  return:\n    a: |-\n      =inputs.x +\n      nothing\n    b: =other\n")
    problems = fixture.snapshot.problems(PATH)
    errors = [one for one in problems if one.code == "unknown-name"]
    assert len(errors) == 2
    for error in errors:
        hidden = ignore(fixture.snapshot, error)
        assert hidden is not None
        left = Workspace().apply({PATH: _after(fixture, hidden.edits)}).problems(PATH)
        assert len([one for one in left if one.code == "unknown-name"]) == 1
        assert not [one for one in left if one.code == "unused-ignore"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "known", ["# why\n", "# koreo: ignore-document[unused-local]: why\n", "---\n# why\n# not\n\n"]
)
def test_a_comment_hides_all_problems_of_a_code(known: str, line_break: str) -> None:
    text = (
        f"{known}{HEAD}  locals: {{l: 1}}\n  return:\n    a: =x\n    b: =y\n---\n{HEAD}  return: {{a: =z}}\n"
    )
    fixture = read(text.replace("\n", line_break))
    error = next(one for one in fixture.snapshot.problems(PATH) if one.code == "unknown-name")
    hidden = ignore_in_document(fixture.snapshot, error)
    assert hidden is not None
    assert hidden.title == "Ignore `unknown-name` in this document"
    after = _after(fixture, hidden.edits)
    assert after.count("\n") == after.count(line_break)
    left = Workspace().apply({PATH: after}).problems(PATH)
    assert [one.code for one in left if one.code in {"unknown-name", "unused-ignore"}] == ["unknown-name"]
    assert after[left[-1].span.start :].count("\n") < 2 or left[-1].code != "unknown-name"


def test_one_problem_is_not_ignored_in_a_whole_document() -> None:
    fixture = read(HEAD + "  return: {a: =x}\n---\n" + HEAD + "  return: {a: =z}\n")
    (error, _) = [one for one in fixture.snapshot.problems(PATH) if one.code == "unknown-name"]
    assert ignore_in_document(fixture.snapshot, error) is None


def test_all_unused_locals_go_at_once() -> None:
    fixture = read(HEAD + "  locals:\n    a: =1\n    b: =2\n    c: =3\n  return: {c: =locals.c}\n")
    fixes = choose_fixes(fixture.snapshot.problems(PATH), UNUSED)
    edits = tuple(edit for fix in fixes for edit in fix.edits)
    assert "a: =1" not in _after(fixture, edits)
    assert "  locals:\n" in _after(fixture, edits)


FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_every_fix_of_a_broken_workspace_mends_its_problem() -> None:
    folder = FIXTURES / "broken"
    texts = {path.name: path.read_text("utf-8", "replace") for path in folder.glob("*.yaml")}
    workspace = Workspace()
    snapshot = workspace.apply(texts)
    offered = 0
    for path, text in texts.items():
        before = snapshot.problems(path)
        told = Counter((one.code, one.message) for one in before)
        for problem in before:
            fixes = [fix.edits for fix in problem.fixes]
            added = add_missing(snapshot, [problem]) if problem.lacks else None
            for edits in [*fixes, *([added.edits] if added is not None else [])]:
                changed = apply(text, [Edit(edit.span, edit.text) for edit in edits])
                after = workspace.apply({path: changed}).problems(path)
                left = Counter((one.code, one.message) for one in after)
                assert left[problem.code, problem.message] < told[problem.code, problem.message]
                assert not SYNTAX & {one.code for one in after} - {one.code for one in before}
                offered += 1
            workspace.apply({path: text})
    assert offered >= 25


SYNTAX = frozenset({"yaml-syntax", "duplicate-key", "expression-syntax"})
"""What no fix may bring."""


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.k.yaml")), ids=lambda path: path.name)
def test_no_extraction_of_a_real_document_adds_an_error(path: Path) -> None:
    text = path.read_text("utf-8", errors="replace")
    workspace = Workspace()
    snapshot = workspace.apply({PATH: text})
    before = _errors(snapshot)
    spans = {
        expression.span(node.span).shift(definition.start)
        for definition in snapshot.documents(PATH)
        for expression in definition.document.expressions
        for node in ast.walk(expression.facts.root)
    }
    for span in spans:
        offer = extract_local(snapshot, PATH, span)
        found = offer.made() if offer is not None else None
        if found is not None and found.refusal is None:
            assert found.edits
            changed = apply(text, [Edit(edit.span, edit.text) for edit in found.edits])
            assert _errors(Workspace().apply({PATH: changed})) <= before


def _errors(snapshot: Snapshot) -> Counter[str]:
    return Counter(one.code for one in snapshot.problems(PATH) if one.severity is Severity.ERROR)
