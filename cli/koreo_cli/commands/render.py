"""`koreo render`: its options. The work is done in `koreo_cli.run_render`, imported only to do it."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from koreo_analyzer.language.file_names import is_koreo_path

from koreo_cli.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable

EPILOG = """\b
Examples:
  koreo render --trigger greeting.yaml
  koreo render hello --trigger greeting.yaml --until-stable
  koreo render --trigger app.yaml --objects platform --simulate rules.yaml --until-stable
  koreo render --trigger app.yaml --until-stable --format yaml | kubectl diff -f -

\b
Exit status: with --until-stable 0 if the trigger becomes Ready, else 0 if no step fails; 1 otherwise;
2 nothing could be run.
"""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What the user asked for, as written. `passes` is None when their number is left open."""

    workflow: str | None
    trigger: str
    objects: tuple[str, ...]
    simulate: str | None
    until_stable: bool
    passes: int | None
    path: str
    output: str
    show_secrets: bool
    verbose: bool
    color: str


@click.command(epilog=EPILOG, short_help="Run a Workflow offline, and show what it makes.")
@click.argument("workflow", metavar="[WORKFLOW|FILE]", required=False)
@click.option(
    "--trigger", metavar="FILE", help="The YAML file of the trigger; `-` is standard input.  [required]"
)
@click.option(
    "--objects",
    metavar="PATH",
    multiple=True,
    help="A folder or file of objects that are in the cluster beforehand; repeatable.",
)
@click.option(
    "--simulate",
    metavar="FILE",
    help="A file of rules that stand in for other controllers; see docs/render.md.",
)
@click.option("--until-stable", is_flag=True, help="Make passes until nothing changes any more.")
@click.option(
    "--passes",
    metavar="N",
    type=click.IntRange(1, 10_000),
    help="The number of passes: 1, or with --until-stable at most 50.",
)
@click.option(
    "--workspace",
    "--path",
    "path",
    metavar="PATH",
    default=".",
    help="The folder of the workspace; by default the current folder.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["tree", "yaml", "json"]),
    default="tree",
    show_default=True,
    help="Every pass for people, the objects at the end for kubectl, or all of it for programs.",
)
@click.option("--show-secrets", is_flag=True, help="Show the values of Secrets.")
@click.option(
    "--verbose", "-v", is_flag=True, help="Show all steps in each pass, and at the end the objects in full."
)
@options.color
@click.pass_context
def command(
    ctx: click.Context,
    *,
    workflow: str | None,
    trigger: str | None,
    objects: tuple[str, ...],
    simulate: str | None,
    until_stable: bool,
    passes: int | None,
    path: str,
    output: str,
    show_secrets: bool,
    verbose: bool,
    color: str,
) -> None:
    """Run WORKFLOW, or the one in FILE, for a trigger in a simulated cluster, and show every object that it makes.

    Without either the trigger chooses it, as in a cluster: by its kind, or by the annotation
    koreo.dev/workflow. The cluster has the CustomResourceDefinitions of the workspace, so that it fills in
    defaults and refuses what they do not allow. Time is simulated, too: nobody waits.
    """
    if trigger is None:
        asked = "name the file with the object that starts the Workflow: --trigger FILE"
        is_plain = workflow is not None and os.path.isfile(workflow) and not is_koreo_path(workflow)
        hint = f"; if `{workflow}` holds it: koreo render --trigger {workflow}" if is_plain else ""
        raise click.UsageError(asked + hint, ctx)
    run: Callable[[RenderOptions], int] = importlib.import_module("koreo_cli.run_render").run
    options = RenderOptions(
        workflow=workflow,
        trigger=trigger,
        objects=objects,
        simulate=simulate,
        until_stable=until_stable,
        passes=passes,
        path=path,
        output=output,
        show_secrets=show_secrets,
        verbose=verbose,
        color=color,
    )
    ctx.exit(run(options))
