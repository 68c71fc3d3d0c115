"""Data that stand in documents as they are: the objects and values of FunctionTests, and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.blocks import Blocks, Scope
from koreo_analyzer.flow.expectations import Expectations
from koreo_analyzer.flow.identity import check_identity, forced_words, identity_of
from koreo_analyzer.flow.model import NO_VALUE, Flow, Result
from koreo_analyzer.flow.resources import check_data, schema_of
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import get_text
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import ANY
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import FunctionTest, KoreoDocument, Path, Reference

_OBJECTS: Final = ("currentResource", "overlayResource", "expectResource")
_TEST_SCOPE: Final = Scope({"inputs": ANY, "resource": ANY, "template": ANY})


def check_template(blocks: Blocks, world: World) -> Flow:
    """Compare a template with the kind that it names; what is required of the whole is asked where it is used."""
    node = blocks.node("template")
    version, kind = get_text(node, "apiVersion"), get_text(node, "kind")
    if not isinstance(node, Mapping) or version is None or kind is None:
        return Flow(NO_VALUE)
    schema = world.schema(KindName(version, kind))
    if schema is not None:
        at = ("spec", "template")
        check_data(blocks, blocks.data(node, Scope({}), at), schema, at, node, certain=True)
    return Flow(Result(NO_VALUE.value, may_skip=False, problems=tuple(blocks.problems)))


def check_test(blocks: Blocks, body: FunctionTest, world: World) -> Flow:
    """Compare every object of a test with its kind, of which a part is enough, and every value with its function."""
    reference = body.function
    function = world.document(reference.kind, reference.name.text) if reference is not None else None
    if reference is None or function is None:
        return Flow(NO_VALUE)
    if reference.kind == kinds.RESOURCE_FUNCTION:
        _check_objects(blocks, body, function, world)
    # The simulated API takes objects that do not fit their kind; what is returned then, the schema does not tell.
    if not blocks.problems:
        _check_returns(blocks, body, reference, world)
    return Flow(Result(NO_VALUE.value, may_skip=False, problems=tuple(blocks.problems)))


def _check_returns(blocks: Blocks, body: FunctionTest, function: Reference, world: World) -> None:
    """Compare what the cases expect to be returned with what the function returns."""
    expectations: Expectations | None = None
    for case in body.cases:
        node = blocks.node("testCases", case.index, "expectReturn")
        if not case.skipped and isinstance(node, Mapping) and node.entries:
            expectations = expectations or Expectations(blocks, function, world)
            path = ("spec", "testCases", case.index, "expectReturn")
            expectations.check(blocks.data(node, _TEST_SCOPE, path), path)


def _check_objects(blocks: Blocks, body: FunctionTest, function: KoreoDocument, world: World) -> None:
    schema = schema_of(function, world)
    identity = identity_of(forced_words(function), {"name": ANY, "namespace": ANY})
    paths: list[Path] = [("currentResource",)]
    paths += [("testCases", case.index, key) for case in body.cases for key in _OBJECTS]
    for path in paths:
        node = blocks.node(*path)
        if not isinstance(node, Mapping):
            continue
        data = blocks.data(node, _TEST_SCOPE, ("spec", *path))
        if path[-1] == "expectResource":
            check_identity(blocks, data, ("spec", *path), identity, is_expected=True)
        if schema is not None:
            check_data(blocks, data, schema, ("spec", *path), node, certain=False)
