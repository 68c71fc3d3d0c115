"""What goes wrong in the server itself: a feature that fails gives an empty answer, and one visible, recorded bug.

An editor would show every error answer to its user, at each keystroke, or quietly switch the feature off.
"""

from __future__ import annotations

import functools
import inspect
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from types import TracebackType

F = TypeVar("F", bound=Callable[..., Any])

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A bug of ours: in which feature, what, and where in the source."""

    feature: str
    error: str
    place: str


class Failures:
    """The bugs that showed up, each counted; `show` is called with the first of each."""

    def __init__(self, show: Callable[[str], None], timed: Callable[[str, float], None]) -> None:
        self.counts: dict[Failure, int] = {}
        self._show = show
        self._timed = timed

    def record(self, feature: str, error: BaseException) -> None:
        """Write a failure to the log; show it if it is new."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename.rpartition('koreo_')[2]}:{frames[-1].lineno}" if frames else ""
        failure = Failure(feature, f"{type(error).__name__}: {error}", place)
        is_new = all((other.feature, other.place) != (feature, place) for other in self.counts)
        self.counts[failure] = self.counts.get(failure, 0) + 1
        _LOG.error("%s failed", feature, exc_info=error)
        if is_new:
            self._show(
                f"Koreo: a bug in koreo-ls. {feature} has no answer here ({failure.error} at {place}); "
                "everything else goes on. Its log says more."
            )

    def guard(self, feature: str, handler: F) -> F:
        """Return a handler that answers with nothing where `handler` fails."""
        if inspect.iscoroutinefunction(handler):

            @functools.wraps(handler)
            async def guarded_task(*args: Any) -> Any:
                with _Guard(self, feature):
                    return await handler(*args)

            return cast("F", guarded_task)

        @functools.wraps(handler)
        def guarded(*args: Any) -> Any:
            with _Guard(self, feature):
                return handler(*args)

        return cast("F", guarded)

    def took(self, feature: str, seconds: float) -> None:
        """Take note of how long an answer took."""
        self._timed(feature, seconds)


class _Guard:
    """Ends the failure of a handler. What is meant as an answer (a JSON-RPC error, a cancellation) passes."""

    def __init__(self, failures: Failures, feature: str) -> None:
        self._failures = failures
        self._feature = feature
        self._start = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._failures.took(self._feature, time.perf_counter() - self._start)
        if not isinstance(error, Exception) or isinstance(error, JsonRpcException):
            return False
        self._failures.record(self._feature, error)
        return True
