"""A progress bar for people who wait; nobody else sees it, and quick runs do not flicker."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from koreo_cli.progress_bar import Bar

PATIENCE = 0.7
"""Seconds without a sign of life that nobody minds."""


class Progress:
    """Shows how far each stage is, on a terminal only, and only once it takes longer than `PATIENCE`."""

    __slots__ = ("_bar", "_started", "_stream")

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._started = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def stage(self, name: str) -> Callable[[int, int], None]:
        """Return what is to be called with the number of things done and their total."""
        return lambda done, total: self._show(name, done, total)

    def _show(self, name: str, done: int, total: int) -> None:
        if self._bar is None:
            if self._stream is None or time.monotonic() - self._started < PATIENCE:
                return
            # rich takes longer to import than most runs take in all.
            made: Bar = importlib.import_module("koreo_cli.progress_bar").Bar(self._stream)
            self._bar = made
        self._bar.show(name, done, total)
