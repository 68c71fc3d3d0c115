"""Runs the cases of one FunctionTest against a simulated API that holds at most one object (language section 9).

A case costs one run of the function. What a case that passed has changed is checked by a second run, which must
change nothing; it is shared with the next case when that one asks for the very same run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.checks.running import NEVER_SETTLES

from koreo_runtime.effects import Create, Delete, Patch
from koreo_runtime.functions.resource import run_resource_function
from koreo_runtime.functions.results import Owner
from koreo_runtime.functions.value import run_value_function
from koreo_runtime.merge_patch import merge_patch
from koreo_runtime.programs.blocks import BlockError
from koreo_runtime.programs.model import ResourceFunctionProgram
from koreo_runtime.testing.expectations import CaseRun, outcome_text
from koreo_runtime.testing.program import missing_part
from koreo_runtime.testing.reports import CaseReport, CaseStatus, CaseWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from koreo_runtime.effects import KubeObject, Run
    from koreo_runtime.engine import Engine
    from koreo_runtime.functions.results import FunctionResult
    from koreo_runtime.outcomes import Location
    from koreo_runtime.programs.model import FunctionProgram
    from koreo_runtime.testing.program import CaseProgram, TestProgram

    Clock = Callable[[], float]

OWNER: Final = Owner("koreo.dev/v1beta1", "FunctionTest", "unit-test", "unit-test-123", "unit-test-123/owner")
"""The trigger in tests. No namespace can have the name of its own, so no owner reference is ever added."""
_NO_OBJECT: Final = (
    "there is no object to overlay: give one as `currentResource`, or let an earlier case create it"
)


def run_cases(
    engine: Engine, function: FunctionProgram, test: TestProgram, clock: Clock, *, probe: bool
) -> tuple[CaseReport, ...]:
    """Run all cases in order; see `iterate_cases`."""
    return tuple(iterate_cases(engine, function, test, clock, probe=probe))


def iterate_cases(
    engine: Engine, function: FunctionProgram, test: TestProgram, clock: Clock, *, probe: bool
) -> Iterator[CaseReport]:
    """Run one case after the other, each when it is asked for. `clock` gives seconds, from any beginning.

    `probe` tells whether results are run again, to see that they settle.
    """
    cases = _Cases(engine, function, test, clock, probe=probe)
    return (cases.run(case) for case in test.cases)


class _Cases:
    """The state that cases hand on: inputs, the object, whether anything is still run."""

    __slots__ = ("_clock", "_inputs", "_object", "_probe", "_runner", "_stopped")

    def __init__(
        self, engine: Engine, function: FunctionProgram, test: TestProgram, clock: Clock, *, probe: bool
    ) -> None:
        self._probe = probe
        self._runner = _Runner(engine, function)
        self._clock = clock
        self._inputs = test.inputs
        self._object = test.current
        self._stopped = False

    def run(self, case: CaseProgram) -> CaseReport:
        """Run the next case."""
        assertion = case.expectation.key
        if self._stopped:
            return CaseReport(case.index, case.label, CaseStatus.NOT_RUN, assertion)
        if case.skip:
            return CaseReport(case.index, case.label, CaseStatus.SKIPPED, assertion)
        begin = self._clock()
        inputs = self._inputs
        if case.overrides is not None:
            inputs = merge_inputs(inputs, case.overrides)
        try:
            before = self._object_before(case, inputs)
        except _NotRunError as error:
            self._stopped = error.stops or not case.variant
            return CaseReport(
                case.index,
                case.label,
                CaseStatus.FAILED,
                assertion,
                resource=self._object,
                reason=str(error),
                seconds=self._clock() - begin,
                location=error.location,
            )
        run = self._runner.run(inputs, before)
        failure = case.expectation.check(run)
        warnings: tuple[CaseWarning, ...] = ()
        if failure is None and run.effects and self._probe:
            warnings = self._runner.settles(inputs, run)
        if not case.variant:
            self._inputs = inputs
            self._object = run.after
            self._stopped = failure is not None
        return CaseReport(
            case.index,
            case.label,
            CaseStatus.PASSED if failure is None else CaseStatus.FAILED,
            assertion,
            run.outcome,
            run.after,
            run.effects,
            "" if failure is None else failure.reason,
            () if failure is None else failure.differences,
            warnings,
            self._clock() - begin,
            before=run.before,
        )

    def _object_before(self, case: CaseProgram, inputs: dict[str, Any]) -> KubeObject | None:
        """Return the object that the simulated API holds when the case begins. Raises `_NotRunError`."""
        if case.current is not None:
            return case.current or None
        current = self._object
        if case.overlay is None:
            return current
        if current is None:
            raise _NotRunError(_NO_OBJECT, stops=True)
        variables = {**inputs, "inputs": inputs, "resource": current, "template": current}
        try:
            overlaid = case.overlay.overlay(current, variables)
        except BlockError as error:
            raise _NotRunError(str(error), stops=False, location=error.failures[0][0]) from error
        lacks = missing_part(overlaid)
        if lacks is not None:
            raise _NotRunError(f"the object has no `{lacks}` after the overlay", stops=False)
        return overlaid


class _NotRunError(Exception):
    """A case fails before its function is run; `stops` tells that the test ends there, also in a variant."""

    def __init__(self, reason: str, *, stops: bool, location: Location | None = None) -> None:
        super().__init__(reason)
        self.stops = stops
        self.location = location


class _Runner:
    """Runs the function under test, and remembers the last run: the same inputs and object give the same."""

    __slots__ = ("_before", "_engine", "_function", "_inputs", "_last")

    def __init__(self, engine: Engine, function: FunctionProgram) -> None:
        self._engine = engine
        self._function = function
        self._inputs: dict[str, Any] | None = None
        self._before: KubeObject | None = None
        self._last: CaseRun | None = None

    def run(self, inputs: dict[str, Any], before: KubeObject | None) -> CaseRun:
        """Run the function once."""
        last = self._last
        if last is not None and inputs is self._inputs and before is self._before:
            return last
        function = self._function
        if isinstance(function, ResourceFunctionProgram):
            last = _drive(run_resource_function(self._engine, function, inputs, OWNER), before)
        else:
            last = CaseRun(run_value_function(function, inputs), None, None, ())
        self._inputs = inputs
        self._before = before
        self._last = last
        return last

    def settles(self, inputs: dict[str, Any], run: CaseRun) -> tuple[CaseWarning, ...]:
        """Return a warning when the function would change its own result again; a delete is no such result."""
        if run.after is None:
            return ()
        again = self.run(inputs, run.after)
        if not again.effects:
            return ()
        message = f"never settles: run again on its own result, it answers {outcome_text(again.outcome)}"
        return (CaseWarning(NEVER_SETTLES.code, message, again.drift),)


def _drive(run: Run[FunctionResult], held: KubeObject | None) -> CaseRun:
    """Answer the effects of a run from the one object, whatever name is asked for."""
    before = held
    tried: list[Create | Patch | Delete] = []
    answer: KubeObject | None = None
    try:
        while True:
            effect = run.send(answer)
            if isinstance(effect, Create):
                held = effect.body
            elif isinstance(effect, Patch):
                held = merge_patch(held, effect.body)
            elif isinstance(effect, Delete):
                held = None
            else:
                answer = held
                continue
            tried.append(effect)
            answer = held
    except StopIteration as stop:
        result: FunctionResult = stop.value
    return CaseRun(result.outcome, before, held, tuple(tried), result.drift)


def merge_inputs(inputs: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Return inputs with overrides merged over them: mappings key by key, an empty one changes nothing."""
    merged = inputs.copy()
    for key, value in overrides.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge_inputs(below, value)
        else:
            merged[key] = value
    return merged
