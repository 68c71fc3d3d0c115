"""cel-python as a second engine: the one that the original runtime evaluates expressions with.

Koreo's functions, as the original has them, are registered. Values go through cel-python's own classes and
come back as native ones. Errors lose cel-python's wording, which names Python's classes.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import CelError, ErrorKind
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.cel.limits import DEFAULT_LIMITS
from koreo_analyzer.cel.signature import class_of
from koreo_analyzer.cel.times import format_duration, format_timestamp
from koreo_analyzer.cel.values import CelType, Duration, Timestamp, Uint, from_key, from_python, to_key
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.cel.functions import Function

KOREO_FUNCTIONS = (
    "self_ref", "to_ref", "group_ref", "kindless_ref", "config_connect_ready", "overlay", "flatten",
    "lower", "strip", "rstrip", "split", "split_first", "split_last", "split_index", "replace",
    "to_json", "from_json", "b64encode", "b64decode",
)  # fmt: skip
"""What the original adds to cel-python (language section 2.2)."""

_TYPE_NAMES = {
    "IntType": "int", "UintType": "uint", "DoubleType": "double", "StringType": "string", "BytesType": "bytes",
    "BoolType": "bool", "NoneType": "null_type", "ListType": "list", "MapType": "map", "TypeType": "type",
    "TimestampType": "google.protobuf.Timestamp", "DurationType": "google.protobuf.Duration",
}  # fmt: skip
_CRASHES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)


class CelpyEngine:
    """The engine of cel-python; `functions` is what it is given of Koreo.

    Raises `ImportError` if cel-python is not installed.
    """

    def __init__(self) -> None:
        self._celpy = importlib.import_module("celpy")
        self._values = _Values(importlib.import_module("celpy.celtypes"))
        functions = (lookup(name) for name in KOREO_FUNCTIONS)
        self.functions = {row.name: self._values.function(row) for row in functions if row is not None}

    @property
    def title(self) -> str:
        """The name and version."""
        return f"cel-python {importlib.metadata.version('cel-python')}"

    def compile(self, source: str) -> _CelpyProgram:
        """Compile an expression. Raises `CelError`."""
        environment = self._celpy.Environment()
        try:
            program = environment.program(environment.compile(source), functions=self.functions)
        except self._celpy.CELParseError:
            raise CelError(
                ErrorKind.SYNTAX, "cel-python cannot read the expression", Span(0, len(source))
            ) from None
        except _CRASHES:
            raise _crashed(source) from None
        return _CelpyProgram(source, program, self._values, self._celpy.CELEvalError)


class _CelpyProgram:
    def __init__(self, source: str, program: Any, values: _Values, eval_error: type[Exception]) -> None:
        self._source = source
        self._program = program
        self._values = values
        self._eval_error = eval_error

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """Return the value. Raises `CelError`."""
        activation = {name: self._values.to_celpy(value) for name, value in variables.items()}
        try:
            return self._values.from_celpy(self._program.evaluate(activation))
        except self._eval_error:
            raise CelError(
                ErrorKind.INVALID, "cel-python cannot evaluate this", Span(0, len(self._source))
            ) from None
        except _CRASHES:
            raise _crashed(self._source) from None


def _crashed(source: str) -> CelError:
    return CelError(ErrorKind.INVALID, "cel-python fails on this expression", Span(0, len(source)))


class _Values:
    """Converts values to and from cel-python's classes."""

    def __init__(self, celtypes: Any) -> None:
        self._celtypes = celtypes

    def to_celpy(self, value: Any) -> Any:
        types = self._celtypes
        match value:
            case None:
                return None
            case bool():
                return types.BoolType(value)
            case Uint():
                return types.UintType(int(value))
            case int():
                return types.IntType(value)
            case float():
                return types.DoubleType(value)
            case str():
                return types.StringType(value)
            case bytes():
                return types.BytesType(value)
            case list():
                return types.ListType([self.to_celpy(item) for item in value])
            case dict():
                items = value.items()
                return types.MapType(
                    {self.to_celpy(from_key(key)): self.to_celpy(item) for key, item in items}
                )
            case Timestamp():
                return types.TimestampType(format_timestamp(value))
            case Duration():
                return types.DurationType(format_duration(value))
        raise TypeError(f"no value for cel-python: {type(value).__name__}")

    def from_celpy(self, value: Any) -> Any:
        types = self._celtypes
        if isinstance(value, Exception):
            raise CelError(ErrorKind.INVALID, "cel-python gives an error as a value")
        if isinstance(value, type):
            return CelType(_TYPE_NAMES.get(value.__name__, value.__name__))
        if isinstance(value, types.BoolType):
            return bool(value)
        if isinstance(value, types.UintType):
            return Uint(int(value))
        if isinstance(value, list):
            return [self.from_celpy(item) for item in value]
        if isinstance(value, dict):
            return {to_key(self.from_celpy(key)): self.from_celpy(item) for key, item in value.items()}
        return from_python(value)

    def function(self, row: Function) -> Callable[..., Any]:
        """Return a function of cel-python's values that runs a row of the table, in either form."""

        def call(*args: Any) -> Any:
            values = [self.from_celpy(arg) for arg in args]
            for overload in row.overloads_of(FormKind.GLOBAL, len(values)):
                classes = [class_of(parameter.type) for parameter in overload.parameters]
                if all(
                    kind is None or type(value) is kind for value, kind in zip(values, classes, strict=True)
                ):
                    limits = (DEFAULT_LIMITS,) if overload.limited else ()
                    return self.to_celpy(overload.run(*limits, *values))
            raise TypeError(row.name)

        return _evaluated(call)


def _evaluated(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose failures cel-python takes for evaluation errors, which operators can absorb."""

    def run(*args: Any) -> Any:
        try:
            return call(*args)
        except CelError as error:
            raise TypeError(error.message) from None

    return run
