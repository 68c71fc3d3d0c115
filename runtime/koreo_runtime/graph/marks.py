"""How the steps of a rendering ended, as marks on the nodes of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_runtime.graph.model import Mark, Status
from koreo_runtime.outcomes import DepSkip, Ok, Retry, Skip
from koreo_runtime.render.steps import walk

if TYPE_CHECKING:
    from koreo_runtime.graph.model import Labels
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.render import RenderedPass


def marks_of(rendered: RenderedPass) -> dict[Labels, Mark]:
    """Return how each step of a pass ended; of a sub-Workflow that runs for several items, its last item's steps."""
    return {labels: _mark(step.outcome) for labels, step in walk(rendered.steps)}


def _mark(outcome: Outcome) -> Mark:
    match outcome:
        case Ok():
            return Mark(Status.OK)
        case Skip():
            return Mark(Status.SKIP, outcome.message)
        case DepSkip():
            return Mark(Status.WAITING, outcome.message)
        case Retry():
            return Mark(Status.RETRY, outcome.message)
        case _:
            return Mark(Status.ERROR, outcome.message)
