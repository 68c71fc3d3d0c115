"""What drives runs: each effect that a run asks for is performed by an API, and the run is told the result.

The synchronous drivers perform one effect at a time, in the order in which they are asked for; the asynchronous
one performs many at a time, and ends the steps that exceed their time limit.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from koreo_runtime.effects import ApiError, Read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_runtime.effects import Effect, Run
    from koreo_runtime.workflows.frames import Request
    from koreo_runtime.workflows.results import StepPath, WorkflowResult
    from koreo_runtime.workflows.run import WorkflowRun

T = TypeVar("T")
MOST_REQUESTS: Final = 100
"""How many requests of one run may be under way at a time: more would only wait in the API server's queue."""


class Api(Protocol):
    """Something that performs effects, as `effects` describes each."""

    def perform(self, effect: Effect) -> Any:
        """Return the result of an effect. Raises `ApiError` when it is refused."""
        ...


class AsyncApi(Protocol):
    """Something that performs effects, several at a time."""

    async def perform(self, effect: Effect) -> Any:
        """Return the result of an effect. Raises `ApiError` when it is refused."""
        ...


class Recorder:
    """An `Api` that passes effects on to another, and notes those that changed something, in their order."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.writes: list[Effect] = []

    def perform(self, effect: Effect) -> Any:
        """Return the result of an effect. Raises `ApiError` when it is refused."""
        result = self._api.perform(effect)
        if type(effect) is not Read:
            self.writes.append(effect)
        return result


class IncompleteRunError(RuntimeError):
    """A run waits for nothing and has no result, which no run should."""


def drive(run: Run[T], api: Api) -> T:
    """Drive a run of a function to its end, and return its result."""
    try:
        effect = next(run)
        while True:
            try:
                result = api.perform(effect)
            except ApiError as error:
                effect = run.throw(error)
            else:
                effect = run.send(result)
    except StopIteration as stop:
        value: T = stop.value
        return value


def drive_workflow(run: WorkflowRun, api: Api) -> WorkflowResult:
    """Drive a run of a Workflow to its end, and return its result. It has no time limits."""
    requests = deque(run.start())
    while requests:
        request = requests.popleft()
        try:
            result = api.perform(request.effect)
        except ApiError as error:
            requests.extend(run.fail(request.id, error))
        else:
            requests.extend(run.resume(request.id, result))
    return _result_of(run)


def _result_of(run: WorkflowRun) -> WorkflowResult:
    if run.result is None:
        raise IncompleteRunError
    return run.result


async def drive_workflow_async(run: WorkflowRun, api: AsyncApi) -> WorkflowResult:
    """Drive a run of a Workflow to its end with concurrent requests, and return its result.

    At most `MOST_REQUESTS` are under way at a time, and the others wait for them. A step that is not done
    `run.step_seconds` after its first request has begun is ended. Whatever else `api` raises than
    `ApiError` ends the run; so does cancelling it. No request outlives it.
    """
    driver = _AsyncDriver(run, api)
    try:
        await driver.drive()
    finally:
        run.close()
        await driver.cancel_all()
    return _result_of(run)


class _AsyncDriver:
    """The requests of a run that are under way, those that wait until there is room, and when their steps end.

    All steps have as much time, so that the deadlines are in the order in which they were set.
    """

    def __init__(self, run: WorkflowRun, api: AsyncApi) -> None:
        self._run = run
        self._api = api
        self._clock = asyncio.get_running_loop().time
        self._queue: deque[Request] = deque()
        self._tasks: dict[asyncio.Task[Any], Request] = {}
        self._deadlines: dict[StepPath, float] = {}
        self._unanswered: Counter[StepPath] = Counter()

    async def drive(self) -> None:
        """Perform requests until there are none."""
        self._add(self._run.start())
        self._begin()
        while self._tasks:
            wait = max(0.0, next(iter(self._deadlines.values())) - self._clock())
            done, _ = await asyncio.wait(self._tasks, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda task: self._tasks[task].id):
                self._tell(task)
            await self._expire()
            self._begin()

    async def cancel_all(self) -> None:
        """Cancel what is under way, and wait until it is."""
        await _cancel(self._tasks)

    def _add(self, requests: Iterable[Request]) -> None:
        for request in requests:
            self._unanswered[request.step] += 1
            self._queue.append(request)

    def _begin(self) -> None:
        """Begin the oldest requests that wait, while there is room."""
        while self._queue and len(self._tasks) < MOST_REQUESTS:
            request = self._queue.popleft()
            self._deadlines.setdefault(request.step, self._clock() + self._run.step_seconds)
            self._tasks[asyncio.create_task(self._perform(request.effect))] = request

    async def _perform(self, effect: Effect) -> Any:
        return await self._api.perform(effect)

    def _tell(self, task: asyncio.Task[Any]) -> None:
        request = self._tasks.pop(task)
        try:
            result = task.result()
        except ApiError as error:
            self._add(self._run.fail(request.id, error))
        else:
            self._add(self._run.resume(request.id, result))
        self._unanswered[request.step] -= 1
        if not self._unanswered[request.step]:
            self._forget(request.step)

    async def _expire(self) -> None:
        """End the steps that took too long, and drop what they wait for."""
        now = self._clock()
        late = list(takewhile(lambda step: self._deadlines[step] <= now, self._deadlines))
        if not late:
            return
        for step in late:
            self._add(self._run.expire(step))
            self._forget(step)
        kept = {request.id for request in self._run.waiting}
        self._queue = deque(request for request in self._queue if request.id in kept)
        dropped = [task for task, request in self._tasks.items() if request.id not in kept]
        for task in dropped:
            del self._tasks[task]
        await _cancel(dropped)

    def _forget(self, step: StepPath) -> None:
        self._deadlines.pop(step, None)
        del self._unanswered[step]


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait for them; how they end matters to nobody any more."""
    under_way = list(tasks)
    for task in under_way:
        task.cancel()
    if under_way:
        await asyncio.wait(under_way)
        for task in under_way:
            if not task.cancelled():
                task.exception()
