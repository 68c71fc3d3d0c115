"""The types that values show: a value in, the type of a variable that holds it out."""

from __future__ import annotations

from typing import Any

import pytest
from koreo_analyzer import cel
from koreo_analyzer.cel.checker import check
from koreo_analyzer.cel.value_types import runtime_type, type_of_value
from koreo_analyzer.cel.values import type_of
from koreo_analyzer.types import ANY, show

TYPES = [
    ("null", "null"),
    ("1", "int"),
    ("1u", "uint"),
    ("1.5", "double"),
    ("'a'", "string"),
    ("b'a'", "bytes"),
    ("true", "bool"),
    ("timestamp(0)", "timestamp"),
    ("duration('1s')", "duration"),
    ("int", "type(int)"),
    ("type(null)", "type(null)"),
    ("optional.of('a')", "optional(string)"),
    ("optional.none()", "optional"),
    ("[]", "list"),
    ("['a', 'b']", "list(string)"),
    ("[1, 'a', null]", "list(int | null | string)"),
    ("{}", "{…}"),
    ("{'a': 1, 'b': [2u]}", "{a: int, b: list(uint), …}"),
    ("{'a': null}", "{a: any, …}"),
    ("[{'a': 1}, {'b': 'x'}]", "list({a?: any, b?: any, …})"),
    ("{1: 'a', true: 2, 3u: 'b'}", "map(bool | int | uint, int | string)"),
]


@pytest.mark.parametrize(("source", "expected"), TYPES)
def test_type_of_value(source: str, expected: str) -> None:
    assert show(type_of_value(cel.compile(source).evaluate({})), 3) == expected


@pytest.mark.parametrize("source", [source for source, _ in TYPES])
def test_the_type_at_run_time_is_known(source: str) -> None:
    value = cel.compile(source).evaluate({})
    assert runtime_type(type_of_value(value)) == type_of(value)
    assert runtime_type(check(cel.parse(source).root, {}).type) == type_of(value)


@pytest.mark.parametrize("source", ["true ? 1 : 'a'", "dyn(1)", "x", "optional.none().value()"])
def test_the_type_at_run_time_is_open(source: str) -> None:
    assert runtime_type(check(cel.parse(source).root, {}).type) is None


def test_what_is_deep_or_no_value_is_any() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    assert type_of_value(value, 2) == type_of_value([[object()]])
    assert type_of_value(object()) == ANY
