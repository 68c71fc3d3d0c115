"""Work in several processes: forked from the one that has read the workspaces, they send back only results.

Where the system cannot fork, everything runs in this process. A module of its own because `multiprocessing` is
slow to import.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import struct
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, ForkProcess

    from koreo_cli.batches import Batches

R = TypeVar("R")
Run: TypeAlias = "Callable[[Iterable[int]], Batches[R]]"
"""Does the tasks of some numbers."""

_DEALS_A_PROCESS: Final = 16
"""So many times a process fetches tasks: few enough to keep neighbours together, enough to end at the same time."""
_DEAL: Final = struct.Struct("<II")
_MOST_DEALS: Final = 4096 // _DEAL.size
"""What the smallest pipe holds."""


class WorkerLostError(click.ClickException):
    """A process ended without sending all its results; if it told why, that is on standard error."""

    exit_code = 2


def run_in_processes(run: Run[R], tasks: int, processes: int) -> Batches[R]:
    """Do tasks 0 to `tasks` - 1 and yield results as they come.

    Each process fetches the next few neighbouring tasks when it is done with some. Raises WorkerLostError.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from run(range(tasks))
        return
    context = multiprocessing.get_context("fork")
    workers: dict[Connection, ForkProcess] = {}
    deals = _deal(tasks, processes)
    # Ctrl-C reaches the whole group. The workers never see it, and this process not before it knows them all.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        try:
            for _ in range(processes):
                connection, worker = _start(context, run, deals)
                workers[connection] = worker
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            os.close(deals)
        yield from _received(workers, tasks)
    finally:
        for connection, worker in workers.items():
            connection.close()
            worker.terminate()
            worker.join()


def _deal(tasks: int, processes: int) -> int:
    """Return the end of a pipe to read from, which holds all tasks as ranges of numbers.

    What is read from a pipe is read by one process alone, and so the pipe hands out work without any lock.
    """
    size = -(-tasks // min(processes * _DEALS_A_PROCESS, _MOST_DEALS))
    readable, writable = os.pipe()
    with os.fdopen(writable, "wb", buffering=0) as pipe:
        pipe.write(b"".join(_DEAL.pack(first, min(first + size, tasks)) for first in range(0, tasks, size)))
    return readable


def _dealt(deals: int) -> Iterator[int]:
    while len(deal := os.read(deals, _DEAL.size)) == _DEAL.size:
        yield from range(*_DEAL.unpack(deal))


def _start(context: ForkContext, run: Run[R], deals: int) -> tuple[Connection, ForkProcess]:
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(run, deals, theirs), daemon=True)
    worker.start()
    theirs.close()
    return ours, worker


def _work(run: Run[Any], deals: int, connection: Connection) -> None:
    for batch in run(_dealt(deals)):
        connection.send_bytes(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))


def _received(workers: dict[Connection, ForkProcess], expected: int) -> Batches[Any]:
    """Yield what the workers send until each has closed its connection."""
    open_connections = list(workers)
    missing = expected
    while open_connections:
        ready = wait(open_connections)
        for connection in [each for each in open_connections if each in ready]:
            try:
                # What comes through this pipe was written by a process that was forked from this one.
                batch = pickle.loads(connection.recv_bytes())  # noqa: S301
            except EOFError:
                open_connections.remove(connection)
                continue
            missing -= len(batch)
            yield batch
    if missing:
        raise WorkerLostError(
            f"a process ended before its work was done, {missing} of {expected} results are missing; "
            "`--jobs 1` runs everything in one process"
        )
