"""Ctrl-C while the programs are still being imported: status 130, and not a word."""

from __future__ import annotations

import subprocess
import sys

import pytest

INTERRUPTED_AT = """
import os, signal, sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
sys.argv = ["program", *{arguments!r}]
from {package}.start import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
@pytest.mark.parametrize(
    ("package", "module", "arguments"),
    [
        ("koreo_cli", "click", ["check"]),
        ("koreo_cli", "koreo_cli.main", ["check"]),
        ("koreo_cli", "koreo_cli.commands.check", ["check"]),
        ("koreo_server", "click", []),
        ("koreo_server", "koreo_server.main", []),
        ("koreo_server", "koreo_server.lsp.server", []),
        ("koreo_server", "koreo_server.lsp.tcp", ["--tcp", "0"]),
    ],
)
def test_an_interrupt_while_importing_ends_quietly(package: str, module: str, arguments: list[str]) -> None:
    program = INTERRUPTED_AT.format(package=package, module=module, arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (130, b"", b"")
