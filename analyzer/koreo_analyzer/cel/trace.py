"""Evaluation that records what happened in each part of an expression: for coverage and for inline values.

A tracing program is compiled apart from the normal one, which therefore pays nothing for it: no nodes are
fused, and every closure is wrapped in one that records. Literals, and operations on nothing but literals, are
not recorded; they always have the same value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.closures.code import Constant
from koreo_analyzer.cel.errors import CelError
from koreo_analyzer.cel.limits import DEFAULT_LIMITS, METER, Limits, Meter
from koreo_analyzer.cel.program import Compiler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.closures.code import Environment, Run, Scope

_TRACE = "@"
"""The key of the trace in an environment; like the variables of macros, no variable is named so."""

_MOST_VALUES = 100


@dataclass(slots=True)
class Record:
    """What a part of an expression gave: the number of values and the first hundred, and of errors."""

    count: int = 0
    values: list[Any] = field(default_factory=list)
    failures: int = 0
    error: CelError | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One evaluation: its `value`, or if that is not None its `error`, and what each part gave."""

    value: Any
    error: CelError | None
    records: Mapping[ast.Node, Record]

    def ran(self, node: ast.Node) -> bool:
        """Whether a part of the expression was evaluated, successfully or not. Always false for a literal."""
        return node in self.records

    def branches(self, node: ast.Ternary) -> frozenset[bool]:
        """Return which sides of a conditional were taken: `True` the first, `False` the second."""
        condition = node.condition
        if isinstance(condition, ast.Literal):
            return frozenset({bool(condition.value)} if self.ran(node) else ())
        record = self.records.get(condition)
        if record is None:
            return frozenset()
        return frozenset(side for side in (True, False) if side in record.values)


class TracingProgram:
    """An expression that can be evaluated and watched."""

    __slots__ = ("_limits", "_run", "root")

    def __init__(self, root: ast.Node, run: Run, limits: Limits) -> None:
        self.root = root
        self._run = run
        self._limits = limits

    def trace(self, variables: Mapping[str, Any]) -> Trace:
        """Evaluate, given the values of the variables; an error is part of the result."""
        records: dict[ast.Node, Record] = {}
        env: Environment = {**variables, METER: Meter(self._limits.steps), _TRACE: records}
        value: Any = None
        failure: CelError | None = None
        try:
            value = self._run(env)
        except CelError as error:
            failure = error
        return Trace(value, failure, MappingProxyType(records))


def compile_tracing(root: ast.Node, *, limits: Limits = DEFAULT_LIMITS) -> TracingProgram:
    """Compile a tree into a program that records."""
    compiler = _TracingCompiler(limits, "", frozenset())
    return TracingProgram(root, compiler.compile(root, MappingProxyType({})), limits)


class _TracingCompiler(Compiler):
    tracing = True

    def compile(self, node: ast.Node, scope: Scope) -> Run:
        run = super().compile(node, scope)
        return run if type(run) is Constant else _recording(node, run)


def _recording(node: ast.Node, run: Run) -> Run:
    def traced(env: Environment) -> Any:
        try:
            value = run(env)
        except CelError as error:
            record = env[_TRACE].setdefault(node, Record())
            record.failures += 1
            record.error = record.error or error
            raise
        record = env[_TRACE].setdefault(node, Record())
        record.count += 1
        if record.count <= _MOST_VALUES:
            record.values.append(value)
        return value

    return traced
