"""Keeping a bug to the step in which it happens, so that the other steps go on: the one place that does so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from koreo_runtime.workflows.results import Bug

if TYPE_CHECKING:
    from types import TracebackType

    from koreo_runtime.workflows.results import StepPath


class Contained:
    """Ends a block quietly at any exception but an interruption, and keeps it as `bug` and in `bugs`.

    Nothing in such a block is expected to raise: what a definition, data or the API server can do wrong is an
    outcome. Whoever drives the run reports the `bugs`.
    """

    __slots__ = ("_bugs", "_step", "bug")

    def __init__(self, bugs: list[Bug], step: StepPath) -> None:
        self.bug: Bug | None = None
        self._bugs = bugs
        self._step = step

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.bug = Bug(self._step, error)
        self._bugs.append(self.bug)
        return True
