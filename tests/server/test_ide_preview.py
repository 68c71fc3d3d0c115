"""Previews: what functions and Workflows make, and where each part of it comes from."""

from __future__ import annotations

import posixpath
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from cursor_fixtures import read
from koreo_analyzer.workspace import is_koreo_path
from koreo_project.objects import ObjectFiles, objects_in
from koreo_server.ide.graph import graph_at
from koreo_server.ide.preview import preview

if TYPE_CHECKING:
    from koreo_analyzer.schemas.kinds import KindName
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


class Given:
    """The plain YAML of a fixture."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._files = ObjectFiles()
        for path, text in texts.items():
            if not is_koreo_path(path):
                self._files.set(path, objects_in(text))

    def object_paths(self, kind: KindName) -> list[str]:
        return self._files.paths(kind)

    def object_text(self, path: str) -> str | None:
        return self._texts.get(path)

    def nearest(self, path: str, name: str) -> str | None:
        folders = [*accumulate(path.split("/")[:-1], "{}/{}".format), ""]
        found = (posixpath.join(folder, name) for folder in sorted(folders, key=len, reverse=True))
        return next((one for one in found if one in self._texts), None)


def at(files: str, path: str, mark: str, case: int | None = None) -> tuple[Preview | None, dict[str, str]]:
    fixture = read(files)
    offset = fixture.texts[path].index(mark)
    shown = preview(fixture.snapshot, path, offset, case=case, objects=Given(fixture.texts))
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
            "there is no example of its trigger, and no CustomResourceDefinition to make one from",
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
    assert " ".join(shown.text.replace("# ", "").split()).startswith(note)
    assert all(len(line) <= 100 for line in shown.text.splitlines())


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


CRD = """\
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.a.example.com}
spec:
  group: a.example.com
  scope: Namespaced
  names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [team, size, ports]
            properties:
              team: {type: string}
              size: {type: string, enum: [small, large]}
              ports: {type: array, items: {type: integer, minimum: 1024}}
              region: {type: string, default: north}
              note: {type: string}
              replicas: {type: integer}
"""


def test_without_an_example_one_is_made_up_from_the_schema() -> None:
    files = WORKFLOW.partition("#- thing.yaml")[0].replace(
        "name: =parent.metadata.name", "name: =parent.metadata.name + string(parent.spec.replicas)"
    )
    shown, links = at(files + CRD, "w.k.yaml", "crdRef")
    assert shown is not None
    assert "this one is made up from its schema" in shown.notes[0]
    assert shown.text.partition("---")[0].splitlines() == [
        "# the trigger, made up",
        "apiVersion: a.example.com/v1",
        "kind: Thing",
        "metadata:",
        "  name: example-thing",
        "spec:",
        "  team: example-team",
        "  size: large",
        "  ports:",
        "    - 1024",
        "  replicas: 1",
    ]
    assert links["a: example-thing1"] == "=inputs.name"


def test_a_made_up_trigger_that_is_not_accepted_is_shown_with_the_reason() -> None:
    files = WORKFLOW.partition("#- thing.yaml")[0] + CRD.replace(
        "team: {type: string}", "team: {type: string, pattern: '^[0-9]+x{9}$'}"
    )
    shown, _ = at(files, "w.k.yaml", "crdRef")
    assert shown is not None
    assert shown.notes[0].startswith("the made-up Thing is not accepted: ")
    assert "team: <matches ^[0-9]+x{9}$>" in shown.text


READING = """\
#- w.k.yaml
@Workflow w
spec:
  crdRef: {apiGroup: a.example.com, version: v1, kind: Thing}
  steps:
  - label: zone
    ref: {kind: ResourceFunction, name: zone}
  - label: app
    ref: {kind: ResourceFunction, name: app}
    inputs: {subnet: =steps.zone.subnet}
---
@ResourceFunction zone
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: zone, namespace: shared, readonly: true}
  return: {subnet: =resource.data.subnet}
---
@ResourceFunction app
spec:
  apiConfig: {apiVersion: apps.example.com/v1, kind: App, name: app, namespace: prod}
  resource: {spec: {subnet: =inputs.subnet}}
  postconditions:
  - assert: =has(resource.status)
    retry: {message: not yet, delay: 5}
#- examples/thing.yaml
apiVersion: a.example.com/v1
kind: Thing
metadata: {name: mine, namespace: prod}
#- platform/zones.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: shared}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: zone, namespace: shared}
data: {subnet: net-1}
"""
RULES = """\
#- simulate.yaml
rules:
- match: {apiVersion: apps.example.com/v1, kind: App}
  set: {status: {ready: true}}
"""


def test_objects_that_are_only_read_come_from_the_workspace_and_rules_from_simulate_yaml() -> None:
    shown, links = at(READING, "w.k.yaml", "crdRef")
    assert shown is not None
    assert links["subnet: net-1"] == "=inputs.subnet"
    assert "net-1" in shown.text
    assert shown.notes[1:] == ("step app: retry after 5 s (not yet)",)
    shown, _ = at(READING + RULES, "w.k.yaml", "crdRef")
    assert shown is not None
    assert shown.notes[1:] == ()
    shown, _ = at(READING + RULES.replace("match:", "macht:"), "w.k.yaml", "crdRef")
    assert shown is not None
    assert shown.notes[1].startswith("simulate.yaml, line 2: ")


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


def test_a_graph_shows_how_the_steps_end_for_an_example() -> None:
    fixture = read(READING)
    for run, marks in ((False, [None, None, None]), (True, [None, "ok", "retry"])):
        found = graph_at(fixture.snapshot, "w.k.yaml", None, "svg", run=run, objects=Given(fixture.texts))
        assert found is not None
        assert [node.mark and node.mark.status.value for node in found.graph.nodes] == marks
        assert found.notes == (("the trigger is the Thing in thing.yaml",) if run else ())
    assert {
        ("Workflow", "w"),
        ("ResourceFunction", "zone"),
        ("ResourceFunction", "app"),
    } <= found.basis.programs
