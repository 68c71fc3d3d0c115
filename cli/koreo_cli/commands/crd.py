"""`koreo crd`: the CustomResourceDefinitions of Koreo's own kinds, made from the analyzer's schemas."""

from __future__ import annotations

import click
import yaml
from koreo_analyzer.language import crd_definitions

from koreo_cli.formats.json_report import dump
from koreo_cli.terminal import write

EPILOG = """\b
Examples:
  koreo crd definitions | kubectl apply --server-side -f -
  koreo crd definitions --format json
"""


@click.group(epilog=EPILOG, short_help="Show Koreo's own CustomResourceDefinitions.")
def command() -> None:
    """Show the CustomResourceDefinitions that let a cluster hold Koreo documents."""


@command.command(epilog=EPILOG)
@click.option(
    "--format",
    "output",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="YAML documents, or one JSON object of kind List.",
)
def definitions(output: str) -> None:
    """Print the definitions of all five kinds."""
    found = crd_definitions()
    if output == "json":
        write(dump({"apiVersion": "v1", "kind": "List", "items": found}))
    else:
        write(yaml.safe_dump_all(found, sort_keys=False, explicit_start=True, allow_unicode=True, width=100))
