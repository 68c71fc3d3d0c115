"""The options that several commands have, so that they are spelt and explained the same everywhere."""

from __future__ import annotations

import click

color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours: on a terminal, unless NO_COLOR is set; always; or never.",
)
jobs = click.option(
    "--jobs",
    "-j",
    metavar="N",
    type=click.IntRange(1, 256),
    help="Number of processes; without it as many as pay off.",
)
workspace = click.option(
    "--workspace",
    metavar="PATH",
    default=".",
    help="The workspace that is meant; by default the one around the working directory.",
)
