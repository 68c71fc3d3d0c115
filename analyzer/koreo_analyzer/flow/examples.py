"""Objects that stand in documents as they are, against the schema of their kind: in FunctionTests and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.blocks import Blocks, Scope
from koreo_analyzer.flow.model import NO_VALUE, Flow, Result
from koreo_analyzer.flow.resources import check_data, schema_of
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import get_text
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import ANY
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import FunctionTest, Path

_OBJECTS: Final = ("currentResource", "overlayResource", "expectResource")


def check_template(blocks: Blocks, world: World) -> Flow:
    """Compare a template with the kind that it names; what is required of the whole is asked where it is used."""
    node = blocks.node("template")
    version, kind = get_text(node, "apiVersion"), get_text(node, "kind")
    if not isinstance(node, Mapping) or version is None or kind is None:
        return Flow(NO_VALUE)
    schema = world.schema(KindName(version, kind))
    if schema is not None:
        check_data(blocks, blocks.data(node, Scope({})), schema, ("spec", "template"), certain=True)
    return Flow(Result(NO_VALUE.value, may_skip=False, problems=tuple(blocks.problems)))


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
