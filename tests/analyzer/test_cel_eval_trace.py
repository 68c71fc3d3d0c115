"""The tracing program: values and branches of each part, and the same result as the normal one."""

from __future__ import annotations

import pytest
from koreo_analyzer import cel
from koreo_analyzer.cel import ast


def part(source: str, text: str) -> tuple[ast.Node, cel.Trace]:
    """Trace an expression, and return the first node that was read from `text`."""
    root = cel.parse(source).root
    trace = cel.compile_tracing(root).trace({"inputs": {"a": 1, "b": {"c": [1, 2, 3]}}, "flag": True})
    for node in ast.walk(root):
        if source[node.start : node.end] == text:
            return node, trace
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("source", "text", "values"),
    [
        ("inputs.a + 1", "inputs.a", [1]),
        ("inputs.a + 1", "inputs.a + 1", [2]),
        ("inputs.b.c.map(x, x * 2)", "x * 2", [2, 4, 6]),
        ("inputs.b.c.map(x, x * 2)", "inputs.b", [{"c": [1, 2, 3]}]),
        ("flag ? inputs.a : inputs.b.c[0]", "inputs.a", [1]),
    ],
)
def test_values_of_a_part(source: str, text: str, values: list[object]) -> None:
    node, trace = part(source, text)
    assert trace.records[node].values == values
    assert trace.records[node].count == len(values)


def test_a_side_that_is_not_taken_does_not_run() -> None:
    node, trace = part("flag ? inputs.a : inputs.b", "inputs.b")
    assert not trace.ran(node)
    node, trace = part("flag || inputs.b.c[0] == 1", "inputs.b.c[0] == 1")
    assert not trace.ran(node)


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ("flag ? 1 : 2", {True}),
        ("!flag ? 1 : 2", {False}),
        ("inputs.b.c.map(x, x > 2 ? 'a' : 'b')", {True, False}),
        ("false ? 1 : 2", {False}),
        ("inputs.nope ? 1 : 2", set()),
    ],
)
def test_branches(source: str, taken: set[bool]) -> None:
    root = cel.parse(source).root
    trace = cel.compile_tracing(root).trace({"inputs": {"b": {"c": [1, 2, 3]}}, "flag": True})
    (ternary,) = [node for node in ast.walk(root) if isinstance(node, ast.Ternary)]
    assert trace.branches(ternary) == taken


def test_errors_are_recorded_where_they_happen_and_pass_on() -> None:
    node, trace = part("1 / (inputs.a - 1) == 1 || flag", "1 / (inputs.a - 1)")
    assert trace.value is True
    assert trace.error is None
    assert trace.records[node].failures == 1
    _, trace = part("inputs.a + inputs.nope", "inputs.a")
    assert trace.error is not None
    assert trace.error.message.startswith("no such field `nope`")


def test_the_first_hundred_values_are_kept() -> None:
    source = f"[{', '.join(map(str, range(150)))}].map(x, x + 1)"
    root = cel.parse(source).root
    trace = cel.compile_tracing(root).trace({})
    (body,) = [node for node in ast.walk(root) if isinstance(node, ast.Binary)]
    assert (trace.records[body].count, len(trace.records[body].values)) == (150, 100)
