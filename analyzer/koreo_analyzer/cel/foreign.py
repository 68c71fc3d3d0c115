"""What stands between operands and is not CEL: operators of other languages, and what follows a complete expression."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.literals import read_literal
from koreo_analyzer.cel.precedence import ANY_RANK, PRODUCT
from koreo_analyzer.cel.recovery import STARTS, Recovery
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERATORS: Mapping[str, tuple[str | None, str]] = {
    "=": ("==", "write `==` to compare"),
    "===": ("==", "write `==`"),
    "!==": ("!=", "write `!=`"),
    "<>": ("!=", "write `!=`"),
    "=>": (">=", "write `>=`, or `,` after the variable of a macro"),
    "&": ("&&", "write `&&`; bits are combined by `math.bitAnd`"),
    "|": ("||", "write `||`; bits are combined by `math.bitOr`"),
    "and": ("&&", "write `&&`"),
    "or": ("||", "write `||`"),
    "is": ("==", "write `==`"),
    "**": (None, "CEL has no power operator"),
    "++": ("+", "write `+` to join or add"),
    "??": (None, "write `has(a.b) ? a.b : c` or `a.?b.orValue(c)`"),
}
"""Operators of other languages in lower case: CEL's operator, if there is one, and a hint."""

_INCREMENT_HINT = "CEL changes no values; write `+ 1` for the next number"
_MACRO_ARROW_HINT = "write `,` after the variable of a macro"


class ForeignReader(Recovery, ABC):
    """Reports what is not CEL, and puts CEL's own in its place where that is certain."""

    __slots__ = ()

    @abstractmethod
    def _expression(self, least: int, depth: int) -> ast.Node:
        """Read operands joined by operators of rank `least` or more."""

    @abstractmethod
    def _operand(self, depth: int) -> ast.Node:
        """Read a primary expression and its suffixes."""

    def _foreign_operator(self, left: ast.Node, start: int, depth: int) -> ast.Node | None:
        """Handle what stands in the place of an operator and is none; return None if it is nothing like one.

        An operator of other languages is reported and CEL's put in its place. The caller goes on with the
        node returned as its left operand.
        """
        index = self._index
        token = self._tokens[index]
        if token.kind == "error":
            self._faulty(token)
            self._index += 1
            return self._apart(left, start, depth) if self._kinds[self._index] in STARTS else left
        before = self._tokens[index - 1]
        if before.text.lower() == "not" and isinstance(left, ast.Ident) and token.kind in STARTS:
            self._report(before.span, f"`{before.text}` is no operator of CEL", "write `!`")
            operand = self._operand(depth + 1)
            return ast.Unary("!", operand, start, self._ends[self._index - 1])
        if token.kind == "ident" and token.text == "not" and self._kinds[index + 1] == "in":
            span = Span(token.start, self._ends[index + 1])
            self._report(span, "`not in` is no operator of CEL", "write `!(a in b)`")
            self._index += 2
            return self._apart(left, start, depth)
        if token.kind == "string" and isinstance(left, ast.Ident) and left.end == token.start:
            self._string_prefix(left, token)
            self._index += 1
            return read_literal(self._tokens, index, self._problems)
        if token.kind not in {"ident", "mistake"} or token.text.lower() not in _OPERATORS:
            return None
        if token.text == "=>" and isinstance(left, ast.Ident) and self._in_parentheses():
            self._blame(token.span, "`=>` is no operator of CEL", _MACRO_ARROW_HINT)
            self._kinds[index] = ","
            return None
        if token.text == "++" and self._kinds[index + 1] not in STARTS:
            self._blame(token.span, "`++` is no operator of CEL", _INCREMENT_HINT)
            self._index += 1
            return left
        operator, hint = _OPERATORS[token.text.lower()]
        self._blame(token.span, f"`{token.text}` is no operator of CEL", hint)
        if operator is None:
            self._index += 1
            return self._apart(left, start, depth)
        self._kinds[index] = operator
        return left

    def _in_parentheses(self) -> bool:
        return bool(self._open) and self._kinds[self._open[-1]] == "("

    def _apart(self, left: ast.Node, start: int, depth: int) -> ast.Node:
        """Read an operand after something that cannot join it to `left`."""
        right = self._expression(PRODUCT, depth + 1)
        return ast.Error(start, self._ends[self._index - 1], (left, right))

    def _leftovers(
        self, node: ast.Node, start: int, stops: frozenset[str], closer: str, depth: int
    ) -> ast.Node:
        """Report what follows a complete expression, and read it up to one of `stops`."""
        kinds = self._kinds
        self._unexpected(f"an operator or {closer}")
        parts = [node]
        self._quiet += 1
        while kinds[self._index] not in stops:
            if kinds[self._index] in STARTS:
                parts.append(self._expression(ANY_RANK, depth + 2))
            else:
                self._index += 1
        self._quiet -= 1
        return ast.Error(min(start, node.start), self._ends[self._index - 1], tuple(parts))
