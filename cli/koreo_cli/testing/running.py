"""Runs many tests, in several processes where that pays."""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_runtime.testing import run_test
from koreo_runtime.testing.reports import CaseStatus

from koreo_cli.batches import in_batches
from koreo_cli.terminal import cores
from koreo_cli.testing.selecting import count_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.engine import Engine
    from koreo_runtime.testing.reports import TestReport

    Batch: TypeAlias = list[tuple[int, TestReport]]
    """Reports with the numbers of their tasks."""

CASES_A_PROCESS: Final = 4_000
"""So many cases, at some 0.1 ms, outweigh what a process costs: its start, copied memory, reports sent back."""
SLOW_CASES_A_PROCESS: Final = 100
"""The same for cel-python, which takes a few milliseconds for a case."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The tests to run of one workspace, in this order, with the programs of one engine for `snapshot`."""

    snapshot: Snapshot
    tests: tuple[Definition, ...]
    make_engine: Callable[[Snapshot], Engine]


class Tasks:
    """The tests of several plans in one row, by number."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = plans
        self._row = [(number, test) for number, plan in enumerate(plans) for test in plan.tests]

    def __len__(self) -> int:
        return len(self._row)

    def run(self, numbers: Iterable[int]) -> Iterator[Batch]:
        """Run some of the tests, and yield their reports every now and then."""
        engines: dict[int, Engine] = {}

        def report(number: int) -> TestReport:
            plan, test = self._row[number]
            engine = engines.get(plan)
            if engine is None:
                engine = engines[plan] = self._plans[plan].make_engine(self._plans[plan].snapshot)
            return run_test(engine, test, time.perf_counter)

        return in_batches(numbers, report)

    def run_without_values(self, numbers: Iterable[int]) -> Iterator[Batch]:
        """Run some of the tests; what passed comes with neither outcome nor object."""
        for batch in self.run(numbers):
            yield [(number, without_values(report)) for number, report in batch]

    def by_plan(self, reports: dict[int, TestReport]) -> list[tuple[TestReport, ...]]:
        """Return the reports of all tests, plan by plan."""
        found: list[list[TestReport]] = [[] for _ in self._plans]
        for number, (plan, _) in enumerate(self._row):
            found[plan].append(reports[number])
        return [tuple(each) for each in found]


def processes_for(plans: Sequence[Plan], cases_a_process: int) -> int:
    """Return how many processes pay off on this machine."""
    cases = sum(count_cases(test) for plan in plans for test in plan.tests)
    return max(1, min(cores(), cases // cases_a_process))


def run_plans(
    plans: Sequence[Plan], processes: int, advance: Callable[[int, int], None], *, with_values: bool
) -> list[tuple[TestReport, ...]]:
    """Return the reports of each plan, in the order of its tests.

    Without `with_values` a case that passed may lack its outcome and object, which saves sending them between
    processes. `advance` is told how many tests of how many are done.
    """
    tasks = Tasks(plans)
    processes = min(processes, len(tasks))
    if processes > 1:
        batches: Iterator[Batch] = importlib.import_module("koreo_cli.processes").run_in_processes(
            tasks.run if with_values else tasks.run_without_values, len(tasks), processes
        )
    else:
        batches = tasks.run(range(len(tasks)))
    reports: dict[int, TestReport] = {}
    for batch in batches:
        reports.update(batch)
        advance(len(reports), len(tasks))
    return tasks.by_plan(reports)


def without_values(report: TestReport) -> TestReport:
    """Return a report whose passed cases have neither outcome nor object."""
    cases = tuple(
        replace(case, outcome=None, resource=None, effects=(), before=None)
        if case.status is CaseStatus.PASSED
        else case
        for case in report.cases
    )
    return replace(report, cases=cases)
