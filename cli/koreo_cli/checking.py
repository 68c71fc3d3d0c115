"""Checking named paths or standard input: from arguments to a report, without printing anything."""

from __future__ import annotations

import dataclasses
import importlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.flow import Coverage, Share
from koreo_analyzer.language.file_names import NAMES, renamed
from koreo_analyzer.problems import Severity
from koreo_analyzer.suggest import did_you_mean
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileProblem, Workspace, is_koreo_path
from koreo_project.discover import absolute, find, folder_around, is_candidate
from koreo_project.load import UNREADABLE, Loaded, load
from koreo_project.read import Unreadable, decode, read_text

from koreo_cli.batches import in_batches
from koreo_cli.report import Report, Sources, TypeStatistics, ordered
from koreo_cli.terminal import cores

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.workspace import Snapshot, Statistics

    from koreo_cli.batches import Batches
    from koreo_cli.progress import Progress

_STDIN_NAME = "<stdin>"
_STDIN_FILE = "stdin.k.yaml"

Mend: TypeAlias = Callable[[Workspace, Sequence[str]], None]
"""Changes files of a workspace, by path, before they are checked."""

_CHARACTERS_A_PROCESS: Final = 100_000
"""So much to check, some 0.2 s, outweighs what a process costs: its start, copied memory, problems sent back."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything known after a check, before it is filtered for a report.

    `files` counts the Koreo files that were asked for, also those that could not be read; `statistics` are
    those of each workspace, of these files alone. `names` are what to call files by other than their path.
    `asked` are the workspaces with the files that were asked for.
    """

    problems: tuple[FileProblem, ...]
    texts: Mapping[str, str]
    files: int
    statistics: tuple[Statistics, ...]
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    asked: tuple[tuple[Snapshot, tuple[str, ...]], ...] = ()

    def report(self, codes: Collection[str], seconds: float, *, with_statistics: bool) -> Report:
        """Return the report of the problems that have one of `codes`."""
        sources = Sources(self.texts, os.getcwd(), self.names)
        wanted = (problem for problem in self.problems if problem.code in codes)
        return Report(
            problems=ordered(wanted, sources),
            sources=sources,
            files=self.files,
            documents=sum(statistics.documents for statistics in self.statistics),
            seconds=seconds,
            statistics=_summed(self.statistics) if with_statistics else None,
            types=self.types() if with_statistics else None,
        )

    def types(self) -> TypeStatistics:
        """Return how much of what was asked for has known types, over all workspaces."""
        coverage, share = Coverage(), Share()
        for snapshot, paths in self.asked:
            coverage.add(snapshot.coverage(paths))
            share.add(snapshot.share(paths))
        return TypeStatistics(coverage, share)


def advice_on(path: str) -> str | None:
    """Return why a named path cannot be checked and what may have been meant; None if it can."""
    if not os.path.lexists(path):
        folder = os.path.dirname(path)
        near = did_you_mean(os.path.basename(path), _names_in(folder or "."))
        hint = near.replace("`", f"`{folder}/", 1) if near and folder else near
        return f"`{path}` does not exist" + (f"; {hint}" if hint else "")
    if os.path.isdir(path):
        return None
    if is_koreo_path(path):
        return None
    name = renamed(path)
    if is_candidate(absolute(Path(path))) and _holds_koreo(path, name):
        return f"`{path}` holds Koreo, but only files named {NAMES} are checked; rename it to `{name}`"
    return f"`{path}` is not a Koreo file; their names are {NAMES}"


def _holds_koreo(path: str, name: str) -> bool:
    """Whether a plain YAML file would have Koreo documents if it were called `name`."""
    text = read_text(path)
    return not isinstance(text, Unreadable) and bool(Workspace().apply({name: text}).statistics([name]).kinds)


def check_paths(
    paths: Sequence[Path], progress: Progress, mend: Mend | None = None, jobs: int | None = None
) -> Checked:
    """Check the workspaces that hold `paths`, once `mend` has changed the files that were asked for.

    `jobs` is the number of processes, None for as many as pay off.
    """
    workspaces = [load(root, progress.stage("Reading")) for root in find(paths)]
    if mend is not None:
        for loaded in workspaces:
            mend(loaded.workspace, loaded.reported)
    return _collect(workspaces, progress, jobs)


def check_stdin(data: bytes, filename: str | None, mend: Mend | None = None) -> Checked:
    """Check `data` as one file: that of `filename`, in its workspace, or else one that stands alone.

    Its text after `mend` is the one that the first workspace of `asked` holds.

    Plain YAML is never Koreo, as with a file on disk; any other name is taken for a Koreo file's.
    """
    named = absolute(Path(filename or _STDIN_FILE))
    path = named if is_candidate(named) else f"{named}.k.yaml"
    names = {path: filename or _STDIN_NAME}
    text = decode(data, path)
    if isinstance(text, Unreadable):
        message = f"cannot read it: {text.reason}"
        shown = {} if text.text is None else {path: text.text}
        span = Span(text.offset, text.offset + len(shown))
        problem = FileProblem(path, span, UNREADABLE, message, Severity.ERROR, None)
        return Checked((problem,), shown, 1, (), names)

    home = None if filename is None else _workspace_around(path)
    workspace = Workspace() if home is None else home.workspace
    workspace.apply({path: text})
    if mend is not None:
        mend(workspace, [path])
    snapshot = workspace.snapshot
    problems = snapshot.problems(path)
    texts = {known: snapshot.text(known) for known in snapshot.paths()}
    if home is not None:
        texts |= home.other_texts
        problems += tuple(problem for problem in home.problems if problem.path == home.root.config)
    statistics = snapshot.statistics([path])
    return Checked(problems, texts, statistics.files, (statistics,), names, ((snapshot, (path,)),))


def _workspace_around(path: str) -> Loaded | None:
    """Load the innermost workspace that a file, which need not exist, belongs to."""
    folder = folder_around(path)
    if folder is None:
        return None
    holding = [root for root in find([Path(folder)]) if path.startswith(f"{root.path.rstrip('/')}/")]
    return load(holding[-1]) if holding else None


def _collect(workspaces: Sequence[Loaded], progress: Progress, jobs: int | None) -> Checked:
    problems: list[FileProblem] = []
    texts: dict[str, str] = {}
    statistics = []
    files = 0
    found = _found(workspaces, progress.stage("Checking"), jobs)
    for loaded in workspaces:
        snapshot = loaded.workspace.snapshot
        problems += loaded.problems
        files += loaded.unreadable_files
        for _ in loaded.reported:
            problems += next(found)
        texts |= {path: snapshot.text(path) for path in snapshot.paths()}
        texts |= loaded.other_texts
        counted = snapshot.statistics(loaded.reported)
        files += counted.files
        statistics.append(counted)
    asked = tuple((loaded.workspace.snapshot, loaded.reported) for loaded in workspaces)
    return Checked(tuple(problems), texts, files, tuple(statistics), asked=asked)


def _found(
    workspaces: Sequence[Loaded], advance: Callable[[int, int], None], jobs: int | None
) -> Iterator[tuple[FileProblem, ...]]:
    """Return the problems of every reported file, in order; `advance` is told how many files of how many are done."""
    row = [(loaded.workspace.snapshot, path) for loaded in workspaces for path in loaded.reported]

    def problems(number: int) -> tuple[FileProblem, ...]:
        snapshot, path = row[number]
        return snapshot.problems(path)

    def run(numbers: Iterable[int]) -> Batches[tuple[FileProblem, ...]]:
        return in_batches(numbers, problems)

    if jobs is None:
        size = sum(len(snapshot.text(path)) for snapshot, path in row)
        jobs = min(cores(), size // _CHARACTERS_A_PROCESS)
    jobs = min(jobs, len(row))
    batches: Batches[tuple[FileProblem, ...]]
    if jobs > 1:
        batches = importlib.import_module("koreo_cli.processes").run_in_processes(run, len(row), jobs)
    else:
        batches = run(range(len(row)))
    found: dict[int, tuple[FileProblem, ...]] = {}
    for batch in batches:
        found.update(batch)
        advance(len(found), len(row))
    return (found[number] for number in range(len(row)))


def _summed(statistics: Sequence[Statistics]) -> dict[str, int | Mapping[str, int]]:
    """Add up the statistics of several workspaces, name by name."""
    sums: dict[str, int | Mapping[str, int]] = {}
    for each in statistics:
        for field in dataclasses.fields(each):
            value, known = getattr(each, field.name), sums.get(field.name)
            if isinstance(value, Mapping):
                before = known if isinstance(known, Mapping) else {}
                sums[field.name] = dict(Counter(before) + Counter(value))
            else:
                sums[field.name] = value + (known if isinstance(known, int) else 0)
    return sums


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
