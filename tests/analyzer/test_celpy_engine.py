"""cel-python as second engine: each known difference, for the original's version and the newest."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import pytest
from koreo_analyzer import cel
from koreo_analyzer.cel.values import ABSENT, BoolKey, CelType, Duration, Timestamp, Uint

pytest.importorskip("celpy", reason="cel-python is not installed")

VARIABLES = {"inputs": {"l": [1, 2], "s": "x", "m": {"a": 1}}}
ORIGINAL, NEWEST = "0.3.0", "0.5.0"
INSTALLED = importlib.metadata.version("cel-python")

DIFFERENCES = [
    # expression, ours, cel-python 0.3.0, cel-python 0.5.0
    ("string(true)", "'true'", "'True'", "'True'"),
    ("string(1.0)", "'1'", "'1.0'", "'1.0'"),
    ("string(null)", "error", "'None'", "'None'"),
    ("size(null)", "error", "0", "0"),
    ("int(1.9)", "1", "2", "1"),
    ("0.0 / 0.0", "nan", "inf", "inf"),
    ("7 && true", "error", "7", "7"),
    ("true + true", "error", "2", "2"),
    ("true == 1", "False", "True", "True"),
    ("0 == null", "False", "error", "error"),
    ("[] == null", "False", "error", "False"),
    ("1 == 1.0", "True", "error", "error"),
    ("inputs.missing == null", "error", "False", "error"),
    ("inputs.missing == 'a'", "error", "False", "error"),
    ("[1, 2][-1]", "error", "2", "2"),
    ("inputs.l[-1]", "error", "2", "2"),
    ("'''a\nb'''", "'a\\nb'", "'ab'", "'ab'"),
    ("[1, 2].map(x, x > 1, x)", "[2]", "error", "error"),
    (
        "string(timestamp('2020-01-01T00:00:00.5Z'))",
        "'2020-01-01T00:00:00.500Z'",
        "'2020-01-01T00:00:00Z'",
        "'2020-01-01T00:00:00Z'",
    ),
    ("timestamp(0)", "Timestamp(nanoseconds=0)", "error", "error"),
    ("bool('true')", "True", "error", "True"),
    ("'a' in 'abc'", "error", "True", "True"),
    ("1 < 1.5", "True", "error", "error"),
    ("[1, 2].exists(x, x == 'a')", "False", "error", "error"),
    ("inputs.m.keys()", "['a']", "error", "error"),
    ("'A'.toLower()", "'a'", "error", "error"),
    ("[1,]", "[1]", "error", "error"),
    ("null in {}", "error", "False", "False"),
]

EQUAL = [
    "{'a': 1 / 0}",
    "duration('1.5s')",
    "1 + 1.0",
    "1 in [1, 'a']",
    "has(inputs.missing.x)",
    "has(inputs.s.x)",
    "'a'.lower()",
    "to_json(true)",
    "flatten('ab')",
    "b64decode('!!')",
    "split_index('a/b', '/', 1)",
    "{'b': 1, 'a': 2}",
    "[3, 1].min()",
    "[1, 2].reduce(r, x, 0, r + x)",
    "'a\\.b'",
    "-7 / 2",
    "-7 % 3",
    "9223372036854775807 + 1",
    "1u - 2u",
    "1 / 0 > 0 || true",
    "self_ref({})",
    "type(1)",
    "1 == 1",
]


def answer(engine: str, source: str) -> str:
    try:
        return repr(cel.compile(source, engine=engine).evaluate(VARIABLES))
    except cel.CelError:
        return "error"


def test_the_installed_version_is_one_of_the_table() -> None:
    assert INSTALLED in {ORIGINAL, NEWEST}


@pytest.mark.parametrize(("source", "native", "original", "newest"), DIFFERENCES)
def test_difference(source: str, native: str, original: str, newest: str) -> None:
    assert answer("native", source) == native
    assert answer("celpy", source) == (original if INSTALLED == ORIGINAL else newest)
    assert native != original


@pytest.mark.parametrize("source", EQUAL)
def test_equal(source: str) -> None:
    assert answer("native", source) == answer("celpy", source)


VALUES: list[Any] = [
    None,
    True,
    -(2**63),
    Uint(2**64 - 1),
    1.5,
    "ä",
    b"\xff",
    Timestamp(1_500_000_000),
    Timestamp(-1_000_000_000),
    Duration(-90_000_000_000),
    Duration(1_500_000),
    CelType("int"),
    CelType("google.protobuf.Timestamp"),
    [1, [Uint(1), {}]],
    {"b": 1, "a": {"c": [None]}},
    {BoolKey.TRUE: 1, 2: "x", Uint(3): "y"},
]


@pytest.mark.parametrize("engine", cel.ENGINES)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back_as_they_went_in(engine: str, value: Any) -> None:
    got = cel.engine_named(engine).compile("x").evaluate({"x": value})
    assert repr(got) == repr(value)


FUNCTIONS = [
    "self_ref(r)",
    "to_ref({'external': 'x', 'kind': 'K'})",
    "{'name': 'n', 'apiVersion': 'g/v1'}.group_ref()",
    "kindless_ref({'name': 'n'})",
    "config_connect_ready(r)",
    "overlay({'a': {'b': 1}}, {'a': {'c': 2u}})",
    "[[1], [2]].flatten()",
    "'A/B'.lower().split('/')",
    "strip('xax', 'x') + 'xax'.rstrip('x')",
    "split_first('a/b/c', '/') + split_last('a/b/c', '/') + 'a/b/c'.split_index('/', -2)",
    "'aXb'.replace('X', 'ä').to_json().from_json()",
    "from_json('{\"a\": [1, 2.5, null]}')",
    "b64decode(b64encode('ä'))",
    "has(r.metadata.name) && !has(r.metadata.labels.app) && !has(r['x']['y'])",
    "to_ref({'name': ''}) == 1 || true",
]


@pytest.mark.parametrize("source", FUNCTIONS)
def test_the_functions_of_koreo(source: str) -> None:
    resource = {"apiVersion": "v1", "kind": "K", "metadata": {"name": "n", "namespace": "s"}}
    values = [cel.compile(source, engine=name).evaluate({"r": resource}) for name in cel.ENGINES]
    assert repr(values[0]) == repr(values[1])


def test_a_value_that_the_engine_does_not_have() -> None:
    program = cel.compile("x", engine="celpy")
    with pytest.raises(cel.CelError, match="cel-python has no value of type optional") as caught:
        program.evaluate({"x": ABSENT})
    assert caught.value.span is not None
    with pytest.raises(cel.CelError):
        program.evaluate({"x": object()})


def test_messages_name_no_classes_of_python() -> None:
    engine = cel.engine_named("celpy")
    for source in ("1 + 'a'", "nothing", "[].map(x, true, x)", "1 +"):
        with pytest.raises(cel.CelError) as caught:
            engine.compile(source).evaluate({})
        assert "cel-python" in caught.value.message
        assert "celtypes" not in caught.value.message
        assert caught.value.span is not None
    assert engine.title == f"cel-python {INSTALLED}"
