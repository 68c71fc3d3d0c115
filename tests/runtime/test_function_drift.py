"""Drift, compare directives and quantities (language section 7)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from koreo_runtime.effects import ResourceId
from koreo_runtime.functions.directives import read_directives, without_directives
from koreo_runtime.functions.drift import first_difference
from koreo_runtime.functions.quantities import equal_quantities, is_builtin_quantity, parse_quantity
from koreo_runtime.outcomes import path_text

SET, MAP, APPLIED = "x-koreo-compare-as-set", "x-koreo-compare-as-map", "x-koreo-compare-last-applied"
SAME = None


def difference(target: Any, actual: Any, applied: Any = None) -> str | None:
    path = first_difference(target, actual, last_applied=lambda: applied)
    return None if path is None else path_text(path)


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, SAME),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2, "d": 3}], "x": 1}}, SAME),
        ({"a": 1}, {}, "a"),
        ({"a": {"b": 1}}, {}, "a"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "a.b"),
        ({"a": {"b": 1}}, {"a": "text"}, "a"),
        ({"a": [1, 2]}, {"a": [1]}, "a"),
        ({"a": [1, 2]}, {"a": [2, 1]}, "a[0]"),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "a[0].b"),
        ({"x/y": {"b": 1}}, {"x/y": {"b": 2}}, '["x/y"].b'),
        ({"a": 1}, {"a": 1.0}, SAME),
        ({"a": 1}, {"a": True}, "a"),
        ({"a": True}, {"a": 1}, "a"),
        ({"a": False}, {"a": 0}, "a"),
        ({"a": "1"}, {"a": 1}, "a"),
        ({"a": ""}, {}, "a"),
        ({"a": 0}, {"a": None}, "a"),
        ({"a": False}, {}, "a"),
        ({"a": None}, {}, SAME),
        ({"a": {}}, {}, SAME),
        ({"a": []}, {}, SAME),
        ({"a": None}, {"a": {}}, SAME),
        ({"a": {}}, {"a": []}, SAME),
        ({"a": []}, {"a": None}, SAME),
        ({"a": {"b": None, "c": {"d": []}}}, {}, SAME),
        ({"a": {"b": None, "c": {"d": 0}}}, {}, "a"),
        ({"a": {}}, {"a": {"b": 1}}, SAME),
        ({"a": []}, {"a": [1]}, "a"),
        ({"a": None}, {"a": {"b": 1}}, "a"),
        ({"a": None}, {"a": 0}, "a"),
        ({"a": {}}, {"a": 0}, "a"),
        ({"metadata": {"ownerReferences": [1], "a": 1}}, {"metadata": {"a": 1}}, SAME),
    ],
)
def test_difference(target: Any, actual: Any, expected: str | None) -> None:
    assert difference(target, actual) == expected


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        ([1, 2, 2], [2, 1], SAME),
        ([1, "1"], [1], "a"),
        ([1], [1.0], SAME),
        ([True], [1], "a"),
        ([], None, SAME),
        ([1], None, "a"),
        ([{"b": 1}], [{"b": 1}], "a"),
        ([1], [[1]], "a"),
        ("text", "text", SAME),
    ],
)
def test_lists_compare_as_sets(target: Any, actual: Any, expected: str | None) -> None:
    assert difference({SET: ["a"], "a": target}, {"a": actual}) == expected


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        ([{"k": 1, "v": 2}, {"k": 2}], [{"k": 2, "x": 1}, {"k": 3}, {"k": 1, "v": 2}], SAME),
        ([{"k": 1, "v": 2}], [{"k": 1, "v": 3}], "a[0].v"),
        ([{"k": 1}, {"k": 2}], [{"k": 1}], "a[1]"),
        ([{"k": " x "}], [{"k": "x"}], "a[0].k"),
        ([{"k": 80, "v": 1}], [{"k": "80", "v": 2}], "a[0].k"),
        ([{"k": 1, "v": 2}, {"k": 1, "v": 3}], [{"k": 1, "v": 3}], SAME),
        ([{"k": 1, "v": 3}], [{"k": 1, "v": 3}, {"k": 1, "v": 4}], "a[0].v"),
        ([], [{"k": 1}], SAME),
        ([{"k": 1}], None, "a"),
        ([1], [{"k": 1}], "a"),
        ([{"k": 1}], [1], "a"),
    ],
)
def test_lists_compare_as_maps(target: Any, actual: Any, expected: str | None) -> None:
    assert difference({MAP: {"a": ["k"]}, "a": target}, {"a": actual}) == expected


def test_items_are_told_apart_by_all_fields() -> None:
    items = [{"k": 1, "p": "x", "v": 1}, {"k": 1, "p": "y", "v": 2}]
    assert difference({MAP: {"a": ["k", "p"]}, "a": items}, {"a": items[::-1]}) is None


@pytest.mark.parametrize(
    ("target", "actual", "applied", "expected"),
    [
        ({APPLIED: ["a"], "a": 1}, {"a": 2}, {"a": 1}, SAME),
        ({APPLIED: ["a"], "a": 1}, {"a": 1}, {"a": 2}, "a"),
        ({APPLIED: ["a"], "a": 1}, {"a": 1}, None, "a"),
        ({APPLIED: ["a"], "a": 1, "b": 1}, {"b": 2}, {"a": 1, "b": 1}, "b"),
        ({APPLIED: ["a"], SET: ["a"], "a": [1, 2]}, {}, {"a": [2, 1]}, SAME),
        ({"s": [{APPLIED: ["a"], "a": 1}]}, {"s": [{}]}, {"s": [{"a": 1}]}, SAME),
        ({"s": [{APPLIED: ["a"], "a": 1}]}, {"s": [{}]}, {"s": []}, "s[0].a"),
        (
            {MAP: {"s": ["k"]}, "s": [{"k": 1, APPLIED: ["a"], "a": 1}]},
            {"s": [{"k": 1, "a": 2}]},
            {"s": [{"k": 2, "a": 2}, {"k": 1, "a": 1}]},
            SAME,
        ),
    ],
)
def test_compared_with_last_applied(target: Any, actual: Any, applied: Any, expected: str | None) -> None:
    assert difference(target, actual, applied) == expected


@pytest.mark.parametrize(
    "directives", [{SET: "a"}, {SET: [1]}, {MAP: ["a"]}, {MAP: {"a": "k"}}, {MAP: {"a": []}}, {APPLIED: None}]
)
def test_malformed_directives_are_as_none(directives: dict[str, Any]) -> None:
    assert difference({**directives, "a": [1, 2]}, {"a": [2, 1]}) == "a[0]"
    assert difference({**directives, "a": [1, 2]}, {"a": [1, 2]}) is None


def test_directives_are_taken_out_and_the_rest_is_shared() -> None:
    rest = {"b": [1, {"c": 2}]}
    target = {"x": {SET: ["a"], "a": [1]}, "y": [{MAP: {}, "k": 1}], "rest": rest}
    cleaned = without_directives(target)
    assert cleaned == {"x": {"a": [1]}, "y": [{"k": 1}], "rest": rest}
    assert cleaned["rest"] is rest
    assert without_directives(rest) is rest
    assert target["x"] == {SET: ["a"], "a": [1]}
    assert read_directives(rest) is None


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("1", 1),
        (1, 1),
        (0.5, Fraction(1, 2)),
        ("500m", Fraction(1, 2)),
        ("1k", 1000),
        ("1Ki", 1024),
        ("1.5Gi", 1610612736),
        ("2E", 2 * 10**18),
        ("2e3", 2000),
        ("2E3", 2000),
        ("-1", -1),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("100n", Fraction(1, 10**7)),
        ("", None),
        ("1 Gi", None),
        ("1KI", None),
        ("e3", None),
        (True, None),
        (None, None),
        ("1e999", None),
    ],
)
def test_quantities(quantity: Any, value: Any) -> None:
    assert parse_quantity(quantity) == value


def test_what_is_no_quantity_equals_nothing() -> None:
    assert equal_quantities("1Gi", "1024Mi")
    assert not equal_quantities("1Gi", "1G")
    assert not equal_quantities("x", "x")


@pytest.mark.parametrize(
    ("api_version", "kind", "path", "expected"),
    [
        ("v1", "Pod", ("spec", "containers", 0, "resources", "requests", "cpu"), True),
        ("apps/v1", "Deployment", ("spec", "template", "spec", "volumes", 0, "emptyDir", "sizeLimit"), True),
        ("v1", "PersistentVolumeClaim", ("spec", "resources", "requests", "storage"), True),
        ("v1", "PersistentVolume", ("spec", "capacity", "storage"), True),
        ("v1", "ResourceQuota", ("spec", "hard", "limits.cpu"), True),
        ("v1", "LimitRange", ("spec", "limits", 0, "max", "cpu"), True),
        ("apps/v1", "Deployment", ("spec", "template", "metadata", "labels", "sizeLimit"), False),
        ("v1", "ConfigMap", ("data", "sizeLimit"), False),
        ("example.com/v1", "Widget", ("spec", "resources", "limits", "cpu"), False),
        ("v1", "Pod", ("spec", "max", "cpu"), False),
        ("v1", "Pod", (), False),
    ],
)
def test_where_quantities_stand(
    api_version: str, kind: str, path: tuple[str | int, ...], expected: bool
) -> None:
    assert is_builtin_quantity(ResourceId(api_version, kind, None, "x", "y"), path) is expected


def test_quantities_are_asked_for_only_where_values_differ() -> None:
    asked: list[str] = []

    def is_quantity(path: tuple[str | int, ...]) -> bool:
        asked.append(path_text(path))
        return True

    target = {"a": "1", "b": {"c": ["1000m"]}, "d": "x"}
    path = first_difference(target, {"a": "1", "b": {"c": ["1"]}, "d": "y"}, is_quantity=is_quantity)
    assert path == ("d",)
    assert asked == ["b.c[0]"]
