"""What a cursor can stand on, and every place where the same thing is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.language.document import (
    Call,
    Expression,
    Function,
    FunctionTest,
    KoreoDocument,
    Name,
    Supplied,
    Workflow,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot


@dataclass(frozen=True, slots=True)
class DocumentEntity:
    """A Koreo document, by kind and name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class StepEntity:
    """A step of the Workflow that is document number `index` of a file."""

    path: str
    index: int
    label: str


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """A local of the function that is document number `index` of a file."""

    path: str
    index: int
    name: str


@dataclass(frozen=True, slots=True)
class InputEntity:
    """An input of a function, or a member of `parent` of a Workflow."""

    kind: str
    name: str
    input: str


@dataclass(frozen=True, slots=True)
class TriggerEntity:
    """The kind of object that triggers a Workflow."""

    group: str
    version: str
    kind: str


Entity: TypeAlias = DocumentEntity | StepEntity | LocalEntity | InputEntity | TriggerEntity


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where an entity is named; `span` counts from the start of the file."""

    path: str
    span: Span
    is_definition: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The entity under a cursor and the span of its name in the file."""

    entity: Entity
    span: Span


def document_at(snapshot: Snapshot, path: str, offset: int) -> Definition | None:
    """Return the Koreo document that a cursor stands in."""
    found = None
    for definition in snapshot.documents(path):
        if definition.start <= offset <= definition.start + len(definition.document.text):
            found = definition
    return found


def entity_at(snapshot: Snapshot, path: str, offset: int) -> Found | None:
    """Return what a cursor stands on."""
    definition = document_at(snapshot, path, offset)
    if definition is None:
        return None
    local = offset - definition.start
    for entity, span, _ in named(definition):
        if span.contains(local):
            return Found(entity, span.shift(definition.start))
    return None


def occurrences(snapshot: Snapshot, entity: Entity) -> list[Occurrence]:
    """Return every place of the workspace that names an entity, definitions first, then by file and position."""
    found: dict[tuple[str, Span], Occurrence] = {}
    for definition in homes(snapshot, entity):
        for other, span, is_definition in named(definition):
            if other == entity:
                place = span.shift(definition.start)
                key = (definition.path, place)
                if key not in found or is_definition:
                    found[key] = Occurrence(definition.path, place, is_definition)
    return sorted(found.values(), key=lambda place: (not place.is_definition, place.path, place.span))


def homes(snapshot: Snapshot, entity: Entity) -> Iterator[Definition]:
    """Yield the documents that can name an entity."""
    match entity:
        case StepEntity() | LocalEntity():
            yield from (d for d in snapshot.documents(entity.path) if d.index == entity.index)
        case DocumentEntity() | InputEntity():
            yield from snapshot.definitions(entity.kind, entity.name)
            yield from snapshot.users(entity.kind, entity.name)
        case TriggerEntity():
            yield from snapshot.triggered(entity.group, entity.version, entity.kind)


def named(definition: Definition) -> Iterator[tuple[Entity, Span, bool]]:
    """Yield every entity that a document names, with its span in the document and whether it is defined there."""
    document = definition.document
    if document.name is not None:
        yield DocumentEntity(document.kind, document.name.text), document.name.span, True
    for reference in document.references:
        yield DocumentEntity(reference.kind, reference.name.text), reference.name.span, False
    match document.body:
        case Workflow():
            yield from _in_workflow(definition, document.body)
        case Function():
            for local in document.body.locals:
                yield LocalEntity(definition.path, definition.index, local.text), local.span, True
            for overlay in document.body.overlays:
                yield from _given(overlay, None)
        case FunctionTest():
            yield from _in_test(document.body)
    for expression in document.expressions:
        yield from _in_expression(definition, expression)


def _in_workflow(definition: Definition, body: Workflow) -> Iterator[tuple[Entity, Span, bool]]:
    if body.trigger is not None:
        trigger = body.trigger
        yield (
            TriggerEntity(trigger.group.text, trigger.version.text, trigger.kind.text),
            trigger.kind.span,
            False,
        )
    for step in body.steps:
        if step.label is not None:
            yield StepEntity(definition.path, definition.index, step.label.text), step.label.span, True
        yield from _given(step.call, step.input_key)


def _given(call: Call, item: Name | None) -> Iterator[tuple[Entity, Span, bool]]:
    """Yield the inputs that a call gives, for each Logic that it may run."""
    names = [supplied.name for supplied in call.inputs or ()]
    if item is not None:
        names.append(item)
    for target in call.targets:
        for name in names:
            yield InputEntity(target.kind, target.name.text, name.text), name.span, True


def _in_test(body: FunctionTest) -> Iterator[tuple[Entity, Span, bool]]:
    if body.function is None:
        return
    given: list[Supplied] = list(body.inputs or ())
    given += [supplied for case in body.cases for supplied in case.overrides]
    for supplied in given:
        yield (
            InputEntity(body.function.kind, body.function.name.text, supplied.name.text),
            supplied.name.span,
            False,
        )


def _in_expression(definition: Definition, expression: Expression) -> Iterator[tuple[Entity, Span, bool]]:
    document = definition.document
    for use in expression.facts.uses:
        if not use.members:
            continue
        member = use.members[0]
        entity = _member_entity(definition, document, use.root, member.name)
        if entity is not None:
            yield entity, expression.span(member.span), False


def _member_entity(definition: Definition, document: KoreoDocument, root: str, member: str) -> Entity | None:
    if root == "steps" and isinstance(document.body, Workflow):
        return StepEntity(definition.path, definition.index, member)
    if root == "locals" and isinstance(document.body, Function):
        return LocalEntity(definition.path, definition.index, member)
    if document.name is None:
        return None
    if (root == "inputs" and isinstance(document.body, Function)) or (
        root == "parent" and isinstance(document.body, Workflow)
    ):
        return InputEntity(document.kind, document.name.text, member)
    if root == "inputs" and isinstance(document.body, FunctionTest) and document.body.function is not None:
        function = document.body.function
        return InputEntity(function.kind, function.name.text, member)
    return None
