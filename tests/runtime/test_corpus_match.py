"""Blocks, predicates and drift as the original answered them: equal, or docs/compatibility.md says why not.

Every difference is given the first reason that fits it; the number of each is exact. Needs the folder named by
the environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.language.tree import get
from koreo_analyzer.workspace import Workspace
from koreo_runtime.functions.drift import first_difference
from koreo_runtime.outcomes import Retry
from koreo_runtime.programs.blocks import BlockError
from koreo_runtime.programs.compiler import Compiler
from running import document, value_outcome

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = os.environ.get("KOREO_SHARED")
COMPATIBILITY = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"
needs_shared = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED names no folder with conformance data")

Case = dict[str, Any]


def cases(name: str, *levels: str) -> list[Case]:
    text = (Path(SHARED or "") / "corpus" / f"{name}.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [case for case in found if not levels or case["level"] in levels]


def reason_of(case: Case, reasons: dict[str, Callable[[Case], bool]]) -> str:
    return next((name for name, applies in reasons.items() if applies(case)), f"unexplained: {case}")


def is_nothing(value: Any) -> bool:
    return value is None or value == {} or value == []


MATCH_REASONS: dict[str, Callable[[Case], bool]] = {
    "nothing-equals-absence": lambda case: is_nothing(case["target"]) and is_nothing(case["actual"]),
}


@needs_shared
def test_drift() -> None:
    differing: Counter[str] = Counter()
    found = cases("match_cases", "resource")
    for case in found:
        applied = partial(case.get, "last_applied_value")
        path = first_difference(case["target"], case["actual"], last_applied=applied)
        if (path is None) != case["match"]:
            differing[reason_of(case, MATCH_REASONS)] += 1
    assert len(found) == 121
    assert differing == {"nothing-equals-absence": 6}


PREDICATE_REASONS: dict[str, Callable[[Case], bool]] = {
    "null-has-no-size": lambda case: (
        ".size()" in json.dumps(case["spec"]) and ": null" in json.dumps(case["inputs"])
    ),
}


def spec_of(key: str, content: Any) -> str:
    return f"  {key}: {json.dumps(content, ensure_ascii=False)}\n"


def decided(predicates: list[Case], variables: dict[str, Any]) -> tuple[str | None, str | None, int | None]:
    """Return class, message and delay of the outcome of preconditions."""
    outcome: Any = value_outcome(
        spec_of("preconditions", predicates), variables.get("inputs", {}), variables.get("resource")
    )
    name = type(outcome).__name__
    if name == "Ok":
        return None, None, None
    return name, outcome.message, int(outcome.delay) if isinstance(outcome, Retry) else None


@needs_shared
def test_predicates() -> None:
    differing: Counter[str] = Counter()
    found = [case for name in ("cel_cases", "cel_cases_corpus") for case in cases(name, "predicates")]
    for case in found:
        outcome = decided(case["spec"], case["inputs"])
        if outcome[:2] != (case.get("outcome"), case.get("message")):
            differing[reason_of(case, PREDICATE_REASONS)] += 1
    assert len(found) == 36
    assert differing == {"null-has-no-size": 2}


@needs_shared
def test_what_a_false_predicate_decides() -> None:
    for case in cases("predicate_cases"):
        expected = case["outcome"] or {}
        false = [{**predicate, "assert": "=false"} for predicate in case["predicates"]]
        assert decided(false, {}) == (
            expected.get("outcome"),
            expected.get("message"),
            expected.get("delay"),
        ), case


BLOCK_REASONS: dict[str, Callable[[Case], bool]] = {
    "scalars-as-kubernetes": lambda case: "'py-double'" in repr(case.get("spec_typed")),
    "one-expression-a-string": lambda case: any(
        text in repr(case["spec"]) for text in ("'==", "'=  ", "'=inputs.a")
    ),
    "keys-are-text": lambda case: any(
        text in repr(case["spec"]) for text in ("{'true'", "{'null'", "\"k'", "\\nline': 1")
    ),
    "large-numbers": lambda case: "12345678901234567890" in repr(case["spec"]),
    "strings-stay-strings": lambda case: case["level"] in ("spec", "overlay"),
}
BLOCK_COUNTS = {
    "keys-are-text": 4,
    "large-numbers": 1,
    "one-expression-a-string": 6,
    "scalars-as-kubernetes": 2,
    "strings-stay-strings": 36,
}


def block_value(case: Case, variables: dict[str, Any]) -> tuple[bool, Any]:
    """Return whether a YAML value has a value with its expressions evaluated, and which."""
    text = document("ValueFunction", "  return:\n  " + spec_of("v", case["spec"]))
    model = Workspace().apply({"a.k.yaml": text}).documents("a.k.yaml")[0].document
    node = get(model.spec, "return", "v")
    assert node is not None
    block = Compiler().block(model, node, ("spec", "return", "v"))
    try:
        if case["level"] == "overlay":
            return True, block.overlay(case["base"], variables)
        return True, block.plain(variables)
    except BlockError:
        return False, None


@needs_shared
def test_blocks() -> None:
    differing: Counter[str] = Counter()
    generated = json.loads((Path(SHARED or "") / "corpus/cel_generated.inputs.json").read_text())
    found = 0
    for name in ("cel_cases", "cel_cases_corpus", "cel_generated"):
        for case in cases(name, "spec", "evaluate", "overlay"):
            found += 1
            good, value = block_value(case, case.get("inputs", {"inputs": generated}))
            same = json.dumps(value) == json.dumps(case.get("result"))
            if good != ("error" not in case) or (good and not same):
                differing[reason_of(case, BLOCK_REASONS)] += 1
    assert found == 274
    assert differing == BLOCK_COUNTS


def test_every_reason_is_told() -> None:
    text = COMPATIBILITY.read_text(encoding="utf-8")
    reasons = [*MATCH_REASONS, *PREDICATE_REASONS, *BLOCK_REASONS]
    assert [reason for reason in reasons if f"`{reason}`" not in text] == []
