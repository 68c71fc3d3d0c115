"""What a place means: from YAML paths and from names in scope of expressions to fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.types import ITEM

from koreo_server.ide.fields.backward import Backward
from koreo_server.ide.fields.model import Field, Inputs, Keys, Locals, Result, keys_of

if TYPE_CHECKING:
    from koreo_analyzer.cel import ast
    from koreo_analyzer.language.document import Call, Expression, Path, Step
    from koreo_analyzer.workspace import Definition

    from koreo_server.ide.fields.model import Holder


def step_at(definition: Definition, index: str | int) -> Step | None:
    """Return the step at a position in the list of a Workflow."""
    body = definition.document.body
    steps = body.steps if isinstance(body, Workflow) else ()
    return next((step for step in steps if step.index == index), None)


def overlay_at(definition: Definition, index: str | int) -> Call | None:
    """Return the call of the overlay at a position in the list of a ResourceFunction."""
    body = definition.document.body
    name = node_at(definition.document.spec, ("overlays", index, "overlayRef", "name"))[1]
    calls = body.overlays if isinstance(body, Function) and name is not None else ()
    return next((call for call in calls if name and call.targets[0].name.span == name.span), None)


def _inputs(call: Call | None, keys: Keys) -> list[Field]:
    targets = call.targets if call is not None else ()
    return [Field(Inputs(target.kind, target.name.text), keys) for target in targets]


def logic_of(definition: Definition) -> tuple[str, str] | None:
    """Return kind and name of a document; None without a name."""
    document = definition.document
    return (document.kind, document.name.text) if document.name is not None else None


def fields_at(definition: Definition, path: Path, rest: Keys = ()) -> list[Field]:
    """Return the fields that the key `rest` of the value at a path of a document is.

    With several Logics to run, it is one of each. Empty for what is no field of anything.
    """
    body, own = definition.document.body, logic_of(definition)
    match body, path:
        case Function(), ("spec", "locals", *keys):
            return _some(Locals(definition.path, definition.index), (*keys_of((*keys,)), *rest))
        case Function(), ("spec", "return", *keys) if own is not None:
            return _some(Result(*own), (*keys_of((*keys,)), *rest))
        case Function(), ("spec", "overlays", index, "inputs", *keys) if keys or rest:
            return _inputs(overlay_at(definition, index), (*keys_of((*keys,)), *rest))
        case Workflow(), ("spec", "steps", index, *inner):
            return _fields_of_step(definition, step_at(definition, index), inner, rest)
        case FunctionTest(function=function), ("spec", *inner) if function is not None:
            logic = (function.kind, function.name.text)
            match inner:
                case ["inputs", *keys] | ["testCases", _, "inputOverrides", *keys]:
                    return _some(Inputs(*logic), (*keys_of((*keys,)), *rest))
                case ["testCases", _, "expectReturn", *keys]:
                    return _some(Result(*logic), (*keys_of((*keys,)), *rest))
    return []


def _some(holder: Holder, keys: Keys) -> list[Field]:
    return [Field(holder, keys)] if keys else []


def _fields_of_step(
    definition: Definition, step: Step | None, inner: list[str | int], rest: Keys
) -> list[Field]:
    own = logic_of(definition)
    if step is None:
        return []
    match inner:
        case ["inputs", *keys] if keys or rest:
            return _inputs(step.call, (*keys_of((*keys,)), *rest))
        case ["state", *keys] if own is not None:
            return _some(Result(*own), (*keys_of((*keys,)), *rest))
        case ["forEach", "inputKey"] if step.input_key is not None:
            return _inputs(step.call, (step.input_key.text, *rest))
        case ["forEach", "itemIn"] if step.input_key is not None and rest[:1] == (ITEM,):
            return _inputs(step.call, (step.input_key.text, *rest[1:]))
    return []


def fields_of_root(
    definition: Definition, expression: Expression, root: str, keys: Keys
) -> list[Field] | None:
    """Return the fields that `root.keys` is in an expression; None for one that a schema declares."""
    body, own = definition.document.body, logic_of(definition)
    match body, root, keys:
        case Function(), "inputs", (_, *_) if own is not None:
            return [Field(Inputs(*own), keys)]
        case Function(), "locals", (_, *_):
            return [Field(Locals(definition.path, definition.index), keys)]
        case ((Function() | FunctionTest()), ("resource" | "template"), _):
            return None
        case Workflow(), "steps", (label, *inner):
            steps = (step for step in body.steps if step.label is not None and step.label.text == label)
            return _of_result(next(steps, None), (*inner,))
        case Workflow(), "value", _:
            return _of_result(step_at(definition, expression.path[2]), keys)
        case Workflow(), "inputs", (_, *_):
            step = step_at(definition, expression.path[2])
            return _inputs(step.call if step is not None else None, keys)
        case Workflow(has_trigger=True), "parent", ("state", *inner) | ("status", "state", *inner) if own:
            return _some(Result(*own), (*inner,))
        case Workflow(has_trigger=True), "parent", _:
            return None
        case Workflow(), "parent", (_, *_) if own is not None:
            return [Field(Inputs(*own), keys)]
        case FunctionTest(function=function), _, _ if function is not None:
            inner_keys = keys if root == "inputs" else (root, *keys)
            return _some(Inputs(function.kind, function.name.text), inner_keys)
    return []


def _of_result(step: Step | None, keys: Keys) -> list[Field]:
    if step is None:
        return []
    if step.input_key is not None:
        if keys[:1] != (ITEM,):
            return []
        keys = keys[1:]
    return [Field(Result(target.kind, target.name.text), keys) for target in step.call.targets if keys]


def fields_of_member(
    definition: Definition, expression: Expression, node: ast.Node, name: str
) -> tuple[list[Field], bool]:
    """Return the fields that the member `name` of a part of an expression is, and whether others may be meant, too."""
    asked = Backward()
    asked.ask(node, (name,), asked.around(expression.facts.root, node))
    found: list[Field] = []
    is_open = bool(asked.lost)
    for root, keys in asked.roots:
        fields = fields_of_root(definition, expression, root.name, keys)
        is_open = is_open or fields is None
        found += fields or ()
    return found, is_open
