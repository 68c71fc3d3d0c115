"""Cutting streams into documents."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from koreo_analyzer.yaml.stream import split

CASES = {
    "one document": ("a: 1\n", ["a: 1\n"], [False]),
    "nothing": ("", [""], [True]),
    "only comments": ("# a\n\n# b", ["# a\n\n# b"], [True]),
    "two": ("a: 1\n---\nb: 2\n", ["a: 1\n", "---\nb: 2\n"], [False, False]),
    "a marker first": ("---\na: 1\n---\nb: 2", ["---\na: 1\n", "---\nb: 2"], [False, False]),
    "comments and directives belong to what follows": (
        "%YAML 1.1\n# c\n---\na: 1\n",
        ["%YAML 1.1\n# c\n---\na: 1\n"],
        [False],
    ),
    "an empty document": ("---\n# none\n---\na: 1\n", ["---\n# none\n", "---\na: 1\n"], [True, False]),
    "an explicit end": ("a: 1\n...\n# c\n---\nb: 2\n", ["a: 1\n...\n", "# c\n---\nb: 2\n"], [False, False]),
    "an end at the end": ("a: 1\n...\n", ["a: 1\n...\n"], [False]),
    "content after the marker": ("--- |\n x\n--- [a]", ["--- |\n x\n", "--- [a]"], [False, False]),
    "not at column 0": ("a: |\n  ---\n  x\n", ["a: |\n  ---\n  x\n"], [False]),
    "more dashes, or text behind": ("----\n---a\n", ["----\n---a\n"], [False]),
    "inside an open quote": ("a: 'x\n---\nb: 1\n", ["a: 'x\n", "---\nb: 1\n"], [False, False]),
    "windows line breaks": ("a: 1\r\n---\r\nb: 2\r\n", ["a: 1\r\n", "---\r\nb: 2\r\n"], [False, False]),
    "lone carriage returns": ("a: 1\r---\rb: 2", ["a: 1\r", "---\rb: 2"], [False, False]),
    "a tab behind": ("a: 1\n---\tb\n", ["a: 1\n", "---\tb\n"], [False, False]),
    "a byte order mark": ("\ufeff---\na: 1\n---\n", ["\ufeff---\na: 1\n", "---\n"], [False, True]),
    "a marker at the very end": ("a: 1\n---", ["a: 1\n", "---"], [False, True]),
}


@pytest.mark.parametrize(("text", "documents", "empty"), CASES.values(), ids=CASES.keys())
def test_split(text: str, documents: list[str], empty: list[bool]) -> None:
    slices = split(text)
    assert [text[start:end] for start, end, _ in slices] == documents
    assert [item.empty for item in slices] == empty


PIECES = [
    "---",
    "...",
    "\n",
    "\r\n",
    "\r",
    "a: 1",
    " ",
    "\t",
    "# c",
    "%YAML 1.1",
    "'",
    "[",
    "|\n  x",
    "-",
    "\ufeff",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_slices_cover_the_text_in_order(text: str) -> None:
    slices = split(text)
    assert slices[0].start == 0
    assert slices[-1].end == len(text)
    assert all(before.end == after.start for before, after in pairwise(slices))


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_documents_are_those_of_libyaml(text: str) -> None:
    """What libyaml finds in the whole stream it finds in the slices, one document in each at most.

    Directives are left out: behind a document libyaml takes them without `...`, which YAML 1.2 demands.
    """
    if "%" in text:
        return
    try:
        whole = _values(text)
    except yaml.YAMLError:
        return
    parts = [_values(text[start:end]) for start, end, _ in split(text)]
    assert all(len(part) <= 1 for part in parts)
    assert [value for part in parts for value in part if value != [""]] == [v for v in whole if v != [""]]


def _values(text: str) -> list[list[str]]:
    documents: list[list[str]] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents.append([])
        elif isinstance(event, yaml.ScalarEvent):
            documents[-1].append(event.value)
    return documents
