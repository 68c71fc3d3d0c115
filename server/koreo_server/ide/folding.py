"""What can be folded away: documents, mappings and lists, long texts, comments, and brackets in expressions."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.cel import ast
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.nodes import Mapping, Node, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import LineIndex
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument

_BRACKETED = (ast.Call, ast.Macro, ast.ListNode, ast.MapNode, ast.Struct)


class FoldKind(enum.Enum):
    """What is folded (LSP 3.17, `FoldingRangeKind`)."""

    PART = "part"
    COMMENT = "comment"
    DOCUMENT = "region"


class Fold(NamedTuple):
    """Lines that fold into the first of them; zero-based, the last included."""

    first: int
    last: int
    kind: FoldKind = FoldKind.PART


def folds(snapshot: Snapshot, path: str) -> list[Fold]:
    """Return what can be folded in a file, in the order of its lines, at most one from each line, the largest."""
    file = snapshot.file(path)
    if file is None:
        return []
    longest: dict[int, Fold] = {}
    for start, document in file.documents:
        for part in _parts(document):
            fold = _fold(file.lines, part, start)
            known = longest.get(fold.first)
            if fold.last > fold.first and (known is None or known.last < fold.last):
                longest[fold.first] = fold
    return [longest[line] for line in sorted(longest)]


def largest(found: list[Fold], most: int | None) -> list[Fold]:
    """Return at most so many folds, those of most lines, in order; None: all."""
    if most is None or len(found) <= most:
        return found
    kept = sorted(found, key=lambda fold: fold.first - fold.last)[: max(most, 0)]
    return sorted(kept, key=lambda fold: fold.first)


class _Part(NamedTuple):
    """A part of a document that can be folded; `bracketed`: a bracket ends it."""

    span: Span
    kind: FoldKind
    bracketed: bool = False


def _fold(lines: LineIndex, part: _Part, start: int) -> Fold:
    """Return the lines of a part; the line of the bracket that ends it stays, if that comes first in it."""
    span = part.span.shift(start)
    last = lines.line_of(max(span.end - 1, span.start))
    if part.bracketed and lines.line_text(last).lstrip()[:1] in {")", "]", "}"}:
        last -= 1
    return Fold(lines.line_of(span.start), last, part.kind)


def _parts(document: ParsedDocument) -> Iterator[_Part]:
    text, tree = document.text, document.tree
    yield _Part(Span(0, len(text.rstrip())), FoldKind.DOCUMENT)
    if tree.root is not None:
        yield from _yaml_parts(text, tree.root)
    yield from (_Part(span, FoldKind.COMMENT) for span in _remarks(text, comments(text, tree)))
    for expression in document.model.expressions if document.model is not None else ():
        if "\n" in text[expression.scalar.start : expression.scalar.end]:
            for node in ast.walk(expression.facts.root):
                if isinstance(node, _BRACKETED):
                    span = expression.span(Span(_opening(node), node.end))
                    yield _Part(span, FoldKind.PART, bracketed=True)


def _opening(node: ast.Node) -> int:
    return node.name_start if isinstance(node, (ast.Call, ast.Macro)) else node.start


def _yaml_parts(text: str, root: Node) -> Iterator[_Part]:
    """Yield the entries and items below a node, and what is in brackets."""
    stack = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node, Mapping | Sequence):
            continue
        if node.flow:
            yield _Part(node.span, FoldKind.PART, bracketed=True)
        whole = (
            [(entry.span, entry.value) for entry in node.entries]
            if isinstance(node, Mapping)
            else [(item.span, item) for item in node.items]
        )
        for span, value in whole:
            bracketed = isinstance(value, Mapping | Sequence) and value.flow
            yield _Part(Span(span.start, _end(text, span)), FoldKind.PART, bracketed)
            stack.append(value)


def _end(text: str, span: Span) -> int:
    """Return the end of a part without the white space behind it."""
    end = span.end
    while end > span.start and text[end - 1].isspace():
        end -= 1
    return end


def _remarks(text: str, found: list[Span]) -> Iterator[Span]:
    """Yield runs of comments that fill lines next to each other."""
    run: Span | None = None
    for span in found:
        start = text.rfind("\n", 0, span.start) + 1
        if text[start : span.start].strip():
            continue
        if run is not None and text.count("\n", run.end, span.start) == 1:
            run = Span(run.start, span.end)
            continue
        if run is not None:
            yield run
        run = span
    if run is not None:
        yield run
