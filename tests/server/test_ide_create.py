"""Creating documents: what a reference lacks, and tests of what a function does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cursor_fixtures import read
from koreo_analyzer.language import kinds
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import Workspace
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_runtime.testing import run_tests
from koreo_server.ide.create import creations
from koreo_server.ide.create_test import create_test
from koreo_server.ide.new_text import NewText, appended, path_of_tests

if TYPE_CHECKING:
    from typing import Any

    from koreo_runtime.testing.reports import TestReport

STEP = """\
@Workflow w
  namespace: apps
spec:
  steps:
    - label: one_step
      ref: {kind: KIND, name: ma$0de}
      inputs: {size: =1 + 1, text: hi, "two words": =true, name: it}
      forEach: {itemIn: '=["a"]', inputKey: item}
      state: {sizes: =value.map(one, one.size)}
"""
OVERLAY = """\
@ResourceFunction f
spec:
  apiConfig: {apiVersion: v1, kind: Service, name: a, namespace: b}
  resource: {}
  overlays:
    - overlayRef: {kind: ValueFunction, name: made$0}
      inputs: {spec: {type: ClusterIP}}
"""
TEMPLATE = """\
@ResourceFunction f
spec:
  apiConfig: {apiVersion: apps/v1, kind: Deployment, name: a, namespace: b}
  resourceTemplateRef: {name: ma$0de}
"""
TEST = """\
@FunctionTest t
spec:
  functionRef: {kind: ValueFunction, name: ma$0de}
  inputs: {a: 1}
  testCases:
    - inputOverrides: {b: 2}
      expectReturn: {a: 1, b: 2}
"""


@pytest.mark.parametrize(
    "text",
    [
        *(STEP.replace("KIND", kind) for kind in (kinds.VALUE_FUNCTION, kinds.RESOURCE_FUNCTION)),
        OVERLAY,
        TEMPLATE,
        TEST,
    ],
    ids=["value function", "resource function", "overlay", "template", "test"],
)
def test_what_is_created_is_clean(text: str) -> None:
    snapshot, path, offset = read(text).at_cursor()
    (found,) = creations(snapshot, path, Span(offset, offset))
    assert found.title.endswith("`made`")
    assert found.new.path == "made.k.yaml"
    after = Workspace()
    after.apply({path: snapshot.text(path), found.new.path: found.new.text})
    before = Counter(one.code for one in snapshot.problems(path))
    # That only a test runs a function is said of any.
    assert {one.code for one in after.snapshot.problems(found.new.path)} <= {"unused-definition"}
    left = Counter(one.code for one in after.snapshot.problems(path))
    assert left <= before
    assert not left["unknown-reference"]


def test_a_workflow_comes_with_what_it_runs() -> None:
    snapshot, path, offset = read(STEP.replace("KIND", "Workflow")).at_cursor()
    (found,) = creations(snapshot, path, Span(offset, offset))
    after = Workspace().apply({path: snapshot.text(path), found.new.path: found.new.text})
    assert [one.document.title for one in after.documents("made.k.yaml")] == [
        "Workflow `made`",
        "ValueFunction `made-values`",
    ]
    assert not after.problems("made.k.yaml")
    assert "namespace: apps" in found.new.text


def test_what_a_file_of_another_name_defines_is_not_created_again() -> None:
    snapshot, path, offset = read(STEP.replace("KIND", kinds.VALUE_FUNCTION)).at_cursor()
    workspace = Workspace()
    text = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: made}\n"
    snapshot = workspace.apply({path: snapshot.text(path), "other.yaml": text})
    assert not list(creations(snapshot, path, Span(offset, offset)))
    snapshot = workspace.apply({"other.yaml": None})
    assert list(creations(snapshot, path, Span(offset, offset)))


@pytest.mark.parametrize("name", ["made", "=inputs.x", "Not A Name"])
def test_nothing_is_created_twice_or_without_a_name(name: str) -> None:
    text = OVERLAY.replace("made$0", f'"$0{name}"') + "---\n@ValueFunction made\nspec: {return: {a: 1}}\n"
    snapshot, path, offset = read(text).at_cursor()
    assert not list(creations(snapshot, path, Span(offset, offset)))


def _made(text: str) -> tuple[dict[str, Any], TestReport]:
    """Return the spec of the test that is created for the first function, and how it goes."""
    snapshot = read(text).snapshot
    new = create_test(snapshot, snapshot.documents("main.k.yaml")[0])
    assert isinstance(new, NewText), new
    workspace = Workspace()
    workspace.apply({"main.k.yaml": snapshot.text("main.k.yaml"), new.path: new.text})
    after = workspace.snapshot
    assert not after.problems(new.path)
    (report,) = run_tests(after, select=lambda one: one.path == new.path).reports
    assert report.passed
    root = parse(new.text).root
    assert root is not None
    data: Any = plain(root)
    return data["spec"], report


def test_every_predicate_gets_its_case() -> None:
    spec, _ = _made(
        "@ValueFunction f\nspec:\n  preconditions:\n"
        '    - {assert: \'=inputs.size in ["small", "large"]\', permFail: {message: bad size}}\n'
        "    - {assert: =inputs.count > 5, retry: {message: too few, delay: 7}}\n"
        "    - {assert: =!inputs.paused, skip: {message: paused}}\n"
        "  return: {text: =inputs.size + string(inputs.count)}\n"
    )
    good, *variants = spec["testCases"]
    assert good["expectReturn"] == {"text": f"{spec['inputs']['size']}{spec['inputs']['count']}"}
    assert [one["expectOutcome"] for one in variants] == [
        {"permFail": {"message": "bad size"}},
        {"retry": {"message": "too few", "delay": 7}},
        {"skip": {"message": "paused"}},
    ]


@pytest.mark.parametrize(
    ("update", "assertion"),
    [
        ("patch: {delay: 5}", "expectResource"),
        ("recreate: {delay: 5}", "expectDelete"),
        ("never: {}", None),
    ],
)
def test_drift_is_tested(update: str, assertion: str | None) -> None:
    spec, report = _made(
        "@ResourceFunction f\nspec:\n  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}\n"
        f"  resource: {{data: {{a: =inputs.text}}}}\n  update: {{{update}}}\n"
    )
    assert report.cases[0].assertion == "expectResource"
    drifts = [one for one in spec["testCases"] if "overlayResource" in one]
    assert [assertion in one for one in drifts] == ([True] if assertion else [])


@pytest.mark.parametrize(
    ("switch", "assertion"),
    [("readonly: true", "expectReturn"), ("deleteIfExists: true", "expectDelete")],
)
def test_an_object_that_is_not_made_is_given(switch: str, assertion: str) -> None:
    spec, _ = _made(
        "@ResourceFunction f\nspec:\n"
        f"  apiConfig: {{apiVersion: v1, kind: Secret, name: a, namespace: b, {switch}}}\n"
        "  return: {kind: =has(resource.kind)}\n"
    )
    assert assertion in spec["testCases"][1]


def test_what_a_case_gives_is_merged_into_the_inputs() -> None:
    spec, _ = _made(
        "@ValueFunction f\nspec:\n  preconditions:\n"
        "    - {assert: =inputs.labels.app != '', permFail: {message: no app}}\n"
        "    - {assert: '=!has(inputs.labels.name)', permFail: {message: a name}}\n"
        "  return: {app: =inputs.labels.app}\n"
    )
    assert len(spec["testCases"]) >= 2


PORTED = """\
@ValueFunction f$0
spec:
  return:
    address: ='http://' + inputs.dbHost + ':' + string(inputs.port)
    text: =inputs.portName + inputs.cidrBlock + inputs.name
"""


def test_names_tell_what_values_look_like() -> None:
    made, _ = _made(PORTED)
    assert made["inputs"] == {
        "dbHost": "www.example.com",
        "port": 80,
        "portName": "example-port-name",
        "cidrBlock": "192.0.2.0/24",
        "name": "example-name",
    }


def test_the_same_test_is_not_created_twice() -> None:
    snapshot, path, _ = read(PORTED).at_cursor()
    (function,) = snapshot.documents(path)
    new = create_test(snapshot, function)
    assert isinstance(new, NewText)
    after = Workspace().apply({path: snapshot.text(path), new.path: new.text})
    (function,) = after.documents(path)
    why = create_test(after, function)
    assert why == "f-test has these inputs and cases already; change it, or give a case of your own"
    after = Workspace().apply({path: snapshot.text(path), new.path: new.text.replace("address", "other")})
    (function,) = after.documents(path)
    again = create_test(after, function)
    assert isinstance(again, NewText)
    assert "name: f-test-2\n" in again.text


def test_why_there_is_no_test_is_told() -> None:
    snapshot = read("@ValueFunction f\nspec:\n  return: {a: '=[1][inputs.x.size() + 1]'}\n").snapshot
    assert "by hand" in str(create_test(snapshot, snapshot.documents("main.k.yaml")[0]))


FIXTURE = Path(__file__).parents[2] / "fixtures" / "stateless-crud-app"
TEXTS = {str(path.relative_to(FIXTURE)): path.read_text("utf-8") for path in sorted(FIXTURE.rglob("*.yaml"))}
NEEDS_ITS_CALLER = "app-container"
"""It changes the object that its caller has made so far, and cannot run without."""


@pytest.mark.parametrize("kept", [True, False], ids=["with the tests that there are", "from nothing"])
def test_tests_of_all_functions_of_an_example_pass(*, kept: bool) -> None:
    workspace = Workspace()
    workspace.apply({path: text for path, text in TEXTS.items() if kept or "-test." not in path})
    snapshot = workspace.snapshot
    made: dict[str, str] = {}
    for kind in (kinds.VALUE_FUNCTION, kinds.RESOURCE_FUNCTION):
        for name in snapshot.names(kind):
            definition = snapshot.active_definition(kind, name)
            assert definition is not None
            new = create_test(snapshot, definition)
            if name == NEEDS_ITS_CALLER:
                assert isinstance(new, str)
                continue
            if kept and isinstance(new, str):
                assert new.endswith(
                    "has these inputs and cases already; change it, or give a case of your own"
                )
                continue
            assert isinstance(new, NewText), new
            made[f"new/{name}.k.yaml"] = new.text
    workspace.apply(dict(made))
    after = workspace.snapshot
    assert len(made) > 10
    run = run_tests(after, select=lambda one: one.path in made)
    assert len(run.reports) == len(made)
    assert [report.name for report in run.reports if not report.passed] == []
    assert [one for path in made for one in after.problems(path)] == []


@pytest.mark.parametrize("name", ["app-config", "web-deployment"])
def test_half_a_text_is_no_problem(name: str) -> None:
    text = TEXTS[f"functions/{name}.k.yaml"]
    workspace = Workspace()
    workspace.apply(TEXTS)
    for length in range(0, len(text), 61):
        snapshot = workspace.apply({f"functions/{name}.k.yaml": text[:length]})
        list(creations(snapshot, f"functions/{name}.k.yaml", Span(0, length)))
        for definition in snapshot.documents(f"functions/{name}.k.yaml"):
            assert create_test(snapshot, definition)


def test_a_test_stands_beside_its_function() -> None:
    assert path_of_tests("/a/web.k.yaml") == "/a/web-test.k.yaml"
    assert path_of_tests("/a/web.koreo") == "/a/web-test.koreo"
    assert path_of_tests("/a/web-test.k.yaml") == "/a/web-test.k.yaml"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("", "b: 1\n"),
        ("a: 1\n", "---\nb: 1\n"),
        ("a: 1", "\n---\nb: 1\n"),
        ("a: 1\n---\n", "b: 1\n"),
        ("a: 1\r\n", "---\r\nb: 1\r\n"),
        ("a: 1\r", "---\rb: 1\r"),
        ("a: 1\r---\r", "b: 1\r"),
    ],
)
def test_a_document_follows_others(text: str, new: str) -> None:
    assert appended(text, "b: 1\n") == new
