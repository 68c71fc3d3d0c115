"""Where in a test's document the expectation of a case, and what a difference or a warning is about, stand.

Looked up only for what is shown: a run that passes needs no places.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language.tree import node_at
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Scalar

from koreo_runtime.testing.reports import CaseStatus

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Path

    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport, CaseWarning

_RETURNED: Final = "expectReturn"
_OVERLAY: Final = "overlayResource"
_OBJECTS: Final = ("expectResource", _OVERLAY, "currentResource")
"""The keys of a case below which parts of the object stand."""


def case_span(document: KoreoDocument, case: CaseReport) -> Span:
    """Return what to show of a case in the test's document: the key of its assertion.

    If the object of the case kept it from being run, that is its overlay, or the part of it that fails.
    """
    if case.location is not None and case.location.span is not None:
        return case.location.span
    if case.outcome is None and case.status is CaseStatus.FAILED:
        return span_at(document, (*case.path[:-1], _OVERLAY))
    return span_at(document, case.path)


def difference_span(document: KoreoDocument, case: CaseReport, difference: Difference) -> Span:
    """Return the place of the expected value in the test's document; of the nearest parent if it has none."""
    return span_at(document, (*case.path, *difference.path))


def maker_span(function: KoreoDocument, case: CaseReport, difference: Difference) -> Span | None:
    """Return the expression in the function's document that made a part of a returned value; None if none did.

    A list is not looked into, as its expected items may be compared in another order.
    """
    if case.assertion != _RETURNED:
        return None
    keys = takewhile(lambda part: isinstance(part, str), difference.path)
    path: Path = ("spec", "return", *keys)
    for expression in function.expressions:
        if path[: len(expression.path)] == expression.path:
            return expression.span(Span(0, len(expression.facts.source)))
    return None


def warning_span(document: KoreoDocument, case: CaseReport, warning: CaseWarning) -> Span:
    """Return the part of the object that a warning is about, as far as the case says anything of it."""
    holder = case.path[:-1]
    found: tuple[int, Path] = (0, case.path)
    for key in _OBJECTS if warning.difference else ():
        depth = _depth(document, (*holder, key), warning.difference or ())
        if depth > found[0]:
            found = depth, (*holder, key, *(warning.difference or ()))
    return span_at(document, found[1])


def _depth(document: KoreoDocument, base: Path, path: Path) -> int:
    """Return how many parts of a path are there below a base."""
    for length in range(len(path), 0, -1):
        if node_at(document.spec, (*base, *path[:length])[1:])[1] is not None:
            return length
    return 0


def span_at(document: KoreoDocument, path: Path) -> Span:
    """Return the place of the value at a path that begins with `spec`, or of the nearest parent that is there.

    That is the value itself if it is a scalar, or the key that holds it if it is a mapping or a list.
    """
    for length in range(len(path), 1, -1):
        key, node = node_at(document.spec, path[1:length])
        if node is not None:
            return node.span if key is None or isinstance(node, Scalar) else key.span
    return document.kind_span
