"""Which FunctionTests of a workspace were asked for, and in which order they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.document import FunctionTest
from koreo_analyzer.language.tree import get_flag, get_items, get_text
from koreo_runtime.testing import find_tests
from koreo_runtime.testing.program import case_label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_project.load import Loaded

    from koreo_cli.testing.matching import Matcher


def choose_tests(
    snapshot: Snapshot, paths: Collection[str] | None = None, matcher: Matcher | None = None
) -> list[Definition]:
    """Return the tests in `paths` and of functions in `paths`, by file and place, for which `matcher` holds.

    `paths` are absolute; None stands for all, also for `matcher`.
    """
    found: Iterator[Definition] = find_tests(snapshot)
    if paths is not None:
        found = (test for test in found if test.path in paths or _function_path(snapshot, test) in paths)
    if matcher is not None:
        found = (test for test in found if _matches(test, matcher))
    return list(found)


def paths_asked_for(loaded: Loaded) -> frozenset[str] | None:
    """Return the absolute paths that were named, or are in a named folder; None for the whole workspace."""
    return None if loaded.root.selected is None else frozenset(loaded.reported)


def count_cases(test: Definition) -> int:
    """Return how many cases a test has."""
    return len(get_items(test.document.spec, "testCases"))


def _function_path(snapshot: Snapshot, test: Definition) -> str | None:
    """Return the file of the function under test; None if there is none."""
    body = test.document.body
    if not isinstance(body, FunctionTest) or body.function is None:
        return None
    found = snapshot.definitions(body.function.kind, body.function.name.text)
    return found[0].path if found else None


def _matches(test: Definition, matcher: Matcher) -> bool:
    """Whether an expression holds for the names of the test together with the label of one of its cases."""
    document = test.document
    names = [document.name.text.casefold()] if document.name is not None else []
    if isinstance(document.body, FunctionTest) and document.body.function is not None:
        function = document.body.function
        names.append(f"{function.kind}/{function.name.text}".casefold())
    labels = [
        case_label(
            get_text(case, "label"), index, variant=get_flag(case, "variant", default=False)
        ).casefold()
        for index, case in enumerate(get_items(document.spec, "testCases"))
    ]
    return any(matcher([*names, label]) for label in labels) if labels else matcher(names)
