"""Kubernetes' reading of scalars, keys, merge keys and aliases; and where PyYAML reads otherwise."""

from __future__ import annotations

import math
import string

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from koreo_analyzer.yaml.nodes import Mapping, Scalar, Style
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import TooLarge, key_text, plain, pyyaml_differs, value


def scalar(text: str, tag: str | None = None, style: Style = Style.PLAIN) -> Scalar:
    return Scalar(text, style, 0, len(text), f"tag:yaml.org,2002:{tag}" if tag else None)


VALUES: list[tuple[str, object]] = [
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("true", True),
    ("y", True),
    ("Y", True),
    ("yes", True),
    ("On", True),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("false", False),
    ("n", False),
    ("No", False),
    ("off", False),
    ("OFF", False),
    ("none", "none"),
    ("0", 0),
    ("12", 12),
    ("-12", -12),
    ("+12", 12),
    ("1_000", 1000),
    ("-", "-"),
    ("--1", "--1"),
    ("012", 10),
    ("0o12", 10),
    ("0O12", 10),
    ("08", 8),
    ("09.5", 9.5),
    ("0b101", 5),
    ("-0b101", -5),
    ("0x1F", 31),
    ("0X1f", 31),
    ("-0x10", -16),
    ("0x", "0x"),
    ("0b2", "0b2"),
    ("0o8", "0o8"),
    ("_1", "_1"),
    ("9223372036854775807", 2**63 - 1),
    ("-9223372036854775808", -(2**63)),
    ("18446744073709551615", 2**64 - 1),
    ("18446744073709551616", 2.0**64),
    ("+9223372036854775808", 2.0**63),
    ("-9223372036854775809", -(2.0**63)),
    ("0x1ffffffffffffffff", 0x1FFFFFFFFFFFFFFFF),
    ("1.5", 1.5),
    ("1.0", 1),
    ("-1.0", -1),
    ("1.", 1),
    (".5", 0.5),
    ("-.5", -0.5),
    ("+.5", 0.5),
    ("1e3", 1000),
    ("1.5e3", 1500),
    ("1e-2", 0.01),
    ("1e18", 10**18),
    ("1e19", 1e19),
    ("1e400", "1e400"),
    ("1e", "1e"),
    ("-0.0", 0),
    ("1234567890123456789.0", 1234567890123456800),
    (".", "."),
    ("...x", "...x"),
    ("1.2.3", "1.2.3"),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("2020-01-01", "2020-01-01"),
    ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ("=", "="),
    ("<<", "<<"),
    ("=a + 1", "=a + 1"),
    ("hello", "hello"),
    ("٣", "٣"),
    ("1٣", "1٣"),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_plain_scalars(text: str, expected: object) -> None:
    read = value(scalar(text))
    assert (type(read), read) == (type(expected), expected)


@pytest.mark.parametrize("style", [style for style in Style if style is not Style.PLAIN])
@pytest.mark.parametrize("text", ["yes", "12", "", "~", "1.0"])
def test_quoted_and_block_scalars_are_strings(text: str, style: Style) -> None:
    assert value(scalar(text, style=style)) == text


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("12", "str", "12"),
        ("12", "int", 12),
        ("12", "float", 12),
        ("1.5", "float", 1.5),
        ("yes", "bool", True),
        ("null", "null", None),
        ("", "null", None),
        ("aGk=", "binary", "hi"),
        ("x", "int", "x"),
        ("1.5", "int", "1.5"),
        ("12", "bool", "12"),
        ("?", "binary", "?"),
        ("2020-01-01", "timestamp", "2020-01-01"),
        ("12", "unknown", "12"),
    ],
)
def test_explicit_tags(text: str, tag: str, expected: object) -> None:
    read = value(scalar(text, tag))
    assert (type(read), read) == (type(expected), expected)


def test_numbers_without_json_form_are_floats() -> None:
    assert [value(scalar(text)) for text in (".inf", "+.Inf", "-.INF")] == [math.inf, math.inf, -math.inf]
    assert math.isnan(float(str(value(scalar(".nan")))))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a", "a"),
        ("5", "5"),
        ("yes", "true"),
        ("off", "false"),
        ("1.50", "1.5"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("1000000.0", "1e+06"),
        ("0.00001", "1e-05"),
        ("0.1", "0.1"),
        ("012", "10"),
        ("2020-01-01", "2020-01-01"),
        ("18446744073709551615", None),
        ("", None),
        ("~", None),
        ("name", "name"),
        ("-", "-"),
        (".inf", ".inf"),
    ],
)
def test_keys_as_in_json(text: str, key: str | None) -> None:
    assert key_text(scalar(text)) == key


def data(text: str) -> object:
    root = parse(text).root
    assert root is not None
    return plain(root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: [x, {c: yes}]\n5: d", {"a": 1, "b": ["x", {"c": True}], "5": "d"}),
        ("a: 1\na: 2", {"a": 2}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3", {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}}),
        ("a: &x {p: 1}\nb:\n  p: 9\n  <<: *x", {"a": {"p": 1}, "b": {"p": 1}}),
        ("- &x {p: 1}\n- &y {p: 2, q: 2}\n- <<: [*x, *y]", [{"p": 1}, {"p": 2, "q": 2}, {"p": 1, "q": 2}]),
        ("'<<': 1", {"<<": 1}),
        ("? [a]\n: 1\nb: 2", {"b": 2}),
    ],
)
def test_plain_data(text: str, expected: object) -> None:
    assert data(text) == expected


def test_data_beyond_the_budget_are_a_value_of_their_own() -> None:
    root = parse("a: &x [1, 2, 3]\nb: [*x, *x]").root
    assert root is not None
    assert plain(root, budget=100) == {"a": [1, 2, 3], "b": [[1, 2, 3], [1, 2, 3]]}
    assert plain(root, budget=5) == TooLarge(5)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("y", 'the text "y"'),
        ("N", 'the text "N"'),
        ("1e3", 'the text "1e3"'),
        ("0o12", 'the text "0o12"'),
        ("08", 'the text "08"'),
        ("1:30", "the integer 90"),
        ("2020-01-01", "a date"),
        ("2020-01-01 00:00:00", "a date and time"),
        ("2020-13-45", "an error"),
        ("=", "an error"),
        ("yes", None),
        ("012", None),
        ("1.0", None),
        ("1_000", None),
        ("name", None),
        ("=a", None),
        ("~", None),
        (".inf", None),
        (".nan", None),
        ("", None),
        ("18446744073709551616", None),
    ],
)
def test_what_pyyaml_reads_differently(text: str, shown: str | None) -> None:
    assert pyyaml_differs(scalar(text)) == shown


@given(
    st.text(alphabet="yYnNoOsStTfFaAlLuUrReEbBxX0123456789+-._:=<~ " + string.ascii_lowercase[:6], max_size=8)
)
@example("1e3")
@example("0b1_0")
def test_silence_about_pyyaml_means_that_it_agrees(text: str) -> None:
    """The first-character test must not hide a difference: PyYAML's own loader is asked."""
    node = parse(text).root
    if not isinstance(node, Scalar) or node.style is not Style.PLAIN or node.text != text:
        return
    if pyyaml_differs(node) is None:
        loaded = yaml.load(text, Loader=yaml.SafeLoader)
        read = value(node)
        assert loaded == read or (isinstance(read, float) and math.isnan(read))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_survive(number: float) -> None:
    assert value(scalar(repr(number))) == pytest.approx(number, rel=1e-15)


def test_root_without_keys_gives_an_empty_mapping() -> None:
    root = parse("{}").root
    assert isinstance(root, Mapping)
    assert plain(root) == {}
