"""Where in a half-typed CEL expression something is to be written, and of which type it should be.

A marker is put where the cursor stands, as the name that is about to be typed, and the source is parsed again: whole
if it reads well like that, or else what stands before the cursor with its brackets closed. So the tree around the
place is the parser's, whatever follows is broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.checker import check
from koreo_analyzer.cel.functions import MACROS, FormKind, lookup
from koreo_analyzer.cel.lexer import tokenize
from koreo_analyzer.cel.parser import parse
from koreo_analyzer.types import (
    ANY,
    BOOL,
    INT,
    STRING,
    ListType,
    MapType,
    ObjectType,
    StringType,
    Type,
    fits,
    join,
    members,
    parse_type,
    substitute,
    widened,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.lexer import Tokens

_MARK = "koreo0mark"
_WORD_BEFORE = re.compile(r"[A-Za-z_]\w*\Z")
_WORD_AFTER = re.compile(r"\w*")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPERANDS = frozenset({
    "ident", "quoted", "string", "bytes", "int", "uint", "double", "true", "false", "null", ")", "]", "}",
})  # fmt: skip
_CONDITIONS = frozenset({"all", "exists", "exists_one", "existsOne", "filter"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for a name, or for the content of a string, in the source of an expression.

    `typed` is what stands there before the cursor, `rest` how many characters after it belong to it, too. `quote` is
    the quotation mark that is open, and `closed` whether it is closed after `rest`. `way` are the parts of the tree
    around the place, the outermost first; the last one is the name itself, a selection with it, or the string.
    `after_operand`: a value is complete before it, so that only an operator can follow.
    """

    typed: str
    rest: int
    quote: str
    closed: bool
    after_operand: bool
    way: tuple[ast.Node, ...]

    @property
    def root(self) -> ast.Node:
        """The whole expression."""
        return self.way[0]

    @property
    def parent(self) -> ast.Node | None:
        """The part that the place is an operand of."""
        return self.way[-2] if len(self.way) > 1 else None

    @property
    def operand(self) -> ast.Node | None:
        """The value of which a field, a function or a key is to be written."""
        mark = self.way[-1]
        if isinstance(mark, ast.Select):
            return mark.operand
        return self.parent.operand if isinstance(self.parent, ast.Index) else None


def gap_at(source: str, offset: int) -> Gap | None:
    """Return the place at an offset of a source; None in comments and numbers, and right after a value."""
    before = source[:offset]
    tokens = tokenize(before)
    end = tokens.ends[-2] if len(tokens) > 1 else 0
    if "//" in before[max(end, before.rfind("\n") + 1) :]:
        return None
    last = tokens[len(tokens) - 2] if len(tokens) > 1 else None
    if last is not None and last.message is not None and last.kind in {"string", "bytes"}:
        quote = last.text[0]
        if quote not in "'\"" or last.text.startswith(quote * 3):
            return None
        rest = re.match(rf"[^{quote}\n\])]*(?={quote})", source[offset:])
        length = rest.end() if rest is not None else 0
        way = _read(source, last.start, offset + length + (rest is not None), tokens)
        return Gap(last.text[1:], length, quote, rest is not None, after_operand=False, way=way)
    word = _WORD_BEFORE.search(before)
    typed = word[0] if word is not None else ""
    start = offset - len(typed)
    previous = next(
        (number for number in range(len(tokens) - 2, -1, -1) if tokens.ends[number] <= start), None
    )
    after_operand = previous is not None and tokens.kinds[previous] in _OPERANDS
    if previous is not None and after_operand and tokens.ends[previous] == start:
        return None
    if before[start - 1 : start].isalnum():
        return None
    after = _WORD_AFTER.match(source, offset)
    length = after.end() - offset if after is not None else 0
    way = _read(source, start, offset + length, tokens)
    return Gap(typed, length, "", closed=False, after_operand=after_operand, way=way)


def _read(source: str, start: int, end: int, tokens: Tokens) -> tuple[ast.Node, ...]:
    """Return the way from the root of the tree to the marker that replaces a part of the source."""
    if not source.startswith("(", end):
        whole = parse(f"{source[:start]}{_MARK}{source[end:]}")
        if not any(problem.code != "escape" for problem in whole.problems):
            return _way(whole.root)
    opened: list[str] = []
    for kind, begin in zip(tokens.kinds, tokens.starts, strict=True):
        if begin >= start:
            break
        if kind in _CLOSERS:
            opened.append(_CLOSERS[kind])
        elif opened and kind == opened[-1]:
            opened.pop()
    return _way(parse(f"{source[:start]}{_MARK}{''.join(reversed(opened))}").root)


def _way(root: ast.Node) -> tuple[ast.Node, ...]:
    waiting: list[tuple[ast.Node, ...]] = [(root,)]
    while waiting:
        way = waiting.pop()
        node = way[-1]
        if (isinstance(node, ast.Ident) and node.name == _MARK) or (
            isinstance(node, ast.Select) and node.field == _MARK
        ):
            return way
        waiting.extend((*way, child) for child in ast.children(node))
    return (root, ast.Ident(_MARK, root.end, root.end))


class TypedGap:
    """A gap with the types of the parts around it."""

    __slots__ = ("_types", "_wanted", "gap", "scope")

    def __init__(self, gap: Gap, variables: Mapping[str, Type], wanted: Type | None) -> None:
        """Type the tree; `wanted` is the type that the whole expression should have."""
        self.gap = gap
        self._types = check(gap.root, variables).types
        self._wanted = wanted
        self.scope = dict(variables)
        """The names in scope; the variables of macros come last."""
        for outer, inner in zip(gap.way, gap.way[1:], strict=False):
            if isinstance(outer, ast.Macro) and any(
                inner is one for one in outer.args[len(outer.variables) :]
            ):
                for variable in outer.variables:
                    self.scope[variable.name] = self.type_of(variable)

    def type_of(self, node: ast.Node) -> Type:
        """Return the type of a part."""
        return self._types.get(id(node), ANY)

    @property
    def declares(self) -> bool:
        """Whether the name is one that a macro declares."""
        parent, mark = self.gap.parent, self.gap.way[-1]
        if isinstance(parent, ast.Macro):
            return any(mark is variable for variable in parent.variables)
        if not isinstance(parent, ast.Call) or parent.target is None or parent.name not in MACROS:
            return False
        most = max(MACROS[parent.name].variables.values())
        return any(mark is one for one in parent.args[:most])

    @property
    def wanted(self) -> Type | None:
        """The type that a value written here should have; None if it may be of any."""
        found = self._wanted_of(len(self.gap.way) - 1)
        return None if found == ANY else found

    @property
    def compared(self) -> ast.Node | None:
        """What the value written here is compared with."""
        for number in range(len(self.gap.way) - 1, 0, -1):
            node, parent = self.gap.way[number], self.gap.way[number - 1]
            if isinstance(parent, ast.Binary) and parent.op in {"==", "!=", "in"}:
                return parent.left if node is parent.right else parent.right
            if not isinstance(parent, ast.ListNode):
                return None
        return None

    @property
    def listed(self) -> frozenset[str]:
        """The texts that stand in the same list already."""
        parent = self.gap.parent
        items = parent.items if isinstance(parent, ast.ListNode) else ()
        return frozenset(
            one.value for one in items if isinstance(one, ast.Literal) and isinstance(one.value, str)
        )

    def _wanted_of(self, number: int) -> Type | None:
        if number == 0:
            return self._wanted
        node, parent = self.gap.way[number], self.gap.way[number - 1]
        match parent:
            case ast.Binary():
                return self._operand(node, parent)
            case ast.Unary(op="!"):
                return BOOL
            case ast.Ternary():
                return BOOL if node is parent.condition else self._wanted_of(number - 1)
            case ast.Index() if node is parent.index:
                return _key_type(self.type_of(parent.operand))
            case ast.Macro() if parent.args and node is parent.args[-1] and parent.name in _CONDITIONS:
                return BOOL
            case ast.Call():
                return self._argument(node, parent)
            case ast.ListNode():
                outer = self._wanted_of(number - 1)
                items = [one.item for one in members(outer) if isinstance(one, ListType)] if outer else []
                return join(*items) if items else None
            case ast.MapNode():
                return self._entry(node, parent, self._wanted_of(number - 1))
            case _:
                return None

    def _operand(self, node: ast.Node, parent: ast.Binary) -> Type | None:
        other = self.type_of(parent.left if node is parent.right else parent.right)
        if parent.op in {"&&", "||"}:
            return BOOL
        if parent.op == "in":
            if node is parent.left:
                items = [one.item for one in members(other) if isinstance(one, ListType)]
                return join(*items) if items else _key_type(other)
            return join(ListType(other), MapType(other, ANY))
        return other if parent.op in {"==", "!="} else widened(other)

    def _argument(self, node: ast.Node, call: ast.Call) -> Type | None:
        position = next((number for number, one in enumerate(call.args) if one is node), None)
        target = call.target
        space = target.name if isinstance(target, ast.Ident) and target.name not in self.scope else None
        row = lookup(call.name, space) or lookup(call.name)
        if position is None or row is None:
            return None
        member = target is not None and row.namespace is None
        kind = FormKind.MEMBER if member else FormKind.GLOBAL
        found: list[Type] = []
        for overload in row.overloads:
            place = position + member
            if overload.kind is not kind or place >= len(overload.parameters):
                continue
            types = [parse_type(one.type) for one in overload.parameters]
            bound: dict[str, Type] = {}
            if member and target is not None and not fits(self.type_of(target), types[0], bound):
                continue
            found.append(substitute(types[place], bound))
        return join(*found) if found else None

    def _entry(self, node: ast.Node, parent: ast.MapNode, outer: Type | None) -> Type | None:
        if outer is None:
            return None
        for key, value in parent.entries:
            if key is node:
                return _key_type(outer)
            if value is node and isinstance(key, ast.Literal) and isinstance(key.value, str):
                types = [
                    one.properties[key.value].type
                    for one in members(outer)
                    if isinstance(one, ObjectType) and key.value in one.properties
                ]
                return join(*types) if types else None
        return None


def _key_type(type_: Type) -> Type | None:
    """Return the type of what may stand in the brackets after a value of a type."""
    found: list[Type] = []
    for one in members(type_):
        match one:
            case ObjectType():
                found.append(StringType(frozenset(one.properties)) if not one.open else STRING)
            case MapType():
                found.append(one.key)
            case ListType():
                found.append(INT)
    return join(*found) if found else None


def words_of(type_: Type | None) -> list[str]:
    """Return the only texts that a value of a type can be, sorted."""
    found: set[str] = set()
    for one in members(type_) if type_ is not None else ():
        if isinstance(one, StringType):
            found |= one.literals or frozenset()
    return sorted(found)
