"""Real files: trees agree with PyYAML's, both parsers agree, and no beginning of a file is too much."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from koreo_analyzer.yaml.anchors import Anchors
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.scalars import source_map
from koreo_analyzer.yaml.stream import split
from koreo_analyzer.yaml.tolerant import read
from test_yaml_tolerant import dump

SHARED = os.environ.get("KOREO_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED does not name the folder of the corpus")
SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
FILES = sorted(
    path for path in Path(SHARED or "/nonexistent", "corpus").rglob("*") if path.suffix in SUFFIXES
)


def texts() -> list[str]:
    return [path.read_bytes().decode() for path in FILES]


def test_there_is_a_corpus() -> None:
    assert len(FILES) > 20


def test_trees_agree_with_pyyaml_and_with_the_tolerant_parser() -> None:
    documents = 0
    for text in texts():
        for start, end, _ in split(text):
            document = text[start:end]
            tree = parse(document)
            if not tree.sound or tree.root is None:
                continue
            documents += 1
            composed = yaml.compose(document, Loader=yaml.CSafeLoader)
            assert same(tree.root, composed)
            root, problems = read(document, Anchors())
            assert problems == []
            assert dump(root) == dump(tree.root)
    assert documents > 100


def same(node: Node, composed: object) -> bool:
    if isinstance(node, Alias):
        return same(node.target, composed)
    if isinstance(node, Scalar):
        return isinstance(composed, yaml.ScalarNode) and node.text == composed.value
    if isinstance(node, Sequence):
        return isinstance(composed, yaml.SequenceNode) and all(
            same(item, other) for item, other in zip(node.items, composed.value, strict=True)
        )
    assert isinstance(node, Mapping)
    return isinstance(composed, yaml.MappingNode) and all(
        same(entry.key, key) and same(entry.value, value)
        for entry, (key, value) in zip(node.entries, composed.value, strict=True)
    )


def test_every_beginning_of_every_file_gives_a_tree() -> None:
    for path in FILES:
        whole = path.read_bytes()
        for cut in range(0, len(whole), 50):
            text = whole[:cut].decode(errors="replace")
            start, end, _ = split(text)[-1]
            document = text[start:end]
            tree = parse(document)
            if tree.root is not None:
                plain(tree.root)
                check_scalars(document, tree.root)


def check_scalars(text: str, node: Node) -> None:
    if isinstance(node, Scalar):
        assert source_map(text, node).value == node.text
    elif isinstance(node, Mapping):
        for entry in node.entries:
            check_scalars(text, entry.key)
            check_scalars(text, entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            check_scalars(text, item)
