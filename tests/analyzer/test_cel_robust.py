"""Whatever the text is, there is a tree, and the tree fits the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from koreo_analyzer.cel import ast, parse
from koreo_analyzer.cel.lexer import tokenize

REAL = [
    "has(resource.status.ready) && resource.status.ready == resource.spec.replicas",
    'inputs.size == "large" ? 4 : (inputs.size in ["medium", "m"] ? 2 : 1)',
    "inputs.ports.filter(p, p > 1024).map(p, {'port': p, \"name\": 'p-' + string(p), })",
    "{\n  'a': inputs.metadata.labels['x.y/z'], // why\n  \"b\": inputs.?spec[?0].orValue(-1.5e3),\n}",
    "cel.bind(x, '''a\n'b'\\n''', x + r\"\\d\" + string(b'\\xff')).matches('^a\\.b$')",
    "!(a.B{c: 1u, ?d: 0x1F}.c in [.e.f, null]) || math.greatest(1, -2) >= -9223372036854775808",
    "[1, 2].reduce(acc, x, 0, acc + x) % 7 != 3 / 2 - 1 * 4",
]

PIECES = [
    "a", "b.c", "f(", "x.map(", "has(", ".", ".?", "[", "[?", "]", "(", ")", "{", "}", ",", ":", "?", "??",
    "!", "-", "+", "*", "==", "=", "&&", "||", "&", "in", "not", "and", "is", "if", "true", "null", "1", "0x",
    "1u", "1.5", "5u8", "'a'", '"b"', "'", '"', "'''", 'r"\\"', "b'\\xff'", "'\\.'", "`a-b`", "`", "$",
    "#", "//", "\n", " ", "A{", "9223372036854775808",
]  # fmt: skip


def check(source: str) -> None:
    """Check what holds for every text."""
    parsed = parse(source)
    size = len(source)
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= size
        assert problem.message
    assert list(parsed.problems) == sorted(parsed.problems, key=lambda problem: problem.span)
    for node in ast.walk(parsed.root):
        assert 0 <= node.start <= node.end <= size
        for child in ast.children(node):
            assert node.start <= child.start <= child.end <= node.end
        for left, right in pairwise(ast.children(node)):
            assert left.end <= right.start
        check_text(node, source)


def check_text(node: ast.Node, source: str) -> None:
    """Check that names and literals stand where their nodes say."""
    text = source[node.start : node.end]
    match node:
        case ast.Ident():
            assert text.lstrip(".").lstrip(" \t\r\n\f").strip("`").endswith(node.name)
        case ast.Select():
            field = source[node.field_start : node.field_end]
            assert field.strip("`") == node.field or field.lstrip("rRbB")[0] in "'\""
            assert node.operand.end <= node.field_start <= node.field_end == node.end
        case ast.Call() | ast.Macro():
            assert source[node.name_start : node.name_end] == node.name
        case ast.Literal():
            assert text == "".join(text.split()) or text[0] in "-\"'bBrR"
            again = parse(text).root
            assert isinstance(again, ast.Literal)
            assert (again.kind, again.value) == (node.kind, node.value)
        case ast.Binary():
            assert node.left.end <= node.op_span.start <= node.op_span.end <= node.right.start
        case _:
            pass


@given(st.text(max_size=60))
@example("\\")
@example("'\\")
@example("  + a ? ")
def test_any_text(source: str) -> None:
    check(source)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example(" ? a")
@example("a && ")
@example("{:}")
@example("A{1:}")
@example("a[b c")
def test_any_pieces(source: str) -> None:
    check(source)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_spaced_pieces(source: str) -> None:
    check(source)


@pytest.mark.parametrize("source", REAL)
def test_real_expressions_and_all_their_beginnings_and_ends(source: str) -> None:
    assert [problem for problem in parse(source).problems if problem.code != "escape"] == []
    for cut in range(len(source)):
        check(source[:cut])
        check(source[cut:])


@given(st.sampled_from(REAL), st.data())
def test_real_expressions_with_an_edit(source: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(source)))
    gone = data.draw(st.integers(0, 5))
    check(source[:at] + data.draw(st.sampled_from(["", *PIECES])) + source[at + gone :])


@given(st.text(max_size=60))
def test_tokens_are_in_order_and_leave_only_blanks_and_comments(source: str) -> None:
    end = 0
    for token in tokenize(source):
        between = source[end : token.start].strip("\t\n\f\r ")
        assert between == "" or between.startswith("//")
        assert source[token.start : token.end] == token.text
        end = token.end
    assert end == len(source)
