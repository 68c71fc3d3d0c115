"""Broken documents: a tree to go on with, and every problem at the character that is guilty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koreo_analyzer.yaml.anchors import Anchors
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.scalars import source_map
from koreo_analyzer.yaml.stream import split
from koreo_analyzer.yaml.tolerant import read

# text with the guilty places between « and », the data of the tree, and a part of each message
BROKEN: dict[str, tuple[str, object, list[str]]] = {
    "half a key": ("a: 1\n«fo»\nb: 2\n", {"a": 1, "fo": None, "b": 2}, ["key without `:`"]),
    "half a key first": ("a:\n  «fo»\n  b: 2\n", {"a": {"fo": None, "b": 2}}, ["key without `:`"]),
    "half a key last": ("a:\n  b: 1\n  «c»", {"a": {"b": 1, "c": None}}, ["key without `:`"]),
    "half a key with a block below": ("«a»\n  b: 1\nc: 2", {"a": {"b": 1}, "c": 2}, ["key without `:`"]),
    "half a key in an item": ("- a: 1\n  «b»\n- c: 2", [{"a": 1, "b": None}, {"c": 2}], ["key without `:`"]),
    "colon in a value": ("a: b«:» c\nd: 1", {"a": "b: c", "d": 1}, ["`: ` inside an unquoted value"]),
    "colon in an expression": ("a: =x ? y «:» z", {"a": "=x ? y : z"}, ["`: ` inside an unquoted value"]),
    "conditional over lines": (
        "a: =x ?\n     y «:»\n     z\nb: 1",
        {"a": "=x ? y : z", "b": 1},
        ["`: ` inside an unquoted value"],
    ),
    "conditional over lines, signs first": (
        "a: =x\n  ? y\n  «:» z\nb: 1",
        {"a": "=x ? y : z", "b": 1},
        ["`: ` inside an unquoted value"],
    ),
    "map over lines": (
        'a: ={"x"«:» 1,\n  "y": 2}\nb: 1',
        {"a": '={"x": 1, "y": 2}', "b": 1},
        ["`: ` inside an unquoted value"],
    ),
    "a key indented below an expression": (
        "a: =x\n  «b: 2»\nc: 1",
        {"a": "=x", "b": 2, "c": 1},
        ["indented by 2, expected 0"],
    ),
    "comment in an expression over lines": (
        'a: ="x «#»1"\n  + y\nb: 1',
        {"a": '="x #1" + y', "b": 1},
        ["`#` begins a YAML comment"],
    ),
    "index in brackets": (
        'a: [=x«[»"b"], c]\nd: 1',
        {"a": ['=x["b"]', "c"], "d": 1},
        ["`[` inside an unquoted expression"],
    ),
    "conditional in brackets": (
        'a: {b: =x ? "y" «:» "z", c: 1}',
        {"a": {"b": '=x ? "y" : "z"', "c": 1}},
        ["`:` inside an unquoted expression"],
    ),
    "call in brackets": (
        "a: {b: =f(x«,» y), c: =z«[»0]}",
        {"a": {"b": "=f(x, y)", "c": "=z[0]"}},
        ["`,` inside an unquoted expression", "`[` inside an unquoted expression"],
    ),
    "tab in a mapping": (
        "a:\n  b: 1\n«\t»c: 2\n  d: 3",
        {"a": {"b": 1, "c": 2, "d": 3}},
        ["tab used for indentation"],
    ),
    "tab before a block text": (
        "a: |\n«\t»b\n\tc\nd: 1",
        {"a": "b\nc\n", "d": 1},
        ["tab used for indentation"],
    ),
    "tab in a block text": ("a: |\n  b\n«\t»c\nd: 1", {"a": "b\n", "d": 1}, ["tab used for indentation"]),
    "block text not indented": (
        "a:\n  b: |\n  «=x»\n  c: 1",
        {"a": {"b": "", "c": 1}},
        ["the text after `|` must be indented more than `b`"],
    ),
    "block text of an item not indented": (
        "- >\n«=x»\n- b",
        ["", "b"],
        ["the text after `>` must be indented more than `-`"],
    ),
    "block text losing indentation": (
        "a:\n  b: |\n     x\n    «y: z»\n    w\n  c: 1",
        {"a": {"b": "x\n", "c": 1}},
        ["indented by 4, less than the first one"],
    ),
    "half a key behind a block text": (
        "a: |\n  b\n«fo»\nc: 1",
        {"a": "b\n", "fo": None, "c": 1},
        ["key without"],
    ),
    "merge conflict": (
        "a: 1\n«<<<<<<< HEAD»\nb: 2\n=======\nb: 3\n>>>>>>> other\nc: 4",
        {"a": 1, "b": 2, "c": 4},
        ["merge conflict"],
    ),
    "merge conflict in a block text": (
        "a: |\n  b\n«<<<<<<< HEAD»\n  c\n=======\n  d\n>>>>>>> other\n  e\nf: 1",
        {"a": "b\n", "f": 1},
        ["merge conflict"],
    ),
    "fences": ("«```yaml»\na: 1\n«```»\n", {"a": 1}, ["Markdown", "Markdown"]),
    "template directives": (
        "«{{- if .Values.x }}»\na:\n  «{{- range .y }}»\n  b: 1\n  «{{- end }}»\n«{{ end }}»\n",
        {"a": {"b": 1}},
        ["template directive"] * 4,
    ),
    "brackets before the document": ("«{a: b}»\nc: 1\nd: 2", {"c": 1, "d": 2}, ["other content follows"]),
    "an open bracket before the document": ("«[»\nc: 1\nd: 2", {"c": 1, "d": 2}, ["`[` is never closed"]),
    "an open quote before the document": ("«'»\nc: 1\nd: 2", {"c": 1, "d": 2}, ["`'` is never closed"]),
    "a template before the document": ("«{{ a }}»\nc: 1", {"c": 1}, ["template directive"]),
    "no-break spaces for indentation": (
        "a:\n«\u00a0\u00a0»b: 1\n  c: 2\n",
        {"a": {"b": 1, "c": 2}},
        ["U+00A0 NO-BREAK SPACE is no blank"],
    ),
    "no blank after the first dash": (
        "a:\n«-»b: 1\n  c: 2\n- b: 3\nd: 4",
        {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": 4},
        ["a blank is missing after `-`"],
    ),
    "no blank after a dash further in": (
        "a:\n  - b: 1\n  «-»b: 2\n    c: 3",
        {"a": [{"b": 1}, {"b": 2, "c": 3}]},
        ["a blank is missing after `-`"],
    ),
    "tabs": ("a:\n«\t»b: 1\n«\t»c: 2", {"a": {"b": 1, "c": 2}}, ["tab", "tab"]),
    "open bracket": ("a: «[»1, 2\nb: 3", {"a": [1, 2], "b": 3}, ["`[` is never closed"]),
    "open brackets": ("a: «{»b: [1\nc: 3", {"a": {"b": [1]}, "c": 3}, ["`{` is never closed"]),
    "inner bracket open": ("a: {b: «[»1, 2}\nc: 3", {"a": {"b": [1, 2]}, "c": 3}, ["`[` is never closed"]),
    "open quote": ('a: «"»b\nc: 1', {"a": "b", "c": 1}, ['`"` is never closed']),
    "open quote in an item": ("- «'»b\n- c", ["b", "c"], ["`'` is never closed"]),
    "open quote in brackets": ("a: [«'»b]\nc: 1", {"a": ["b]"], "c": 1}, ["`'` is never closed"]),
    "quote inside quotes": ("a: 'it'«s'»\nb: 1", {"a": "it", "b": 1}, ["after the closing `'`"]),
    "text behind quotes": ('a: "=b" «+ c»', {"a": "=b"}, ['after the closing `"`']),
    "text behind brackets": ("a: [1] «b»", {"a": [1]}, ["after the closing `]`"]),
    "unknown escape": ('a: "b«\\d»"', {"a": "b\\d"}, ["unknown escape"]),
    "too little indentation": (
        "a:\n    b: 1\n  «c: 2»\nd: 3",
        {"a": {"b": 1, "c": 2}, "d": 3},
        ["indented by 2, expected 0 or 4"],
    ),
    "too much indentation": ("a: 1\n   «b: 2»", {"a": 1, "b": 2}, ["indented by 3, expected 0"]),
    "items not aligned": ("a:\n  - b\n «- c»", {"a": ["b", "c"]}, ["indented by 1, expected 0 or 2"]),
    "no blank after the colon": (
        "a: 1\nb«:»c\nd: 2",
        {"a": 1, "b": "c", "d": 2},
        ["a blank is missing after `:`"],
    ),
    "no blank after the dash": ("- a\n«-»b\n- c", ["a", "b", "c"], ["a blank is missing after `-`"]),
    "an item without dash": (
        "- a: 1\n«b: 2»\n- c: 3",
        [{"a": 1}, {"b": 2}, {"c": 3}],
        ["must begin with `- `"],
    ),
    "a key of an item indented too little": (
        "a:\n  - b: 1\n    c: 2\n  «d:»\n      e: 3\n    f: 4\n  - b: 5",
        {"a": [{"b": 1, "c": 2, "d": {"e": 3}, "f": 4}, {"b": 5}]},
        ["indented by 2, expected 4"],
    ),
    "a block of an item indented too little": (
        "- b: 1\n  c: 2\n«d:»\n  e: 3\n- b: 5",
        [{"b": 1, "c": 2, "d": {"e": 3}}, {"b": 5}],
        ["indented by 0, expected 2"],
    ),
    "an item without dash that begins like the one above": (
        "- b: 1\n  c: 2\n«b: 3»",
        [{"b": 1, "c": 2}, {"b": 3}],
        ["must begin with `- `"],
    ),
    "an item among keys": ("a: 1\n«-» b\nc: 2", {"a": 1, "c": 2}, ["where a key is expected"]),
    "a list on the line of its key": ("a: «-» b\nc: 1", {"a": ["b"], "c": 1}, ["list cannot begin"]),
    "at sign": ("a: «@»b", {"a": "@b"}, ["`@` cannot start"]),
    "backquote": ("a: «`»b`", {"a": "`b`"}, ["cannot start"]),
    "percent": ("a: «%»b", {"a": "%b"}, ["`%` cannot start"]),
    "glob": ("a: «*».b", {"a": "*.b"}, ["alias"]),
    "ampersand": ("a: «&» b", {"a": "& b"}, ["anchor"]),
    "template": ("a: «{{ b }}-c»\nd: 1", {"a": "{{ b }}-c", "d": 1}, ["`{{`"]),
    "text behind the block indicator": ("a: | «b»\n  c\nd: 1", {"a": "c\n", "d": 1}, ["line after `|`"]),
    "missing comma": ("a: [1 , {b: c} «d»]", {"a": [1, {"b": "c"}, "d"]}, ["`,` or `]` is missing"]),
    "a key on the line of the marker": ("«---» a: 1\nb: 2", {"a": 1, "b": 2}, ["line of `---`"]),
    "a missing key": ("a: 1\n«:» b", {"a": 1}, ["a key is missing"]),
    "control character": ("a: b«\x07»c", {"a": "b\x07c"}, ["U+0007"]),
    "lone surrogate": ("a: «\ud800»", {"a": "\ud800"}, ["U+D800"]),
    "several": (
        "a: «@»\nb: «[»1\nc: «'»\nd: 1",
        {"a": "@", "b": [1], "c": "", "d": 1},
        ["`@`", "`[`", "`'`"],
    ),
}


@pytest.mark.parametrize(("marked", "data", "messages"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_documents(marked: str, data: object, messages: list[str]) -> None:
    text = marked.replace("«", "").replace("»", "")
    places, offset = [], 0
    for index, part in enumerate(marked.replace("»", "«").split("«")):
        if index % 2:
            places.append((offset, offset + len(part)))
        offset += len(part)
    tree = parse(text)
    assert not tree.sound
    assert [tuple(problem.span) for problem in tree.problems] == places
    for problem, message in zip(tree.problems, messages, strict=True):
        assert message in problem.message
        assert problem.hint
    assert tree.root is not None
    assert plain(tree.root) == data


def test_the_last_problem_says_that_there_are_more() -> None:
    problems = parse("foo\n" * 150 + "a: 1").problems
    assert len(problems) == 101
    assert "more problems than the 100" in problems[-1].message
    assert "more problems" not in parse("foo\n" * 100 + "a: 1").problems[-1].message


@pytest.mark.parametrize("text", ["a: «\u00a0b»", "«\u200ba»: b", "a:\n  «b:\u00a0c»"])
def test_characters_that_cannot_be_seen_are_named_in_sound_documents(text: str) -> None:
    tree = parse(text.replace("«", "").replace("»", ""))
    (problem,) = tree.problems
    assert tree.sound
    assert (problem.span.start, problem.span.end + 1) == (text.index("«"), text.index("»"))
    assert problem.message.startswith(("U+00A0 NO-BREAK SPACE", "U+200B ZERO WIDTH SPACE"))


def test_a_foreign_line_within_a_block_text_is_its_own() -> None:
    tree = parse("a: |\n  ```\n  {{ x }}\n  =======\nb: @\n")
    assert [problem.message.partition(" ")[0] for problem in tree.problems] == ["`@`"]
    assert tree.root is not None
    assert plain(tree.root) == {"a": "```\n{{ x }}\n=======\n", "b": "@"}


def test_what_only_libyaml_finds_is_said_in_its_words() -> None:
    (problem,) = parse("%TAG ! a\n%TAG ! b\n---\nc: d").problems
    assert problem.code == "yaml-syntax"
    assert "duplicate %TAG" in problem.message


def test_other_problems_of_a_broken_document_are_found_too() -> None:
    tree = parse("a: 1\na: 2\nb: *x\nc: @d")
    assert [problem.code for problem in tree.problems] == ["duplicate-key", "yaml-alias", "yaml-syntax"]


TOKENS = [
    "a",
    "b: ",
    "c:",
    "- ",
    "-",
    "? ",
    ": ",
    "\n",
    "\n  ",
    "\n    ",
    " ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&x ",
    "*x",
]
TOKENS += [
    "!!str ",
    "!t ",
    "|",
    "|-\n    ",
    ">\n   ",
    "'x'",
    '"y"',
    "'it''s'",
    '"a\\nb"',
    " # c\n",
    "\t",
    "\r\n",
]
TOKENS += [
    "key: v\n",
    "- i\n",
    "  k: v\n",
    "...",
    "---\n",
    '"',
    "'",
    "é😀",
    "\x85",
    "=a ? b : c",
    "<<: ",
    "\ufeff",
    "\\",
]
DOCUMENT = st.lists(st.sampled_from(TOKENS), max_size=14).map("".join)


@settings(max_examples=500)
@given(DOCUMENT)
def test_anything_gives_a_tree_within_the_text(text: str) -> None:
    tree = parse(text)
    for problem in tree.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    assert tree.sound or tree.problems
    _check_spans(text, tree.root)


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_any_text_gives_a_tree(text: str) -> None:
    _check_spans(text, parse(text).root)


def _check_spans(text: str, node: Node | None) -> None:
    if node is None:
        return
    assert 0 <= node.start <= node.end <= len(text)
    if isinstance(node, Scalar):
        assert source_map(text, node).value == node.text
    elif isinstance(node, Mapping):
        for entry in node.entries:
            _check_spans(text, entry.key)
            _check_spans(text, entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            _check_spans(text, item)


SOUND = [
    "a: 1",
    "b:",
    "- x",
    "- c: d",
    "'e': 'f'",
    '"g": "h # i"',
    "j: [k, {l: m}, n: o]",
    "? p",
    ": q",
    "r: |",
    ">-",
]
SOUND += [
    "s",
    "# t",
    "",
    "u: &v w",
    "x: *v",
    "y: !!str z",
    "- - 1",
    "-",
    "\u00e9: 😀",
    "k: 'l",
    "m'",
    "n: o # p",
    "}",
    "]",
]
LINES = st.lists(st.tuples(st.sampled_from([0, 2, 4]), st.sampled_from(SOUND)), max_size=8)


@settings(max_examples=1000)
@given(LINES)
def test_sound_documents_have_the_same_tree_from_both_parsers(lines: list[tuple[int, str]]) -> None:
    text = "\n".join(" " * indent + line for indent, line in lines)
    same_tree(text)


def same_tree(text: str) -> None:
    """Check that the tolerant parser gives the tree of the builder, which is exact.

    Known exceptions, which are left out here: quotes and brackets over several lines whose later lines look
    like entries and are not indented below their key.
    """
    tree = parse(text)
    if not tree.sound or tree.root is None:
        return
    if any(_is_quoted_over_lines(text, node) for node in _all(tree.root)):
        return
    root, problems = read(text, Anchors())
    assert problems == []
    assert dump(root) == dump(tree.root)


def _is_quoted_over_lines(text: str, node: Node) -> bool:
    quoted = isinstance(node, Scalar) and node.style in {Style.SINGLE, Style.DOUBLE}
    return quoted and "\n" in text[node.start : node.end]


def _all(node: Node) -> list[Node]:
    parts: list[Node] = []
    if isinstance(node, Mapping):
        parts = [part for entry in node.entries for part in (entry.key, entry.value)]
    elif isinstance(node, Sequence):
        parts = node.items
    return [node, *(found for part in parts for found in _all(part))]


def dump(node: Node | None) -> object:
    if node is None:
        return None
    place = (node.start, node.end)
    if isinstance(node, Scalar):
        return (*place, node.style, node.text, node.tag, node.indent)
    if isinstance(node, Mapping):
        return (*place, node.flow, [(dump(entry.key), dump(entry.value)) for entry in node.entries])
    if isinstance(node, Sequence):
        return (*place, node.flow, [dump(item) for item in node.items])
    assert isinstance(node, Alias)
    return (*place, node.name, node.target.start)


@pytest.mark.parametrize("text", [text for text, _, _ in BROKEN.values()])
def test_every_beginning_of_a_document_gives_a_tree(text: str) -> None:
    text = text.replace("«", "").replace("»", "")
    for end in range(len(text)):
        for start, stop, _ in split(text[:end]):
            _check_spans(text[start:stop], parse(text[start:stop]).root)
