"""The analysis of any document, and what it is analysed with: the inputs of its calls, or else of its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.flow.blocks import Blocks, Typed, type_of
from koreo_analyzer.flow.examples import check_template, check_test
from koreo_analyzer.flow.functions import FunctionAnalysis
from koreo_analyzer.flow.model import Flow, Given, World
from koreo_analyzer.flow.workflows import WorkflowAnalysis
from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.tree import get_items, get_mapping
from koreo_analyzer.types import Type, join
from koreo_analyzer.yaml.resolve import TooLarge, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from koreo_analyzer.language.document import KoreoDocument


def analyse(document: KoreoDocument, given: Given, world: World, typed: list[Typed] | None = None) -> Flow:
    """Analyse a document for the types of its inputs. `typed` takes in every expression with its types.

    Pure: the same document, types and answers of `world` give the same.
    """
    body = document.body
    blocks = Blocks(document, typed=typed)
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
    resources = [one.resource for one in found if one.resource is not None]
    return Given(
        join(*(one.inputs for one in found)),
        join(*resources) if resources else None,
    )


def inputs_of_test(document: KoreoDocument) -> Type | None:
    """Return the type of the inputs with which a FunctionTest expects its function to work; None if it never does."""
    body = document.body
    if not isinstance(body, FunctionTest) or not body.inputs_complete:
        return None
    carried: Mapping[str, object] = _data(document, "inputs") or {}
    found: list[Type] = []
    for case, node in zip(body.cases, get_items(document.spec, "testCases"), strict=False):
        if case.skipped:
            continue
        overrides = plain(changes) if (changes := get_mapping(node, "inputOverrides")) is not None else {}
        if isinstance(overrides, TooLarge) or not isinstance(overrides, dict):
            return None
        present = _merged(carried, overrides)
        if not case.variant:
            carried = present
        if case.succeeds:
            found.append(type_of(present))
    return join(*found) if found else None


def _data(document: KoreoDocument, key: str) -> Mapping[str, object] | None:
    node = get_mapping(document.spec, key)
    data = plain(node) if node is not None else None
    return data if isinstance(data, dict) else None


def _merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged
