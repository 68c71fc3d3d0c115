"""The command `koreo-ls`: the language server over standard input and output."""

from __future__ import annotations

import importlib
import logging
import sys

import click
from koreo_analyzer import __version__

_INTERRUPTED = 130
_LARGEST_PORT = 65535
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
    "--tcp",
    metavar="HOST:PORT",
    help="Listen there instead, for any number of clients, each with a session of its own; port 0 takes a free one.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Try this installation and say what is wrong with it; the exit status is 1 if anything is.",
)
@click.option(
    "--log-level", type=click.Choice(_LEVELS), default="warning", help="What to write to standard error."
)
def main(*, stdio: bool, tcp: str | None, check: bool, log_level: str) -> None:
    """Language server for Koreo: problems, test results, completion, hover, rename and more while you type."""
    if stdio and tcp is not None:
        raise click.UsageError("--stdio and --tcp exclude each other.")
    if check:
        sys.exit(_check())
    logging.basicConfig(
        level=log_level.upper(), stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    if log_level != "debug":
        # What pygls reports is reported by `koreo_server` too, in a line instead of a traceback.
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
    try:
        _serve(tcp)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


def _serve(tcp: str | None) -> None:
    """Serve until all is said, at an address or over standard input and output."""
    if tcp is not None:
        importlib.import_module("koreo_server.lsp.tcp").run(*_address(tcp))
        return
    if sys.stdin.isatty():
        click.echo("koreo-ls speaks the Language Server Protocol; an editor has to start it.", err=True)
    importlib.import_module("koreo_server.lsp.run").run()


def _address(given: str) -> tuple[str, int]:
    """Split `HOST:PORT`; a missing host is this machine. Raises click.BadParameter."""
    host, _, port = given.rpartition(":")
    if not port.isdecimal() or int(port) > _LARGEST_PORT:
        raise click.BadParameter(
            f"expected HOST:PORT, such as 127.0.0.1:2087, not {given!r}", param_hint="--tcp"
        )
    return host.strip("[]") or "127.0.0.1", int(port)


def _check() -> int:
    """Print what a self-test found, line by line; return the exit status."""
    self_check = importlib.import_module("koreo_server.self_check")
    failed = False
    for found in self_check.self_check(self_check.server_command()):
        click.echo(f"{'ok   ' if found.ok else 'WRONG'}  {found.text}")
        if not found.ok:
            failed = True
            click.echo(f"       {found.advice}")
    click.echo("Something is wrong with this installation." if failed else "All is well.")
    return int(failed)


if __name__ == "__main__":
    main()
