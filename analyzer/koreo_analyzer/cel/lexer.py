"""Cuts the source of a CEL expression into tokens (cel-spec langdef, "Syntax").

The lexer never fails: what is no token of CEL becomes a token that carries a message. One compiled expression
does the work, because an editor lexes every expression of a workspace. White space and comments are skipped.
"""

from __future__ import annotations

import re
import unicodedata

from koreo_analyzer.text import Span

KEYWORDS = frozenset({"true", "false", "null", "in"})
"""Names that are literals or operators."""

RESERVED = frozenset({
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
})  # fmt: skip
"""Names that langdef keeps for languages that embed CEL: no identifiers, but allowed after a dot."""


class Token:
    """A piece of the source. `start` and `end` are offsets, `text` is exactly what stands between them.

    `kind` is one of

    * `ident`, `quoted` (`` `a.b-c` ``, backquotes included in `text`), `reserved` (a word of `RESERVED`);
    * `int`, `uint`, `double`, `string`, `bytes`;
    * the token's own text for operators, punctuation and `KEYWORDS`;
    * `mistake`: an operator that other languages have and CEL has not (`=`, `===`, `++`, `&`, `??`, …);
    * `error`: something that no token of CEL begins with, or a malformed number;
    * `end`, once, empty, at the end of the source.

    `message` is set for `error` tokens and for strings and quoted names that are never closed, and says what
    is wrong.
    """

    __slots__ = ("end", "kind", "message", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int, message: str | None = None) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.message = message

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start}, {self.end})"

    @property
    def span(self) -> Span:
        """The characters of the token."""
        return Span(self.start, self.end)


# The bodies of strings are possessive: a string that is never closed costs one more scan, not a search.
_STRING = r"""(?:
      '''(?:[^'\\]++|\\.|'(?!''))*+'''
    | \"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\"
    | '(?!'')(?:[^'\\\r\n]++|\\[^\r\n])*+'
    | "(?!"")(?:[^"\\\r\n]++|\\[^\r\n])*+"
)"""
_OPEN_STRING = r"""(?:
      (?:'''|\"\"\").*+
    | '(?:[^'\\\r\n]++|\\[^\r\n])*+\\?
    | "(?:[^"\\\r\n]++|\\[^\r\n])*+\\?
)"""
_RAW_STRING = r"""(?:
      '''(?:[^']++|'(?!''))*+'''
    | \"\"\"(?:[^"]++|"(?!""))*+\"\"\"
    | '(?!'')[^'\r\n]*+'
    | "(?!"")[^"\r\n]*+"
)"""
_OPEN_RAW_STRING = r"""(?:(?:'''|\"\"\").*+|'[^'\r\n]*+|"[^"\r\n]*+)"""

_TOKEN = re.compile(
    rf"""
    (?:[\t\n\f\r ]++|//[^\r\n]*+)*+
    (?:
        (?P<name>(?![rRbB]{{1,2}}['"])[A-Za-z_][A-Za-z0-9_]*+)
      | (?P<mistake>===|!==|=>|\+\+|=(?!=)|<>|\*\*|\?\?|&(?!&)|\|(?!\|))
      | (?P<operator>&&|\|\||[=!<>]=|\.(?![0-9])|[()\[\]{{}},:?+\-*/%<>!])
      | (?P<string>[bB]?{_STRING})
      | (?P<raw>(?:[bB]?[rR]|[rR][bB]){_RAW_STRING})
      | (?P<double>(?:[0-9]*+\.[0-9]++(?:[eE][+-]?[0-9]++)?|[0-9]++[eE][+-]?[0-9]++)(?![A-Za-z0-9_]|\.[0-9]))
      | (?P<int>(?:0x[0-9a-fA-F]++|[0-9]++)[uU]?(?![A-Za-z0-9_]|\.[0-9]))
      | (?P<quoted>`[A-Za-z0-9_./\- ]++`)
      | (?P<end>\Z)
      | (?P<open_string>[bB]?{_OPEN_STRING})
      | (?P<open_raw>(?:[bB]?[rR]|[rR][bB]){_OPEN_RAW_STRING})
      | (?P<open_quoted>`[A-Za-z0-9_./\- ]*+`?)
      | (?P<number>\.?[0-9][A-Za-z0-9_]*+(?:\.[0-9][A-Za-z0-9_]*+)*+)
      | (?P<unknown>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokenize(source: str) -> list[Token]:
    """Return the tokens of `source` in order, the last one being the empty `end` token. Never raises."""
    tokens: list[Token] = []
    add = tokens.append
    for match in _TOKEN.finditer(source):
        group = match.lastgroup or "unknown"
        text = match[group]
        start, end = match.span(group)
        if group == "name":
            if text in KEYWORDS:
                add(Token(text, text, start, end))
            else:
                add(Token("reserved" if text in RESERVED else "ident", text, start, end))
        elif group == "operator":
            add(Token(text, text, start, end))
        elif group in {"string", "raw"}:
            add(Token(_string_kind(text), text, start, end))
        elif group == "int":
            add(Token("uint" if text[-1] in "uU" else "int", text, start, end))
        elif group in {"double", "quoted", "mistake"}:
            add(Token(group, text, start, end))
        elif group == "end":
            add(Token("end", "", end, end))
            break
        else:
            add(_faulty(group, text, start, end))
    return tokens


def _string_kind(text: str) -> str:
    return "bytes" if text[0] in "bB" or (text[0] in "rR" and text[1] in "bB") else "string"


def _faulty(group: str, text: str, start: int, end: int) -> Token:
    if group in {"open_string", "open_raw"}:
        quote = text.lstrip("bBrR")[:3]
        quote = quote if quote in {"'''", '"""'} else quote[0]
        return Token(
            _string_kind(text), text, start, end, f"the string is never closed: a second `{quote}` is missing"
        )
    if group == "open_quoted":
        return Token("quoted", text, start, end, _quoted_message(text))
    if group == "number":
        return Token("error", text, start, end, _number_message(text))
    return Token("error", text, start, end, f"unexpected character {_describe(text)}")


def _quoted_message(text: str) -> str:
    if text == "``":
        return "there is no name between the backquotes"
    return "the name is never closed: a second backquote is missing"


def _number_message(text: str) -> str:
    if "_" in text:
        return f"`{text}` is not a number: CEL has no `_` between digits"
    if text[:2] in {"0X", "0b", "0B", "0o", "0O"}:
        return f"`{text}` is not a number: CEL has decimal numbers and `0x…`"
    if text.count(".") > 1:
        return f"`{text}` is not a number: a text must be quoted"
    return f"`{text}` is not a number"


def _describe(character: str) -> str:
    if character.isascii() and character.isprintable():
        return f"`{character}`"
    described = f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"
    return f"`{character}` ({described})" if character.isprintable() else described
