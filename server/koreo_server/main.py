"""The command `koreo-ls`: the language server over standard input and output."""

from __future__ import annotations

import importlib
import logging
import sys

import click
from koreo_analyzer import __version__

_LEVELS = ["debug", "info", "warning", "error"]
_EPILOG = """\b
An editor starts this program and talks to it. In Neovim 0.11:

\b
  vim.filetype.add({ pattern = { [".*%.k%.ya?ml"] = { "koreo", { priority = 10 } } } })
  vim.lsp.config("koreo", { cmd = { "koreo-ls" }, filetypes = { "koreo" }, root_markers = { "koreo.toml", ".git" } })
  vim.lsp.enable("koreo")
"""


@click.command(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="koreo-ls", message="%(prog)s %(version)s")
@click.option(
    "--stdio",
    is_flag=True,
    help="Use standard input and output. This is the default; editors like to say it.",
)
@click.option(
    "--log-level", type=click.Choice(_LEVELS), default="warning", help="What to write to standard error."
)
def main(*, stdio: bool, log_level: str) -> None:
    """Language server for Koreo: problems, definitions, references, hover and symbols while you type."""
    del stdio
    logging.basicConfig(
        level=log_level.upper(), stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    if log_level != "debug":
        # What pygls reports is reported by `koreo_server` too, in a line instead of a traceback.
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
    if sys.stdin.isatty():
        click.echo("koreo-ls speaks the Language Server Protocol; an editor has to start it.", err=True)
    importlib.import_module("koreo_server.lsp.run").run()
