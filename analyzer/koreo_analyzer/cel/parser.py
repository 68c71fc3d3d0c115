"""Reads a CEL expression into a tree (cel-spec langdef, "Syntax"), whatever its text is.

A hand-written parser by recursive descent, operators by precedence climbing. It never raises: what cannot be
read becomes an `ast.Error` node and a `SyntaxProblem`, and reading goes on after it, so that an editor can
work with half-typed text. A level of depth costs at most three frames of Python's stack, and levels are
limited; what needs more frames counts as two levels.

More lenient than langdef in one point: `!` and `-` may be mixed (`!-a`), which no type allows anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.depth import MAX_DEPTH, limit_depth, too_deep
from koreo_analyzer.cel.lexer import KEYWORDS, Token
from koreo_analyzer.cel.literals import INT_MAX, LITERAL_KINDS, decode_string, is_smallest_int, read_literal
from koreo_analyzer.cel.macros import macro_variables
from koreo_analyzer.cel.problem import shorten
from koreo_analyzer.cel.recovery import (
    ENDS,
    FOLLOWERS,
    FOREIGN_OPERATORS,
    INCREMENT_HINT,
    MACRO_ARROW_HINT,
    STARTS,
    Recovery,
)
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.cel.problem import SyntaxProblem

_ANY_RANK, _OR, _AND, _RELATION, _SUM, _PRODUCT = range(6)
_RANKS: Mapping[str, int] = {
    "||": _OR, "&&": _AND,
    "==": _RELATION, "!=": _RELATION, "<": _RELATION, "<=": _RELATION, ">": _RELATION, ">=": _RELATION,
    "in": _RELATION,
    "+": _SUM, "-": _SUM,
    "*": _PRODUCT, "/": _PRODUCT, "%": _PRODUCT,
}  # fmt: skip

_Operand: TypeAlias = tuple[ast.Node, int, int]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of an expression and what is wrong with its text, in the order of the text."""

    root: ast.Node
    problems: tuple[SyntaxProblem, ...]


def parse(source: str) -> Parsed:
    """Read an expression (without Koreo's leading `=`). Never raises; there is a tree for every text."""
    return _Parser(source).run()


class _Parser(Recovery):
    """The grammar. A method that reads something begins at the current token and ends behind what it read."""

    __slots__ = ()

    def run(self) -> Parsed:
        root = self._expression(_ANY_RANK, 1)
        if self._tokens[self._index].kind != "end":
            root = self._leftovers(root, self._tokens[0].start, frozenset({"end"}), "the end", 1)
        if len(self._tokens) > MAX_DEPTH:
            limited = limit_depth(root)
            if limited is not root and not self._gave_up:
                self._problems.append(too_deep(root.span))
            root = limited
        return Parsed(root, self._all_problems())

    # Operators

    def _expression(self, least: int, depth: int) -> ast.Node:
        """Read operands joined by operators of rank `least` or more; the conditional has the lowest rank."""
        if depth > MAX_DEPTH:
            return self._give_up()
        tokens = self._tokens
        start = tokens[self._index].start
        left = self._operand(depth)
        start = min(start, left.start)  # a gap stands before the white space
        while True:
            token = tokens[self._index]
            kind = token.kind
            rank = _RANKS.get(kind)
            if rank is None:
                if kind in FOLLOWERS:
                    break
                mended = self._foreign_operator(left, start, depth)
                if mended is None:
                    break
                left = mended
            elif rank < least:
                break
            elif rank <= _AND:
                left = self._logical(left, start, depth)
            else:
                self._index += 1
                right = self._expression(rank + 1, depth + 1)
                left = ast.Binary(kind, left, right, token.start, start, tokens[self._index - 1].end)
        if kind == "?" and least == _ANY_RANK:
            return self._conditional(left, start, depth)
        return left

    def _logical(self, left: ast.Node, start: int, depth: int) -> ast.Node:
        """Read the rest of a chain of `&&` or `||`, and balance it."""
        tokens = self._tokens
        kind = tokens[self._index].kind
        rank = _RANKS[kind] + 1
        operands: list[_Operand] = [(left, start, tokens[self._index - 1].end)]
        operators: list[int] = []
        while tokens[self._index].kind == kind:
            operators.append(tokens[self._index].start)
            self._index += 1
            start = tokens[self._index].start
            operand = self._expression(rank, depth + 1)
            end = tokens[self._index - 1].end
            operands.append((operand, min(start, operand.start), end))
        return _balance(kind, operands, operators, 0, len(operators))[0]

    def _conditional(self, condition: ast.Node, start: int, depth: int) -> ast.Node:
        tokens = self._tokens
        question = tokens[self._index]
        self._index += 1
        first = tokens[self._index]
        then = self._expression(_ANY_RANK, depth + 1)
        nested = isinstance(then, ast.Ternary) and then.start == first.start
        if nested and tokens[self._index].kind == ":":
            message = "a conditional between `?` and `:` needs parentheses"
            self._report(then.span, message, "put it into `(` and `)`")
        otherwise: ast.Node
        if tokens[self._index].kind == ":":
            self._index += 1
            otherwise = self._expression(_ANY_RANK, depth + 1)
        else:
            otherwise = self._gap()
            if first.kind == "." and first.start == question.end:
                span = Span(question.start, first.end)
                self._blame(span, "`?.` is no operator of CEL", "write `.?` for an optional field")
            else:
                self._blame(question.span, "`?` has no `:`", "write `condition ? value : other value`")
        return ast.Ternary(condition, then, otherwise, start, tokens[self._index - 1].end)

    def _prefixed(self, depth: int) -> ast.Node:
        """Read `!` and `-` and their operand; a `-` right before a number is a part of the number."""
        tokens = self._tokens
        first = self._index
        while tokens[self._index].kind in {"!", "-"} and not self._at_negative_number():
            self._index += 1
        after = self._index
        node = self._operand(depth + 1)
        for operator in reversed(tokens[first:after]):
            node = ast.Unary(operator.kind, node, operator.start, tokens[self._index - 1].end)
        return node

    def _at_negative_number(self) -> bool:
        token = self._tokens[self._index]
        return token.kind == "-" and self._tokens[self._index + 1].kind in {"int", "double"}

    # Operands

    def _operand(self, depth: int) -> ast.Node:
        """Read a primary expression and its suffixes."""
        tokens = self._tokens
        token = tokens[self._index]
        kind = token.kind
        start = token.start
        node: ast.Node
        named = False
        if kind == "ident":
            self._index += 1
            node = ast.Ident(token.text, start, token.end)
            named = True
        elif kind == "[":
            items, optional = self._elements(token, depth)
            node = ast.ListNode(items, start, tokens[self._index - 1].end, optional)
        elif kind in {"!", "-"}:
            if not self._at_negative_number():
                return self._prefixed(depth)
            node = self._negative(token)
        else:
            node = self._primaries.get(kind, _Parser._no_operand)(self, token, depth)
            named = kind in {".", "reserved"}
        while True:
            token = tokens[self._index]
            kind = token.kind
            if kind == ".":
                following = tokens[self._index + 1]
                if following.kind == "ident":
                    self._index += 2
                    end = following.end
                    node = ast.Select(node, following.text, start, end, following.start, end)
                    named = True
                else:
                    node = self._unusual_select(node, start)
                    named = following.kind == "reserved"
            elif kind == "(" and named and isinstance(node, ast.Ident | ast.Select):
                args, _ = self._elements(token, depth)
                node = self._call(node, args, start)
                named = False
            elif kind == "[":
                node = self._subscript(node, start, depth)
                named = False
            elif kind == "{" and named and (type_name := _dotted_name(node)):
                node = self._struct(type_name, start, depth)
                named = False
            else:
                return node

    def _name(self, token: Token, _depth: int) -> ast.Node:
        """Read a reserved word, or a name in backquotes, as the plain name that it was meant to be."""
        self._index += 1
        if token.kind == "reserved":
            self._reserved(token)
            return ast.Ident(token.text, token.start, token.end)
        if token.message is None:
            self._report(token.span, "only the name of a field can stand in backquotes", "write a plain name")
        self._faulty(token)
        return ast.Ident(token.text.strip("`"), token.start, token.end)

    def _absolute_name(self, token: Token, _depth: int) -> ast.Node:
        self._index += 1
        name = self._tokens[self._index]
        if name.kind not in {"ident", "reserved"}:
            self._blame(token.span, "expected a name after `.`")
            return ast.Error(token.start, token.end)
        if name.kind == "reserved":
            self._reserved(name)
        self._index += 1
        return ast.Ident(name.text, token.start, name.end, absolute=True)

    def _parenthesised(self, token: Token, depth: int) -> ast.Node:
        self._open.append(token)
        self._index += 1
        node = self._expression(_ANY_RANK, depth + 1)
        if self._tokens[self._index].kind not in ENDS:
            node = self._leftovers(node, token.end, ENDS, "`)`", depth)
        self._close(token)
        return node

    def _literal(self, token: Token, _depth: int) -> ast.Node:
        self._index += 1
        self._faulty(token)
        return read_literal(token, self._problems)

    def _negative(self, minus: Token) -> ast.Node:
        """Read a negative number. The smallest int is one literal, as its digits alone are no int."""
        token = self._tokens[self._index + 1]
        self._index += 2
        if is_smallest_int(token):
            return ast.Literal("int", -INT_MAX - 1, minus.start, token.end)
        return ast.Unary("-", read_literal(token, self._problems), minus.start, token.end)

    def _no_operand(self, token: Token, _depth: int) -> ast.Node:
        """Stay at a token that no operand begins with; pass over one that is no token of CEL."""
        if token.kind == "error":
            self._faulty(token)
            self._index += 1
            return ast.Error(token.start, token.end)
        self._missing_operand(token)
        return self._gap()

    # Suffixes

    def _unusual_select(self, node: ast.Node, start: int) -> ast.Node:
        """Read `.?field`, a quoted or reserved field, or what stands in the place of a field."""
        dot = self._tokens[self._index]
        self._index += 1
        token = self._tokens[self._index]
        optional = token.kind == "?"
        if optional:
            dot = token
            self._index += 1
            token = self._tokens[self._index]
        name = token.text
        if token.kind == "quoted":
            name = name.strip("`")
            self._faulty(token)
        elif token.kind in {"string", "bytes"}:
            self._report(token.span, "expected a name after `.`", f"write `[{shorten(name)}]`")
            self._faulty(token)
            name = str(decode_string(name, token.start, [], closed=token.message is None))
        elif token.kind in KEYWORDS and token.start == dot.end:
            self._report(token.span, f"`{name}` cannot follow a dot", f'write `["{name}"]` without the dot')
        elif token.kind not in {"ident", "reserved"}:
            self._blame(dot.span, "expected a name after `.`")
            return ast.Select(node, "", start, dot.end, dot.end, dot.end, optional=optional)
        self._index += 1
        return ast.Select(node, name, start, token.end, token.start, token.end, optional=optional)

    def _subscript(self, node: ast.Node, start: int, depth: int) -> ast.Node:
        bracket = self._tokens[self._index]
        self._open.append(bracket)
        self._index += 1
        optional = self._tokens[self._index].kind == "?"
        if optional:
            self._index += 1
        begin = self._tokens[self._index].start
        index = self._expression(_ANY_RANK, depth + 1)
        if self._tokens[self._index].kind not in ENDS:
            index = self._leftovers(index, begin, ENDS, "`]`", depth)
        self._close(bracket)
        return ast.Index(node, index, start, self._tokens[self._index - 1].end, optional=optional)

    def _call(self, callee: ast.Ident | ast.Select, args: tuple[ast.Node, ...], start: int) -> ast.Node:
        """Make a call, or a macro, of a name and what stands in the parentheses after it."""
        end = self._tokens[self._index - 1].end
        target: ast.Node | None = None
        absolute = False
        if isinstance(callee, ast.Select):
            name, target = callee.field, callee.operand
            name_start, name_end = callee.field_start, callee.field_end
        else:
            name, absolute = callee.name, callee.absolute
            name_start, name_end = callee.end - len(name), callee.end
        if not absolute:
            variables, problems = macro_variables(name, target, args)
            for problem in problems:
                self._report(problem.span, problem.message, problem.hint)
            if variables is not None:
                return ast.Macro(name, target, args, variables, start, end, name_start, name_end)
        return ast.Call(name, target, args, start, end, name_start, name_end, absolute=absolute)

    # Brackets with several elements

    def _elements(self, bracket: Token, depth: int) -> tuple[tuple[ast.Node, ...], frozenset[int]]:
        """Read what stands between `(` or `[` and its end; return it and the positions marked by `?`.

        A list may end with a comma, arguments may not.
        """
        tokens = self._tokens
        self._open.append(bracket)
        self._index += 1
        items: list[ast.Node] = []
        optional: set[int] = set()
        while tokens[self._index].kind not in ENDS:
            if tokens[self._index].kind == "?" and bracket.kind == "[":
                optional.add(len(items))
                self._index += 1
            items.append(self._expression(_ANY_RANK, depth + 1))
            self._separator(bracket)
        comma = tokens[self._index - 1]
        if comma.kind == "," and bracket.kind == "(":
            if tokens[self._index].kind == ")":
                self._report(comma.span, "expected an argument after `,`")
            items.append(self._gap())
        self._close(bracket)
        return tuple(items), frozenset(optional)

    def _map(self, bracket: Token, depth: int) -> ast.Node:
        tokens = self._tokens
        self._open.append(bracket)
        self._index += 1
        entries: list[tuple[ast.Node, ast.Node]] = []
        optional: set[int] = set()
        while tokens[self._index].kind not in ENDS:
            if tokens[self._index].kind == "?":
                optional.add(len(entries))
                self._index += 1
            first = tokens[self._index]
            key = self._expression(_ANY_RANK, depth + 1)
            value = self._expression(_ANY_RANK, depth + 1) if self._colon(first) else self._gap()
            entries.append((key, value))
            if tokens[self._index].kind == ":":
                entries.append(self._keyless_entry(depth))
            self._separator(bracket)
        self._close(bracket)
        return ast.MapNode(tuple(entries), bracket.start, tokens[self._index - 1].end, frozenset(optional))

    def _keyless_entry(self, depth: int) -> tuple[ast.Node, ast.Node]:
        """Read what a second colon in an entry of a map begins."""
        self._unexpected("`,` or `}`")
        self._index += 1
        self._quiet += 1
        key = self._gap()
        value = self._expression(_ANY_RANK, depth + 2)
        self._quiet -= 1
        return key, value

    def _struct(self, type_name: str, start: int, depth: int) -> ast.Node:
        tokens = self._tokens
        bracket = tokens[self._index]
        self._open.append(bracket)
        self._index += 1
        fields: list[tuple[str, Span, ast.Node]] = []
        optional: set[int] = set()
        while tokens[self._index].kind not in ENDS:
            if tokens[self._index].kind == "?":
                optional.add(len(fields))
                self._index += 1
            name = tokens[self._index]
            if name.kind in {"ident", "reserved", "quoted"}:
                self._faulty(name)
                self._index += 1
                value = self._expression(_ANY_RANK, depth + 1) if self._colon(name) else self._gap()
                fields.append((name.text.strip("`"), name.span, value))
            else:
                fields.append(self._nameless_field(depth))
            self._separator(bracket)
        self._close(bracket)
        return ast.Struct(type_name, tuple(fields), start, tokens[self._index - 1].end, frozenset(optional))

    def _nameless_field(self, depth: int) -> tuple[str, Span, ast.Node]:
        """Read a field of a message whose name is no name (`"a": 1`)."""
        start = self._tokens[self._index].start
        self._unexpected("the name of a field")
        self._quiet += 1
        value = self._expression(_ANY_RANK, depth + 2)
        if self._tokens[self._index].kind == ":":
            self._index += 1
            value = self._expression(_ANY_RANK, depth + 2)
        self._quiet -= 1
        return "", Span(start, start), value

    # What is not CEL

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
            return self._apart(left, start, depth) if self._tokens[self._index].kind in STARTS else left
        before = self._tokens[index - 1]
        if before.text.lower() == "not" and isinstance(left, ast.Ident) and token.kind in STARTS:
            self._report(before.span, f"`{before.text}` is no operator of CEL", "write `!`")
            operand = self._operand(depth + 1)
            return ast.Unary("!", operand, start, self._tokens[self._index - 1].end)
        if token.kind == "ident" and token.text == "not" and self._tokens[index + 1].kind == "in":
            span = Span(token.start, self._tokens[index + 1].end)
            self._report(span, "`not in` is no operator of CEL", "write `!(a in b)`")
            self._index += 2
            return self._apart(left, start, depth)
        if token.kind == "string" and isinstance(left, ast.Ident) and left.end == token.start:
            self._string_prefix(left, token)
            self._index += 1
            return read_literal(token, self._problems)
        if token.kind not in {"ident", "mistake"} or token.text.lower() not in FOREIGN_OPERATORS:
            return None
        if token.text == "=>" and isinstance(left, ast.Ident) and self._open and self._open[-1].kind == "(":
            self._blame(token.span, "`=>` is no operator of CEL", MACRO_ARROW_HINT)
            self._tokens[index] = Token(",", token.text, token.start, token.end)
            return None
        if token.text == "++" and self._tokens[index + 1].kind not in STARTS:
            self._blame(token.span, "`++` is no operator of CEL", INCREMENT_HINT)
            self._index += 1
            return left
        operator, hint = FOREIGN_OPERATORS[token.text.lower()]
        self._blame(token.span, f"`{token.text}` is no operator of CEL", hint)
        if operator is None:
            self._index += 1
            return self._apart(left, start, depth)
        self._tokens[index] = Token(operator, token.text, token.start, token.end)
        return left

    def _apart(self, left: ast.Node, start: int, depth: int) -> ast.Node:
        """Read an operand after something that cannot join it to `left`."""
        right = self._expression(_PRODUCT, depth + 1)
        return ast.Error(start, self._tokens[self._index - 1].end, (left, right))

    def _leftovers(
        self, node: ast.Node, start: int, stops: frozenset[str], closer: str, depth: int
    ) -> ast.Node:
        """Report what follows a complete expression, and read it up to one of `stops`."""
        tokens = self._tokens
        self._unexpected(f"an operator or {closer}")
        parts = [node]
        self._quiet += 1
        while tokens[self._index].kind not in stops:
            if tokens[self._index].kind in STARTS:
                parts.append(self._expression(_ANY_RANK, depth + 2))
            else:
                self._index += 1
        self._quiet -= 1
        return ast.Error(min(start, node.start), tokens[self._index - 1].end, tuple(parts))

    _primaries: ClassVar[Mapping[str, Callable[[_Parser, Token, int], ast.Node]]] = {
        "(": _parenthesised,
        "{": _map,
        ".": _absolute_name,
        "reserved": _name,
        "quoted": _name,
        **dict.fromkeys(LITERAL_KINDS, _literal),
    }


def _balance(kind: str, operands: list[_Operand], operators: list[int], low: int, high: int) -> _Operand:
    """Join `operands[low:high + 1]` into a balanced tree; each has a start and end, parentheses included."""
    if low == high:
        return operands[low]
    middle = (low + high) // 2
    left, start, _ = _balance(kind, operands, operators, low, middle)
    right, _, end = _balance(kind, operands, operators, middle + 1, high)
    return ast.Binary(kind, left, right, operators[middle], start, end), start, end


def _dotted_name(node: ast.Node) -> str:
    """Return the name of a message type that a chain of names spells, or "" if `node` is no such chain."""
    names: list[str] = []
    while isinstance(node, ast.Select) and not node.optional:
        names.append(node.field)
        node = node.operand
    if not isinstance(node, ast.Ident):
        return ""
    names.append(f".{node.name}" if node.absolute else node.name)
    return ".".join(reversed(names))
