"""The door to the formatter: the text of a file in, edits out that change nothing of what it says."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.edit import apply
from koreo_analyzer.format.layout import Layout
from koreo_analyzer.format.sameness import says_the_same
from koreo_analyzer.format.scalars import block_edits, flow_edits
from koreo_analyzer.format.style import YamlStyle, style_of
from koreo_analyzer.format.tokens import BLOCKS, StrangeError
from koreo_analyzer.language.expressions import read_expression
from koreo_analyzer.language.reader import is_koreo, read_document
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, children
from koreo_analyzer.yaml.parse import Tree, parse
from koreo_analyzer.yaml.stream import split

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence as Many

    from koreo_analyzer.language.document import KoreoDocument

WIDTH: Final = 100
"""Expressions in block scalars are broken into lines of at most so many characters, if that can be done."""
_BOM: Final = "\ufeff"
_STRANGE_BREAKS: Final = ("\x85", "\u2028", "\u2029")


class Source(NamedTuple):
    """One document of a file: where it starts, its text, and what was read from it."""

    start: int
    text: str
    tree: Tree
    document: KoreoDocument | None


@dataclass(frozen=True, slots=True)
class Untouched:
    """A document that was left as it is: its span in the file, and why, to follow "not formatted: "."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Formatted:
    """Edits in the order of the text, none touching another, and the documents that were left alone."""

    edits: tuple[Edit, ...]
    untouched: tuple[Untouched, ...] = ()


def read_sources(text: str) -> list[Source]:
    """Cut the text of a file into documents and read them."""
    found: list[Source] = []
    for start, end, empty in split(text):
        if empty:
            continue
        part = text[start:end]
        tree = parse(part)
        is_ours = tree.root is not None and is_koreo(tree.root)
        document = (
            read_document(part, tree.root, read_expression, sound=tree.sound)
            if is_ours and tree.root is not None
            else None
        )
        found.append(Source(start, part, tree, document))
    return found


def format_text(text: str, *, width: int = WIDTH) -> Formatted:
    """Return the edits that format the text of a file. Never raises on what a user typed."""
    return format_sources(read_sources(text), width=width)


def format_sources(sources: Many[Source], *, width: int = WIDTH, within: Span | None = None) -> Formatted:
    """Return the edits that format the documents of a file.

    `within`: only what touches these characters of the file is changed, and as much around it as it takes to
    leave the rest in its place.
    """
    style = style_of((source.text, source.tree.root) for source in sources if source.tree.sound)
    edits: list[Edit] = []
    untouched: list[Untouched] = []
    for source in sources:
        span = Span(source.start, source.start + len(source.text))
        if within is not None and (span.end < within.start or within.end < span.start):
            continue
        try:
            found = _Document(source, style, width).edits(
                within.shift(-source.start) if within is not None else None
            )
        except StrangeError as strange:
            untouched.append(Untouched(span, str(strange)))
            continue
        edits += [Edit(edit.span.shift(source.start), edit.text) for edit in found]
    return Formatted(tuple(edits), tuple(untouched))


class _Document:
    """One document while it is being formatted."""

    __slots__ = ("_expressions", "_source", "_style", "_width")

    def __init__(self, source: Source, style: YamlStyle, width: int) -> None:
        self._source = source
        self._style = style
        self._width = width
        self._expressions = _expressions(source)

    def edits(self, within: Span | None) -> list[Edit]:
        """Return edits that leave the document what it is. Raises `StrangeError` if there are none."""
        text, tree = self._source.text, self._source.tree
        if not tree.sound:
            raise StrangeError("it is not sound YAML; `koreo check` tells why")
        if _BOM in text or any(found in text for found in _STRANGE_BREAKS) or _has_lone_returns(text):
            raise StrangeError("it has unusual line breaks or a byte order mark")
        found = self._all_edits()
        if within is None:
            if self._is_right(found):
                return found
            raise StrangeError("the formatter cannot do it without changing what it says")
        for span in _widened(text, tree.root, within):
            some = [edit for edit in found if edit.span.end >= span.start and edit.span.start <= span.end]
            if self._is_right(some):
                return some
        raise StrangeError("the formatter cannot do it without changing what it says")

    def _all_edits(self) -> list[Edit]:
        text = self._source.text
        layout = Layout(text, self._source.tree, self._style)
        layout.run()
        found = layout.edits
        for token in layout.tokens:
            scalar = token.node
            if scalar is None:
                continue
            is_expression = scalar.start in self._expressions
            if scalar.style in BLOCKS:
                column = layout.holders[token.start].column
                found += block_edits(text, token, scalar, column, self._width, is_expression=is_expression)
            elif is_expression:
                found += flow_edits(text, scalar)
        found.sort(key=attrgetter("span"))
        return found

    def _is_right(self, edits: list[Edit]) -> bool:
        if not edits:
            return True
        text, tree = self._source.text, self._source.tree
        new = apply(text, edits)
        return says_the_same(text, tree, new, parse(new), self._expressions)


def _has_lone_returns(text: str) -> bool:
    return "\r" in text and text.count("\r") != text.count("\r\n")


def _expressions(source: Source) -> frozenset[int]:
    """Return where the scalars start that hold expressions, but for those that are repeated by an alias."""
    if source.document is None or source.tree.root is None:
        return frozenset()
    starts = {expression.scalar.start for expression in source.document.expressions}
    if "*" in source.text:
        starts -= set(_repeated(source.tree.root))
    return frozenset(starts)


def _repeated(root: Node) -> Iterable[int]:
    """Yield the starts of the scalars that an alias repeats, where they may be no expressions."""
    stack, targets = [root], []
    while stack:
        node = stack.pop()
        if isinstance(node, Alias):
            targets.append(node.target)
        stack.extend(children(node))
    seen: set[int] = set()
    while targets:
        node = targets.pop()
        if node.start not in seen:
            seen.add(node.start)
            targets.extend(children(node))
            if isinstance(node, Scalar):
                yield node.start


def _widened(text: str, root: Node | None, within: Span) -> Iterable[Span]:
    """Yield the lines of a range, then those of the collections around it from the inside out, then everything."""
    spans = [within]
    node = root
    while isinstance(node, Mapping | Sequence):
        spans.append(node.span)
        node = next((part for part in children(node) if part.span.holds(within)), None)
    spans.append(Span(0, len(text)))
    for span in [within, *sorted(set(spans[1:]), key=lambda one: one.end - one.start)]:
        start = text.rfind("\n", 0, max(span.start, 0)) + 1
        end = text.find("\n", max(span.end - 1, start))
        yield Span(start, end if end >= 0 else len(text))
