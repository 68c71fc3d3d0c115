"""`koreo schema`: the JSON Schema of a Koreo kind, for editors and validators that know nothing of Koreo."""

from __future__ import annotations

import click
from koreo_analyzer.language import KINDS, json_schema
from koreo_analyzer.suggest import did_you_mean

from koreo_cli.formats.json_report import dump
from koreo_cli.terminal import note, write

EPILOG = """\b
Examples:
  koreo schema show Workflow > workflow.schema.json
  koreo schema show valuefunctions
"""


@click.group(epilog=EPILOG, short_help="Show the JSON Schemas of Koreo's kinds.")
def command() -> None:
    """Show the JSON Schemas of Koreo's kinds."""


@command.command(epilog=EPILOG)
@click.argument("kind")
def show(kind: str) -> None:
    """Print the JSON Schema of KIND; case and a plural `s` do not matter."""
    kinds = {name.lower(): name for name in KINDS}
    wanted = kind.lower()
    found = kinds.get(wanted) or kinds.get(wanted.removesuffix("s"))
    if found is None:
        note(f"unknown kind `{kind}`; {did_you_mean(kind, KINDS) or 'the kinds are ' + ', '.join(KINDS)}")
        raise click.exceptions.Exit(2)
    write(dump(json_schema(found)))
