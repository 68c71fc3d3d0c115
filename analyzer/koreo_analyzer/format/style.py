"""How a file is written where YAML allows several ways: the formatter makes the most common one the only one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.yaml.nodes import Mapping, Sequence, children

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.yaml.nodes import Node

INDENT = 2


@dataclass(frozen=True, slots=True)
class YamlStyle:
    """`dash`: columns from the key of a list to its dashes, 2 or 0. `padding`: between `{` and what it holds."""

    dash: int = INDENT
    padding: str = ""


def style_of(texts: Iterable[tuple[str, Node | None]]) -> YamlStyle:
    """Return what is most common in the documents of a file, each given by its text and its root."""
    indented = padded = 0
    for text, root in texts:
        stack = [root] if root is not None else []
        while stack:
            node = stack.pop()
            stack.extend(children(node))
            if not isinstance(node, Mapping):
                continue
            if node.flow:
                if node.entries and text.startswith("{", node.start):
                    padded += 1 if text.startswith(" ", node.start + 1) else -1
                continue
            column = _column(text, node.start)
            for entry in node.entries:
                value = entry.value
                if isinstance(value, Sequence) and not value.flow:
                    indented += 1 if _column(text, value.start) > column else -1
    return YamlStyle(INDENT if indented >= 0 else 0, " " if padded > 0 else "")


def _column(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset) - 1
