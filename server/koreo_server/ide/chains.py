"""Chains of names in expressions (`parent.spec.size`): for fields that a schema declares, and no document does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.expressions import chain

from koreo_server.ide.entities import Occurrence
from koreo_server.ide.fields.expressions import named_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_server.ide.cursor import Cursor

Names: TypeAlias = tuple[str, ...]
"""A name in scope and the members that are selected of it."""


def names_at(cursor: Cursor) -> Names | None:
    """Return the chain that ends with the member under a cursor; None for anything else."""
    offset = cursor.source_offset
    for node in reversed(cursor.nodes):
        place = _member_place(node)
        if offset is None or place is None or not place.contains(offset):
            continue
        split = chain(node)
        names = [named_member(link) for link in split[1]] if split is not None else [None]
        if split is None or None in names:
            return None
        return (split[0].name, *(name for name in names if name is not None))
    return None


def _member_place(node: ast.Node) -> Span | None:
    """Return the place of the member in a selection, or in an index with a literal text."""
    if isinstance(node, ast.Select):
        return node.field_span
    return node.index.span if isinstance(node, ast.Index) and named_member(node) is not None else None


def uses_of(definition: Definition, names: Names) -> Iterator[Span]:
    """Yield where a document selects the last member of a chain; spans count in the document."""
    root, *wanted = names
    for expression in definition.document.expressions:
        for use in expression.facts.uses:
            members = use.members[: len(wanted)]
            if use.root == root and [member.name for member in members] == wanted:
                yield expression.span(members[-1].span)


def chain_references(snapshot: Snapshot, cursor: Cursor) -> list[Occurrence]:
    """Return where a field that a schema declares is read.

    Of a trigger in all Workflows for it, of anything else in the document of the cursor.
    """
    names = names_at(cursor)
    if names is None:
        return []
    homes = [cursor.definition]
    body = cursor.definition.document.body
    if isinstance(body, Workflow) and body.trigger is not None and names[0] == "parent":
        trigger = body.trigger
        homes = snapshot.triggered(trigger.group.text, trigger.version.text, trigger.kind.text) or homes
    return [
        Occurrence(home.path, span.shift(home.start), is_definition=False)
        for home in homes
        for span in uses_of(home, names)
    ]
