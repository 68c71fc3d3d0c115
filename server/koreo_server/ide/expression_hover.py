"""What a part of an expression is: its type, where that comes from, and the function that is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import MACROS, NAMESPACES, lookup
from koreo_analyzer.types import AnyType, Origin, Type, members, show, show_limits

from koreo_server.ide.completion.shapes import properties_of

if TYPE_CHECKING:
    from koreo_analyzer.flow import TypedExpression
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Property
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.cursor import Cursor

_DEEP = 3
_LONGEST = 80


def expression_hover(snapshot: Snapshot, cursor: Cursor) -> tuple[str, Span] | None:
    """Return Markdown about the part of an expression under a cursor, and its place in the file."""
    node, expression, at = cursor.node, cursor.expression, cursor.source_offset
    if node is None or expression is None or at is None:
        return None
    typed = snapshot.typing(cursor.definition).of(expression)
    if isinstance(node, ast.Call | ast.Macro) and node.name_span.contains(at):
        text = function_text(node)
        if text is not None:
            result = _type_line(expression.facts.source, node, typed)
            return "\n\n".join(part for part in (text, result) if part), _placed(cursor, node.name_span)
    if isinstance(node, ast.Literal | ast.Error) or typed is None:
        return None
    line = _type_line(expression.facts.source, node, typed)
    if line is None:
        return None
    span = node.field_span if isinstance(node, ast.Select) else node.span
    parts = [line]
    if isinstance(node, ast.Select):
        operand = typed.node_type(node.operand)
        found = dict(properties_of(operand)).get(node.field) if operand is not None else None
        if found is not None:
            parts.append(property_text(snapshot, found))
    return "\n\n".join(part for part in parts if part), _placed(cursor, span)


def _placed(cursor: Cursor, span: Span) -> Span:
    if cursor.expression is None:
        raise ValueError("the cursor is not in an expression")
    return cursor.expression.span(span).shift(cursor.definition.start)


def _type_line(source: str, node: ast.Node, typed: TypedExpression | None) -> str | None:
    type_ = typed.node_type(node) if typed is not None else None
    if type_ is None or all(isinstance(one, AnyType) for one in members(type_)):
        return None
    text = " ".join(source[node.start : node.end].split())
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"```cel\n{shown}: {show(type_, _DEEP)}\n```"


def property_text(snapshot: Snapshot, found: Property) -> str:
    """Return the documentation of a field, what is asked of it, and where it is declared, as Markdown."""
    parts = [found.doc] if found.doc else []
    asked = ["required" if found.required else "optional", *show_limits(found.limits)]
    parts.append(", ".join(asked))
    if found.origin is not None:
        parts.append(f"`{found.origin.name}` {_declared(snapshot, found.origin)}")
    return "\n\n".join(parts)


def _declared(snapshot: Snapshot, origin: Origin) -> str:
    place = snapshot.place_of(origin)
    if place is None:
        return f"in {origin.source.title}"
    line = snapshot.line_index(place.path).position(place.span.start).line + 1
    return f"in {place.path.rpartition('/')[2]}:{line}"


def function_text(node: ast.Call | ast.Macro) -> str | None:
    """Return the documentation of the function or macro that is called, as Markdown."""
    if isinstance(node, ast.Macro) and node.name in MACROS:
        macro = MACROS[node.name]
        return _function(macro.signatures, macro.doc, macro.example, macro.result)
    target = node.target
    namespace = target.name if isinstance(target, ast.Ident) and target.name in NAMESPACES else None
    row = lookup(node.name, namespace)
    if row is None:
        return None
    return _function(tuple(one.signature for one in row.overloads), row.doc, row.example, row.result)


def _function(signatures: tuple[str, ...], doc: str, example: str, result: str) -> str:
    shown = "\n".join(signatures)
    return f"```cel\n{shown}\n```\n\n{doc}\n\n`{example}` gives `{result}`"


def type_text(type_: Type) -> str:
    """Return a type as a line of Markdown."""
    return f"```cel\n{show(type_, _DEEP)}\n```"
