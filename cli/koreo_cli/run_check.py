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

from koreo_cli import checking
from koreo_cli.commands.explain import advice_on_code
from koreo_cli.formats import github_report, json_report, junit_report, sarif_report, text_report
from koreo_cli.progress import Progress
from koreo_cli.terminal import note, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    if not _can_run(paths, options.stdin_filename):
        return COULD_NOT_RUN
    with Progress(None if options.quiet else sys.stderr) as progress:
        if STDIN in paths:
            checked = checking.check_stdin(sys.stdin.buffer.read(), options.stdin_filename)
        else:
            checked = checking.check_paths([Path(path) for path in paths], progress)
    codes = (select or {problem.code for problem in checked.problems}) - ignore
    report = checked.report(codes, time.perf_counter() - started, with_statistics=options.stats)
    if not (report.files or report.problems or options.quiet):
        note(f"no Koreo files found in {', '.join(paths)}; their names are {checking.NAMES}")
    write(_rendered(report, options))
    return PROBLEMS if report.has(Severity[options.fail_on.upper()]) else CLEAN


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


def _rendered(report: Report, options: CheckOptions) -> str:
    """Return all that goes to standard output."""
    match options.output:
        case "json":
            return json_report.render(report)
        case "sarif":
            return sarif_report.render(report, RULES, os.getcwd())
        case "github":
            return github_report.render(report)
        case "junit":
            return junit_report.render(report, Severity[options.fail_on.upper()])
    style = text_report.Style(
        color=wants_color(options.color, sys.stdout), width=text_report.width_of(sys.stdout)
    )
    text = text_report.render(report, style)
    if not options.quiet and (report.files or report.problems):
        text += text_report.summary(report, style)
    return text + text_report.statistics(report)
