"""Go to definition, go to type definition, find references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.language.patterns import name_pattern
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.types import StringType

from koreo_server.ide.chains import chain_references
from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.entities import DocumentEntity, Occurrence, StepEntity, TriggerEntity
from koreo_server.ide.fields import Inputs, declarations, direct
from koreo_server.ide.schema_places import (
    key_place,
    kind_place,
    member_place,
    type_place,
)
from koreo_server.ide.targets import FieldTarget, document_doubts, places, target_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.language.document import Step
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, FileRelated, Snapshot

    from koreo_server.ide.cursor import Cursor
    from koreo_server.ide.fields import Site
    from koreo_server.ide.targets import Target


@dataclass(frozen=True, slots=True)
class Link:
    """Where a name under the cursor leads: `origin` is the name, in the file of the cursor."""

    origin: Span
    path: str
    span: Span


def definition(snapshot: Snapshot, path: str, offset: int) -> list[Link]:
    """Return where the thing under the cursor is defined.

    An input that an expression reads leads to the keys of the calls that give it; the key of a call leads to
    where the function reads it. A key of a value leads to where that is written, through whatever passes it on, or
    to the schema that declares it; the kind of a trigger or resource to its CustomResourceDefinition.
    """
    aimed = target_at(snapshot, path, offset)
    cursor = cursor_at(snapshot, path, offset)
    if aimed is None:
        return _elsewhere(snapshot, cursor)
    if isinstance(aimed.target, DocumentEntity):
        defined = snapshot.definitions(aimed.target.kind, aimed.target.name)
        return [Link(aimed.span, one.path, _name_span(one)) for one in defined]
    if isinstance(aimed.target, TriggerEntity):
        return _links(aimed.span, [snapshot.crd(aimed.target.group, aimed.target.kind)])
    if isinstance(aimed.target, FieldTarget):
        found = _of_field(snapshot, aimed.target, path, aimed.span)
        if not found and cursor is not None:
            return _links(aimed.span, [_declared(snapshot, cursor)])
    else:
        found = _defining(places(snapshot, aimed.target).sites)
    return [Link(aimed.span, site_path, span) for site_path, span in _ordered(found)]


def _elsewhere(snapshot: Snapshot, cursor: Cursor | None) -> list[Link]:
    """Return where a cursor leads that stands on nothing of the user's."""
    if cursor is None:
        return []
    found = _declared(snapshot, cursor) or kind_place(snapshot, cursor) or key_place(snapshot, cursor)
    if found is not None:
        node, scalar = cursor.node, cursor.scalar
        on = cursor.source_span(node) if node is not None else cursor.span(scalar.span) if scalar else None
        return _links(on, [found]) if on is not None else []
    return [
        Link(cursor.source_span(cursor.nodes[0]), one.path, _name_span(one))
        for one in _computed_templates(snapshot, cursor)
    ]


def _links(origin: Span, found: Iterable[FileRelated | None]) -> list[Link]:
    return [Link(origin, place.path, place.span) for place in found if place is not None]


def _defining(sites: Iterable[Site]) -> list[Site]:
    return [site for site in sites if site.is_definition]


def _ordered(sites: Iterable[Site]) -> list[tuple[str, Span]]:
    return sorted({(one.definition.path, one.span.shift(one.definition.start)) for one in sites})


def _of_field(snapshot: Snapshot, target: FieldTarget, path: str, span: Span) -> list[Site]:
    """Return where a field is written; standing there, where what gets the value reads it, or else the place itself."""
    written = _defining(declarations(snapshot, target.fields).sites.values())
    given = any(isinstance(one.holder, Inputs) for one in target.fields)
    here = any((one.definition.path, one.span.shift(one.definition.start)) == (path, span) for one in written)
    if given and not here:
        tests = [one for one in written if one.definition.document.kind == kinds.FUNCTION_TEST]
        written = [one for one in written if one not in tests] or _reading(snapshot, target) or tests
    elif given:
        return _reading(snapshot, target) or written
    return written


def _reading(snapshot: Snapshot, target: FieldTarget) -> list[Site]:
    """Return the expressions of functions and Workflows that read a field."""
    sites = direct(snapshot, target.fields).sites.values()
    return [
        one for one in sites if not one.is_definition and one.definition.document.kind != kinds.FUNCTION_TEST
    ]


def _declared(snapshot: Snapshot, cursor: Cursor) -> FileRelated | None:
    """Return where a schema declares the member under a cursor."""
    expression, offset = cursor.expression, cursor.source_offset
    if expression is None or offset is None:
        return None
    for node in reversed(cursor.nodes):
        if isinstance(node, ast.Select) and node.field_span.contains(offset):
            return member_place(snapshot, cursor.definition, expression, node.operand, node.field)
        if isinstance(node, ast.Index) and node.index.span.contains(offset):
            name = node.index.value if isinstance(node.index, ast.Literal) else None
            if isinstance(name, str):
                return member_place(snapshot, cursor.definition, expression, node.operand, name)
    return None


def _computed_templates(snapshot: Snapshot, cursor: Cursor) -> Iterator[Definition]:
    """Yield the templates whose names the expression under a cursor can give."""
    body = cursor.definition.document.body
    computed = body.computed_template if isinstance(body, Function) else None
    if computed is None or computed is not cursor.expression:
        return
    typed = snapshot.typing(cursor.definition).of(computed)
    names = typed.type.literals if typed is not None and isinstance(typed.type, StringType) else None
    if names is None:
        pattern = name_pattern(computed.facts.root)
        if pattern.fullmatch("") is None:  # else it may be any name
            names = frozenset(filter(pattern.fullmatch, snapshot.names(kinds.RESOURCE_TEMPLATE)))
    for name in sorted(names or ()):
        yield from snapshot.definitions(kinds.RESOURCE_TEMPLATE, name)


def _name_span(found: Definition) -> Span:
    name = found.document.name
    return (name.span if name is not None else found.document.kind_span).shift(found.start)


# Types


def type_definition(snapshot: Snapshot, path: str, offset: int) -> list[Link]:
    """Return where the type of the thing under the cursor is declared.

    The field of a CustomResourceDefinition, or the definition itself; of a step and of Logic what it returns.
    """
    aimed, cursor = target_at(snapshot, path, offset), cursor_at(snapshot, path, offset)
    if aimed is not None:
        returned = [_return_of(one) for one in _logic(snapshot, aimed.target)]
        if returned:
            return [Link(aimed.span, one_path, span) for one_path, span in returned]
    if cursor is None or cursor.expression is None or cursor.node is None:
        return definition(snapshot, path, offset) if aimed is None else []
    typed = snapshot.typing(cursor.definition).of(cursor.expression)
    type_ = typed.node_type(cursor.node) if typed is not None else None
    if type_ is None or typed is None:
        return []
    origin = aimed.span if aimed is not None else cursor.source_span(cursor.node)
    whole = kind_place(snapshot, cursor)
    return _links(origin, [whole or type_place(snapshot, type_) or _declared(snapshot, cursor)])


def _logic(snapshot: Snapshot, target: Target) -> Iterator[Definition]:
    """Yield the Logic that a reference names or a step runs."""
    match target:
        case DocumentEntity():
            yield from snapshot.definitions(target.kind, target.name)
        case StepEntity():
            for step in _steps(snapshot, target):
                for reference in step.call.targets:
                    yield from snapshot.definitions(reference.kind, reference.name.text)


def _steps(snapshot: Snapshot, target: StepEntity) -> Iterator[Step]:
    for one in snapshot.documents(target.path):
        body = one.document.body
        if one.index == target.index and isinstance(body, Workflow):
            yield from (step for step in body.steps if step.label and step.label.text == target.label)


def _return_of(found: Definition) -> tuple[str, Span]:
    """Return where a document says what it gives: the key `return`, of a Workflow the first `state`."""
    body, spec = found.document.body, found.document.spec
    key = None
    if isinstance(body, Function):
        key, _ = node_at(spec, ("return",))
    elif isinstance(body, Workflow):
        states = (node_at(spec, ("steps", step.index, "state"))[0] for step in body.steps)
        key = next((one for one in states if one is not None), None)
    return found.path, key.span.shift(found.start) if key is not None else _name_span(found)


# References


def references(snapshot: Snapshot, path: str, offset: int, *, include_definition: bool) -> list[Occurrence]:
    """Return every place that names the thing under the cursor, definitions first.

    Of a template also the expressions that may give its name; of a field that a schema declares where it is read.
    """
    aimed = target_at(snapshot, path, offset)
    if aimed is None:
        return []
    target = aimed.target
    if isinstance(target, FieldTarget) and not target.fields:
        cursor = cursor_at(snapshot, path, offset)
        return chain_references(snapshot, cursor) if cursor is not None else []
    is_given = isinstance(target, FieldTarget) and any(
        isinstance(one.holder, Inputs) for one in target.fields
    )
    found = [
        Occurrence(site.definition.path, site.span.shift(site.definition.start), site.is_definition)
        for site in places(snapshot, target).sites
        if include_definition or not site.is_definition or is_given
    ]
    if isinstance(target, DocumentEntity):
        found += (
            Occurrence(doubt.path, doubt.span, is_definition=False)
            for doubt in document_doubts(snapshot, target)
        )
    return found
