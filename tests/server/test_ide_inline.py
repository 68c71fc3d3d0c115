"""Inlining a local: the text afterwards, what is refused, and that no real document gets worse."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_runtime.testing import run_tests
from koreo_server.ide.refactor.inline import inline_local

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot
    from koreo_server.ide.refactor.rewritten import Refactoring

PATH = "main.k.yaml"
HEAD = "@ValueFunction f\nspec:\n"
FIXTURES = Path(__file__).parents[2] / "fixtures"


def _inline(text: str) -> tuple[str, Refactoring | None]:
    fixture = read(HEAD + text)
    offer = inline_local(*fixture.at_cursor())
    found = offer.made() if offer is not None else None
    edits = found.edits if found is not None else ()
    return apply(fixture.texts[PATH], [Edit(edit.span, edit.text) for edit in edits]), found


@pytest.mark.parametrize(
    ("held", "use", "after"),
    [
        ("=inputs.a + 1", "=locals.x * 2", "=(inputs.a + 1) * 2"),
        ("=inputs.a", "=locals.x * 2", "=inputs.a * 2"),
        ("=inputs.a + 1", "=string(locals.x)", "=string(inputs.a + 1)"),
        ("=inputs.a", '=locals["x"].b', "=inputs.a.b"),
        ("3", "=locals.x + 1", "=3 + 1"),
        ("-3", "=1 - locals.x", "=1 - (-3)"),
        ("it's", "=locals.x + '!'", "=\"it's\" + '!'"),
        ("{k: [1, =inputs.a]}", "=locals.x.k", "={'k': [1, inputs.a]}.k"),
        ("{k: =inputs.a}", "=locals.x", "={'k': inputs.a}"),
        ("text", "=locals.x", "text"),
    ],
)
def test_what_it_holds_goes_where_it_is_read(held: str, use: str, after: str) -> None:
    text, found = _inline(
        f"  locals:\n    x$0: {held}\n    y: 1\n  return:\n    # stays\n    a: |-\n      {use}\n"
    )
    assert found is not None
    assert found.refusal is None
    expected = Workspace().apply({PATH: text})
    (definition,) = expected.documents(PATH)
    values = [one.facts.source for one in definition.document.expressions]
    values += [one.scalar.text for one in definition.document.literals]
    assert after.removeprefix("=") in values
    assert "x:" not in text
    assert "# stays" in text


def test_the_last_local_takes_the_block_with_it() -> None:
    text, _ = _inline("  locals:\n    x: =inputs.a\n  return:\n    a: =locals.$0x\n    b: =locals.x.b\n")
    assert text == read(HEAD + "  return:\n    a: =inputs.a\n    b: =inputs.a.b\n").texts[PATH]


@pytest.mark.parametrize(
    ("held", "use", "reason"),
    [
        ("=inputs.a", "=[1].map(inputs, locals.x)", "`inputs`"),
        ("=inputs.a", "=has(locals.x) ? locals.x : 1", "`has`"),
        ("=inputs.a", "=locals.?x.orValue(1)", "`.?`"),
        ("=inputs.a", "=[locals, locals.x]", "as a whole"),
        ("=inputs.a", "=locals.x +", "cannot be read"),
        ("|-\n      =inputs.a // why", "=locals.x + 1", "a comment"),
        ("10000000000000000000", "=locals.x + 1", "a large number"),
    ],
)
def test_what_would_do_something_else_is_refused(held: str, use: str, reason: str) -> None:
    _, found = _inline(f"  locals:\n    x$0: {held}\n  return:\n    a: '{use}'\n")
    assert found is not None
    assert reason in (found.refusal or "")


@pytest.mark.parametrize(
    "text",
    [
        "  locals:\n    x$0: =inputs.a\n  return: {a: 1}\n",
        "  locals:\n    x: =inp$0uts.a\n  return: {a: =locals.x}\n",
        "  return:\n    x$0: 1\n",
        "  return: {a: =locals.no$0}\n",
        "  locals: $0\n",
    ],
)
def test_nothing_is_offered_elsewhere(text: str) -> None:
    assert _inline(text)[1] is None


def _all() -> dict[str, str]:
    root = FIXTURES / "stateless-crud-app"
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in root.rglob("*.k.yaml")}


def test_no_local_of_a_real_function_changes_what_it_does() -> None:
    texts = _all()
    workspace = Workspace()
    snapshot = workspace.apply(texts)
    verdicts = _verdicts(snapshot)
    inlined = 0
    for path, text in texts.items():
        before = Counter(problem.code for problem in snapshot.problems(path))
        for definition in snapshot.documents(path):
            for local in getattr(definition.document.body, "locals", ()):
                offer = inline_local(snapshot, path, local.span.start + definition.start)
                found = offer.made() if offer is not None else None
                if found is None or found.refusal is not None:
                    continue
                changed = apply(text, [Edit(edit.span, edit.text) for edit in found.edits])
                after = Workspace().apply({**texts, path: changed})
                assert Counter(problem.code for problem in after.problems(path)) <= before
                assert _verdicts(after) == verdicts
                inlined += 1
    assert inlined


def _verdicts(snapshot: Snapshot) -> list[tuple[str, str, list[object]]]:
    """Return outcomes and values; the text of an error names its place, which inlining moves."""
    reports = run_tests(snapshot).reports
    assert reports
    return [
        (report.path, report.name, [(type(case.outcome), case.value, case.resource) for case in report.cases])
        for report in reports
    ]
