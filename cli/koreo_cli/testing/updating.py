"""`koreo test --update`: shows what would make failing cases pass, and writes what the user accepts.

New values of one file are asked about together. A case that would assert something else is always asked about by
itself. Without a terminal nobody can be asked: then nothing is written unless the user said `--yes`.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import click
from koreo_project.write import replace_text

from koreo_cli.formats.tests_text import summary
from koreo_cli.formats.tests_update import render_left, update_line
from koreo_cli.formats.text_diff import render as render_diff
from koreo_cli.formats.text_report import counted
from koreo_cli.progress import Progress
from koreo_cli.report import Sources
from koreo_cli.run_test import nothing_to_run
from koreo_cli.terminal import note, write
from koreo_cli.testing.history import History
from koreo_cli.testing.mending import Mending
from koreo_cli.testing.results import gather

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from koreo_runtime.testing.update import Update

    from koreo_cli.testing.session import Session

PASSED, FAILED = 0, 1
_YES, _NO, _EACH, _QUIT = "yes", "no", "each", "quit"
_FILE_QUESTION: Final = "Write these changes? [y]es, [N]o, [e]ach case by itself:"
_CASE_QUESTION: Final = "Write this change? [y]es, [N]o, [q]uit this file:"
_OTHER_QUESTION: Final = "The case will assert something else. Write it? [y]es, [N]o, [q]uit this file:"


def run(session: Session, started: float) -> int:
    """Update and print; return the exit status: 0 if all tests pass with what stands on the disk."""
    with Progress(None if session.options.quiet else sys.stderr) as progress:
        advance = progress.stage("Testing")
        mendings = []
        for number, loaded in enumerate(session.workspaces):
            advance(number, len(session.workspaces))
            mendings.append(Mending(session, loaded))
    updating = _Updating(session)
    for mending in mendings:
        updating.update(mending)
    return updating.finish(mendings, started)


class _Updating:
    """Asks, writes, and counts: `_written` the cases by file, `_open` those that nobody could be asked about.

    `_waited` is how many seconds answers took.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._style = session.style
        self._sources = Sources({}, os.getcwd())
        self._asks = not session.options.yes and sys.stdin.isatty() and sys.stdout.isatty()
        self._written: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._waited = 0.0

    def update(self, mending: Mending) -> None:
        """Update the tests of one workspace."""
        if self._asks:
            made = mending.settle(lambda update: not update.asserts_something_else)
            for path in sorted(made.keys() | {update.report.path for update in mending.updates()}):
                self._ask_about(mending, path, made.get(path, []))
            return
        made = mending.settle(lambda _: True)
        for path, updates in sorted(made.items()):
            self._show(mending, path, updates, mending.original(path))
            if self._session.options.yes:
                self._write(mending, path, len(updates))
            else:
                self._open[path] = len(updates)
        mending.restore(self._open.keys() & made.keys())

    def _ask_about(self, mending: Mending, path: str, values: Sequence[Update]) -> None:
        """Ask about the new values of a file, which `mending` has, then about the other updates one by one."""
        count = len(values)
        if values:
            self._show(mending, path, values, mending.original(path))
            answer = self._ask(_FILE_QUESTION, (_YES, _NO, _EACH))
            if answer != _YES:
                mending.restore([path])
                count = 0
            if answer == _NO:
                return
        count += self._ask_each(mending, path)
        if count:
            self._write(mending, path, count)

    def _ask_each(self, mending: Mending, path: str) -> int:
        """Ask about each update of a file, also those that become possible only then; return how many are made."""
        count = 0
        declined: set[object] = set()
        while update := next((each for each in mending.updates(path) if each.id not in declined), None):
            before = mending.snapshot.text(path)
            if not mending.accept([update]):
                continue
            self._show(mending, path, [update], before)
            question = _OTHER_QUESTION if update.asserts_something_else else _CASE_QUESTION
            answer = self._ask(question, (_YES, _NO, _QUIT))
            if answer == _YES:
                count += 1
                continue
            mending.undo(update, before)
            declined.add(update.id)
            if answer == _QUIT:
                break
        return count

    def _ask(self, question: str, answers: Sequence[str]) -> str:
        asked = time.perf_counter()
        answer = _ask(question, answers)
        self._waited += time.perf_counter() - asked
        return answer

    def _show(self, mending: Mending, path: str, updates: Sequence[Update], before: str) -> None:
        """Print what changes and the diff."""
        lines = [update_line(mending.snapshot, update, self._style) for update in updates]
        diff = render_diff(self._sources.name(path), before, mending.snapshot.text(path), self._style)
        write("".join(f"{line}\n" for line in lines) + diff + "\n")

    def _write(self, mending: Mending, path: str, count: int) -> None:
        """Write a file, or say why it cannot be written."""
        failure = replace_text(path, mending.original(path), mending.snapshot.text(path))
        if failure is None:
            self._written[path] += count
            return
        note(f"cannot write `{self._sources.name(path)}`: {failure.reason}")
        mending.restore([path])

    def finish(self, mendings: Sequence[Mending], started: float) -> int:
        """Print what was done and what is left; return the exit status."""
        for mending in mendings:
            History(mending.loaded.root.path).record(mending.reports)
        results = gather(
            [(mending.loaded, mending.snapshot, mending.reports) for mending in mendings],
            self._session.expressions.title,
            time.perf_counter() - started - self._waited,
        )
        refusals = [refusal for mending in mendings for refusal in mending.refusals()]
        verbose = self._session.options.verbose
        texts = list(render_left(results, refusals, self._style, declined=self._asks, verbose=verbose))
        quiet = self._session.options.quiet
        if not results.results and not quiet:
            note(nothing_to_run(self._session))
        elif not quiet:
            texts.append(self._counts() + summary(results, self._style))
        write("\n".join(texts))
        if self._open:
            what = "it" if self._open.total() == 1 else "them"
            note(f"nothing was written: {_in_files(self._open, 'update')}; to accept {what} add --yes")
        return FAILED if self._session.is_failed(results) else PASSED

    def _counts(self) -> str:
        if self._written:
            return f"updated {_in_files(self._written, 'case')}\n"
        return ""


def _in_files(counts: Mapping[str, int], word: str) -> str:
    return f"{counted(sum(counts.values()), word)} in {counted(len(counts), 'file')}"


def _ask(question: str, answers: Sequence[str]) -> str:
    """Ask on the terminal; Enter alone means no. Raises `click.Abort` when the user leaves."""

    def read(text: str) -> str:
        answer = text.strip().lower()
        found = next((each for each in answers if answer and each.startswith(answer)), None)
        if found is None:
            raise click.UsageError(f"answer {', '.join(each[0] for each in answers)}")
        return found

    answer: str = click.prompt(question, default=_NO, show_default=False, prompt_suffix=" ", value_proc=read)
    write("\n")
    return answer
