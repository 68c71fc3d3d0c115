"""Accepting what a function did: which expectations become which, what is refused, and what the text is then."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
import yaml
from koreo_analyzer.edit import apply
from koreo_analyzer.workspace import Snapshot, Workspace
from koreo_runtime.outcomes import Retry
from koreo_runtime.testing import run_tests
from koreo_runtime.testing.update import Refusal, Update, accept, edit, propose, propose_case
from testing_cases import GREETING, INPUTS, OBJECT, SETTINGS, document, function_test

PATH = "a.k.yaml"


def workspace(kind: str, name: str, spec: str, cases: str, inputs: str, current: str = "") -> Snapshot:
    """A file with a function and a test of it."""
    test = function_test(kind, name, dedent(cases), inputs=inputs, current=current)
    return Workspace().apply({PATH: document(kind, name, spec) + "---\n" + test})


def greeting(cases: str, inputs: str = "{name: Ada}") -> Snapshot:
    return workspace("ValueFunction", "greeting", GREETING, cases, inputs)


def settings(cases: str, *, extra: str = "", current: str = "") -> Snapshot:
    return workspace("ResourceFunction", "settings", SETTINGS + extra, cases, INPUTS, current)


def proposals(snapshot: Snapshot) -> list[Update | Refusal]:
    return [each for report in run_tests(snapshot).reports for each in propose(snapshot, report)]


def updated(snapshot: Snapshot) -> str:
    """The cases, as text, once all updates of one run are made."""
    texts, refusals = accept(snapshot, [each for each in proposals(snapshot) if isinstance(each, Update)])
    assert refusals == {}
    return dedent(texts[PATH].split("testCases:\n")[1])


def refusals(snapshot: Snapshot) -> list[str]:
    found = proposals(snapshot)
    assert all(isinstance(each, Refusal) for each in found)
    return [each.reason for each in found if isinstance(each, Refusal)]


OUTCOMES = [
    ("wait", "retry: {message: Later, delay: 7}", "retry: {message: Waiting for a name, delay: 7}"),
    ("wait", "retry: {message: waiting, delay: 30}", "retry: {message: waiting, delay: 7}"),
    ("wait", "retry: {message: Later, delay: 0}", "retry: {message: Waiting for a name, delay: 0}"),
    ("wait", "skip: {message: ''}", "retry: {message: '', delay: 7}"),
    ("wait", "ok: {}", "retry:\n      message: Waiting for a name\n      delay: 7"),
    ("skip", "retry: {message: nobody, delay: 7}", "skip: {message: nobody}"),
    ("depend", "skip:\n      message: Nobody to greet", "depSkip:\n      message: Nobody there yet"),
    ("", "skip: {message: x}", "permFail: {message: A name is needed}"),
    ("Ada", "skip: {message: x}", "ok: {}"),
]


@pytest.mark.parametrize(("name", "expected", "actual"), OUTCOMES)
def test_an_outcome_gets_what_does_not_hold(name: str, expected: str, actual: str) -> None:
    case = f"- inputOverrides: {{name: '{name}'}}\n  expectOutcome:  # why\n    "
    assert updated(greeting(case + expected + "\n")) == case + actual + "\n"


def test_a_value_is_updated_in_its_place() -> None:
    cases = """\
    # Everybody is greeted.
    - label: Greets  # politely
      expectReturn:
        # The whole sentence.
        "text": 'Hallo Ada'  # in English
        extra: 1
    - variant: true
      expectReturn: {text: Hello Ada}
    """
    expected = dedent(cases).replace("Hallo", "Hello").replace("    extra: 1\n", "")
    assert updated(greeting(cases)) == expected


def test_a_created_object() -> None:
    cases = """\
    - expectResource:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: blue, namespace: default, labels: {team: sea}}  # ours
        data: {mode: fast, old: 1}
    """
    expected = dedent(cases).replace("sea", "sky").replace(", old: 1", "")
    assert updated(settings(cases)) == expected


def test_a_patched_object_with_what_the_object_had() -> None:
    current = OBJECT.replace("mode: fast", "mode: slow") + "status: {seen: 1}\n"
    cases = """\
    - expectResource:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: blue, namespace: default, labels: {team: sky}}
        data: {mode: slow}
    """
    expected = dedent(cases).replace("slow", "fast") + "    status: {seen: 1}\n"
    assert dedent(updated(settings(cases, current=current))) == expected


@pytest.mark.parametrize(("expected", "actual", "mode"), [(False, True, "slow"), (True, False, "fast")])
def test_a_delete(expected: bool, actual: bool, mode: str) -> None:
    current = OBJECT.replace("mode: fast", f"mode: {mode}")
    snapshot = settings(
        f"- expectDelete: {expected}  # yes", extra="update: {recreate: {delay: 5}}\n", current=current
    )
    assert updated(snapshot).strip() == f"- expectDelete: {str(actual).lower()}  # yes"


OTHERS = [
    (
        "no value",
        "wait",
        "expectReturn: {text: Hello}",
        "expectOutcome: {retry: {message: Waiting for a name, delay: 7}}",
    ),
    ("a value", "Ada", "expectReturn: {text: Hello}", "expectReturn: {text: Hello Ada}"),
]


@pytest.mark.parametrize(
    ("name", "expected", "actual"), [case[1:] for case in OTHERS], ids=[c[0] for c in OTHERS]
)
def test_an_assertion_that_does_not_fit_gets_the_outcome(name: str, expected: str, actual: str) -> None:
    case = f"- inputOverrides: {{name: {name}}}\n  # why\n  %s  # so\n  label: last\n"
    snapshot = greeting(case % expected)
    (update,) = proposals(snapshot)
    assert isinstance(update, Update)
    assert update.asserts_something_else == (name == "wait")
    assert updated(snapshot) == case % actual


def test_an_expected_object_of_which_nothing_was_sent() -> None:
    snapshot = settings("- expectResource: {apiVersion: v1, kind: ConfigMap}", current=OBJECT)
    (update,) = proposals(snapshot)
    assert isinstance(update, Update)
    assert update.description == (
        "`expectResource` becomes `expectOutcome`: nothing was created or patched: the outcome is ok"
    )
    assert updated(snapshot).strip() == "- expectOutcome: {ok: {}}"


def test_a_function_that_returns_nothing() -> None:
    snapshot = workspace(
        "ValueFunction", "none", "preconditions: []\nreturn: {}\n", "- expectReturn: {a: 1}", "{}"
    )
    assert updated(snapshot).strip() == "- expectOutcome: {ok: {}}"


def test_an_evaluation_error_is_not_accepted() -> None:
    cases = "- inputOverrides: {name: 5}\n  expectReturn: {text: Hello}"
    reason = "this is an error and no decision; mend it, or let the case expect `permFail`"
    assert refusals(greeting(cases)) == [reason]
    assert refusals(greeting(cases.replace("expectReturn: {text: Hello}", "expectOutcome: {ok: {}}"))) == [
        reason
    ]


def test_an_evaluation_error_that_the_case_expects_is_accepted() -> None:
    cases = "- inputOverrides: {name: 5}\n  expectOutcome: {permFail: {message: other}}\n"
    assert "`spec.preconditions[0].assert`: " in updated(greeting(cases))


def test_a_missing_template_is_not_accepted() -> None:
    spec = SETTINGS[: SETTINGS.index("resource:")] + "resourceTemplateRef: {name: nowhere}\n"
    snapshot = workspace("ResourceFunction", "settings", spec, "- expectResource: {kind: ConfigMap}", INPUTS)
    assert refusals(snapshot) == ["this is an error and no decision; mend it, or let the case expect `retry`"]


def test_a_case_that_could_not_be_run() -> None:
    assert refusals(settings("- overlayResource: {data: {}}\n  expectDelete: true")) == [
        "the function was not run; mend the test"
    ]


def test_a_test_that_cannot_be_run() -> None:
    snapshot = greeting("- expectReturn: {}\n")
    (refusal,) = proposals(snapshot)
    assert isinstance(refusal, Refusal)
    assert refusal.case is None


def test_what_cannot_be_written_as_an_expectation_is_refused() -> None:
    snapshot = greeting("- inputOverrides: {name: wait}\n  expectOutcome: {ok: {}}")
    (report,) = run_tests(snapshot).reports
    (case,) = report.cases
    assert isinstance(case.outcome, Retry)
    refusal = propose_case(snapshot, report, replace(case, outcome=replace(case.outcome, delay=1.5)))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "what happened cannot be written as an expectation; mend the test by hand"


def test_cases_behind_a_failure_are_updated_once_it_passes() -> None:
    cases = """\
    - expectReturn: {text: Hello Bob}
    - inputOverrides: {name: Eve}
      expectReturn: {text: Hello Bob}
    """
    first = greeting(cases)
    assert [update.case.index for update in proposals(first) if update.case] == [0]
    texts, _ = accept(first, [each for each in proposals(first) if isinstance(each, Update)])
    second = Workspace().apply(texts)
    assert updated(second) == dedent(cases).replace("Bob", "Ada", 1).replace("Bob", "Eve")


def test_an_alias_of_an_updated_value_keeps_the_old_one() -> None:
    cases = """\
    - expectReturn: &text {text: Hallo}
    - inputOverrides: {name: Eve}
      expectReturn: *text
    """
    assert yaml.safe_load(updated(greeting(cases))) == [
        {"expectReturn": {"text": "Hello Ada"}},
        {"inputOverrides": {"name": "Eve"}, "expectReturn": {"text": "Hallo"}},
    ]


def test_an_assertion_that_is_merged_into_the_case() -> None:
    cases = """\
    - &first
      variant: true
      inputOverrides: {name: wait}
      expectReturn: {text: Hello}
    - <<: *first
      label: second
    """
    snapshot = greeting(cases)
    texts, refused = accept(snapshot, [each for each in proposals(snapshot) if isinstance(each, Update)])
    assert refused == {}
    (report,) = run_tests(Workspace().apply(texts)).reports
    assert report.passed


def test_several_documents_of_one_file() -> None:
    one = function_test("ValueFunction", "greeting", "- expectReturn: {text: Hallo}\n", inputs="{name: Ada}")
    text = "---\r\n".join(
        [document("ValueFunction", "greeting", GREETING), one, one.replace("-test", "-two")]
    )
    text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    snapshot = Workspace().apply({PATH: text})
    texts, _ = accept(snapshot, [each for each in proposals(snapshot) if isinstance(each, Update)])
    assert texts == {PATH: text.replace("Hallo", "Hello Ada")}


def test_the_edit_of_one_case_is_one_of_the_file() -> None:
    snapshot = greeting("- expectReturn: {text: Hallo}\n- variant: true\n  expectReturn: {text: Hallo}\n")
    (report,) = run_tests(snapshot).reports
    update = propose_case(snapshot, report, report.cases[0])
    assert isinstance(update, Update)
    text = snapshot.text(PATH)
    assert apply(text, edit(snapshot, update).edits) == text.replace("Hallo", "Hello Ada", 1)


def test_a_text_that_looks_like_an_expression_is_left_to_the_user() -> None:
    """An expectation is no expression, but whoever reads it, and `expression-in-literal`, takes it for one."""
    spec = """\
    return:
      sums: ='=2'
      list: =['=1 + 1', '=']
      name: =inputs.name
    """
    cases = "- expectReturn: {sums: '=2', list: ['=', '='], name: Ada}\n"
    snapshot = workspace("ValueFunction", "sums", dedent(spec), cases, "{name: Ada}")
    assert refusals(snapshot) == [
        "`=1 + 1` would look like an expression in the test, which it is not; write it by hand"
    ]
    wrong_name = cases.replace("['=', '=']", "['=1 + 1', '=']").replace("Ada", "Bo")
    snapshot = workspace("ValueFunction", "sums", dedent(spec), wrong_name, "{name: Ada}")
    assert "name: Ada" in updated(snapshot)
