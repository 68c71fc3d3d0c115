"""Why a run may not mean what it seems to: errors that `koreo check` knows of, and that keep nothing from running.

A key that nobody knows is ignored, and of several definitions of one name the first runs: a test may then pass that
tests nothing, or something else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from koreo_analyzer.checks.definitions import DUPLICATE_DEFINITION
from koreo_analyzer.checks.tests import EMPTY_TEST
from koreo_analyzer.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.workspace import FileProblem, Snapshot

_RUNS = "this one runs; give them different names, or remove all but one"


def own_doubts(snapshot: Snapshot, path: str, number: int) -> Iterator[FileProblem]:
    """Yield the errors that document `number` (from 0) of a file has by itself, and that a test has no cases."""
    file = snapshot.file(path)
    found = file.documents[number].document.problems if file is not None else ()
    for problem in snapshot.place_problems(path, number, found):
        if problem.severity is Severity.ERROR or problem.code == EMPTY_TEST.code:
            yield problem


def function_doubts(snapshot: Snapshot, kind: str, name: str) -> Iterator[FileProblem]:
    """Yield the errors that a function under test has by itself, as warnings."""
    found = snapshot.active_definition(kind, name)
    if found is not None:
        yield from map(_warning, own_doubts(snapshot, found.path, found.index))


def with_references(snapshot: Snapshot, kind: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield kind and name of a definition, and of those that it refers to by name."""
    yield kind, name
    found = snapshot.active_definition(kind, name)
    for reference in found.document.references if found is not None else ():
        yield reference.kind, reference.name.text


def ambiguous(snapshot: Snapshot, names: Iterable[tuple[str, str]]) -> Iterator[FileProblem]:
    """Yield a warning for each kind and name with several active definitions, at the one that runs."""
    for kind, name in dict.fromkeys(names):
        found = [each for each in snapshot.definitions(kind, name) if each.document.active]
        if len(found) < 2 or (first := found[0]).document.name is None:
            continue
        span = first.document.name.span.shift(first.start)
        for problem in snapshot.problems(first.path):
            if problem.code == DUPLICATE_DEFINITION.code and problem.span == span:
                yield replace(_warning(problem), hint=_RUNS)


def _warning(problem: FileProblem) -> FileProblem:
    return replace(problem, severity=min(problem.severity, Severity.WARNING))
