"""`koreo signature`: what a function or Workflow asks and gives. The work is done in `koreo_cli.run_signature`."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import click

from koreo_cli.commands import options

EPILOG = """\b
Examples:
  koreo signature app-config
  koreo signature cache --kind Workflow
  koreo signature web-deployment --workspace platform --format json
"""


@dataclass(frozen=True, slots=True)
class SignatureOptions:
    """Which definition to show and how, as written."""

    name: str
    kind: str | None
    workspace: str
    output: str
    color: str


@click.command(epilog=EPILOG, short_help="Show what a function or Workflow asks and gives.")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["ValueFunction", "ResourceFunction", "Workflow"], case_sensitive=False),
    help="Show only the definition of this kind; by default all of that name.",
)
@options.workspace
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.color
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Print the inputs and the result of the function or Workflow NAME, with their types.

    The types of the inputs are inferred from what is done with them, here and in whatever they are passed on to:
    operators, functions, the schemas of resources. A `?` marks an input that may be left out. What nothing is
    asked of is `any`.
    """
    ctx.exit(importlib.import_module("koreo_cli.run_signature").run(SignatureOptions(**given)))
