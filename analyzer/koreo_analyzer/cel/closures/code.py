"""What the parts of the compiler share: the shape of a closure, constants, the compiler as they see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel import ast
    from koreo_analyzer.cel.limits import Limits

Environment: TypeAlias = dict[str, Any]
"""Variables by name. A program with macros gets one of its own, which also holds the variables of the macros
(under keys that no variable can have) and, under `METER`, the steps that are left."""

Run: TypeAlias = Callable[[Environment], Any]
Scope: TypeAlias = "Mapping[str, str]"
"""The variables of macros that can be seen: from name to key in the environment."""


class Constant:
    """A closure that always returns the same value, so that what holds it can use the value instead."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, _env: Environment) -> Any:
        """Return the value."""
        return self.value


def quick(run: Run) -> Run:
    """Return a closure that is cheap to call: a constant is cheap to look into, but not that."""
    if type(run) is not Constant:
        return run
    value = run.value
    return lambda _env: value


class Compiling(Protocol):
    """The compiler, as seen by the functions that compile one kind of node."""

    limits: Limits
    tracing: bool
    private: bool
    """Set once something needs an environment of its own."""
    has_declared: bool
    """Whether names with dots are declared."""

    def compile(self, node: ast.Node, scope: Scope) -> Run:
        """Return the closure of a node."""
        ...

    def new_key(self, name: str) -> str:
        """Return a key of the environment for a variable of a macro."""
        ...

    def qualified(self, name: str, *, absolute: bool) -> str | None:
        """Return the declared name with dots that `name` stands for, None if there is none."""
        ...
