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

    __slots__ = ("end", "kind", "start", "text")

    message: str | None = None

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start}, {self.end})"

    @property
    def span(self) -> Span:
        """The characters of the token."""
        return Span(self.start, self.end)


class FaultyToken(Token):
    """A token with a message; the others do without, as there is one for every few characters of a workspace."""

    __slots__ = ("message",)

    def __init__(self, kind: str, text: str, start: int, end: int, message: str) -> None:
        super().__init__(kind, text, start, end)
        self.message = message


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
    [\t\n\f\r ]*+(?://[^\r\n]*+[\t\n\f\r ]*+)*+
    (?:
        (?P<name>(?:[AC-QS-Zac-qs-z_]|[rRbB](?![rRbB]?['"]))[A-Za-z0-9_]*+)
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


_NAME, _OPERATOR, _INT, _END = (_TOKEN.groupindex[group] for group in ("name", "operator", "int", "end"))
_TEXTS = frozenset(_TOKEN.groupindex[group] for group in ("string", "raw"))
_GROUPS = {index: group for group, index in _TOKEN.groupindex.items()}
_WHOLE = frozenset({"double", "quoted", "mistake"})
_WORDS = {**dict.fromkeys(RESERVED, "reserved"), **{word: word for word in KEYWORDS}}


def tokenize(source: str) -> list[Token]:
    """Return the tokens of `source` in order, the last one being the empty `end` token. Never raises."""
    tokens: list[Token] = []
    add = tokens.append
    kind_of_word = _WORDS.get
    for match in _TOKEN.finditer(source):
        group = match.lastindex or 0
        text = match[group]
        end = match.end()
        start = end - len(text)
        if group == _NAME:
            add(Token(kind_of_word(text, "ident"), text, start, end))
        elif group == _OPERATOR:
            add(Token(text, text, start, end))
        elif group in _TEXTS:
            add(Token(_string_kind(text), text, start, end))
        elif group == _INT:
            add(Token("uint" if text[-1] in "uU" else "int", text, start, end))
        elif group == _END:
            add(Token("end", "", end, end))
            break
        else:
            name = _GROUPS[group]
            add(Token(name, text, start, end) if name in _WHOLE else _faulty(name, text, start, end))
    return tokens


def _string_kind(text: str) -> str:
    return "bytes" if text[0] in "bB" or (text[0] in "rR" and text[1] in "bB") else "string"


def _faulty(group: str, text: str, start: int, end: int) -> Token:
    if group in {"open_string", "open_raw"}:
        quote = text.lstrip("bBrR")[:3]
        quote = quote if quote in {"'''", '"""'} else quote[0]
        return FaultyToken(
            _string_kind(text), text, start, end, f"the string is never closed: a second `{quote}` is missing"
        )
    if group == "open_quoted":
        return FaultyToken("quoted", text, start, end, _quoted_message(text))
    if group == "number":
        return FaultyToken("error", text, start, end, _number_message(text))
    return FaultyToken("error", text, start, end, f"unexpected character {_describe(text)}")


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
