"""`koreo eval`: its options. The work is done in `koreo_cli.run_eval`, imported only to do it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

EPILOG = """\b
Examples:
  koreo eval "'web-' + string(1 + 1)"
  koreo eval 'inputs.replicas * 2' --vars inputs.yaml --type
  koreo eval 'size(name)' --var "name='web'"
  koreo eval - --vars inputs.yaml --format json < expressions.txt
  koreo eval 'string(true)' --engine celpy

\b
Exit status: 0 every expression has a value, 1 there are errors, 2 could not run.
"""


@dataclass(frozen=True, slots=True)
class EvalOptions:
    """What the user asked for, as written."""

    expression: str
    files: tuple[str, ...]
    assignments: tuple[str, ...]
    show_type: bool
    engine: str
    output: str
    color: str


@click.command(epilog=EPILOG, short_help="Evaluate an expression.")
@click.argument("expression")
@click.option(
    "--vars",
    "files",
    metavar="FILE",
    multiple=True,
    help="A YAML or JSON file with a mapping from variables to values; repeatable.",
)
@click.option(
    "--var",
    "assignments",
    metavar="NAME=EXPR",
    multiple=True,
    help="A variable, as an expression that may use those before it; repeatable.",
)
@click.option(
    "--type",
    "show_type",
    is_flag=True,
    help="Also print the static type, deduced from the values of the variables, and its problems.",
)
@click.option(
    "--engine",
    type=click.Choice(["native", "celpy"]),
    default="native",
    show_default=True,
    help="What evaluates: ours, or cel-python, which the original runtime uses.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print values and errors.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours: on a terminal, unless NO_COLOR is set; always; or never.",
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    expression: str,
    files: tuple[str, ...],
    assignments: tuple[str, ...],
    show_type: bool,
    engine: str,
    output: str,
    color: str,
) -> None:
    """Evaluate EXPRESSION, with or without the leading `=`; `-` reads one a line from standard input.

    With --type the static type follows: what is known of the value before evaluating, so it is there for an
    expression that fails too. Where it leaves the type of the value open, that is named with it.
    """
    run: Callable[[EvalOptions], int] = importlib.import_module("koreo_cli.run_eval").run
    ctx.exit(run(EvalOptions(expression, files, assignments, show_type, engine, output, color)))
