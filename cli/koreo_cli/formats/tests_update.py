"""What `koreo test --update` says beside its diffs: the cases that change, and what it cannot update.

    update: settings-test, case 2 (Scales up): `expectReturn`: the returned value differs

What is left looks as without `--update`, and says in a last line why it was not updated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_cli.formats.tests_details import Details, case_title
from koreo_cli.formats.text_report import gutter_width, indented, problem_text
from koreo_cli.report import ordered
from koreo_cli.testing.results import TestResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.testing.update import CaseId, Refusal, Update

    from koreo_cli.formats.text_report import Style
    from koreo_cli.testing.results import TestResults


def update_line(snapshot: Snapshot, update: Update, style: Style) -> str:
    """Return the line about one case; another colour tells that it will assert something else."""
    title = case_title(TestResult(snapshot, update.report), update.case)
    word = style.paint("update", "yellow" if update.asserts_something_else else "green", bold=True)
    return f"{word}: {indented(title)}: {indented(update.description)}"


def render_left(
    results: TestResults, refusals: Iterable[Refusal], style: Style, *, declined: bool, verbose: bool
) -> Iterator[str]:
    """Yield what is left once tests are updated: problems of files, warnings, and cases that are refused.

    `declined` asks for the failures, too, that the user did not want to update.
    """
    for problem in ordered({*results.problems, *results.causes}, results.sources):
        yield problem_text(problem, results.sources, style) + "\n"
    details = Details(results.sources, style, verbose=verbose)
    reasons: dict[CaseId, str] = {
        (each.report.path, each.report.document, each.case.index): each.reason
        for each in refusals
        if each.case is not None
    }
    for result in results.results:
        for lines in _of(result, results, reasons, details, style, declined=declined):
            yield "".join(f"{line}\n" for line in lines)


def _of(
    result: TestResult,
    results: TestResults,
    reasons: dict[CaseId, str],
    details: Details,
    style: Style,
    *,
    declined: bool,
) -> Iterator[Iterable[str]]:
    report = result.report
    if report.error is not None and not result.causes():
        yield details.error(result)
    equals = style.paint("=", "blue", bold=True)
    for case in report.cases:
        reason = reasons.get((report.path, report.document, case.index))
        if reason is not None:
            place = result.outcome_place(case) or result.case_place(case)
            margin = " " * gutter_width(*place, results.sources)
            yield [*details.failure(result, case), f"{margin} {equals} not updated: {indented(reason)}"]
        elif declined and result.failure(case) is not None:
            yield details.failure(result, case)
        yield from details.warnings(result, case)
