"""Bounds on what evaluating one expression may cost, so that none can hang an editor or a controller.

Without a macro the work is bounded by the length of the source and the size of the variables, but for
functions that grow what they are given; those check `Limits.size`. Macros repeat, and charge a `Meter`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from koreo_analyzer.cel.errors import limit_reached

if TYPE_CHECKING:
    from collections.abc import Callable

METER = ""
"""The key under which an environment keeps its meter. No variable of CEL has an empty name."""
_STRIDE = 2_000
"""Steps between two calls of a watch: some 2 ms."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an evaluation may use.

    `steps` counts the turns of all macros, and elements compared on the way; `size` is the most characters,
    bytes or elements of one value; `depth` the most levels of a value that is compared, merged or converted;
    `pattern_seconds` bounds one search for a pattern that RE2 does not know. `watch` is called now and then
    while an expression with macros is evaluated, and ends that by raising what is no `CelError`.
    """

    steps: int = 1_000_000
    size: int = 1_000_000
    depth: int = 200
    pattern_seconds: float = 0.5
    watch: Callable[[], None] | None = field(default=None, compare=False)

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

    __slots__ = ("_limit", "_next", "_steps", "_watch")

    def __init__(self, steps: int, watch: Callable[[], None] | None = None) -> None:
        self._limit = steps
        self._steps = steps
        self._watch = watch
        self._next = 0 if watch is None else steps - _STRIDE

    def charge(self, steps: int) -> None:
        """Use up some steps. Raises `CelError` of kind LIMIT when there are none left."""
        self._steps -= steps
        if self._steps < self._next:
            self._look()

    def _look(self) -> None:
        if self._steps < 0:
            raise limit_reached(f"the expression takes too long: at most {self._limit:,} steps are allowed")
        if self._watch is not None:
            self._watch()
        self._next = max(0, self._steps - _STRIDE)
