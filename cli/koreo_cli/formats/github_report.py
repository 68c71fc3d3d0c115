"""Problems as workflow commands, which GitHub Actions shows as annotations of a pull request.

Syntax and escaping: GitHub's "Workflow commands for GitHub Actions" and the toolkit's `command.ts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.problems import Severity

from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileProblem

    from koreo_cli.report import Report, Sources

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """Return one command a line for each problem."""
    return "".join(problem_command(problem, report.sources) for problem in report.problems)


def problem_command(problem: FileProblem, sources: Sources) -> str:
    """Return the command for one problem."""
    text = problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}"
    return command(problem.severity, (problem.path, problem.span), problem.code, text, sources)


def command(severity: Severity, place: tuple[str, Span], title: str, text: str, sources: Sources) -> str:
    """Return a line that shows `text` under `title` at a place, the absolute path of a file and a span in it."""
    region = sources.region(*place)
    properties = {"file": sources.name(place[0]), "line": str(region.line)}
    if region.end_line == region.line:
        # GitHub takes columns only within one line, and the last one belongs to the annotation.
        properties["col"] = str(region.column)
        properties["endLine"] = str(region.end_line)
        properties["endColumn"] = str(max(region.column, region.end_column - 1))
    else:
        properties["endLine"] = str(region.end_line)
    properties["title"] = title
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[severity]} {listed}::{_data(text)}\n"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
