"""Looking things up in a tree finds what its data hold, however keys are written, merged and repeated."""

from __future__ import annotations

from random import Random

import pytest
from edit_documents import Writer
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from koreo_analyzer.language.tree import entries, find_entry, node_at
from koreo_analyzer.yaml.nodes import Mapping, Node, children, resolve_alias
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from markers import analyze


def mappings(node: Node) -> list[Mapping]:
    """Return the mappings of a tree; what aliases repeat is found where it stands."""
    below = [found for child in children(node) for found in mappings(child)]
    return [node, *below] if isinstance(node, Mapping) else below


def compare(text: str) -> None:
    """Compare every mapping of a document as its entries have it with its data."""
    root = parse(text).root
    assert root is not None
    for mapping in mappings(root):
        data = plain(mapping)
        assert isinstance(data, dict)
        assert {key: plain(entry.value) for key, entry in entries(mapping)} == data
        for key, held in data.items():
            _, node = node_at(mapping, (key,))
            assert node is not None
            assert plain(node) == held


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {p: 1}\nb: {p: 2, <<: *x}",
        "a: &x {p: 1}\nb: {<<: *x, p: 2}",
        "a: &x {p: 1}\nb: {p: 2, <<: *x, p: 3}",
        "- &x {p: 1}\n- &y {p: 2, q: 2}\n- {<<: *x, <<: *y}",
        "- &x {p: 1}\n- &y {p: 2, q: 2}\n- {<<: [*x, *y]}",
        "- &x {p: 1}\n- &y {<<: *x, p: 2}\n- {p: 3, <<: *y}",
        "- &x {p: 1}\n- {!!merge <<: *x, q: 1}",
        "- &x {p: 1, q: {r: 1}}\n- {p: 1, '<<': *x}",
        "- &key p\n- {*key : 1, q: 2}",
        "{yes: 1, 0x10: 2, 1.50: 3, ~x: 4}",
        "{a: 1, b: 2, a: 3}",
    ],
)
def test_entries_and_data_agree(text: str) -> None:
    compare(text)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_entries_and_data_agree_in_random_documents(seed: int) -> None:
    text = Writer(Random(seed), anchors=True).document()
    tree = parse(text)
    assume(tree.sound and tree.root is not None)
    compare(text)


def test_a_word_is_found_whoever_merges_it() -> None:
    root = parse("- &x {p: 1}\n- {p: 2, <<: *x}").root
    assert root is not None
    one, other = (resolve_alias(item) for item in children(root))
    assert find_entry(other, "p") is find_entry(one, "p") is not None
    assert find_entry(other, "q") is None


def test_types_follow_what_a_merge_key_overrides() -> None:
    found = analyze(
        {
            "f.k.yaml": """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: f}
spec:
  locals:
    text: &text {size: large}
    both:
      size: 5
      <<: *text
  return:
    size: =locals.both.size + "!"
    text: =locals.text
"""
        }
    )
    assert "wrong-operand" not in [problem.code for problem in found.problems("f.k.yaml")]
