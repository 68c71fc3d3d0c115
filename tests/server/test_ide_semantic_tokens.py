"""What the words of a file are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cursor_fixtures import read
from koreo_analyzer.text import PositionEncoding, Span
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.expression_tokens import Modifier
from koreo_server.ide.semantic_tokens import Token, semantic_tokens
from koreo_server.lsp.tokens import LEGEND, TokenCache, difference, encode


def words(text: str) -> list[str]:
    """Return the words of a file with what they are: `flow class.definition`."""
    fixture = read(text)
    text = fixture.texts["main.k.yaml"]
    return [
        f"{text[one.start : one.end]} {_kind(one)}"
        for one in semantic_tokens(fixture.snapshot, "main.k.yaml")
    ]


def _kind(token: Token) -> str:
    names = [one.name.lower() for one in Modifier if one in token.modifiers and one.name is not None]
    return ".".join([token.type.value, *names])


def of_value(line: str) -> list[str]:
    """Return the words of one entry of a function's `return`."""
    found = words(f"@ValueFunction f\nspec:\n  return:\n    {line}\n")
    return found[found.index("return keyword") + 1 :]


def test_a_workflow() -> None:
    found = words("""\
# about
@Workflow flow
spec:
  crdRef: {apiGroup: a.b, version: v1, kind: Thing}
  steps:
    - label: one  # first
      ref: {kind: ValueFunction, name: greet}
      inputs: {who: Ada, n: 1, b: true}
    - label: two
      refSwitch:
        switchOn: x
        cases: [{case: x, kind: Workflow, name: other}]
      forEach: {itemIn: [], inputKey: item}
      state: {seen: =steps.one.x}
      unknown: 1
""")
    assert found == [
        "# about comment",
        *(
            "apiVersion keyword",
            "koreo.dev/v1beta1 namespace",
            "kind keyword",
            "Workflow type.default_library",
        ),
        *("metadata keyword", "name property", "flow class.definition", "spec keyword"),
        *("crdRef keyword", "apiGroup keyword", "a.b namespace", "version keyword", "v1 namespace"),
        *("kind keyword", "Thing type", "steps keyword"),
        *("label keyword", "one method.definition", "# first comment", "ref keyword", "kind keyword"),
        *("ValueFunction enumMember", "name keyword", "greet function", "inputs keyword"),
        *("who parameter", "Ada string", "n parameter", "1 number", "b parameter", "true keyword"),
        *("label keyword", "two method.definition", "refSwitch keyword", "switchOn keyword", "x string"),
        *("cases keyword", "case keyword", "x enumMember", "kind keyword", "Workflow enumMember"),
        *("name keyword", "other class", "forEach keyword", "itemIn keyword"),
        *("inputKey keyword", "item parameter.definition", "state keyword", "seen property.definition"),
        *("= operator", "steps variable.readonly.default_library", "one method", "x property"),
        *("unknown property", "1 number"),
    ]


EXPRESSIONS = {
    "names in scope": (
        "a: =inputs.x.y + locals.z",
        [
            "a property",
            "= operator",
            *("inputs variable.readonly.default_library", "x parameter", "y property", "+ operator"),
            *("locals variable.readonly.default_library", "z variable"),
        ],
    ),
    "functions, macros and their variables": (
        "a: =[1].map(x, size(x) + math.abs(y))",
        [
            *("a property", "= operator", "1 number", "map macro.default_library", "x parameter.definition"),
            *("size function.default_library", "x parameter", "+ operator", "math namespace.default_library"),
            *("abs function.default_library", "y variable"),
        ],
    ),
    "in quotes": (
        "a: \"=b ? 'c' : null\"",
        [
            *("a property", '" string', "= operator", "b variable", "? operator", "'c' string", ": operator"),
            *("null keyword", '" string'),
        ],
    ),
    "a pattern": (
        'a: =b.matches("[a#]+")',
        ["a property", "= operator", "b variable", "matches function.default_library", '"[a#]+" regexp'],
    ),
    "over several lines": (
        'a: |  # why\n      =b  # no comment\n        // one\n        + """c\n        d"""',
        [
            *("a property", "# why comment", "= operator", "b variable", "no variable", "comment variable"),
            *("// one comment", "+ operator", '"""c string', 'd""" string'),
        ],
    ),
    "a colon in a map is no operator": (
        "a: |\n      =b ? {'c': 1} : {}",
        [
            *("a property", "= operator", "b variable", "? operator", "'c' string", "1 number", ": operator"),
        ],
    ),
    "texts over several lines": (
        "a: |\n      one # two\n\n        three",
        ["a property", "| operator", "one # two string", "three string"],
    ),
}


@pytest.mark.parametrize(("line", "expected"), EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_expressions(line: str, expected: list[str]) -> None:
    found = of_value(line)
    assert [one for one in found if one != "# operator"] == expected


def test_a_definition_that_is_not_loaded_is_deprecated() -> None:
    head = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata:\n  name: f\n"
    assert "f function.definition.deprecated" in words(
        head + '  labels: {koreo.dev/active: "false"}\nspec: {}\n'
    )


@pytest.mark.parametrize(
    "text",
    ["", "a: [", "@ValueFunction f\nspec:\n  return: {a: =inputs., b: '=\n", "a: &x b\nc: *x\n", "=a + 'b"],
)
def test_other_texts_have_words_in_order(text: str) -> None:
    found = semantic_tokens(read(text).snapshot, "main.k.yaml")
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_the_legend_names_the_modifiers_by_their_bits() -> None:
    assert [1 << bit for bit in range(len(LEGEND.token_modifiers))] == [one.value for one in Modifier]
    assert [name.lower() for name in LEGEND.token_modifiers] == [
        one.name.lower().replace("_", "") for one in Modifier if one.name is not None
    ]


def decoded(data: list[int]) -> list[tuple[int, int, int, str]]:
    """Return line, column, length and type of encoded tokens."""
    line = column = 0
    found: list[tuple[int, int, int, str]] = []
    for at in range(0, len(data), 5):
        down, right, length, kind, _ = data[at : at + 5]
        line, column = line + down, right if down else column + right
        found.append((line, column, length, LEGEND.token_types[kind]))
    return found


TWO = 'a: "é😀"  # ü\nb: 1\n---\n\n# c\nd: {e: 2}\n---\nf: 3\n'


def file_of(text: str):
    file = Workspace().apply({"a.k.yaml": text}).file("a.k.yaml")
    assert file is not None
    return file


def test_encoded_tokens_count_in_the_units_of_the_client() -> None:
    first = decoded(TokenCache().whole(file_of(TWO), PositionEncoding.UTF16))[:3]
    assert first == [(0, 0, 1, "property"), (0, 3, 5, "string"), (0, 10, 3, "comment")]
    assert decoded(TokenCache().whole(file_of(TWO), PositionEncoding.UTF8))[1:3] == [
        (0, 3, 8, "string"),
        (0, 13, 4, "comment"),
    ]


def test_a_part_is_a_part_of_the_whole_whether_it_is_remembered_or_not() -> None:
    file, cache = file_of(TWO), TokenCache()
    whole = decoded(cache.whole(file, PositionEncoding.UTF16))
    assert [one[0] for one in whole] == [0, 0, 0, 1, 1, 4, 5, 5, 5, 7, 7]
    for start in range(len(TWO)):
        span = Span(start, start + 3)
        lines = range(file.lines.line_of(span.start), file.lines.line_of(span.end) + 1)
        fresh, known = (
            decoded(one.part(file, span, PositionEncoding.UTF16)) for one in (TokenCache(), cache)
        )
        assert [one for one in whole if one[0] in lines] == known
        assert set(fresh) <= set(whole)
        assert [one for one in known if _touches(one, file.lines, span)] == [
            one for one in fresh if _touches(one, file.lines, span)
        ]


def _touches(place: tuple[int, int, int, str], lines, span: Span) -> bool:
    start = lines.offset(place[0], place[1], PositionEncoding.UTF16)
    end = lines.offset(place[0], place[1] + place[2], PositionEncoding.UTF16)
    return bool(start < span.end and span.start < end)


def test_tokens_that_overlap_are_left_out() -> None:
    tokens = semantic_tokens(read("a: 1\n").snapshot, "main.k.yaml")
    assert encode("a: 1\n", [tokens[0], tokens[0], *tokens], PositionEncoding.UTF16).lines == [0, 0]


@pytest.mark.parametrize(
    ("old", "new"),
    [([], []), ([], [1, 2]), ([1, 2], []), ([1, 2, 3], [1, 9, 3]), ([1, 1, 1], [1, 1]), ([1], [1, 1, 1, 1])],
)
def test_a_difference_makes_one_of_the_other(old: list[int], new: list[int]) -> None:
    made = list(old)
    for edit in difference(old, new):
        made[edit.start : edit.start + edit.delete_count] = edit.data or []
    assert made == new
