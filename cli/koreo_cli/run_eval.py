"""Runs `koreo eval`: variables in, values or errors with a marker under the failing part out."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from koreo_analyzer import cel
from koreo_analyzer.cel.engine import NativeEngine
from koreo_analyzer.cel.values import CelType, Optional, from_key, type_of
from koreo_analyzer.text import LineIndex
from koreo_analyzer.yaml.parse import parse as parse_yaml
from koreo_analyzer.yaml.resolve import TooLarge, plain

from koreo_cli.formats.json_report import dump
from koreo_cli.formats.text_report import WIDTH, Style, window
from koreo_cli.terminal import note, printable, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.engine import Engine

    from koreo_cli.commands.eval import EvalOptions

COULD_NOT_RUN = 2


class InputError(click.ClickException):
    """The variables cannot be had."""

    exit_code = COULD_NOT_RUN

    def show(self, file: Any = None) -> None:
        """Print the message the way all commands do."""
        del file
        note(self.message)


@dataclass(frozen=True, slots=True)
class Result:
    """One expression and its value, or its error."""

    source: str
    value: Any
    error: cel.CelError | None


def run(options: EvalOptions) -> int:
    """Evaluate what the user asked for and print it; return the exit status."""
    engine = _engine(options.engine)
    variables = _variables(options, engine)
    results = [_evaluate(engine, source, variables) for source in _sources(options.expression)]
    if options.output == "json":
        write(dump({"version": 1, "engine": engine.title, "results": [_json(result) for result in results]}))
    else:
        style = Style(wants_color(options.color, sys.stdout))
        write("".join(_text(result, style, show_type=options.show_type) for result in results))
    return 1 if any(result.error is not None for result in results) else 0


def _engine(name: str) -> Engine:
    if name == "native":
        return NativeEngine()
    try:
        engine: Engine = importlib.import_module("koreo_cli.celpy_engine").CelpyEngine()
    except ImportError:
        raise InputError("the engine celpy needs the package cel-python: pip install cel-python") from None
    return engine


def _sources(expression: str) -> list[str]:
    """Return the expressions, without a leading `=`; on standard input blank lines and comments are none."""
    if expression != "-":
        return [_without_sign(expression)]
    lines = sys.stdin.read().splitlines()
    return [_without_sign(line) for line in lines if line.strip() and not line.lstrip().startswith("//")]


def _without_sign(text: str) -> str:
    return text.removeprefix("=")


def _variables(options: EvalOptions, engine: Engine) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for name in options.files:
        variables.update(_read(name))
    for assignment in options.assignments:
        name, separator, source = assignment.partition("=")
        if not separator or not name.strip().isidentifier():
            raise InputError(f"`--var {assignment}`: expected NAME=EXPR, for example --var \"name='web'\"")
        result = _evaluate(engine, source, variables)
        if result.error is not None:
            raise InputError(f"`--var {assignment}`: {result.error.message}")
        variables[name.strip()] = result.value
    return variables


def _read(name: str) -> Mapping[str, Any]:
    try:
        text = Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read {name}: it is not UTF-8") from error
    tree = parse_yaml(text)
    if tree.problems:
        problem = tree.problems[0]
        line = LineIndex(text).line_of(problem.span.start) + 1
        raise InputError(f"cannot read {name}: line {line}: {problem.message}")
    if tree.root is None:
        raise InputError(f"cannot read {name}: it is empty")
    value = plain(tree.root)
    if isinstance(value, TooLarge) or not isinstance(value, dict):
        raise InputError(f"{name} must hold one mapping, from names of variables to their values")
    try:
        return {key: cel.from_python(item) for key, item in value.items()}
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} holds a value that CEL has not: {error}") from error


def _evaluate(engine: Engine, source: str, variables: Mapping[str, Any]) -> Result:
    try:
        return Result(source, engine.compile(source).evaluate(variables), None)
    except cel.CelError as error:
        return Result(source, None, error)


def _text(result: Result, style: Style, *, show_type: bool) -> str:
    if result.error is not None:
        return _marked(result.source, result.error, style)
    shown = printable(_shown(result.value))
    return f"{shown}\n" if not show_type else f"{shown}\n{style.paint(type_of(result.value).name, 'cyan')}\n"


def _shown(value: Any) -> str:
    """Return a value as JSON on one line; what has no JSON form is shown in CEL's notation."""
    try:
        return json.dumps(cel.to_plain(value), ensure_ascii=False)
    except cel.CelError:
        return _in_cel(value)


def _in_cel(value: Any) -> str:
    if isinstance(value, Optional):
        return f"optional.of({_shown(value.value)})" if value.present else "optional.none()"
    if isinstance(value, CelType):
        return value.name
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_shown(from_key(key))}: {_shown(item)}" for key, item in value.items()) + "}"
        )
    return str(value)


def _marked(source: str, error: cel.CelError, style: Style) -> str:
    head = style.paint(f"error[{error.kind.value}]", "red", bold=True)
    lines = [f"{head}: {style.paint(printable(error.message), bold=True)}"]
    if error.span is not None:
        index = LineIndex(source)
        position = index.position(error.span.start)
        line = index.line_text(position.line)
        end = min(len(line), position.column + max(1, error.span.end - error.span.start))
        shown, before, marked = window(line, position.column, end, WIDTH)
        bar = style.paint("|", "blue", bold=True)
        lines.append(f"  {bar} {shown}")
        lines.append(f"  {bar} {' ' * before}{style.paint('^' * marked, 'red', bold=True)}")
    return "\n".join(lines) + "\n"


def _json(result: Result) -> dict[str, Any]:
    entry: dict[str, Any] = {"expression": result.source, "value": None, "type": None, "error": None}
    error = result.error
    if error is None:
        entry["type"] = type_of(result.value).name
        try:
            entry["value"] = cel.to_plain(result.value)
        except cel.CelError:
            entry["value"] = _in_cel(result.value)
        return entry
    entry["error"] = {"kind": error.kind.value, "message": error.message}
    if error.span is not None:
        index = LineIndex(result.source)
        start, end = index.position(error.span.start), index.position(error.span.end)
        entry["error"] |= {
            "line": start.line + 1,
            "column": start.column + 1,
            "endLine": end.line + 1,
            "endColumn": end.column + 1,
        }
    return entry
