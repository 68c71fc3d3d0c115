"""Random documents and expressions: formatted, they say the same, and formatting again changes nothing."""

from __future__ import annotations

import re
from random import Random

import pytest
from cel_generator import Generator
from edit_documents import Writer
from hypothesis import given, settings
from hypothesis import strategies as st
from koreo_analyzer.cel.lexer import tokenize
from koreo_analyzer.cel.parser import parse as parse_expression
from koreo_analyzer.edit import apply
from koreo_analyzer.format import format_sources, format_text
from koreo_analyzer.format.cel import format_source
from koreo_analyzer.format.document import read_sources
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain

_COMMENT = re.compile(r"# c\d+\.|// c\d+\.")
_GAPS = ("", "", "", " ", "\t", "\n", "\n   ", "\n\n\n")


def data(text: str) -> object:
    tree = parse(text)
    assert tree.sound
    return plain(tree.root) if tree.root is not None else None


@pytest.mark.parametrize("batch", range(10))
def test_documents(batch: int) -> None:
    changed = 0
    for seed in range(batch * 60, batch * 60 + 60):
        random = Random(seed)
        text = Writer(random, anchors=seed % 2 == 0).document()
        if not parse(text).sound:
            continue
        found = format_text(text)
        assert found.untouched == (), seed
        new = apply(text, found.edits)
        assert data(new) == data(text), seed
        assert _COMMENT.findall(new) == _COMMENT.findall(text), seed
        assert format_text(new).edits == (), seed
        changed += new != text
    assert changed > 30


def test_ranges_of_documents() -> None:
    for seed in range(150):
        random = Random(seed)
        text = Writer(random, anchors=seed % 2 == 0).document()
        if not parse(text).sound:
            continue
        start = random.randrange(len(text) + 1)
        within = Span(start, min(len(text), start + random.randrange(60)))
        new = apply(text, format_sources(read_sources(text), within=within).edits)
        assert data(new) == data(text), (seed, within)
        assert _COMMENT.findall(new) == _COMMENT.findall(text), (seed, within)


def scattered(random: Random, source: str) -> str:
    """Return an expression with other white space, and comments."""
    tokens = tokenize(source)
    breaks, remarks = random.random() * 0.3, random.random() * 0.05
    parts: list[str] = []
    end = count = 0
    for text, start, stop in zip(tokens.texts, tokens.starts, tokens.ends, strict=True):
        parts.append(source[end:start])
        if end and random.random() < breaks:
            parts.append(random.choice(_GAPS))
        if end and random.random() < remarks:
            count += 1
            parts.append(random.choice((" ", "\n", "\n\n")) + f"// c{count}.\n")
        parts.append(text)
        end = stop
    return "".join(parts)


@pytest.mark.parametrize("batch", range(10))
def test_expressions(batch: int) -> None:
    for seed in range(batch * 100, batch * 100 + 100):
        random = Random(seed)
        source = Generator(seed).expression()
        if random.random() < 0.3:
            source = f"b ? {source} : i > 1 ? {Generator(seed + 5000).expression()} : n"
        source = scattered(random, source)
        if parse_expression(source).problems:
            continue
        width = random.choice((100, 60, 40, 20))
        new = format_source(source, width)
        assert new is not None, seed
        assert tokenize(new).texts == tokenize(source).texts, seed
        assert _COMMENT.findall(new) == _COMMENT.findall(source), seed
        assert format_source(new, width) == new, seed
        assert not any(line.endswith((" ", "\t")) for line in new.split("\n")), seed


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-|>#'\"[]{},&*!?=+ \t\n\r\u2028", max_size=40))
def test_any_text_is_survived(text: str) -> None:
    found = format_text(text)
    new = apply(text, found.edits)
    for old, now in zip(read_sources(text), read_sources(new), strict=True):
        assert old.tree.sound == now.tree.sound
        if old.tree.sound:
            assert (old.tree.root is None) == (now.tree.root is None)
            if old.tree.root is not None and now.tree.root is not None:
                assert plain(old.tree.root) == plain(now.tree.root)
