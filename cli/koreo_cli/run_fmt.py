"""Runs `koreo fmt`: formats the files that were asked for, and says which changed and which could not be read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from koreo_analyzer.edit import apply
from koreo_analyzer.format import format_text
from koreo_analyzer.text import LineIndex
from koreo_analyzer.workspace import is_koreo_path
from koreo_project.discover import find
from koreo_project.load import load, prepare
from koreo_project.read import Unreadable, decode, read_text
from koreo_project.write import replace_text

from koreo_cli.checking import advice_on
from koreo_cli.formats.text_diff import render as render_diff
from koreo_cli.formats.text_report import Style
from koreo_cli.misnamed import no_koreo
from koreo_cli.terminal import note, printable, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from koreo_cli.commands.fmt import FmtOptions

DONE, NOT_FORMATTED, COULD_NOT_RUN = 0, 1, 2
STDIN = "-"


class _Result(NamedTuple):
    """A file before and after; they are equal if it is formatted already. `left` documents could not be."""

    old: str
    new: str
    left: int


def run(options: FmtOptions) -> int:
    """Format; return the exit status. Raises `click.UsageError` for options that make no sense."""
    if STDIN in options.paths:
        if len(options.paths) > 1:
            raise click.UsageError("`-` stands alone: standard input is one file")
        return _run_stdin(options)
    paths = options.paths or (".",)
    wrong = [advice for path in paths if (advice := advice_on(path))]
    for advice in wrong:
        note(advice)
    return COULD_NOT_RUN if wrong else _run_files(options, paths)


def _run_stdin(options: FmtOptions) -> int:
    text = decode(sys.stdin.buffer.read(), STDIN)
    if isinstance(text, Unreadable):
        note(f"cannot read standard input: {text.reason}")
        return COULD_NOT_RUN
    result = _format("<stdin>", text)
    if options.diff:
        write(_diff("<stdin>", result, options))
    elif not options.check:
        write(result.new)
    return NOT_FORMATTED if options.check and result.old != result.new else DONE


def _run_files(options: FmtOptions, paths: Sequence[str]) -> int:
    files = list(_koreo_files(paths))
    if not files and not options.quiet:
        # Only here it is worth reading what the files hold.
        note(
            no_koreo(paths, [load(root).workspace.snapshot for root in find([Path(path) for path in paths])])
        )
    changed = failed = left = 0
    for path in files:
        name = os.path.relpath(path).replace(os.sep, "/")
        text = read_text(path)
        if isinstance(text, Unreadable):
            note(f"cannot read {name}: {text.reason}")
            failed += 1
            continue
        result = _format(name, text)
        left += result.left
        if result.old == result.new:
            continue
        if not (options.check or options.diff):
            unwritten = replace_text(path, result.old, result.new)
            if unwritten is not None:
                note(f"cannot write {name}: {unwritten.reason}")
                failed += 1
                continue
        changed += 1
        write(_told(name, result, options))
    if not options.quiet and files:
        write(_summary(changed, len(files) - changed - failed, left, options))
    if failed:
        return COULD_NOT_RUN
    return NOT_FORMATTED if options.check and changed else DONE


def _koreo_files(paths: Sequence[str]) -> Iterator[str]:
    """Yield the Koreo files that were asked for, of each workspace those that its koreo.toml lets in."""
    for root in find([Path(path) for path in paths]):
        prepared = prepare(root)
        yield from (path for path in prepared.own if is_koreo_path(path) and prepared.is_reported(path))


def _format(name: str, text: str) -> _Result:
    """Format a text; what was left alone is told on standard error."""
    formatted = format_text(text)
    if formatted.untouched:
        lines = LineIndex(text)
        for one in formatted.untouched:
            note(f"{name}:{lines.line_of(one.span.start) + 1}: document not formatted: {one.reason}")
    return _Result(text, apply(text, formatted.edits), len(formatted.untouched))


def _told(name: str, result: _Result, options: FmtOptions) -> str:
    if options.diff:
        return _diff(name, result, options)
    if options.quiet:
        return ""
    return f"{'would format' if options.check else 'formatted'} {printable(name)}\n"


def _diff(name: str, result: _Result, options: FmtOptions) -> str:
    return render_diff(name, result.old, result.new, Style(wants_color(options.color, sys.stdout)))


def _summary(changed: int, same: int, left: int, options: FmtOptions) -> str:
    did = "would be formatted" if options.check or options.diff else "formatted"
    already = (
        f"{same} already {'is' if same == 1 else 'are'}" if changed else f"{_files(same)} already formatted"
    )
    alone = f"; {left} document{'' if left == 1 else 's'} not sound, left alone" if left else ""
    return f"{_files(changed)} {did}, {already}{alone}\n" if changed else f"{already}{alone}\n"


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
