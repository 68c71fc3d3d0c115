"""Previews: what functions and Workflows make, and where each part of it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cursor_fixtures import read
from koreo_server.ide.graph import graph_at
from koreo_server.ide.preview import preview

if TYPE_CHECKING:
    from koreo_server.ide.preview_model import Preview

FILES = """\
#- config.k.yaml
@ResourceFunction config
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: =inputs.name, namespace: prod}
  resource:
    data:
      mode: =inputs.mode
      fixed: static
      late: base
  overlays:
  - overlay: {data: {late: =inputs.late}}
  - skipIf: =true
    overlay: {data: {mode: never}}
  - overlayRef: {kind: ValueFunction, name: colours}
  return: {ref: =inputs.name + "-ref"}
---
@ValueFunction colours
spec:
  return: {data: {colour: ="red"}}
#- test.k.yaml
@FunctionTest config-test
spec:
  functionRef: {kind: ResourceFunction, name: config}
  inputs: {name: app, mode: fast, late: 'yes'}
  testCases:
  - label: creates
    expectOutcome: {retry: {message: Creating, delay: 30}}
  - label: is there
    expectReturn: {ref: app-ref}
  - label: fails
    expectReturn: {ref: other}
"""


def at(files: str, path: str, mark: str, case: int | None = None) -> tuple[Preview | None, dict[str, str]]:
    fixture = read(files)
    offset = fixture.texts[path].index(mark)
    shown = preview(fixture.snapshot, path, offset, case=case)
    links = {
        shown.text[link.span.start : link.span.end]: fixture.texts[link.maker.path][
            link.maker.span.start : link.maker.span.end
        ]
        for link in (shown.links if shown is not None else ())
    }
    return shown, links


def test_an_object_leads_to_what_made_it() -> None:
    shown, links = at(FILES, "config.k.yaml", "apiConfig")
    assert shown is not None
    assert shown.title == "ResourceFunction config: config-test, creates"
    assert links == {
        "apiVersion: v1": "v1",
        "kind: ConfigMap": "ConfigMap",
        "name: app": "=inputs.name",
        "namespace: prod": "prod",
        "mode: fast": "=inputs.mode",
        "fixed: static": "static",
        'late: "yes"': "=inputs.late",
        "colour: red": '="red"',
    }
    assert shown.notes == ("outcome: retry after 30 s (Creating ConfigMap:prod:app.)",)


def test_the_case_under_the_cursor_is_shown() -> None:
    shown, links = at(FILES, "test.k.yaml", "label: is there")
    assert shown is not None
    assert shown.title.endswith("is there")
    assert links["ref: app-ref"] == '=inputs.name + "-ref"'
    shown, _ = at(FILES, "test.k.yaml", "label: is there", case=2)
    assert shown is not None
    assert shown.title.endswith("fails")
    assert shown.notes[0].startswith("the case fails: ")


@pytest.mark.parametrize(
    ("files", "mark", "note"),
    [
        (
            "@ValueFunction a\nspec:\n  return: {x: 1}\n",
            "return",
            "no FunctionTest gives ValueFunction a its inputs",
        ),
        ("@Workflow w\nspec: {steps: []}\n", "steps", "it has no `crdRef`"),
        (
            "@Workflow w\nspec:\n  crdRef: {apiGroup: a.b, version: v1, kind: Thing}\n  steps: []\n",
            "steps",
            "there is no example of its trigger: open a .yaml file with a Thing (a.b/v1)",
        ),
        (
            "@FunctionTest t\nspec: {functionRef: {kind: ValueFunction,name: lost}, testCases: [expectReturn: {a: 1}]}",
            "testCases",
            "there is no ValueFunction `lost`",
        ),
    ],
)
def test_what_is_missing_is_said(files: str, mark: str, note: str) -> None:
    shown, _ = at(files, "main.k.yaml", mark)
    assert shown is not None
    assert shown.notes[0].startswith(note)
    assert shown.text.startswith(f"# {note}")


WORKFLOW = """\
#- w.k.yaml
@Workflow w
spec:
  crdRef: {apiGroup: a.example.com, version: v1, kind: Thing}
  steps:
  - label: config
    ref: {kind: ResourceFunction, name: config}
    inputs: {name: =parent.metadata.name}
---
@ResourceFunction config
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: =inputs.name, namespace: prod}
  resource: {data: {a: =inputs.name}}
#- thing.yaml
apiVersion: a.example.com/v1
kind: Thing
metadata: {name: mine, namespace: prod}
spec: {}
"""


def test_a_workflow_shows_its_objects_for_an_example_of_its_trigger() -> None:
    shown, links = at(WORKFLOW, "w.k.yaml", "crdRef")
    assert shown is not None
    assert shown.notes == ("the trigger is the Thing in thing.yaml",)
    assert "# ConfigMap of step config\n" in shown.text
    assert links["a: mine"] == "=inputs.name"


def test_values_of_secrets_are_hidden() -> None:
    files = FILES.replace("ConfigMap", "Secret").replace("data:", "stringData:")
    shown, _ = at(files, "config.k.yaml", "apiConfig")
    assert shown is not None
    assert "fast" not in shown.text


@pytest.mark.parametrize("cut", range(0, len(FILES), 37))
def test_half_typed_texts_never_raise(cut: int) -> None:
    fixture = read(FILES[:cut] or "#- config.k.yaml\n")
    snapshot = fixture.snapshot
    for path, text in fixture.texts.items():
        for offset in (None, 0, len(text)):
            preview(snapshot, path, offset)
            graph_at(snapshot, path, offset, "svg")


def test_a_graph_is_that_of_the_workflow_at_the_cursor_or_of_one_that_runs_the_function() -> None:
    fixture = read(WORKFLOW)
    text = fixture.texts["w.k.yaml"]
    for offset in (None, text.index("crdRef"), text.index("apiConfig")):
        found = graph_at(fixture.snapshot, "w.k.yaml", offset, "mermaid")
        assert found is not None
        assert [node.label for node in found.graph.nodes] == ["Thing", "config"]
    assert graph_at(fixture.snapshot, "thing.yaml", 0, "svg") is None
