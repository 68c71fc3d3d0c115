"""`koreo graph`: a picture of a Workflow. The work is done in `koreo_cli.run_graph`, imported only to do it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import click

EPILOG = """\b
Examples:
  koreo graph                                          which Workflows there are
  koreo graph hello                                    Mermaid text, for a README
  koreo graph hello -o hello.svg                       a picture
  koreo graph app --depth 2 -o app.svg                 with its sub-Workflows
  koreo graph hello --trigger greeting.yaml            coloured by how a run ends
"""


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Which Workflow to draw and how, as written. `name` None lists all."""

    name: str | None
    path: str
    output: str
    target: str | None
    depth: int
    trigger: str | None
    objects: tuple[str, ...]
    simulate: str | None


@click.command(epilog=EPILOG, short_help="Draw a Workflow.")
@click.argument("name", metavar="[WORKFLOW]", required=False)
@click.argument("path", metavar="[PATH]", default=".")
@click.option(
    "--format",
    "output",
    type=click.Choice(["mermaid", "svg"]),
    help="Text that GitHub and many editors draw, or a picture; by default svg for a FILE that ends so, else mermaid.",
)
@click.option("-o", "--output", "target", metavar="FILE", help="Write to a file instead of standard output.")
@click.option(
    "--depth",
    metavar="N",
    type=click.IntRange(0, 8),
    default=0,
    show_default=True,
    help="How many levels of sub-Workflows are drawn inside their steps.",
)
@click.option(
    "--trigger",
    metavar="FILE",
    help="Run the Workflow for this trigger, as `koreo render --until-stable` does, and colour its steps.",
)
@click.option(
    "--objects", metavar="PATH", multiple=True, help="With --trigger: see `koreo render`; repeatable."
)
@click.option("--simulate", metavar="FILE", help="With --trigger: see `koreo render`.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Draw the steps of WORKFLOW, what they run, and what they need of each other.

    Without WORKFLOW the names of all are listed. PATH is the workspace, by default the one around the working
    directory.
    """
    if given["output"] is None:
        given["output"] = "svg" if (given["target"] or "").lower().endswith(".svg") else "mermaid"
    options = GraphOptions(**given)
    if options.trigger is None and (options.objects or options.simulate):
        raise click.UsageError("--objects and --simulate need --trigger", ctx)
    ctx.exit(importlib.import_module("koreo_cli.run_graph").run(options))
