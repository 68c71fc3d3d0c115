"""Coverage as Cobertura's XML (coverage-04.dtd), which Jenkins, GitLab and Azure DevOps read.

Folders are packages, functions are classes.
"""

from __future__ import annotations

import os
import posixpath
import time
from typing import TYPE_CHECKING, Final

from koreo_analyzer import __version__

from koreo_cli.formats.coverage_lines import Choice, LineCoverage, lines_of
from koreo_cli.formats.xml_text import attribute, content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_runtime.testing.coverage import Coverage

    from koreo_cli.report import Sources

_DTD: Final = "http://cobertura.sourceforge.net/xml/coverage-04.dtd"


def render(coverage: Coverage, sources: Sources) -> str:
    """Return the whole file; paths are relative to the working directory, which is the one source."""
    packages: dict[str, list[tuple[str, LineCoverage]]] = {}
    for document in coverage.documents:
        name = sources.name(document.path)
        packages.setdefault(posixpath.dirname(name) or ".", []).append((name, lines_of(document, sources)))
    return "".join(f"{line}\n" for line in _lines(packages))


def _lines(packages: dict[str, list[tuple[str, LineCoverage]]]) -> Iterator[str]:
    documents = [document for members in packages.values() for _, document in members]
    lines, branches = _line_counts(documents), _branch_counts(documents)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<!DOCTYPE coverage SYSTEM "{_DTD}">'
    yield (
        f"<coverage {_rates(documents)}"
        f' lines-covered="{lines[0]}" lines-valid="{lines[1]}"'
        f' branches-covered="{branches[0]}" branches-valid="{branches[1]}" complexity="0"'
        f' version={attribute(f"koreo {__version__}")} timestamp="{int(time.time() * 1000)}">'
    )
    yield f"  <sources><source>{content(os.getcwd())}</source></sources>"
    yield "  <packages>"
    for package in sorted(packages):
        members = packages[package]
        rates = _rates([document for _, document in members])
        yield f'    <package name={attribute(package)} {rates} complexity="0">'
        yield "      <classes>"
        for file, document in sorted(members, key=lambda member: (member[0], member[1].name_line)):
            yield from _class(file, document)
        yield "      </classes>"
        yield "    </package>"
    yield "  </packages>"
    yield "</coverage>"


def _class(file: str, document: LineCoverage) -> Iterator[str]:
    names = f"name={attribute(document.title)} filename={attribute(file)}"
    yield f'        <class {names} {_rates([document])} complexity="0">'
    yield "          <methods/>"
    yield "          <lines>"
    for line, hits in document.hits.items():
        yield from _line(line, hits, document.choices.get(line, []))
    yield "          </lines>"
    yield "        </class>"


def _line(number: int, hits: int, choices: list[Choice]) -> Iterator[str]:
    start = f'            <line number="{number}" hits="{hits}"'
    if not choices:
        yield f'{start} branch="false"/>'
        return
    reached, total = sum(choice.reached for choice in choices), sum(len(choice.sides) for choice in choices)
    yield f'{start} branch="true" condition-coverage="{_percent(reached, total)} ({reached}/{total})">'
    yield "              <conditions>"
    for position, choice in enumerate(choices):
        percent = _percent(choice.reached, len(choice.sides))
        yield f'                <condition number="{position}" type="jump" coverage="{percent}"/>'
    yield "              </conditions>"
    yield "            </line>"


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%"


def _rates(documents: Iterable[LineCoverage]) -> str:
    known = list(documents)
    return f'line-rate="{_rate(*_line_counts(known))}" branch-rate="{_rate(*_branch_counts(known))}"'


def _rate(part: int, whole: int) -> str:
    """Return a part of one, rounded down: 1 is only what is complete."""
    return f"{part * 10_000 // whole / 10_000:g}" if whole else "1"


def _line_counts(documents: Iterable[LineCoverage]) -> tuple[int, int]:
    hits = [hits for document in documents for hits in document.hits.values()]
    return sum(count > 0 for count in hits), len(hits)


def _branch_counts(documents: Iterable[LineCoverage]) -> tuple[int, int]:
    choices = [choice for document in documents for found in document.choices.values() for choice in found]
    return sum(choice.reached for choice in choices), sum(len(choice.sides) for choice in choices)
