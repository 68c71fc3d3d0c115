"""Completion inside expressions: the names in scope, and the fields of a value after its dot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.text import Span
from koreo_analyzer.types.model import ObjectType, UnionType

from koreo_server.ide.completion.items import Item, ItemKind, about, typed_detail
from koreo_server.ide.cursor import cursor_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.flow.typing import TypedExpression
    from koreo_analyzer.types import Type
    from koreo_analyzer.workspace import Snapshot

_WORD_BEFORE = re.compile(r"[A-Za-z_]\w*\Z|\Z")
_WORD_AFTER = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Offered:
    """What can stand at the cursor, not ranked yet, and the part of the word before it."""

    items: list[Item]
    typed: str


def complete_expression(snapshot: Snapshot, path: str, offset: int) -> Offered | None:
    """Return what can be written at an offset of a file; None outside of expressions."""
    cursor = cursor_at(snapshot, path, offset)
    if cursor is None or cursor.expression is None or cursor.source_offset is None:
        return None
    typed = snapshot.typing(cursor.definition).of(cursor.expression)
    if typed is None:
        return None
    source, at = cursor.expression.facts.source, cursor.source_offset
    word = _WORD_BEFORE.search(source, 0, at)
    start = word.start() if word else at
    after = _WORD_AFTER.match(source, at)
    span = cursor.span(cursor.expression.span(Span(start, after.end() if after else at)))
    before = source[:start].rstrip()
    if before.endswith("."):
        operand = _ending_at(typed, len(before) - 1)
        found = [] if operand is None else list(_fields(operand, span))
    else:
        found = [
            Item(name, ItemKind.VARIABLE, span, name, detail=typed_detail(type_))
            for name, type_ in typed.scope_at(at).items()
        ]
    return Offered(found, source[start:at])


def _ending_at(typed: TypedExpression, end: int) -> Type | None:
    """Return the type of the smallest part that ends at an offset of the source: what a dot there follows."""
    found: Type | None = None
    waiting: list[ast.Node] = [typed.expression.facts.root]
    while waiting:
        node = waiting.pop()
        if node.end == end:
            found = typed.node_type(node) or found
        waiting.extend(one for one in ast.children(node) if one.start < end <= one.end)
    return found


def _fields(type_: Type, span: Span) -> Iterator[Item]:
    """Yield the fields of an object; those of a union's members once each."""
    members = type_.members if isinstance(type_, UnionType) else (type_,)
    seen: set[str] = set()
    for member in members:
        if isinstance(member, ObjectType):
            for name, field in member.properties.items():
                if name not in seen:
                    seen.add(name)
                    yield Item(
                        name,
                        ItemKind.FIELD,
                        span,
                        name,
                        0 if field.required else 1,
                        detail=typed_detail(field.type, optional=not field.required),
                        doc=about(field),
                    )
