"""What was made of types and data in the last rounds of some work, found again by the identity of what it was made of.

An analysis that is done again after an edit meets mostly the very types of the time before, and what was made of
those needs no making. What is not asked for any more is forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Latest:
    """Answers that were asked for in one of the last two rounds.

    They are found by the identity of what they are about, which is kept as long: something equal is something else.
    """

    __slots__ = ("_before", "_now")

    def __init__(self) -> None:
        self._before: dict[tuple[int, ...], tuple[Any, tuple[object, ...]]] = {}
        self._now: dict[tuple[int, ...], tuple[Any, tuple[object, ...]]] = {}

    def start_round(self) -> None:
        """Forget what the round before did not ask for."""
        self._before, self._now = self._now, {}

    def find(self, *about: object) -> Any:
        """Return the answer about these, which is never None; None if there is none."""
        key = tuple(map(id, about))
        known = self._now.get(key)
        if known is None:
            known = self._before.get(key)
            if known is None:
                return None
            self._now[key] = known
        return known[0]

    def of(self, make: Callable[..., _T], *about: object) -> _T:
        """Return `make(*about)`, which is never None."""
        known: _T | None = self.find(make, *about)
        if known is None:
            known = make(*about)
            self.keep(known, make, *about)
        return known

    def keep(self, answer: Any, *about: object) -> None:
        """Keep an answer, which must always be the same for the very same things."""
        self._now[tuple(map(id, about))] = answer, about
