"""docs/checks.md is what the rules say now, and writing it twice writes the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from koreo_analyzer.checks import RULES

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "generate_docs.py"


def test_the_page_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_has_a_section_for_every_rule() -> None:
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(RULES)


def test_an_outdated_page_is_told(tmp_path: Path) -> None:
    script = tmp_path / "tools" / "generate_docs.py"
    script.parent.mkdir()
    script.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    page = tmp_path / "docs" / "checks.md"
    page.parent.mkdir()

    def run(*arguments: str) -> int:
        return subprocess.run(
            [sys.executable, str(script), *arguments], check=False, capture_output=True
        ).returncode

    assert run("--check") == 1
    assert not page.exists()
    assert run() == 0
    assert page.read_text(encoding="utf-8") == (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert run("--check") == run() == 0
    assert run("--chek") == 2
