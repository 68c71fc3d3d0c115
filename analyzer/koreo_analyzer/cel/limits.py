"""Bounds on what evaluating one expression may cost, so that none can hang an editor or a controller.

Without a macro the work is bounded by the length of the source and the size of the variables, but for
functions that grow what they are given; those check `Limits.size`. Macros repeat, and charge a `Meter`.
"""

from __future__ import annotations

from dataclasses import dataclass

from koreo_analyzer.cel.errors import limit_reached

METER = ""
"""The key under which an environment keeps its meter. No variable of CEL has an empty name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an evaluation may use.

    `steps` counts the turns of all macros, and elements compared on the way; `size` is the most characters,
    bytes or elements of one value; `depth` the most levels of a value that is compared, merged or converted;
    `pattern_seconds` bounds one search for a pattern that RE2 does not know.
    """

    steps: int = 1_000_000
    size: int = 1_000_000
    depth: int = 200
    pattern_seconds: float = 0.5

    def check_size(self, size: int) -> None:
        """Raise `CelError` of kind LIMIT if a value of `size` parts is too large."""
        if size > self.size:
            raise limit_reached(
                f"the value is too large: at most {self.size:,} characters or elements are allowed"
            )

    def check_depth(self, depth: int) -> None:
        """Raise `CelError` of kind LIMIT if a value has more than the allowed levels."""
        if depth > self.depth:
            raise limit_reached(f"the value is nested too deeply: at most {self.depth} levels are allowed")


DEFAULT_LIMITS = Limits()


class Meter:
    """The steps that one evaluation has left."""

    __slots__ = ("_limit", "_steps")

    def __init__(self, steps: int) -> None:
        self._limit = steps
        self._steps = steps

    def charge(self, steps: int) -> None:
        """Use up some steps. Raises `CelError` of kind LIMIT when there are none left."""
        self._steps -= steps
        if self._steps < 0:
            raise limit_reached(f"the expression takes too long: at most {self._limit:,} steps are allowed")
