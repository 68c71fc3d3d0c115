"""`koreo crd`: CustomResourceDefinitions, of Koreo's own kinds and of what triggers a Workflow.

Those of Koreo's kinds are made from the analyzer's schemas. See `koreo_cli.run_infer` for the others.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import click
import yaml

from koreo_cli.commands import options
from koreo_cli.terminal import write

EPILOG = """\b
Examples:
  koreo crd definitions | kubectl apply --server-side -f -
  koreo crd definitions --format json
"""
INFER_EPILOG = """\b
Examples:
  koreo crd infer stateless-crud-app > crd.yaml
  koreo crd infer stateless-crud-app --show differences --format json

\b
Exit status: 0 nothing is missing, 1 the definition lacks something that is used, 2 could not run.
"""


@dataclass(frozen=True, slots=True)
class InferOptions:
    """Which Workflow is meant and what to show, as written."""

    workflow: str
    workspace: str
    show: str | None
    output: str | None
    color: str


@click.group(epilog=EPILOG, short_help="Show and infer CustomResourceDefinitions.")
def command() -> None:
    """Show the CustomResourceDefinitions that let a cluster hold Koreo documents, and infer those of triggers."""


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
    found = importlib.import_module("koreo_analyzer.language").crd_definitions()
    if output == "json":
        dump = importlib.import_module("koreo_cli.formats.json_report").dump
        write(dump({"apiVersion": "v1", "kind": "List", "items": found}))
    else:
        write(yaml.safe_dump_all(found, sort_keys=False, explicit_start=True, allow_unicode=True, width=100))


@command.command(epilog=INFER_EPILOG, short_help="Infer the definition of what triggers a Workflow.")
@click.argument("workflow")
@options.workspace
@click.option(
    "--show",
    type=click.Choice(["crd", "differences"]),
    help="The inferred definition, or in what the known one differs; by default differences, if there is a known one.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "yaml", "json"]),
    help="By default yaml for a definition, text for differences.",
)
@options.color
@click.pass_context
def infer(ctx: click.Context, /, **given: Any) -> None:
    """Infer the CustomResourceDefinition of the kind that triggers WORKFLOW.

    Its fields are those of `parent` that the steps use, themselves or in what they pass them on to, with the types
    that these uses ask for. `status` has the conditions and the state that the Workflow writes. If a definition is
    known already, the differences are printed: fields used and not declared, types that never fit, fields never used.
    """
    ctx.exit(importlib.import_module("koreo_cli.run_infer").run(InferOptions(**given)))
