"""Document links: names of other documents and kinds that lead to their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.tree import get_name

from koreo_server.ide.schema_places import crd_of_resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Name
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, FileRelated, Snapshot


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A name in a file that leads to another; `target_span` is the name there."""

    span: Span
    path: str
    target_span: Span
    tooltip: str


def document_links(snapshot: Snapshot, path: str) -> list[DocumentLink]:
    """Return the links of a file in the order of its text; what is defined in the file itself has none."""
    found = {
        link.span: link
        for definition in snapshot.documents(path)
        for link in (*_references(snapshot, definition), *_kinds(snapshot, definition))
        if link.path != path
    }
    return [found[span] for span in sorted(found)]


def _references(snapshot: Snapshot, definition: Definition) -> Iterator[DocumentLink]:
    for reference in definition.document.references:
        name = reference.name
        for target in snapshot.definitions(reference.kind, name.text)[:1]:
            if target.document.name is not None:
                yield DocumentLink(
                    name.span.shift(definition.start),
                    target.path,
                    target.document.name.span.shift(target.start),
                    f"{reference.kind} {name.text}",
                )


def _kinds(snapshot: Snapshot, definition: Definition) -> Iterator[DocumentLink]:
    """Yield the links of the kinds of trigger and resource to their CustomResourceDefinitions."""
    document, body = definition.document, definition.document.body
    if isinstance(body, Workflow):
        trigger = body.trigger
        if trigger is not None:
            crd = snapshot.crd(trigger.group.text, trigger.kind.text)
            yield from _kind(definition, trigger.kind, crd)
    else:
        block = "template" if get_name(document.spec, "template", "kind") else "apiConfig"
        name = get_name(document.spec, block, "kind")
        yield from _kind(definition, name, crd_of_resource(snapshot, document))


def _kind(definition: Definition, name: Name | None, crd: FileRelated | None) -> Iterator[DocumentLink]:
    if name is not None and crd is not None:
        tooltip = f"CustomResourceDefinition {name.text}"
        yield DocumentLink(name.span.shift(definition.start), crd.path, crd.span, tooltip)
