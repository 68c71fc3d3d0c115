"""Random expressions have the same value, or fail, as in Google's C++ engine of CEL (`cel-expr-python`).

Not compared: messages, and the order of maps, which that engine loses. Not generated, as that engine differs
from the language definition there: repeated keys of map literals, blanks around numbers in text, `!!` of what
is no bool, `cel.bind` after a macro. Excused: `has`, which is false here wherever that engine fails (language
section 2.1), and `int(bool)`, which only that engine has.
"""

from __future__ import annotations

import ctypes
import datetime
import importlib
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cel_generator import VARIABLES, Generator
from koreo_analyzer import cel
from koreo_analyzer.cel import arithmetic
from koreo_analyzer.cel.closures import macros, operators
from koreo_analyzer.cel.compare import ordered
from koreo_analyzer.cel.values import TYPES, CelType, Duration, Timestamp, from_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

google = pytest.importorskip("cel_expr_python.cel", reason="cel-expr-python is not installed")

SEED = 20_240_229
COUNT = 6000
NAMES = {
    "INT": "int", "UINT": "uint", "DOUBLE": "double", "STRING": "string", "BYTES": "bytes", "BOOL": "bool",
    "null_type": "null_type", "NULL": "null_type", "TIMESTAMP": "google.protobuf.Timestamp",
    "DURATION": "google.protobuf.Duration", "TYPE": "type",
}  # fmt: skip
FAILURE = ("error",)
ZERO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def environment() -> Any:
    names = ("bindings", "math", "strings")
    modules = [importlib.import_module(f"cel_expr_python.ext.ext_{name}") for name in names]
    extensions = [
        getattr(module, f"Ext{name.title()}")() for module, name in zip(modules, names, strict=True)
    ]
    return google.NewEnv(variables=dict.fromkeys(VARIABLES, google.Type.DYN), extensions=extensions)


@pytest.fixture(autouse=True, scope="module")
def _keep_none() -> None:
    """Own many references to None: the other engine gives some away; before Python 3.12 they can run out."""
    for _ in range(100_000):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(None))


def canonical(kind: str, value: Any) -> Any:
    """Return a scalar as something that can be compared: with its type, NaN equal to NaN, 0.0 not to -0.0."""
    if kind == "double":
        return kind, "nan" if math.isnan(value) else (value, math.copysign(1, value))
    return kind, bytes(value) if kind == "bytes" else value


def ours(value: Any) -> Any:
    kind = TYPES[type(value)].name
    if kind == "list":
        return kind, [ours(item) for item in value]
    if kind == "map":
        return kind, {ours(from_key(key)): ours(item) for key, item in value.items()}
    if isinstance(value, Timestamp | Duration):
        return kind, value.nanoseconds // 1000
    return (kind, value.name) if isinstance(value, CelType) else canonical(kind, value)


def theirs(result: Any) -> Any:
    name = str(result.type().name())
    if name == "ERROR":
        return FAILURE
    value = result.value()
    if name.lower().startswith("list"):
        return "list", [theirs(item) for item in value]
    if name.lower().startswith("map"):
        return "map", {their_key(key): theirs(item) for key, item in value.items()}
    kind = NAMES.get(name, name)
    if isinstance(value, datetime.datetime):
        return kind, (value - ZERO) // datetime.timedelta(microseconds=1)
    if isinstance(value, datetime.timedelta):
        return kind, value // datetime.timedelta(microseconds=1)
    if kind == "type":
        shown = str(value.name())
        return kind, NAMES.get(shown, shown.lower().partition("<")[0])
    return canonical(kind, value)


def their_key(key: Any) -> Any:
    """Return a key; that engine does not tell an int from a uint there."""
    if isinstance(key, bool):
        return "bool", key
    return ("string", key) if isinstance(key, str) else ("number", key)


def forget_number_types_of_keys(value: Any) -> Any:
    if len(value) != 2:
        return value
    kind, content = value
    if kind == "list":
        return kind, [forget_number_types_of_keys(item) for item in content]
    if kind == "map":
        return kind, {
            ("number", int(key[1])) if key[0] in {"int", "uint"} else key: forget_number_types_of_keys(item)
            for key, item in content.items()
        }
    return value


def unordered(value: Any) -> Any:
    """Return a value with the elements of lists sorted: the keys of a map become a list in any order."""
    if value[0] == "list":
        return "list", sorted((unordered(item) for item in value[1]), key=repr)
    if value[0] == "map":
        return "map", sorted(((key, unordered(item)) for key, item in value[1].items()), key=repr)
    return value


def our_answer(source: str) -> tuple[Any, str]:
    """Return our value, and the message if there is none."""
    try:
        return forget_number_types_of_keys(ours(cel.compile(source).evaluate(VARIABLES))), ""
    except cel.CelError as error:
        return FAILURE, error.message


class Run(NamedTuple):
    """One expression: whether that engine failed, and the difference if there is one that is not excused."""

    failed: bool
    excused: bool
    difference: str


def runs(seed: int, count: int) -> Iterator[Run]:
    generator = Generator(seed)
    engine = environment()
    activation = engine.Activation(VARIABLES)
    for _ in range(count):
        source = generator.expression()
        left, message = our_answer(source)
        try:
            program = engine.compile(source, disable_check=True)
        except RuntimeError:  # an argument of math.greatest that is no number is refused before it is needed
            yield Run(failed=True, excused=True, difference="")
            continue
        right = theirs(program.eval(activation))
        failed = right == FAILURE
        if left == right or unordered(left) == unordered(right):
            yield Run(failed, excused=False, difference="")
        elif (failed and "has(" in source) or message == "`int` does not take (bool)":
            yield Run(failed, excused=True, difference="")
        else:
            yield Run(failed, False, f"{source}\n  ours {left} {message}\n  theirs {right}")


def test_no_difference() -> None:
    found = list(runs(SEED, COUNT))
    assert [run.difference for run in found if run.difference] == []
    assert 0.2 < sum(run.failed for run in found) / COUNT < 0.45
    assert sum(run.excused for run in found) < COUNT / 100


_remainder, _divide = arithmetic.remainder, arithmetic.divide


def _python_remainder(left: Any, right: Any) -> Any:
    return left % right if type(left) is int and type(right) is int and right else _remainder(left, right)


def _floor_division(left: Any, right: Any) -> Any:
    return left // right if type(left) is int and type(right) is int and right else _divide(left, right)


def _strict_order(op: str, left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        raise cel.CelError(cel.ErrorKind.NO_OVERLOAD, "planted")
    return ordered(op, left, right)


PLANTED: list[tuple[object, str, Callable[..., Any]]] = [
    (arithmetic, "remainder", _python_remainder),
    (arithmetic, "divide", _floor_division),
    (arithmetic, "integer", lambda value: value),
    (operators, "equal_numbers", lambda left, right: type(left) is type(right) and left == right),
    (operators, "ordered", _strict_order),
    (macros, "keys_of", lambda mapping: list(mapping.values())),
]


@pytest.mark.parametrize(("module", "name", "planted"), PLANTED, ids=[case[1] for case in PLANTED])
def test_a_planted_bug_is_found(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, planted: Callable[..., Any]
) -> None:
    monkeypatch.setattr(module, name, planted)
    assert any(run.difference for run in runs(SEED, COUNT))
