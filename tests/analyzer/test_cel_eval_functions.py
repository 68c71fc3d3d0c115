"""The table of functions: examples give their results, the reference page is current, Koreo's own rules."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer import cel
from koreo_analyzer.cel.compare import equal
from koreo_analyzer.cel.functions import FUNCTIONS, MACROS, Function, MacroShape

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
ROWS: tuple[Function | MacroShape, ...] = (*FUNCTIONS, *MACROS.values())


def evaluate(source: str, **variables: object) -> object:
    return cel.compile(source).evaluate(variables)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_example(row: Function | MacroShape) -> None:
    assert equal(evaluate(row.example), evaluate(row.result))
    assert row.name in row.example
    assert row.doc.endswith(".")


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools" / "generate_expression_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_page_is_current() -> None:
    tool = generator()
    assert (ROOT / "docs" / "expressions.md").read_text(encoding="utf-8") == tool.page()
    assert sum(len(rows) for _, rows in tool.SECTIONS) == len(FUNCTIONS)


RESOURCE = {"apiVersion": "g.io/v1", "kind": "K", "metadata": {"name": "n", "namespace": "ns"}}
SOURCE = {"apiVersion": "g.io/v1", "kind": "K", "name": "n", "namespace": "ns", "uid": "1"}
REFERENCE = {"apiVersion": "g.io/v1", "kind": "K", "name": "n", "namespace": "ns"}
READY = {"type": "Ready", "status": "True", "reason": "UpToDate"}

VALUES = [
    # function, arguments, value (language section 2.2)
    ("self_ref", [RESOURCE], REFERENCE),
    ("to_ref", [SOURCE], REFERENCE),
    ("to_ref", [{"name": "n"}], {"name": "n"}),
    ("to_ref", [{**SOURCE, "external": "e"}], {"apiVersion": "g.io/v1", "kind": "K", "external": "e"}),
    ("group_ref", [SOURCE], {"apiGroup": "g.io", "kind": "K", "name": "n", "namespace": "ns"}),
    ("group_ref", [{"apiVersion": "g/v1", "apiGroup": "h", "name": "n"}], {"apiGroup": "h", "name": "n"}),
    ("group_ref", [{"apiVersion": "v1", "name": "n"}], {"apiGroup": "v1", "name": "n"}),
    ("kindless_ref", [SOURCE], {"name": "n", "namespace": "ns"}),
    ("kindless_ref", [{"external": "e", "name": "n"}], {"external": "e"}),
    ("config_connect_ready", [{"status": {"conditions": [{"type": "X"}, READY]}}], True),
    ("config_connect_ready", [{"status": {"conditions": [READY, READY]}}], False),
    ("config_connect_ready", [{"status": {"conditions": [{**READY, "status": "False"}]}}], False),
    ("config_connect_ready", [{"status": {"conditions": None}}], False),
    ("config_connect_ready", [{"status": None}], False),
    ("config_connect_ready", [{}], False),
    ("overlay", [{"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"c": [4]}}], {"a": {"b": 1, "c": [4]}, "d": 3}),
    ("overlay", [{"a": {"b": 1}}, {"a": {}}], {"a": {"b": 1}}),
    ("overlay", [{"a": {"b": 1}}, {"a": None}], {"a": None}),
    ("flatten", [[[1], [], [2, [3]]]], [1, 2, [3]]),
    ("flatten", [[]], []),
    ("flatten", [None], []),
    ("lower", ["ÄB"], "äb"),
    ("upper", ["äb"], "ÄB"),
    ("strip", ["xyaxy", "yx"], "a"),
    ("strip", [" a ", ""], " a "),
    ("lstrip", ["xax", "x"], "ax"),
    ("rstrip", ["xax", "x"], "xa"),
    ("split", ["a,,b", ","], ["a", "", "b"]),
    ("split", ["", ","], [""]),
    ("split_first", ["a/b", "/"], "a"),
    ("split_first", ["", "/"], ""),
    ("split_last", ["a/b", "/"], "b"),
    ("split_last", ["", "/"], ""),
    ("split_index", ["a/b/c", "/", 1], "b"),
    ("split_index", ["a/b/c", "/", -3], "a"),
    ("split_index", ["", "/", 7], ""),
    ("to_json", [{"b": [1.5, True, None], "a": "é"}], '{"a": "\\u00e9", "b": [1.5, true, null]}'),
    ("from_json", ['{"a": [1, 1.5, null, true]}'], {"a": [1, 1.5, None, True]}),
    ("b64encode", ["hé"], "aMOp"),
    ("b64decode", ["aMOp"], "hé"),
    ("replace", ["abab", "a", "x"], "xbxb"),
    ("replace", ["ab", "", "-"], "-a-b-"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "value"), VALUES)
def test_koreo_function(name: str, arguments: list[object], value: object) -> None:
    names = "xyz"[: len(arguments)]
    variables = dict(zip(names, arguments, strict=True))
    assert evaluate(f"{name}({', '.join(names)})", **variables) == value
    assert evaluate(f"x.{name}({', '.join(names[1:])})", **variables) == value


@pytest.mark.parametrize(
    "source",
    [
        "self_ref({'apiVersion': 'v1', 'kind': 'K', 'metadata': {'name': 'n'}})",
        "self_ref({'apiVersion': '', 'kind': 'K', 'metadata': {'name': 'n', 'namespace': 'ns'}})",
        "self_ref({'apiVersion': 'v1', 'kind': 'K', 'metadata': null})",
        "self_ref('a')",
        "to_ref({'kind': 'K'})",
        "to_ref({'name': ''})",
        "to_ref({'external': '', 'name': 'n'})",
        "group_ref({})",
        "kindless_ref({'external': ''})",
        "overlay({}, [])",
        "overlay(null, {})",
        "flatten([1])",
        "flatten(['ab'])",
        "flatten('ab')",
        "lower(1)",
        "split('a', '')",
        "split_first('a', '')",
        "split_last('', '')",
        "split_index('a/b', '/', 2)",
        "split_index('a/b', '/', -3)",
        "to_json(b'a')",
        "to_json(timestamp(0))",
        "to_json(0.0 / 0.0)",
        "from_json('{')",
        "from_json('NaN')",
        "from_json('1e999')",
        r"""from_json('"\\ud800"').matches('a')""",
        "from_json(1)",
        "from_json('1' + '0000000000'.replace('0', '00'))",
        "b64encode(b'a')",
        "b64decode('a')",
        "b64decode('a-b=')",
        "b64decode('/w==')",
        "replace('a', 'b')",
        "[].min()",
        "[1, 'a'].min()",
    ],
)
def test_koreo_function_fails(source: str) -> None:
    with pytest.raises(cel.CelError):
        evaluate(source)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("timestamp('2020-01-01T01:00:00+01:00')", "2020-01-01T00:00:00Z"),
        ("duration('90m')", "5400s"),
        ("b'hello'", "aGVsbG8="),
        ("{1: 2u, true: [duration('1ms')]}", {"1": 2, "true": ["0.001s"]}),
        ("[1, 1.5, null, 'a']", [1, 1.5, None, "a"]),
    ],
)
def test_values_leaving_an_expression(source: str, plain: object) -> None:
    assert cel.to_plain(evaluate(source)) == plain


@pytest.mark.parametrize("source", ["optional.of(1)", "[int]", "0.0 / 0.0", "{'a': optional.none()}"])
def test_values_that_can_not_leave(source: str) -> None:
    with pytest.raises(cel.CelError, match="has no JSON form"):
        cel.to_plain(evaluate(source))


def test_an_optional_that_leaves_says_how_to_mend_it() -> None:
    with pytest.raises(cel.CelError, match=r"`….orValue\(null\)`"):
        cel.to_plain(evaluate("{'a': optional.of(1)}"))
    with pytest.raises(cel.CelError, match=r"`….orValue\(null\)`"):
        cel.to_text(evaluate("optional.of(1)"))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a.c$", "abc", True),
        ("b", "abc", True),
        (r"^\d+$", "١", False),
        ("^(?!kube-).*$", "web", True),
        ("^(?!kube-).*$", "kube-system", False),
    ],
)
def test_patterns_are_of_re2_and_else_of_python(pattern: str, text: str, *, found: bool) -> None:
    assert evaluate("text.matches(pattern)", text=text, pattern=pattern) is found
    assert evaluate(f"matches(text, r'{pattern}')", text=text) is found
