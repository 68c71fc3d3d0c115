"""What the parser does with text that is not CEL: report one problem for one cause, find a place to go on.

`Recovery` is the part of the parser that knows the tokens, the open brackets and the problems, and nothing of
the grammar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.depth import too_deep
from koreo_analyzer.cel.lexer import tokenize
from koreo_analyzer.cel.problem import SyntaxProblem, shorten
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.lexer import Token

ENDS = frozenset({")", "]", "}", "end"})
"""The tokens that end whatever stands in brackets."""

FOLLOWERS = ENDS | {",", ":", "?"}
"""The tokens that rightly follow a chain of operators."""

STARTS = frozenset({
    "ident", "reserved", "quoted", "int", "uint", "double", "string", "bytes", "true", "false", "null",
    "error", "(", "[", "{", "!", "-", ".",
})  # fmt: skip
"""The tokens that an operand can begin with."""

CLOSERS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}

_JOIN_HINT = 'join texts by `+`: `"Hello " + inputs.name`'

_STATEMENT_HINTS: Mapping[str, str] = {
    "if": "CEL's conditional is `condition ? value : other value`",
    "else": "CEL's conditional is `condition ? value : other value`",
    "for": "lists are worked on by `list.map(x, …)` and `list.filter(x, …)`",
    "let": "a name is given by `cel.bind(name, value, …)`",
    "var": "a name is given by `cel.bind(name, value, …)`",
}
_QUOTES = "strings are quoted by `'` or `\"`"
_CHARACTER_HINTS: Mapping[str, str] = {
    "#": "comments begin with `//`",
    "\u2018": _QUOTES,
    "\u2019": _QUOTES,
    "\u201c": _QUOTES,
    "\u201d": _QUOTES,
}
_RENAME = 'choose another name; as a field it is fine: `x.name`, `x["name"]`'


class Recovery:
    """A position in the tokens of `source`, the brackets open there, and the problems so far.

    Positions and brackets are indices of tokens. The lists of the tokens stand here too, one look-up closer.
    """

    __slots__ = (
        "_blamed",
        "_ends",
        "_gave_up",
        "_index",
        "_kinds",
        "_open",
        "_problems",
        "_quiet",
        "_source",
        "_starts",
        "_statement",
        "_texts",
        "_tokens",
        "_unclosed",
    )

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokens = tokenize(source)
        self._kinds = tokens.kinds
        self._texts = tokens.texts
        self._starts = tokens.starts
        self._ends = tokens.ends
        self._index = 0
        self._open: list[int] = []
        self._problems: list[SyntaxProblem] = []
        self._unclosed: list[SyntaxProblem] = []
        self._blamed = -1
        self._quiet = 0
        self._statement = False
        self._gave_up = False

    def _report(self, span: Span, message: str, hint: str | None = None) -> None:
        if not self._quiet and not self._gave_up:
            self._problems.append(SyntaxProblem(span, message, hint))

    def _blame(self, span: Span, message: str, hint: str | None = None) -> None:
        """Report something about the current token, unless something was already reported about it."""
        if self._blamed != self._index:
            self._blamed = self._index
            self._report(span, message, hint)

    def _faulty(self, token: Token) -> None:
        """Report what the lexer found wrong with a token, if anything."""
        if token.message is not None:
            self._problems.append(SyntaxProblem(token.span, token.message, _CHARACTER_HINTS.get(token.text)))

    def _string_prefix(self, name: ast.Ident, token: Token) -> None:
        """Report a name right before a string, as other languages have it (`f"…"`)."""
        hint = _JOIN_HINT if name.name in "fF" else "CEL has `r` for raw strings and `b` for bytes"
        self._report(name.span, f"`{name.name}` is no prefix of a string in CEL", hint)
        self._faulty(token)

    def _reserved(self, token: Token) -> None:
        hint = _STATEMENT_HINTS.get(token.text)
        self._report(token.span, f"`{token.text}` is a reserved word of CEL", hint or _RENAME)
        self._statement = self._statement or hint is not None

    def _unexpected(self, expected: str) -> None:
        """Report the current token, unless that follows from what was reported before it."""
        token = self._tokens[self._index]
        if self._statement or self._tokens[self._index - 1].kind == "error":
            return
        if token.kind in ENDS and not self._open:
            self._blame(token.span, f"`{token.kind}` closes nothing")
            return
        hint = None
        if token.kind == "double" and token.text.startswith("."):
            hint = f"an element is selected by `[{token.text[1:]}]`"
        elif token.kind == ":":
            hint = self._colon_hint(expected)
        elif token.kind in {"(", "{"}:
            hint = "only a name can stand before it"
        elif token.kind == "reserved":
            hint = _STATEMENT_HINTS.get(token.text)
        self._blame(token.span, f"expected {expected}, found {quoted(token)}", hint)

    def _colon_hint(self, expected: str) -> str | None:
        """Return what a `:` may be meant for where none can stand: a slice, or an entry of a map."""
        if self._open and self._kinds[self._open[-1]] == "[":
            if expected.startswith("an operator"):
                return "CEL has no slices: the part of a text is `x.substring(start, end)`"
            return 'a map is written in braces: `{"a": 1}`'
        is_key = self._index == 1 and self._kinds[0] == "string"
        return 'a map is written in braces: `{"a": 1}`' if is_key else None

    def _missing_operand(self, token: Token) -> None:
        """Report that there is no expression at the current token."""
        if self._index == 0:
            if token.kind == "end":
                self._blame(Span(0, len(self._source)), "the expression is empty")
            else:
                hint = "one `=` before an expression is enough" if token.text == "=" else None
                self._blame(token.span, f"expected an expression, found {quoted(token)}", hint)
            return
        before = self._tokens[self._index - 1]
        message = f"expected an expression after {quoted(before)}"
        if token.kind not in ENDS:
            self._blame(token.span, f"{message}, found {quoted(token)}")
        elif token.kind != "end" or before.kind not in CLOSERS:
            self._blame(before.span, message)

    def _colon(self, first: int) -> bool:
        """Pass over the colon after a key, which began at `first`, or report that there is none.

        Return whether a value follows.
        """
        if self._kinds[self._index] == ":":
            self._index += 1
            return True
        token = self._tokens[self._index]
        end = self._ends[self._index - 1]
        if token.kind != "end":
            span = Span(self._starts[first], max(self._ends[first], end))
            self._blame(span, "expected `:` and a value after this key")
        return token.kind in STARTS and "\n" not in self._source[end : token.start]

    def _gap(self) -> ast.Error:
        """Make the node for something that is missing after the last token read."""
        end = self._ends[self._index - 1] if self._index else 0
        return ast.Error(end, end)

    def _separator(self, bracket: int) -> None:
        """Pass over the comma after an element; report what stands there instead, unless the brackets end."""
        kind = self._kinds[self._index]
        if kind == ",":
            self._index += 1
        elif kind not in ENDS:
            self._unexpected(f"`,` or `{CLOSERS[self._kinds[bracket]]}`")
            if kind not in STARTS:
                self._index += 1

    def _close(self) -> None:
        """Pass over the end of the bracket opened last; report if something else ends it."""
        bracket = self._open.pop()
        kind = self._kinds[self._index]
        closer = CLOSERS[self._kinds[bracket]]
        if kind == closer:
            self._index += 1
            return
        opening = self._tokens[bracket]
        if kind == "end" or any(CLOSERS[self._kinds[outer]] == kind for outer in self._open):
            if not self._gave_up and not self._quiet:
                self._unclosed.append(SyntaxProblem(opening.span, f"`{opening.kind}` is never closed"))
        else:
            span = self._tokens[self._index].span
            self._report(span, f"`{opening.kind}` is closed by `{kind}`", f"write `{closer}`")
            self._index += 1

    def _give_up(self) -> ast.Error:
        """Report that brackets or operators nest too deeply, and pass over the rest of the source."""
        token = self._tokens[self._index]
        if not self._gave_up:
            self._gave_up = True
            self._problems.append(too_deep(token.span))
        self._index = len(self._tokens) - 1
        end = self._ends[self._index - 1]
        return ast.Error(min(token.start, end), end)

    def _all_problems(self) -> tuple[SyntaxProblem, ...]:
        """Return the problems in order, without those that only follow from a string that is never closed."""
        if not self._problems and not self._unclosed:
            return ()
        problems = [*self._problems, *self._unclosed]
        broken = next((token for token in self._tokens if token.message and token.kind != "error"), None)
        if broken is not None:
            line = self._source.rfind("\n", 0, broken.start) + 1
            problems = [
                problem
                for problem in self._problems
                if problem.span.start < line or problem.code == "escape" or problem.message == broken.message
            ]
        return tuple(sorted(problems, key=lambda problem: problem.span))


def quoted(token: Token) -> str:
    """Return a token as it appears in messages."""
    return "the end" if token.kind == "end" else f"`{shorten(token.text)}`"
