"""The progress bar itself, drawn by rich; a module of its own because rich is slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from typing import TextIO


class Bar:
    """One line on a terminal that disappears when it is closed."""

    __slots__ = ("_progress", "_task")

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(file=stream),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)
        self._progress.start()

    def show(self, name: str, done: int, total: int) -> None:
        """Show that `done` of `total` files have passed the stage `name`."""
        self._progress.update(self._task, description=name, completed=done, total=total)

    def close(self) -> None:
        """Take the line away."""
        self._progress.stop()
