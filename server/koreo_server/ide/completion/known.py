"""What a document and its callers tell about values whose type is not known, and what a place wants of a value."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.flow import demanded_type
from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.expressions import chain
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE
from koreo_analyzer.text import Span
from koreo_analyzer.types import (
    ANY,
    BOOL,
    INT,
    STRING,
    AnyType,
    ListType,
    MapType,
    ObjectType,
    Type,
    join,
    members,
)

from koreo_server.ide.completion.shapes import properties_of, type_at
from koreo_server.ide.completion.slots import Slot
from koreo_server.ide.earlier_steps import earlier_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.flow import Demand
    from koreo_analyzer.language.document import Call, Expression
    from koreo_analyzer.workspace import Definition, Snapshot


def names_in_scope(snapshot: Snapshot, definition: Definition, expression: Expression) -> dict[str, Type]:
    """Return the names in scope of an expression with their types, also of one that no run comes to."""
    typing = snapshot.typing(definition)
    scope: dict[str, Type] = dict.fromkeys(NAMES_IN_SCOPE[expression.place], ANY)
    own = typing.of(expression)
    if own is not None:
        return scope | own.variables
    body = definition.document.body
    if isinstance(body, Workflow):
        before = sum(one.span.end <= expression.scalar.start for one in body.steps)
        known: dict[str, Type] = {"steps": earlier_steps(snapshot, body, before)}
        known["parent"] = typing.given.inputs
    else:
        known = {"inputs": typing.given.inputs}
    for one in typing.expressions:
        if one.expression.scalar.start < expression.scalar.start:
            known.update(one.variables)
    return scope | {name: type_ for name, type_ in known.items() if name in scope}


def wanted_at(snapshot: Snapshot, definition: Definition, expression: Expression) -> Type | None:
    """Return the type that the value of an expression should have; None if it may be of any."""
    match expression.path:
        case (*_, "assert") | (*_, "skipIf"):
            return BOOL
        case (*_, "itemIn"):
            return ListType(ANY)
        case (*_, "switchOn"):
            return join(STRING, INT)
        case ("spec", "apiConfig" | "resourceTemplateRef", _) | (
            *_,
            "skip" | "depSkip" | "retry" | "permFail",
            _,
        ):
            return STRING
    file = snapshot.file(definition.path)
    if file is None:
        return None
    slot = Slot(
        is_key=False,
        path=expression.path,
        word=Span(0, 0),
        typed="",
        siblings={},
        quote="",
        indent="",
        inner=0,
        flow=False,
        bare=False,
        root=file.documents[definition.index].document.tree.root,
    )
    return type_at(snapshot, slot, definition.document.kind, expression.path)


def names_used_after(definition: Definition, names: tuple[str, ...], current: Expression) -> list[str]:
    """Return the names that follow a chain of names in a document, but for `current`, which is being typed."""
    found: dict[str, None] = {}
    root, *rest = names
    depth = len(rest)
    for expression in definition.document.expressions:
        for use in expression.facts.uses:
            inner = use.members
            if use.root != root or len(inner) <= depth or [one.name for one in inner[:depth]] != rest:
                continue
            if inner[depth].name and expression is not current:
                found.setdefault(inner[depth].name)
    return list(found)


def chain_names(node: ast.Node) -> tuple[str, ...] | None:
    """Return the names in `a.b["c"]`; None where one is computed, and for other parts of expressions."""
    split = chain(node)
    if split is None:
        return None
    names = [split[0].name]
    for link in split[1]:
        if isinstance(link, ast.Select):
            names.append(link.field)
        elif (
            isinstance(link, ast.Index)
            and isinstance(link.index, ast.Literal)
            and isinstance(link.index.value, str)
        ):
            names.append(link.index.value)
        else:
            return None
    return tuple(names)


def given_inputs(snapshot: Snapshot, definition: Definition) -> Iterator[str]:
    """Yield the names of the inputs that the callers and tests of a function give."""
    if definition.document.name is None or not isinstance(definition.document.body, Function):
        return
    kind, name = definition.document.kind, definition.document.name.text
    for user in snapshot.users(kind, name):
        match user.document.body:
            case FunctionTest() as test:
                given = [*(test.inputs or ()), *(one for case in test.cases for one in case.overrides)]
                yield from (one.name.text for one in given)
            case Workflow() as workflow:
                for step in workflow.steps:
                    if _runs(step.call, kind, name):
                        yield from (one.name.text for one in step.call.inputs or ())
                        if step.input_key is not None:
                            yield step.input_key.text
            case Function() as function:
                for call in function.overlays:
                    if _runs(call, kind, name):
                        yield from (one.name.text for one in call.inputs or ())


def _runs(call: Call, kind: str, name: str) -> bool:
    return any((one.kind, one.name.text) == (kind, name) for one in call.targets)


def asked_words(snapshot: Snapshot, definition: Definition, names: tuple[str, ...]) -> list[str]:
    """Return the texts that an input, or a part of it, is compared with where it is used."""
    root, *rest = names
    if root not in {"inputs", "parent"}:
        return []
    demand: Demand | None = snapshot.interface(definition).asked
    for name in rest:
        demand = (
            next((one for key, one in demand.fields if key == name), None) if demand is not None else None
        )
    return sorted(demand.values) if demand is not None else []


def asked_type(snapshot: Snapshot, definition: Definition, names: tuple[str, ...]) -> Type:
    """Return the type that the uses of an input, or of a part of it, ask for; `any` if they do not tell.

    That something has fields does not count, as the name that is being typed may be the only one.
    """
    root, *rest = names
    if root not in {"inputs", "parent"} or not rest:
        return ANY
    type_: Type = demanded_type(snapshot.interface(definition).asked)
    for name in rest:
        found = dict(properties_of(type_)).get(name)
        if found is None:
            return ANY
        type_ = found.type
    return ANY if any(isinstance(one, ObjectType | MapType | AnyType) for one in members(type_)) else type_


def compared_already(way: tuple[ast.Node, ...], names: tuple[str, ...]) -> frozenset[str]:
    """Return the texts that a chain of names is compared with in the other parts of `a == "x" || a == …`.

    `way` leads to the part in which the next text is to be written, as in `Gap`.
    """
    waiting: list[ast.Node] = []
    for outer, inner in pairwise(way):
        if isinstance(outer, ast.Binary) and outer.op == "||":
            waiting.append(outer.left if inner is outer.right else outer.right)
        else:
            waiting = waiting if isinstance(outer, ast.Binary) and outer.op == "==" else []
    found: set[str] = set()
    while waiting:
        part = waiting.pop()
        if not isinstance(part, ast.Binary):
            continue
        if part.op == "||":
            waiting += (part.left, part.right)
        elif part.op == "==":
            for value, word in ((part.left, part.right), (part.right, part.left)):
                if (
                    isinstance(word, ast.Literal)
                    and isinstance(word.value, str)
                    and chain_names(value) == names
                ):
                    found.add(word.value)
    return frozenset(found)
