"""`koreo graph`: a picture of a Workflow. The work is done in `koreo_cli.run_graph`, imported only to do it."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

MERMAID, SVG = "mermaid", "svg"
_FORMATS: Mapping[str, str] = MappingProxyType(
    {".svg": SVG, ".mmd": MERMAID, ".mermaid": MERMAID, ".md": MERMAID, ".txt": MERMAID, "": MERMAID}
)
"""The formats of files by the ending of their names."""

EPILOG = """\b
Examples:
  koreo graph                                          which Workflows there are
  koreo graph hello                                    Mermaid text, for a README
  koreo graph apps/hello.k.yaml                        the Workflow in a file
  koreo graph hello -o hello.svg                       a picture
  koreo graph hello -o hello.md                        Markdown with Mermaid text
  koreo graph app --depth 2 -o app.svg                 with its sub-Workflows
  koreo graph hello --trigger greeting.yaml            coloured by how a run ends
"""


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Which Workflow to draw and how, as written; `output` is a format.

    `name` may be a file that holds a Workflow, and None lists all. `path` is the workspace, None where none is named.
    """

    name: str | None
    path: str | None
    output: str
    target: str | None
    direction: str
    depth: int
    trigger: str | None
    objects: tuple[str, ...]
    simulate: str | None


@click.command(epilog=EPILOG, short_help="Draw a Workflow.")
@click.argument("name", metavar="[WORKFLOW|FILE]", required=False)
@click.argument("path", metavar="[PATH]", required=False)
@click.option(
    "--workspace",
    "--path",
    "workspace",
    metavar="PATH",
    help="The workspace, or the second argument; by default that of FILE, or the one around the working directory.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice([MERMAID, SVG]),
    help="Text that GitHub and many editors draw, or a picture; by default what the name of FILE says, or mermaid.",
)
@click.option("-o", "--output", "target", metavar="FILE", help="Write to a file instead of standard output.")
@click.option(
    "--direction",
    type=click.Choice(["auto", "lr", "tb"]),
    default="auto",
    show_default=True,
    help="Where edges lead: from left to right, from top to bottom, or down only if the picture is too wide.",
)
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
    """Draw the steps of WORKFLOW, or of the one in FILE: what they run, and what they need of each other.

    Without either, or with a folder, the names of all are listed.
    """
    workspace = given.pop("workspace")
    if workspace is not None and given["path"] is not None:
        raise click.UsageError(f"the workspace is named twice: `{given['path']}` and `{workspace}`", ctx)
    given["path"] = workspace if workspace is not None else given["path"]
    given["output"] = _format(given["output"], given["target"], ctx)
    options = GraphOptions(**given)
    if options.trigger is None and (options.objects or options.simulate):
        raise click.UsageError("--objects and --simulate need --trigger", ctx)
    ctx.exit(importlib.import_module("koreo_cli.run_graph").run(options))


def _format(asked: str | None, target: str | None, ctx: click.Context) -> str:
    """Return the format that was asked for, or that of the file."""
    if asked is not None:
        return asked
    ending = os.path.splitext(target or "")[1].lower()
    if ending not in _FORMATS:
        message = f"no format ends with `{ending}`; name the file *.svg, *.mmd or *.md, or say --format"
        raise click.UsageError(message, ctx)
    return _FORMATS[ending]
