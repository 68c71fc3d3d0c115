"""Trees of sound documents: what is where; and what Kubernetes refuses although it is YAML."""

from __future__ import annotations

import pytest
from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, children, resolve_alias
from koreo_analyzer.yaml.parse import parse


def shown(text: str, node: Node | None) -> object:
    """Show a tree through the text of its spans: scalars as text, `~` and its place for a missing one."""
    if node is None:
        return None
    source = text[node.start : node.end]
    if isinstance(node, Scalar):
        return source or f"~{node.start}"
    if isinstance(node, Alias):
        return f"{source}={resolve_alias(node).start}"
    if isinstance(node, Mapping):
        return (source, [(shown(text, entry.key), shown(text, entry.value)) for entry in node.entries])
    assert isinstance(node, Sequence)
    return (source, [shown(text, item) for item in node.items])


TREES: dict[str, tuple[str, object]] = {
    "nothing": ("", None),
    "only a marker": ("---\n# c\n...\n", None),
    "a mapping": ("a: b\n\n# c\n", ("a: b", [("a", "b")])),
    "a missing value": ("a:   # c\nb:", ("a:   # c\nb:", [("a", "~2"), ("b", "~11")])),
    "a sequence not indented": ("a:\n- b\n-\n", ("a:\n- b\n-", [("a", ("- b\n-", ["b", "~8"]))])),
    "blanks and comments behind values": (
        "a:  'b'  # c\nd: >-  # e\n  f\n\n\ng: h  \n",
        ("a:  'b'  # c\nd: >-  # e\n  f\n\n\ng: h", [("a", "'b'"), ("d", ">-  # e\n  f"), ("g", "h")]),
    ),
    "flow": (
        "{a: [b, c: d], e}",
        ("{a: [b, c: d], e}", [("a", ("[b, c: d]", ["b", ("c: d", [("c", "d")])])), ("e", "~16")]),
    ),
    "flow over lines": ("a: [\n b,\n]  # c\n", ("a: [\n b,\n]", [("a", ("[\n b,\n]", ["b"]))])),
    "missing values in flow": ("{a: , b: }", ("{a: , b: }", [("a", "~3"), ("b", "~8")])),
    "anchors and tags are not part of a node": (
        "&a b: !!str c\nd: &e\n  f: *a\n",
        ("&a b: !!str c\nd: &e\n  f: *a", [("b", "c"), ("d", ("f: *a", [("f", "*a=3")]))]),
    ),
    "an anchored sequence": (
        "a: &b # c\n- d\ne: &f [g]",
        ("a: &b # c\n- d\ne: &f [g]", [("a", ("- d", ["d"])), ("e", ("[g]", ["g"]))]),
    ),
    "a missing value with an anchor": (
        "a: &b\nc: !!null\n",
        ("a: &b\nc: !!null", [("a", "~5"), ("c", "~15")]),
    ),
    "compact nesting": (
        "- - a\n  - b: c\n    d: e\n",
        (
            "- - a\n  - b: c\n    d: e",
            [("- a\n  - b: c\n    d: e", ["a", ("b: c\n    d: e", [("b", "c"), ("d", "e")])])],
        ),
    ),
    "explicit keys": ("? a\n: b\n? c\n", ("? a\n: b\n? c", [("a", "b"), ("c", "~11")])),
    "over several lines": (
        "a: b\n  c\n d\ne: 'f\n g'",
        ("a: b\n  c\n d\ne: 'f\n g'", [("a", "b\n  c\n d"), ("e", "'f\n g'")]),
    ),
    "astral characters": ("😀: é😀\nb: 'x'", ("😀: é😀\nb: 'x'", [("😀", "é😀"), ("b", "'x'")])),
    "windows line breaks": (
        "a: b\r\nc: |\r\n  d\r\n\r\n",
        ("a: b\r\nc: |\r\n  d", [("a", "b"), ("c", "|\r\n  d")]),
    ),
    "a byte order mark": ("\ufeffa: b\nc: d", ("a: b\nc: d", [("a", "b"), ("c", "d")])),
    "a marker and directives": ("%YAML 1.1\n---\na: b\n...\n", ("a: b", [("a", "b")])),
    "a root scalar": ("--- |\n  a\n", "|\n  a"),
}


@pytest.mark.parametrize(("text", "expected"), TREES.values(), ids=TREES.keys())
def test_nodes_are_exactly_where_they_are_written(text: str, expected: object) -> None:
    tree = parse(text)
    assert tree.sound
    assert not tree.problems
    assert shown(text, tree.root) == expected


def test_children_are_the_direct_parts_in_order() -> None:
    text = "a: [b, c]\nd: e"
    root = parse(text).root
    assert root is not None
    assert [text[node.start : node.end] for node in children(root)] == ["a", "[b, c]", "d", "e"]


PROBLEMS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "duplicate": ("a: 1\nb: 2\na: 3", [("duplicate-key", "a")]),
    "duplicate as Kubernetes reads keys": (
        "yes: 1\n'true': 2\n5: 1\n'5': 2",
        [("duplicate-key", "'true'"), ("duplicate-key", "'5'")],
    ),
    "duplicate in flow": ("{a: 1, a: 2}", [("duplicate-key", "a")]),
    "same keys in different mappings": ("a: {b: 1}\nc: {b: 1}", []),
    "unknown alias": ("a: *b", [("yaml-alias", "*b")]),
    "alias before its anchor": ("a: *b\nc: &b d", [("yaml-alias", "*b")]),
    "alias inside its anchor": ("a: &b [*b]", [("yaml-alias", "*b")]),
    "unknown tags": (
        "a: !x b\nc: !y {d: e}\nf: !!int 1\n!k g: h",
        [("yaml-tag", "!x"), ("yaml-tag", "!y"), ("yaml-tag", "!k")],
    ),
    "known tags": ("a: !!str 1\nb: !!map {c: !!seq [d]}\ne: ! f", []),
    "a value that does not fit its tag": ("a: !!int b", [("yaml-value", "b")]),
    "not a number of JSON": (
        "a: .inf\nb: '.inf'\nc: [-.INF, .nan]",
        [("yaml-value", ".inf"), ("yaml-value", "-.INF"), ("yaml-value", ".nan")],
    ),
    "null key": ("~: 1", [("yaml-key", "~")]),
    "key that is no scalar": ("[a]: 1\n? {b: c}\n: 2", [("yaml-key", "[a]"), ("yaml-key", "{b: c}")]),
    "template": ("a: {{ b }}", [("yaml-key", "{ b }")]),
    "merge": ("a: &x {p: 1}\nb: {<<: *x, p: 2}\nc: {<<: [*x, *x]}\nd: {<<: {q: 1}}", []),
    "merge of no mapping": (
        "a: &x 1\nb: {<<: *x}\nc: {<<: [{}, 2]}",
        [("yaml-merge", "*x"), ("yaml-merge", "2")],
    ),
    "merge below what it overrides": ("a: &x {p: 1}\nb: {p: 2, <<: *x}", [("yaml-merge", "<<")]),
}


@pytest.mark.parametrize(("text", "expected"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_problems_of_sound_documents(text: str, expected: list[tuple[str, str]]) -> None:
    tree = parse(text)
    assert [(problem.code, text[slice(*problem.span)]) for problem in tree.problems] == expected
    assert tree.sound == ("alias" not in str(expected))


def test_a_duplicate_names_the_first_place() -> None:
    (problem,) = parse("a: 1\nb: 2\na: 3").problems
    assert [related.span for related in problem.related] == [(0, 1)]


def test_an_alias_stands_for_the_last_anchor_before_it() -> None:
    text = "- &a x\n- *a\n- &a y\n- *a"
    root = parse(text).root
    assert isinstance(root, Sequence)
    assert [getattr(resolve_alias(item), "text", None) for item in root.items] == ["x", "x", "y", "y"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# a\nb: c # d\n#e", ["# a", "# d", "#e"]),
        ("a: 'b # c' # d", ["# d"]),
        ("a: b#c\n", []),
        ("a: | # b\n  # c\n  d # e\n# f", ["# b", "# f"]),
        ("a: [b, # c\n d] # e", ["# c", "# e"]),
        ("--- # a\nb: 1", ["# a"]),
        ("# only", ["# only"]),
        ("{# a\n}", ["# a"]),
        ("'b'# c", ["# c"]),
        ("a: [b # c\nd: 'e # f", ["# c"]),
    ],
)
def test_comments_are_never_parts_of_scalars(text: str, found: list[str]) -> None:
    assert [text[slice(*span)] for span in comments(text, parse(text))] == found
