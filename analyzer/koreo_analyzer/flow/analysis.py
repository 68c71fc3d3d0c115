"""The analysis of any document, and what it is analysed with when others call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.flow.blocks import Blocks, Typed
from koreo_analyzer.flow.examples import check_template, check_test
from koreo_analyzer.flow.functions import FunctionAnalysis
from koreo_analyzer.flow.model import Flow, Given, World
from koreo_analyzer.flow.workflows import WorkflowAnalysis
from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.types import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.language.document import KoreoDocument


def analyse(document: KoreoDocument, given: Given, world: World, typed: list[Typed] | None = None) -> Flow:
    """Analyse a document for the types of its inputs. `typed` takes in every expression with its types.

    Pure: the same document, types and answers of `world` give the same.
    """
    body = document.body
    blocks = Blocks(document, typed=typed)
    blocks.known.latest.start_round()
    if isinstance(body, Workflow):
        return WorkflowAnalysis(blocks, body, given, world).run()
    if isinstance(body, Function):
        return FunctionAnalysis(blocks, given, world).run()
    if isinstance(body, FunctionTest):
        return check_test(blocks, body, world)
    return check_template(blocks, world)


def called_with(calls: Iterable[Given]) -> Given | None:
    """Return what any of some calls gives; None without a call."""
    found = list(calls)
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    resources = [one.resource for one in found if one.resource is not None]
    return Given(
        join(*(one.inputs for one in found)),
        join(*resources) if resources else None,
        tuple(sorted({kind for one in found for kind in one.made_for})),
    )
