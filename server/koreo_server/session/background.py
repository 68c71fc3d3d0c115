"""Long work on the event loop: one task at a time, in slices, between which messages are answered."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

MOST_FAILURES = 20
"""Whoever fails so often in a row fails at everything."""

SLICE_SECONDS = 0.005
"""How long a message may wait for background work: well below what a person notices."""

_LOG = logging.getLogger(__name__)


class Worker:
    """Runs `work` as a task when there is something to do.

    What `work` raises is handed to `failed`, and it goes on with the rest: so `work` has to take each piece before it
    does it. After `MOST_FAILURES` in a row it waits until it is woken again.
    """

    def __init__(
        self,
        work: Callable[[], Coroutine[Any, Any, None]],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._work = work
        self._failed = failed if failed is not None else _log_failure
        self._failures = 0
        self._is_stopped = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is running."""
        return self._task is None or self._task.done()

    def wake(self) -> None:
        """Start to work, unless that is already going on."""
        if self.is_idle and not self._is_stopped:
            self._task = asyncio.get_running_loop().create_task(self._work())
            self._task.add_done_callback(self._done)

    def stop(self) -> None:
        """Work no more, not even when woken."""
        self._is_stopped = True
        if self._task is not None:
            self._task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
            self._failures += 1
            if self._failures % MOST_FAILURES:
                self.wake()
        else:
            self._failures = 0


def _log_failure(error: BaseException) -> None:
    _LOG.error("background work failed", exc_info=error)


class Slices:
    """Gives way to the event loop when a slice of time is used up."""

    def __init__(self) -> None:
        self._end = time.monotonic() + SLICE_SECONDS

    async def give_way(self) -> None:
        """Let other tasks run if this one has run for long enough."""
        if time.monotonic() >= self._end:
            await asyncio.sleep(0)
            self._end = time.monotonic() + SLICE_SECONDS
