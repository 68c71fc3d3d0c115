"""Call hierarchy: what a document runs, and what runs it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.text import Span

from koreo_server.ide.entities import DocumentEntity, StepEntity
from koreo_server.ide.targets import target_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Reference
    from koreo_analyzer.workspace import Definition, Snapshot


@dataclass(frozen=True, slots=True)
class CallItem:
    """A document that is run or runs others; `span` is all of it, `name_span` its name, both in its file."""

    kind: str
    name: str
    path: str
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class CallLink:
    """One end of calls: `item` is the other document; `spans` are the references, in the file of the caller."""

    item: CallItem
    spans: tuple[Span, ...]


def call_items(snapshot: Snapshot, path: str, offset: int) -> list[CallItem]:
    """Return the documents that a name under a cursor stands for: the definition, or the Logic of a step."""
    aimed = target_at(snapshot, path, offset)
    match aimed.target if aimed is not None else None:
        case DocumentEntity(kind, name):
            return _items(snapshot, kind, name)
        case StepEntity() as step:
            references = _references_of_step(snapshot, step)
            return [item for one in references for item in _items(snapshot, one.kind, one.name.text)]
        case _:
            return []


def _references_of_step(snapshot: Snapshot, entity: StepEntity) -> Iterator[Reference]:
    for definition in snapshot.documents(entity.path):
        body = definition.document.body
        if definition.index == entity.index and isinstance(body, Workflow):
            for step in body.steps:
                if step.label is not None and step.label.text == entity.label:
                    yield from step.call.targets


def _items(snapshot: Snapshot, kind: str, name: str) -> list[CallItem]:
    found = (_item(definition) for definition in snapshot.definitions(kind, name))
    return [item for item in found if item is not None]


def _item(definition: Definition) -> CallItem | None:
    document = definition.document
    if document.name is None:
        return None
    whole = Span(0, max(len(document.text.rstrip()), document.name.span.end)).shift(definition.start)
    return CallItem(
        document.kind,
        document.name.text,
        definition.path,
        whole,
        document.name.span.shift(definition.start),
    )


def incoming(snapshot: Snapshot, kind: str, name: str) -> list[CallLink]:
    """Return the documents that run one: Workflows, functions that use it as an overlay or template, and tests.

    Functions that compute the name of a template may run it.
    """
    links: list[CallLink] = []
    for user in snapshot.users(kind, name):
        item = _item(user)
        spans = {
            one.name.span.shift(user.start)
            for one in user.document.references
            if (one.kind, one.name.text) == (kind, name)
        }
        if item is not None:
            links.append(CallLink(item, tuple(sorted(spans))))
    for user in snapshot.computed_users(kind, name):
        body, item = user.document.body, _item(user)
        expression = body.computed_template if isinstance(body, Function) else None
        if item is not None and expression is not None:
            place = expression.span(expression.facts.root.span).shift(user.start)
            links.append(CallLink(item, (place,)))
    return links


def outgoing(snapshot: Snapshot, kind: str, name: str, path: str) -> list[CallLink]:
    """Return the documents that one of the file `path` runs, in the order of its text."""
    spans: defaultdict[tuple[str, str], set[Span]] = defaultdict(set)
    for definition in snapshot.definitions(kind, name):
        if definition.path == path:
            for one in definition.document.references:
                spans[one.kind, one.name.text].add(one.name.span.shift(definition.start))
    return [
        CallLink(item, tuple(sorted(found)))
        for target, found in spans.items()
        for item in _items(snapshot, *target)
    ]
