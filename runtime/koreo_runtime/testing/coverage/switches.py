"""The points of Workflows: the cases of their `refSwitch`es.

No FunctionTest runs a Workflow, so none shows which case is chosen. What tests can reach is the function to which a
case leads, and that is what is counted. A case that leads to a Workflow, which no test can run, is no point; neither
are a Workflow's expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.kinds import RESOURCE_FUNCTION, VALUE_FUNCTION

from koreo_runtime.testing.coverage.model import Point, PointKind, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from koreo_analyzer.language.document import KoreoDocument

    from koreo_runtime.programs.model import ProgramId


def case_points(document: KoreoDocument, runs: Callable[[ProgramId], int]) -> Iterator[Point]:
    """Yield the points of a Workflow, given how often tests run a function."""
    if not isinstance(document.body, Workflow):
        return
    for step in document.body.steps:
        for number, case in enumerate(step.cases):
            reference = case.reference
            if reference is None or reference.kind not in (VALUE_FUNCTION, RESOURCE_FUNCTION):
                continue
            hits = runs((reference.kind, reference.name.text))
            span = case.case.span if case.case is not None else reference.name.span
            path = ("spec", "steps", step.index, "refSwitch", "cases", number)
            subject = f"{reference.kind} `{reference.name.text}`"
            yield Point(PointKind.CASE, Side.RUN, path, span, span, subject, hits, hits)
