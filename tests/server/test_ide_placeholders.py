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
        (STRING, Limits(pattern="^[a-z]*$"), ""),
        (STRING, Limits(pattern="^[a-z]+$"), "example"),
        (STRING, Limits(min_length=1), "x"),
        (STRING, Limits(pattern="^[a-z]+$", max_length=3), "a"),
        (STRING, Limits(pattern=r"^\d+\.\d+\.\d+$"), "1.0.0"),
        (STRING, Limits(pattern=r"^([0-9]{1,3}\.){3}[0-9]{1,3}/([0-9]|[1-2][0-9]|3[0-2])$"), "10.0.0.0/16"),
        (STRING, Limits(pattern="^(gp2|gp3|io1)$"), "gp2"),
        (STRING, Limits(pattern="^subnet-[0-9a-f]{17}$"), "subnet-0123456789abcdef0"),
        (
            STRING,
            Limits(pattern=r"^arn:aws:kms:[a-z0-9-]+:\d{12}:key/.+$"),
            "<matches ^arn:aws:kms:[a-z0-9-]+:\\d{12}:key/.+$>",
        ),
        (STRING, Limits(pattern=r"^projects/[a-z]+$"), "projects/example"),
        (STRING, Limits(pattern=r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"), "100m"),
        (STRING, Limits(pattern=r"^v\d+$"), "v1"),
        (STRING, Limits(pattern="(["), ""),
        (STRING, Limits(format="ipv4"), "192.0.2.1"),
        (STRING, Limits(all_of=(Limits(pattern="^[A-Z]"), Limits(min_length=3))), "Example"),
        (STRING, Limits(one_of=(Limits(pattern="^a+$"), Limits(pattern="^b+$"))), "a"),
    ],
)
def test_a_placeholder_fits(type_: Type, limits: Limits | None, expected: Any) -> None:
    found = placeholder(type_, limits)
    assert (type(found), found) == (type(expected), expected)
