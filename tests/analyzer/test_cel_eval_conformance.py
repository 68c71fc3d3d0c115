"""cel-spec's conformance tests: exactly these cases fail, for these reasons.

Needs the folder named by the environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

from typing import Any

import pytest
from cel_data import NEEDS_SHARED, SHARED, decode, lines, same
from koreo_analyzer import cel

pytestmark = pytest.mark.skipif(SHARED is None, reason=NEEDS_SHARED)

CASES = {
    "basic": 43,
    "bindings_ext": 8,
    "comparisons": 334,
    "conversions": 109,
    "encoders_ext": 4,
    "fields": 60,
    "fp_math": 30,
    "integer_math": 64,
    "lists": 39,
    "logic": 30,
    "macros": 44,
    "macros2": 46,
    "math_ext": 199,
    "namespace": 14,
    "optionals": 59,
    "parse": 193,
    "plumbing": 5,
    "string": 51,
    "string_ext": 213,
    "timestamps": 78,
    "type_deduction": 12,
}
"""The number of cases of each file that ask for a value or an error; the others ask for a static type."""

FAILURES: dict[str, str] = {}
"""The cases that fail, by id, with the reason."""


def evaluate(case: dict[str, Any]) -> Any:
    """Return the value of a case's expression, or the error that it ends in."""
    variables = {name: decode(value) for name, value in case["bindings"].items()}
    declared = [name for name in variables if "." in name]
    try:
        program = cel.compile_expression(case["expr"], container=case["container"], declared=declared)
        return program.evaluate(variables)
    except cel.CelError as error:
        return error


def passes(case: dict[str, Any]) -> bool:
    got = evaluate(case)
    expected = case["expect"]
    if "error" in expected:
        return isinstance(got, cel.CelError) and got.kind is not cel.ErrorKind.SYNTAX
    return same(got, decode(expected["value"]))


@pytest.mark.parametrize("name", sorted(CASES))
def test_conformance(name: str) -> None:
    cases = [case for case in lines(f"cel-spec/{name}.jsonl") if not case["check_only"]]
    assert len(cases) == CASES[name]
    failed = {case["id"] for case in cases if not passes(case)}
    assert failed == {case_id for case_id in FAILURES if case_id.startswith(f"{name}/")}


def test_the_core_is_complete() -> None:
    extensions = {
        "bindings_ext",
        "encoders_ext",
        "macros2",
        "math_ext",
        "optionals",
        "string_ext",
        "type_deduction",
    }
    assert sum(count for name, count in CASES.items() if name not in extensions) == 1094


def test_every_error_has_a_place_within_the_source() -> None:
    for name in CASES:
        for case in lines(f"cel-spec/{name}.jsonl"):
            error = evaluate(case)
            if isinstance(error, cel.CelError):
                assert error.span is not None, case["id"]
                assert 0 <= error.span.start <= error.span.end <= len(case["expr"]), case["id"]
                assert "\n" not in error.message, case["id"]
                assert error.message, case["id"]
