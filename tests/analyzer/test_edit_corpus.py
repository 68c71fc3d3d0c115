"""Real files: random changes of the expectations of every FunctionTest.

The corpus is read where the environment variable KOREO_SHARED says; without it these tests are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from edit_documents import mutated
from koreo_analyzer.edit import Change, apply, set_value
from koreo_analyzer.json_data import json_equal
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.stream import split

SHARED = os.environ.get("KOREO_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED does not name the folder of the corpus")
SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
EXPECTATIONS = ("expectResource", "expectReturn", "expectOutcome", "inputOverrides")


def documents() -> list[str]:
    """Return the texts of all documents of the corpus that are YAML."""
    texts: list[str] = []
    for path in sorted(Path(SHARED or "/nonexistent", "corpus").rglob("*")):
        if path.suffix in SUFFIXES:
            text = path.read_bytes().decode(errors="replace")
            texts += [text[start:end] for start, end, _ in split(text)]
    return [text for text in texts if parse(text).sound]


def test_every_document_can_be_changed_anywhere() -> None:
    changed = 0
    for number, text in enumerate(documents()):
        tree = parse(text)
        if tree.root is None:
            continue
        old = plain(tree.root)
        assert set_value(text, tree, (), old) == Change()
        new = mutated(Random(number), old)
        change = set_value(text, tree, (), new)
        assert change.refusal is None
        after = parse(apply(text, change.edits))
        held: Any = plain(after.root) if after.root is not None else None
        assert json_equal(held, new)
        changed += 1
    assert changed > 100


def test_every_expectation_can_be_updated_and_the_rest_stays() -> None:
    updated = 0
    for number, text in enumerate(documents()):
        tree = parse(text)
        held: Any = plain(tree.root) if tree.root is not None else None
        if not isinstance(held, dict) or held.get("kind") != "FunctionTest":
            continue
        for index, case in enumerate(held["spec"].get("testCases") or ()):
            for key in EXPECTATIONS:
                if key not in case:
                    continue
                path = ("spec", "testCases", index, key)
                change = set_value(text, tree, path, mutated(Random(number), case[key]))
                assert change.refusal is None
                first = text.index(key)
                assert all(edit.span.start > first for edit in change.edits)
                updated += 1
    assert updated > 100
