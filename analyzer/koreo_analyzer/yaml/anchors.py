"""The anchors of one document, and the limits on what its aliases expand to.

Aliases are not expanded in the tree, but everyone who walks it follows them. So that a small text cannot
stand for an endless amount of work ("billion laughs"), an alias that would exceed a limit becomes a scalar
with a problem here, once, and nobody else has to count.
"""

from __future__ import annotations

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.problem import ALIAS, MAX_DEPTH, MAX_EXPANDED, TAG, TOO_DEEP, TOO_LARGE, YamlProblem

OPEN = -1
"""The `end` of a collection that is still being read."""

_COLLECTION_TAGS = frozenset({"!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})


class Anchors:
    """What is anchored in a document, and what was wrong with aliases and the tags of collections."""

    __slots__ = ("_aliased", "_nodes", "problems")

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._aliased = False
        self.problems: list[YamlProblem] = []

    @property
    def any(self) -> bool:
        """Whether there is any anchor."""
        return bool(self._nodes)

    def define(self, name: str, node: Node) -> None:
        """Anchor a node; of several with one name an alias means the last one before it."""
        self._nodes[name] = node

    def alias(self, name: str, start: int, end: int) -> Node:
        """Return the alias at `[start, end)`; a scalar and a problem if there is nothing it can mean."""
        target = self._nodes.get(name)
        if target is not None and target.end != OPEN:
            self._aliased = True
            return Alias(name, target, start, end)
        if target is None:
            message = f"alias `*{name}`: no anchor `&{name}` stands before it in this document"
            hint = (
                f"put `&{name}` before the value to repeat; for a text that starts with `*`, put it in quotes"
            )
        else:
            message = f"alias `*{name}` stands inside the value that `&{name}` marks"
            hint = "a value cannot contain itself"
        self.problems.append(YamlProblem(Span(start, end), ALIAS, message, hint))
        return _opaque(name, start, end)

    def collection_tag(self, tag: str, start: int, end: int) -> None:
        """Report a tag of a collection that means nothing to Kubernetes."""
        if tag not in _COLLECTION_TAGS:
            self.problems.append(unknown_tag(tag, start, end))

    def limit(self, root: Node) -> None:
        """Replace the aliases below `root` that expand it to too many nodes or too many levels."""
        if self._aliased:
            _Limiter(self.problems).measure(root, 0)


def unknown_tag(tag: str, start: int, end: int) -> YamlProblem:
    """Return the problem of a tag that Kubernetes ignores."""
    shown = "!!" + tag.removeprefix("tag:yaml.org,2002:") if tag.startswith("tag:yaml.org,2002:") else tag
    return YamlProblem(
        Span(start, end),
        TAG,
        f"tag `{shown}` is not known to Kubernetes, which ignores it",
        "remove the tag; put a text that starts with `!` in quotes",
    )


def _opaque(name: str, start: int, end: int) -> Scalar:
    return Scalar("*" + name, Style.PLAIN, start, end)


class _Limiter:
    """Counts what aliases stand for. Once a limit is passed every further alias passes it, so the first is reported."""

    __slots__ = ("expanded", "problems", "reported", "sizes")

    def __init__(self, problems: list[YamlProblem]) -> None:
        self.problems = problems
        self.reported: set[str] = set()
        self.expanded = 0
        self.sizes: dict[int, tuple[int, int]] = {}  # nodes and levels of collections, by identity

    def measure(self, node: Node, depth: int) -> tuple[int, int]:
        """Return how many nodes and levels a node stands for; recursion ends at MAX_DEPTH, as trees do."""
        size, height = 1, 0
        if isinstance(node, Mapping):
            for entry in node.entries:
                entry.key, key_size, key_height = self.part(entry.key, depth + 1)
                entry.value, value_size, value_height = self.part(entry.value, depth + 1)
                size += key_size + value_size
                height = max(height, key_height, value_height)
        elif isinstance(node, Sequence):
            items = node.items
            for index, item in enumerate(items):
                items[index], item_size, item_height = self.part(item, depth + 1)
                size += item_size
                height = max(height, item_height)
        else:
            return 1, 0
        self.sizes[id(node)] = size, height + 1
        return size, height + 1

    def part(self, node: Node, depth: int) -> tuple[Node, int, int]:
        """Return a part of a collection, replaced if it is an alias beyond the limits, and its measures."""
        if not isinstance(node, Alias):
            return node, *self.measure(node, depth)
        size, height = self.sizes.get(id(node.target), (1, 0))
        if self.expanded + size <= MAX_EXPANDED and depth + height <= MAX_DEPTH:
            self.expanded += size
            return node, size, height
        if depth + height > MAX_DEPTH:
            code, message = (
                TOO_DEEP,
                f"with alias `*{node.name}` collections are nested deeper than {MAX_DEPTH} levels",
            )
        else:
            code = TOO_LARGE
            message = f"alias `*{node.name}` makes the document expand to more than {MAX_EXPANDED} values"
        if code not in self.reported:
            self.reported.add(code)
            self.problems.append(YamlProblem(node.span, code, message, "repeat less through aliases"))
        return _opaque(node.name, node.start, node.end), 1, 0
