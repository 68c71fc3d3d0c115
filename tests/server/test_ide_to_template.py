"""Converting a resource to a template: the text afterwards, what is refused, and that no real function changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cursor_fixtures import read
from koreo_analyzer.edit import apply
from koreo_analyzer.problems import Edit
from koreo_analyzer.workspace import Workspace
from koreo_runtime.testing import run_tests
from koreo_server.ide.refactor.to_template import convert_to_template

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot
    from koreo_server.ide.refactor.rewritten import Refactoring

PATH = "main.k.yaml"
LAST_APPLIED = "koreo.dev/last-applied-configuration"
FIXTURES = Path(__file__).parents[2] / "fixtures"
HEAD = """\
@ResourceFunction web
spec:
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    name: =inputs.name
    namespace: shop
"""


def _convert(text: str) -> tuple[str, Refactoring | None]:
    fixture = read(text)
    offer = convert_to_template(*fixture.at_cursor())
    found = offer.made() if offer is not None else None
    return _after(fixture.texts[PATH], found), found


def _after(text: str, found: Refactoring | None) -> str:
    edits = found.edits if found is not None else ()
    return apply(text, [Edit(edit.span, edit.text) for edit in edits])


RESOURCE = """\
  # What the shop shows.
  resource$0:
    # Who made it.
    metadata:
      name: =inputs.name
      labels:
        app: 'shop' # short
        size: =inputs.size # as asked for
    # All of it.
    data:
      colour: "blue"
      # Never empty.
      text: |
        one
          two
      sum: =string(inputs.size + 1)
  # At the end.
  return:
    name: =resource.metadata.name
"""
CONVERTED = """\
  # What the shop shows.
  resourceTemplateRef:
    name: web-template
  overlays:
    - overlay:
        # Who made it.
        metadata:
          labels:
            size: =inputs.size # as asked for
        # All of it.
        data:
          sum: =string(inputs.size + 1)
  # At the end.
  return:
    name: =resource.metadata.name
---
@ResourceTemplate web-template
spec:
  template:
    apiVersion: v1
    kind: ConfigMap
    # Who made it.
    metadata:
      labels:
        app: 'shop' # short
    # All of it.
    data:
      colour: "blue"
      # Never empty.
      text: |
        one
          two
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_what_is_static_becomes_a_template(line_break: str) -> None:
    text, found = _convert((HEAD + RESOURCE).replace("\n", line_break))
    assert found is not None
    assert found.refusal is None
    assert text == read(HEAD + CONVERTED).texts[PATH].replace("\n", line_break)
    codes = {problem.code for problem in Workspace().apply({PATH: text}).problems(PATH)}
    assert codes == {"unused-definition"}


def test_the_overlay_comes_before_all_others() -> None:
    others = "  overlays:\n  # because\n  - overlay: {data: {b: =inputs.b}}\n"
    text, _ = _convert(HEAD + "  resource$0:\n    data:\n      a: '1'\n      b: =inputs.a # b\n" + others)
    expected = (
        "  resourceTemplateRef:\n    name: web-template\n  overlays:\n  - overlay:\n      data:\n"
        "        b: =inputs.a # b\n  # because\n  - overlay: {data: {b: =inputs.b}}\n---\n"
    )
    assert text.startswith(read(HEAD + expected).texts[PATH])


def test_without_expressions_there_is_no_overlay() -> None:
    text, _ = _convert(HEAD + "  resource$0: {data: {a: '1'}}\n")
    expected = (
        "  resourceTemplateRef: {name: web-template}\n---\n@ResourceTemplate web-template\nspec:\n  template:\n"
        "    apiVersion: v1\n    kind: ConfigMap\n    data:\n      a: '1'\n"
    )
    assert text.replace('"', "'") == read(HEAD + expected).texts[PATH]


def test_the_name_is_free_and_the_template_the_last_document() -> None:
    other = "---\n@ResourceTemplate web-template\nspec: {template: {apiVersion: v1, kind: ConfigMap}}"
    text, found = _convert(HEAD + "  resource$0: {data: {a: '1', b: =inputs.b}}\n" + other)
    assert found is not None
    assert text.count("\n---\n") == 2
    assert text.index("name: web-template-2") < text.index("name: web-template\n")
    assert not [
        one for one in Workspace().apply({PATH: text}).problems(PATH) if one.code != "unused-definition"
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  resource$0: {data: {a: '1'}}\n  resourceTemplateRef: {name: x}\n", "already"),
        ("  resource$0: {kind: Secret, data: {a: '1'}}\n", "`kind` is not that of `apiConfig`"),
        ("  resource$0: {metadata: {name: other}, data: {a: '1'}}\n", "`metadata.name` is not"),
        ("  resource$0: {\n    data: {a: '1'}, # why\n    b: =inputs.b\n  }\n", "`# why` would be lost"),
    ],
)
def test_what_would_do_something_else_is_refused(text: str, reason: str) -> None:
    after, found = _convert(HEAD + text)
    assert found is not None
    assert reason in (found.refusal or after)


@pytest.mark.parametrize(
    "text",
    [
        "  resource$0: {data: {a: =inputs.a}}\n",
        "  resource$0: =inputs.a\n",
        "  resource: {data$0: {a: '1'}}\n",
        "  resource$0: [\n",
        "  resource$0:\n",
    ],
)
def test_nothing_is_offered_elsewhere(text: str) -> None:
    assert _convert(HEAD + text)[1] is None


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_no_real_function_does_anything_else_afterwards(line_break: str) -> None:
    root = FIXTURES / "stateless-crud-app"
    texts = {
        str(path.relative_to(root)): path.read_text("utf-8").replace("\n", line_break)
        for path in root.rglob("*.k.yaml")
    }
    workspace = Workspace()
    before = workspace.apply(texts)
    verdicts = _verdicts(before)
    after, converted = before, 0
    while changed := _all_converted(after):
        after = workspace.apply(changed)
        converted += len(changed)
    assert converted > 10
    for path in texts:
        codes = Counter(problem.code for problem in before.problems(path))
        assert Counter(problem.code for problem in after.problems(path)) <= codes
    assert _verdicts(after) == verdicts


def _all_converted(snapshot: Snapshot) -> dict[str, str]:
    """Return the texts in which a function, the first of each file that can be, is converted."""
    changed: dict[str, str] = {}
    for path in snapshot.paths():
        for definition in snapshot.documents(path):
            place = definition.document.text.find("\n  resource:") + 3
            offer = convert_to_template(snapshot, path, definition.start + place)
            found = offer.made() if offer is not None else None
            if found is not None and found.refusal is None:
                changed[path] = _after(snapshot.text(path), found)
                break
    return changed


def _verdicts(snapshot: Snapshot) -> list[tuple[str, str, list[object]]]:
    """Return outcomes and values, in which the order of keys is another one after converting."""
    reports = run_tests(snapshot).reports
    assert reports
    return [
        (
            report.path,
            report.name,
            [(type(case.outcome), case.value, _without_order(case.resource)) for case in report.cases],
        )
        for report in reports
    ]


def _without_order(resource: Any) -> Any:
    """Return an object with the last applied one in it as data."""
    annotations = ((resource or {}).get("metadata") or {}).get("annotations") or {}
    if LAST_APPLIED not in annotations:
        return resource
    read_back = {**annotations, LAST_APPLIED: json.loads(annotations[LAST_APPLIED])}
    return {**resource, "metadata": {**resource["metadata"], "annotations": read_back}}
