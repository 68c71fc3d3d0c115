"""Text edits of values: what changes, what stays, and how new text looks. Before and after, as people see them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.edit import Change, apply, remove, rename_key, set_value, set_values
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain

if TYPE_CHECKING:
    from koreo_analyzer.edit import Path


def edited(text: str, path: Path, value: object) -> str:
    """Return a document with a value set; it must be accepted."""
    change = set_value(text, parse(text), path, value)
    assert change.refusal is None
    return apply(text, change.edits)


def without(text: str, path: Path) -> str:
    change = remove(text, parse(text), path)
    assert change.refusal is None
    return apply(text, change.edits)


SCALARS = [
    ("plain", "a: one # c\n", "two", "a: two # c\n"),
    ("plain to a number", "a: one\n", 5, "a: 5\n"),
    ("plain to null", "a: one\n", None, "a: null\n"),
    ("plain to a text like a number", "a: one\n", "5", 'a: "5"\n'),
    ("plain to a text like a boolean of YAML 1.1", "a: one\n", "yes", 'a: "yes"\n'),
    ("plain to a text that PyYAML reads as a number", "a: one\n", "1:30", 'a: "1:30"\n'),
    ("plain to a text with a colon", "a: one\n", "b: c", 'a: "b: c"\n'),
    ("plain to an expression", "a: one\n", "=inputs.b", "a: =inputs.b\n"),
    ("in the quotes of the document", "a: one\nb: 'x'\n", "5", "a: '5'\nb: 'x'\n"),
    ("in the quotes that need no escapes", 'a: one\nb: "x"\n', '"q": 1', "a: '\"q\": 1'\nb: \"x\"\n"),
    ("single quotes", "a: 'one'\n", "it's", "a: 'it''s'\n"),
    ("single quotes that cannot hold it", "a: 'one'\n", "bell \x07", 'a: "bell \\a"\n'),
    ("double quotes", 'a: "one"\n', "x\ny", 'a: "x\\ny"\n'),
    ("quoted to a number", 'a: "1"\n', 1, "a: 1\n"),
    ("a float in a form that all read", "a: 1\n", 1e22, "a: 1.0e+22\n"),
    ("no value", "a:\nb: 1\n", "x", "a: x\nb: 1\n"),
    ("no value with a comment", "a: # c\n", "x", "a: x # c\n"),
    ("on a line of its own", "a:\n  # c\n  one # d\n", "two", "a:\n  # c\n  two # d\n"),
    ("plain to several lines", "a: one # c\nb: 1\n", "x\ny\n", "a: | # c\n  x\n  y\nb: 1\n"),
    ("several lines without a last break", "a: one\n", "x\ny", "a: |-\n  x\n  y\n"),
    ("lines that begin with blanks", "a: one\n", "  x\ny\n", "a: |2\n    x\n  y\n"),
    ("lines that keep blank ones", "a: one\n", "x\n\n", 'a: "x\\n\\n"\n'),
    ("a literal text", "a: |\n    x\n    y # no\n    z\nb: 1\n", "x\nY\nz\n", "a: |\n    x\n    Y\n    z\nb: 1\n"),
    ("a literal text and its comment", "a: |- # c\n  x\n", "y\n", "a: | # c\n  y\n"),
    ("a literal text to a number", "a: | # c\n  x\n  y\nb: 1\n", 5, "a: 5 # c\nb: 1\n"),
    ("a folded text, a word of it", "a: >\n  one two\n  three four\n", "one two four\n", "a: >\n  one two\n  four\n"),
    ("a folded text", "a: >-\n  one\n  two\n", "x\ny", "a: >-\n  x\n\n  y\n"),
    ("a long text is not folded", "a: one\n", "word " * 40 + "end", "a: " + "word " * 40 + "end\n"),
    ("a tag that suits", "a: !!str 5\n", "6", 'a: !!str "6"\n'),
    ("a tag that does not suit", "a: !!str 5\n", 6, "a: 6\n"),
    ("a comment that would become text", "a: x\n     # c\nb: 1\n", "x\ny\n", 'a: "x\\ny\\n"\n     # c\nb: 1\n'),
    ("no last line break", "a: x", "x\ny\n", "a: |\n  x\n  y\n"),
    ("line breaks of Windows", "a: x\r\nb: 1\r\n", "x\ny\n", "a: |\r\n  x\r\n  y\r\nb: 1\r\n"),
    ("a mapping",
     "a: x # c\nb: 1\n", {"k": {"l": [1, {"m": 2, "o": []}]}},
     "a: # c\n  k:\n    l:\n      - 1\n      - m: 2\n        o: []\nb: 1\n"),
    ("a mapping to a scalar", "a: # c\n  # d\n  k: 1 # e\n  l: 2\n  # f\nb: 1\n", "x", "a: x # c\nb: 1\n"),
    ("a mapping to a list", "a:\n  k: 1\nb:\n- 1\n", [1, 2], "a:\n- 1\n- 2\nb:\n- 1\n"),
    ("an empty mapping", "a: {} # c\n", {"k": 1}, "a: # c\n  k: 1\n"),
    ("to an empty mapping", "a: # c\n  k: 1\nb: 1\n", {}, "a: {} # c\nb: 1\n"),
    ("flow stays flow", "a: {k: 1} # c\n", {"l": [1, "x, y"]}, 'a: {l: [1, "x, y"]} # c\n'),
    ("flow with padding", "a: { k: 1 }\n", {"l": {"m": 1}}, "a: { l: { m: 1 } }\n"),
    ("flow that gets too long", "a: {x: 1}\n", ["y" * 99, "z"], f"a:\n  - {'y' * 99}\n  - z\n"),
    ("behind tabs", "a:\tx\nb:\t1\n", "z", "a:\tz\nb:\t1\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "value", "after"), [row[1:] for row in SCALARS], ids=[row[0] for row in SCALARS]
)
def test_a_value_is_replaced(before: str, value: object, after: str) -> None:
    assert edited(before, ("a",), value) == after


MAPPINGS = [
    ("a new key after the last",
     "m:\n  a: 1 # c\n  # d\n\nz: 1\n", {"a": 1, "b": 2},
     "m:\n  a: 1 # c\n  b: 2\n  # d\n\nz: 1\n"),
    ("wide indentation", "m:\n    a: 1\n", {"a": 1, "b": {"c": 2}}, "m:\n    a: 1\n    b:\n        c: 2\n"),
    ("keys in the quotes of their siblings",
     "m:\n  'a': 1\n  'b': 2\n", {"a": 1, "b": 2, "c": 3},
     "m:\n  'a': 1\n  'b': 2\n  'c': 3\n"),
    ("texts in the quotes of their siblings", 'm:\n  a: "x"\n', {"a": "x", "b": "y"}, 'm:\n  a: "x"\n  b: "y"\n'),
    ("keys that need quotes", "m:\n  a: 1\n", {"a": 1, "yes": 2, "5": 3}, 'm:\n  a: 1\n  "yes": 2\n  "5": 3\n'),
    ("removed with its comments",
     "m:\n  a: 1\n  # b\n  # b too\n  b: 2 # b\n    # below b\n  c: 3 # c\n", {"a": 1, "c": 3},
     "m:\n  a: 1\n  c: 3 # c\n"),
    ("the comment behind a blank line stays",
     "m:\n  a: 1\n  # other\n\n  b: 2\n", {"a": 1},
     "m:\n  a: 1\n  # other\n\n"),
    ("order of the file", "m:\n  b: 1\n  a: 2\n", {"a": 2, "b": 3}, "m:\n  b: 3\n  a: 2\n"),
    ("one key for another", "m:\n  a: 1\n  b: 2\nz: 1\n", {"a": 1, "c": 2}, "m:\n  a: 1\n  c: 2\nz: 1\n"),
    ("flow, added", "m: {a: 1, b: 2} # c\n", {"a": 1, "b": 2, "c": [3]}, "m: {a: 1, b: 2, c: [3]} # c\n"),
    ("flow, first removed", "m: {a: 1, b: 2}\n", {"b": 2}, "m: {b: 2}\n"),
    ("flow, last removed", "m: {a: 1, b: 2}\n", {"a": 1}, "m: {a: 1}\n"),
    ("flow on several lines",
     "m: {\n  a: 1, # a\n  b: 2 # b\n}\n", {"a": 1, "b": 2, "c": 3},
     "m: {\n  a: 1, # a\n  b: 2, # b\n  c: 3\n}\n"),
    ("flow with a last comma", "m: {\n  a: 1, # a\n}\n", {"a": 1, "c": 3}, "m: {\n  a: 1, # a\n  c: 3,\n}\n"),
    ("a line of flow removed",
     "m: {\n  a: 1, # a\n  b: 2, # b\n  c: 3\n}\n", {"a": 1, "c": 3},
     "m: {\n  a: 1, # a\n  c: 3\n}\n"),
    ("the last line of flow removed",
     "m: {\n  a: 1, # a\n  b: 2, # b\n  c: 3 # c\n}\n", {"a": 1}, "m: {\n  a: 1 # a\n}\n"),
    ("JSON", '{"m":{"a":1}}\n', {"a": 2, "b": "x"}, '{"m":{"a":2, "b": "x"}}\n'),
    ("duplicate keys: the deciding one", "m:\n  a: 1\n  a: 2\n", {"a": 3}, "m:\n  a: 1\n  a: 3\n"),
    ("duplicate keys: both removed", "m:\n  a: 1\n  b: 0\n  a: 2\n", {"b": 0}, "m:\n  b: 0\n"),
    ("no last line break", "m:\n  a: 1", {"a": 1, "b": 2}, "m:\n  a: 1\n  b: 2\n"),
    ("behind a text that ends the file", "m:\n  a: |\n    x", {"a": "x", "b": 2}, "m:\n  a: |-\n    x\n  b: 2\n"),
    ("behind a text that keeps blank lines",
     "m:\n  a: |+\n    x\n\nz: 1\n", {"a": "x\n\n", "b": 2},
     "m:\n  a: |+\n    x\n\n  b: 2\nz: 1\n"),
    ("below a text that keeps blank lines",
     "m:\n  a: |+\n    x\n  b: 2\n\n  c: 1\n", {"a": "x\n", "c": 1},
     "m:\n  a: |+\n    x\n  c: 1\n"),
    ("explicit keys", "m:\n  ? a\n  : 1\n  ? b\n  : 2\n", {"a": 3}, "m:\n  ? a\n  : 3\n"),
    ("a key without a value", "m: {a, b: 1}\n", {"a": 5, "b": 1}, "m: {a: 5, b: 1}\n"),
    ("in the order of the data",
     "m:\n  # a\n  a: 1\n  # c\n  c: 3\n", {"z": 0, "a": 1, "b": 2, "c": 3, "d": 4},
     "m:\n  z: 0\n  # a\n  a: 1\n  b: 2\n  # c\n  c: 3\n  d: 4\n"),
    ("flow, in the order of the data",
     "m: {a: 1, c: 3}\n", {"z": 0, "a": 1, "b": 2, "c": 3}, "m: {z: 0, a: 1, b: 2, c: 3}\n"),
    ("one key for another, in its place", "m:\n  a: 1\n  b: 2\n  c: 3\n", {"a": 1, "x": 2, "c": 3},
     "m:\n  a: 1\n  x: 2\n  c: 3\n"),
    ("the first key for another", "m:\n  a: 1\n  b: 2\n", {"x": 1, "b": 2}, "m:\n  x: 1\n  b: 2\n"),
    ("the first key of an item for another", "m:\n- a: 1\n  b: 2\n", [{"x": 1, "b": 2}], "m:\n- x: 1\n  b: 2\n"),
    ("behind merge keys, which override what is above",
     "m:\n  a: 1\n  <<: {b: 1}\n", {"a": 1, "c": 3, "b": 1}, "m:\n  a: 1\n  <<: {b: 1}\n  c: 3\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "value", "after"), [row[1:] for row in MAPPINGS], ids=[row[0] for row in MAPPINGS]
)
def test_keys_come_and_go(before: str, value: object, after: str) -> None:
    assert edited(before, ("m",), value) == after


LISTS = [
    ("added", "l:\n- a # a\n- b\nz: 1\n", ["a", "b", "c"], "l:\n- a # a\n- b\n- c\nz: 1\n"),
    ("inserted", "l:\n  - a # a\n  # b\n  - b\n", ["a", "x", "b"], "l:\n  - a # a\n  - x\n  # b\n  - b\n"),
    ("inserted first", "l:\n  # a\n  - a\n", ["x", "a"], "l:\n  - x\n  # a\n  - a\n"),
    ("removed", "l:\n  - a\n  # b\n  - b # b\n  - c # c\n", ["a", "c"], "l:\n  - a\n  - c # c\n"),
    ("changed", "l:\n  - a # a\n  - b # b\n", ["a", "x"], "l:\n  - a # a\n  - x # b\n"),
    ("a changed mapping keeps its place by its name",
     "l:\n  - name: a # a\n    v: 1\n  - name: b # b\n    v: 2\n", [{"name": "b", "v": 3}],
     "l:\n  - name: b # b\n    v: 3\n"),
    ("the first key behind a dash",
     "l:\n  - a: 1 # a\n    # b\n    b: 2\n", [{"b": 2}],
     "l:\n  -\n    # b\n    b: 2\n"),
    ("the first key, nothing between", "l:\n  - a: 1 # a\n    b: 2\n", [{"b": 2}], "l:\n  - b: 2\n"),
    ("a list behind a dash", "l:\n- - a\n  - b\n", [["x", "a", "b"]], "l:\n- - x\n  - a\n  - b\n"),
    ("like its siblings in flow", "l:\n  - {a: 1}\n", [{"a": 1}, {"a": 2}], "l:\n  - {a: 1}\n  - {a: 2}\n"),
    ("wide dashes",
     "l:\n-   a: 1\n    b: 2\n", [{"a": 1, "b": 2}, {"c": 3, "d": 4}],
     "l:\n-   a: 1\n    b: 2\n-   c: 3\n    d: 4\n"),
    ("a scalar to a mapping",
     "l:\n  - a # c\n  - b\n", [{"k": 1, "l": 2}, "b"],
     "l:\n  - k: 1 # c\n    l: 2\n  - b\n"),
    ("a mapping to a scalar", "l:\n  - k: 1\n    l: 2\n  - b\n", ["a", "b"], "l:\n  - a\n  - b\n"),
    ("an empty item", "l:\n  -\n  - b\n", [{"k": 1}, "b"], "l:\n  - k: 1\n  - b\n"),
    ("to nothing", "l: # c\n  - a\nz: 1\n", [], "l: [] # c\nz: 1\n"),
    ("from nothing, as in the document", "k:\n- a\nl: []\n", ["b"], "k:\n- a\nl:\n- b\n"),
    ("flow", "l: [a, b, c] # c\n", ["x", "b", "c", "d"], "l: [x, b, c, d] # c\n"),
    ("flow in the middle", "l: [a, b, c]\n", ["a", "x", "b", "c"], "l: [a, x, b, c]\n"),
    ("a mapping without braces", "l: [a: 1, b]\n", [{"a": 1, "c": 2}, "b"], "l: [{a: 1, c: 2}, b]\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "value", "after"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS]
)
def test_items_come_and_go(before: str, value: object, after: str) -> None:
    assert edited(before, ("l",), value) == after


ALIASES = [
    ("an alias becomes a copy", "a: &x {k: 1}\nb: *x\n", ("b", "k"), 2, "a: &x {k: 1}\nb:\n  k: 2\n"),
    ("who repeats a changed value gets a copy",
     "a: &x {k: 1}\nb: *x # c\n", ("a", "k"), 2,
     "a: &x {k: 2}\nb: # c\n  k: 1\n"),
    ("a changed key hides a merged one",
     "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n", ("b", "k"), 3,
     "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n"),
    ("who merges a changed value gets its keys",
     "a: &x {k: 1}\nb:\n  <<: *x\n  m: 3\n", ("a", "k"), 2,
     "a: &x {k: 2}\nb:\n  m: 3\n  k: 1\n"),
    ("an anchor keeps what is not changed",
     "a: &x\n  k: &y 1\n  l: 2\nb: *y\n", ("a", "l"), 3,
     "a: &x\n  k: &y 1\n  l: 3\nb: *y\n"),
    ("an anchored item", "- &x a\n- *x\n", (0,), {"k": 1}, "- &x\n  k: 1\n- a\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "path", "value", "after"), [row[1:] for row in ALIASES], ids=[row[0] for row in ALIASES]
)
def test_other_users_of_an_anchor_see_no_change(before: str, path: Path, value: object, after: str) -> None:
    assert edited(before, path, value) == after


REMOVED = [
    ("a key", "a: 1\nb: 2\n", ("a",), "b: 2\n"),
    ("the head of the document stays", "# head\na: 1\nb: 2\n", ("a",), "# head\nb: 2\n"),
    ("an item", "- a\n- b # c\n", (1,), "- a\n"),
    ("the only key", "a:\n  b: 1\n", ("a", "b"), "a: {}\n"),
    ("a merged key", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n", ("b", "k"), "a: &x {k: 1, l: 2}\nb:\n  l: 2\n"),
    ("an anchor that others repeat", "a: &x [1]\nb: *x\n", ("a",), "b:\n  - 1\n"),
    ("nothing there", "a: 1\n", ("b", 0), "a: 1\n"),
]


@pytest.mark.parametrize(
    ("before", "path", "after"), [row[1:] for row in REMOVED], ids=[row[0] for row in REMOVED]
)
def test_a_part_is_removed(before: str, path: Path, after: str) -> None:
    assert without(before, path) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: {b: 1}\n", ("a", "c", "d"), "a: {b: 1, c: {d: 5}}\n"),
        ("a:\n  b: 1\n", ("a", "c", 0, "d"), "a:\n  b: 1\n  c:\n    - d: 5\n"),
        ("a:\n", ("a", "b"), "a:\n  b: 5\n"),
        ("a:\n- 1\n", ("a", 1), "a:\n- 1\n- 5\n"),
        ("", ("a",), "a: 5\n"),
        ("--- # c\n", ("a",), "--- # c\na: 5\n"),
        ("---\n...\n", ("a",), "---\na: 5\n...\n"),
        ("--- x\n", (), "--- 5\n"),
        ("\ufeffa: 1\n", ("b",), "\ufeffa: 1\nb: 5\n"),
    ],
)
def test_missing_parents_are_made(before: str, path: Path, after: str) -> None:
    assert edited(before, path, 5) == after


def test_several_values_change_at_once() -> None:
    before = "cases:\n  - expect: {a: 1} # one\n  - expect: {b: 2} # two\n"
    values: list[tuple[Path, object]] = [(("cases", 0, "expect"), {"a": 2}), (("cases", 1, "expect", "c"), 3)]
    change = set_values(before, parse(before), values)
    assert apply(before, change.edits) == "cases:\n  - expect: {a: 2} # one\n  - expect: {b: 2, c: 3} # two\n"


def test_edits_are_small() -> None:
    before = "a: 1\nb: |\n  one\n  two\n  three\nc: 2\n"
    (edit,) = set_value(before, parse(before), ("b",), "one\n2\nthree\n").edits
    assert (before[edit.span.start : edit.span.end], edit.text) == ("  two\n", "  2\n")


@pytest.mark.parametrize(
    ("text", "path", "value", "reason"),
    [
        ("a: [1\n", ("b",), 1, "the document is not sound YAML; mend that first"),
        ("a: x\n", ("a", "b"), 1, "`a` is a text, which has no key `b`"),
        ("a: {}\n", ("a", 0), 1, "`a` is a mapping, not a list"),
        ("a: [1]\n", ("a", 3), 1, "`a` has 1 items, so none at position 3"),
        ("a: 1\n", ("a",), math.nan, "nan cannot be written as JSON"),
        ("a: 1\n", ("a",), 2**70 + 1, "an integer of more than 64 bits cannot be held exactly"),
        ("a: 1\n", ("a",), "\ud800", "a text with half a surrogate pair cannot be written as YAML"),
        ("a: 1\n", ("a",), b"x", "a value of type bytes cannot be written as YAML"),
        ("a: 1\n", ("a",), {1: 2}, "a key must be a text, not int"),
        ("a: 1\n", ("a",), {"k" * 2000: 2}, "a key of 2000 characters is too long for YAML"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_reason(
    text: str, path: Path, value: object, reason: str
) -> None:
    assert set_value(text, parse(text), path, value) == Change(refusal=reason)


def test_endless_data_are_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert (
        set_value("a: 1\n", parse("a: 1\n"), ("a",), endless).refusal
        == "the value is nested deeper than 100 levels"
    )


@pytest.mark.parametrize(
    ("before", "path", "name", "after"),
    [
        ("a: 1 # c\nb: 2\n", ("a",), "c", "c: 1 # c\nb: 2\n"),
        ("m: {'a': 1}\n", ("m", "a"), "5", "m: {'5': 1}\n"),
        ("- a: 1\n", (0, "a"), "yes", '- "yes": 1\n'),
        ("a: 1\n", ("a",), "a", "a: 1\n"),
    ],
)
def test_a_key_gets_another_name(before: str, path: Path, name: str, after: str) -> None:
    change = rename_key(before, parse(before), path, name)
    assert change.refusal is None
    assert apply(before, change.edits) == after


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: 1\nb: 2\n", ("a",)),
        ("a: 1\n", ("c",)),
        ("- 1\n", (0,)),
        ("x: &x {a: 1}\ny: *x\n", ("x", "a")),
        ("x: &x {a: 1}\ny: {<<: *x}\n", ("y", "a")),
    ],
)
def test_a_name_that_would_clash_or_change_others_is_refused(text: str, path: Path) -> None:
    assert rename_key(text, parse(text), path, "b").refusal is not None


def test_the_current_value_needs_no_edit() -> None:
    text = "a: 0x10\nb: !!str 5\nc: &x [1.0, yes]\nd: *x\n"
    tree = parse(text)
    assert tree.root is not None
    assert set_value(text, tree, (), plain(tree.root)) == Change()
