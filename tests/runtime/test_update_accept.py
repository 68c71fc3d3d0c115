"""The expected value made from an actual one: it is met, and what the user wrote stays where it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koreo_runtime.testing.accept import accepted
from koreo_runtime.testing.compare import Exactly

AS_SET, AS_MAP, LAST = "x-koreo-compare-as-set", "x-koreo-compare-as-map", "x-koreo-compare-last-applied"

CASES: list[tuple[str, Any, Any, Any]] = [
    ("a value", {"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1, "b": 3}),
    ("what is not there goes", {"a": 1, "b": 2}, {"b": 2}, {"b": 2}),
    ("what is new comes last", {"b": 1, "a": 2}, {"c": 0, "a": 3, "b": 1}, {"b": 1, "a": 3, "c": 0}),
    ("equal numbers stay as written", {"a": 1.0, "b": 1}, {"a": 1, "b": 2}, {"a": 1.0, "b": 2}),
    ("a boolean is no number", {"a": 1}, {"a": True}, {"a": True}),
    ("null is not absence", {"a": 1}, {"a": None}, {"a": None}),
    ("another type", {"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
    ("owners are not compared", {"ownerReferences": [1], "a": 1}, {"a": 2}, {"ownerReferences": [1], "a": 2}),
    ("nor added", {"a": 1}, {"a": 2, "ownerReferences": [1]}, {"a": 2}),
    (
        "a set keeps its order",
        {AS_SET: ["l"], "l": [3, 1, 2]},
        {"l": [2, 3, 4]},
        {AS_SET: ["l"], "l": [3, 2, 4]},
    ),
    ("a set knows booleans", {AS_SET: ["l"], "l": [1]}, {"l": [True]}, {AS_SET: ["l"], "l": [True]}),
    ("mappings are no set", {AS_SET: ["l", "m"], "l": [1]}, {"l": [{}]}, {AS_SET: ["m"], "l": [{}]}),
    ("an empty directive goes", {AS_SET: ["l"], "l": [1]}, {"l": [{}]}, {"l": [{}]}),
    ("as does that of a list that is gone", {AS_SET: ["l"], "l": [1], "a": 1}, {"a": 1}, {"a": 1}),
    (
        "a map keeps its order and takes fields",
        {AS_MAP: {"l": ["n"]}, "l": [{"n": "b", "v": 1}, {"n": "a", "v": 1}, {"n": "x"}]},
        {"l": [{"n": "a", "v": 2}, {"n": "c"}, {"v": 1, "n": "b"}]},
        {AS_MAP: {"l": ["n"]}, "l": [{"n": "b", "v": 1}, {"n": "a", "v": 2}, {"n": "c"}]},
    ),
    ("scalars are no map", {AS_MAP: {"l": ["n"]}, "l": [{"n": 1}]}, {"l": [1]}, {"l": [1]}),
    ("the third directive stays", {LAST: ["l"], "l": [1]}, {"l": [2]}, {LAST: ["l"], "l": [2]}),
    (
        "a directive follows its item by name",
        {"c": [{"name": "a", AS_SET: ["l"], "l": [2, 1]}]},
        {"c": [{"name": "new"}, {"name": "a", "l": [1, 2, 3]}]},
        {"c": [{"name": "new"}, {"name": "a", AS_SET: ["l"], "l": [2, 1, 3]}]},
    ),
    (
        "or by position",
        {"c": [{AS_SET: ["l"], "l": [2, 1]}]},
        {"c": [{"l": [1, 2, 3]}, {}]},
        {"c": [{AS_SET: ["l"], "l": [2, 1, 3]}, {}]},
    ),
    (
        "directives of a function are not taken over",
        {"a": 1},
        {"b": {AS_SET: ["l"], "l": [1]}},
        {"b": {"l": [1]}},
    ),
]


@pytest.mark.parametrize(
    ("expected", "actual", "result"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_accepted(expected: Any, actual: Any, result: Any) -> None:
    made = accepted(expected, actual)
    assert json.dumps(made) == json.dumps(result)
    assert Exactly(made).matches(actual)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["a", "b"]))
KEYS = st.sampled_from(["name", "l", "m"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=8
)
DIRECTED = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(
            lambda values, directive: {**directive, **values},
            st.dictionaries(KEYS, inner),
            st.sampled_from(
                [{}, {AS_SET: ["l"]}, {AS_MAP: {"l": ["name"]}}, {LAST: ["m"], AS_SET: ["l", "m"]}]
            ),
        )
    ),
    max_leaves=8,
)


@given(DIRECTED, VALUES | DIRECTED)
def test_whatever_was_expected_what_is_accepted_is_met(expected: Any, actual: Any) -> None:
    before = json.dumps([expected, actual])
    assert Exactly(accepted(expected, actual)).matches(actual)
    assert json.dumps([expected, actual]) == before


@given(VALUES)
def test_what_is_met_stays(value: Any) -> None:
    assert accepted(value, value) is value
