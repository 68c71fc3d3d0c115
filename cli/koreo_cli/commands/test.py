"""`koreo test`: its options. The work is done in `koreo_cli.run_test`, imported only to do it."""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from koreo_cli.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable

EPILOG = """\b
Examples:
  koreo test                               every FunctionTest below this folder
  koreo test functions/orders.k.yaml       the tests in a file, and those of its functions
  koreo test -k "orders and not 'no owner'"
  koreo test --watch
  koreo test --update                      accept what functions do now, after a look at the diff
  koreo test --compat                      what would differ with cel-python
  koreo test --format junit > tests.xml
  koreo test --coverage                    what no test reaches
  koreo test --coverage-fail-under 90 --coverage-export coverage.xml

\b
Exit status: 0 all tests pass, 1 a test fails or cannot run, 2 could not run, 130 interrupted.
"""


@dataclass(frozen=True, slots=True)
class TestOptions:
    """What the user asked for, as written. `jobs` is None when the number of processes is left open.

    `coverage` is also wanted when only a limit or a file for it is named.
    """

    __test__ = False

    paths: tuple[str, ...]
    match: str | None
    output: str
    engine: str
    compat: bool
    watch: bool
    failed_first: bool
    update: bool
    yes: bool
    coverage: bool
    coverage_fail_under: float | None
    coverage_exports: tuple[str, ...]
    jobs: int | None
    fail_on: str
    color: str
    verbose: bool
    quiet: bool


def _percentage(ctx: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """Refuse what is no number, which no range does."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no percentage.", ctx, parameter)
    return value


@click.command(epilog=EPILOG, short_help="Run FunctionTests.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "-k",
    "match",
    metavar="EXPR",
    help="Run the tests of which test, function or a case's label contains a text; with `and`, `or`, `not`, `( )`.",
)
@click.option("--watch", is_flag=True, help="Stay, and run again what a change of a file affects.")
@click.option("--failed-first", is_flag=True, help="Run the tests first that failed the last time.")
@click.option(
    "--update",
    is_flag=True,
    help="Write what functions did into the tests that fail, after showing the changes.",
)
@click.option("--yes", is_flag=True, help="Write what --update shows without asking.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "junit", "github"]),
    default="text",
    show_default=True,
    help="How to print results.",
)
@click.option(
    "--engine",
    type=click.Choice(["native", "celpy"]),
    default="native",
    show_default=True,
    help="What evaluates expressions: ours, or cel-python, which the original runtime uses.",
)
@click.option(
    "--compat", is_flag=True, help="Run with both engines, and show the expressions and cases that differ."
)
@click.option("--coverage", is_flag=True, help="Show what of the functions no test reaches.")
@click.option(
    "--coverage-fail-under",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    callback=_percentage,
    help="With coverage below this, the exit status is 1.",
)
@click.option(
    "--coverage-export",
    "coverage_exports",
    metavar="FILE",
    multiple=True,
    help="Write coverage to a file: .info for lcov, .xml for Cobertura; may be repeated.",
)
@options.jobs
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit status 1: `warning` for functions that never settle, "
    "`info` for what coverage finds untested.",
)
@options.color
@click.option("--verbose", "-v", is_flag=True, help="Also print each case, and differences in full.")
@click.option("--quiet", "-q", is_flag=True, help="Print failures only: no passing tests, no summary.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    paths: tuple[str, ...],
    match: str | None,
    watch: bool,
    failed_first: bool,
    update: bool,
    yes: bool,
    coverage: bool,
    coverage_fail_under: float | None,
    coverage_exports: tuple[str, ...],
    output: str,
    engine: str,
    compat: bool,
    jobs: int | None,
    fail_on: str,
    color: str,
    verbose: bool,
    quiet: bool,
) -> None:
    """Run FunctionTests, and show what a function did other than its test expects.

    PATH is a folder or file; the current folder if none is given. It stands for the tests in it and for those,
    anywhere in its workspace, of the functions in it. A folder with a koreo.toml is a workspace of its own.
    Cases carry on from each other, so that a test is always run as a whole.
    """
    run: Callable[[TestOptions], int] = importlib.import_module("koreo_cli.run_test").run
    options = TestOptions(
        paths=paths,
        match=match,
        output=output,
        engine=engine,
        compat=compat,
        watch=watch,
        failed_first=failed_first,
        update=update,
        yes=yes,
        coverage=coverage or coverage_fail_under is not None or bool(coverage_exports),
        coverage_fail_under=coverage_fail_under,
        coverage_exports=coverage_exports,
        jobs=jobs,
        fail_on=fail_on,
        color=color,
        verbose=verbose,
        quiet=quiet,
    )
    ctx.exit(run(options))
