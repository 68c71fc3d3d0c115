"""`koreo schema`: what is known of the kinds of resources, and from where. See `koreo_cli.run_schema`."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import click

EPILOG = """\b
Examples:
  koreo schema show Deployment
  koreo schema show HorizontalPodAutoscaler autoscaling/v2 --field spec.metrics
  koreo schema show Workflow > workflow.schema.json
  koreo schema list
  koreo schema pull --context staging
"""


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """Which kind to show and how, as written."""

    kind: str
    api_version: str | None
    workspace: str
    field: str | None
    depth: int
    output: str | None
    color: str


@dataclass(frozen=True, slots=True)
class PullOptions:
    """Which cluster to ask, as written."""

    workspace: str
    kubeconfig: str | None
    context: str | None


_WORKSPACE = click.option(
    "--workspace",
    metavar="PATH",
    default=".",
    help="The workspace whose schemas are meant; by default the one around the working directory.",
)
_COLOR = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)


@click.group(epilog=EPILOG, short_help="Show and pull the schemas of kinds.")
def command() -> None:
    """Show what is known of the kinds of resources, and pull the schemas of a cluster.

    A kind is looked up in the CustomResourceDefinitions of the workspace and of the folders in koreo.toml, then in
    what was pulled from a cluster, then among the built-in kinds of Kubernetes.
    """


@command.command(epilog=EPILOG, short_help="Show the fields of a kind.")
@click.argument("kind")
@click.argument("api_version", metavar="[APIVERSION]", required=False)
@_WORKSPACE
@click.option(
    "--field", metavar="PATH", help="Show only what is inside this field, for example spec.template."
)
@click.option(
    "--depth",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="How many levels of fields to show.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "json-schema"]),
    help="By default text; for Koreo's own kinds json-schema, which only they have.",
)
@_COLOR
def show(**given: Any) -> None:
    """Print the fields of KIND with their types and documentation; case and a plural `s` do not matter."""
    _run("show", ShowOptions(**given))


@command.command("list", epilog=EPILOG, short_help="List the kinds that are known.")
@_WORKSPACE
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(workspace: str, output: str) -> None:
    """List the kinds that are known, and where from."""
    _run("list_kinds", workspace, output)


@command.command(epilog=EPILOG, short_help="Read the schemas of a cluster.")
@_WORKSPACE
@click.option("--kubeconfig", metavar="FILE", help="By default what kubectl uses.")
@click.option("--context", metavar="NAME", help="A context of the kubeconfig; by default the current one.")
def pull(**given: Any) -> None:
    """Read the schemas of all kinds that a cluster serves into `.koreo/schemas.pack` of the workspace.

    From then on they are known without the cluster. The file may be committed.
    """
    _run("pull", PullOptions(**given))


def _run(name: str, *arguments: object) -> None:
    status = getattr(importlib.import_module("koreo_cli.run_schema"), name)(*arguments)
    raise click.exceptions.Exit(status)
