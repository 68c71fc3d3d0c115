"""The counting program: exact counts at what decides, and the same result as the normal one."""

from __future__ import annotations

from typing import Any

import cel_generator
import pytest
from koreo_analyzer import cel
from koreo_analyzer.cel import ast
from koreo_analyzer.cel.tally import compile_tallying, logical_operands

VARIABLES: dict[str, Any] = {"a": True, "b": False, "n": 1, "many": list(range(250)), "none": []}


def counts(source: str, *runs: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    """Evaluate and return what was counted at each text: true, false, other values, errors."""
    program = compile_tallying(cel.parse(source).root)
    for variables in runs or (VARIABLES,):
        try:
            program.evaluate(variables)
        except cel.CelError:
            continue
    return {
        source[node.start : node.end]: (tally.true, tally.false, tally.other, tally.errors)
        for node, tally in program.tallies.items()
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a", {"a": (1, 0, 0, 0)}),
        ("n + 1", {"n + 1": (0, 0, 1, 0)}),
        ("nope.x", {"nope.x": (0, 0, 0, 1)}),
        ("a ? n : 2", {"a ? n : 2": (0, 0, 1, 0), "a": (1, 0, 0, 0)}),
        ("b && a", {"b && a": (0, 1, 0, 0), "b": (0, 1, 0, 0), "a": (0, 0, 0, 0)}),
        ("b || a", {"b || a": (1, 0, 0, 0), "b": (0, 1, 0, 0), "a": (1, 0, 0, 0)}),
        ("nope && b", {"nope && b": (0, 1, 0, 0), "nope": (0, 0, 0, 1), "b": (0, 1, 0, 0)}),
    ],
)
def test_what_is_counted(source: str, expected: dict[str, tuple[int, int, int, int]]) -> None:
    assert counts(source) == expected


def test_all_turns_of_a_macro_count() -> None:
    found = counts("many.map(x, x % 5 == 0 ? 'a' : 'b')")
    assert found["x % 5 == 0"] == (50, 200, 0, 0)
    assert counts("none.all(x, x > 1 && a)")["x > 1"] == (0, 0, 0, 0)


def test_runs_add_up() -> None:
    found = counts("a || b", {"a": True}, {"a": False, "b": True}, {"a": False, "b": False})
    assert found["a"] == (1, 2, 0, 0)
    assert found["b"] == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("source", "constants"),
    [("1 < 2 ? a : b", {"1 < 2": True}), ("true || a", {"true": True}), ('"1.2"', {'"1.2"': "1.2"})],
)
def test_what_is_constant_is_told_with_its_value(source: str, constants: dict[str, Any]) -> None:
    program = compile_tallying(cel.parse(source).root)
    found = {source[node.start : node.end]: value for node, value in program.constants.items()}
    assert found == constants


def test_a_constant_expression_is_counted_as_a_whole() -> None:
    assert counts("true", {}, {}) == {"true": (2, 0, 0, 0)}


def test_operands_of_a_chain_are_those_written() -> None:
    source = "a && b && (n == 1 || a) && !b && a"
    root = cel.parse(source).root
    assert isinstance(root, ast.Binary)
    operands = [source[node.start : node.end] for node in logical_operands(root)]
    assert operands == ["a", "b", "n == 1 || a", "!b", "a"]


def outcome(evaluate: Any) -> tuple[Any, str]:
    """Value and error of an evaluation, in a form that can be compared."""
    try:
        return cel.to_text(cel.to_plain(evaluate(cel_generator.VARIABLES))), ""
    except cel.CelError as error:
        return None, f"{error.kind} {error.message} {error.span}"


def test_random_expressions_give_the_same_and_count_what_a_trace_records() -> None:
    generator = cel_generator.Generator(7)
    deciding = 0
    for _ in range(1500):
        source = generator.expression()
        root = cel.parse(source).root
        program = compile_tallying(root)
        assert outcome(program.evaluate) == outcome(cel.compile_tree(root).evaluate), source
        trace = cel.compile_tracing(root).trace(cel_generator.VARIABLES)
        for node, tally in program.tallies.items():
            record = trace.records.get(node)
            if record is None:
                assert node in program.constants or tally.evaluated == 0, source
                continue
            assert record.count <= len(record.values), "every value is kept"
            true = sum(value is True for value in record.values)
            false = sum(value is False for value in record.values)
            expected = true, false, record.count - true - false, record.failures
            assert (tally.true, tally.false, tally.other, tally.errors) == expected, source
            deciding += node is not root
    assert deciding > 300
