"""Runs `koreo test`: validates what was asked for, loads, runs, prints, and says how it went."""

from __future__ import annotations

import gc
import importlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from koreo_analyzer.cel.engine import NATIVE, EngineMissingError, engine_named
from koreo_analyzer.language import kinds
from koreo_project.discover import find
from koreo_project.load import load

from koreo_cli import checking
from koreo_cli.misnamed import no_koreo, rename_advice, unread_note
from koreo_cli.progress import Progress
from koreo_cli.terminal import note, write
from koreo_cli.testing.history import History
from koreo_cli.testing.matching import MatchError, read_matcher
from koreo_cli.testing.results import gather
from koreo_cli.testing.running import (
    CASES_A_PROCESS,
    SLOW_CASES_A_PROCESS,
    Plan,
    processes_for,
    run_plans,
)
from koreo_cli.testing.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from koreo_analyzer.workspace import Definition
    from koreo_project.load import Loaded

    from koreo_cli.commands.test import TestOptions
    from koreo_cli.report import Sources
    from koreo_cli.testing.covering import CoverageResults
    from koreo_cli.testing.matching import Matcher
    from koreo_cli.testing.results import TestResults

PASSED, FAILED, COULD_NOT_RUN = 0, 1, 2
_STDIN: Final = "-"
_FORMATS: Final = {
    "text": "koreo_cli.formats.tests_text",
    "json": "koreo_cli.formats.tests_json",
    "junit": "koreo_cli.formats.tests_junit",
    "github": "koreo_cli.formats.tests_github",
}
_JSON: Final = "json"
_COVERING: Final = "koreo_cli.testing.covering"


class CannotRunError(click.ClickException):
    """What was asked for cannot be had."""

    exit_code = COULD_NOT_RUN

    def show(self, file: object = None) -> None:
        """Print the message the way all commands do."""
        del file
        note(self.message)


def run(options: TestOptions) -> int:
    """Run tests and print; return the exit status. Raises `click.ClickException` for what cannot be had."""
    started = time.perf_counter()
    # Trees, models and programs live until the end: collecting would only scan them again and again.
    gc.disable()
    _check_together(options)
    matcher = None if options.match is None else _matcher(options.match)
    if options.coverage_exports:
        importlib.import_module(_COVERING).check_exports(options.coverage_exports)
    paths = options.paths or (".",)
    _check_paths(paths)
    try:
        expressions = engine_named(options.engine)
    except EngineMissingError as error:
        raise CannotRunError(str(error)) from error
    with Progress(None if options.quiet else sys.stderr) as progress:
        workspaces = [load(root, progress.stage("Reading")) for root in find([Path(path) for path in paths])]
        session = Session(options, paths, workspaces, matcher, expressions)
        special = _special(options)
        if special is None:
            results = _run(session, progress, started)
            covered = _covered(session, results) if options.coverage else None
    if special is not None:
        start: Callable[[Session, float], int] = importlib.import_module(f"koreo_cli.testing.{special}").run
        return start(session, started)
    write(_rendered(results, covered, session))
    if not results.results and not options.quiet:
        note(nothing_to_run(session))
    elif not options.quiet:
        asked = [(loaded.workspace.snapshot, loaded.reported) for loaded in session.workspaces]
        if (unread := unread_note(asked, kinds.FUNCTION_TEST)) is not None:
            note(unread)
    failed = session.is_failed(results) or (covered is not None and covered.has(session.least))
    if covered is not None and covered.is_too_low:
        note(covered.shortfall)
        failed = True
    return FAILED if failed else PASSED


def _special(options: TestOptions) -> str | None:
    """Return the module that does something else than running tests once; None if nothing else is asked for."""
    if options.watch:
        return "watching"
    if options.compat:
        return "comparing"
    return "updating" if options.update else None


def _check_together(options: TestOptions) -> None:
    """Raise `click.UsageError` for options that do not go together."""
    if options.update and (options.watch or options.compat or options.coverage):
        raise click.UsageError("--update changes tests: leave out --watch, --compat and coverage")
    if options.update and options.output != "text":
        raise click.UsageError("--update prints text: leave out --format")
    if options.yes and not options.update:
        raise click.UsageError("--yes answers the questions of --update: add that")
    if options.watch and options.compat:
        raise click.UsageError("--watch and --compat do not go together")
    if options.watch and options.output != "text":
        raise click.UsageError("--watch prints text: leave out --format")
    if options.compat and options.output not in ("text", _JSON):
        raise click.UsageError("--compat prints text or json")
    if options.compat and options.engine != NATIVE:
        raise click.UsageError("--compat runs both engines: leave out --engine")
    if options.coverage:
        if options.watch or options.compat:
            raise click.UsageError("coverage is that of one run: leave out --watch and --compat")
        if options.engine != NATIVE:
            raise click.UsageError(
                "coverage looks into expressions, as only our engine can: leave out --engine"
            )


def _matcher(expression: str) -> Matcher:
    try:
        return read_matcher(expression)
    except MatchError as error:
        marker = f"  {expression}\n  {' ' * (error.column - 1)}^"
        raise click.BadParameter(f"{error}\n{marker}", param_hint="-k") from error


def _check_paths(paths: Sequence[str]) -> None:
    """Raise `CannotRunError` unless all paths can be read; what is wrong with any of them is printed."""
    if _STDIN in paths:
        raise click.UsageError("tests are read from files; `-` does not stand for standard input here")
    wrong = [advice for path in paths if (advice := checking.advice_on(path))]
    for advice in wrong[:-1]:
        note(advice)
    if wrong:
        raise CannotRunError(wrong[-1])


def _run(session: Session, progress: Progress, started: float) -> TestResults:
    """Run the tests of all workspaces, and remember which failed."""
    options = session.options
    plans = [_plan(session, loaded) for loaded in session.workspaces]
    processes = options.jobs or processes_for(
        plans, SLOW_CASES_A_PROCESS if session.is_slow else CASES_A_PROCESS
    )
    advance = progress.stage("Testing")
    reports = run_plans(plans, processes, advance, with_values=options.output == _JSON)
    for loaded, ran in zip(session.workspaces, reports, strict=True):
        History(loaded.root.path).record(ran)
    snapshots = [plan.snapshot for plan in plans]
    seconds = time.perf_counter() - started
    return gather(
        list(zip(session.workspaces, snapshots, reports, strict=True)), session.expressions.title, seconds
    )


def _plan(session: Session, loaded: Loaded) -> Plan:
    snapshot = loaded.workspace.snapshot
    tests = session.tests(loaded, snapshot)
    if session.options.failed_first:
        history = History(loaded.root.path)
        failed = history.failed()

        def passed(test: Definition) -> bool:
            name = test.document.name
            return history.id_of(test.path, name.text if name is not None else "") not in failed

        tests.sort(key=passed)
    return Plan(snapshot, tuple(tests), session.make_engine)


def _covered(session: Session, results: TestResults) -> CoverageResults:
    """Return what the tests reach, after writing the files that were asked for."""
    module = importlib.import_module(_COVERING)
    cover: Callable[[Session, Sources], CoverageResults] = module.cover
    covered = cover(session, results.sources)
    module.export(covered, session.options.coverage_exports)
    return covered


def _rendered(results: TestResults, covered: CoverageResults | None, session: Session) -> str:
    """Return all that goes to standard output."""
    options = session.options
    if covered is not None and options.output in ("text", _JSON):
        render_both: Callable[..., str] = importlib.import_module(_COVERING).rendered_with
        return render_both(results, covered, session)
    module = importlib.import_module(_FORMATS[options.output])
    if options.output == "text":
        render_text: Callable[..., str] = module.render
        return render_text(results, session.style, verbose=options.verbose, quiet=options.quiet)
    if options.output == "junit":
        render_junit: Callable[..., str] = module.render
        return render_junit(results, session.least, verbose=options.verbose)
    render: Callable[[TestResults], str] = module.render
    return render(results)


def nothing_to_run(session: Session) -> str:
    """Return why no test was run."""
    where = ", ".join(session.paths)
    if session.options.match is not None:
        return f"no test in {where} matches -k {session.options.match!r}"
    snapshots = [loaded.workspace.snapshot for loaded in session.workspaces]
    if not any(
        loaded.unreadable_files or loaded.workspace.snapshot.statistics(loaded.reported).files
        for loaded in session.workspaces
    ):
        return no_koreo(session.paths, snapshots)
    misnamed = rename_advice(snapshots, kinds.FUNCTION_TEST)
    return f"no FunctionTests found in {where}" + (f"; {misnamed}" if misnamed else "")
