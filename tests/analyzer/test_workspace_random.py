"""Random edits: a workspace that was edited says the same as one that was made from the result."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace import Settings, Workspace

SEEDS = (
    """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: one}
spec:
  locals: {a: =inputs.a}
  return: {text: =locals.a + inputs.b}
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: one}
spec:
  functionRef: {kind: ValueFunction, name: one}
  inputs: {a: x}
  testCases: [{expectReturn: {text: x}}]
""",
    """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: two}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: App}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: one}
    inputs: {a: 1, b: 2}  # koreo: ignore[unused-input]
  - label: sub
    ref: {kind: Workflow, name: three}
    inputs: {a: =steps.one.text}
---
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: three}
spec:
  steps:
  - {label: one, ref: {kind: ResourceFunction, name: four}, inputs: {env: =parent.a}}
""",
    """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: four}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}
  resourceTemplateRef: {name: ="settings-" + inputs.env}
  overlays:
  - overlayRef: {kind: ValueFunction, name: one}
    inputs: {a: 1, b: 2}
---
apiVersion: koreo.dev/v1beta1
kind: ResourceTemplate
metadata: {name: settings-dev, labels: {koreo.dev/active: "true"}}
spec:
  template: {apiVersion: v1, kind: ConfigMap}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec: {group: example.com, names: {kind: App}, versions: [{name: v1}]}
""",
)
PATHS = ("a.k.yaml", "b.k.yaml", "c.k.yaml", "d.k.yaml", "e.yaml")
PIECES = (
    "---\n", "\n", "  ", "- ", ": ", "{", "}", "[", '"', "'", "#", "=", "inputs.a", "locals", "one", "three", "four",
    "two", "settings-dev", "name", "a", "v1", "false", "é😀", "  # koreo: ignore[unknown-name]",
)  # fmt: skip

PATH = st.sampled_from(PATHS)
EDIT = st.tuples(st.just("edit"), PATH, st.floats(0, 1), st.integers(0, 30), st.sampled_from(("", *PIECES)))
WHOLE = st.tuples(st.just("write"), PATH, st.sampled_from((*SEEDS, "", None)))
CONFIGURE = st.tuples(
    st.just("configure"),
    st.sampled_from(("unused-definition", "unknown-name")),
    st.sampled_from((None, *Severity)),
)
STEPS = st.lists(st.one_of(EDIT, EDIT, EDIT, WHOLE, CONFIGURE), max_size=25)


@given(steps=STEPS, asked=st.sets(st.integers(0, 25)))
@settings(max_examples=150, deadline=None)
def test_incremental_equals_from_scratch(steps: list[tuple[object, ...]], asked: set[int]) -> None:
    texts: dict[str, str] = dict(zip(PATHS, SEEDS, strict=False))
    configured = Settings()
    workspace = Workspace(configured)
    workspace.apply(dict(texts))
    kept = []
    for number, step in enumerate(steps):
        match step:
            case ("edit", str(path), float(where), int(length), str(piece)):
                text = texts.get(path, "")
                start = int(where * len(text))
                texts[path] = text[:start] + piece + text[start + length :]
                workspace.apply({path: texts[path]})
            case ("write", str(path), str(text)):
                texts[path] = text
                workspace.apply({path: text})
            case ("write", str(path), None):
                texts.pop(path, None)
                workspace.apply({path: None})
            case ("configure", str(code), None | Severity() as severity):
                configured = Settings(severities={code: severity})
                workspace.configure(configured)
        if number in asked:
            snapshot = workspace.snapshot
            kept.append((snapshot, answers(workspace), dict(texts), configured))
    assert answers(workspace) == answers(fresh(texts, configured))
    for snapshot, before, old_texts, old_settings in kept:
        assert {path: snapshot.problems(path) for path in snapshot.paths()} == before
        assert answers(fresh(old_texts, old_settings)) == before


def fresh(texts: dict[str, str], configured: Settings) -> Workspace:
    workspace = Workspace(configured)
    workspace.apply(dict(texts))
    return workspace


def answers(workspace: Workspace) -> dict[str, object]:
    snapshot = workspace.snapshot
    return {path: snapshot.problems(path) for path in snapshot.paths()}
