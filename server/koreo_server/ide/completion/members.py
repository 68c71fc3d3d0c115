"""Completion after a dot: fields, steps, and the functions that a value has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import NAMESPACES
from koreo_analyzer.text import Span
from koreo_analyzer.types import ANY, STRING, MapType
from koreo_analyzer.yaml.nodes import Style

from koreo_server.ide.completion.functions import free_functions, receiver_functions
from koreo_server.ide.completion.items import Item, ItemKind, about, fitness, typed_detail
from koreo_server.ide.completion.known import asked_type, chain_names
from koreo_server.ide.completion.place import FITS, OTHER, is_identifier, rank_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.types import Type

    from koreo_server.ide.completion.place import Place

_BEGINS = 2
"""The greatest `fitness` of a label in which a word begins with what is typed."""
_METADATA = frozenset({"name", "namespace", "labels", "annotations"})
_LATER = {"labels": 1, "annotations": 1, "metadata": 1, "status": 2}
_HEAD = frozenset({"apiVersion", "kind"})
_MAPS = frozenset({"inputs", "parent", "locals", "resource", "steps", "template"})
"""The names in scope that are maps, also where nothing else is known of them."""


def members_of(place: Place, mark: ast.Select) -> Iterator[Item]:
    """Yield what can be written after the dot of a select."""
    operand, wanted = mark.operand, place.typed.wanted
    called = place.after.startswith("(")
    if isinstance(operand, ast.Ident) and operand.name in NAMESPACES - set(place.typed.scope):
        if not place.is_asked_for:
            yield from free_functions(wanted, place.span, namespace=operand.name, called=called)
        return
    used, fields = place.used(operand), place.fields(operand)
    target = _target(place, operand, has_fields=bool(fields))
    declared = not any(field.origin is not None for field in fields.values())
    for number, (name, field) in enumerate(fields.items()):
        if place.is_asked_for and not is_identifier(name):
            continue
        rank = rank_of(field.type, wanted) + (not field.required)
        late = name in _HEAD or (_is_metadata(operand) and name not in _METADATA)
        order = number if declared else _LATER.get(name, 0) + 3 * late
        if name == place.key and rank < OTHER:
            rank, order = FITS, -2
        elif name in used:
            order = -1
        yield _member(place, Item(
            name,
            ItemKind.FIELD,
            place.span,
            name,
            rank + late,
            detail=typed_detail(field.type, optional=not field.required),
            doc=about(field),
            order=order,
        ))  # fmt: skip
    if not (place.is_asked_for or (isinstance(operand, ast.Ident) and operand.name == "steps")):
        for item in receiver_functions(target, wanted, place.span, called=called):
            if target != ANY or _begins(place, item.label):
                yield item


def _begins(place: Place, label: str) -> bool:
    """Whether what is typed begins a word of a label: of a value of which nothing is known no more is guessed."""
    fit = fitness(label, place.typed.gap.typed)
    return fit is not None and fit <= _BEGINS


def _target(place: Place, operand: ast.Node, *, has_fields: bool) -> Type:
    """Return the type of the value before the dot; where it is not known, what its uses tell."""
    known = place.typed.type_of(operand)
    if known != ANY:
        return known
    if has_fields or (isinstance(operand, ast.Ident) and operand.name in _MAPS):
        return MapType(STRING, ANY)
    names = chain_names(operand)
    return asked_type(place.snapshot, place.definition, names) if names is not None else ANY


def _member(place: Place, item: Item) -> Item:
    """Return a member that is no identifier in brackets, which replace the dot."""
    if is_identifier(item.label):
        return item
    quote = "'" if place.expression.scalar.style is Style.DOUBLE else '"'
    return replace(
        item,
        span=Span(place.span.start - 1, place.span.end),
        insert=f"[{quote}{item.label}{quote}]",
        rank=item.rank + 1,
    )


def _is_metadata(operand: ast.Node) -> bool:
    return isinstance(operand, ast.Select) and operand.field == "metadata"
