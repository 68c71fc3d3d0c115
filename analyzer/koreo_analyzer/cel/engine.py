"""What an engine for expressions is, so that a second one can be asked the same question.

The native one is this package. The other is cel-python, with which the original runtime evaluates; its
library is imported only when it is asked for by name.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final, Protocol

from koreo_analyzer.cel.limits import DEFAULT_LIMITS, Limits
from koreo_analyzer.cel.program import compile_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.parser import Parsed

NATIVE: Final = "native"
CELPY: Final = "celpy"
ENGINES: Final = (NATIVE, CELPY)
"""The names of engines, as users write them."""


class EngineMissingError(ImportError):
    """The library of an engine is not installed; the message says how to get it."""


class Evaluator(Protocol):
    """An expression that an engine has compiled."""

    def evaluate(self, variables: Mapping[str, Any], /) -> Any:
        """Return the value. Values are as `values` describes them, with every engine. Raises `CelError`."""
        ...


class Engine(Protocol):
    """Something that evaluates expressions; `title` names it, and its version, for people."""

    @property
    def title(self) -> str:
        """The name of the engine and its version."""
        ...

    def compile(self, source: str, parsed: Parsed | None = None) -> Evaluator:
        """Compile an expression, without Koreo's leading `=`.

        `parsed` is what `parse(source)` gives, if that is known; an engine with a parser of its own does
        without. Raises `CelError`.
        """
        ...


class NativeEngine:
    """The engine of this package."""

    title = NATIVE

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits

    def compile(self, source: str, parsed: Parsed | None = None) -> Evaluator:
        """Compile an expression. Raises `CelError`."""
        return compile_expression(source, parsed=parsed, limits=self._limits)


def engine_named(name: str, *, limits: Limits = DEFAULT_LIMITS) -> Engine:
    """Return the engine with one of the names of `ENGINES`.

    cel-python knows no limits; there `limits` holds for Koreo's functions alone. Raises `EngineMissingError`,
    and `ValueError` for any other name.
    """
    if name == NATIVE:
        return NativeEngine(limits)
    if name != CELPY:
        raise ValueError(f"there is no engine `{name}`: expected one of {', '.join(ENGINES)}")
    try:
        module = importlib.import_module("koreo_analyzer.cel.celpy_engine")
    except ImportError as error:
        raise EngineMissingError(
            "the engine celpy needs the package cel-python: pip install cel-python"
        ) from error
    engine: Engine = module.CelpyEngine(limits)
    return engine


def compile(source: str, *, engine: str = NATIVE, limits: Limits = DEFAULT_LIMITS) -> Evaluator:
    """Read and compile an expression, without Koreo's leading `=`, with the engine of a name.

    The result's `evaluate(variables)` gives a value, or raises `CelError`. Raises `CelError` for an expression
    that the engine cannot read, and what `engine_named` raises. To compile many expressions with an engine
    other than the native one, keep the engine.
    """
    if engine == NATIVE:
        return compile_expression(source, limits=limits)
    return engine_named(engine, limits=limits).compile(source)
