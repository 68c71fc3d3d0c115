"""What a check found, over all workspaces, in a fixed order and ready for every format."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from koreo_analyzer.text import LineIndex, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from koreo_analyzer.flow import Coverage, Share
    from koreo_analyzer.problems import Severity
    from koreo_analyzer.workspace import FileProblem

_EMPTY = LineIndex("")


@dataclass(frozen=True, slots=True)
class Region:
    """A range of a file; lines and columns count from 1, columns in characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Sources:
    """The texts that problems point into, by absolute path, and the names that people know the files by."""

    __slots__ = ("_folder", "_indexes", "_names", "_texts")

    def __init__(self, texts: Mapping[str, str], folder: str, names: Mapping[str, str] | None = None) -> None:
        self._texts = texts
        self._folder = folder
        self._names = dict(names or {})
        self._indexes: dict[str, LineIndex] = {}

    def name(self, path: str) -> str:
        """Return the path relative to the working directory, with `/`."""
        known = self._names.get(path)
        if known is None:
            known = self._names[path] = os.path.relpath(path, self._folder).replace(os.sep, "/")
        return known

    def lines(self, path: str) -> LineIndex:
        """Return the lines of a file; none for one that could not be read."""
        known = self._indexes.get(path)
        if known is None:
            text = self._texts.get(path)
            known = self._indexes[path] = _EMPTY if text is None else LineIndex(text)
        return known

    def has_text(self, path: str) -> bool:
        """Whether the file could be read."""
        return path in self._texts

    def region(self, path: str, span: Span) -> Region:
        """Return the lines and columns of a span."""
        lines = self.lines(path)
        start, end = lines.position(span.start), lines.position(span.end)
        return Region(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


@dataclass(frozen=True, slots=True)
class TypeStatistics:
    """How many expressions, and how many parts of them, have a known type; and why the others have none."""

    coverage: Coverage
    share: Share


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a format shows.

    `problems` are sorted by file name, place and code. `files` counts the Koreo files that were asked for,
    `documents` the documents in them, `seconds` is wall-clock time. `statistics` maps names to
    numbers or to further numbers by name, as the analyzer counts them; `types` tells how much is typed.
    """

    problems: tuple[FileProblem, ...]
    sources: Sources
    files: int
    documents: int
    seconds: float
    statistics: Mapping[str, int | Mapping[str, int]] | None = None
    types: TypeStatistics | None = None
    counts: Mapping[Severity, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", Counter(problem.severity for problem in self.problems))

    def has(self, least: Severity) -> bool:
        """Whether there is a problem at least as bad as `least`."""
        return any(severity >= least for severity, count in self.counts.items() if count)


def ordered(problems: Iterable[FileProblem], sources: Sources) -> tuple[FileProblem, ...]:
    """Return problems in the order that every format keeps."""
    return tuple(
        sorted(
            problems,
            key=lambda problem: (
                sources.name(problem.path),
                problem.span,
                -problem.severity,
                problem.code,
                problem.message,
            ),
        )
    )
