"""Text in, tokens out."""

from __future__ import annotations

import pytest
from koreo_analyzer.cel.lexer import RESERVED, tokenize


def kinds(source: str) -> list[str]:
    tokens = tokenize(source)
    assert tokens[-1].kind == "end"
    return [token.kind for token in tokens[:-1]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a _b1 r b br", ["ident"] * 5),
        ("true false null in", ["true", "false", "null", "in"]),
        ("inner nullx trueish", ["ident"] * 3),
        ("==!=<=>=<>", ["==", "!=", "<=", ">=", "mistake"]),
        ("< > && || !", ["<", ">", "&&", "||", "!"]),
        ("+-*/%", list("+-*/%")),
        ("()[]{}.,:?", list("()[]{}.,:?")),
        ("a.?b[?c]", ["ident", ".", "?", "ident", "[", "?", "ident", "]"]),
        ("1 0x1f 1u 0x1fU 1.5 .5 1e3 1.5E-3", ["int", "int", "uint", "uint", *["double"] * 4]),
        ("a.5", ["ident", "double"]),
        ("1.a", ["int", ".", "ident"]),
        ("'a' \"b\" '''c''' \"\"\"d\"\"\" r'e' R\"f\"", ["string"] * 6),
        ("b'a' B\"b\" br'c' bR'd' b'''e''' rb'f'", ["bytes"] * 6),
        ("''''''", ["string"]),
        ("'' ''", ["string", "string"]),
        (r"'\'' r'\'", ["string", "string"]),
        ("a.`b-c.d/e f`", ["ident", ".", "quoted"]),
        ("a//b\n//c\n+d", ["ident", "+", "ident"]),
        ("= === !== => ++ <> ** ?? & |", ["mistake"] * 10),
        ("5u8 1_0 0X1 1.2.3 0b1 1e 2x.5", ["error"] * 7),
        ("$ @ # ~ ^ ; \\ é", ["error"] * 8),
    ],
)
def test_kinds(source: str, expected: list[str]) -> None:
    assert kinds(source) == expected


def test_reserved_words() -> None:
    assert kinds(" ".join(sorted(RESERVED))) == ["reserved"] * len(RESERVED)


def test_a_token_is_exactly_its_text() -> None:
    source = " foo ( 'a b' ,\n0x1F ) // end\n"
    tokens = tokenize(source)
    assert [source[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert [token.text for token in tokens] == ["foo", "(", "'a b'", ",", "0x1F", ")", ""]
    assert tokens[-1].span == (len(source), len(source))


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("'a\nb", ["'a", "b"]),
        ('"a\\\r\nb', ['"a\\', "b"]),
        ("'''a\n'b''", ["'''a\n'b''"]),
        ("r'a\nb", ["r'a", "b"]),
        ("a.`b c\nd", ["a", ".", "`b c", "d"]),
    ],
)
def test_what_is_never_closed(source: str, texts: list[str]) -> None:
    """A one-line string ends at the line break, a triple-quoted one at the end of the source."""
    tokens = tokenize(source)
    assert [token.text for token in tokens[:-1]] == texts
    assert [token.kind for token in tokens if token.message] == [
        "quoted" if "`" in source else "string",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "has(a.b) && a.b >= 0x1F || !(c in ['x', r\"\\d\"])",
        "{'k': -1.5e3, \"l\": b'\\xff'}.`m-n`[?0] % 7u",
        "''' a\n''b ''' + if",
        " a === b ?? c++ ",
        "",
    ],
)
@pytest.mark.parametrize("after", ["// c", "\n// c\n", "$", "'open"])
def test_comments_and_faults_leave_the_tokens_before_them_alone(source: str, after: str) -> None:
    good = tokenize(source)[:-1]
    assert tokenize(source + after)[: len(good)] == good
    assert all(token.message is None for token in good)


@pytest.mark.parametrize("piece", ["1", "\\'", "'''\\", "`a", '"\\"', " ", "// a\n"])
def test_time_grows_with_the_length_of_what_is_no_token(piece: str) -> None:
    """With its square, it would reach the time limit of tests."""
    tokens = tokenize(piece * 300_000 + "$")
    assert tokens[-1].end == len(piece) * 300_000 + 1
