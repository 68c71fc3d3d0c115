"""Results that are handed on in batches: often enough for a progress bar, seldom enough to cost nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

R = TypeVar("R")
Batches: TypeAlias = "Iterator[list[tuple[int, R]]]"
"""Results with the numbers of their tasks, as many at once as are there."""

_SECONDS: Final = 0.1


def in_batches(numbers: Iterable[int], do: Callable[[int], R]) -> Batches[R]:
    """Do the tasks of some numbers, and yield what is done every now and then."""
    batch: list[tuple[int, R]] = []
    sent = time.perf_counter()
    for number in numbers:
        batch.append((number, do(number)))
        now = time.perf_counter()
        if now - sent > _SECONDS:
            yield batch
            batch, sent = [], now
    yield batch
