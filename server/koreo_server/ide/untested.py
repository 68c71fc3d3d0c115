"""What no test of a function reaches, as problems that an editor fades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.running import UNTESTED
from koreo_analyzer.problems import Tag
from koreo_runtime.testing.coverage import find_gaps, measure_only

from koreo_server.ide.test_lenses import functions_in, tests_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import FileProblem, Snapshot


def untested(snapshot: Snapshot, path: str) -> Iterator[FileProblem]:
    """Yield the parts of a file's functions that none of their tests evaluates; functions without tests have none.

    It runs these tests, so it costs as much as they do.
    """
    for function in functions_in(snapshot, path):
        name = function.document.name
        tests = list(tests_of(snapshot, function.document.kind, name.text)) if name is not None else []
        if not tests:
            continue
        for document in measure_only(snapshot, tests, (function,)).documents:
            for gap in find_gaps(document) if document.is_run else ():
                found = [
                    UNTESTED.problem(region, gap.message, tags=(Tag.UNNECESSARY,)) for region in gap.regions
                ]
                yield from snapshot.place_problems(path, function.index, found)
