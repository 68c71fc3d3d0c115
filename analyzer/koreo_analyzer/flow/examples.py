"""The objects in a FunctionTest, against the schema of the kind that the tested function manages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.blocks import Blocks, Scope
from koreo_analyzer.flow.model import NO_VALUE, Flow, Result
from koreo_analyzer.flow.resources import check_data, schema_of
from koreo_analyzer.language import kinds
from koreo_analyzer.types import ANY
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import FunctionTest, Path

_OBJECTS: Final = ("currentResource", "overlayResource", "expectResource")


def check_test(blocks: Blocks, body: FunctionTest, world: World) -> Flow:
    """Compare every object of a test with its kind; a part of one is enough, as it is what the test is about."""
    reference = body.function
    if reference is None or reference.kind != kinds.RESOURCE_FUNCTION:
        return Flow(NO_VALUE)
    function = world.document(reference.kind, reference.name.text)
    schema = schema_of(function, world) if function is not None else None
    if schema is None:
        return Flow(NO_VALUE)
    paths: list[Path] = [("currentResource",)]
    paths += [("testCases", case.index, key) for case in body.cases for key in _OBJECTS]
    scope = Scope({"inputs": ANY, "resource": ANY, "template": ANY})
    for path in paths:
        node = blocks.node(*path)
        if isinstance(node, Mapping):
            check_data(blocks, blocks.data(node, scope), schema, ("spec", *path), certain=False)
    return Flow(Result(NO_VALUE.value, may_skip=False, problems=tuple(blocks.problems)))
