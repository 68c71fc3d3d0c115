"""What is written where somebody has to fill a value in fits the type and what its schema asks."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_analyzer.types import BOOL, DOUBLE, INT, STRING, Limits, ListType, ObjectType, Property, Type, join
from koreo_server.ide.placeholders import placeholder


@pytest.mark.parametrize(
    ("type_", "limits", "expected"),
    [
        (STRING, None, ""),
        (BOOL, None, False),
        (INT, None, 0),
        (INT, Limits(minimum=3), 3),
        (INT, Limits(minimum=3, exclusive_minimum=True), 4),
        (INT, Limits(minimum=-3), 0),
        (DOUBLE, Limits(minimum=0.5), 1),
        (DOUBLE, Limits(minimum=0.5, exclusive_minimum=True), 1),
        (DOUBLE, Limits(minimum=-0.5), 0),
        (STRING, Limits(enum=("b", "a")), "b"),
        (ListType(INT), None, []),
        (ListType(INT), Limits(min_items=2), [0]),
        (ObjectType({"a": Property(INT), "b": Property(INT, required=False)}), None, {"a": 0}),
        (join(STRING, INT), None, 0),
    ],
)
def test_a_placeholder_fits(type_: Type, limits: Limits | None, expected: Any) -> None:
    found = placeholder(type_, limits)
    assert (type(found), found) == (type(expected), expected)
