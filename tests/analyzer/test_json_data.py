"""Which data are the same."""

import math
from typing import Any

import pytest
from koreo_analyzer.json_data import json_equal

SAME: list[tuple[Any, Any]] = [
    (1, 1.0),
    (None, None),
    ("a", "a"),
    (True, True),
    (math.nan, float("nan")),
    ({"a": 1, "b": [1.0]}, {"b": [1], "a": 1.0}),
    ([], []),
]
DIFFERENT: list[tuple[Any, Any]] = [
    (1, True),
    (0, False),
    (0, None),
    ("1", 1),
    (math.nan, 0),
    ({"a": 1}, {"a": True}),
    ({"a": None}, {}),
    ({"a": None}, {"b": None}),
    ([1, 2], [2, 1]),
    ([True], [1]),
    ({}, []),
    ([], None),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_same(left: Any, right: Any) -> None:
    assert json_equal(left, right)
    assert json_equal(right, left)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: Any, right: Any) -> None:
    assert not json_equal(left, right)
    assert not json_equal(right, left)
