"""The original's verdicts on its own FunctionTests and on mutants of them: ours are equal, or there is a rule.

Every difference is given the first reason of `REASONS` that fits it, each of which proves from the documents that
its rule applies; docs/compatibility.md tells them. The number of each is exact. Needs the folder named by the
environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from corpus_verdicts import CORPUS, NEEDS_SHARED, SHARED, Row, operands_of, rows, same
from koreo_analyzer.cel import ast
from koreo_analyzer.workspace import Snapshot, Workspace
from koreo_runtime.engine import Engine
from koreo_runtime.functions.drift import first_difference
from koreo_runtime.merge_patch import merge_patch
from koreo_runtime.outcomes import Ok, PermFail, Retry
from koreo_runtime.programs.model import Unusable
from koreo_runtime.testing import find_tests, run_tests
from koreo_runtime.testing.compare import Exactly
from koreo_runtime.testing.program import TestProgram, missing_part
from koreo_runtime.testing.reports import CaseStatus
from koreo_runtime.testing.suite import prepare_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(SHARED is None, reason=NEEDS_SHARED)

COMPATIBILITY = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"
EQUALITY = frozenset({"==", "!="})
ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})


# What the documents say


def cases_of_test(row: Row) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = row.test_spec.get("testCases", [])
    return found


def overlays(row: Row) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = row.function_spec.get("overlays", [])
    return found


def given_objects(row: Row) -> Iterator[Any]:
    for holder in (row.test_spec, *cases_of_test(row)):
        if "currentResource" in holder:
            yield holder["currentResource"]


def current_case(row: Row) -> dict[str, Any]:
    return cases_of_test(row)[row.theirs["case"]]


def their_reading(row: Row) -> Any:
    """Return the test as PyYAML reads it."""
    return yaml.safe_load(row.snapshot.documents(row.report.path)[0].document.text)["spec"]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


# What follows from what


def follows_another(row: Row) -> bool:
    """A case before it, which is counted under its own rule, passes on one side alone."""
    return row.differs == {"not run"} and any("verdict" in before.differs for before in row.earlier)


def is_strict(row: Row, needed: str) -> bool:
    """Our test or its function is not run because of this."""
    return (
        row.differs == {"unusable here"}
        and row.report.error is not None
        and needed in row.report.error.message
    )


def has_second_equals(row: Row) -> bool:
    """An expression of the function begins with a second `=`, which the original strips."""
    return is_strict(row, "expected an expression, found `=`") and any(
        expression.facts.broken and expression.facts.source.startswith("=")
        for expression in row.function.expressions
    )


def uses_optional_syntax(row: Row) -> bool:
    def is_optional(node: ast.Node) -> bool:
        return getattr(node, "optional", False) or any(map(is_optional, ast.children(node)))

    return row.differs == {"unusable there"} and any(
        is_optional(e.facts.root) for e in row.function.expressions
    )


def wording_of_the_original(row: Row) -> bool:
    """The test expects a message in the original's own words: no definition holds them, the rest is the same."""
    if row.differs != {"verdict"} or not row.theirs["pass"] or row.ours is None:
        return False
    expected = [d.expected.casefold() for d in row.ours.differences if d.path[-1:] == ("message",)]
    definitions = [
        definition.document.text.casefold()
        for path in row.snapshot.paths()
        for definition in row.snapshot.documents(path)
        if definition.document.kind != "FunctionTest"
    ]
    return len(expected) == len(row.ours.differences) == 1 and (
        expected[0] in row.theirs["message"].casefold()
        and not any(expected[0] in definition for definition in definitions)
    )


def evaluates_no_further(row: Row) -> bool:
    """The deciding predicate comes before one in which the original failed."""
    if row.outcome is None or isinstance(row.outcome, Ok) or row.theirs["outcome"] != "PermFail":
        return False
    key, index = row.outcome.location.path[1:3] if len(row.outcome.location.path) > 2 else ("", 0)
    return key == "preconditions" and any(
        expression.path[1] == "preconditions"
        and int(expression.path[2]) > int(index)
        and row.theirs["location"] in expression.facts.source
        for expression in row.function.expressions
    )


def fails_in_an_operand(row: Row) -> bool:
    """An operand of `==` or `!=` fails, and the other one is null or a text."""
    failing = row.failing
    return failing is not None and any(
        isinstance(other, ast.Literal) and other.kind in ("string", "null_type")
        for other in operands_of(*failing, EQUALITY)
    )


def calls(row: Row, function: str) -> bool:
    failing = row.failing
    return failing is not None and any(call.name == function for call in failing[0].facts.calls)


def is_bad_identity(row: Row) -> bool:
    """The name or namespace is null, empty or no scalar, and the original goes on with a text of Python's."""
    return (
        isinstance(row.outcome, PermFail)
        and row.outcome.location.path in (("spec", "apiConfig", "name"), ("spec", "apiConfig", "namespace"))
        and (
            "must be a name, and is empty" in row.message
            or "cannot make a text of a value of type" in row.message
        )
    )


def has_no_namespace(row: Row) -> bool:
    config = row.function_spec["apiConfig"]
    return (
        config.get("namespaced") is False
        and "namespace" not in config
        and "`namespace` is required" in str(row.theirs["message"])
    )


def lacks_only_empty_values(row: Row) -> bool:
    """The original patches because of a null, `{}` or `[]` that is absent."""
    calls = row.their_calls
    if not isinstance(row.outcome, Ok) or row.ours is None or [c["method"] for c in calls] != ["PATCH"]:
        return False
    sent, held = calls[0]["data"], row.ours.resource
    return first_difference(sent, held) is None and any(
        value in (None, {}, []) for value in containers_and_leaves(sent)
    )


def containers_and_leaves(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from containers_and_leaves(item)


def is_merged_deeply(row: Row) -> bool:
    """Only the object after a patch differs: the original replaces top-level keys, a merge patch merges them."""
    if row.differs != {"resource"} or row.ours is None or row.ours.resource is None:
        return False
    theirs, ours, sent = row.theirs["resource"], row.ours.resource, row.their_calls[0]["data"]
    rest_is_same = all(same(theirs[key], ours[key]) for key in theirs if key not in sent)
    return rest_is_same and same(theirs, {**theirs, **sent}) and same(merge_patch(ours, sent), ours)


def has_text_that_looks_like_a_number(row: Row) -> bool:
    """All that differs is a text of the function that Python's `float()` takes, a number in the original."""
    if row.ours is None or len(row.their_calls) != len(row.sent):
        return False
    theirs, ours = list(leaves(row.their_calls)), list(leaves(row.sent))
    other = [(left, right) for left, right in zip(theirs, ours, strict=True) if not same(left, right)]
    texts = set(leaves(row.function_spec))
    return bool(other) and all(isinstance(b, str) and b in texts and float(b) == a for a, b in other)


def is_broken_there(row: Row) -> bool:
    """The original raises an exception instead of answering."""
    return row.differs == {"crash"}


REASONS: dict[str, Callable[[Row], bool]] = {
    "after-another-difference": follows_another,
    "the-original-crashes": is_broken_there,
    "one-expression-a-string": has_second_equals,
    "more-syntax": uses_optional_syntax,
    "objects-exclude-each-other": lambda row: (
        is_strict(row, "exclude each other")
        and any({"currentResource", "overlayResource"} <= case.keys() for case in cases_of_test(row))
    ),
    "values-have-no-object": lambda row: (
        is_strict(row, "only for ResourceFunctions")
        and row.report.kind == "ValueFunction"
        and any(True for _ in given_objects(row))
    ),
    "given-objects-are-objects": lambda row: (
        is_strict(row, "the object has no") and any(missing_part(one) for one in given_objects(row))
    ),
    "text-of-values": lambda row: wording_of_the_original(row) and "ListType(" in row.theirs["message"],
    "wording-of-messages": wording_of_the_original,
    "predicates-stop": evaluates_no_further,
    "null-has-no-size": lambda row: "`size` does not take (null)" in row.message and calls(row, "size"),
    "failed-operands-fail": fails_in_an_operand,
    "numbers-of-kubernetes": lambda row: (
        "DoubleType" in str(row.theirs["message"])
        and any(isinstance(one, float) and one.is_integer() for one in leaves(their_reading(row)))
        and not any(isinstance(one, float) for one in leaves(row.test_spec))
    ),
    "empty-overlays-do-nothing": lambda row: (
        "Empty inline overlay" in str(row.theirs["message"])
        and {} in [one.get("overlay") for one in overlays(row)]
    ),
    "names-are-text": is_bad_identity,
    "cluster-wide-resources": has_no_namespace,
    "empty-equals-absent": lacks_only_empty_values,
    "patches-merge": is_merged_deeply,
    "strings-stay-strings": has_text_that_looks_like_a_number,
    "names-in-overlay-resource": lambda row: (
        "resource overlay error" in str(row.theirs["message"])
        and any(
            name in json.dumps(current_case(row)["overlayResource"]) for name in ("=inputs.", "=resource.")
        )
    ),
}

COUNTS = {
    "after-another-difference": 93,
    "cluster-wide-resources": 1,
    "empty-equals-absent": 1,
    "empty-overlays-do-nothing": 1,
    "failed-operands-fail": 3,
    "given-objects-are-objects": 6,
    "more-syntax": 3,
    "names-are-text": 7,
    "names-in-overlay-resource": 3,
    "null-has-no-size": 72,
    "numbers-of-kubernetes": 1,
    "objects-exclude-each-other": 15,
    "one-expression-a-string": 7,
    "patches-merge": 10,
    "predicates-stop": 2,
    "strings-stay-strings": 1,
    "text-of-values": 2,
    "the-original-crashes": 3,
    "values-have-no-object": 2,
    "wording-of-messages": 43,
}
EQUAL = 2442


def test_every_difference_has_a_reason() -> None:
    counts: Counter[str] = Counter()
    unexplained = []
    for row in rows():
        if not row.differs:
            counts["equal"] += 1
            continue
        reason = next((name for name, applies in REASONS.items() if applies(row)), None)
        if reason is None:
            unexplained.append(str(row))
        else:
            counts[reason] += 1
    assert unexplained == []
    assert dict(counts) == {"equal": EQUAL, **COUNTS}


def test_every_reason_is_told() -> None:
    text = COMPATIBILITY.read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in text] == []


# What was recorded while the original's own tests ran


def recorded(name: str, level: str) -> list[dict[str, Any]]:
    lines = (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["level"] == level]


def snapshot_of(*documents: dict[str, Any]) -> Snapshot:
    """Return a workspace of these documents; JSON is YAML."""
    head = {"apiVersion": "koreo.dev/v1beta1"}
    return Workspace().apply({"a.k.yaml": "\n---\n".join(json.dumps({**head, **one}) for one in documents)})


def test_the_same_documents_can_be_run() -> None:
    cases = recorded("prepare_cases", "document")
    for case in cases:
        document = {"kind": case["kind"], "metadata": {"name": case["name"]}, "spec": case["spec"]}
        snapshot = snapshot_of(document, *case.get("functions", ()))
        engine = Engine(snapshot)
        if case["kind"] == "FunctionTest":
            (test,) = find_tests(snapshot)
            assert isinstance(prepare_test(engine, test).program, TestProgram) is case["ok"], case
            (report,) = run_tests(snapshot).reports
            assert (report.error is None) is (case["function_under_test"] == "ok")
        else:
            found = engine.program(case["kind"], case["name"])
            assert found is not None
            assert isinstance(found, Unusable) is not case["ok"], case
    assert len(cases) == 28


def test_the_same_run() -> None:
    (case,) = recorded("prepare_cases", "run")
    document = {"kind": case["kind"], "metadata": {"name": case["name"]}, "spec": case["spec"]}
    (report,) = run_tests(snapshot_of(document, *case["functions"])).reports
    for theirs, ours in zip(case["rows"], report.cases, strict=True):
        outcome = theirs["outcome"]
        assert (ours.label, ours.status is CaseStatus.PASSED) == (theirs["label"], theirs["pass"])
        assert type(ours.outcome).__name__ == outcome.get("outcome", "Ok")
        assert ours.value == outcome.get("result")
        if isinstance(ours.outcome, Retry):
            assert ours.outcome.delay == outcome["delay"]


def test_the_same_comparisons() -> None:
    cases = recorded("match_cases", "test")
    assert [Exactly(case["target"]).matches(case["actual"]) for case in cases] == [c["match"] for c in cases]
    assert len(cases) == 3
