"""The entry point: finds the command, imports only that, and turns every end into an exit status."""

from __future__ import annotations

import importlib
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import click
from koreo_analyzer import __version__
from koreo_analyzer.suggest import did_you_mean

from koreo_cli.terminal import note, prepare_streams

if TYPE_CHECKING:
    from collections.abc import Mapping

COULD_NOT_RUN = 2
INTERRUPTED = 130
"""128 + SIGINT, what a shell reports of a program stopped by Ctrl-C."""

EPILOG = """\b
Examples:
  koreo check                    everything below this folder
  koreo check platform --stats   a folder, and how much of it was understood
  koreo test                     every FunctionTest below this folder
  koreo explain unknown-input    what a code means and how to mend it
"""


class _Command(NamedTuple):
    module: str
    summary: str


COMMANDS: Mapping[str, _Command] = MappingProxyType(
    {
        "check": _Command("koreo_cli.commands.check", "Report problems in Koreo files."),
        "crd": _Command("koreo_cli.commands.crd", "Show and infer CustomResourceDefinitions."),
        "eval": _Command("koreo_cli.commands.eval", "Evaluate an expression."),
        "explain": _Command("koreo_cli.commands.explain", "Explain what a problem's code means."),
        "fmt": _Command("koreo_cli.commands.fmt", "Format Koreo files."),
        "graph": _Command("koreo_cli.commands.graph", "Draw a Workflow."),
        "render": _Command("koreo_cli.commands.render", "Run a Workflow offline, and show what it makes."),
        "schema": _Command("koreo_cli.commands.schema", "Show and pull the schemas of kinds."),
        "signature": _Command(
            "koreo_cli.commands.signature", "Show what a function or Workflow asks and gives."
        ),
        "test": _Command("koreo_cli.commands.test", "Run FunctionTests."),
    }
)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed, and that helps with misspelt names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None if there is none of that name."""
        del ctx
        known = COMMANDS.get(cmd_name)
        if known is None:
            return None
        command = importlib.import_module(known.module).command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named first in `args`; a path there means that `check` was left out."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = did_you_mean(name, COMMANDS)
            if hint is None:
                hint = (
                    f"to check files: koreo check {name}"
                    if "." in name or "/" in name
                    else "see koreo --help"
                )
            raise click.UsageError(f"unknown command `{name}`; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", "-V", prog_name="koreo", message="%(prog)s %(version)s")
def cli() -> None:
    """Check Koreo files: the YAML documents with CEL expressions that program Kubernetes control loops."""


def main() -> None:
    """Run the command line and exit with its status."""
    prepare_streams()
    try:
        status = cli.main(prog_name="koreo", standalone_mode=False)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        note(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        sys.exit(COULD_NOT_RUN)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
