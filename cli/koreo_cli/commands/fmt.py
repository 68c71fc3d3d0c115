"""`koreo fmt`: its options. The work is done in `koreo_cli.run_fmt`, imported only to do it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from koreo_cli.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable

EPILOG = """\b
Examples:
  koreo fmt
  koreo fmt platform apps/orders.k.yaml
  koreo fmt --check --diff
  koreo fmt - < draft.k.yaml > orders.k.yaml

\b
Exit status: 0 done, 1 with --check: a file is not formatted, 2 could not run, or a file could not be read or
written.
"""


@dataclass(frozen=True, slots=True)
class FmtOptions:
    """What the user asked for."""

    paths: tuple[str, ...]
    check: bool
    diff: bool
    color: str
    quiet: bool


@click.command(epilog=EPILOG, short_help="Format Koreo files.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is not formatted.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@options.color
@click.option("--quiet", "-q", is_flag=True, help="Do not list files, and print no summary.")
@click.pass_context
def command(
    ctx: click.Context, *, paths: tuple[str, ...], check: bool, diff: bool, color: str, quiet: bool
) -> None:
    """Format Koreo files: indentation, white space, and the lines of expressions.

    PATH is a folder or file; the current folder if none is given; `-` formats standard input to standard output.
    What a file says never changes: the formatter reads its result again and compares. Documents that are not sound
    YAML are left as they are.
    """
    run: Callable[[FmtOptions], int] = importlib.import_module("koreo_cli.run_fmt").run
    ctx.exit(run(FmtOptions(paths, check, diff, color, quiet)))
