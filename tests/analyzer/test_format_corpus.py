"""Real files: formatted, they have the same data, comments and problems, and are formatted once and for all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from koreo_analyzer.edit import apply
from koreo_analyzer.format import format_text
from koreo_analyzer.workspace import Workspace, is_koreo_path
from koreo_analyzer.yaml.comments import comments

FIXTURES = Path(__file__).parents[2] / "fixtures"


def texts_below(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".yaml", ".yml", ".koreo", ".k"}:
            try:
                found[str(path.relative_to(folder))] = path.read_text("utf-8")
            except UnicodeDecodeError:
                continue
    return found


def said(texts: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return code and message of all problems, sorted: formatting moves them, and those in a line may change places."""
    snapshot = Workspace().apply(texts)
    return {
        path: sorted((problem.code, problem.message) for problem in snapshot.problems(path)) for path in texts
    }


def remarks(text: str) -> list[str]:
    snapshot = Workspace().apply({"a.k.yaml": text})
    file = snapshot.file("a.k.yaml")
    assert file is not None
    return [
        document.text[span.start : span.end].rstrip()
        for _, document in file.documents
        for span in comments(document.text, document.tree)
    ]


def check(texts: dict[str, str]) -> None:
    new: dict[str, str] = {}
    for path, text in texts.items():
        new[path] = text
        if is_koreo_path(path):
            new[path] = apply(text, format_text(text).edits)
            assert format_text(new[path]).edits == (), path
            assert remarks(new[path]) == remarks(text), path
    assert new != texts
    assert said(new) == said(texts)


def test_fixtures() -> None:
    texts = texts_below(FIXTURES)
    # One line break less at the end, and everything deeper than it should be: there is something to do.
    texts |= {
        path: _untidy(text) for path, text in texts.items() if is_koreo_path(path) and "broken" not in path
    }
    check(texts)


def _untidy(text: str) -> str:
    lines = text.splitlines()
    return "\n\n\n".join(" " * (len(line) - len(line.lstrip())) + line for line in lines if line.strip())


@pytest.mark.skipif("KOREO_SHARED" not in os.environ, reason="KOREO_SHARED names no folder of recorded data")
def test_corpus() -> None:
    check(texts_below(Path(os.environ["KOREO_SHARED"]) / "corpus"))
