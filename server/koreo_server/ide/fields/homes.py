"""Where fields are named: the documents, the blocks that write them, and the names in scope that read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.tree import entries, node_at
from koreo_analyzer.types import ITEM
from koreo_analyzer.yaml.nodes import Scalar, Sequence, resolve_alias

from koreo_server.ide.fields.model import Field, Inputs, Keys, Locals, Result
from koreo_server.ide.fields.places import logic_of, overlay_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Call, Expression, Path, Step
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.nodes import Node

    from koreo_server.ide.fields.model import Holder


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping, at `path` of a document, whose keys are fields. `is_expected`: a test compares with it."""

    definition: Definition
    node: Node
    path: Path
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """A name in scope, in expressions below `within` of a document, that has a field at `path`."""

    definition: Definition
    root: str
    path: Keys
    within: Path = ()

    def expressions(self) -> Iterator[Expression]:
        """Yield the expressions that use the name."""
        size = len(self.within)
        for expression in self.definition.document.expressions:
            if expression.path[:size] == self.within and any(
                use.root == self.root and _may_mean(use.members[0].name if use.members else None, self)
                for use in expression.facts.uses
            ):
                yield expression


def _may_mean(member: str | None, reader: Reader) -> bool:
    return reader.root != "steps" or member is None or member == reader.path[0]


def homes(snapshot: Snapshot, holder: Holder) -> list[Definition]:
    """Return the documents that can name fields of something: those that define it and those that refer to it."""
    if isinstance(holder, Locals):
        return [one for one in snapshot.documents(holder.path) if one.index == holder.index]
    found = {
        (one.path, one.index): one
        for many in (snapshot.definitions(holder.kind, holder.name), snapshot.users(holder.kind, holder.name))
        for one in many
    }
    return list(found.values())


def _defines(definition: Definition, holder: Holder) -> bool:
    if isinstance(holder, Locals):
        return (definition.path, definition.index) == (holder.path, holder.index)
    return logic_of(definition) == (holder.kind, holder.name)


def repeated(definition: Definition) -> dict[int, list[Path]]:
    """Return the paths that lead to each key and scalar value below `spec`, by `id`, if an alias repeats some.

    Empty for a document without aliases. How far aliases expand is bounded where documents are parsed.
    """
    found: dict[int, list[Path]] = {}
    spec = definition.document.spec
    if spec is None or "*" not in definition.document.text:
        return found
    stack: list[tuple[Node, Path]] = [(spec, ("spec",))]
    while stack:
        node, path = stack.pop()
        if isinstance(node, Scalar):
            found.setdefault(id(node), []).append(path)
        elif isinstance(node, Sequence):
            stack += ((resolve_alias(item), (*path, index)) for index, item in enumerate(node.items))
        else:
            for name, entry in entries(node):
                found.setdefault(id(entry.key), []).append((*path, name))
                stack.append((resolve_alias(entry.value), (*path, name)))
    return found


def blocks(definition: Definition, holder: Holder) -> Iterator[Block]:
    """Yield the mappings of a document in which fields of something are written."""
    match holder:
        case Locals():
            if _defines(definition, holder):
                yield from _block(definition, ("spec", "locals"))
        case Result():
            for path in _results(definition, holder):
                yield from _block(definition, path)
            for path in _expectations(definition, holder):
                yield from _block(definition, path, is_expected=True)
        case Inputs():
            for path in _calls(definition, holder):
                yield from _block(definition, path)


def _block(definition: Definition, path: Path, *, is_expected: bool = False) -> Iterator[Block]:
    node = node_at(definition.document.spec, path[1:])[1]
    if node is not None:
        yield Block(definition, node, path, is_expected)


def _results(definition: Definition, holder: Result) -> Iterator[Path]:
    body = definition.document.body
    if not _defines(definition, holder):
        return
    if isinstance(body, Workflow):
        for step in body.steps:
            yield ("spec", "steps", step.index, "state")
    else:
        yield ("spec", "return")


def _expectations(definition: Definition, holder: Result) -> Iterator[Path]:
    body = definition.document.body
    if isinstance(body, FunctionTest) and _tests(body, holder):
        for case in body.cases:
            yield ("spec", "testCases", case.index, "expectReturn")


def _calls(definition: Definition, holder: Inputs) -> Iterator[Path]:
    body = definition.document.body
    if isinstance(body, Workflow):
        for step in body.steps:
            if _runs(step.call, holder):
                yield ("spec", "steps", step.index, "inputs")
    elif isinstance(body, FunctionTest):
        if _tests(body, holder):
            yield ("spec", "inputs")
            for case in body.cases:
                yield ("spec", "testCases", case.index, "inputOverrides")
    elif isinstance(body, Function) and body.overlays:
        overlays = node_at(definition.document.spec, ("overlays",))[1]
        for index in range(len(overlays.items) if isinstance(overlays, Sequence) else 0):
            call = overlay_at(definition, index)
            if call is not None and _runs(call, holder):
                yield ("spec", "overlays", index, "inputs")


def _tests(body: FunctionTest, holder: Inputs | Result) -> bool:
    function = body.function
    return function is not None and (function.kind, function.name.text) == (holder.kind, holder.name)


def _runs(call: Call, holder: Inputs | Result) -> bool:
    return any((target.kind, target.name.text) == (holder.kind, holder.name) for target in call.targets)


def item_steps(definition: Definition, holder: Holder) -> Iterator[Step]:
    """Yield the steps of a document that give an input item by item."""
    body = definition.document.body
    if isinstance(body, Workflow) and isinstance(holder, Inputs):
        yield from (step for step in body.steps if step.input_key and _runs(step.call, holder))


def readers(definition: Definition, field: Field) -> Iterator[Reader]:
    """Yield the names in scope in a document through which a field can be read."""
    holder, keys, body = field.holder, field.keys, definition.document.body
    is_own = _defines(definition, holder)
    match holder, body:
        case Locals(), Function() if is_own:
            yield Reader(definition, "locals", keys)
        case Inputs(), Function() if is_own:
            yield Reader(definition, "inputs", keys)
        case Inputs(), Workflow() if is_own and not body.has_trigger:
            yield Reader(definition, "parent", keys)
        case Result(), Workflow() if is_own and body.has_trigger:
            yield Reader(definition, "parent", ("state", *keys))
            yield Reader(definition, "parent", ("status", "state", *keys))
        case Inputs(), FunctionTest() if _tests(body, holder):
            yield Reader(definition, "inputs", keys)
            yield Reader(definition, keys[0], keys[1:])
    if isinstance(body, Workflow) and not isinstance(holder, Locals):
        for step in body.steps:
            if _runs(step.call, holder):
                yield from _at_step(definition, step, field)


def _at_step(definition: Definition, step: Step, field: Field) -> Iterator[Reader]:
    at: Path = ("spec", "steps", step.index)
    if isinstance(field.holder, Inputs):
        yield Reader(definition, "inputs", field.keys, (*at, "refSwitch", "switchOn"))
        return
    path = field.keys if step.input_key is None else (ITEM, *field.keys)
    yield Reader(definition, "value", path, (*at, "state"))
    if step.label is not None:
        yield Reader(definition, "steps", (step.label.text, *path))
