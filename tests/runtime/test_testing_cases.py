"""FunctionTests case by case: labels, what is carried on, the simulated API, the four assertions."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_runtime.effects import Create, Delete, Patch
from koreo_runtime.testing.reports import CaseStatus
from testing_cases import (
    OBJECT,
    SETTINGS,
    cases_of,
    document,
    function_test,
    greeting,
    reports_of,
    settings,
    statuses,
)

HELLO = "- expectReturn: {text: Hello Ada}\n"
CREATED = (
    "- expectResource:\n    apiVersion: v1\n    kind: ConfigMap\n"
    "    metadata: {name: blue, namespace: default, labels: {team: sky}}\n    data: {mode: fast}\n"
)
ANY_OK = "- expectOutcome: {ok: {}}\n"

# Labels, carrying on


def test_cases_have_labels() -> None:
    report = greeting(
        "- {label: greets, expectOutcome: {ok: {}}}\n"
        "- {expectOutcome: {ok: {}}}\n"
        "- {label: '', expectOutcome: {ok: {}}}\n"
        "- {variant: true, expectOutcome: {ok: {}}}\n"
        "- {variant: true, label: other, expectOutcome: {ok: {}}}\n"
        "- {variant: true, label: 'A Variant: x', expectOutcome: {ok: {}}}\n"
        "- {variant: false, label: variant, expectOutcome: {ok: {}}}\n"
    )
    assert [case.label for case in cases_of(report)] == [
        "greets",
        "Test Case 2",
        "Test Case 3",
        "[variant] Test Case 4",
        "[variant] other",
        "A Variant: x",
        "variant",
    ]


def test_overrides_are_carried_on_except_from_variants() -> None:
    report = greeting(
        HELLO
        + "- {variant: true, inputOverrides: {name: Bob}, expectReturn: {text: Hello Bob}}\n"
        + HELLO
        + "- {skip: true, inputOverrides: {name: Eve}, expectReturn: {text: Hello Eve}}\n"
        + HELLO
        + "- {inputOverrides: {name: Bob}, expectReturn: {text: Hello Bob}}\n"
        + "- {expectReturn: {text: Hello Bob}}\n"
    )
    assert statuses(report) == ["passed", "passed", "passed", "skipped", "passed", "passed", "passed"]


def test_overrides_merge_deeply() -> None:
    function = document("ValueFunction", "echo", "return:\n  given: =inputs\n")
    test = function_test(
        "ValueFunction",
        "echo",
        "- inputOverrides: {a: {b: 2}, l: [3], n: null, keep: {}, new: {}}\n"
        "  expectReturn: {given: {a: {b: 2, c: 1}, l: [3], n: null, keep: {x: 1}, new: {}}}\n",
        inputs="{a: {b: 1, c: 1}, l: [1, 2], n: 5, keep: {x: 1}}",
    )
    assert statuses(reports_of(function, test)[0]) == ["passed"]


def test_after_a_failure_later_cases_are_not_run() -> None:
    report = greeting(
        HELLO
        + "- {variant: true, expectReturn: {text: wrong}}\n"
        + HELLO
        + "- {inputOverrides: {name: Bob}, expectReturn: {text: wrong}}\n"
        + "- {variant: true, expectOutcome: {ok: {}}}\n"
        + "- {skip: true, expectOutcome: {ok: {}}}\n"
    )
    assert statuses(report) == ["passed", "failed", "passed", "failed", "not-run", "not-run"]
    assert not report.passed


def test_objects_are_carried_on_except_from_variants() -> None:
    report = settings(
        CREATED
        + ANY_OK
        + "- {variant: true, overlayResource: {data: {mode: slow}}, expectOutcome: {retry: {message: '', delay: 30}}}\n"
        + ANY_OK
        + "- {variant: true, currentResource: {}, expectOutcome: {retry: {message: Creating, delay: 0}}}\n"
        + "- {overlayResource: {data: {more: x}}, expectReturn: {mode: fast}}\n"
    )
    assert statuses(report) == ["passed"] * 6
    last = cases_of(report)[-1].resource
    assert last is not None
    assert last["data"] == {"mode": "fast", "more": "x"}


# Overlays of the object


@pytest.mark.parametrize("variant", ["true", "false"])
def test_an_overlay_without_object_stops_the_test(variant: str) -> None:
    report = settings(
        f"- {{variant: {variant}, overlayResource: {{data: {{}}}}, expectOutcome: {{ok: {{}}}}}}\n" + CREATED
    )
    assert statuses(report) == ["failed", "not-run"]
    assert cases_of(report)[0].reason.startswith("there is no object to overlay: give one")


@pytest.mark.parametrize("name", ["inputs.mode", "mode", "resource.data.mode", "template.data.mode"])
def test_names_in_an_overlay(name: str) -> None:
    report = settings(
        f'- overlayResource: {{data: {{copy: ={name} + "!"}}}}\n  expectOutcome: {{ok: {{}}}}\n',
        current=OBJECT,
    )
    (case,) = cases_of(report)
    assert case.status is CaseStatus.PASSED, case
    assert case.resource is not None
    assert case.resource["data"]["copy"] == "fast!"


def test_an_overlay_that_cannot_be_evaluated_fails_its_case() -> None:
    bad = "overlayResource: {data: {copy: =inputs.nothing}}, expectOutcome: {ok: {}}"
    report = settings(f"- {{variant: true, {bad}}}\n{ANY_OK}- {{{bad}}}\n{ANY_OK}", current=OBJECT)
    assert statuses(report) == ["failed", "passed", "failed", "not-run"]
    first = cases_of(report)[0]
    assert "`spec.testCases[0].overlayResource.data.copy`" in first.reason
    assert first.location is not None
    assert first.location.path == ("spec", "testCases", 0, "overlayResource", "data", "copy")


def test_an_overlay_has_to_leave_an_object() -> None:
    report = settings("- overlayResource: {metadata: 7}\n  expectOutcome: {ok: {}}\n", current=OBJECT)
    assert statuses(report) == ["failed"]
    assert cases_of(report)[0].reason == "the object has no `metadata` after the overlay"


# The simulated API


def test_the_object_is_given_for_any_name() -> None:
    report = settings(
        "- inputOverrides: {name: red}\n  expectOutcome: {retry: {message: metadata.name, delay: 30}}\n",
        current=OBJECT,
    )
    assert statuses(report) == ["passed"]
    (effect,) = cases_of(report)[0].effects
    assert isinstance(effect, Patch)
    assert effect.id.name == "red"


def test_nothing_is_added_to_what_was_sent() -> None:
    (case,) = cases_of(settings(CREATED))
    assert case.status is CaseStatus.PASSED
    assert case.resource is not None
    assert set(case.resource) == {"apiVersion", "kind", "metadata", "data"}
    assert set(case.resource["metadata"]) == {"name", "namespace", "labels", "annotations"}
    assert isinstance(case.effects[0], Create)


def test_a_patch_is_merged_into_the_object_that_is_carried_on() -> None:
    current = (
        OBJECT.replace("labels: {team: sky}", "labels: {team: sun, other: kept}") + "status: {phase: Up}\n"
    )
    report = settings(
        CREATED + "    status: {phase: Up}\n" + "- expectReturn: {mode: fast}\n",
        current=current.replace("{mode: fast}", "{mode: slow, extra: kept}"),
    )
    assert statuses(report) == ["passed", "passed"]
    after = cases_of(report)[1].resource
    assert after is not None
    assert after["metadata"]["labels"] == {"team": "sky", "other": "kept"}
    assert after["data"] == {"mode": "fast", "extra": "kept"}
    assert after["status"] == {"phase": "Up"}


def test_nulls_that_are_sent_are_listed() -> None:
    spec = SETTINGS.replace("mode: =inputs.mode", "mode: =inputs.mode\n    none: null")
    function = document("ResourceFunction", "settings", spec)

    def run(cases: str) -> list[str]:
        test = function_test(
            "ResourceFunction", "settings", cases, inputs="{name: blue, team: sky, mode: fast}"
        )
        return statuses(reports_of(function, test)[0])

    listed = CREATED.replace("{mode: fast}", "{mode: fast, none: null}")
    assert run(listed) == ["passed"]
    assert run(CREATED) == ["failed"]


def test_after_a_delete_there_is_no_object() -> None:
    recreate = "update: {recreate: {delay: 3}}\n"
    report = settings(
        "- expectDelete: true\n" + CREATED + "- expectDelete: false\n" + ANY_OK,
        extra=recreate,
        current=OBJECT.replace("fast", "slow"),
    )
    assert statuses(report) == ["passed"] * 4
    first = cases_of(report)[0]
    assert first.resource is None
    assert isinstance(first.effects[0], Delete)


def test_an_owner_reference_is_never_added() -> None:
    for namespace in ("default", "unit-test-123", ""):
        (case,) = cases_of(settings(CREATED.replace("default", namespace) if namespace else CREATED))
        assert "ownerReferences" not in str(case.resource)


# Assertions

OUTCOMES = [
    ("Ada", "ok: {}", True),
    ("Ada", "ok: null", True),
    ("Ada", "skip: {message: ''}", False),
    ("skip", "skip: {message: nobody TO}", True),
    ("skip", "skip: {message: ''}", True),
    ("skip", "skip: {message: somebody}", False),
    ("skip", "depSkip: {message: ''}", False),
    ("depend", "depSkip: {message: nobody there}", True),
    ("depend", "ok: {}", False),
    ("wait", "retry: {message: waiting, delay: 7}", True),
    ("wait", "retry: {message: waiting, delay: 0}", True),
    ("wait", "retry: {message: waiting, delay: 8}", False),
    ("wait", "retry: {message: else, delay: 7}", False),
    ("''", "permFail: {message: a name}", True),
    ("''", "permFail: {message: no name}", False),
]


@pytest.mark.parametrize(("name", "outcome", "passes"), OUTCOMES)
def test_expected_outcomes(name: str, outcome: str, passes: bool) -> None:
    (case,) = cases_of(greeting(f"- expectOutcome: {{{outcome}}}\n", inputs=f"{{name: {name}}}"))
    assert (case.status is CaseStatus.PASSED) is passes
    assert bool(case.differences) is not passes


FAILURES: list[tuple[str, str, list[tuple[Any, ...]]]] = [
    (
        "- expectReturn: {text: Hello Bob, more: 1}\n",
        "the returned value differs",
        [(("text",), "different", "Hello Bob", "Hello Ada"), (("more",), "missing", 1, None)],
    ),
    (
        "- {inputOverrides: {name: wait}, expectReturn: {text: x}}\n",
        "no value was returned: the outcome is retry after 7 s (Waiting for a name)",
        [],
    ),
    (
        "- {inputOverrides: {name: wait}, expectOutcome: {retry: {message: none, delay: 9}}}\n",
        "the outcome is retry after 7 s (Waiting for a name)",
        [
            (("retry", "message"), "different", "none", "Waiting for a name"),
            (("retry", "delay"), "different", 9, 7),
        ],
    ),
    (
        "- expectOutcome: {permFail: {message: none}}\n",
        "the outcome is ok",
        [((), "different", {"permFail": {"message": "none"}}, {"ok": {}})],
    ),
]


@pytest.mark.parametrize(("cases", "reason", "differences"), FAILURES)
def test_a_failed_case_tells_why(cases: str, reason: str, differences: list[tuple[Any, ...]]) -> None:
    (case,) = cases_of(greeting(cases))
    assert case.status is CaseStatus.FAILED
    assert case.reason == reason
    assert [(d.path, d.kind.value, d.expected, d.actual) for d in case.differences] == differences


def test_a_resource_has_to_be_sent() -> None:
    (case,) = cases_of(settings(CREATED, current=OBJECT))
    assert (case.status, case.reason) == (
        CaseStatus.FAILED,
        "nothing was created or patched: the outcome is ok",
    )


@pytest.mark.parametrize(("expected", "reason"), [("true", "nothing was deleted: "), ("false", "")])
def test_a_delete_is_attempted_or_not(expected: str, reason: str) -> None:
    (case,) = cases_of(settings(f"- expectDelete: {expected}\n"))
    assert case.reason.startswith(reason)
    assert (case.status is CaseStatus.FAILED) is bool(reason)


# Settling


def test_a_result_that_would_change_again_is_worth_a_warning() -> None:
    spec = SETTINGS.replace("  data:\n", "  x-koreo-compare-as-set: [rules]\n  rules: [{a: 1}]\n  data:\n")
    test = function_test(
        "ResourceFunction",
        "settings",
        "- expectOutcome: {retry: {message: creating, delay: 30}}\n"
        "- expectOutcome: {retry: {message: patching, delay: 30}}\n",
        inputs="{name: blue, team: sky, mode: fast}",
    )
    first, second = cases_of(reports_of(document("ResourceFunction", "settings", spec), test)[0])
    for case in (first, second):
        (warning,) = case.warnings
        assert warning.code == "never-settles"
        assert warning.message.startswith("never settles: ")
        assert warning.difference == ("rules",)


def test_a_result_that_settles_is_not_worth_one() -> None:
    report = settings(
        CREATED
        + ANY_OK
        + "- {inputOverrides: {mode: slow}, expectOutcome: {retry: {message: '', delay: 0}}}\n"
    )
    assert [case.warnings for case in cases_of(report)] == [(), (), ()]
