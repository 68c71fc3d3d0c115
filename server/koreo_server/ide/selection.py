"""Ever larger selections around a cursor: sub-expression, expression, value, entry, mapping, document, file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument


def selections(snapshot: Snapshot, path: str, offset: int) -> list[Span]:
    """Return the selections around an offset of a file, the smallest first, each larger than the one before.

    They count in the file, and all hold the offset; the last is the whole file.
    """
    file = snapshot.file(path)
    if file is None:
        return []
    spans = [Span(0, len(file.text))]
    found = file.document_at(offset)
    if found is not None:
        start, document = found[1]
        spans += (span.shift(start) for span in _in_document(document, offset - start))
    nested: list[Span] = []
    for span in spans:  # from the outside in
        outer = nested[-1] if nested else span
        if outer.holds(span) and span.contains(offset) and (not nested or span != outer):
            nested.append(span)
    nested.reverse()
    return nested


def _in_document(document: ParsedDocument, offset: int) -> Iterator[Span]:
    """Yield what is around an offset of a document, the largest first."""
    text = document.text
    yield Span(0, len(text))
    yield Span(len(text) - len(text.lstrip()), len(text.rstrip()))
    node = document.tree.root
    while node is not None:
        yield Span(node.start, _end(text, node))
        if isinstance(node, Scalar):
            yield from _in_scalar(document, node, offset)
        node = None if isinstance(node, Scalar) else (yield from _step(text, node, offset))


def _step(text: str, node: Node, offset: int) -> Generator[Span, None, Node | None]:
    """Yield the entry around an offset, and return the part of the node to go on with."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            if entry.span.contains(offset):
                yield Span(entry.span.start, max(entry.key.end, _end(text, entry.value)))
                return entry.key if entry.key.span.contains(offset) else entry.value
    elif isinstance(node, Sequence):
        return next((item for item in node.items if item.span.contains(offset)), None)
    return None


def _in_scalar(document: ParsedDocument, scalar: Scalar, offset: int) -> Iterator[Span]:
    if scalar.style in {Style.SINGLE, Style.DOUBLE}:
        yield Span(scalar.start + 1, max(scalar.end - 1, scalar.start + 1))
    model = document.model
    found = (one for one in (model.expressions if model is not None else ()) if one.scalar is scalar)
    expression = next(found, None)
    if expression is not None:
        yield from _in_expression(expression, offset)


def _in_expression(expression: Expression, offset: int) -> Iterator[Span]:
    position = expression.offset_in_source(offset)
    if position is None:
        if offset != expression.scalar.end:
            return
        position = len(expression.facts.source)
    node: ast.Node | None = expression.facts.root
    while node is not None:
        yield expression.span(node.span)
        for name in _names(node):
            if name.contains(position):
                yield expression.span(name)
        touching = [child for child in ast.children(node) if child.span.contains(position)]
        inside = [child for child in touching if position < child.end]
        node = next(iter(inside or touching), None)


def _names(node: ast.Node) -> Iterator[Span]:
    """Yield the name in a node that is no node itself."""
    if isinstance(node, ast.Select):
        yield node.field_span
    elif isinstance(node, ast.Call | ast.Macro):
        yield node.name_span


def _end(text: str, node: Node) -> int:
    end = node.end
    while end > node.start and text[end - 1].isspace():
        end -= 1
    return end
