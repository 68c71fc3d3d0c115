"""Problems as JUnit XML, for CI systems that show nothing else: a suite for each file, a case for each problem."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from koreo_cli.formats import junit
from koreo_cli.formats.text_report import Style, problem_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.problems import Severity
    from koreo_analyzer.workspace import FileProblem

    from koreo_cli.report import Report, Sources

_SUITE: Final = "koreo check"
_STYLE: Final = Style()


def render(report: Report, least: Severity) -> str:
    """Return the report; problems less bad than `least` are cases that passed, with the problem as their output.

    Without problems there is one case that passed, as CI systems take a report without cases for a failure.
    """
    suites = list(_suites(report, least))
    if not suites:
        suites = [junit.Suite(_SUITE, ".", [junit.Case("no problems", _SUITE, ".", 1)])]
    return junit.render_suites(suites, report.seconds)


def _suites(report: Report, least: Severity) -> Iterator[junit.Suite]:
    for path, problems in groupby(report.problems, lambda problem: problem.path):
        name = report.sources.name(path)
        yield junit.Suite(name, name, [problem_case(each, report.sources, least) for each in problems])


def problem_case(problem: FileProblem, sources: Sources, least: Severity) -> junit.Case:
    """Return the case of one problem, a failure if it is at least as bad as `least`."""
    region = sources.region(problem.path, problem.span)
    failed = problem.severity >= least
    return junit.Case(
        name=f"{problem.code} at {region.line}:{region.column}",
        group=sources.name(problem.path),
        file=sources.name(problem.path),
        line=region.line,
        verdict="failure" if failed else None,
        code=problem.code,
        message=problem.message if failed else "",
        text=problem_text(problem, sources, _STYLE),
    )
