"""The expressions of `-k`: which names they hold for, as in pytest.

    expression := term ("or" term)*      term := factor ("and" factor)*
    factor     := "not" factor | "(" expression ")" | text

A text is a word or stands in quotes; it holds when one of the names contains it, in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final, NamedTuple, TypeAlias

Matcher: TypeAlias = Callable[[Collection[str]], bool]
"""Whether an expression holds for the names of something. The names must be case-folded."""

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<sign>[()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()"']+))"""
)
_OPERATORS: Final = frozenset({"and", "or", "not"})
_DEPTH: Final = 100


class MatchError(ValueError):
    """An expression that cannot be read; `column` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


class _Token(NamedTuple):
    text: str
    offset: int
    is_text: bool


def read_matcher(expression: str) -> Matcher:
    """Return what an expression asks for. Raises `MatchError`."""
    return _Reader(expression).read()


class _Reader:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = _tokens(expression)
        self._next = 0

    def read(self) -> Matcher:
        found = self._any_of(0)
        token = self._peek()
        if token is None:
            return found
        if token.text == ")" and not token.is_text:
            raise self._error("there is no `(` for this `)`", token)
        raise self._error(
            f"expected `and` or `or` before {_shown(token)}; a text with blanks stands in quotes", token
        )

    def _any_of(self, depth: int) -> Matcher:
        found = [self._all_of(depth)]
        while self._take("or"):
            found.append(self._all_of(depth))
        return found[0] if len(found) == 1 else lambda names: any(each(names) for each in found)

    def _all_of(self, depth: int) -> Matcher:
        found = [self._factor(depth)]
        while self._take("and"):
            found.append(self._factor(depth))
        return found[0] if len(found) == 1 else lambda names: all(each(names) for each in found)

    def _factor(self, depth: int) -> Matcher:
        token = self._peek()
        if token is None:
            raise self._error("expected a text to look for at the end", None)
        if depth > _DEPTH:
            raise self._error("it is nested too deeply", token)
        self._next += 1
        if token.is_text:
            text = token.text.casefold()
            return lambda names: any(text in name for name in names)
        if token.text == "not":
            negated = self._factor(depth + 1)
            return lambda names: not negated(names)
        if token.text == "(":
            inner = self._any_of(depth + 1)
            if not self._take(")"):
                raise self._error("this `(` is not closed", token)
            return inner
        raise self._error(f"expected a text to look for before {_shown(token)}", token)

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, sign: str) -> bool:
        token = self._peek()
        if token is None or token.is_text or token.text != sign:
            return False
        self._next += 1
        return True

    def _error(self, message: str, token: _Token | None) -> MatchError:
        offset = len(self._expression) if token is None else token.offset
        return MatchError(message, offset + 1)


def _shown(token: _Token) -> str:
    return f"`{token.text}`"


def _tokens(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    offset, end = 0, len(expression.rstrip())
    while offset < end:
        found = _TOKEN.match(expression, offset)
        if found is None:
            rest = expression[offset:]
            quote = offset + len(rest) - len(rest.lstrip())
            raise MatchError("this quote is not closed", quote + 1)
        kind = found.lastgroup or ""
        text = found[kind]
        bare = kind == "sign" or (kind == "word" and text in _OPERATORS)
        start = found.start(kind) - (kind in ("double", "single"))
        tokens.append(_Token(text, start, not bare))
        offset = found.end()
    return tokens
