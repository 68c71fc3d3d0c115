"""Inline: what a local holds goes to where it is read, and the local goes.

A local is evaluated once and always, its uses only when their places are (language sections 2.3 and 5). So an error
of the local may vanish with it, or names the place of the use from then on; none appears that was not there before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.parser import parse
from koreo_analyzer.edit import apply
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.problems import Edit

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.refactor.cel_text import cel_text, is_closed, is_number
from koreo_server.ide.refactor.rewritten import Offer, spec_of, with_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.yaml.resolve import Value

    from koreo_server.ide.cursor import Cursor

_DATA: Final = frozenset(
    {
        Place.TARGET,
        Place.VALUE_RETURN,
        Place.RETURN,
        Place.OVERLAY,
        Place.OVERLAY_INPUTS,
        Place.CREATE_OVERLAY,
    }
)
"""Places that take any data, so that a whole expression can become a literal."""


class _RefusedError(Exception):
    """Why a local stays."""


def inline_local(snapshot: Snapshot, path: str, offset: int) -> Offer | None:
    """Put what the local at the cursor holds in the place of its uses; None where no local stands that is read."""
    cursor = cursor_at(snapshot, path, offset)
    name = _local_at(cursor) if cursor is not None else None
    if cursor is None or name is None:
        return None
    document = cursor.definition.document
    spec = spec_of(cursor.definition)
    held = spec.get("locals") if spec is not None else None
    if not isinstance(document.body, Function) or not isinstance(held, dict) or name not in held:
        return None
    title = f"Inline `locals.{name}`"
    expressions = [one for one in document.expressions if "locals" in NAMES_IN_SCOPE.get(one.place, ())]
    try:
        values = list(_values(expressions, name, held[name]))
    except _RefusedError as refused:
        return Offer(title, refusal=str(refused))
    if not values:
        return None
    rest = ("spec", "locals", name) if len(held) > 1 else ("spec", "locals")
    return Offer(title, partial(with_values, snapshot, cursor.definition, title, values, removed=rest))


def _local_at(cursor: Cursor) -> str | None:
    """Return the name of the local whose key or whose use is at the cursor."""
    if cursor.on_key:
        *above, key = cursor.path
        return key if above == ["spec", "locals"] and isinstance(key, str) else None
    if cursor.expression is None or "locals" not in NAMES_IN_SCOPE.get(cursor.expression.place, ()):
        return None
    return next((name for node in cursor.nodes if (name := _read(node)) is not None), None)


def _read(node: ast.Node) -> str | None:
    """Return the local that a node reads: `locals.x` or `locals["x"]`."""
    if not isinstance(node, ast.Select | ast.Index) or not isinstance(node.operand, ast.Ident):
        return None
    if node.operand.name != "locals":
        return None
    if isinstance(node, ast.Select):
        return node.field
    index = node.index
    return index.value if isinstance(index, ast.Literal) and isinstance(index.value, str) else None


def _values(
    expressions: list[Expression], name: str, held: Value
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield the new values of the expressions that read a local. Raises _RefusedError."""
    text = cel_text(held)
    for one in expressions:
        if one.facts.broken:
            raise _RefusedError("an expression of this function cannot be read")
        if not any(use.root == "locals" for use in one.facts.uses) and "locals" not in one.facts.source:
            continue
        edits = list(_edits(one.facts.root, None, frozenset(), name, text))
        if not edits:
            continue
        if text is None:
            raise _RefusedError(
                "what it holds cannot stand in another expression: a comment or a large number"
            )
        root = one.facts.root
        if one.place in _DATA and _read(root) == name and _is_literal(held):
            yield one.path, held
        else:
            yield one.path, "=" + apply(one.facts.source, edits)


def _is_literal(held: Value) -> bool:
    return not isinstance(held, dict | list) and not (isinstance(held, str) and held.startswith("="))


def _edits(
    node: ast.Node, parent: ast.Node | None, bound: frozenset[str], name: str, text: str | None
) -> Iterator[Edit]:
    """Yield the edits that put `text` where a local is read. Raises _RefusedError."""
    if _read(node) == name and "locals" not in bound:
        if isinstance(node, ast.Select | ast.Index) and node.optional:
            raise _RefusedError("it is asked for with `.?`")
        if isinstance(parent, ast.Macro) and parent.name == "has":
            raise _RefusedError("`has` asks for it")
        captured = sorted(bound & _names(text or ""))
        if captured:
            raise _RefusedError(f"a macro declares `{captured[0]}`, which means something else in it")
        yield Edit(node.span, _fitting(node, parent, text or ""))
        return
    if isinstance(node, ast.Ident) and node.name == "locals" and "locals" not in bound:
        if parent is None or _read(parent) is None:
            raise _RefusedError("`locals` is used as a whole")
        return
    inner = bound
    if isinstance(node, ast.Macro):
        inner = bound | {variable.name for variable in node.variables}
    for child in ast.children(node):
        is_target = isinstance(node, ast.Macro) and child is node.target
        if isinstance(node, ast.Macro) and any(child is variable for variable in node.variables):
            continue
        yield from _edits(child, node, bound if is_target else inner, name, text)


def _names(source: str) -> frozenset[str]:
    return frozenset(node.name for node in ast.walk(parse(source).root) if isinstance(node, ast.Ident))


def _fitting(node: ast.Node, parent: ast.Node | None, text: str) -> str:
    """Return the text in parentheses if what stands around it would take it apart."""
    match parent:
        case ast.Select() | ast.Call() if _is_before_dot(node, parent):
            is_fitting = is_closed(text) and not is_number(text)
        case ast.Macro() if node is parent.target:
            is_fitting = is_closed(text) and not is_number(text)
        case None | ast.Call() | ast.Macro() | ast.ListNode():
            is_fitting = True
        case _:
            is_fitting = is_closed(text)
    return text if is_fitting else f"({text})"


def _is_before_dot(node: ast.Node, parent: ast.Select | ast.Call) -> bool:
    return node is (parent.operand if isinstance(parent, ast.Select) else parent.target)
