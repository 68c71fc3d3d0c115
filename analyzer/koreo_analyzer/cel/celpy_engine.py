"""cel-python as a second engine: the one that the original runtime evaluates expressions with.

Koreo's functions, as the original has them, are registered. Values go through cel-python's own classes and
come back as native ones. Errors lose cel-python's wording, which names Python's classes. This is the only
module that imports cel-python; `engine` imports it when that engine is asked for.
"""

from __future__ import annotations

import importlib.metadata
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import celpy
from celpy import celtypes
from celpy.celparser import CELParseError
from celpy.evaluation import CELEvalError

from koreo_analyzer.cel.errors import CelError, ErrorKind
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.cel.limits import DEFAULT_LIMITS, Limits
from koreo_analyzer.cel.signature import class_of
from koreo_analyzer.cel.times import format_duration, format_timestamp
from koreo_analyzer.cel.values import (
    CelType,
    Duration,
    Timestamp,
    Uint,
    from_key,
    from_python,
    to_key,
    type_name,
)
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.cel.functions import Function
    from koreo_analyzer.cel.parser import Parsed

KOREO_FUNCTIONS: Final = (
    "self_ref", "to_ref", "group_ref", "kindless_ref", "config_connect_ready", "overlay", "flatten",
    "lower", "strip", "rstrip", "split", "split_first", "split_last", "split_index", "replace",
    "to_json", "from_json", "b64encode", "b64decode",
)  # fmt: skip
"""What the original adds to cel-python (language section 2.2)."""

_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "int": celtypes.IntType,
        "uint": celtypes.UintType,
        "double": celtypes.DoubleType,
        "string": celtypes.StringType,
        "bytes": celtypes.BytesType,
        "bool": celtypes.BoolType,
        "null_type": type(None),
        "list": celtypes.ListType,
        "map": celtypes.MapType,
        "type": celtypes.TypeType,
        "google.protobuf.Timestamp": celtypes.TimestampType,
        "google.protobuf.Duration": celtypes.DurationType,
    }
)
_TYPE_NAMES: Mapping[type, str] = MappingProxyType({kind: name for name, kind in _TYPES.items()})
_CRASHES: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)


class CelpyEngine:
    """The engine of cel-python; `functions` is what it is given of Koreo, and `limits` holds for those alone."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        rows = (lookup(name) for name in KOREO_FUNCTIONS)
        self.functions = {row.name: _function(row, limits) for row in rows if row is not None}

    @property
    def title(self) -> str:
        """The name and version."""
        return f"cel-python {importlib.metadata.version('cel-python')}"

    def compile(self, source: str, parsed: Parsed | None = None) -> CelpyProgram:
        """Compile an expression; `parsed` is not looked at. Raises `CelError`."""
        del parsed
        environment = celpy.Environment()
        try:
            program = environment.program(environment.compile(source), functions=self.functions)
        except CELParseError:
            raise CelError(
                ErrorKind.SYNTAX, "cel-python cannot read the expression", Span(0, len(source))
            ) from None
        except _CRASHES:
            raise _crashed(source) from None
        return CelpyProgram(source, program)


class CelpyProgram:
    """An expression that cel-python has compiled."""

    def __init__(self, source: str, program: celpy.Runner) -> None:
        self._source = source
        self._program = program

    def evaluate(self, variables: Mapping[str, Any], /) -> Any:
        """Return the value. Raises `CelError`, whose span is the whole expression."""
        try:
            activation = {name: _to_celpy(value) for name, value in variables.items()}
            return _from_celpy(self._program.evaluate(activation))
        except CelError as error:
            raise error.at(Span(0, len(self._source))) from None
        except CELEvalError:
            raise CelError(
                ErrorKind.INVALID, "cel-python cannot evaluate this", Span(0, len(self._source))
            ) from None
        except _CRASHES:
            raise _crashed(self._source) from None


def _crashed(source: str) -> CelError:
    return CelError(ErrorKind.INVALID, "cel-python fails on this expression", Span(0, len(source)))


def _to_celpy(value: Any) -> Any:
    """Return a value as cel-python has it. Raises `CelError` for what it cannot hold, such as an optional."""
    match value:
        case None:
            return None
        case bool():
            return celtypes.BoolType(value)
        case Uint():
            return celtypes.UintType(int(value))
        case int():
            return celtypes.IntType(value)
        case float():
            return celtypes.DoubleType(value)
        case str():
            return celtypes.StringType(value)
        case bytes():
            return celtypes.BytesType(value)
        case list():
            return celtypes.ListType([_to_celpy(item) for item in value])
        case dict():
            return celtypes.MapType(
                {_to_celpy(from_key(key)): _to_celpy(item) for key, item in value.items()}
            )
        case Timestamp():
            return celtypes.TimestampType(format_timestamp(value))
        case Duration():
            return celtypes.DurationType(format_duration(value))
        case CelType(name) if name in _TYPES:
            return _TYPES[name]
    raise CelError(ErrorKind.NO_OVERLOAD, f"cel-python has no value of type {type_name(value)}")


def _from_celpy(value: Any) -> Any:
    """Return the native value. Raises `CelError` for an error that cel-python gives as a value."""
    if isinstance(value, Exception):
        raise CelError(ErrorKind.INVALID, "cel-python gives an error as a value")
    if isinstance(value, type):
        return CelType(_TYPE_NAMES.get(value, value.__name__))
    if isinstance(value, celtypes.BoolType):
        return bool(value)
    if isinstance(value, celtypes.UintType):
        return Uint(int(value))
    if isinstance(value, list):
        return [_from_celpy(item) for item in value]
    if isinstance(value, dict):
        return {to_key(_from_celpy(key)): _from_celpy(item) for key, item in value.items()}
    return from_python(value)


def _function(row: Function, limits: Limits) -> Callable[..., Any]:
    """Return a function of cel-python's values that runs a row of the table, in either form.

    Its failures are those that cel-python takes for evaluation errors, which operators can absorb.
    """

    def call(*args: Any) -> Any:
        try:
            return _to_celpy(_called(row, [_from_celpy(arg) for arg in args], limits))
        except CelError as error:
            raise TypeError(error.message) from None

    return call


def _called(row: Function, values: list[Any], limits: Limits) -> Any:
    for overload in row.overloads_of(FormKind.GLOBAL, len(values)):
        classes = [class_of(parameter.type) for parameter in overload.parameters]
        if all(kind is None or type(value) is kind for value, kind in zip(values, classes, strict=True)):
            first = (limits,) if overload.limited else ()
            return overload.run(*first, *values)
    raise TypeError(row.name)
