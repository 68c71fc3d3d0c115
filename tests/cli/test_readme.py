"""What the README shows is what the command prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SECONDS = re.compile(r"[\d.]+ m?s\b")
LEFT_OUT = "[…]"
"""Stands for lines that the README leaves out."""


def shown() -> list[tuple[str, str, str]]:
    """Return folder, command and output of every command that the README shows."""
    found = []
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", README, re.MULTILINE):
        folder = ""
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", _dedented(block), re.MULTILINE):
            if command.startswith("cd "):
                folder = command[3:]
            else:
                found.append((folder, command, output.strip("\n")))
    return found


def _dedented(block: str) -> str:
    return "".join(line.removeprefix("    ") for line in block.splitlines(keepends=True))


def test_the_readme_shows_something() -> None:
    assert len(shown()) >= 4


@pytest.mark.parametrize(("folder", "command", "output"), shown(), ids=lambda text: text[:40])
def test_the_shown_output_is_true(folder: str, command: str, output: str) -> None:
    assert command.startswith("koreo ")
    run = "from koreo_cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", run, *command.split()[1:]],
        cwd=ROOT / folder,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())
    pattern = r"(?:.|\n)*?".join(map(re.escape, SECONDS.sub("s", output).split(LEFT_OUT)))
    assert re.fullmatch(pattern, SECONDS.sub("s", printed)), printed
