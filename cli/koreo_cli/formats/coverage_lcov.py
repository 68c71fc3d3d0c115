"""Coverage as a tracefile of lcov (geninfo(1), "TRACEFILE FORMAT"), which genhtml, Codecov and editors read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_cli.formats.coverage_lines import lines_of
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.testing.coverage import Coverage

    from koreo_cli.formats.coverage_lines import LineCoverage
    from koreo_cli.report import Sources


def render(coverage: Coverage, sources: Sources) -> str:
    """Return a section for each file; paths are relative to the working directory."""
    files: dict[str, list[LineCoverage]] = {}
    for document in coverage.documents:
        files.setdefault(sources.name(document.path), []).append(lines_of(document, sources))
    return "".join(f"{line}\n" for name in sorted(files) for line in _section(name, files[name]))


def _section(name: str, documents: list[LineCoverage]) -> Iterator[str]:
    yield "TN:"
    yield f"SF:{_one_line(name)}"
    functions = [(document, document.runs) for document in documents if document.runs is not None]
    for document, _ in functions:
        yield f"FN:{document.name_line},{_one_line(document.title)}"
    for document, runs in functions:
        yield f"FNDA:{runs},{_one_line(document.title)}"
    yield f"FNF:{len(functions)}"
    yield f"FNH:{sum(runs > 0 for _, runs in functions)}"
    found = reached = 0
    for document in documents:
        for line, choices in document.choices.items():
            for block, choice in enumerate(choices):
                for branch, hits in enumerate(choice.sides):
                    yield f"BRDA:{line},{block},{branch},{'-' if hits is None else hits}"
                found += len(choice.sides)
                reached += choice.reached
    yield f"BRF:{found}"
    yield f"BRH:{reached}"
    hits_by_line: dict[int, int] = {}
    for document in documents:
        for line, hits in document.hits.items():
            hits_by_line[line] = max(hits, hits_by_line.get(line, 0))
    for line, hits in sorted(hits_by_line.items()):
        yield f"DA:{line},{hits}"
    yield f"LF:{len(hits_by_line)}"
    yield f"LH:{sum(hits > 0 for hits in hits_by_line.values())}"
    yield "end_of_record"


def _one_line(text: str) -> str:
    return printable(text).replace("\n", "\\n")
