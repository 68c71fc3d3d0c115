"""Completion inside expressions: names in scope, members after a dot, keys and texts in quotes, functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.checks.bracketing import is_in_flow
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE
from koreo_analyzer.text import Span
from koreo_analyzer.types import ANY, Property, Type, fits
from koreo_analyzer.yaml.nodes import Style

from koreo_server.ide.completion.functions import free_functions, words
from koreo_server.ide.completion.half_typed import TypedGap, gap_at
from koreo_server.ide.completion.items import Item, ItemKind, about, typed_detail
from koreo_server.ide.completion.known import (
    names_in_scope,
    names_used_after,
    wanted_at,
)
from koreo_server.ide.completion.members import members_of
from koreo_server.ide.completion.place import FIRST, FITS, OTHER, USUAL, Place, is_identifier, rank_of
from koreo_server.ide.completion.shapes import properties_of, stands_alone
from koreo_server.ide.completion.texts import can_hold, texts
from koreo_server.ide.cursor import cursor_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.workspace import Definition, Snapshot


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be written inside an expression, in no order, and what of it is typed already."""

    items: tuple[Item, ...]
    typed: str


def complete_expression(snapshot: Snapshot, path: str, offset: int) -> Offered | None:
    """Return what can be written at an offset of a file; None outside of expressions.

    In comments, numbers and texts of which nothing is known that is nothing.
    """
    cursor = cursor_at(snapshot, path, offset)
    if cursor is None or cursor.on_key:
        return None
    expression, at = cursor.expression, cursor.source_offset
    if expression is None:
        expression = _before(cursor.definition, cursor.offset)
        at = len(expression.facts.source) if expression is not None else None
    if expression is None or at is None:
        return None
    text = cursor.definition.document.text
    source = expression.facts.source
    if at == len(source.rstrip()) and text[cursor.offset - 1 : cursor.offset].isspace():
        source, at = f"{source.rstrip()} ", at + 1
    gap = gap_at(source, at)
    if gap is None or not text[: cursor.offset].endswith(gap.typed) or _ends(text, expression, cursor.offset):
        return Offered((), "")
    variables = names_in_scope(snapshot, cursor.definition, expression)
    wanted = wanted_at(snapshot, cursor.definition, expression)
    place = Place(
        snapshot,
        cursor.definition,
        expression,
        TypedGap(gap, variables, wanted),
        Span(offset - len(gap.typed), offset + gap.rest),
        source[at + gap.rest :],
    )
    return Offered(tuple(_items(place)), gap.typed)


def _before(definition: Definition, offset: int) -> Expression | None:
    """Return the expression that goes on at an offset on a blank line below it."""
    text = definition.document.text
    line = text.rfind("\n", 0, offset) + 1
    if text[line:offset].strip(" "):
        return None
    end = len(text[:offset].rstrip())
    for one in definition.document.expressions:
        if one.scalar.start < end <= one.scalar.end <= offset:
            head = text[text.rfind("\n", 0, one.scalar.start) + 1 : one.scalar.start]
            return one if offset - line > len(head) - len(head.lstrip(" -")) else None
    return None


def _ends(text: str, expression: Expression, offset: int) -> bool:
    """Whether what is written at an offset would end the scalar: in a further line, too far to the left."""
    scalar = expression.scalar
    line = text.rfind("\n", 0, offset) + 1
    if line <= scalar.start or text[line:offset].strip(" "):
        return False
    if scalar.style in (Style.LITERAL, Style.FOLDED):
        lines = text[scalar.start : scalar.end].splitlines()[1:]
        least = next((len(one) - len(one.lstrip(" ")) for one in lines if one.strip()), 0)
    else:
        head = text[text.rfind("\n", 0, scalar.start) + 1 : scalar.start]
        least = len(head) - len(head.lstrip(" -")) + 1
    return offset - line < least


def _items(place: Place) -> Iterator[Item]:
    """Yield what can be written, without what would need other quotes around the expression."""
    is_in_brackets = place.expression.scalar.style is Style.PLAIN and is_in_flow(
        place.definition.document, place.expression
    )
    for item in _any_items(place):
        if not (is_in_brackets and "[" in item.insert) and can_hold(place, item):
            yield item


def _any_items(place: Place) -> Iterator[Item]:
    gap, mark = place.typed.gap, place.typed.gap.way[-1]
    if gap.quote:
        yield from texts(place)
    elif gap.after_operand:
        yield from _operators(place)
    elif place.typed.declares:
        yield Item("item", ItemKind.VARIABLE, place.span, "item", FIRST)
    elif isinstance(mark, ast.Select):
        yield from members_of(place, mark)
    elif place.is_asked_for:
        yield from _scope(place)
    else:
        yield from texts(place)
        yield from _names(place)


def _operators(place: Place) -> Iterator[Item]:
    for name, rank in (("in", 1), ("==", 2), ("!=", 3), ("&&", 4), ("||", 4), ("? :", 5), ("+", 5)):
        insert = "? " if name == "? :" else f"{name} "
        yield Item(name, ItemKind.OPERATOR, place.span, insert, rank, "? $1 : $0" if name == "? :" else None)


def _names(place: Place) -> Iterator[Item]:
    wanted = place.typed.wanted
    yield from _scope(place)
    called = place.after.startswith("(")
    yield from free_functions(wanted, place.span, namespace=None, called=called)
    yield from words(wanted, place.span, first=place.typed.compared is not None)


def _scope(place: Place) -> Iterator[Item]:
    """Yield the names in scope, and what is in reach by them."""
    wanted = place.typed.wanted
    for order, (name, type_) in enumerate(place.typed.scope.items()):
        if (name == "locals" and not _has_locals(place)) or (name == "steps" and _is_first_step(place)):
            continue
        own = name not in NAMES_IN_SCOPE[place.expression.place]
        rank = min(rank_of(type_, wanted), USUAL) - own
        if name == "resource" and stands_alone(place.snapshot, place.definition):
            rank = OTHER
        yield Item(
            name,
            ItemKind.VARIABLE,
            place.span,
            name,
            rank,
            detail=typed_detail(type_),
            order=order - 100 * own,
        )
    if place.key is not None:
        yield from _same_name(place, place.key, wanted)


def _has_locals(place: Place) -> bool:
    body = place.definition.document.body
    return isinstance(body, Function) and bool(body.locals)


def _is_first_step(place: Place) -> bool:
    return place.expression.path[:3] == ("spec", "steps", 0)


def _same_name(place: Place, key: str, wanted: Type | None) -> Iterator[Item]:
    """Yield the values in reach that are called like the key of the expression."""
    for name, type_ in place.typed.scope.items():
        used = names_used_after(place.definition, (name,), place.expression)
        fields = {one: Property(ANY) for one in used} | dict(properties_of(type_))
        for first, one in fields.items():
            if first == key and is_identifier(key) and (wanted is None or fits(one.type, wanted)):
                yield _reached(place, f"{name}.{first}", one, -2)
            for second, two in properties_of(one.type) if name != "resource" else ():
                if second == key and is_identifier(key) and (wanted is None or fits(two.type, wanted)):
                    yield _reached(place, f"{name}.{first}.{second}", two, -1)


def _reached(place: Place, name: str, field: Property, order: int) -> Item:
    """Return what is in reach, before the names in scope: the nearer it is, the earlier."""
    detail = typed_detail(field.type)
    return Item(name, ItemKind.VARIABLE, place.span, name, FITS, None, detail, about(field), order=order)
