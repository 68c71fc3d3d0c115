"""A limit on the time that a test may take: evaluation asks again and again whether it is used up.

The processor's time counts, of the thread that runs tests, so that a busy machine makes no test slow.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class OutOfTimeError(BaseException):
    """What runs within an allowance took longer. As an interruption it passes what contains the errors of a step."""


class Allowance:
    """The time that is left for what runs now; without end as long as nobody says otherwise."""

    def __init__(self) -> None:
        self._end = math.inf

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let what follows take at most so long."""
        self._end = thread_time() + seconds
        try:
            yield
        finally:
            self._end = math.inf

    def check(self) -> None:
        """Raise `OutOfTimeError` if nothing is left."""
        if thread_time() > self._end:
            raise OutOfTimeError
