"""The door to all reading of values: scalars and parts of a tree as plain data.

Scalars are read by `schema` as Kubernetes reads them (language section 1), and by `pyyaml` as PyYAML does;
here are mappings, merge keys and aliases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, Style, resolve_alias
from koreo_analyzer.yaml.problem import MAX_DEPTH, MAX_VALUES
from koreo_analyzer.yaml.pyyaml import pyyaml_differs
from koreo_analyzer.yaml.schema import TAG_PREFIX, ScalarValue, fits_tag, key_text, value

__all__ = [
    "MERGE_KEY",
    "ScalarValue",
    "TooLarge",
    "Value",
    "fits_tag",
    "is_merge",
    "key_text",
    "merge_sources",
    "plain",
    "pyyaml_differs",
    "value",
]

Value: TypeAlias = ScalarValue | list["Value"] | dict[str, "Value"]

MERGE_KEY: Final = "<<"


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The data were not built, as they would be larger than the budget or deeper than MAX_DEPTH."""

    budget: int

    def __str__(self) -> str:
        return f"more than {self.budget} values, or more than {MAX_DEPTH} levels"


class _OverBudgetError(Exception):
    pass


class _Builder:
    """Turns nodes into data and counts them."""

    __slots__ = ("left",)

    def __init__(self, budget: int) -> None:
        self.left = budget

    def build(self, node: Node, depth: int) -> Value:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise _OverBudgetError
        if type(node) is Scalar:
            return value(node)
        if type(node) is Mapping:
            data: dict[str, Value] = {}
            self.fill(data, node, depth + 1)
            return data
        if type(node) is Sequence:
            build = self.build
            return [build(item, depth + 1) for item in node.items]
        if isinstance(node, Alias):
            return self.build(node.target, depth)
        return None

    def fill(self, data: dict[str, Value], mapping: Mapping, depth: int) -> None:
        for entry in mapping.entries:
            key = entry.key
            if is_merge(key):
                for source in merge_sources(entry.value):
                    self.left -= 1
                    if self.left < 0 or depth > MAX_DEPTH:
                        raise _OverBudgetError
                    self.fill(data, source, depth + 1)
                continue
            name = key_text(key)
            if name is not None:
                data[name] = self.build(entry.value, depth)


def plain(node: Node, budget: int = MAX_VALUES) -> Value | TooLarge:
    """Return a part of the tree as plain data: dict, list, str, int, float, bool, None.

    As in Kubernetes the last of duplicate keys wins, and a merge key overrides what stands above it.
    Entries whose key cannot be one are left out. `budget` is the number of values that aliases may expand
    it to.
    """
    try:
        return _Builder(budget).build(node, 0)
    except _OverBudgetError:
        return TooLarge(budget)


def is_merge(key: Node) -> bool:
    """Whether a key is a merge key: an unquoted `<<`."""
    if type(key) is not Scalar or key.text != MERGE_KEY:
        return False
    return (key.style is Style.PLAIN and key.tag is None) or key.tag == TAG_PREFIX + "merge"


def merge_sources(node: Node) -> list[Mapping]:
    """Return the mappings that the value of a merge key merges, in the order in which they apply.

    Of several in a sequence the first takes precedence, so it comes last. What cannot be merged is left out.
    """
    node = resolve_alias(node)
    if isinstance(node, Mapping):
        return [node]
    if isinstance(node, Sequence):
        return [found for item in reversed(node.items) if isinstance(found := resolve_alias(item), Mapping)]
    return []
