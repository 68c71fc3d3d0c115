"""CEL for what stands in YAML: literal data, and data that hold expressions, as one expression."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.literals import INT_MAX
from koreo_analyzer.cel.parser import parse

if TYPE_CHECKING:
    from koreo_analyzer.yaml.resolve import Value

_CLOSED: Final = (
    ast.Literal,
    ast.Ident,
    ast.Select,
    ast.Index,
    ast.Call,
    ast.Macro,
    ast.ListNode,
    ast.MapNode,
    ast.Struct,
)
"""Nodes that bind tighter than any operator (CEL langdef, "Primary" and "Member")."""


def cel_text(data: Value) -> str | None:
    """Return the expression with the value of evaluated data, without `=`; None where CEL has no form for it.

    A comment could swallow what stands behind it, and an expression that cannot be read has no known end.
    """
    if isinstance(data, str):
        return _source(data[1:]) if data.startswith("=") else string_literal(data)
    if data is None or isinstance(data, bool | float):
        return json.dumps(data)
    if isinstance(data, int):
        return str(data) if -INT_MAX <= data <= INT_MAX else None
    if isinstance(data, list):
        items = [cel_text(item) for item in data]
        known = [item for item in items if item is not None]
        return f"[{', '.join(known)}]" if len(known) == len(items) else None
    written: list[str] = []
    for key, item in data.items():
        text = cel_text(item)
        if text is None:
            return None
        written.append(f"{string_literal(key)}: {text}")
    return f"{{{', '.join(written)}}}"


def string_literal(text: str) -> str:
    """Return a CEL string in single quotes, which YAML takes without its own, or in double ones to save escapes."""
    quoted = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")
    if '"' not in text and "'" in text:
        return quoted
    return "'" + quoted[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def _source(source: str) -> str | None:
    parsed = parse(source)
    if parsed.problems:
        return None
    strings = [node for node in ast.walk(parsed.root) if isinstance(node, ast.Literal) and "//" in source]
    at = source.find("//")
    while at >= 0:
        if not any(node.start <= at < node.end for node in strings):
            return None
        at = source.find("//", at + 1)
    return source.strip()


def is_closed(source: str) -> bool:
    """Whether an expression can be an operand as it stands, without parentheses."""
    root = parse(source).root
    return isinstance(root, _CLOSED) and (root.start, root.end) == (0, len(source))


def is_number(source: str) -> bool:
    """Whether an expression is a number, after which a dot would be read as a part of it."""
    root = parse(source).root
    return isinstance(root, ast.Literal) and root.kind in {"int", "uint", "double"}
