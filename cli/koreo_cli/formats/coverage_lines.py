"""Coverage as other tools know it: lines that run, and branches at lines.

Their formats have no expressions inside of a line. A line is hit as often as what runs most often in it: an
expression, a part of one that may be left out, an overlay, a function, at its name. The branches of a line are the
choices that begin in it: predicates, `skipIf`s, `?:`, `&&`, `||`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_runtime.testing.coverage import PointKind

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_runtime.testing.coverage import DocumentCoverage, Point

    from koreo_cli.report import Sources

_CHOICES: Final = frozenset({PointKind.PREDICATE, PointKind.SKIP_IF, PointKind.CONDITION, PointKind.OPERATOR})


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice in a line: how often each of its sides came about, None for all if it was never made."""

    sides: tuple[int | None, ...]

    @property
    def reached(self) -> int:
        """How many of the sides came about."""
        return sum(bool(side) for side in self.sides)


@dataclass(frozen=True, slots=True)
class LineCoverage:
    """One document by lines, counted from 1: how often each runs, and the choices in it.

    `name_line` is where it is named; `runs` counts the runs of a function, and is None for a Workflow.
    """

    title: str
    name_line: int
    runs: int | None
    hits: dict[int, int]
    choices: dict[int, list[Choice]]


def lines_of(document: DocumentCoverage, sources: Sources) -> LineCoverage:
    """Return a document by lines."""
    index = sources.lines(document.path)

    def line_of(span: Span) -> int:
        return index.line_of(document.start + span.start) + 1

    hits: dict[int, int] = {}

    def hit(line: int, count: int) -> None:
        hits[line] = max(hits.get(line, 0), count)

    for execution in document.executions:
        hit(line_of(execution.span), execution.hits)
    name_line, runs = 1, None
    choices: dict[tuple[PointKind, Span], list[Point]] = {}
    for point in document.points:
        if point.kind in _CHOICES:
            choices.setdefault((point.kind, point.place), []).append(point)
        elif point.kind is PointKind.CASE:
            hit(line_of(point.span), point.hits)
        elif point.kind is PointKind.FUNCTION:
            name_line, runs = line_of(point.span), point.hits
            hit(name_line, runs)
    by_line: dict[int, list[Choice]] = {}
    for (kind, place), points in choices.items():
        # A predicate is a choice where its assertion stands.
        line = line_of(points[0].span if kind in (PointKind.PREDICATE, PointKind.SKIP_IF) else place)
        hit(line, points[0].tried)
        sides = tuple(point.hits if point.tried else None for point in points)
        by_line.setdefault(line, []).append(Choice(sides))
    return LineCoverage(
        document.title, name_line, runs, dict(sorted(hits.items())), dict(sorted(by_line.items()))
    )
