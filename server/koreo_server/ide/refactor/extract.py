"""Extract: a part of an expression becomes a local of its function, and all equal parts read that.

A local may use `inputs` alone, and is evaluated before everything but the preconditions (language sections 2.3 and 5).
So a part that is only evaluated under a condition stays where it is: as a local it could fail where it did not before,
unless an equal part is evaluated anyway.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.edit import apply
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.expressions import read_expression
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.language.tree import find_entry, get_items
from koreo_analyzer.problems import Edit

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.refactor.rewritten import Offer, with_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression, KoreoDocument
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot

_ALWAYS: Final = frozenset({Place.LOCALS, Place.VALUE_LOCALS, Place.IDENTITY})
_NOT_DATA: Final = frozenset(
    {"timestamp", "duration", "type", "bytes", "of", "ofNonZeroValue", "none", "optMap"}
)
"""Functions whose values have no form in JSON, which is all that a local should hold."""
_TITLE: Final = "Extract into a local"


def extract_local(snapshot: Snapshot, path: str, selection: Span) -> Offer | None:
    """Make the selected part of an expression a local; None where no whole part is selected, or it is a mere name."""
    cursor = cursor_at(snapshot, path, selection.start) if selection.start < selection.end else None
    if cursor is None or cursor.expression is None or cursor.expression.facts.broken:
        return None
    definition, expression = cursor.definition, cursor.expression
    body = definition.document.body
    if not isinstance(body, Function) or "locals" not in NAMES_IN_SCOPE.get(expression.place, ()):
        return None
    wanted = selection.shift(-definition.start)
    way = list(_way_to(expression, wanted))
    if not way or isinstance(way[-1], ast.Ident | ast.Literal):
        return None
    source = expression.facts.source[way[-1].start : way[-1].end]
    refusal = _unfit(source, way[-1])
    if refusal is None:
        refusal = _condition(way) or _left_out(definition.document, expression)
        if refusal is not None and _is_evaluated_anyway(definition.document, source):
            refusal = None
    if refusal is not None:
        return Offer(_TITLE, refusal=refusal)
    name = _name(way[-1], {one.text for one in body.locals})
    values: list[tuple[tuple[str | int, ...], object]] = [(("spec", "locals", name), f"={source}")]
    for one in definition.document.expressions:
        if "locals" in NAMES_IN_SCOPE.get(one.place, ()) and not one.facts.broken:
            edits = [Edit(node.span, f"locals.{name}") for node in _equal(one, source)]
            if edits:
                values.append((one.path, "=" + apply(one.facts.source, edits)))
    title = f"Extract into `locals.{name}`"
    return Offer(title, partial(with_values, snapshot, definition, title, values))


def _way_to(expression: Expression, wanted: Span) -> Iterator[ast.Node]:
    """Yield the parts of an expression that lead to the one at a span of the document; nothing if there is none."""
    way: list[ast.Node] = []
    node: ast.Node | None = expression.facts.root
    while node is not None:
        way.append(node)
        if expression.span(node.span) == wanted:
            yield from way
            return
        node = next((one for one in ast.children(node) if expression.span(one.span).holds(wanted)), None)


def _unfit(source: str, part: ast.Node) -> str | None:
    """Say why a part cannot be what a local holds."""
    roots = {use.root for use in read_expression(source).uses}
    foreign = sorted(roots - {"inputs"})
    if foreign:
        return f"a local can only use `inputs`, and this uses `{foreign[0]}`"
    for node in ast.walk(part):
        is_optional = isinstance(node, ast.Select | ast.Index) and node.optional
        if is_optional or (isinstance(node, ast.Call | ast.Macro) and node.name in _NOT_DATA):
            return "its value may be one that a local cannot hold"
    return None


def _condition(way: list[ast.Node]) -> str | None:
    """Say when the part at the end of a way is not evaluated although its expression is."""
    for outer, inner in pairwise(way):
        if (
            isinstance(outer, ast.Macro)
            or (isinstance(outer, ast.Ternary) and inner is not outer.condition)
            or (isinstance(outer, ast.Binary) and outer.op in {"&&", "||"})
        ):
            return "this is only evaluated under a condition, and a local always is"
    return None


def _is_evaluated_anyway(document: KoreoDocument, source: str) -> bool:
    """Whether an equal part is evaluated in every run that comes to the locals: in one of them, or in `apiConfig`."""
    return any(
        _condition(list(_way_to(one, one.span(node.span)))) is None
        for one in document.expressions
        if one.place in _ALWAYS and not one.facts.broken
        for node in _equal(one, source)
    )


def _left_out(document: KoreoDocument, expression: Expression) -> str | None:
    """Say when an expression is not evaluated although the target is built: that of an overlay that may be left out.

    An overlay without `skipIf` is applied whenever `resource` is evaluated, unless a function that an earlier one runs
    ends the run (language section 7).
    """
    if expression.place is Place.CREATE_OVERLAY:
        return "`create.overlay` is only evaluated when the object is created, and a local always is"
    match expression.path:
        case ("spec", "overlays", int(index), "overlay" | "inputs", *_):
            overlays = get_items(document.spec, "overlays")
            if find_entry(overlays[index], "skipIf") is not None:
                return "this overlay has a `skipIf`, so it is not always evaluated, and a local is"
            if any(find_entry(one, "overlayRef") is not None for one in overlays[:index]):
                return (
                    "an overlay before this one runs a function that may end the run, and a local comes first"
                )
        case _:
            pass
    return None


def _name(node: ast.Node, taken: set[str]) -> str:
    """Return a free name for a local: that of the last field or function, else `value`."""
    match node:
        case ast.Select(field=str(name)) | ast.Call(name=str(name)) | ast.Macro(name=str(name)):
            found = name if name.isidentifier() else "value"
        case _:
            found = "value"
    number, free = 1, found
    while free in taken:
        number += 1
        free = f"{found}{number}"
    return free


def _equal(expression: Expression, source: str) -> Iterator[ast.Node]:
    """Yield the parts that are written like `source` and mean the same: not what a `has` asks for."""
    text = expression.facts.source
    if source not in text:
        return
    stack = [expression.facts.root]
    while stack:
        node = stack.pop()
        if text[node.start : node.end] == source:
            yield node
        elif isinstance(node, ast.Macro):
            if node.name != "has" and all(one.name != "inputs" for one in node.variables):
                stack += ast.children(node)
        else:
            stack += ast.children(node)
