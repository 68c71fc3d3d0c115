"""Moves what was found in a text along with an edit of it, until it has been found anew.

Problems that take long to find would otherwise vanish at a keystroke and come back a moment later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koreo_analyzer.text import Span

_CHUNK: Final = 4096


@dataclass(frozen=True, slots=True)
class Changed:
    """The part in which a text differs from the one before: `start` to `end` there became `length` characters."""

    start: int
    end: int
    length: int

    def carry(self, span: Span) -> Span | None:
        """Return where a span of the text before is now; None when its edge was in the part that changed.

        A span that has the whole part within it grows or shrinks with it.
        """
        moved = self.length - (self.end - self.start)
        if span.end <= self.start:
            return span
        if span.start >= self.end:
            return span.shift(moved)
        if span.start <= self.start and self.end <= span.end:
            return Span(span.start, span.end + moved)
        return None


def changed_part(before: str, after: str) -> Changed:
    """Return the part in which two texts differ: what is left without a common beginning and a common end."""
    start = _common_start(before, after)
    rest = min(len(before), len(after)) - start
    end = _common_end(before[len(before) - rest :], after[len(after) - rest :]) if rest else 0
    return Changed(start, len(before) - end, len(after) - end - start)


def _common_start(one: str, other: str) -> int:
    # Whole chunks are compared by the string type; only the one that differs is looked into.
    shorter = min(len(one), len(other))
    at = 0
    while at < shorter and one[at : at + _CHUNK] == other[at : at + _CHUNK]:
        at += _CHUNK
    return next((index for index in range(at, shorter) if one[index] != other[index]), shorter)


def _common_end(one: str, other: str) -> int:
    return _common_start(one[::-1], other[::-1])
