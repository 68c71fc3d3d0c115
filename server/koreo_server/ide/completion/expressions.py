"""Completion inside expressions: names in scope, members after a dot, keys and texts in quotes, functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import NAMESPACES
from koreo_analyzer.cel.lexer import KEYWORDS
from koreo_analyzer.checks.bracketing import is_in_flow
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.kinds import RESOURCE_TEMPLATE
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE
from koreo_analyzer.text import Span
from koreo_analyzer.types import ANY, BOOL, STRING, MapType, ObjectType, Property, Type, fits, members
from koreo_analyzer.yaml.nodes import Style

from koreo_server.ide.completion.functions import free_functions, receiver_functions, words
from koreo_server.ide.completion.half_typed import TypedGap, gap_at, words_of
from koreo_server.ide.completion.items import Item, ItemKind, about, fitness, typed_detail
from koreo_server.ide.completion.known import (
    asked_type,
    asked_words,
    chain_names,
    compared_already,
    given_inputs,
    names_in_scope,
    names_used_after,
    wanted_at,
)
from koreo_server.ide.completion.shapes import properties_of, stands_alone
from koreo_server.ide.cursor import cursor_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.workspace import Definition, Snapshot

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")
_TEXTS = frozenset({ItemKind.FIELD, ItemKind.ENUM, ItemKind.REFERENCE})
"""What may be written as a text in quotes."""
_BARRED_IN_CEL = ('"', "\\")
_BARRED = {
    Style.SINGLE: ("'", '"', "\\"),
    Style.DOUBLE: ("'", '"', "\\"),
    Style.PLAIN: (*_BARRED_IN_CEL, ": ", " #"),
}
"""What such a text must not hold, as CEL or the scalar around would read it as something else."""
_SIMPLE_TEXT = re.compile(r"[\w./-]*")
_FIRST, _FITS, _USUAL, _OTHER = 0, 1, 3, 5
_BEGINS = 2
"""The greatest `fitness` of a label in which a word begins with what is typed."""
_METADATA = frozenset({"name", "namespace", "labels", "annotations"})
_LATER = {"labels": 1, "annotations": 1, "metadata": 1, "status": 2}
_TEMPLATE_NAME = ("spec", "resourceTemplateRef", "name")
_HEAD = frozenset({"apiVersion", "kind"})
_MAPS = frozenset({"inputs", "parent", "locals", "resource", "steps", "template"})
"""The names in scope that are maps, also where nothing else is known of them."""


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
    place = _Place(
        snapshot,
        cursor.definition,
        expression,
        TypedGap(gap, variables, wanted),
        Span(offset - len(gap.typed), offset + gap.rest),
        source[at + gap.rest :],
    )
    return Offered(tuple(place.items()), gap.typed)


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


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in an expression; `span` is to be replaced, `after` is the source that follows it."""

    snapshot: Snapshot
    definition: Definition
    expression: Expression
    typed: TypedGap
    span: Span
    after: str

    def items(self) -> Iterator[Item]:
        """Yield what can be written, without what would need other quotes around the expression."""
        is_in_brackets = self.expression.scalar.style is Style.PLAIN and is_in_flow(
            self.definition.document, self.expression
        )
        for item in self._items():
            if not (is_in_brackets and "[" in item.insert) and self._can_hold(item):
                yield item

    def _can_hold(self, item: Item) -> bool:
        """Whether a text in quotes of CEL, as it is written here, is read as it is by both CEL and YAML."""
        text = item.label
        if item.kind not in _TEXTS or _SIMPLE_TEXT.fullmatch(text) is not None:
            return True
        barred = _BARRED.get(self.expression.scalar.style, _BARRED_IN_CEL)
        return text.isprintable() and not any(one in text for one in barred)

    def _items(self) -> Iterator[Item]:
        gap, mark = self.typed.gap, self.typed.gap.way[-1]
        if gap.quote:
            yield from self._texts()
        elif gap.after_operand:
            yield from self._operators()
        elif self.typed.declares:
            yield Item("item", ItemKind.VARIABLE, self.span, "item", _FIRST)
        elif isinstance(mark, ast.Select):
            yield from self._members(mark)
        elif self._is_asked_for:
            yield from self._scope()
        else:
            yield from self._texts()
            yield from self._names()

    @property
    def _is_asked_for(self) -> bool:
        """Whether it is the argument of `has`, which is a name and fields after it, and nothing else."""
        return isinstance(self.typed.gap.parent, ast.Macro | ast.Call) and self.typed.gap.parent.name == "has"

    # Texts

    def _texts(self) -> Iterator[Item]:
        """Yield the texts, keys included, that can stand here; in quotes, or with quotes of their own."""
        gap = self.typed.gap
        operand = gap.operand
        if operand is not None:
            fields = self._fields(operand)
            for name, field in fields.items():
                yield self._text(name, ItemKind.FIELD, _FIRST if field.required else _FITS, field)
            return
        compared = self.typed.compared
        found = words_of(self.typed.wanted)
        for word in found:
            if word not in self.typed.listed:
                yield self._text(word, ItemKind.ENUM, _FIRST)
        if compared is None and self.typed.wanted == STRING and self.expression.path == _TEMPLATE_NAME:
            for name in self.snapshot.names(RESOURCE_TEMPLATE):
                yield self._text(name, ItemKind.REFERENCE, _FIRST)
        if compared is not None and not found:
            names = chain_names(compared)
            if names is not None and len(names) > 1:
                done = compared_already(gap.way, names) | self.typed.listed
                for word in asked_words(self.snapshot, self.definition, names):
                    if word not in done:
                        yield self._text(word, ItemKind.ENUM, _FIRST)

    def _text(self, word: str, kind: ItemKind, rank: int, field: Property | None = None) -> Item:
        gap, style = self.typed.gap, self.expression.scalar.style
        quote = gap.quote or ("'" if style is Style.DOUBLE else '"')
        closing = ""
        if not gap.closed:
            closing = quote
            if style is Style.DOUBLE and quote == '"':
                closing = '\\"'
            elif style is Style.SINGLE and quote == "'":
                closing = "''"
        insert = f"{word}{closing}" if gap.quote else f"{quote}{word}{quote}"
        if gap.quote and not gap.closed and gap.operand is not None and not self.after.startswith("]"):
            insert += "]"
        return Item(
            word,
            kind,
            self.span,
            insert,
            rank,
            detail=typed_detail(field.type, optional=not field.required) if field else None,
            doc=about(field) if field else None,
        )

    # Names

    def _operators(self) -> Iterator[Item]:
        for name, rank in (("in", 1), ("==", 2), ("!=", 3), ("&&", 4), ("||", 4), ("? :", 5), ("+", 5)):
            insert = "? " if name == "? :" else f"{name} "
            yield Item(
                name, ItemKind.OPERATOR, self.span, insert, rank, "? $1 : $0" if name == "? :" else None
            )

    def _names(self) -> Iterator[Item]:
        wanted = self.typed.wanted
        yield from self._scope()
        called = self.after.startswith("(")
        yield from free_functions(wanted, self.span, namespace=None, called=called)
        yield from words(wanted, self.span, first=self.typed.compared is not None)

    def _scope(self) -> Iterator[Item]:
        """Yield the names in scope, and what is in reach by them."""
        wanted = self.typed.wanted
        for order, (name, type_) in enumerate(self.typed.scope.items()):
            if (name == "locals" and not self._has_locals) or (name == "steps" and self._is_first_step):
                continue
            own = name not in NAMES_IN_SCOPE[self.expression.place]
            rank = min(_rank(type_, wanted), _USUAL) - own
            if name == "resource" and stands_alone(self.snapshot, self.definition):
                rank = _OTHER
            yield Item(
                name,
                ItemKind.VARIABLE,
                self.span,
                name,
                rank,
                detail=typed_detail(type_),
                order=order - 100 * own,
            )
        if self._key is not None:
            yield from self._same_name(self._key, wanted)

    @property
    def _has_locals(self) -> bool:
        body = self.definition.document.body
        return isinstance(body, Function) and bool(body.locals)

    @property
    def _is_first_step(self) -> bool:
        return self.expression.path[:3] == ("spec", "steps", 0)

    @property
    def _key(self) -> str | None:
        """The key whose whole value is to be written."""
        key = self.expression.path[-1] if self.expression.path else None
        return key if isinstance(key, str) and len(self.typed.gap.way) == 1 else None

    def _same_name(self, key: str, wanted: Type | None) -> Iterator[Item]:
        """Yield the values in reach that are called like the key of the expression."""
        for name, type_ in self.typed.scope.items():
            used = names_used_after(self.definition, (name,), self.expression)
            fields = {one: Property(ANY) for one in used} | dict(properties_of(type_))
            for first, one in fields.items():
                if first == key and _is_identifier(key) and (wanted is None or fits(one.type, wanted)):
                    yield self._reached(f"{name}.{first}", one, -2)
                for second, two in properties_of(one.type) if name != "resource" else ():
                    if second == key and _is_identifier(key) and (wanted is None or fits(two.type, wanted)):
                        yield self._reached(f"{name}.{first}.{second}", two, -1)

    def _reached(self, name: str, field: Property, order: int) -> Item:
        """Return what is in reach, before the names in scope: the nearer it is, the earlier."""
        detail = typed_detail(field.type)
        return Item(name, ItemKind.VARIABLE, self.span, name, _FITS, None, detail, about(field), order=order)

    # Members

    def _members(self, mark: ast.Select) -> Iterator[Item]:
        operand, wanted = mark.operand, self.typed.wanted
        called = self.after.startswith("(")
        if isinstance(operand, ast.Ident) and operand.name in NAMESPACES - set(self.typed.scope):
            if not self._is_asked_for:
                yield from free_functions(wanted, self.span, namespace=operand.name, called=called)
            return
        used, fields = self._used(operand), self._fields(operand)
        target = self._target(operand, has_fields=bool(fields))
        declared = not any(field.origin is not None for field in fields.values())
        for number, (name, field) in enumerate(fields.items()):
            if self._is_asked_for and not _is_identifier(name):
                continue
            rank = _rank(field.type, wanted) + (not field.required)
            late = name in _HEAD or (_is_metadata(operand) and name not in _METADATA)
            order = number if declared else _LATER.get(name, 0) + 3 * late
            if name == self._key and rank < _OTHER:
                rank, order = _FITS, -2
            elif name in used:
                order = -1
            yield self._member(Item(
                name,
                ItemKind.FIELD,
                self.span,
                name,
                rank + late,
                detail=typed_detail(field.type, optional=not field.required),
                doc=about(field),
                order=order,
            ))  # fmt: skip
        if not (self._is_asked_for or (isinstance(operand, ast.Ident) and operand.name == "steps")):
            for item in receiver_functions(target, wanted, self.span, called=called):
                if target != ANY or self._begins(item.label):
                    yield item

    def _begins(self, label: str) -> bool:
        """Whether what is typed begins a word of a label: of a value of which nothing is known no more is guessed."""
        fit = fitness(label, self.typed.gap.typed)
        return fit is not None and fit <= _BEGINS

    def _target(self, operand: ast.Node, *, has_fields: bool) -> Type:
        """Return the type of the value before the dot; where it is not known, what its uses tell."""
        known = self.typed.type_of(operand)
        if known != ANY:
            return known
        if has_fields or (isinstance(operand, ast.Ident) and operand.name in _MAPS):
            return MapType(STRING, ANY)
        names = chain_names(operand)
        return asked_type(self.snapshot, self.definition, names) if names is not None else ANY

    def _fields(self, operand: ast.Node) -> dict[str, Property]:
        """Return the fields of a value; where not all are known, with the names used after the same chain elsewhere."""
        type_ = self.typed.type_of(operand)
        found = dict(properties_of(type_))
        if isinstance(operand, ast.Ident) and operand.name == "steps":
            return found
        unknown = (
            one == ANY or isinstance(one, MapType) or (isinstance(one, ObjectType) and one.open)
            for one in members(type_)
        )
        names = self._used(operand) if any(unknown) else []
        if isinstance(operand, ast.Ident) and operand.name == "inputs":
            names += given_inputs(self.snapshot, self.definition)
        for name in names:
            found.setdefault(name, Property(ANY))
        return found

    def _used(self, operand: ast.Node) -> list[str]:
        names = chain_names(operand)
        return names_used_after(self.definition, names, self.expression) if names is not None else []

    def _member(self, item: Item) -> Item:
        """Return a member that is no identifier in brackets, which replace the dot."""
        if _is_identifier(item.label):
            return item
        quote = "'" if self.expression.scalar.style is Style.DOUBLE else '"'
        return replace(
            item,
            span=Span(self.span.start - 1, self.span.end),
            insert=f"[{quote}{item.label}{quote}]",
            rank=item.rank + 1,
        )


def _is_identifier(name: str) -> bool:
    return bool(_IDENTIFIER.match(name)) and name not in KEYWORDS


def _is_metadata(operand: ast.Node) -> bool:
    return isinstance(operand, ast.Select) and operand.field == "metadata"


def _rank(type_: Type, wanted: Type | None) -> int:
    """Tell how well a value suits: it fits, it may, something in it does, it does not."""
    if wanted is None or type_ == ANY:
        return _USUAL
    if fits(type_, wanted):
        return _FITS
    if wanted != BOOL and isinstance(type_, ObjectType):
        return _USUAL
    return _USUAL if isinstance(type_, ObjectType) else _OTHER
