"""What coverage consists of: points that a test reaches or not, document by document.

All spans are offsets into the text of the point's document, so that they stay true when the document moves within
its file.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span


class PointKind(enum.Enum):
    """What a point is about. The text is stable: reports print it."""

    FUNCTION = "function"
    """A test runs the function: it is under test, or applied as an overlay."""
    PREDICATE = "predicate"
    """An assertion is true; it is false."""
    CONDITION = "condition"
    """The first branch of `?:` is taken; the second is."""
    OPERATOR = "operator"
    """An operand of `&&` or `||` decides; the next one is evaluated."""
    SKIP_IF = "skipIf"
    """A `skipIf` is true; it is false."""
    OVERLAY = "overlay"
    """An overlay is applied, that of `create` included."""
    BLOCK = "block"
    """A block with expressions is evaluated: `locals`, `resource` or what stands for it, `return`."""
    CASE = "case"
    """What a case of a `refSwitch` leads to is run by a test."""


class Side(enum.Enum):
    """Which of the ways that a point's place can go. The text is stable: reports print it."""

    TRUE = "true"
    FALSE = "false"
    GOES_ON = "goes-on"
    """An operand does not decide, and the next one is evaluated."""
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a test reaches or not.

    Points of the same `kind` and `place` are the sides of one choice, which was made `tried` times; this side came
    about `hits` times (a choice that fails has no side). `span` is what to show of a side that no test reaches,
    `subject` names it, and `regions` are the parts that are not evaluated then.
    """

    kind: PointKind
    side: Side
    path: Path
    place: Span
    span: Span
    subject: str
    hits: int
    tried: int
    regions: tuple[Span, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether a test got here."""
        return self.hits > 0


@dataclass(frozen=True, slots=True)
class Gap:
    """What no test reaches, told once: `sides` are the missing ones of one choice.

    `regions` are the parts that are therefore never evaluated; an editor may fade them.
    """

    kind: PointKind
    sides: tuple[Side, ...]
    path: Path
    span: Span
    message: str
    regions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Execution:
    """A part of a document that is evaluated as a whole, and how often it was."""

    span: Span
    hits: int


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """One function or Workflow: the document `document` (counted from 0) of the file `path`, at offset `start`.

    `points` are in the order of the text. `unusable` says why it cannot be run, if so; then nothing but its own
    point is known.
    """

    path: str
    document: int
    start: int
    kind: str
    name: str
    points: tuple[Point, ...]
    executions: tuple[Execution, ...] = ()
    unusable: str | None = None

    @property
    def title(self) -> str:
        """Kind and name."""
        return f"{self.kind}/{self.name}"

    @property
    def is_run(self) -> bool:
        """Whether a test runs it; a Workflow is run by none."""
        return any(point.kind is PointKind.FUNCTION and point.reached for point in self.points)

    @property
    def total(self) -> int:
        """How many points there are."""
        return len(self.points)

    @property
    def reached(self) -> int:
        """How many points tests reach."""
        return sum(point.reached for point in self.points)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests of a workspace reach; documents in the order of files."""

    documents: tuple[DocumentCoverage, ...]

    @property
    def total(self) -> int:
        """How many points there are."""
        return sum(document.total for document in self.documents)

    @property
    def reached(self) -> int:
        """How many points tests reach."""
        return sum(document.reached for document in self.documents)

    def is_below(self, percentage: float) -> bool:
        """Whether less is reached than a percentage, compared exactly; nothing to reach is all reached."""
        return self.reached * 100 < percentage * self.total

    def by_kind(self) -> Mapping[PointKind, tuple[int, int]]:
        """Return how many points of each kind are reached, of how many; kinds without points are left out."""
        points = [point for document in self.documents for point in document.points]
        total = Counter(point.kind for point in points)
        reached = Counter(point.kind for point in points if point.reached)
        return {kind: (reached[kind], total[kind]) for kind in PointKind if total[kind]}


def percentage(reached: int, total: int) -> float:
    """Return a percentage to one decimal place, rounded down: 100.0 is only what is complete."""
    return reached * 1000 // total / 10 if total else 100.0
