"""Random documents and random data: what is read afterwards is what was asked for, and the rest is as it was."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import yaml
from edit_documents import Writer, data, grown, mutated
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from koreo_analyzer.edit import Change, apply, remove, rename_key, set_value
from koreo_analyzer.json_data import json_equal
from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.nodes import Mapping, Node, Sequence
from koreo_analyzer.yaml.parse import Tree, parse
from koreo_analyzer.yaml.resolve import plain

if TYPE_CHECKING:
    from koreo_analyzer.edit.data import Path

SEEDS = st.integers(0, 2**32)
NOISE = (
    "\n", " ", "- ", ": ", "{", "}", "[", "]", ",", '"', "'", "#", " # x\n", "&a ", "*a", "!t ", "|", ">", "? ",
    "\t", "a", "<<: ", "---\n", "...\n", "\x85", "\r", "\ufeff", "é", "%",
)  # fmt: skip


def document(random: Random, *, anchors: bool) -> tuple[str, Tree, Any]:
    """Return a random sound document, its tree and its data."""
    text = Writer(random, anchors=anchors).document()
    tree = parse(text)
    assume(tree.sound and tree.root is not None)
    assert tree.root is not None
    return text, tree, plain(tree.root)


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all parts of some data."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *[below for key, part in parts for below in paths(part, (*path, key))]]


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.booleans())
def test_a_changed_document_holds_exactly_the_data(seed: int, anchors: bool) -> None:
    random = Random(seed)
    text, tree, old = document(random, anchors=anchors)
    new = mutated(random, old)
    change = set_value(text, tree, (), new)
    assert change.refusal is None
    after = apply(text, change.edits)
    result = parse(after)
    assert result.sound
    assert result.root is not None
    assert json_equal(plain(result.root), new)
    if not anchors:
        assert json_equal(yaml.load(after, yaml.CSafeLoader), new)
    assert set_value(after, result, (), new) == Change()
    assert set_value(text, tree, (), old) == Change()


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_comments_survive_where_nothing_is_removed(seed: int) -> None:
    random = Random(seed)
    text, tree, old = document(random, anchors=False)
    change = set_value(text, tree, (), grown_in_place(random, old))
    after = apply(text, change.edits)
    result = parse(after)
    left = {after[span.start : span.end] for span in comments(after, result)}
    assert {text[span.start : span.end] for span in comments(text, tree)} <= left


def grown_in_place(random: Random, old: Any) -> Any:
    """Return grown data whose lists only get longer, so that it is clear which item became which."""
    new = grown(random, old)
    return lengthened(old, new)


def lengthened(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: lengthened(old[key], part) if key in old else part for key, part in new.items()}
    if isinstance(old, list) and isinstance(new, list) and len(new) > len(old):
        return [*old, *new[len(old) :]]
    if isinstance(old, list) and isinstance(new, list):
        return [lengthened(one, other) for one, other in zip(old, new, strict=True)]
    return new


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_text_outside_of_the_value_is_untouched(seed: int) -> None:
    random = Random(seed)
    text, tree, old = document(random, anchors=False)
    path = random.choice(paths(old)[1:] or [()])
    assume(path)
    start, end = around(text, tree, path)
    change = set_value(text, tree, path, data(random))
    assert change.refusal is None
    assert all(start <= edit.span.start and edit.span.end <= end for edit in change.edits)


def around(text: str, tree: Tree, path: Path) -> tuple[int, int]:
    """Return the text from the end of what stands before a value to the beginning of what stands behind it."""
    node: Node | None = tree.root
    end = len(text)
    start = 0
    for part in path:
        assert isinstance(node, Mapping | Sequence)
        nodes = [entry.value for entry in node.entries] if isinstance(node, Mapping) else node.items
        begins = [entry.key for entry in node.entries] if isinstance(node, Mapping) else node.items
        held: Any = plain(node)
        at = list(held).index(part) if isinstance(held, dict) else int(part)
        start = node.entries[at].key.end if isinstance(node, Mapping) else node.start
        if isinstance(node, Sequence) and at:
            start = nodes[at - 1].end
        end = begins[at + 1].start if at + 1 < len(nodes) else end
        node = nodes[at]
    return start, end


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_nothing_raises_and_nothing_else_changes_whatever_the_text(seed: int) -> None:
    random = Random(seed)
    text = Writer(random, anchors=True).document()
    for _ in range(random.randrange(5)):
        start = random.randrange(len(text) + 1)
        text = text[:start] + random.choice(NOISE) + text[start + random.choice((0, 0, 1, 5)) :]
    tree = parse(text)
    held: Any = plain(tree.root) if tree.root is not None else None
    path = random.choice(paths(held))
    for change in (
        set_value(text, tree, path, data(random)),
        set_value(text, tree, (*path, "new", 0, "x"), data(random)),
        remove(text, tree, path),
        rename_key(text, tree, path, "new"),
    ):
        assert not (change.refusal and change.edits)
        assert tree.sound or change.refusal
        assert parse(apply(text, change.edits)).sound or not change.edits
