"""Plain code and the event loop by turns, so that long work which cannot be cut into steps holds up no message.

The runtime runs a test or a Workflow in one call. Here such a call gets a thread, but gives way from its depths:
`Limits.watch` asks it to before each expression, and within long ones. Of the thread and the loop only one goes on at a
time while the other waits, so nothing needs a lock: it is what a coroutine would do.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from koreo_server.session.allowance import Allowance
from koreo_server.session.background import SLICE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class StoppedError(BaseException):
    """Nobody waits any longer for what runs. As an interruption it passes what contains the errors of a step."""


class Turns:
    """One piece of work that gives way, and may take so many seconds of the processor's time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._allowance = Allowance()
        self._is_wanted = True
        self._loops_turn = threading.Semaphore(0)
        self._works_turn = threading.Semaphore(0)
        self._end = 0.0

    def give_way(self) -> None:
        """Let the event loop run if the work has run for long enough; to be called by the work only.

        Raises `OutOfTimeError` once it took longer than it may, `StoppedError` once `run` was cancelled.
        """
        self._allowance.check()
        if time.monotonic() >= self._end:
            self._loops_turn.release()
            self._wait()

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work, between whose slices messages are answered; return or raise what it does."""
        with ThreadPoolExecutor(1, "work by turns") as thread:
            job = thread.submit(self._do, work)
            job.add_done_callback(lambda _: self._loops_turn.release())
            try:
                while True:
                    self._works_turn.release()
                    self._loops_turn.acquire()
                    if job.done():
                        return job.result()
                    await asyncio.sleep(0)
            finally:
                self._is_wanted = False
                self._works_turn.release()

    def _do(self, work: Callable[[], T]) -> T:
        self._wait()
        with self._allowance.within(self._seconds):
            return work()

    def _wait(self) -> None:
        self._works_turn.acquire()
        if not self._is_wanted:
            raise StoppedError
        self._end = time.monotonic() + SLICE_SECONDS
