"""What can be renamed, highlighted and searched for: the thing under a cursor, and every place that names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.language.document import Function

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.entities import (
    DocumentEntity,
    InputEntity,
    LocalEntity,
    StepEntity,
    TriggerEntity,
    entity_at,
    homes,
    named,
)
from koreo_server.ide.fields import Doubt, Field, Inputs, Locals, Site, fields_at, fields_of_member, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_server.ide.cursor import Cursor


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """A key of data. `is_open`: it may also be one that a schema declares, or of which nothing is known."""

    name: str
    fields: tuple[Field, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class VariableTarget:
    """A variable that a macro declares."""

    definition: Definition
    expression: Expression
    macro: ast.Macro
    name: str


Target: TypeAlias = DocumentEntity | StepEntity | TriggerEntity | FieldTarget | VariableTarget


@dataclass(frozen=True, slots=True)
class Aimed:
    """The thing under a cursor, and the span of its name in the file."""

    target: Target
    span: Span


@dataclass(frozen=True, slots=True)
class Named:
    """All places that name a thing, those that define it first, and those where it may be meant, too."""

    sites: tuple[Site, ...]
    doubts: tuple[Doubt, ...] = ()
    fields: tuple[Field, ...] = ()
    is_complete: bool = True


def target_at(snapshot: Snapshot, path: str, offset: int) -> Aimed | None:
    """Return the thing under a cursor; None for what has no name of the user's."""
    cursor = cursor_at(snapshot, path, offset)
    if cursor is None:
        return None
    inner = _in_expression(cursor) or _on_key(cursor)
    if inner is not None:
        return inner
    found = entity_at(snapshot, path, offset)
    match found.entity if found is not None else None:
        case InputEntity() as entity:
            target: Target = FieldTarget(
                entity.input, (Field(Inputs(entity.kind, entity.name), (entity.input,)),)
            )
        case LocalEntity() as entity:
            target = FieldTarget(entity.name, (Field(Locals(entity.path, entity.index), (entity.name,)),))
        case DocumentEntity() | StepEntity() | TriggerEntity() as entity:
            target = entity
        case _:
            return None
    return Aimed(target, found.span) if found is not None else None


def _on_key(cursor: Cursor) -> Aimed | None:
    """Return the field that a key, or the name in `inputKey`, is."""
    if not cursor.on_key and cursor.path[-2:] != ("forEach", "inputKey"):
        return None
    fields = fields_at(cursor.definition, cursor.path)
    scalar = cursor.scalar
    if not fields or scalar is None:
        return None
    return Aimed(FieldTarget(fields[0].keys[-1], tuple(fields)), cursor.span(scalar.span))


def _in_expression(cursor: Cursor) -> Aimed | None:
    expression, node, offset = cursor.expression, cursor.node, cursor.source_offset
    if expression is None or node is None or offset is None:
        return None
    for around in reversed(cursor.nodes):
        if isinstance(around, ast.Select) and around.field_span.contains(offset) and around.field:
            return _member(cursor, expression, around.operand, around.field, around.field_span)
    if isinstance(node, ast.Literal) and isinstance(node.value, str) and len(cursor.nodes) > 1:
        outer = cursor.nodes[-2]
        if isinstance(outer, ast.Index) and outer.index is node:
            return _member(cursor, expression, outer.operand, node.value, node.span)
        if isinstance(outer, ast.Binary) and outer.op == "in" and outer.left is node:
            return _member(cursor, expression, outer.right, node.value, node.span)
        if isinstance(outer, ast.MapNode) and outer is expression.facts.root:
            fields = fields_at(cursor.definition, expression.path, (node.value,))
            if fields and any(key is node for key, _ in outer.entries):
                return Aimed(FieldTarget(node.value, tuple(fields)), _place(cursor, expression, node.span))
    if isinstance(node, ast.Ident):
        return _name(cursor, expression, node)
    return None


def _place(cursor: Cursor, expression: Expression, source: Span) -> Span:
    return cursor.span(expression.span(source))


def _member(
    cursor: Cursor, expression: Expression, operand: ast.Node, name: str, source: Span
) -> Aimed | None:
    if isinstance(operand, ast.Ident) and operand.name == "steps":
        return None
    fields, is_open = fields_of_member(cursor.definition, expression, operand, name)
    return Aimed(FieldTarget(name, tuple(fields), is_open), _place(cursor, expression, source))


def _name(cursor: Cursor, expression: Expression, node: ast.Ident) -> Aimed | None:
    """Return the variable of a macro that an identifier is."""
    for macro in reversed(cursor.nodes):
        if isinstance(macro, ast.Macro) and any(one.name == node.name for one in macro.variables):
            target = VariableTarget(cursor.definition, expression, macro, node.name)
            if any(one is node for one in variable_nodes(target)):
                return Aimed(target, _place(cursor, expression, node.span))
    return None


def variable_nodes(target: VariableTarget) -> Iterator[ast.Ident]:
    """Yield the identifiers that are a variable, its declaration first."""
    macro = target.macro
    yield from (one for one in macro.variables if one.name == target.name)
    bodies = macro.args[len(macro.variables) :]
    outside = 1 if macro.name in ("bind", "reduce") else 0
    stack = list(reversed(bodies[outside:]))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Ident) and node.name == target.name and not node.absolute:
            yield node
        elif isinstance(node, ast.Macro) and any(one.name == target.name for one in node.variables):
            first = node.args[len(node.variables)]
            seen = [first] if node.name in ("bind", "reduce") else []
            stack += [*seen, *((node.target,) if node.target is not None else ())]
        else:
            stack.extend(reversed(list(ast.children(node))))


def places(snapshot: Snapshot, target: Target) -> Named:
    """Return every place of the workspace that names a thing."""
    fields: tuple[Field, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    is_complete = True
    match target:
        case FieldTarget():
            found = follow(snapshot, target.fields)
            sites = list(found.sites.values())
            doubts = tuple(sorted(found.doubts.values(), key=lambda doubt: (doubt.path, doubt.span)))
            fields, is_complete = tuple(found.fields), found.is_complete
        case VariableTarget():
            sites = list(_of_variable(target))
        case _:
            sites = list(_of_entity(snapshot, target))
    sites.sort(
        key=lambda site: (
            not site.is_definition,
            site.definition.path,
            site.span.shift(site.definition.start),
        )
    )
    return Named(tuple(sites), doubts, fields, is_complete)


def _of_variable(target: VariableTarget) -> Iterator[Site]:
    expression = target.expression
    for number, node in enumerate(variable_nodes(target)):
        yield Site(target.definition, expression.span(node.span), number == 0, expression, node.span)


def _of_entity(snapshot: Snapshot, entity: DocumentEntity | StepEntity | TriggerEntity) -> Iterator[Site]:
    seen: set[tuple[str, Span]] = set()
    for definition in homes(snapshot, entity):
        parts = _parts(definition) if isinstance(entity, StepEntity) else {}
        for other, span, is_definition in named(definition):
            key = (definition.path, span.shift(definition.start))
            if other == entity and key not in seen:
                seen.add(key)
                yield Site(definition, span, is_definition, *parts.get(span, (None, None)))


def _parts(definition: Definition) -> dict[Span, tuple[Expression, Span]]:
    """Return the first members of names in all expressions of a document, by their place in it."""
    return {
        expression.span(use.members[0].span): (expression, use.members[0].span)
        for expression in definition.document.expressions
        for use in expression.facts.uses
        if use.members
    }


def document_doubts(snapshot: Snapshot, entity: DocumentEntity) -> Iterator[Doubt]:
    """Yield the expressions that may give the name of a template."""
    for definition in snapshot.computed_users(entity.kind, entity.name):
        body = definition.document.body
        expression = body.computed_template if isinstance(body, Function) else None
        if expression is not None:
            place = expression.span(expression.facts.root.span).shift(definition.start)
            why, remedy = "this expression may give the name", "write the name there first"
            yield Doubt(definition.path, place, why, remedy)
