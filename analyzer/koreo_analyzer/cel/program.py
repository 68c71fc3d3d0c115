"""From the text of an expression to a program that evaluates it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.closures.calls import compile_call
from koreo_analyzer.cel.closures.code import Constant
from koreo_analyzer.cel.closures.literals import compile_list, compile_map
from koreo_analyzer.cel.closures.macros import compile_macro
from koreo_analyzer.cel.closures.names import compile_ident, compile_index, compile_select
from koreo_analyzer.cel.closures.operators import compile_binary, compile_ternary, compile_unary
from koreo_analyzer.cel.errors import CelError, ErrorKind
from koreo_analyzer.cel.limits import DEFAULT_LIMITS, METER, Limits, Meter
from koreo_analyzer.cel.parser import parse
from koreo_analyzer.cel.values import Uint

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from koreo_analyzer.cel.closures.code import Environment, Run, Scope
    from koreo_analyzer.cel.parser import Parsed

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


class Program:
    """An expression that can be evaluated, any number of times and from any thread."""

    __slots__ = ("evaluate", "root")

    evaluate: Callable[[Mapping[str, Any]], Any]
    """Returns the value, given the values of the variables as described in `values`.

    The value may share parts with the variables. Raises `CelError`. (An attribute and no method, as many
    expressions take less time than a call.)
    """

    def __init__(self, root: ast.Node, run: Run, limits: Limits, *, private: bool) -> None:
        self.root = root
        self.evaluate = _with_own_environment(run, limits) if private else cast("Callable[..., Any]", run)


def _with_own_environment(run: Run, limits: Limits) -> Callable[[Mapping[str, Any]], Any]:
    steps, watch = limits.steps, limits.watch

    def evaluate(variables: Mapping[str, Any]) -> Any:
        return run({**variables, METER: Meter(steps)})

    def evaluate_watched(variables: Mapping[str, Any]) -> Any:
        if watch is not None:
            watch()
        return run({**variables, METER: Meter(steps, watch)})

    return evaluate if watch is None else evaluate_watched


def compile_expression(
    source: str,
    *,
    parsed: Parsed | None = None,
    limits: Limits = DEFAULT_LIMITS,
    container: str = "",
    declared: Collection[str] = (),
) -> Program:
    """Read and compile an expression, without Koreo's leading `=`; `parsed` spares reading it again.

    `declared` are the names of variables that have dots in them, and `container` the namespace in which names
    are looked up first (langdef, "Name Resolution"); Koreo has neither. Raises `CelError` of kind SYNTAX for
    the first problem of the text; an unknown escape is none (language section 2.1).
    """
    if parsed is None:
        parsed = parse(source)
    for problem in parsed.problems:
        if problem.code != "escape":
            raise CelError(ErrorKind.SYNTAX, problem.message, problem.span)
    return compile_tree(parsed.root, limits=limits, container=container, declared=declared)


def compile_tree(
    root: ast.Node, *, limits: Limits = DEFAULT_LIMITS, container: str = "", declared: Collection[str] = ()
) -> Program:
    """Compile a tree that has been read. A part that could not be read fails when it is evaluated."""
    compiler = Compiler(limits, container, frozenset(declared))
    run = compiler.compile(root, _NO_VARIABLES)
    return Program(root, run, limits, private=compiler.private)


class Compiler:
    """Compiles the nodes of one expression."""

    tracing = False

    def __init__(self, limits: Limits, container: str, declared: frozenset[str]) -> None:
        self.limits = limits
        self.private = False
        self._prefixes = _prefixes(container)
        self._declared = declared
        self.has_declared = bool(declared)
        self._variables = 0

    def compile(self, node: ast.Node, scope: Scope) -> Run:
        """Return the closure of a node."""
        return _COMPILERS[type(node)](self, node, scope)

    def new_key(self, name: str) -> str:
        """Return a key of the environment for a variable of a macro."""
        self._variables += 1
        return f"{name}@{self._variables}"

    def qualified(self, name: str, *, absolute: bool) -> str | None:
        """Return the declared name with dots that `name` stands for, None if there is none."""
        if self.has_declared:
            for prefix in ("",) if absolute else self._prefixes:
                if prefix + name in self._declared:
                    return prefix + name
        return None


def _prefixes(container: str) -> tuple[str, ...]:
    """Return what may stand before a name in a container, innermost first: `a.b` gives `a.b.`, `a.`, ``."""
    parts = container.split(".") if container else []
    return tuple("".join(f"{part}." for part in parts[:count]) for count in range(len(parts), -1, -1))


def _compile_literal(compiler: Compiler, node: ast.Literal, scope: Scope) -> Run:
    del compiler, scope
    return Constant(Uint(int(node.value or 0)) if node.kind == "uint" else node.value)


def _compile_struct(compiler: Compiler, node: ast.Struct, scope: Scope) -> Run:
    del compiler, scope
    return _failing(ErrorKind.UNKNOWN_NAME, f"there is no message type `{node.type_name}`", node)


def _compile_error(compiler: Compiler, node: ast.Error, scope: Scope) -> Run:
    del compiler, scope
    return _failing(ErrorKind.SYNTAX, "the expression cannot be read", node)


def _failing(kind: ErrorKind, message: str, node: ast.Node) -> Run:
    span = node.span

    def run(env: Environment) -> Any:
        del env
        raise CelError(kind, message, span)

    return run


_COMPILERS: Mapping[type[ast.Node], Callable[[Any, Any, Scope], Run]] = MappingProxyType(
    {
        ast.Literal: _compile_literal,
        ast.Ident: compile_ident,
        ast.Select: compile_select,
        ast.Index: compile_index,
        ast.Call: compile_call,
        ast.Macro: compile_macro,
        ast.Unary: compile_unary,
        ast.Binary: compile_binary,
        ast.Ternary: compile_ternary,
        ast.ListNode: compile_list,
        ast.MapNode: compile_map,
        ast.Struct: _compile_struct,
        ast.Error: _compile_error,
    }
)
