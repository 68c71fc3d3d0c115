"""What the README shows is what the command prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = re.compile(r"[\d.]+ s\)")


def test_the_shown_output_is_true() -> None:
    shown = re.findall(
        r"^    \$ koreo (.*)\n((?:    .*\n|\n)+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert shown
    for command, output in shown:
        run = "from koreo_cli.main import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", run, *command.split()],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        expected = "\n".join(line.removeprefix("    ") for line in output.rstrip().splitlines())
        assert SECONDS.sub("s)", done.stdout.rstrip()) == SECONDS.sub("s)", expected)
