"""A clock that stands still until it is moved: nobody waits for what would take minutes in a cluster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""When every rendering begins, so that the same input gives the same times."""


class Clock:
    """The time in a simulated cluster. `seconds` have passed since its start."""

    __slots__ = ("_start", "seconds")

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the time."""
        return self._start + timedelta(seconds=self.seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    def __str__(self) -> str:
        """Return the time as objects hold it: RFC 3339, in whole seconds."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
