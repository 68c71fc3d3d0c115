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
from koreo_analyzer.cel.brackets import BracketReader
from koreo_analyzer.cel.depth import MAX_DEPTH, limit_depth, too_deep
from koreo_analyzer.cel.functions import MACROS
from koreo_analyzer.cel.lexer import KEYWORDS
from koreo_analyzer.cel.literals import INT_MAX, LITERAL_KINDS, decode_string, is_smallest_int, read_literal
from koreo_analyzer.cel.macros import macro_variables
from koreo_analyzer.cel.precedence import AND, ANY_RANK, RANKS
from koreo_analyzer.cel.problem import shorten
from koreo_analyzer.cel.recovery import FOLLOWERS
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.cel.problem import SyntaxProblem

_SEPARATORS = FOLLOWERS - {"?"}
_NAMES = (ast.Ident, ast.Select)

_Operand: TypeAlias = tuple[ast.Node, int, int]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of an expression and what is wrong with its text, in the order of the text."""

    root: ast.Node
    problems: tuple[SyntaxProblem, ...]


def parse(source: str) -> Parsed:
    """Read an expression (without Koreo's leading `=`). Never raises; there is a tree for every text."""
    return _Parser(source).run()


class _Parser(BracketReader):
    """The grammar. A method that reads something begins at the current token and ends behind what it read."""

    __slots__ = ()

    def run(self) -> Parsed:
        root = self._expression(ANY_RANK, 1)
        if self._kinds[self._index] != "end":
            root = self._leftovers(root, self._starts[0], frozenset({"end"}), "the end", 1)
        if len(self._kinds) > MAX_DEPTH:
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
        kinds = self._kinds
        first = self._index
        left = self._operand(depth)
        if kinds[self._index] in _SEPARATORS:
            return left
        start = min(self._starts[first], left.start)  # a gap stands before the white space
        while True:
            index = self._index
            kind = kinds[index]
            rank = RANKS.get(kind)
            if rank is None:
                mended = self._foreign_operator(left, start, depth)
                if mended is None:
                    break
                left = mended
            elif rank < least:
                break
            elif rank <= AND:
                left = self._logical(left, start, depth)
            else:
                self._index = index + 1
                right = self._expression(rank + 1, depth + 1)
                left = ast.Binary(kind, left, right, self._starts[index], start, self._ends[self._index - 1])
        if kind == "?" and least == ANY_RANK:
            return self._conditional(left, start, depth)
        return left

    def _logical(self, left: ast.Node, start: int, depth: int) -> ast.Node:
        """Read the rest of a chain of `&&` or `||`, and balance it."""
        kinds, starts, ends = self._kinds, self._starts, self._ends
        kind = kinds[self._index]
        rank = RANKS[kind] + 1
        operands: list[_Operand] = [(left, start, ends[self._index - 1])]
        operators: list[int] = []
        while kinds[self._index] == kind:
            operators.append(starts[self._index])
            self._index += 1
            start = starts[self._index]
            operand = self._expression(rank, depth + 1)
            end = ends[self._index - 1]
            operands.append((operand, min(start, operand.start), end))
        if len(operators) == 1:
            return ast.Binary(kind, left, operand, operators[0], operands[0][1], end)
        return _balance(kind, operands, operators, 0, len(operators))[0]

    def _conditional(self, condition: ast.Node, start: int, depth: int) -> ast.Node:
        question = self._index
        first = question + 1
        self._index = first
        then = self._expression(ANY_RANK, depth + 1)
        nested = isinstance(then, ast.Ternary) and then.start == self._starts[first]
        if nested and self._kinds[self._index] == ":":
            message = "a conditional between `?` and `:` needs parentheses"
            self._report(then.span, message, "put it into `(` and `)`")
        otherwise: ast.Node
        if self._kinds[self._index] == ":":
            self._index += 1
            otherwise = self._expression(ANY_RANK, depth + 1)
        else:
            otherwise = self._gap()
            if self._kinds[first] == "." and self._starts[first] == self._ends[question]:
                span = Span(self._starts[question], self._ends[first])
                self._blame(span, "`?.` is no operator of CEL", "write `.?` for an optional field")
            else:
                span = self._tokens[question].span
                self._blame(span, "`?` has no `:`", "write `condition ? value : other value`")
        return ast.Ternary(condition, then, otherwise, start, self._ends[self._index - 1])

    def _prefixed(self, depth: int) -> ast.Node:
        """Read `!` and `-` and their operand; a `-` right before a number is a part of the number."""
        kinds = self._kinds
        first = self._index
        while kinds[self._index] in {"!", "-"} and not self._at_negative_number():
            self._index += 1
        after = self._index
        node = self._operand(depth + 1)
        for operator in reversed(range(first, after)):
            node = ast.Unary(kinds[operator], node, self._starts[operator], self._ends[self._index - 1])
        return node

    def _at_negative_number(self) -> bool:
        index = self._index
        return self._kinds[index] == "-" and self._kinds[index + 1] in {"int", "double"}

    # Operands

    def _operand(self, depth: int) -> ast.Node:
        """Read a primary expression and its suffixes."""
        kinds = self._kinds
        starts = self._starts
        ends = self._ends
        index = self._index
        kind = kinds[index]
        start = starts[index]
        node: ast.Node
        named = False
        if kind == "ident":
            self._index = index + 1
            node = ast.Ident(self._texts[index], start, ends[index])
            named = True
        elif kind in LITERAL_KINDS:
            node = self._literal()
        elif kind in {"!", "-"}:
            if not self._at_negative_number():
                return self._prefixed(depth)
            node = self._negative()
        else:
            read = self._primaries.get(kind)
            node = read(self, depth) if read is not None else self._no_operand()
            named = kind in {".", "reserved"}
        while True:
            index = self._index
            kind = kinds[index]
            if kind == ".":
                field = index + 1
                if kinds[field] == "ident":
                    self._index = index + 2
                    end = ends[field]
                    node = ast.Select(node, self._texts[field], start, end, starts[field], end)
                    named = True
                else:
                    node = self._unusual_select(node, start)
                    named = kinds[field] == "reserved"
            elif kind == "(" and named and isinstance(node, _NAMES):
                node = self._call(node, self._arguments(depth), start)
                named = False
            elif kind == "[":
                node = self._subscript(node, start, depth)
                named = False
            elif kind == "{" and named and (type_name := _dotted_name(node)):
                node = self._struct(type_name, start, depth)
                named = False
            else:
                return node

    def _name(self, _depth: int) -> ast.Node:
        """Read a reserved word, or a name in backquotes, as the plain name that it was meant to be."""
        token = self._tokens[self._index]
        self._index += 1
        if token.kind == "reserved":
            self._reserved(token)
            return ast.Ident(token.text, token.start, token.end)
        if token.message is None:
            self._report(token.span, "only the name of a field can stand in backquotes", "write a plain name")
        self._faulty(token)
        return ast.Ident(token.text.strip("`"), token.start, token.end)

    def _absolute_name(self, _depth: int) -> ast.Node:
        dot = self._tokens[self._index]
        self._index += 1
        name = self._tokens[self._index]
        if name.kind not in {"ident", "reserved"}:
            self._blame(dot.span, "expected a name after `.`")
            return ast.Error(dot.start, dot.end)
        if name.kind == "reserved":
            self._reserved(name)
        self._index += 1
        return ast.Ident(name.text, dot.start, name.end, absolute=True)

    def _literal(self) -> ast.Node:
        index = self._index
        self._index = index + 1
        if index in self._tokens.messages:
            self._faulty(self._tokens[index])
        return read_literal(self._tokens, index, self._problems)

    def _negative(self) -> ast.Node:
        """Read a negative number. The smallest int is one literal, as its digits alone are no int."""
        start = self._starts[self._index]
        number = self._index + 1
        self._index += 2
        if is_smallest_int(self._kinds[number], self._texts[number]):
            return ast.Literal("int", -INT_MAX - 1, start, self._ends[number])
        return ast.Unary("-", read_literal(self._tokens, number, self._problems), start, self._ends[number])

    def _no_operand(self) -> ast.Node:
        """Stay at a token that no operand begins with; pass over one that is no token of CEL."""
        token = self._tokens[self._index]
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
        elif token.kind == "error" and token.text[0].isalpha():
            self._report(token.span, token.message or "", f'write `["{shorten(name)}"]` without the dot')
            self._index += 1
            # What is meant is not certain: the letter may only look like an ASCII one.
            return ast.Select(node, "", start, token.end, token.end, token.end, optional=optional)
        elif token.kind not in {"ident", "reserved"}:
            self._blame(dot.span, "expected a name after `.`")
            return ast.Select(node, "", start, dot.end, dot.end, dot.end, optional=optional)
        self._index += 1
        return ast.Select(node, name, start, token.end, token.start, token.end, optional=optional)

    def _call(self, callee: ast.Ident | ast.Select, args: tuple[ast.Node, ...], start: int) -> ast.Node:
        """Make a call, or a macro, of a name and what stands in the parentheses after it."""
        end = self._ends[self._index - 1]
        target: ast.Node | None = None
        absolute = False
        if isinstance(callee, ast.Select):
            name, target = callee.field, callee.operand
            name_start, name_end = callee.field_start, callee.field_end
        else:
            name, absolute = callee.name, callee.absolute
            name_start, name_end = callee.end - len(name), callee.end
        if name in MACROS and not absolute:
            variables, problems = macro_variables(name, target, args)
            for problem in problems:
                self._report(problem.span, problem.message, problem.hint)
            if variables is not None:
                return ast.Macro(name, target, args, variables, start, end, name_start, name_end)
        return ast.Call(name, target, args, start, end, name_start, name_end, absolute=absolute)

    _primaries: ClassVar[Mapping[str, Callable[[_Parser, int], ast.Node]]] = {
        "(": BracketReader.parenthesised,
        "[": BracketReader.list_literal,
        "{": BracketReader.map_literal,
        ".": _absolute_name,
        "reserved": _name,
        "quoted": _name,
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
