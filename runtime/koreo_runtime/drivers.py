"""What drives runs: each effect that a run asks for is performed by an API, and the run is told the result.

The synchronous drivers perform one effect at a time, in the order in which they are asked for; the asynchronous
one performs all that are asked for at once, and ends the steps that exceed their time limit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from koreo_runtime.effects import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_runtime.effects import Effect, Run
    from koreo_runtime.workflows.frames import Request
    from koreo_runtime.workflows.results import StepPath, WorkflowResult
    from koreo_runtime.workflows.run import WorkflowRun

T = TypeVar("T")


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

    A step that is not done `run.step_seconds` after its first request is ended. Whatever else `api` raises than
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
    """The requests of a run that are under way, and when their steps end."""

    def __init__(self, run: WorkflowRun, api: AsyncApi) -> None:
        self._run = run
        self._api = api
        self._clock = asyncio.get_running_loop().time
        self._tasks: dict[asyncio.Task[Any], Request] = {}
        self._deadlines: dict[StepPath, float] = {}

    async def drive(self) -> None:
        """Perform requests until there are none."""
        self._begin(self._run.start())
        while self._tasks:
            wait = max(0.0, min(self._deadlines.values()) - self._clock())
            done, _ = await asyncio.wait(self._tasks, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda task: self._tasks[task].id):
                self._tell(task)
            await self._expire()
            self._forget()

    async def cancel_all(self) -> None:
        """Cancel what is under way, and wait until it is."""
        await _cancel(self._tasks)

    def _begin(self, requests: Iterable[Request]) -> None:
        for request in requests:
            self._deadlines.setdefault(request.step, self._clock() + self._run.step_seconds)
            self._tasks[asyncio.create_task(self._perform(request.effect))] = request

    async def _perform(self, effect: Effect) -> Any:
        return await self._api.perform(effect)

    def _tell(self, task: asyncio.Task[Any]) -> None:
        request = self._tasks.pop(task)
        try:
            result = task.result()
        except ApiError as error:
            self._begin(self._run.fail(request.id, error))
        else:
            self._begin(self._run.resume(request.id, result))

    async def _expire(self) -> None:
        now = self._clock()
        waiting = {request.step for request in self._tasks.values()}
        for step in [step for step, deadline in self._deadlines.items() if deadline <= now]:
            if step in waiting:
                self._begin(self._run.expire(step))
        kept = {request.id for request in self._run.waiting}
        dropped = [task for task, request in self._tasks.items() if request.id not in kept]
        for task in dropped:
            del self._tasks[task]
        await _cancel(dropped)

    def _forget(self) -> None:
        """Drop the deadlines of steps that have ended."""
        waiting = {request.step for request in self._tasks.values()}
        self._deadlines = {step: end for step, end in self._deadlines.items() if step in waiting}


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
