"""What was found in a text stands at the same words after an edit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from koreo_analyzer.text import Span
from koreo_server.ide.carrying import changed_part

_TEXTS = st.text("ab\n", max_size=30)


def _carried(before: str, after: str, word: str) -> str | None:
    start = before.index(word)
    span = changed_part(before, after).carry(Span(start, start + len(word)))
    return None if span is None else after[span.start : span.end]


def test_a_span_before_after_around_and_within_the_edit() -> None:
    before, after = "one two three", "one 2 and a half three"
    assert _carried(before, after, "one") == "one"
    assert _carried(before, after, "three") == "three"
    assert _carried(before, after, "two three") == "2 and a half three"
    assert _carried("one twenty three", "one twelve three", "ty three") is None


def test_a_long_text_that_is_edited_at_its_end() -> None:
    before = "x" * 20_000
    assert changed_part(before, before + "y").carry(Span(0, 20_000)) == Span(0, 20_000)
    assert changed_part(before, before) == changed_part(before, before[:]), "no change is one, too"


@given(_TEXTS, _TEXTS, _TEXTS, _TEXTS)
def test_the_part_that_changed_makes_one_text_the_other(head: str, old: str, new: str, tail: str) -> None:
    before, after = head + old + tail, head + new + tail
    change = changed_part(before, after)
    middle = after[change.start : change.start + change.length]
    assert before[: change.start] + middle + before[change.end :] == after
