"""Coverage: which points there are, and which of them the cases of a test reach."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.workspace import Workspace
from koreo_runtime.testing import find_tests, run_tests
from koreo_runtime.testing.coverage import Coverage, DocumentCoverage, find_gaps, measure, percentage
from testing_cases import SETTINGS, document, function_test

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

FIXTURE = Path(__file__).parents[2] / "fixtures" / "stateless-crud-app"
ANY = "expectOutcome: {ok: {}}"


def snapshot_of(*documents: str) -> Snapshot:
    """A workspace of one file."""
    return Workspace().apply({"/w/a.k.yaml": "---\n".join(documents)})


def coverage_of(*documents: str) -> Coverage:
    """What the tests among documents reach."""
    snapshot = snapshot_of(*documents)
    return measure(snapshot, find_tests(snapshot))


def covered(
    spec: str, *inputs: str, kind: str = "ValueFunction", more: tuple[str, ...] = ()
) -> DocumentCoverage:
    """What cases with these inputs, whatever their outcome, reach of a function with a spec."""
    cases = "".join(f"- variant: true\n  inputOverrides: {given}\n  {ANY}\n" for given in inputs)
    function = document(kind, "f", dedent(spec))
    coverage = coverage_of(function, function_test(kind, "f", cases), *more)
    return next(found for found in coverage.documents if found.name == "f")


def hits(found: DocumentCoverage, kind: str) -> list[tuple[str, int]]:
    """The sides of all points of a kind, with how often each came about."""
    return [(point.side.value, point.hits) for point in found.points if point.kind.value == kind]


def told(
    spec: str, *inputs: str, kind: str = "ValueFunction", more: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """The gaps of a function: the text that is marked, and what is said of it."""
    found = covered(spec, *inputs, kind=kind, more=more)
    text = document(kind, "f", dedent(spec))
    return [(text[gap.span.start : gap.span.end], gap.message) for gap in find_gaps(found)]


PREDICATES = """
    preconditions:
    - assert: =inputs.x > 0
      skip: {message: '="small" + (inputs.x < -5 ? "est" : "")'}
    - assert: =inputs.x < 9
      ok: {}
    return: {x: =inputs.x}
"""


@pytest.mark.parametrize(
    ("inputs", "sides"),
    [
        (["{x: 1}"], [1, 0, 1, 0]),
        (["{x: 1}", "{x: 2}", "{x: 0}"], [2, 1, 2, 0]),
        (["{x: 10}"], [1, 0, 0, 1]),
        (["{x: text}"], [0, 0, 0, 0]),
    ],
)
def test_a_predicate_is_true_or_false(inputs: list[str], sides: list[int]) -> None:
    found = hits(covered(PREDICATES, *inputs), "predicate")
    assert found == list(zip(["true", "false", "true", "false"], sides, strict=True))


def test_a_predicate_that_always_fails_has_no_side_and_says_so() -> None:
    (first, *_) = told(PREDICATES, "{x: text}")
    assert first == ("inputs.x > 0", "the assertion never has a value: it always fails")


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (["{x: 1}", "{x: 0}", "{x: -9}", "{x: 10}"], []),
        (
            ["{x: 1}", "{x: 10}"],
            # What the message would be follows from that.
            [("inputs.x > 0", "the assertion is never false")],
        ),
        (
            ["{x: -9}"],
            [
                ("inputs.x > 0", "the assertion is never true"),
                ('""', "this branch is never taken: the condition of `?:` is never false"),
                ("inputs.x < 9", "the assertion is never evaluated"),
                ("return", "`return` is never evaluated"),
            ],
        ),
    ],
)
def test_gaps_are_told_once(inputs: list[str], expected: list[tuple[str, str]]) -> None:
    assert told(PREDICATES, *inputs) == expected


@pytest.mark.parametrize(
    ("expression", "inputs", "expected"),
    [
        ("inputs.a ? 1 : 2", ["{a: true}"], {"condition": [("true", 1), ("false", 0)]}),
        # A block that fails evaluates each expression again.
        ("inputs.a ? inputs.no : 2", ["{a: true}"], {"condition": [("true", 2), ("false", 0)]}),
        ("inputs.no ? 1 : 2", ["{a: true}"], {"condition": [("true", 0), ("false", 0)]}),
        ("true ? 1 : 2", ["{}"], {"condition": []}),
        (
            "true ? (inputs.a ? 1 : 2) : (inputs.b ? 3 : 4)",
            ["{a: true}"],
            {"condition": [("true", 1), ("false", 0)]},
        ),
        (
            "inputs.a && inputs.b && inputs.c",
            ["{a: true, b: false, c: true}", "{a: true, b: true, c: true}"],
            {"operator": [("false", 0), ("goes-on", 2), ("false", 1), ("goes-on", 1)]},
        ),
        (
            "inputs.a && inputs.b && inputs.c && inputs.d",
            ["{a: true, b: false, c: true, d: true}"],
            {
                "operator": [
                    ("false", 0),
                    ("goes-on", 1),
                    ("false", 1),
                    ("goes-on", 0),
                    ("false", 0),
                    ("goes-on", 0),
                ]
            },
        ),
        ("inputs.a || inputs.b", ["{a: true}"], {"operator": [("true", 1), ("goes-on", 0)]}),
        ("inputs.no || inputs.b", ["{b: true}"], {"operator": [("true", 0), ("goes-on", 1)]}),
        ("inputs.a || true", ["{a: false}"], {"operator": [("true", 0), ("goes-on", 1)]}),
        ("true || inputs.a || inputs.b", ["{}"], {"operator": []}),
        ("false || inputs.a", ["{a: true}"], {"operator": []}),
        ('"1.2"', ["{}"], {"condition": [], "operator": [], "block": []}),
        ("has(inputs.a)", ["{}"], {"block": [("run", 1)]}),
        ("inputs.no", ["{}"], {"condition": [], "function": [("run", 1)]}),
    ],
)
def test_choices_in_an_expression(
    expression: str, inputs: list[str], expected: dict[str, list[tuple[str, int]]]
) -> None:
    found = covered(f"return:\n  it: '={expression}'\n", *inputs)
    assert {kind: hits(found, kind) for kind in expected} == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [("[]", [0, 0]), ("[1]", [0, 1]), ("[1, 5, 7]", [2, 1])],
)
def test_all_turns_of_a_macro_count(items: str, expected: list[int]) -> None:
    found = covered('return: {all: "=inputs.l.map(x, x > 3 ? 1 : 2)"}\n', f"{{l: {items}}}")
    assert [count for _, count in hits(found, "condition")] == expected


def test_more_turns_than_anyone_would_keep_count() -> None:
    found = covered("return:\n  it: '=inputs.l.map(x, x < 149 ? 1 : 2)'\n", f"{{l: {list(range(150))}}}")
    assert hits(found, "condition") == [("true", 149), ("false", 1)]


@pytest.mark.parametrize(
    ("assertion", "sides"),
    [("=true", [("true", 1)]), ("=1 > 2", [("false", 1)]), ("=inputs.a", [("true", 1), ("false", 0)])],
)
def test_a_constant_assertion_has_one_side(assertion: str, sides: list[tuple[str, int]]) -> None:
    spec = f"preconditions:\n- assert: {assertion}\n  skip: {{message: not yet}}\n"
    assert hits(covered(spec, "{a: true}"), "predicate") == sides


OVERLAYS = (
    SETTINGS
    + """\
overlays:
- overlay: {data: {one: =inputs.mode}}
- overlay: {data: {two: '2'}}
  skipIf: =inputs.plain
- skipIf: =inputs.plain
  overlayRef: {kind: ValueFunction, name: over}
  inputs:
    deep: '=inputs.deep ? "a" : "b"'
create:
  overlay: {data: {born: '=inputs.deep ? "yes" : "no"'}}
"""
)
OVER = document("ValueFunction", "over", "return:\n  data: {three: =inputs.deep}\n")
BASE = "name: blue, team: sky, mode: fast"


def test_overlays_and_what_skips_them() -> None:
    found = covered(
        OVERLAYS,
        f"{{{BASE}, plain: true, deep: true}}",
        f"{{{BASE}, plain: false, deep: false}}",
        kind="ResourceFunction",
        more=(OVER,),
    )
    assert hits(found, "skipIf") == [("true", 1), ("false", 1)] * 2
    assert hits(found, "overlay") == [("run", 2), ("run", 1), ("run", 1), ("run", 2)]
    assert hits(found, "condition") == [("true", 0), ("false", 1), ("true", 1), ("false", 1)]


def test_an_overlay_that_is_always_skipped_is_one_gap() -> None:
    always = f"{{{BASE}, plain: true, deep: true}}", f"{{{BASE}, plain: true, deep: false}}"
    found = told(OVERLAYS, *always, kind="ResourceFunction", more=(OVER,))
    assert found == [
        ("return", "`return` is never evaluated"),
        ("inputs.plain", "`skipIf` is never false"),
        ("inputs.plain", "`skipIf` is never false"),
    ]


def test_what_is_never_evaluated_in_a_skip_if_is_told() -> None:
    spec = SETTINGS + "overlays:\n- overlay: {data: {b: '2'}}\n  skipIf: =inputs.plain || inputs.deep\n"
    found = told(spec, f"{{{BASE}, plain: true}}", kind="ResourceFunction")
    assert found[1:] == [
        ("inputs.plain || inputs.deep", "`skipIf` is never false"),
        ("inputs.deep", "this operand of `||` is never evaluated"),
    ]


def test_an_overlay_that_is_never_come_to_is_told_instead_of_its_skip_if() -> None:
    spec = OVERLAYS.replace("=inputs.mode}}", "=inputs.no}}")
    found = told(spec, f"{{{BASE}, plain: true, deep: true}}", kind="ResourceFunction", more=(OVER,))
    assert found == [
        ("return", "`return` is never evaluated"),
        ("overlay", "this overlay is never applied"),
        ("overlayRef", "this overlay is never applied"),
        ("overlay", "this overlay is never applied"),
    ]


def test_a_function_that_is_only_an_overlay_is_run_by_the_test_of_another() -> None:
    test = function_test(
        "ResourceFunction", "f", f"- {ANY}\n", inputs=f"{{{BASE}, plain: false, deep: true}}"
    )
    coverage = coverage_of(document("ResourceFunction", "f", OVERLAYS), OVER, test)
    over = next(found for found in coverage.documents if found.name == "over")
    assert hits(over, "function") == [("run", 1)]
    assert over.reached == over.total


def test_a_function_that_no_test_runs_counts_with_all_its_points() -> None:
    found = covered(PREDICATES)
    assert (found.reached, found.total, found.is_run) == (0, 8, False)
    assert told(PREDICATES) == [("f", "no test runs this ValueFunction")]


def test_a_function_that_cannot_be_run_is_one_point_and_says_why() -> None:
    ((text, message),) = told("return: {a: =1 +}\n", "{}")
    assert text == "f"
    assert message.startswith("no test runs this ValueFunction, which cannot be run: ")


def test_cases_that_are_skipped_or_not_run_reach_nothing() -> None:
    cases = (
        "- inputOverrides: {x: 1}\n  expectReturn: {x: 2}\n"
        "- inputOverrides: {x: 10}\n  expectOutcome: {ok: {}}\n"
        "- skip: true\n  inputOverrides: {x: 0}\n  expectOutcome: {ok: {}}\n"
    )
    function = document("ValueFunction", "f", dedent(PREDICATES))
    (found,) = coverage_of(function, function_test("ValueFunction", "f", cases)).documents
    assert hits(found, "function") == [("run", 1)]
    assert hits(found, "predicate") == [("true", 1), ("false", 0), ("true", 1), ("false", 0)]


def test_a_check_that_results_settle_reaches_nothing() -> None:
    function = document("ResourceFunction", "f", SETTINGS)
    test = function_test(
        "ResourceFunction", "f", "- expectOutcome: {retry: {message: '', delay: 0}}\n", inputs=f"{{{BASE}}}"
    )
    found = coverage_of(function, test).documents[0]
    assert hits(found, "block") == [("run", 1), ("run", 0)]


def test_what_an_alias_repeats_is_reached_where_it_is_evaluated() -> None:
    spec = """
    preconditions:
    - assert: &positive =inputs.x > 0
      permFail: {message: small}
    - assert: =inputs.x < 5
      permFail: {message: large}
    - assert: *positive
      permFail: {message: never so}
    locals: {twice: &twice =inputs.x * 2}
    return: {twice: *twice}
    """
    found = covered(spec, "{x: 9}")
    assert hits(found, "predicate") == [
        ("true", 1), ("false", 0), ("true", 0), ("false", 1), ("true", 0), ("false", 0)
    ]  # fmt: skip
    assert hits(found, "block") == [("run", 0), ("run", 0)]


def test_a_choice_that_an_alias_repeats_counts_all_that_it_does() -> None:
    spec = "return: {a: &size '=inputs.x > 0 ? 1 : 2', b: *size}\n"
    assert hits(covered(spec, "{x: 9}", "{x: 0}", "{x: 1}"), "condition") == [("true", 4), ("false", 2)]


def test_an_alias_is_one_choice() -> None:
    spec = """
        preconditions: &same
        - assert: =inputs.x > 0
          skip: {message: not yet}
        locals: {m: &m "=inputs.x > 5 ? 1 : 2"}
        return: {x: *m}
    """
    found = covered(spec, "{x: 1}")
    assert hits(found, "condition") == [("true", 0), ("false", 2)]


WORKFLOW = document(
    "Workflow",
    "w",
    dedent("""\
        steps:
        - label: choose
          refSwitch:
            switchOn: =parent.kind
            cases:
            - {case: tested, kind: ValueFunction, name: f}
            - {case: other, kind: ValueFunction, name: over}
            - {case: deep, kind: Workflow, name: sub}
        - label: plain
          skipIf: =parent.no
          ref: {kind: ValueFunction, name: f}
        """),
)


def test_cases_of_a_switch_are_reached_by_tests_of_their_functions() -> None:
    function = document("ValueFunction", "f", "return: {a: =inputs.a}\n")
    test = function_test("ValueFunction", "f", f"- {ANY}\n", inputs="{a: 1}")
    workflow = coverage_of(function, OVER, WORKFLOW, test).documents[2]
    assert (workflow.kind, hits(workflow, "case")) == ("Workflow", [("run", 1), ("run", 0)])
    (gap,) = find_gaps(workflow)
    assert gap.message == "no test runs ValueFunction `over`, to which this case leads"


def test_documents_that_are_not_loaded_do_not_count() -> None:
    function = document("ValueFunction", "f", "return: {a: =1}\n")
    off = function.replace("name: f\n", "name: off\n  labels: {koreo.dev/active: 'false'}\n")
    assert [found.name for found in coverage_of(function, off, function).documents] == ["f"]


def test_totals() -> None:
    function = document("ValueFunction", "f", dedent(PREDICATES))
    test = function_test("ValueFunction", "f", f"- {ANY}\n", inputs="{x: 1}")
    coverage = coverage_of(function, OVER, test)
    assert (coverage.reached, coverage.total) == (4, 10)
    assert {kind.value: counts for kind, counts in coverage.by_kind().items()} == {
        "function": (1, 2),
        "predicate": (2, 4),
        "condition": (0, 2),
        "block": (1, 2),
    }
    assert [coverage.is_below(percent) for percent in (39.9, 40, 40.1)] == [False, False, True]


@pytest.mark.parametrize(
    ("reached", "total", "expected"),
    [(0, 3, 0.0), (2, 3, 66.6), (1999, 2000, 99.9), (3, 3, 100.0), (0, 0, 100.0)],
)
def test_percentages_are_rounded_down(reached: int, total: int, expected: float) -> None:
    assert percentage(reached, total) == expected


def test_places_stay_true_further_down_in_a_file() -> None:
    function = document("ValueFunction", "f", dedent(PREDICATES))
    snapshot = snapshot_of(OVER, function)
    found = measure(snapshot, ()).documents[1]
    text = snapshot.text(found.path)
    shown = [text[found.start + point.span.start : found.start + point.span.end] for point in found.points]
    assert shown[0] == "f"
    assert shown.count("inputs.x > 0") == 2


def test_counting_changes_no_result() -> None:
    texts = {str(path): path.read_text("utf-8") for path in FIXTURE.rglob("*.k.yaml")}
    snapshot = Workspace().apply(texts)
    assert all(report.passed for report in run_tests(snapshot).reports)
    coverage = measure(snapshot, find_tests(snapshot))
    assert not [(found.title, gap.message) for found in coverage.documents for gap in find_gaps(found)]
    assert coverage.reached == coverage.total > 200


def test_what_is_counted_can_be_chosen() -> None:
    snapshot = snapshot_of(document("ValueFunction", "f", dedent(PREDICATES)), OVER)
    only = measure(snapshot, (), lambda definition: definition.index == 1)
    assert [found.name for found in only.documents] == ["over"]
