"""`koreo eval`: its options. The work is done in `koreo_cli.run_eval`, imported only to do it."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from koreo_cli.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable

_NEGATIVE = re.compile(r"-[^-]")

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


class _EvalCommand(click.Command):
    """A command whose argument may begin with a minus sign, as no option of one hyphen but the help's does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what begins with one hyphen for the expression."""
        if "--" in args:
            return super().parse_args(ctx, args)
        negative = [one for one in args if _NEGATIVE.match(one) and one not in ctx.help_option_names]
        others = [one for one in args if one not in negative]
        return super().parse_args(ctx, [*others, "--", *negative] if negative else others)


@click.command(cls=_EvalCommand, epilog=EPILOG, short_help="Evaluate an expression.")
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
@options.color
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
