"""Whether a Workflow can run: every step of it, and of the sub-Workflows that it reaches (language section 8).

A Workflow of which one step cannot be prepared runs none of them. The question concerns other documents, so it
is asked when a run begins; it takes one lookup per reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.cycles import cycles
from koreo_analyzer.language import kinds

from koreo_runtime.outcomes import Cause, NotOk, PermFail, Retry
from koreo_runtime.programs.model import Unusable
from koreo_runtime.programs.workflow import LogicRef, WorkflowProgram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from koreo_runtime.engine import Engine

MISSING_DELAY: Final = 15
"""Seconds until the next look when a step names Logic that is not there."""
UNUSABLE_DELAY: Final = 180
"""Seconds until the next look when a step names Logic that cannot run."""


def step_problems(engine: Engine, program: WorkflowProgram) -> dict[str, tuple[NotOk, ...]]:
    """Return why steps of a Workflow cannot be prepared, by label; nothing when the Workflow can run."""
    return _Readiness(engine, program).problems(program)


def reached_problems(
    engine: Engine, program: WorkflowProgram
) -> Iterator[tuple[WorkflowProgram, dict[str, tuple[NotOk, ...]]]]:
    """Yield the same for each Workflow that one reaches, itself first."""
    readiness = _Readiness(engine, program)
    for reached in readiness.reached.values():
        yield reached, readiness.problems(reached)


class _Readiness:
    """The Workflows that one of them reaches, itself first, and which of them cannot run; `reached` is by name."""

    def __init__(self, engine: Engine, program: WorkflowProgram) -> None:
        self._engine = engine
        self.reached = _reached(engine, program)
        uses = {name: other.sub_workflows for name, other in self.reached.items()}
        self._cycles = cycles(uses) if len(self.reached) > 1 or program.sub_workflows else {}
        self._unready = self._find_unready(uses) if len(self.reached) > 1 else frozenset()

    def _find_unready(self, uses: Mapping[str, Iterable[str]]) -> frozenset[str]:
        """Return the Workflows that cannot run: by their own fault, and then all that run one of them."""
        users: dict[str, list[str]] = {}
        for name, targets in uses.items():
            for target in targets:
                users.setdefault(target, []).append(name)
        unready: set[str] = set()
        found = [name for name, program in self.reached.items() if self._fails_itself(program)]
        while found:
            name = found.pop()
            if name not in unready:
                unready.add(name)
                found.extend(users.get(name, ()))
        return frozenset(unready)

    def _fails_itself(self, program: WorkflowProgram) -> bool:
        return (
            bool(program.broken)
            or program.id[1] in self._cycles
            or any(self._own_problem(target) for step in program.steps for target in step.targets)
        )

    def _own_problem(self, target: LogicRef) -> NotOk | None:
        """Return why a target cannot run, whatever it uses."""
        found = self._engine.logic(target.kind, target.name)
        if found is None:
            message = f"{target.kind} `{target.name}` is not defined"
            return Retry(message, MISSING_DELAY, target.location, Cause.DEFINITION)
        if isinstance(found, Unusable):
            return _unusable(target, found.outcome.message)
        return None

    def problems(self, program: WorkflowProgram) -> dict[str, tuple[NotOk, ...]]:
        """Return why the steps of `program` cannot be prepared."""
        by_index: list[tuple[int, str, tuple[NotOk, ...]]] = [
            (step.index, step.label, step.outcomes) for step in program.broken
        ]
        for step in program.steps:
            of_step = tuple(p for target in step.targets if (p := self._problem(program, target)))
            if of_step:
                by_index.append((step.index, step.label, of_step))
        found: dict[str, tuple[NotOk, ...]] = {}
        for _, label, of_step in sorted(by_index, key=lambda entry: entry[0]):
            found[label] = found.get(label, ()) + of_step
        return found

    def _problem(self, program: WorkflowProgram, target: LogicRef) -> NotOk | None:
        own = self._own_problem(target)
        if own is not None or target.kind != kinds.WORKFLOW:
            return own
        cycle = self._cycles.get(program.id[1])
        if cycle is not None and target.name in cycle.uses:
            way = cycle.way(target.name, program.id[1]) or (target.name, "…", program.id[1])
            shown = " → ".join(f"`{name}`" for name in (program.id[1], *way))
            return PermFail(f"the Workflow reaches itself: {shown}", target.location, Cause.DEFINITION)
        if target.name in self._unready:
            return _unusable(target, "a step of it cannot be prepared")
        return None


def _unusable(target: LogicRef, why: str) -> Retry:
    message = f"{target.kind} `{target.name}` cannot run: {why}"
    return Retry(message, UNUSABLE_DELAY, target.location, Cause.DEFINITION)


def _reached(engine: Engine, program: WorkflowProgram) -> dict[str, WorkflowProgram]:
    """Return the Workflows that can be reached and compiled, by name."""
    reached = {program.id[1]: program}
    unvisited = [program]
    while unvisited:
        for name in unvisited.pop().sub_workflows:
            if name not in reached:
                found = engine.logic(kinds.WORKFLOW, name)
                if isinstance(found, WorkflowProgram):
                    reached[name] = found
                    unvisited.append(found)
    return reached
