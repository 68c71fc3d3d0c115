"""Tests in several processes: forked from the one that has read the workspace, they send back only reports.

Where the system cannot fork, everything runs in this process. A module of its own because `multiprocessing` is
slow to import.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from koreo_runtime.testing.reports import CaseStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, ForkProcess

    from koreo_runtime.testing.reports import TestReport

    from koreo_cli.testing.running import Batch, Tasks


class WorkerLostError(RuntimeError):
    """A process ended without sending all its reports; why is on standard error."""


def run_in_processes(tasks: Tasks, processes: int) -> Iterator[Batch]:
    """Run all tests, each process every `processes`-th, and yield reports as they come."""
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from tasks.run(range(len(tasks)))
        return
    context = multiprocessing.get_context("fork")
    workers: dict[Connection, ForkProcess] = {}
    # Ctrl-C reaches the whole group. The workers never see it, and this process not before it knows them all.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        try:
            for first in range(processes):
                numbers = range(first, len(tasks), processes)
                connection, worker = _start(context, tasks, numbers)
                workers[connection] = worker
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        yield from _received(workers, len(tasks))
    finally:
        for connection, worker in workers.items():
            connection.close()
            worker.terminate()
            worker.join()


def _start(context: ForkContext, tasks: Tasks, numbers: range) -> tuple[Connection, ForkProcess]:
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(tasks, numbers, theirs), daemon=True)
    worker.start()
    theirs.close()
    return ours, worker


def _work(tasks: Tasks, numbers: range, connection: Connection) -> None:
    for batch in tasks.run(numbers):
        sent = batch if tasks.with_values else [(number, without_values(report)) for number, report in batch]
        connection.send_bytes(pickle.dumps(sent, pickle.HIGHEST_PROTOCOL))


def _received(workers: dict[Connection, ForkProcess], expected: int) -> Iterator[Batch]:
    """Yield what the workers send until each has closed its connection."""
    open_connections = list(workers)
    missing = expected
    while open_connections:
        ready = wait(open_connections)
        for connection in [each for each in open_connections if each in ready]:
            try:
                # What comes through this pipe was written by a process that was forked from this one.
                batch: Batch = pickle.loads(connection.recv_bytes())  # noqa: S301
            except EOFError:
                open_connections.remove(connection)
                continue
            missing -= len(batch)
            yield batch
    if missing:
        raise WorkerLostError(f"{missing} tests did not report: a process was ended")


def without_values(report: TestReport) -> TestReport:
    """Return a report whose passed cases have neither outcome nor object."""
    cases = tuple(
        replace(case, outcome=None, resource=None, effects=(), before=None)
        if case.status is CaseStatus.PASSED
        else case
        for case in report.cases
    )
    return replace(report, cases=cases)
