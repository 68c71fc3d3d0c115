"""`koreo check`: its options. The work is done in `koreo_cli.run_check`, imported only to do it.

Showing the help of a command takes no analyzer, and importing that takes longer than all the rest.
"""

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
  koreo check
  koreo check platform apps/orders.k.yaml
  koreo check --ignore unused-input,unused-definition --fail-on warning
  koreo check --fix --diff
  koreo check --fix apps
  koreo check --format sarif > koreo.sarif
  koreo check - --stdin-filename apps/orders.k.yaml < draft.yaml

\b
Exit status: 0 no problem as bad as --fail-on, 1 problems, 2 could not run.
"""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the user asked for, as written: `select` and `ignore` hold comma-separated lists of codes.

    `fix` is also set by `--fix-guesses`. `jobs` is None when the number of processes is left open.
    """

    paths: tuple[str, ...]
    output: str
    stats: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: str
    fix: bool
    fix_guesses: bool
    diff: bool
    stdin_filename: str | None
    jobs: int | None
    color: str
    quiet: bool


@click.command(epilog=EPILOG, short_help="Report problems in Koreo files.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "sarif", "github", "junit"]),
    default="text",
    show_default=True,
    help="How to print problems.",
)
@click.option(
    "--stats", is_flag=True, help="Also print how much was read, and how much has known types (text, json)."
)
@click.option(
    "--select",
    metavar="CODE",
    multiple=True,
    help="Report only this code; repeatable, also a comma-separated list.",
)
@click.option(
    "--ignore",
    metavar="CODE",
    multiple=True,
    help="Do not report this code; repeatable, also a comma-separated list.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit status 1.",
)
@click.option(
    "--fix", is_flag=True, help="First fix what is certain, in the files; then report what is left."
)
@click.option(
    "--fix-guesses",
    is_flag=True,
    help="Like --fix, and also write the known name for each unknown one that is near it.",
)
@click.option("--diff", is_flag=True, help="With --fix: show what would change, write nothing.")
@click.option(
    "--stdin-filename",
    metavar="FILE",
    help="With `-`: the file that standard input stands for; it is checked in that file's workspace.",
)
@options.jobs
@options.color
@click.option("--quiet", "-q", is_flag=True, help="Print problems only: no summary, no progress.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    paths: tuple[str, ...],
    output: str,
    stats: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    fix: bool,
    fix_guesses: bool,
    diff: bool,
    stdin_filename: str | None,
    jobs: int | None,
    color: str,
    quiet: bool,
) -> None:
    """Report problems in Koreo files.

    PATH is a folder or file; the current folder if none is given; `-` reads one file from standard input. A
    folder with a koreo.toml is a workspace of its own. Of a part of a workspace only the part is reported,
    but all of it is read.

    `--fix` writes files, and keeps their comments and layout. With `-` it prints the fixed text, and the report
    to standard error.
    """
    run: Callable[[CheckOptions], int] = importlib.import_module("koreo_cli.run_check").run
    asked = CheckOptions(
        paths,
        output,
        stats,
        select,
        ignore,
        fail_on,
        fix or fix_guesses,
        fix_guesses,
        diff,
        stdin_filename,
        jobs,
        color,
        quiet,
    )
    ctx.exit(run(asked))
