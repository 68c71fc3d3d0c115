"""Runs `koreo check`: validates what was asked for, checks, prints, and says how it went."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from koreo_analyzer.checks import RULES, Origin
from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace.fixing import CERTAIN, GUESSED

from koreo_cli import checking
from koreo_cli.commands.explain import advice_on_code
from koreo_cli.fixing import Fixing
from koreo_cli.formats import github_report, json_report, junit_report, sarif_report, text_report
from koreo_cli.misnamed import no_koreo, unread_note
from koreo_cli.progress import Progress
from koreo_cli.terminal import note, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from koreo_cli.commands.check import CheckOptions
    from koreo_cli.report import Report

CLEAN, PROBLEMS, COULD_NOT_RUN = 0, 1, 2
STDIN = "-"


def run(options: CheckOptions) -> int:
    """Check and print; return the exit status. Raises `click.UsageError` for options that make no sense."""
    started = time.perf_counter()
    # Trees and models live until the end and hold no cycles: collecting would only scan them again and again.
    gc.disable()
    select = _known_codes("--select", options.select)
    ignore = _known_codes("--ignore", options.ignore)
    paths = options.paths or (".",)
    if options.diff and not options.fix:
        raise click.UsageError("--diff goes with --fix or --fix-guesses")
    if not _can_run(paths, options.stdin_filename):
        return COULD_NOT_RUN
    fixing = _fixing(options, select, ignore)
    mend = None if fixing is None else fixing.fix
    with Progress(None if options.quiet else sys.stderr) as progress:
        if STDIN in paths:
            checked = checking.check_stdin(sys.stdin.buffer.read(), options.stdin_filename, mend)
        else:
            # Types are counted from what the check has found: in one process with it.
            jobs = 1 if options.stats else options.jobs
            checked = checking.check_paths([Path(path) for path in paths], progress, mend, jobs)
    codes = (select or {problem.code for problem in checked.problems}) - ignore
    report = checked.report(codes, time.perf_counter() - started, with_statistics=options.stats)
    if not (report.files or report.problems or options.quiet):
        note(no_koreo(paths, (snapshot for snapshot, _ in checked.asked)))
    elif not options.quiet and (unread := unread_note(checked.asked)) is not None:
        note(unread)
    status = PROBLEMS if report.has(Severity[options.fail_on.upper()]) else CLEAN
    if fixing is None:
        write(_rendered(report, options, sys.stdout))
        return status
    if fixing.unwritten:
        status = COULD_NOT_RUN
    if options.diff:
        _show(fixing, report, options)
        return max(status, PROBLEMS if fixing.fixed else CLEAN)
    if not options.quiet:
        fixing.tell(report)
    if STDIN in paths:
        write("".join(snapshot.text(path) for snapshot, asked in checked.asked for path in asked))
        click.echo(_rendered(report, options, sys.stderr), err=True, nl=False)
    else:
        write(_rendered(report, options, sys.stdout))
    return status


def _show(fixing: Fixing, report: Report, options: CheckOptions) -> None:
    """Print what would be changed, and the report of what would be left.

    Standard output holds one of the two alone: a report for a program, as it was asked for, or else a patch.
    """
    for_people = options.output == "text"
    stream = sys.stdout if for_people else sys.stderr
    diff = fixing.diff(report.sources, text_report.Style(wants_color(options.color, stream)))
    if for_people:
        write(diff)
    else:
        click.echo(diff, err=True, nl=False)
    if not options.quiet:
        note(fixing.plan(report))
    if for_people:
        click.echo(_rendered(report, options, sys.stderr), err=True, nl=False)
    else:
        write(_rendered(report, options, sys.stdout))


def _fixing(options: CheckOptions, select: frozenset[str], ignore: frozenset[str]) -> Fixing | None:
    """Return what fixes the problems that may be fixed and would be reported; None if none are to be fixed."""
    if not options.fix:
        return None
    codes = CERTAIN | GUESSED if options.fix_guesses else CERTAIN
    in_place = not options.diff and STDIN not in options.paths
    return Fixing((codes & select if select else codes) - ignore, in_place)


def _known_codes(option: str, lists: Sequence[str]) -> frozenset[str]:
    """Split comma-separated lists of codes; all that make no sense are answered at once."""
    codes = frozenset(code.strip() for codes in lists for code in codes.split(",")) - {""}
    advice = [advice_on_code(code) for code in sorted(codes - RULES.keys())]
    advice += [
        f"`{code}` is found by `{RULES[code].origin.value}`"
        for code in sorted(codes & RULES.keys())
        if RULES[code].origin is not Origin.READING
    ]
    if advice:
        raise click.BadParameter("; ".join(advice), param_hint=option)
    return codes


def _can_run(paths: Sequence[str], stdin_filename: str | None) -> bool:
    """Whether all paths can be checked; what is wrong with any of them is printed."""
    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("`-` stands alone: standard input is one file")
    if stdin_filename is not None and STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with `-`, which reads standard input")
    wrong = [advice for path in paths if path != STDIN and (advice := checking.advice_on(path))]
    for advice in wrong:
        note(advice)
    return not wrong


def _rendered(report: Report, options: CheckOptions, stream: TextIO) -> str:
    """Return the whole report, as it is to be shown on a stream."""
    match options.output:
        case "json":
            return json_report.render(report)
        case "sarif":
            return sarif_report.render(report, RULES, os.getcwd())
        case "github":
            return github_report.render(report)
        case "junit":
            return junit_report.render(report, Severity[options.fail_on.upper()])
    style = text_report.Style(color=wants_color(options.color, stream), width=text_report.width_of(stream))
    text = text_report.render(report, style)
    if not options.quiet and (report.files or report.problems):
        text += text_report.summary(report, style)
    return text + text_report.statistics(report)
