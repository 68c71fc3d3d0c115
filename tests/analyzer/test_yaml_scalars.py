"""The source map: every character of a scalar is found where it was written, in every style of writing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.scalars import source_map

if TYPE_CHECKING:
    from random import Random

BLANKS = " \t"
ESCAPES = {
    "\n": "\\n",
    "\t": "\\t",
    '"': '\\"',
    "\\": "\\\\",
    "\r": "\\r",
    "\x07": "\\a",
    "\x85": "\\N",
    " ": "\\ ",
}
TEXT = st.text(alphabet="ab:#'\"\\-é😀 \t\n\n  ,[]{}=|>\x07\r\x85", max_size=24)
BLOCK_TEXT = st.text(alphabet="ab:#'\"\\-é😀 \t\n\n  ,[]{}=|>", max_size=30)


def double(text: str, rng: Random, line: str) -> str:
    """Write a text in double quotes; `line` is a line break with indentation."""
    out: list[str] = []
    for index, character in enumerate(text):
        around = text[index - 1 : index] + text[index + 1 : index + 2]
        if (
            character == " "
            and rng.random() < 0.3
            and len(around) == 2
            and not set(around) & set(BLANKS + "\n")
        ):
            out.append(rng.choice(["", " "]) + line)
        elif character in '"\\\n\r\x07\x85' or (character in BLANKS and (index in {0, len(text) - 1})):
            out.append(ESCAPES[character])
        elif rng.random() < 0.2:
            code = ord(character)
            out.append(f"\\U{code:08x}" if code > 0xFFFF or rng.random() < 0.3 else f"\\u{code:04X}")
        else:
            out.append(character)
        if rng.random() < 0.1 and text[index + 1 : index + 2] not in ("\t", " ", "\n"):
            out.append("\\" + line)
    return '"' + "".join(out) + '"'


def folded_flow(text: str, rng: Random, line: str) -> str | None:
    """Write a text so that folding gives it back; None if that cannot be done."""
    if re.search(r"[ \t]\n|\n[ \t]|^\n|\n$|[\r\x07\x85]", text):
        return None

    def write(found: re.Match[str]) -> str:
        if found.group() == " ":
            return rng.choice([" ", line, "  " + line])
        return line * (len(found.group()) + 1)

    return re.sub(r"\n+|(?<=[^ \t\n]) (?=[^ \t\n#])", write, text)


def single(text: str, rng: Random, line: str) -> str | None:
    written = folded_flow(text.replace("'", "''"), rng, line)
    return None if written is None else f"'{written}'"


def block(text: str, rng: Random, line_break: str, indent: int, indicator: str) -> str | None:
    """Write a text as a block scalar below a collection at column `indent`."""
    if re.search(r"[\r\x07\x85]", text):
        return None
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    if not body.strip(BLANKS + "\n"):
        return None
    lines = body.split("\n")
    step = rng.randint(1, 9)
    first = next(line for line in lines if line)
    explicit = (
        first[0] in BLANKS or any(line.strip(BLANKS) == "" and line for line in lines) or rng.random() < 0.3
    )
    chomping = "-" if trailing == 0 else rng.choice(["", "+"]) if trailing == 1 else "+"
    parts = [str(step) if explicit else "", chomping]
    rng.shuffle(parts)
    pad = " " * (max(indent, 0) + step)
    out: list[str] = []
    previous = ""
    for line in lines:
        normal = bool(line) and line[0] not in BLANKS
        written_line = line
        if indicator == ">" and normal:
            if previous and previous[0] not in BLANKS:
                out.append("")
            written_line = re.sub(r"(?<=\S) (?=\S)", lambda _: rng.choice([" ", line_break + pad]), line)
        out.append(pad + written_line if line else rng.choice(["", pad]))
        if line:
            previous = line
    written = line_break.join(out)
    comment = rng.choice(["", "  # c"])
    end = line_break * trailing if trailing else rng.choice(["", line_break])
    return indicator + "".join(parts) + comment + line_break + written + end


def nest(written: str, rng: Random, line_break: str, columns: list[int]) -> str:
    """Put a written scalar below block collections at the given columns."""
    out: list[str] = []
    for column in columns:
        lead = line_break if out and out[-1].endswith(":") else ""
        out.append(lead + " " * column if lead or not out else " ")
        out.append(
            rng.choice(
                ["k:", "? k\n" + " " * column + ":", "-"][:1] if column != columns[-1] else ["k:", "-"]
            )
        )
    return "".join(out) + " " + written


def scalar_of(node: Node | None) -> Scalar:
    while not isinstance(node, Scalar):
        assert isinstance(node, Mapping | Sequence)
        node = node.entries[-1].value if isinstance(node, Mapping) else node.items[-1]
    return node


def check_map(text: str, node: Scalar, value: str) -> None:
    assert node.text == value
    found = source_map(text, node)
    assert found.value == value
    previous = -1
    for index, character in enumerate(value):
        start, end = found.span(index, index + 1)
        source = text[start:end]
        assert start > previous
        assert source == character or source[0] in "\\'" or re.fullmatch(r"\s*(\r\n|[\n\r])\s*", source), (
            source
        )
        assert found.to_source(index) == start
        assert found.to_value(start) == index
        assert found.span(0, index + 1).end == end
        previous = start


COLUMNS = st.lists(st.integers(1, 4), max_size=3).map(
    lambda steps: [sum(steps[:n]) for n in range(len(steps) + 1)]
)
BREAK = st.sampled_from(["\n", "\r\n", "\r"])
RANDOM = st.randoms(use_true_random=False)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(TEXT, RANDOM, BREAK, COLUMNS, st.sampled_from(["double", "single"]), st.booleans())
def test_quoted(value: str, rng: Random, line_break: str, columns: list[int], style: str, flow: bool) -> None:
    line = line_break + " " * (columns[-1] + rng.randint(1, 3))
    written = double(value, rng, line) if style == "double" else single(value, rng, line)
    if written is None:
        return
    if flow:
        written = "{a: [x," + line + written + ", # c" + line + "y]}"
    text = nest(written, rng, line_break, columns) + line_break
    tree = parse(text)
    assert tree.sound, text
    node = scalar_of(tree.root)
    if flow:
        assert tree.root is not None
        node = next(found for found in _scalars(tree.root) if found.style is not Style.PLAIN)
    assert text[node.start] == text[node.end - 1] == ('"' if style == "double" else "'")
    check_map(text, node, value)


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Mapping):
        return [
            found for entry in node.entries for part in (entry.key, entry.value) for found in _scalars(part)
        ]
    assert isinstance(node, Sequence)
    return [found for item in node.items for found in _scalars(item)]


@settings(max_examples=400)
@given(BLOCK_TEXT, RANDOM, BREAK, COLUMNS, st.sampled_from("|>"))
def test_block(value: str, rng: Random, line_break: str, columns: list[int], indicator: str) -> None:
    written = block(value, rng, line_break, columns[-1], indicator)
    if written is None:
        return
    following = line_break if not written.endswith(("\n", "\r")) and rng.random() < 0.5 else ""
    text = nest(written, rng, line_break, columns) + following
    if value.endswith("\n") and not text.endswith(("\n", "\r")):
        return
    tree = parse(text)
    assert tree.sound, text
    node = scalar_of(tree.root)
    assert text[node.start] == indicator
    check_map(text, node, value)


@settings(max_examples=200)
@given(st.text(alphabet="abé😀-=+. \n", min_size=1, max_size=24), RANDOM, BREAK, COLUMNS)
def test_plain(value: str, rng: Random, line_break: str, columns: list[int]) -> None:
    value = "x" + value + "x"
    written = folded_flow(value, rng, line_break + " " * (columns[-1] + 2))
    if written is None:
        return
    text = nest(written, rng, line_break, columns) + "   # c"
    node = scalar_of(parse(text).root)
    assert text[node.start : node.end] == written
    check_map(text, node, value)


TOKENS = st.lists(
    st.sampled_from(
        ["inputs", ".", "spec", "(", ")", "==", "+", "&&", "1", "?", "[0]", "has", "'a'", '"b"', "'it\\'s'"]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300)
@given(TOKENS, RANDOM, COLUMNS, st.sampled_from(["double", "single", "|", ">"]))
def test_tokens_of_an_expression_are_found(
    tokens: list[str], rng: Random, columns: list[int], style: str
) -> None:
    value = "=" + "".join(token + rng.choice([" ", "\n"]) for token in tokens).rstrip()
    line = "\n" + " " * (columns[-1] + 2)
    if style == "double":
        written: str | None = double(value, rng, line)
    elif style == "single":
        written = single(value, rng, line)
    else:
        written = block(value, rng, "\n", columns[-1], style)
    assert written is not None
    text = nest(written, rng, "\n", columns)
    node = scalar_of(parse(text).root)
    found = source_map(text, node)
    assert found.value == value
    position = 1
    for token in tokens:
        position = value.index(token, position)
        start, end = found.span(position, position + len(token))
        source = text[start:end]
        if style in "|>" or (style == "single" and "'" not in token):
            assert source == token
        elif style == "single":
            assert source.replace("''", "'") == token
        else:
            assert scalar_of(parse(f'"{source}"').root).text == token
        position += len(token)


@pytest.mark.parametrize(
    ("text", "value", "starts"),
    [
        ("a: b c", "b c", [3, 4, 5]),
        ("a: b\n  c", "b c", [3, 4, 7]),
        ("a: 'it''s'", "it's", [4, 5, 6, 8]),
        ('a: "\\x41\\n\\\n   b"', "A\nb", [4, 8, 15]),
        ("a: |\n  b\n  c\n", "b\nc\n", [7, 8, 11, 12]),
        ("a: >\n  b\n  c\n", "b c\n", [7, 8, 11, 12]),
        ("a: |2\n   b", " b", [8, 9]),
        ("a: |+\n b\n\n", "b\n\n", [7, 8, 9]),
        ("a: |\r\n b\r\n c", "b\nc", [7, 8, 11]),
        ("a: ''", "", []),
        ("a:", "", []),
    ],
)
def test_places(text: str, value: str, starts: list[int]) -> None:
    node = scalar_of(parse(text).root)
    found = source_map(text, node)
    assert found.value == node.text == value
    assert [found.to_source(index) for index in range(len(value))] == starts


def test_places_between_and_behind_the_characters() -> None:
    text = "a: |\n  b\n  c\nd: 1"
    root = parse(text).root
    assert isinstance(root, Mapping)
    node = root.entries[0].value
    assert isinstance(node, Scalar)
    found = source_map(text, node)
    indentation, before, last, next_line = 5, 3, 12, 13
    assert [found.to_value(place) for place in (indentation, before, last, next_line)] == [
        None,
        None,
        3,
        None,
    ]
    assert found.to_source(len(node.text)) == next_line
    assert found.span(1, 1) == (8, 8)


def test_the_end_of_an_escape_is_behind_all_of_it() -> None:
    text = '"a\\u0041"'
    found = source_map(text, scalar_of(parse(text).root))
    assert found.span(0, 2) == (1, 8)
    assert found.to_source(2) == 8
    assert found.to_value(5) == 1
    assert found.to_value(8) == 2
