"""The exact comparison: which values an expectation accepts, and every path in which another one differs."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_runtime.testing.compare import Difference, DifferenceKind, Exactly

AS_SET = "x-koreo-compare-as-set"
AS_MAP = "x-koreo-compare-as-map"
A, B, C = {"n": "a", "v": 1}, {"n": "b", "v": 2}, {"n": "c", "v": 3}

EQUAL: list[tuple[Any, Any]] = [
    ({}, {}),
    ({"a": 1}, {"a": 1.0}),
    ({"a": 0}, {"a": -0.0}),
    ({"a": [True, None, "x"]}, {"a": [True, None, "x"]}),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"a": 1}, {"a": 1, "ownerReferences": []}),
    ({"a": 1, "ownerReferences": [{"controller": 1}]}, {"a": 1, "ownerReferences": [{"controller": True}]}),
    ({AS_SET: ["l"], "l": [1, 2, 2]}, {"l": [2, 1]}),
    ({AS_SET: ["other"], "l": [1, 2]}, {"l": [1, 2]}),
    ({AS_MAP: {"l": ["n"]}, "l": [A, B]}, {"l": [B, A]}),
    ({AS_MAP: {"l": ["n"]}, "l": [A, {"n": "a", "v": 9}]}, {"l": [{"n": " a ", "v": 9} | {"n": "a"}]}),
    ({"x-koreo-compare-last-applied": ["l"], "l": [1]}, {"l": [1]}),
    ({"deep": [{AS_SET: ["l"], "l": [1, 2]}]}, {"deep": [{"l": [2, 1]}]}),
]

DIFFERENT: list[tuple[Any, Any, list[tuple[tuple[str | int, ...], str]]]] = [
    ({"a": 1}, {"a": True}, [(("a",), "different")]),
    ({"a": False}, {"a": 0}, [(("a",), "different")]),
    ([{"a": [1]}], [{"a": [True]}], [((0, "a", 0), "different")]),
    ({"a": None}, {}, [(("a",), "missing")]),
    ({"a": {}}, {"a": None}, [(("a",), "different")]),
    ({}, {"a": None}, [(("a",), "extra")]),
    ({"a": "1"}, {"a": 1}, [(("a",), "different")]),
    ({"a": 1, "b": 2}, {"b": 3, "c": 4}, [(("a",), "missing"), (("b",), "different"), (("c",), "extra")]),
    ([1, 2], [1], [((1,), "missing")]),
    ([1], [0, 2], [((0,), "different"), ((1,), "extra")]),
    ({"a": [1]}, {"a": {"0": 1}}, [(("a",), "different")]),
    ({AS_SET: ["l"], "l": [1, 2]}, {"l": [2, 3]}, [(("l", 0), "missing"), (("l", 1), "extra")]),
    ({AS_SET: ["l"], "l": [1]}, {"l": [True]}, [(("l", 0), "missing"), (("l", 0), "extra")]),
    ({AS_SET: ["l"], "l": [{}]}, {"l": [{}]}, [(("l",), "different")]),
    ({AS_SET: ["l"], "l": [1]}, {"l": None}, [(("l",), "different")]),
    (
        {AS_MAP: {"l": ["n"]}, "l": [A, B]},
        {"l": [{"n": "b", "v": 5, "w": 6}, C]},
        [(("l", 0), "missing"), (("l", 1, "v"), "different"), (("l", 1, "w"), "extra"), (("l", 1), "extra")],
    ),
    ({AS_MAP: {"l": ["n"]}, "l": [A]}, {"l": [1]}, [(("l",), "different")]),
]


@pytest.mark.parametrize(("expected", "actual"), EQUAL)
def test_equal_values_match(expected: Any, actual: Any) -> None:
    exactly = Exactly(expected)
    assert exactly.matches(actual)
    assert exactly.differences(actual) == ()


@pytest.mark.parametrize(("expected", "actual", "found"), DIFFERENT)
def test_every_difference_is_found(expected: Any, actual: Any, found: list[tuple[Any, str]]) -> None:
    exactly = Exactly(expected)
    assert not exactly.matches(actual)
    assert [(one.path, one.kind.value) for one in exactly.differences(actual)] == found


def test_a_difference_holds_both_values() -> None:
    assert Exactly({"a": {"b": [1]}}).differences({"a": {"b": [2, 3]}}) == (
        Difference(("a", "b", 0), DifferenceKind.DIFFERENT, 1, 2),
        Difference(("a", "b", 1), DifferenceKind.EXTRA, None, 3),
    )
