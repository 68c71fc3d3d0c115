"""The part of the parser that reads what stands in brackets: lists, maps, messages, arguments, subscripts."""

from __future__ import annotations

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.foreign import ForeignReader
from koreo_analyzer.cel.precedence import ANY_RANK
from koreo_analyzer.cel.recovery import ENDS
from koreo_analyzer.text import Span


class BracketReader(ForeignReader):
    """Reads brackets; each method begins at the opening one and ends behind the closing one."""

    __slots__ = ()

    def parenthesised(self, depth: int) -> ast.Node:
        """Read an expression in parentheses."""
        bracket = self._index
        self._open.append(bracket)
        self._index = bracket + 1
        node = self._expression(ANY_RANK, depth + 1)
        if self._kinds[self._index] not in ENDS:
            node = self._leftovers(node, self._ends[bracket], ENDS, "`)`", depth)
        self._close()
        return node

    def _subscript(self, node: ast.Node, start: int, depth: int) -> ast.Node:
        self._open.append(self._index)
        self._index += 1
        optional = self._kinds[self._index] == "?"
        if optional:
            self._index += 1
        begin = self._starts[self._index]
        index = self._expression(ANY_RANK, depth + 1)
        if self._kinds[self._index] not in ENDS:
            index = self._leftovers(index, begin, ENDS, "`]`", depth)
        self._close()
        return ast.Index(node, index, start, self._ends[self._index - 1], optional=optional)

    def _arguments(self, depth: int) -> tuple[ast.Node, ...]:
        """Read the parentheses of a call; unlike a list, they cannot end with a comma."""
        kinds = self._kinds
        bracket = self._index
        self._open.append(bracket)
        self._index = bracket + 1
        args: list[ast.Node] = []
        while kinds[self._index] not in ENDS:
            args.append(self._expression(ANY_RANK, depth + 1))
            self._separator(bracket)
        if kinds[self._index - 1] == ",":
            if kinds[self._index] == ")":
                self._report(self._tokens[self._index - 1].span, "expected an argument after `,`")
            args.append(self._gap())
        self._close()
        return tuple(args)

    def list_literal(self, depth: int) -> ast.Node:
        """Read a list that is written out."""
        kinds = self._kinds
        bracket = self._index
        self._open.append(bracket)
        self._index = bracket + 1
        items: list[ast.Node] = []
        optional: set[int] = set()
        while kinds[self._index] not in ENDS:
            if kinds[self._index] == "?":
                optional.add(len(items))
                self._index += 1
            items.append(self._expression(ANY_RANK, depth + 1))
            self._separator(bracket)
        self._close()
        start, end = self._starts[bracket], self._ends[self._index - 1]
        return ast.ListNode(tuple(items), start, end, frozenset(optional))

    def map_literal(self, depth: int) -> ast.Node:
        """Read a map that is written out."""
        kinds = self._kinds
        bracket = self._index
        self._open.append(bracket)
        self._index = bracket + 1
        entries: list[tuple[ast.Node, ast.Node]] = []
        optional: set[int] = set()
        while kinds[self._index] not in ENDS:
            if kinds[self._index] == "?":
                optional.add(len(entries))
                self._index += 1
            first = self._index
            key = self._expression(ANY_RANK, depth + 1)
            value = self._expression(ANY_RANK, depth + 1) if self._colon(first) else self._gap()
            entries.append((key, value))
            if kinds[self._index] == ":":
                entries.append(self._keyless_entry(depth))
            self._separator(bracket)
        self._close()
        start, end = self._starts[bracket], self._ends[self._index - 1]
        return ast.MapNode(tuple(entries), start, end, frozenset(optional))

    def _keyless_entry(self, depth: int) -> tuple[ast.Node, ast.Node]:
        """Read what a second colon in an entry of a map begins."""
        self._unexpected("`,` or `}`")
        self._index += 1
        self._quiet += 1
        key = self._gap()
        value = self._expression(ANY_RANK, depth + 2)
        self._quiet -= 1
        return key, value

    def _struct(self, type_name: str, start: int, depth: int) -> ast.Node:
        kinds = self._kinds
        bracket = self._index
        self._open.append(bracket)
        self._index = bracket + 1
        fields: list[tuple[str, Span, ast.Node]] = []
        optional: set[int] = set()
        while kinds[self._index] not in ENDS:
            if kinds[self._index] == "?":
                optional.add(len(fields))
                self._index += 1
            first = self._index
            name = self._tokens[first]
            if name.kind in {"ident", "reserved", "quoted"}:
                self._faulty(name)
                self._index += 1
                value = self._expression(ANY_RANK, depth + 1) if self._colon(first) else self._gap()
                fields.append((name.text.strip("`"), name.span, value))
            else:
                fields.append(self._nameless_field(depth))
            self._separator(bracket)
        self._close()
        return ast.Struct(type_name, tuple(fields), start, self._ends[self._index - 1], frozenset(optional))

    def _nameless_field(self, depth: int) -> tuple[str, Span, ast.Node]:
        """Read a field of a message whose name is no name (`"a": 1`)."""
        start = self._starts[self._index]
        self._unexpected("the name of a field")
        self._quiet += 1
        value = self._expression(ANY_RANK, depth + 2)
        if self._kinds[self._index] == ":":
            self._index += 1
            value = self._expression(ANY_RANK, depth + 2)
        self._quiet -= 1
        return "", Span(start, start), value
