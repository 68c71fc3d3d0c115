"""The formatter: text in, text out, and nothing said differently."""

from __future__ import annotations

import pytest
from koreo_analyzer.edit import apply
from koreo_analyzer.format import format_sources, format_text
from koreo_analyzer.format.cel import format_source
from koreo_analyzer.format.document import read_sources
from koreo_analyzer.text import Span

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: f}\n"


def formatted(text: str) -> str:
    """Format a text, and check that formatting it again changes nothing."""
    found = format_text(text)
    assert found.untouched == ()
    new = apply(text, found.edits)
    assert format_text(new).edits == ()
    return new


YAML = {
    "indentation of mappings and of lists, by two": (
        "a:\n    b:\n       c: 1\n       d: 2\n    e:\n       - f: 1\n         g: 2\n       -   h\n",
        "a:\n  b:\n    c: 1\n    d: 2\n  e:\n    - f: 1\n      g: 2\n    - h\n",
    ),
    "lists are in line with their key where most are": (
        "a:\n- x\nb:\n- y\nc:\n  - z\n  -\n    k: 1\n",
        "a:\n- x\nb:\n- y\nc:\n- z\n-\n  k: 1\n",
    ),
    "white space within a line": (
        "a :   1  \nb:\t2\nc: &x   !!str   v\nd: *x   # why\n",
        "a: 1\nb: 2\nc: &x !!str v\nd: *x   # why\n",
    ),
    "brackets": (
        "a: { b:  1 ,c : [1 ,2, ] , d: {} , e: [ ] }\nf: {b: 1}\ng: {b: 1}\n",
        "a: {b: 1, c: [1, 2,], d: {}, e: []}\nf: {b: 1}\ng: {b: 1}\n",
    ),
    "braces are padded where most are": (
        "a: { b: 1 }\nb: { c: [ 1 ] }\nc: {d: 1}\n",
        "a: { b: 1 }\nb: { c: [1] }\nc: { d: 1 }\n",
    ),
    "brackets over several lines": (
        "a: [\n      1,   {x: 1,\n  y: 2},\n        3\n    ]\nb:\n   - {c: 1,\n        d: 2}\n",
        "a: [\n  1, {x: 1,\n    y: 2},\n  3\n]\nb:\n  - {c: 1,\n      d: 2}\n",
    ),
    "empty lines: one of several stays, none at the ends": (
        "\n\na: 1\n\n\n\nb: 2\n  \n\n---\n\n\nc: 1\n\n",
        "a: 1\n\nb: 2\n---\nc: 1\n",
    ),
    "comments go with the lines that they are in line with": (
        "# top\na:\n    # of b\n    b:\n        c: 1   # c\n        # in b\n    # behind b\n# next\nd: 1\n# end\n",
        "# top\na:\n  # of b\n  b:\n    c: 1   # c\n    # in b\n  # behind b\n# next\nd: 1\n# end\n",
    ),
    "lines taken out at the very left stay there": (
        "a:\n    b: 1\n#    c: 2\n    d: 3\n",
        "a:\n  b: 1\n#    c: 2\n  d: 3\n",
    ),
    "a text of several lines moves as a whole": (
        "a:\n    b: |\n        one\n          two\n\n        three\n    c: >-\n     x\n     y\n",
        "a:\n  b: |\n    one\n      two\n\n    three\n  c: >-\n    x\n    y\n",
    ),
    "trailing blanks of a text are part of it": ("a: |\n   b  \n     \n   c\n", "a: |\n  b  \n    \n  c\n"),
    "an indentation that is written down stays": (
        "a:\n   b: |1\n      c\n     d\n",
        "a:\n  b: |1\n     c\n    d\n",
    ),
    "line breaks that belong to a text stay": ("a: |+\n    b\n\n\n\nc: 1\n", "a: |+\n  b\n\n\n\nc: 1\n"),
    "a last text without line break gets none, as that would be part of it": ("a: |\n    b", "a: |\n  b"),
    "quoted and plain texts over several lines": (
        'a:\n    b: "one\n        two   \\\n        three"\n    c: x\n       y\n\n       z\n',
        'a:\n  b: "one\n      two   \\\n      three"\n  c: x\n     y\n\n     z\n',
    ),
    "carriage returns stay": ("a:\r\n    b: 1\r\n\r\n\r\n\r\n    c: 2", "a:\r\n  b: 1\r\n\r\n  c: 2\r\n"),
    "quotes stay": ("a:   'b'\n'c' :  \"d\"\n", "a: 'b'\n'c': \"d\"\n"),
    "JSON": ('{"a":1,\n"b":[1,2]}', '{"a": 1,\n  "b": [1, 2]}\n'),
    "comments only": ("# a\n\n\n\n# b   \n", "# a\n\n\n\n# b   \n"),
    "markers": ("---\na: 1\n...\n---   # second\nb:   1\n", "---\na: 1\n...\n---   # second\nb: 1\n"),
}


@pytest.mark.parametrize(("text", "expected"), YAML.values(), ids=YAML.keys())
def test_yaml(text: str, expected: str) -> None:
    assert formatted(text) == expected


EXPRESSIONS = {
    "operators, commas, brackets": ("a+b*( c-1 )<f( x,y )", "a + b * (c - 1) < f(x, y)"),
    "signs": ("- a-  -1 && ! b", "-a - -1 && !b"),
    "literals": ("{ 'a' :1,'b':[ ] , ?c: x}", "{'a': 1, 'b': [], ?c: x}"),
    "members": ("a . b [ 0 ] . ?c.map( x , x )", "a.b[0].?c.map(x, x)"),
    "conditional": ("a?b:c", "a ? b : c"),
    "a broken conditional": ("a ?\n    b : c", "a\n  ? b\n  : c"),
    "several conditions, each with its value": (
        "a ? b\n : c ? d\n : e",
        "a ? b\n  : c ? d\n  : e",
    ),
    "operators in front": ("a\n&& b && c", "a\n  && b\n  && c"),
    "operators behind": ("a &&\n b && c", "a &&\n  b &&\n  c"),
    "a sum breaks where its author did": ("'a' + b\n    + 'c' + d", "'a' + b\n  + 'c' + d"),
    "arguments": ("f(a,\n b)", "f(\n  a,\n  b\n)"),
    "one argument in brackets of its own": ("f({\n'a': 1})", "f({\n  'a': 1\n})"),
    "calls": ("a.b\n.filter(x, x).map(y, y)", "a.b\n  .filter(x, x)\n  .map(y, y)"),
    "comments": ("a // one\n// two\n\n\n&& b// three", "a // one\n  // two\n\n  && b // three"),
    "a comment behind an operator": ("a && // why\nb", "a && // why\n  b"),
    "a text over several lines": ('"""a\n   b"""+c', '"""a\n   b""" + c'),
}


@pytest.mark.parametrize(("source", "expected"), EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_expression(source: str, expected: str) -> None:
    assert format_source(source, 100) == expected
    assert format_source(expected, 100) == expected


LONG = {
    "logic": ("aaaaaaaaaa && bbbbbbbbbb && cccccccccc", "aaaaaaaaaa\n  && bbbbbbbbbb\n  && cccccccccc"),
    "the outermost first": ("aaaaaaaaaaaaa || bbbbbb && ccccccc", "aaaaaaaaaaaaa\n  || bbbbbb && ccccccc"),
    "a sum where the line is full": (
        "'aaaaaaa' + bbbbbbb + 'ccccccc' + d",
        "'aaaaaaa' + bbbbbbb\n  + 'ccccccc' + d",
    ),
    "arguments": ("some_name(aaaaaaaaa, bbbbbbbbb, c)", "some_name(\n  aaaaaaaaa,\n  bbbbbbbbb,\n  c\n)"),
    "calls": ("aaaaaaa.filter(x, x).map(y, yyyyyy)", "aaaaaaa\n  .filter(x, x)\n  .map(y, yyyyyy)"),
    "conditional": ("aaaaaaaaaaaaaaaa ? bbbbbbbb : ccccccc", "aaaaaaaaaaaaaaaa\n  ? bbbbbbbb\n  : ccccccc"),
    "a list as a value": (
        "aaaaaaaa ? [bbbbbbbbbbb, ccccccccccccccc] : []",
        "aaaaaaaa\n  ? [\n      bbbbbbbbbbb,\n      ccccccccccccccc\n    ]\n  : []",
    ),
    "several conditions": (
        "aaaaaaa ? bbbbbbbbb : cccccccc ? ddddddddd : e",
        "aaaaaaa ? bbbbbbbbb\n  : cccccccc ? ddddddddd\n  : e",
    ),
    "nothing can be done": (
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ),
}


@pytest.mark.parametrize(("source", "expected"), LONG.values(), ids=LONG.keys())
def test_long_expression(source: str, expected: str) -> None:
    assert format_source(source, 30) == expected
    assert format_source(expected, 30) == expected


@pytest.mark.parametrize("source", ["", "a +", "a b", "f(", "'open", "a = b", "a ? b", "[1, , 2]"])
def test_what_is_no_expression_is_left_alone(source: str) -> None:
    assert format_source(source, 100) is None
    text = f"{HEAD}spec:\n  return:\n    a: |\n      ={source}\n"
    assert apply(text, format_text(text).edits) == text


SCALARS = {
    "plain": ("a: =inputs.a+1", "a: =inputs.a + 1"),
    "double quotes": (r'a: "=inputs.a+\"x\"+  b"', r'a: "=inputs.a + \"x\" + b"'),
    "single quotes": ("a: '=inputs.a+''x'''", "a: '=inputs.a + ''x'''"),
    "in brackets": ("a: [=inputs.a+1, '=f(a,b)']", "a: [=inputs.a + 1, '=f(a, b)']"),
    "plain texts hold no colon with a blank": ("a: ={'b':1+1}", "a: ={'b':1 + 1}"),
    "over several lines, which stay": ("a: '=inputs.a+\n        1+2'", "a: '=inputs.a +\n        1 + 2'"),
    "literal": ("a: |\n          =b?\n          c:d", "a: |\n      =b\n        ? c\n        : d"),
    "folded": ("a: >-\n      =b?\n       c:d", "a: >-\n      =b\n        ? c\n        : d"),
    "folded, where a comment would be the rest": (
        "a: >-\n      =b // c\n      + d",
        "a: >-\n      =b // c\n      + d",
    ),
    "no expression": ("a: |\n      a+b", "a: |\n      a+b"),
    "what an alias repeats": ("a: &x =b+c\n    d: *x", "a: &x =b+c\n    d: *x"),
    "a key": ("=a+b: 1", "=a+b: 1"),
}


@pytest.mark.parametrize(("value", "expected"), SCALARS.values(), ids=SCALARS.keys())
def test_expressions_in_scalars(value: str, expected: str) -> None:
    assert formatted(f"{HEAD}spec:\n  return:\n    {value}\n") == f"{HEAD}spec:\n  return:\n    {expected}\n"


def test_a_width_counts_from_the_left_of_the_text() -> None:
    text = f"{HEAD}spec:\n  return:\n    a: |\n      =aaaaaaaaaaaaaaaaaaaa && bbbbbbbbbbbbbbbbbbbb\n"
    assert len(text.splitlines()[-1]) == 51
    assert format_text(text, width=51).edits == ()
    assert "\n        && b" in apply(text, format_text(text, width=50).edits)


def test_what_is_not_evaluated_is_left_alone() -> None:
    text = (
        HEAD.replace("ValueFunction", "FunctionTest")
        + "spec:\n  functionRef: {kind: ValueFunction, name: f}\n  inputs: {a: =b+c}\n  testCases:\n"
        "    - expectReturn: {a: =b+c}\n"
    )
    assert formatted(text) == text


def test_a_document_that_is_no_yaml_is_left_alone_and_told() -> None:
    text = "a:   1\n---\nb:   [1\n---\nc:   1\n"
    found = format_text(text)
    assert apply(text, found.edits) == "a: 1\n---\nb:   [1\n---\nc: 1\n"
    (untouched,) = found.untouched
    assert text[untouched.span.start :].startswith("---\nb")
    assert "not sound YAML" in untouched.reason


@pytest.mark.parametrize(
    "text", ["? a\n: b\n", "a: 1\u2028b\n", "\ufeffa:   1\n", "a:  1\rb:  2\r", "word", "- |\n  x", ""]
)
def test_strange_texts_do_no_harm(text: str) -> None:
    new = apply(text, format_text(text).edits)
    assert new in {text, text + "\n"}


def test_edits_are_small() -> None:
    text = f"{HEAD}spec:\n  return:\n    a: 1\n    b:   2\n    c: |\n      =x+1\n"
    assert [(text[e.span.start : e.span.end], e.text) for e in format_text(text).edits] == [
        ("  ", ""),
        ("+", " + "),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:   1\nb:⟦   ⟧1\nc:   1\n", "a:   1\nb: 1\nc:   1\n"),
        ("a:\n    ⟦b⟧: 1\n    c: 1\nd:\n    e: 1\n", "a:\n  b: 1\n  c: 1\nd:\n    e: 1\n"),
        ("a:  1\n---\nb:⟦⟧  1\n", "a:  1\n---\nb: 1\n"),
        ("a:\n   ⟦⟧ b: |\n        c\n        d\n", "a:\n  b: |\n        c\n        d\n"),
    ],
    ids=[
        "a line",
        "the mapping around it, which cannot be moved in part",
        "its document only",
        "a line by itself, where that can be",
    ],
)
def test_a_range(text: str, expected: str) -> None:
    start, end = text.index("⟦"), text.index("⟧") - 1
    text = text.replace("⟦", "").replace("⟧", "")
    assert apply(text, format_sources(read_sources(text), within=Span(start, end)).edits) == expected
