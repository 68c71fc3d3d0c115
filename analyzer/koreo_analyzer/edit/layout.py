"""How a document is laid out, so that what is written into it looks like the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.edit.lines import Lines
    from koreo_analyzer.edit.parts import Part

_QUOTES: Final = frozenset({Style.SINGLE, Style.DOUBLE})
_WIDEST: Final = 9
"""More than that cannot be written into the header of a block scalar."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is most common in a document, in columns.

    `indent`: a mapping below its key. `dash`: the dash of an item below the key of its list. `gap`: an item behind
    its dash. `quotes`: around texts that need some. `padding`: between braces and what they hold. `json`:
    the document is JSON, so all texts have quotes.
    """

    indent: int = 2
    dash: int = 2
    gap: int = 2
    quotes: Style = Style.DOUBLE
    padding: str = ""
    json: bool = False


def layout_of(lines: Lines, root: Node | None) -> Layout:
    """Return the layout of a document; what it does not show is as in `Layout`."""
    if root is None:
        return Layout()
    count = _Count(lines)
    count.read(root)
    indent = _most_common(count.indents, 2)
    return Layout(
        indent,
        _most_common(count.dashes, indent),
        _most_common(count.gaps, 2),
        Style.SINGLE if count.quotes[Style.SINGLE] > count.quotes[Style.DOUBLE] else Style.DOUBLE,
        " " if count.paddings[True] > count.paddings[False] else "",
        isinstance(root, Mapping)
        and root.flow
        and _shared(entry.key for entry in root.entries) is Style.DOUBLE,
    )


class _Count:
    """How often something stands in a document."""

    __slots__ = ("dashes", "gaps", "indents", "lines", "paddings", "quotes")

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.indents: Counter[int] = Counter()
        self.dashes: Counter[int] = Counter()
        self.gaps: Counter[int] = Counter()
        self.quotes: Counter[Style] = Counter()
        self.paddings: Counter[bool] = Counter()

    def read(self, root: Node) -> None:
        text, column = self.lines.text, self.lines.column
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, Scalar):
                self.quotes[node.style] += 1
                continue
            if not isinstance(node, Mapping | Sequence):
                continue
            below = [entry.value for entry in node.entries] if isinstance(node, Mapping) else node.items
            stack.extend(below)
            if node.flow:
                if isinstance(node, Mapping) and text.startswith("{", node.start) and below:
                    self.paddings[text.startswith(" ", node.start + 1)] += 1
                continue
            base = column(node.start)
            for part in below:
                if isinstance(part, Mapping | Sequence) and not part.flow:
                    self._step(node, part, column(part.start) - base)

    def _step(self, node: Mapping | Sequence, part: Mapping | Sequence, step: int) -> None:
        if isinstance(node, Sequence):
            if 2 <= step <= _WIDEST:
                self.gaps[step] += 1
        elif isinstance(part, Sequence):
            if 0 <= step <= _WIDEST:
                self.dashes[step] += 1
        elif 1 <= step <= _WIDEST:
            self.indents[step] += 1


def _most_common(counter: Counter[int], otherwise: int) -> int:
    return counter.most_common(1)[0][0] if counter else otherwise


@dataclass(frozen=True, slots=True)
class Siblings:
    """The style that the parts of one collection share: of keys, of texts, and whether collections are in brackets."""

    keys: Style = Style.PLAIN
    texts: Style = Style.PLAIN
    flow: bool = False


def siblings_of(parts: list[Part]) -> Siblings:
    """Return the style of the parts of a collection."""
    below = [
        part.node.flow
        for part in parts
        if (isinstance(part.node, Mapping) and part.node.entries)
        or (isinstance(part.node, Sequence) and part.node.items)
    ]
    return Siblings(
        _shared(part.key for part in parts if part.key is not None),
        _shared(part.node for part in parts),
        flow=bool(below) and all(below),
    )


def _shared(nodes: Iterable[Node]) -> Style:
    """Return the quotes that all scalars have which may have some; plain if there are none."""
    styles = {
        node.style for node in nodes if isinstance(node, Scalar) and (node.style in _QUOTES or _is_text(node))
    }
    return styles.pop() if len(styles) == 1 else Style.PLAIN


def _is_text(node: Scalar) -> bool:
    return (
        node.style is Style.PLAIN and node.text[:1].isalpha() and node.text not in {"true", "false", "null"}
    )
