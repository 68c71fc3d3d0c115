"""The positioned tree of one YAML document.

Every node knows its `start` and `end`, offsets into the text of its document. Trees are built once and
never changed. They are plain slotted classes, because a workspace has hundreds of thousands of nodes.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


class Style(enum.Enum):
    """How a scalar is written."""

    PLAIN = "plain"
    SINGLE = "single"
    DOUBLE = "double"
    LITERAL = "literal"
    FOLDED = "folded"


class Node:
    """A part of the tree. `start` and `end` are the node's own text, without its anchor or tag."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """The node's own text."""
        return Span(self.start, self.end)


class Scalar(Node):
    """A scalar: `text` is what YAML makes of it (quotes, escapes and folding undone), before any typing.

    `tag` is an explicit tag (`!!str`) as its full name (`tag:yaml.org,2002:str`), `!` for the non-specific
    tag, else None. `indent` is the indentation (in columns) of the collection that holds a block scalar; -1
    at the top. It is needed to read the text of literal and folded scalars again.
    """

    __slots__ = ("indent", "style", "tag", "text")

    def __init__(
        self, text: str, style: Style, start: int, end: int, tag: str | None = None, indent: int = -1
    ) -> None:
        self.text = text
        self.style = style
        self.start = start
        self.end = end
        self.tag = tag
        self.indent = indent


class Entry:
    """One `key: value` of a mapping. A missing value is an empty plain scalar."""

    __slots__ = ("key", "value")

    def __init__(self, key: Node, value: Node) -> None:
        self.key = key
        self.value = value

    @property
    def span(self) -> Span:
        """From the start of the key to the end of the value."""
        return Span(self.key.start, max(self.key.end, self.value.end))


class Mapping(Node):
    """A block or flow mapping, entries as in the text: duplicates included, merge keys not expanded."""

    __slots__ = ("entries", "flow")

    def __init__(self, start: int, end: int, entries: list[Entry], *, flow: bool) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.flow = flow


class Sequence(Node):
    """A block or flow sequence."""

    __slots__ = ("flow", "items")

    def __init__(self, start: int, end: int, items: list[Node], *, flow: bool) -> None:
        self.start = start
        self.end = end
        self.items = items
        self.flow = flow


class Alias(Node):
    """`*name`. `target` is the anchored node, which stands before the alias and never contains it."""

    __slots__ = ("name", "target")

    def __init__(self, name: str, target: Node, start: int, end: int) -> None:
        self.name = name
        self.target = target
        self.start = start
        self.end = end


def resolve_alias(node: Node) -> Node:
    """Return the node that an alias stands for, or the node itself."""
    while isinstance(node, Alias):
        node = node.target
    return node


def children(node: Node) -> Iterator[Node]:
    """Yield the direct parts of a node in the order of the text; an alias has none."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield entry.value
    elif isinstance(node, Sequence):
        yield from node.items
