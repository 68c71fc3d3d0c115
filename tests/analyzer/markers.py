"""Cases in Markdown: small workspaces in which every expected problem stands under its line.

A case is a section (`## title`) with one or more fenced blocks, each a file; the words after the fence's
language are its path (`main.k.yaml` by default). A line `Off: code, …` turns rules off for the section, or, before
the first section, for all. A problem is written below its line:

    text: =input.name
    #      ^^^^^ error[unknown-name]: `input` is not in scope … (did you mean `inputs`?)

Blocks before the first section are files that every section has besides its own.

The carets stand under the problem's characters; a `#` that they touch counts as one of them, and `…` says that
the problem goes on in the next line. `KOREO_UPDATE=1` rewrites the files to what the analyzer says now.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.workspace import FileProblem, Settings, Snapshot, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from koreo_analyzer.schemas import SchemaSource

UPDATE = os.environ.get("KOREO_UPDATE") == "1"

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```yaml *(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OFF = re.compile(r"^Off: (.+)$", re.MULTILINE)
_MARKER = re.compile(r"#\s*\^+…? (?:error|warning|info)\[")


@dataclass(frozen=True)
class Case:
    """One section of a file of cases."""

    file: Path
    title: str
    text: str
    off: frozenset[str]
    common: dict[str, str]
    schemas: tuple[SchemaSource, ...]

    @property
    def name(self) -> str:
        return f"{self.file.stem}: {self.title}"

    def rendered(self) -> str:
        """Return the section's text with the markers that the analyzer asks for."""
        texts = {path or "main.k.yaml": _without_markers(block) for path, block in _BLOCK.findall(self.text)}
        snapshot = analyze({**self.common, **texts}, off=self.off, schemas=self.schemas)

        def block(match: re.Match[str]) -> str:
            path = match[1] or "main.k.yaml"
            text = texts[path]
            start, end = match.span(2)
            whole = match[0]
            return (
                whole[: start - match.start()]
                + annotated(text, snapshot.problems(path))
                + whole[end - match.start() :]
            )

        return _BLOCK.sub(block, self.text)


def cases(folder: Path, schemas: tuple[SchemaSource, ...] = ()) -> list[Case]:
    """Return every case of the Markdown files of a folder. `schemas` are those that are known besides the files."""
    found = []
    for file in sorted(folder.glob("*.md")):
        head, *parts = _SECTION.split(file.read_text(encoding="utf-8"))
        common = {path or "common.k.yaml": block for path, block in _BLOCK.findall(head)}
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            off = {code for listed in _OFF.findall(head) + _OFF.findall(text) for code in listed.split(", ")}
            found.append(Case(file, title, text, frozenset(off), common, schemas))
    return found


def check(case: Case) -> None:
    """Compare a case with what the analyzer says, or write down what it says."""
    rendered = case.rendered()
    if UPDATE:
        whole = case.file.read_text(encoding="utf-8")
        section = f"## {case.title}{case.text}"
        assert whole.count(section) == 1
        case.file.write_text(whole.replace(section, f"## {case.title}{rendered}"), encoding="utf-8")
    else:
        assert rendered == case.text


def has_problems(case: Case) -> bool:
    """Whether a case expects any problem."""
    return any(_MARKER.match(line) for line in case.text.splitlines())


def analyze(
    texts: dict[str, str], *, off: frozenset[str] = frozenset(), schemas: tuple[SchemaSource, ...] = ()
) -> Snapshot:
    """Return the snapshot of a workspace of these files."""
    return Workspace(Settings(severities=dict.fromkeys(off), schemas=schemas)).apply(texts)


def codes(text: str, *, off: frozenset[str] = frozenset({"unused-definition"})) -> list[str]:
    """Return the codes of the problems of a workspace of one file, in the order of the text."""
    return [problem.code for problem in analyze({"main.k.yaml": text}, off=off).problems("main.k.yaml")]


def annotated(text: str, problems: tuple[FileProblem, ...]) -> str:
    """Return a text with a marker line below each line at which a problem begins."""
    lines = text.splitlines(keepends=True)
    below: dict[int, list[str]] = {}
    for problem in problems:
        line = text.count("\n", 0, problem.span.start)
        column = problem.span.start - (text.rfind("\n", 0, problem.span.start) + 1)
        below.setdefault(line, []).append(_marker(text, column, problem))
    return "".join(line + "".join(below.get(number, ())) for number, line in enumerate(lines))


def _marker(text: str, column: int, problem: FileProblem) -> str:
    covered = text[problem.span.start : problem.span.end]
    first, rest, _ = covered.partition("\n")
    carets = "^" * max(1, len(first)) + ("…" if rest else "")
    line = "#" + carets[1:] if column == 0 else "#" + " " * (column - 1) + carets
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{line} {problem.severity.word}[{problem.code}]: {problem.message}{hint}\n"


def _without_markers(block: str) -> str:
    return "".join(line for line in block.splitlines(keepends=True) if not _MARKER.match(line))
