"""What each expression gave in one case of a FunctionTest: for an editor that shows values beside the text.

The test is run once more, by programs that keep what they evaluate, so that a normal run pays nothing for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.errors import CelError
from koreo_analyzer.cel.program import compile_tree

from koreo_runtime.engine import Engine
from koreo_runtime.programs.compiler import program_id
from koreo_runtime.testing.program import TestProgram
from koreo_runtime.testing.suite import prepare_test, run_prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_runtime.programs.model import Evaluate, Mark, ProgramId


@dataclass(frozen=True, slots=True)
class Given:
    """What an expression gave last: its value (as CEL has it), or the error if it has none."""

    value: Any = None
    error: CelError | None = None


@dataclass(slots=True)
class _Keeper:
    """The `Instrument` that keeps values, by document and path.

    `begin` starts a case. One that asks for the very run of the case before evaluates nothing and gives the same.
    """

    kept: dict[ProgramId, dict[Path, Given]] = field(default_factory=dict)
    begun: bool = False

    def begin(self) -> float:
        """Start another case; the clock of the run, which is looked at when a case begins."""
        self.begun = True
        return 0.0

    def expression(self, document: KoreoDocument, expression: Expression) -> Evaluate | None:
        """Return what keeps what it evaluates; None outside of functions and templates."""
        evaluate = compile_tree(expression.facts.root).evaluate
        owner, path = program_id(document), expression.path

        def keep(variables: Mapping[str, Any]) -> Any:
            try:
                value = evaluate(variables)
            except CelError as error:
                self._keep(owner, path, Given(error=error))
                raise
            self._keep(owner, path, Given(value))
            return value

        return keep

    def _keep(self, owner: ProgramId, path: Path, given: Given) -> None:
        if self.begun:
            self.begun = False
            self.kept.clear()
        self.kept.setdefault(owner, {})[path] = given

    def marker(self, _document: KoreoDocument, _path: Path) -> Mark:
        """Return what does nothing: places that are reached have no value."""
        return _reached


def _reached() -> None:
    """Take no notice."""


def case_values(snapshot: Snapshot, test: Definition, case: int) -> Mapping[ProgramId, Mapping[Path, Given]]:
    """Return what the expressions of each document gave in a case (counted from 0) of a FunctionTest, by path.

    What was not evaluated is missing; nothing is there if the test cannot be run or has no such case.
    """
    keeper = _Keeper()
    engine = Engine(snapshot, instrument=keeper)
    prepared = prepare_test(engine, test)
    program = prepared.program
    if not isinstance(program, TestProgram) or case >= len(program.cases):
        return {}
    shortened = replace(prepared, program=replace(program, cases=program.cases[: case + 1]))
    report = run_prepared(engine, shortened, keeper.begin, probe=False)
    if not report.cases or report.cases[-1].outcome is None:
        return {}
    return keeper.kept
