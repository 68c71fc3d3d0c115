"""The table of functions, macros and types."""

from __future__ import annotations

from collections import Counter

import pytest
from koreo_analyzer.cel.functions import (
    FUNCTIONS,
    MACROS,
    NAMESPACES,
    TYPE_NAMES,
    FormKind,
    all_names,
    lookup,
)

GLOBAL, MEMBER = FormKind.GLOBAL, FormKind.MEMBER


@pytest.mark.parametrize(
    ("name", "kind", "accepted"),
    [
        ("size", GLOBAL, {1}),
        ("size", MEMBER, {0}),
        ("matches", GLOBAL, {2}),
        ("matches", MEMBER, {1}),
        ("contains", GLOBAL, set()),
        ("getHours", MEMBER, {0, 1}),
        ("self_ref", GLOBAL, {1}),
        ("self_ref", MEMBER, {0}),
        ("split_index", GLOBAL, {3}),
        ("split_index", MEMBER, {2}),
        ("split", GLOBAL, {2}),
        ("split", MEMBER, {1, 2}),
        ("replace", GLOBAL, {3}),
        ("replace", MEMBER, {2, 3}),
        ("math.greatest", GLOBAL, {1, 2, 3, 4}),
        ("math.abs", GLOBAL, {1}),
        ("optional.none", GLOBAL, {0}),
        ("base64.encode", GLOBAL, {1}),
        ("strings.quote", GLOBAL, {1}),
    ],
)
def test_arity(name: str, kind: FormKind, accepted: set[int]) -> None:
    namespace, _, short = name.rpartition(".")
    function = lookup(short, namespace or None)
    assert function is not None
    assert function.full_name == name
    counts = {count for form in function.forms_of(kind) for count in range(5) if form.accepts(count)}
    assert counts == accepted


def test_a_name_stands_in_one_row() -> None:
    assert [row for row, count in Counter(row.full_name for row in FUNCTIONS).items() if count > 1] == []
    assert not {row.name for row in FUNCTIONS if row.namespace is None} & set(MACROS)


def test_unknown_names() -> None:
    assert lookup("sizes") is None
    assert lookup("abs") is None
    assert lookup("size", "math") is None
    assert lookup("map") is None


def test_names_to_suggest() -> None:
    assert {"has", "size", "self_ref"} <= set(all_names(GLOBAL))
    assert {"map", "startsWith", "self_ref", "optMap"} <= set(all_names(MEMBER))
    assert "bind" not in all_names(MEMBER)
    assert all_names(GLOBAL, "cel") == ("bind",)
    assert all_names(GLOBAL, "base64") == ("decode", "encode")
    assert {"base64", "cel", "math", "optional", "strings"} == NAMESPACES


def test_types_and_conversions() -> None:
    assert {"int", "string", "list", "map", "null_type", "google.protobuf.Timestamp"} <= TYPE_NAMES
    for name in ("int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration", "dyn", "type"):
        assert lookup(name) is not None
