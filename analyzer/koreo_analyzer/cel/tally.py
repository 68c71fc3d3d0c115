"""Evaluation that counts which way an expression goes: the evidence for coverage.

Where `trace` keeps what each part gave, this only counts, and only at the parts that decide something: the
expression as a whole, the conditions of `?:`, and the operands of `&&` and `||`. The counts are exact however
often a macro goes round, and an evaluation costs little more than a normal one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.closures.code import Constant
from koreo_analyzer.cel.errors import CelError
from koreo_analyzer.cel.limits import DEFAULT_LIMITS, Limits
from koreo_analyzer.cel.program import Compiler, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from koreo_analyzer.cel.closures.code import Environment, Run, Scope

_LOGICAL = frozenset({"&&", "||"})


class Tally:
    """How often a part of an expression was true, was false, had another value, had none."""

    __slots__ = ("errors", "false", "other", "true")

    def __init__(self) -> None:
        self.true = 0
        self.false = 0
        self.other = 0
        self.errors = 0

    @property
    def evaluated(self) -> int:
        """How often the part was evaluated, successfully or not."""
        return self.true + self.false + self.other + self.errors


class TallyingProgram:
    """An expression that counts whenever `evaluate(variables)`, which raises `CelError`, is called.

    `tallies` has the root and every deciding part that is not constant; `constants` has the value of those that
    are: literals, and operations on nothing but literals.
    """

    __slots__ = ("constants", "evaluate", "root", "tallies")

    evaluate: Callable[[Mapping[str, Any]], Any]

    def __init__(
        self,
        program: Program,
        tallies: Mapping[ast.Node, Tally],
        constants: Mapping[ast.Node, Any],
    ) -> None:
        self.root = program.root
        self.evaluate = program.evaluate
        self.tallies = tallies
        self.constants = constants


def compile_tallying(root: ast.Node, *, limits: Limits = DEFAULT_LIMITS) -> TallyingProgram:
    """Compile a tree into a program that counts."""
    compiler = _TallyingCompiler(root, limits)
    run = compiler.compile(root, MappingProxyType({}))
    if root in compiler.constants:
        run = _counting(run, compiler.tallies.setdefault(root, Tally()))
    program = Program(root, run, limits, private=compiler.private)
    return TallyingProgram(program, MappingProxyType(compiler.tallies), MappingProxyType(compiler.constants))


def logical_operands(node: ast.Binary) -> tuple[ast.Node, ...]:
    """Return the operands of a chain of one of `&&` and `||`, in the order in which they are evaluated.

    `a && b && c` has three, however the parser has nested it; both operators are associative.
    """
    operands: list[ast.Node] = []
    waiting: list[ast.Node] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Binary) and current.op == node.op:
            waiting += (current.right, current.left)
        else:
            operands.append(current)
    return tuple(operands)


def _deciding(root: ast.Node) -> Iterator[ast.Node]:
    yield root
    for node in ast.walk(root):
        if isinstance(node, ast.Ternary):
            yield node.condition
        elif isinstance(node, ast.Binary) and node.op in _LOGICAL:
            yield from (
                operand
                for operand in (node.left, node.right)
                if not (isinstance(operand, ast.Binary) and operand.op == node.op)
            )


class _TallyingCompiler(Compiler):
    # What the compiler fuses, chains of fields, holds nothing that decides.

    def __init__(self, root: ast.Node, limits: Limits) -> None:
        super().__init__(limits, "", frozenset())
        self.tallies: dict[ast.Node, Tally] = {}
        self.constants: dict[ast.Node, Any] = {}
        self._deciding = frozenset(_deciding(root))

    def compile(self, node: ast.Node, scope: Scope) -> Run:
        run = super().compile(node, scope)
        if node not in self._deciding:
            return run
        if type(run) is Constant:
            self.constants[node] = run.value
            return run
        return _counting(run, self.tallies.setdefault(node, Tally()))


def _counting(run: Run, tally: Tally) -> Run:
    def counted(env: Environment) -> Any:
        try:
            value = run(env)
        except CelError:
            tally.errors += 1
            raise
        if value is True:
            tally.true += 1
        elif value is False:
            tally.false += 1
        else:
            tally.other += 1
        return value

    return counted
