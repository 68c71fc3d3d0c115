"""What no test reaches, for people: told once, and what follows from something else that is told is not told.

A predicate that is never checked has two sides that no test reaches, and so has all that its assertion holds; that
is one gap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from koreo_runtime.testing.coverage.model import Gap, PointKind, Side

if TYPE_CHECKING:
    from koreo_analyzer.text import Span

    from koreo_runtime.testing.coverage.model import DocumentCoverage, Point

_RANKS: Final = {
    PointKind.FUNCTION: 0,
    PointKind.PREDICATE: 1,
    PointKind.BLOCK: 1,
    PointKind.CASE: 1,
    PointKind.SKIP_IF: 2,
    PointKind.OVERLAY: 3,
    PointKind.CONDITION: 5,
    PointKind.OPERATOR: 5,
}
"""Gaps of a higher rank may follow from those of a lower one."""
_UNSEEN_SKIP_IF: Final = 4
"""That an overlay is never applied follows from a `skipIf` that is never false, not from one never evaluated."""
_WHOLE: Final = frozenset({PointKind.FUNCTION, PointKind.BLOCK, PointKind.OVERLAY})
"""Kinds whose regions are all that is not evaluated; of the others the place itself is not, either."""


def find_gaps(document: DocumentCoverage) -> tuple[Gap, ...]:
    """Return what no test reaches of a document, in the order of the text."""
    choices: dict[tuple[PointKind, Span], list[Point]] = {}
    for point in document.points:
        choices.setdefault((point.kind, point.place), []).append(point)
    missing = [sides for sides in choices.values() if not all(point.reached for point in sides)]
    missing.sort(key=lambda sides: (_rank(sides), sides[0].place.start, -sides[0].place.end))
    gaps: list[Gap] = []
    told = _Regions()
    for sides in missing:
        gap = _gap(document, sides)
        if _rank(sides) != _UNSEEN_SKIP_IF and not told.hold(gap.span):
            gaps.append(gap)
        for region in gap.regions:
            told.add(region)
    return tuple(sorted(gaps, key=lambda gap: gap.span))


class _Regions:
    """Spans, of which none holds another: in the order of their starts, and so of their ends."""

    __slots__ = ("_spans",)

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def hold(self, span: Span) -> bool:
        """Whether one of the regions holds a span."""
        # Of those that begin early enough, the last one ends last.
        before = bisect_right(self._spans, span.start, key=_start)
        return before > 0 and span.end <= self._spans[before - 1].end

    def add(self, region: Span) -> None:
        """Add a region, and drop those that it holds."""
        if self.hold(region):
            return
        first = bisect_left(self._spans, region.start, key=_start)
        after = bisect_right(self._spans, region.end, lo=first, key=_end)
        self._spans[first:after] = [region]


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end


def _rank(sides: list[Point]) -> int:
    first = sides[0]
    return _UNSEEN_SKIP_IF if first.kind is PointKind.SKIP_IF and not first.tried else _RANKS[first.kind]


def _gap(document: DocumentCoverage, sides: list[Point]) -> Gap:
    first = sides[0]
    lost = [point for point in sides if not point.reached]
    regions = [region for point in lost for region in point.regions]
    if not first.tried:
        span, message = _whole(first), _never_tried(document, first)
        if first.kind not in _WHOLE:
            regions.append(first.place)
    elif len(lost) > 1:
        span, message = _whole(first), f"{_name(first)} never has a value: it always fails"
    else:
        span, message = lost[0].span, _never_so(lost[0])
    return Gap(first.kind, tuple(point.side for point in lost), first.path, span, message, tuple(regions))


def _whole(point: Point) -> Span:
    """Return what to show of a choice that goes neither way."""
    return point.place if point.kind in (PointKind.CONDITION, PointKind.OPERATOR) else point.span


def _name(point: Point) -> str:
    return "the condition of `?:`" if point.kind is PointKind.CONDITION else point.subject


def _never_tried(document: DocumentCoverage, point: Point) -> str:
    match point.kind:
        case PointKind.FUNCTION:
            why = f", which cannot be run: {document.unusable}" if document.unusable is not None else ""
            return f"no test runs this {document.kind}{why}"
        case PointKind.CASE:
            return f"no test runs {point.subject}, to which this case leads"
        case PointKind.OVERLAY:
            return f"{point.subject} is never applied"
        case PointKind.CONDITION | PointKind.OPERATOR:
            return "this is never evaluated"
        case _:
            return f"{point.subject} is never evaluated"


def _never_so(point: Point) -> str:
    if point.side is Side.GOES_ON:
        return f"{point.subject} is never evaluated"
    if point.kind is PointKind.CONDITION:
        return f"this branch is never taken: the condition of `?:` is never {point.side.value}"
    return f"{point.subject} is never {point.side.value}"
