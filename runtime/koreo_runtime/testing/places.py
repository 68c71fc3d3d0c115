"""Where in a test's document the expectation of a case, and the expected value of a difference, stand.

Looked up only for what is shown: a run that passes needs no places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import node_at
from koreo_analyzer.yaml.nodes import Scalar

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.text import Span

    from koreo_runtime.testing.compare import Difference
    from koreo_runtime.testing.reports import CaseReport


def case_span(document: KoreoDocument, case: CaseReport) -> Span:
    """Return the place of a case's assertion in the test's document: its key."""
    return span_at(document, case.path)


def difference_span(document: KoreoDocument, case: CaseReport, difference: Difference) -> Span:
    """Return the place of the expected value in the test's document; of the nearest parent if it has none."""
    return span_at(document, (*case.path, *difference.path))


def span_at(document: KoreoDocument, path: Path) -> Span:
    """Return the place of the value at a path that begins with `spec`, or of the nearest parent that is there.

    That is the value itself if it is a scalar, or the key that holds it if it is a mapping or a list.
    """
    for length in range(len(path), 1, -1):
        key, node = node_at(document.spec, path[1:length])
        if node is not None:
            return node.span if key is None or isinstance(node, Scalar) else key.span
    return document.kind_span
