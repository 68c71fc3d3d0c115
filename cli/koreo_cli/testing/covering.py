"""`koreo test --coverage`: what the tests that were asked for reach, to show, to export and to hold against a limit."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from koreo_analyzer.language.document import FunctionTest
from koreo_runtime.testing.coverage import Coverage, DocumentCoverage, find_gaps, measure, percentage
from koreo_runtime.testing.problems import gap_problem

from koreo_cli.formats.coverage_json import coverage_data
from koreo_cli.formats.coverage_text import render_coverage
from koreo_cli.formats.json_report import dump
from koreo_cli.formats.tests_json import document
from koreo_cli.formats.tests_text import render
from koreo_cli.terminal import note
from koreo_cli.testing.selecting import paths_asked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from koreo_analyzer.problems import Severity
    from koreo_analyzer.workspace import Definition, FileProblem, Snapshot
    from koreo_project.load import Loaded
    from koreo_runtime.testing.coverage import Gap

    from koreo_cli.report import Sources
    from koreo_cli.testing.results import TestResults
    from koreo_cli.testing.session import Session

EXPORTS: Final = {
    ".info": "koreo_cli.formats.coverage_lcov",
    ".xml": "koreo_cli.formats.coverage_cobertura",
}
"""What a file is written by, from how its name ends."""
_COULD_NOT_WRITE: Final = 2


class CannotExportError(click.ClickException):
    """A file cannot be written."""

    exit_code = _COULD_NOT_WRITE

    def show(self, file: object = None) -> None:
        """Print the message the way all commands do."""
        del file
        note(self.message)


@dataclass(frozen=True, slots=True)
class CoverageResults:
    """What the tests reach, over all workspaces; `fail_under` is the percentage that is asked for, if any.

    `snapshots` holds the workspace of each file that was measured.
    """

    coverage: Coverage
    snapshots: Mapping[str, Snapshot]
    sources: Sources
    fail_under: float | None

    def gaps(self, document: DocumentCoverage) -> list[tuple[Gap, FileProblem]]:
        """Return what no test reaches of a document, without what is hidden or turned off."""
        snapshot = self.snapshots[document.path]
        found: list[tuple[Gap, FileProblem]] = []
        for gap in find_gaps(document):
            placed = snapshot.place_problems(document.path, document.document, [gap_problem(gap)])
            found += [(gap, problem) for problem in placed]
        return found

    def has(self, least: Severity) -> bool:
        """Whether what no test reaches is at least as bad as `least`, anywhere."""
        return any(
            problem.severity >= least
            for document in self.coverage.documents
            for _, problem in self.gaps(document)
        )

    @property
    def is_too_low(self) -> bool:
        """Whether less is reached than was asked for."""
        return self.fail_under is not None and self.coverage.is_below(self.fail_under)

    @property
    def shortfall(self) -> str:
        """What is said when less is reached than was asked for."""
        reached = percentage(self.coverage.reached, self.coverage.total)
        return f"coverage is {reached:.1f} %, and {self.fail_under:g} % is asked for"


def cover(session: Session, sources: Sources) -> CoverageResults:
    """Return what the tests of a session reach."""
    documents: list[DocumentCoverage] = []
    snapshots: dict[str, Snapshot] = {}
    for loaded in session.workspaces:
        snapshot = loaded.workspace.snapshot
        tests = session.tests(loaded, snapshot)
        measured = measure(snapshot, tests, _counted(session, loaded, tests)).documents
        documents += measured
        snapshots |= dict.fromkeys((document.path for document in measured), snapshot)
    return CoverageResults(
        Coverage(tuple(documents)), snapshots, sources, session.options.coverage_fail_under
    )


def _counted(
    session: Session, loaded: Loaded, tests: Sequence[Definition]
) -> Callable[[Definition], bool] | None:
    """Return which documents are counted: those of the paths, and the functions that the tests are for."""
    paths = paths_asked_for(loaded)
    selected = session.options.match is not None
    if paths is None and not selected:
        return None
    named = {
        (body.function.kind, body.function.name.text)
        for test in tests
        if isinstance(body := test.document.body, FunctionTest) and body.function is not None
    }

    def counts(definition: Definition) -> bool:
        name = definition.document.name
        if name is not None and (definition.document.kind, name.text) in named:
            return True
        return not selected and paths is not None and definition.path in paths

    return counts


def rendered_with(results: TestResults, covered: CoverageResults, session: Session) -> str:
    """Return results and coverage, as text or JSON."""
    options = session.options
    if options.output == "json":
        return dump({**document(results), "coverage": coverage_data(covered)})
    text = render(results, session.style, verbose=options.verbose, quiet=options.quiet)
    if options.quiet and not covered.is_too_low:
        return text
    coverage = render_coverage(covered, session.style, verbose=options.verbose)
    return f"{text}\n{coverage}" if text else coverage


def check_exports(files: Sequence[str]) -> None:
    """Raise `click.BadParameter` for the name of a file of which no format is known."""
    for file in files:
        if os.path.splitext(file)[1].lower() not in EXPORTS:
            raise click.BadParameter(
                f"`{file}` must end in .info, for lcov, or .xml, for Cobertura",
                param_hint="--coverage-export",
            )


def export(results: CoverageResults, files: Sequence[str]) -> None:
    """Write files, each in the format that its name asks for. Raises `CannotExportError`."""
    for file in files:
        module = importlib.import_module(EXPORTS[os.path.splitext(file)[1].lower()])
        render: Callable[[Coverage, Sources], str] = module.render
        try:
            Path(file).write_text(render(results.coverage, results.sources), "utf-8", newline="\n")
        except OSError as error:
            raise CannotExportError(f"cannot write `{file}`: {error.strerror or error}") from error
