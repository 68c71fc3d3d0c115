"""Runs of all FunctionTests of a workspace: tests that cannot run, places, and what an edit runs again."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.cel import compile_tree
from koreo_analyzer.workspace import Workspace
from koreo_runtime.engine import Engine
from koreo_runtime.testing import find_tests, run_test, run_tests
from koreo_runtime.testing.places import case_span, difference_span
from testing_cases import GREETING, INPUTS, SETTINGS, cases_of, document, function_test, reports_of, statuses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_runtime.programs.model import Evaluate, Mark

VALUE = document("ValueFunction", "greeting", GREETING)
RESOURCE = document("ResourceFunction", "settings", SETTINGS)
HELLO = "- expectReturn: {text: Hello Ada}\n"
CASE = "- expectOutcome: {ok: {}}\n"
GIVEN = (
    "- currentResource: {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n  expectOutcome: {ok: {}}\n"
)


def value_test(cases: str) -> str:
    return function_test("ValueFunction", "greeting", cases, inputs="{name: Ada}")


def resource_test(cases: str) -> str:
    return function_test("ResourceFunction", "settings", cases, inputs=INPUTS)


UNUSABLE = [
    (value_test("- label: nothing\n"), "this case asserts nothing", "label"),
    (
        value_test("- {expectReturn: {a: 1}, expectOutcome: {ok: {}}}\n"),
        "has `expectReturn` as well",
        "expectOutcome",
    ),
    (value_test("- expectDelete: true\n"), "`expectDelete` is only for ResourceFunctions", "expectDelete"),
    (value_test(GIVEN), "`currentResource` is only for ResourceFunctions", "currentResource"),
    (value_test("- expectReturn: {}\n"), "empty", "expectReturn"),
    (value_test("- expectOutcome: {retry: {message: x}}\n"), "delay", "retry"),
    (
        resource_test(GIVEN.replace("  expect", "  overlayResource: {a: 1}\n  expect")),
        "exclude each other",
        "overlayResource",
    ),
    (resource_test(GIVEN.replace("kind: ConfigMap, ", "")), "the object has no `kind`", "currentResource"),
    (
        resource_test(GIVEN.replace(", metadata: {name: x}", "")),
        "the object has no `metadata`",
        "currentResource",
    ),
    (resource_test(GIVEN.replace("{name: x}", "7")), "the object has no `metadata`", "currentResource"),
    (
        resource_test("- expectResource: {x-koreo-compare-as-map: {l: 1}, l: []}\n"),
        "`x-koreo-compare-as-map` must name",
        "x-koreo-compare-as-map",
    ),
]


@pytest.mark.parametrize(("test", "message", "place"), UNUSABLE)
def test_one_malformed_case_makes_the_test_unusable(test: str, message: str, place: str) -> None:
    (report,) = reports_of(VALUE, RESOURCE, test)
    assert report.error is not None
    assert message in report.error.message
    text = f"---\n{test}"
    assert text[report.error.span.start : report.error.span.end].startswith(place)
    assert report.cases == ()
    assert not report.passed


def test_a_test_that_expands_without_end_is_an_error() -> None:
    bomb = "\n    a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
        f"    a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 8)
    )
    for inputs in (bomb, "{deep: " + "[" * 3000 + "]" * 3000 + "}"):
        (report,) = reports_of(VALUE, function_test("ValueFunction", "greeting", CASE, inputs=inputs))
        assert report.error is not None
        assert report.error.message.startswith("the YAML cannot be read: ")


def test_a_missing_function_is_an_error_of_the_test() -> None:
    test = value_test(CASE)
    (report,) = reports_of(test)
    assert report.error is not None
    assert report.error.message == "there is no ValueFunction `greeting`"
    assert test[report.error.span.start : report.error.span.end] == "greeting"
    assert (report.kind, report.function, report.name) == ("ValueFunction", "greeting", "greeting-test")


def test_an_unusable_function_is_an_error_of_the_test_and_of_no_other() -> None:
    broken = VALUE.replace("assert: =size(inputs.name) > 0", "assert: =size(inputs.name")
    first, second = reports_of(broken, value_test(CASE), RESOURCE, resource_test("- expectDelete: false\n"))
    assert first.error is not None
    assert first.error.message.startswith("ValueFunction `greeting` cannot be run: ")
    assert first.error.location is not None
    assert first.error.location.name == "greeting"
    assert second.passed


def test_inactive_documents_do_not_exist() -> None:
    inactive = "name: greeting\n  labels: {koreo.dev/active: 'no'}"
    (report,) = reports_of(VALUE.replace("name: greeting", inactive, 1), value_test(CASE))
    assert report.error is not None
    assert reports_of(VALUE, value_test(CASE).replace("name: greeting-test", f"{inactive}", 1)) == ()


def test_a_test_without_cases_passes() -> None:
    (report,) = reports_of(
        VALUE, document("FunctionTest", "t", "functionRef: {kind: ValueFunction, name: greeting}\n")
    )
    assert report.passed
    assert report.cases == ()


# Places


def test_a_difference_has_the_place_of_the_expected_value() -> None:
    test = value_test("- expectReturn:\n    text: Hello Bob\n    deep:\n      list: [1, 2]\n")
    function = document(
        "ValueFunction", "greeting", "return:\n  text: Hello Ada\n  deep: {list: [1], other: 5}\n"
    )
    snapshot = Workspace().apply({"a.k.yaml": f"{function}---\n{test}"})
    (report,) = run_tests(snapshot).reports
    (case,) = cases_of(report)
    found = snapshot.documents(report.path)[report.document].document

    places = {d.path: difference_span(found, case, d) for d in case.differences}
    text = f"---\n{test}"
    assert {path: text[span.start : span.end] for path, span in places.items()} == {
        ("text",): "Hello Bob",
        ("deep", "list", 1): "2",
        ("deep", "other"): "deep",
    }
    span = case_span(found, case)
    assert text[span.start : span.end] == "expectReturn"


# Running again


class Edited:
    """A workspace of three files whose tests are run after each edit."""

    def __init__(self) -> None:
        template = "template: {apiVersion: v1, kind: ConfigMap, metadata: {labels: {team: sky}}, data: {mode: fast}}\n"
        uses = SETTINGS[: SETTINGS.index("resource:")] + "resourceTemplateRef: {name: =inputs.template}\n"
        self.workspace = Workspace()
        self.files = {
            "greeting.k.yaml": VALUE + "---\n" + value_test(HELLO),
            "settings.k.yaml": document("ResourceFunction", "settings", uses),
            "test.k.yaml": function_test(
                "ResourceFunction",
                "settings",
                "- inputOverrides: {template: body}\n  expectOutcome: {retry: {message: Creating, delay: 0}}\n",
                inputs=INPUTS,
            ),
            "body.k.yaml": document("ResourceTemplate", "body", template),
        }
        self.run = run_tests(self.workspace.apply(self.files))

    def edit(self, path: str, old: str, new: str) -> int:
        """Edit a file and return how many tests were run."""
        self.files[path] = self.files[path].replace(old, new)
        self.run = run_tests(self.workspace.apply({path: self.files[path]}), previous=self.run)
        return self.run.executed


def test_an_edit_runs_the_tests_that_it_affects() -> None:
    edited = Edited()
    assert edited.run.executed == 2
    assert all(report.passed for report in edited.run.reports), edited.run.reports
    assert edited.edit("greeting.k.yaml", "", "") == 0
    assert edited.edit("greeting.k.yaml", "Hello Ada", "Hello Eve") == 1
    assert not edited.run.reports[0].passed
    assert edited.edit("greeting.k.yaml", "Hello Eve", "Hello Ada") == 1
    assert edited.edit("greeting.k.yaml", "A name is needed", "No name") == 1
    assert edited.edit("body.k.yaml", "fast", "slow") == 1
    assert edited.edit("body.k.yaml", "name: body", "name: other") == 1
    assert edited.run.reports[-1].path == "test.k.yaml"
    assert not edited.run.reports[-1].passed
    assert edited.edit("body.k.yaml", "name: other", "name: body") == 1
    assert all(report.passed for report in edited.run.reports)


def test_a_report_follows_its_document() -> None:
    edited = Edited()
    other = document("ResourceTemplate", "first", "template: {apiVersion: v1, kind: X}\n")
    greeting = edited.files["greeting.k.yaml"]
    edited.files["greeting.k.yaml"] = f"{VALUE}---\n{other}---\n" + greeting.partition("---\n")[2]
    assert edited.edit("greeting.k.yaml", "", "") == 0
    assert [(r.path, r.document) for r in edited.run.reports] == [("greeting.k.yaml", 2), ("test.k.yaml", 0)]


def test_tests_can_be_chosen_and_run_one_by_one() -> None:
    snapshot = Workspace().apply(
        {"a.k.yaml": "---\n".join((VALUE, RESOURCE, value_test(CASE), resource_test(CASE)))}
    )
    chosen = run_tests(
        snapshot, select=lambda d: d.document.name is not None and "greet" in d.document.name.text
    )
    assert [report.name for report in chosen.reports] == ["greeting-test"]
    engine = Engine(snapshot)
    assert [run_test(engine, found) for found in find_tests(snapshot)] == list(run_tests(snapshot).reports)


def test_times_come_from_the_clock_that_is_given() -> None:
    ticks = iter(range(100))
    snapshot = Workspace().apply({"a.k.yaml": VALUE + "---\n" + value_test(HELLO + HELLO)})
    (report,) = run_tests(snapshot, clock=lambda: float(next(ticks))).reports
    assert [case.seconds for case in report.cases] == [1.0, 1.0]


def test_the_probe_is_no_part_of_a_case() -> None:
    predicate = (
        "postconditions:\n- assert: =resource.data.mode == 'fast'\n  retry: {message: Slow, delay: 1}\n"
    )
    spec = SETTINGS.replace("return:", predicate + "return:")
    case = "- expectOutcome: {retry: {message: creating, delay: 0}}\n"
    snapshot = Workspace().apply(
        {"a.k.yaml": document("ResourceFunction", "settings", spec) + "---\n" + resource_test(case)}
    )

    def reached(*, probe: bool) -> set[str]:
        found: set[str] = set()
        engine = Engine(snapshot, instrument=Reached(found))
        (definition,) = find_tests(snapshot)
        assert run_test(engine, definition, probe=probe).passed
        return found

    assert "return" in reached(probe=True)
    assert "return" not in reached(probe=False)


class Reached:
    """Notes the keys of the spec whose expressions are evaluated."""

    def __init__(self, found: set[str]) -> None:
        self._found = found

    def expression(self, document: KoreoDocument, expression: Expression) -> Evaluate:
        program = compile_tree(expression.facts.root)

        def evaluate(variables: Mapping[str, Any]) -> Any:
            self._found.add(str(expression.path[1]))
            return program.evaluate(variables)

        return evaluate

    def marker(self, document: KoreoDocument, path: Path) -> Mark:
        return lambda: None


def test_reports_can_be_sent_to_another_process() -> None:
    reports = reports_of(VALUE, value_test(CASE + "- expectReturn: {text: no}\n"), resource_test(CASE))
    assert pickle.loads(pickle.dumps(reports)) == reports
    assert statuses(reports[0]) == ["passed", "failed"]
