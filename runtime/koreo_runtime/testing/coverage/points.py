"""The points of a function, from what was counted while tests ran it.

What is decided by the text alone is no point: a condition that is constant has no second side, and a side that
cannot be reached is not counted, with all that it holds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.tally import logical_operands
from koreo_analyzer.language.tree import entries, find_entry, node_at
from koreo_analyzer.text import Span

from koreo_runtime.programs.predicates import VERDICTS
from koreo_runtime.testing.coverage.model import Execution, Point, PointKind, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.cel.tally import Tally
    from koreo_analyzer.language.document import KoreoDocument, Path

    from koreo_runtime.testing.coverage.recording import DocumentRecord, ExpressionRecord

_PREDICATES: Final = frozenset({"preconditions", "postconditions"})
_BLOCKS: Final = frozenset({"locals", "resource", "resourceTemplateRef", "return"})
_UNKNOWN: Final = object()


def function_point(document: KoreoDocument, runs: int) -> Point:
    """Return the point that a test reaches when it runs the function."""
    span = document.name.span if document.name is not None else document.kind_span
    regions = (document.spec.span,) if document.spec is not None else ()
    return Point(PointKind.FUNCTION, Side.RUN, (), span, span, f"this {document.kind}", runs, runs, regions)


def function_points(record: DocumentRecord) -> list[Point]:
    """Return the points of a function but the one of the function itself, in the order of the text."""
    found = [*_overlay_points(record), *_block_points(record)]
    for expression in record.expressions:
        found += _choice_points(record.document, expression)
        found += _Inside(expression).points()
    unique: dict[tuple[PointKind, Span, Side], Point] = {}
    for point in found:
        key = point.kind, point.place, point.side
        # What an alias repeats is one choice, made in two places.
        same = unique.get(key)
        unique[key] = (
            point
            if same is None
            else replace(same, hits=same.hits + point.hits, tried=same.tried + point.tried)
        )
    return sorted(unique.values(), key=lambda point: (point.place.start, -point.place.end, point.span))


def executions(record: DocumentRecord, points: Iterable[Point]) -> tuple[Execution, ...]:
    """Return the parts that are run, evaluated or applied, and how often; `points` are all of the function."""
    evaluated: Counter[Span] = Counter()
    for expression in record.expressions:
        if not expression.is_constant:
            evaluated[expression.expression.span(expression.program.root.span)] += expression.whole.evaluated
    found = [Execution(span, hits) for span, hits in evaluated.items()]
    found += [
        Execution(point.span, point.hits)
        for point in points
        if point.regions and point.kind not in (PointKind.PREDICATE, PointKind.SKIP_IF, PointKind.BLOCK)
    ]
    return tuple(sorted(found, key=lambda execution: execution.span))


def _entry_span(document: KoreoDocument, path: Path) -> Span:
    """Return a value and its key; an element of a list by itself."""
    key, node = node_at(document.spec, path[1:])
    if node is None:
        return document.kind_span
    return node.span if key is None else Span(key.start, max(key.end, node.end))


def _key_span(document: KoreoDocument, path: Path) -> Span:
    key, node = node_at(document.spec, path[1:])
    shown = key or node
    return document.kind_span if shown is None else shown.span


def _overlay_points(record: DocumentRecord) -> Iterator[Point]:
    """Yield the points of the overlays that are marked; predicates are marked, too, but have assertions."""
    document = record.document
    for path, hits in record.marks.items():
        if path[1] in _PREDICATES:
            continue
        place, regions = _entry_span(document, path), _overlay_regions(document, path)
        _, node = node_at(document.spec, path[1:])
        key = next((key for key in ("overlay", "overlayRef") if find_entry(node, key) is not None), None)
        # The elements of `overlays` have one of the keys; what stands in `create` is the key itself.
        span = _key_span(document, path if path[1] == "create" or key is None else (*path, key))
        yield Point(PointKind.OVERLAY, Side.RUN, path, place, span, "this overlay", hits, hits, regions)


def _overlay_regions(document: KoreoDocument, path: Path) -> tuple[Span, ...]:
    """Return what is not evaluated when an overlay is not applied: everything but its `skipIf`."""
    if path[1] != "overlays":
        return (_entry_span(document, path),)
    _, node = node_at(document.spec, path[1:])
    return tuple(_entry_span(document, (*path, key)) for key, _ in entries(node) if key != "skipIf")


def _block_points(record: DocumentRecord) -> Iterator[Point]:
    """Yield the points of the blocks that hold expressions. A block that fails evaluates all of them."""
    hits: dict[Path, int] = {}
    for expression in record.expressions:
        if expression.is_constant:
            continue
        block = expression.path[:2]
        if block[1] in _BLOCKS:
            hits[block] = max(hits.get(block, 0), expression.whole.evaluated)
    for path, count in hits.items():
        place, span = _entry_span(record.document, path), _key_span(record.document, path)
        yield Point(PointKind.BLOCK, Side.RUN, path, place, span, f"`{path[-1]}`", count, count, (place,))


def _choice_points(document: KoreoDocument, record: ExpressionRecord) -> Iterator[Point]:
    """Yield the points of an expression that is an assertion or a `skipIf`."""
    unless_false: tuple[Span, ...]
    path = record.path
    match path:
        case ("spec", ("preconditions" | "postconditions"), int(), "assert"):
            kind, subject, place = PointKind.PREDICATE, "the assertion", _entry_span(document, path[:-1])
            unless_false = _verdict_spans(document, path[:-1])
        case ("spec", "overlays", int(), "skipIf"):
            kind, subject, place = PointKind.SKIP_IF, "`skipIf`", _entry_span(document, path)
            unless_false = _overlay_regions(document, path[:-1])
        case _:
            return
    root, tally = record.program.root, record.whole
    span = record.expression.span(root.span)
    constant = record.program.constants.get(root, _UNKNOWN)
    if constant is _UNKNOWN or constant is True:
        yield Point(kind, Side.TRUE, path, place, span, subject, tally.true, tally.evaluated)
    if constant is _UNKNOWN or constant is False:
        yield Point(kind, Side.FALSE, path, place, span, subject, tally.false, tally.evaluated, unless_false)


def _verdict_spans(document: KoreoDocument, path: Path) -> tuple[Span, ...]:
    """Return what a predicate says when its assertion is false."""
    _, node = node_at(document.spec, path[1:])
    return tuple(_entry_span(document, (*path, key)) for key, _ in entries(node) if key in VERDICTS)


class _Inside:
    """Finds the points inside one expression."""

    def __init__(self, record: ExpressionRecord) -> None:
        self._record = record
        self._tallies = record.program.tallies
        self._constants = record.program.constants
        self._points: list[Point] = []
        self._waiting: list[ast.Node] = []

    def points(self) -> list[Point]:
        """Return the points of every `?:`, `&&` and `||` that can be evaluated."""
        self._waiting.append(self._record.program.root)
        while self._waiting:
            node = self._waiting.pop()
            if isinstance(node, ast.Ternary):
                self._ternary(node)
            elif isinstance(node, ast.Binary) and node.op in ("&&", "||"):
                self._chain(node.op, logical_operands(node))
            else:
                self._waiting += ast.children(node)
        return self._points

    def _ternary(self, node: ast.Ternary) -> None:
        constant = self._constants.get(node.condition, _UNKNOWN)
        if constant is not _UNKNOWN:
            self._waiting.append(node.then if constant is True else node.otherwise)
            return
        self._waiting += (node.condition, node.then, node.otherwise)
        tally, place = self._tallies[node.condition], self._span(node)
        for side, branch, hits in (
            (Side.TRUE, node.then, tally.true),
            (Side.FALSE, node.otherwise, tally.false),
        ):
            span = self._span(branch)
            self._add(PointKind.CONDITION, side, place, span, "this branch", hits, tally, (span,))

    def _chain(self, op: str, operands: tuple[ast.Node, ...]) -> None:
        """Add the points between each operand and the next: it decides, or leaves that to the next.

        A value that does not decide leaves it, and so does an error (langdef, "Logical Operators").
        """
        decisive = op == "||"
        side = Side.TRUE if decisive else Side.FALSE
        subject = f"this operand of `{op}`"
        end = self._span(operands[-1]).end
        for operand, following in pairwise(operands):
            constant = self._constants.get(operand, _UNKNOWN)
            if constant is decisive:
                return
            if constant is _UNKNOWN:
                self._waiting.append(operand)
                tally, span, next_span = self._tallies[operand], self._span(operand), self._span(following)
                place = Span(span.start, next_span.end)
                decided = tally.true if decisive else tally.false
                went_on = self._tallies.get(following)
                passed = tally.evaluated - decided if went_on is None else went_on.evaluated
                rest = (Span(next_span.start, end),)
                self._add(PointKind.OPERATOR, side, place, span, subject, decided, tally)
                self._add(PointKind.OPERATOR, Side.GOES_ON, place, next_span, subject, passed, tally, rest)
        self._waiting.append(operands[-1])

    def _span(self, node: ast.Node) -> Span:
        return self._record.expression.span(node.span)

    def _add(
        self,
        kind: PointKind,
        side: Side,
        place: Span,
        span: Span,
        subject: str,
        hits: int,
        tally: Tally,
        regions: tuple[Span, ...] = (),
    ) -> None:
        path = self._record.path
        self._points.append(Point(kind, side, path, place, span, subject, hits, tally.evaluated, regions))
