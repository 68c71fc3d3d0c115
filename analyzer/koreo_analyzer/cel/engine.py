"""What an engine for expressions is, so that a second one can be asked the same question.

The native one is this package. Others live outside of the analyzer, which does not import their libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from koreo_analyzer.cel.limits import DEFAULT_LIMITS, Limits
from koreo_analyzer.cel.program import compile_expression

if TYPE_CHECKING:
    from collections.abc import Mapping


class Evaluator(Protocol):
    """An expression that an engine has compiled."""

    def evaluate(self, variables: Mapping[str, Any], /) -> Any:
        """Return the value, as `values` describes values. Raises `CelError`."""
        ...


class Engine(Protocol):
    """Something that evaluates expressions; `title` names it, and its version, for people."""

    @property
    def title(self) -> str:
        """The name of the engine and its version."""
        ...

    def compile(self, source: str) -> Evaluator:
        """Compile an expression, without Koreo's leading `=`. Raises `CelError`."""
        ...


class NativeEngine:
    """The engine of this package."""

    title = "native"

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits

    def compile(self, source: str) -> Evaluator:
        """Compile an expression. Raises `CelError`."""
        return compile_expression(source, limits=self._limits)
