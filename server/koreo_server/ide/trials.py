"""Trying a function with inputs: how a run ends, which inputs let it do its work, which make it decide otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.engine import Engine
from koreo_runtime.outcomes import Cause, Ok
from koreo_runtime.programs.model import ResourceFunctionProgram, ValueFunctionProgram
from koreo_runtime.testing.expectations import ExpectOutcome
from koreo_runtime.testing.program import CaseProgram, TestProgram
from koreo_runtime.testing.run import merge_inputs, run_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.testing.reports import CaseReport

    Path = tuple[str | int, ...]

ERRORS: Final = frozenset({Cause.DEFINITION, Cause.INVALID, Cause.BUG})
"""Causes of outcomes that no definition asks for."""
_STAGES: Final = {"preconditions": 0, "locals": 1, "apiConfig": 2, "postconditions": 4, "return": 5}
_OTHER_STAGE: Final = 3
_REFERENCE: Final = {"name": "example-name", "namespace": "example-namespace"}
"""What functions such as `to_ref` take (language section 2.2)."""
_OTHER_TYPES: Final[tuple[Any, ...]] = (1, True, [], {})
_DONE: Final = (1, 0, 0, 0)
"""How far a run comes that fails nowhere (see `reach`)."""
_MOST_RUNS: Final = 600
_MOST_STEPS: Final = 12


class Trials:
    """Runs one function of a snapshot in the simulation, at most some hundred times."""

    def __init__(self, snapshot: Snapshot, document: KoreoDocument, kind: str, name: str) -> None:
        self._engine = Engine(snapshot)
        self._program = self._engine.program(kind, name)
        case = CaseProgram(
            0,
            "",
            variant=False,
            skip=False,
            overrides=None,
            current=None,
            overlay=None,
            expectation=ExpectOutcome(Ok),
        )
        self._test = (document, kind, name, case)
        self._runs = 0

    @property
    def can_run(self) -> bool:
        """Whether the function can be run at all, and may be run once more."""
        return isinstance(self._program, ResourceFunctionProgram | ValueFunctionProgram) and (
            self._runs < _MOST_RUNS
        )

    def run(self, inputs: dict[str, Any], held: KubeObject | None = None) -> CaseReport | None:
        """Run the function while the simulated API holds an object, or none; None once it may not be run any more."""
        program = self._program
        if not isinstance(program, ResourceFunctionProgram | ValueFunctionProgram) or not self.can_run:
            return None
        self._runs += 1
        document, kind, name, case = self._test
        test = TestProgram(document, kind, name, document.kind_span, inputs, held, (case,))
        return run_cases(self._engine, program, test, _no_clock, probe=False)[0]

    def improve(
        self, inputs: dict[str, Any], words: frozenset[str]
    ) -> tuple[dict[str, Any], CaseReport | None]:
        """Change single inputs as long as that brings the function nearer to doing its work."""
        best = self.run(inputs)
        for _ in range(_MOST_STEPS):
            if best is None or reach(best) == _DONE:
                break
            better = self._better(inputs, best, words)
            if better is None:
                break
            inputs, best = better
        return inputs, best

    def _better(
        self, inputs: dict[str, Any], best: CaseReport, words: frozenset[str]
    ) -> tuple[dict[str, Any], CaseReport] | None:
        for path, value in changes(inputs, words):
            changed = replaced(inputs, path, value)
            report = self.run(changed)
            if report is None:
                return None
            if reach(report) > reach(best):
                return changed, report
        return None

    def decisions(
        self, inputs: dict[str, Any], held: KubeObject | None, words: frozenset[str]
    ) -> Iterator[tuple[Path, Any, CaseReport]]:
        """Yield the change of one input, once for each place of the function that then decides not to go on.

        The change is merged into the inputs, as a case does with its `inputOverrides` (language section 9).
        """
        seen = {_place(self.run(inputs, held))}
        for path, value in changes(inputs, words):
            if any(isinstance(part, int) for part in path):
                continue
            report = self.run(merge_inputs(inputs, nested(path, value)), held)
            place = _place(report)
            if report is None or place is None or place in seen:
                continue
            seen.add(place)
            yield path, value, report


def is_error(report: CaseReport) -> bool:
    """Whether a run ended in what nobody writes a function for."""
    outcome = report.outcome
    return outcome is None or (not isinstance(outcome, Ok) and outcome.cause in ERRORS)


def reach(report: CaseReport) -> tuple[int, int, int, int]:
    """Return how far a run came; a greater value is nearer to all of the function's work."""
    outcome = report.outcome
    if outcome is None:
        return (0, 0, 0, 0)
    if isinstance(outcome, Ok) or outcome.cause in (Cause.WAITING, Cause.PENDING):
        return _DONE
    path = outcome.location.path[1:]
    stage = _STAGES.get(str(path[0]), _OTHER_STAGE) if path else _OTHER_STAGE
    index = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
    return (0, stage, index, 0 if is_error(report) else 1)


def _place(report: CaseReport | None) -> tuple[type, Path] | None:
    """Return where a run was decided by the function itself; None where it was not."""
    outcome = report.outcome if report is not None else None
    if outcome is None or isinstance(outcome, Ok) or outcome.cause is not Cause.DECIDED:
        return None
    return type(outcome), outcome.location.path[:3]


def changes(data: Any, words: frozenset[str], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every change of one part of plain data that is worth a trial; `words` are texts worth trying."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from changes(value, words, (*path, key))
        if path:
            yield path, _REFERENCE
            yield path, None
        return
    if isinstance(data, list):
        for index, value in enumerate(data):
            yield from changes(value, words, (*path, index))
        yield path, []
    elif isinstance(data, bool):
        yield path, not data
    elif isinstance(data, int | float):
        yield from ((path, value) for value in (0, 1, 2, 3, 10, 100, 1000, -1, 100_000) if value != data)
    elif isinstance(data, str):
        tried = ("", *sorted(words), "2nd", "x" * 64)
        yield from ((path, word) for word in tried if word != data)
        yield from ((path, other) for other in _OTHER_TYPES)
    yield path, None


def replaced(data: Any, path: Path, value: Any) -> Any:
    """Return plain data with another value at a path; the data given stay as they are."""
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


def nested(path: Path, value: Any) -> dict[str, Any]:
    """Return the mapping that holds just a value at a path of keys."""
    for part in reversed(path):
        value = {part: value}
    return dict(value)


def _no_clock() -> float:
    return 0.0
