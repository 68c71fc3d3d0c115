"""What docs/testing.md shows of `koreo test` is what it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from testing_workspace import change, run

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
TIMES = re.compile(r"[\d.]+ (m?s\)?)$|cel-python [\d.]+", re.MULTILINE)
TRANSCRIPT = re.compile(r"^    \$ koreo test(.*)\n((?:    .*\n|\n(?=    ))+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("section", "size"),
    [
        ("# Testing functions", "=size(inputs.name)"),
        ("An outcome that", "=size(inputs.title)"),
        ("## Coverage", """'=inputs.name == "Ada" ? 4 : 0'"""),
        ("## Moving", "=string(1.0)"),
    ],
)
def test_the_shown_output_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, size: str
) -> None:
    if section == "## Moving":
        pytest.importorskip("celpy")
    page = PAGE.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "greeting.k.yaml").write_text(page.split("```yaml\n")[1].split("```")[0])
    change(tmp_path / "greeting.k.yaml", "size: =size(inputs.name)", f"size: {size}")
    shown = TRANSCRIPT.search(page, page.index(section))
    assert shown is not None
    expected = re.sub("^    ", "", shown[2], flags=re.MULTILINE)
    printed = run(*shown[1].split()).stdout
    assert TIMES.sub("", printed).strip() == TIMES.sub("", expected).strip()
