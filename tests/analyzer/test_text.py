"""Positions: offsets to lines and columns and back, in the three units that editors use."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koreo_analyzer.text import LineIndex, Position, PositionEncoding, Span

TEXTS = st.text(alphabet="aé😀\ud800\n\r\t\x0c\u2028 ", max_size=40)


@given(TEXTS)
def test_lines_are_those_of_the_protocol(text: str) -> None:
    index = LineIndex(text)
    lines = re.split("\r\n|\n|\r", text)
    assert index.line_count == len(lines)
    assert [index.line_text(line) for line in range(index.line_count)] == lines


@given(TEXTS, st.sampled_from(PositionEncoding))
def test_positions_lead_back_to_their_offset(text: str, encoding: PositionEncoding) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # inside a line break there is no position
        line, column = index.position(offset, encoding)
        assert index.offset(line, column, encoding) == offset


@pytest.mark.parametrize(
    ("encoding", "column"),
    [(PositionEncoding.UTF8, 7), (PositionEncoding.UTF16, 4), (PositionEncoding.UTF32, 3)],
)
def test_columns_count_the_units_of_the_client(encoding: PositionEncoding, column: int) -> None:
    assert LineIndex("x\naé😀b").position(5, encoding) == Position(1, column)


@pytest.mark.parametrize(
    ("line", "column", "offset"),
    [(0, 99, 2), (1, 0, 4), (99, 0, 6), (-1, 5, 0), (1, 99, 6), (0, -3, 0)],
)
def test_positions_outside_of_the_text_are_clamped(line: int, column: int, offset: int) -> None:
    assert LineIndex("ab\r\ncd").offset(line, column) == offset


@pytest.mark.parametrize("encoding", [PositionEncoding.UTF8, PositionEncoding.UTF16])
def test_a_position_inside_a_character_is_its_start(encoding: PositionEncoding) -> None:
    assert LineIndex("😀b").offset(0, 1, encoding) == 0


def test_offsets_outside_of_the_text_are_clamped() -> None:
    index = LineIndex("a\nb")
    assert index.position(-5) == Position(0, 0)
    assert index.position(99) == Position(1, 1)


def test_span_touches_its_end_because_a_cursor_stands_between_characters() -> None:
    span = Span(2, 4)
    assert [span.contains(offset) for offset in (1, 2, 4, 5)] == [False, True, True, False]
    assert span.shift(3) == (5, 7)
