"""Runs `koreo eval`: variables in, values or errors with a marker under the failing part out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from koreo_analyzer import cel
from koreo_analyzer.text import LineIndex
from koreo_analyzer.yaml.parse import parse as parse_yaml
from koreo_analyzer.yaml.resolve import TooLarge, plain

from koreo_cli.evaluation import evaluate, typed, types_of
from koreo_cli.formats.eval_report import render_json, render_text
from koreo_cli.formats.text_report import Style
from koreo_cli.terminal import note, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_cli.commands.eval import EvalOptions

COULD_NOT_RUN = 2


class InputError(click.ClickException):
    """The variables cannot be had."""

    exit_code = COULD_NOT_RUN

    def show(self, file: Any = None) -> None:
        """Print the message the way all commands do."""
        del file
        note(self.message)


def run(options: EvalOptions) -> int:
    """Evaluate what the user asked for and print it; return the exit status."""
    engine = _engine(options.engine)
    variables = _variables(options, engine)
    results = [evaluate(engine, source, variables) for source in _sources(options.expression)]
    if options.show_type:
        types = types_of(variables)
        results = [typed(result, types) for result in results]
    if options.output == "json":
        write(render_json(results, engine.title, with_types=options.show_type))
    else:
        write(render_text(results, Style(wants_color(options.color, sys.stdout))))
    return 1 if any(result.failed for result in results) else 0


def _engine(name: str) -> cel.Engine:
    try:
        return cel.engine_named(name)
    except cel.EngineMissingError as error:
        raise InputError(str(error)) from error


def _sources(expression: str) -> list[str]:
    """Return the expressions, without a leading `=`; on standard input blank lines and comments are none."""
    if expression != "-":
        return [_without_sign(expression)]
    lines = sys.stdin.read().splitlines()
    return [_without_sign(line) for line in lines if line.strip() and not line.lstrip().startswith("//")]


def _without_sign(text: str) -> str:
    return text.removeprefix("=")


def _variables(options: EvalOptions, engine: cel.Engine) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for name in options.files:
        variables.update(_read(name))
    for assignment in options.assignments:
        name, separator, source = assignment.partition("=")
        if not separator or not name.strip().isidentifier():
            raise InputError(f"`--var {assignment}`: expected NAME=EXPR, for example --var \"name='web'\"")
        result = evaluate(engine, source, variables)
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
