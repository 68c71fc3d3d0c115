"""Where the source of an expression may be broken into lines: its tokens, gathered into groups.

A group is a pair of brackets with what is between its commas, a chain of operators of one rank, a conditional, or a
chain of calls. Of a group either no gap is a line break or all are. Gap `i` is the white space before token `i`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

RANKS: Final = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}
"""Binary operators by how tightly they bind (cel-spec langdef, "Syntax")."""

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_DEEPEST: Final = 100
"""Brackets in brackets; what is nested deeper is left alone, as reading it takes several calls a level."""
_PREFIXES: Final = frozenset({"!", "-"})


class UnexpectedError(Exception):
    """The tokens are not those of a sound expression."""


class Form(enum.Enum):
    """What kind of group this is, which decides how it is broken."""

    BRACKETS = "brackets"
    HUGGED = "brackets around one bracketed value: broken only where the author did"
    LOGIC = "a chain of `&&` or `||`"
    FILLED = "a chain of other operators: broken where the author did, and where a line is full"
    CONDITIONAL = "conditional"
    CASE = "one condition of several, and its value"
    CALLS = "calls"


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Tokens `[start, end)` and the gaps at which they are broken; the last gap of brackets stands before `)`.

    Compared by identity. `chain` is where the conditional starts that a case belongs to.
    """

    form: Form
    start: int
    end: int
    gaps: tuple[int, ...]
    chain: int = -1


class Groups:
    """Reads the tokens of one expression, given by their kinds, the last being `end`.

    `found` holds the groups, `spaces` the gaps that are a blank when they are no line break. Raises
    `UnexpectedError` for tokens that are no expression.
    """

    __slots__ = ("_depth", "_kinds", "found", "spaces")

    def __init__(self, kinds: list[str]) -> None:
        self._kinds = kinds
        self._depth = 0
        self.found: list[Group] = []
        self.spaces: set[int] = set()
        if self._expression(0) != len(kinds) - 1:
            raise UnexpectedError

    def _expression(self, start: int) -> int:
        """Read an expression and return the number of the token after it.

        A conditional with several conditions is a group of its `:`, and each condition with its value is one, too.
        """
        kinds = self._kinds
        position = self._operators(start, 1)
        questions: list[int] = []
        colons: list[int] = []
        parts: list[tuple[int, int]] = []
        first = start
        while kinds[position] == "?":
            colon = self._operators(position + 1, 1)
            if kinds[colon] != ":":
                raise UnexpectedError
            questions.append(position)
            colons.append(colon)
            parts.append((first, colon))
            first = colon + 1
            position = self._operators(first, 1)
        gaps = sorted(questions + colons)
        if len(questions) > 1:
            for (begin, end), question in zip(parts, questions, strict=True):
                self.found.append(Group(Form.CASE, begin, end, (question,), start))
        self._add(Form.CONDITIONAL, start, position, colons if len(questions) > 1 else gaps)
        self._space_around(gaps)
        return position

    def _operators(self, start: int, least: int) -> int:
        kinds = self._kinds
        position = self._operand(start)
        while (rank := RANKS.get(kinds[position], 0)) >= least:
            gaps: list[int] = []
            while RANKS.get(kinds[position]) == rank:
                gaps.append(position)
                position = self._operators(position + 1, rank + 1)
            self._add(Form.LOGIC if rank <= RANKS["&&"] else Form.FILLED, start, position, gaps)
            self._space_around(gaps)
        return position

    def _operand(self, start: int) -> int:
        kinds = self._kinds
        position = start
        while kinds[position] in _PREFIXES:
            position += 1
        first = position
        if kinds[position] in _CLOSING:
            position = self._brackets(position)
        elif kinds[position] == ".":
            position += 2
        elif kinds[position] in {"end", ",", ":", "?", *_CLOSING.values(), *RANKS}:
            raise UnexpectedError
        else:
            position += 1
        calls: list[int] = []
        while True:
            kind = kinds[position]
            if kind == ".":
                dot = position
                position += 3 if kinds[position + 1] == "?" else 2
                if position >= len(kinds):
                    raise UnexpectedError
                if kinds[position] == "(":
                    calls.append(dot)
            elif kind in _CLOSING:
                position = self._brackets(position)
            else:
                break
        self._add(Form.CALLS, first, position, calls)
        return position

    def _brackets(self, start: int) -> int:
        kinds = self._kinds
        closing = _CLOSING[kinds[start]]
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnexpectedError
        position = start + 1
        gaps: list[int] = []
        while kinds[position] != closing:
            gaps.append(position)
            if kinds[position] == "?":
                position += 1
            position = self._expression(position)
            if kinds[position] == ":":
                position += 1
                self.spaces.add(position)
                position = self._expression(position)
            if kinds[position] == ",":
                position += 1
                self.spaces.add(position)
            elif kinds[position] != closing:
                raise UnexpectedError
        self._depth -= 1
        self.spaces.discard(position)
        if gaps:
            alone = self.found and (self.found[-1].start, self.found[-1].end) == (start + 1, position)
            hugged = alone and self.found[-1].form in {Form.BRACKETS, Form.HUGGED}
            form = Form.HUGGED if hugged else Form.BRACKETS
            self._add(form, start, position + 1, [*gaps, position])
        return position + 1

    def _add(self, form: Form, start: int, end: int, gaps: list[int]) -> None:
        if gaps:
            self.found.append(Group(form, start, end, tuple(gaps)))

    def _space_around(self, operators: list[int]) -> None:
        for operator in operators:
            self.spaces.update((operator, operator + 1))
