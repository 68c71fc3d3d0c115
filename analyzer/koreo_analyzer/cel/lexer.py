"""Cuts the source of a CEL expression into tokens (cel-spec langdef, "Syntax").

The lexer never fails: what is no token of CEL becomes a token that carries a message. White space and comments
are skipped. An editor lexes every expression of a workspace, so tokens are lists side by side instead of objects,
and a source that is nothing but good tokens and white space is cut by one call of `re.Pattern.split`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, overload

from koreo_analyzer.cel.problem import shorten
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYWORDS = frozenset({"true", "false", "null", "in"})
"""Names that are literals or operators."""

RESERVED = frozenset({
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
})  # fmt: skip
"""Names that langdef keeps for languages that embed CEL: no identifiers, but allowed after a dot."""


class Token(NamedTuple):
    """A piece of the source. `start` and `end` are offsets, `text` is exactly what stands between them.

    `kind` is one of

    * `ident`, `quoted` (`` `a.b-c` ``, backquotes included in `text`), `reserved` (a word of `RESERVED`);
    * `int`, `uint`, `double`, `string`, `bytes`;
    * the token's own text for operators, punctuation and `KEYWORDS`;
    * `mistake`: an operator that other languages have and CEL has not (`=`, `===`, `++`, `&`, `??`, …);
    * `error`: something that no token of CEL begins with, a word with letters that are not ASCII, or a malformed
      number;
    * `end`, once, empty, at the end of the source.

    `message` is set for `error` tokens and for strings and quoted names that are never closed, and says what
    is wrong.
    """

    kind: str
    text: str
    start: int
    end: int
    message: str | None

    @property
    def span(self) -> Span:
        """The characters of the token."""
        return Span(self.start, self.end)


class Tokens(Sequence[Token]):
    """The tokens of a source: lists of the same length, one for each part of a `Token`.

    `messages` has only the tokens that have one. What reads good text uses the lists; what has something to
    say about a token takes it as an element of the sequence.
    """

    __slots__ = ("ends", "kinds", "messages", "starts", "texts")

    def __init__(
        self,
        kinds: list[str],
        texts: list[str],
        starts: list[int],
        ends: list[int],
        messages: Mapping[int, str],
    ) -> None:
        self.kinds = kinds
        self.texts = texts
        self.starts = starts
        self.ends = ends
        self.messages = messages

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> list[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | list[Token]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        message = self.messages.get(index)
        return Token(self.kinds[index], self.texts[index], self.starts[index], self.ends[index], message)


# The bodies of strings are possessive: a string that is never closed costs one more scan, not a search.
_STRING = r"""(?:
      '(?!'')(?:[^'\\\r\n]++|\\[^\r\n])*+'
    | "(?!"")(?:[^"\\\r\n]++|\\[^\r\n])*+"
    | '''(?:[^'\\]++|\\.|'(?!''))*+'''
    | \"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\"
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
_RAW = "(?:[bB]?[rR]|[rR][bB])"
_OPERATORS = ("&&", "||", "==", "!=", "<=", ">=", *"()[]{},:?+-*%<>!")
_MISTAKES = ("===", "!==", "=>", "=", "++", "<>", "**", "??", "&", "|")
_SYMBOLS = "|".join(map(re.escape, sorted({*_OPERATORS, *_MISTAKES}, key=len, reverse=True)))

_GOOD = rf"""
      [AC-QS-Zac-qs-z_][A-Za-z0-9_]*+
    | \.(?![0-9])
    | {_SYMBOLS}
    | /(?!/)
    | [rRbB](?![rRbB]?['"])[A-Za-z0-9_]*+
    | [bB]?{_STRING}
    | {_RAW}{_RAW_STRING}
    | (?:0x[0-9a-fA-F]++|[0-9]++)[uU]?(?![A-Za-z0-9_]|\.[0-9])
    | (?:[0-9]*+\.[0-9]++(?:[eE][+-]?[0-9]++)?|[0-9]++[eE][+-]?[0-9]++)(?![A-Za-z0-9_]|\.[0-9])
    | `[A-Za-z0-9_./\- ]++`
"""
_BLANK = r"[\t\n\f\r ]"
# What is not good takes the rest with it: to look for good tokens behind it could take the square of the time.
_GOOD_OR_REST = re.compile(rf"(?!{_BLANK})(?:({_GOOD})|.++)", re.VERBOSE | re.DOTALL)
_ANYTHING = re.compile(
    rf"""
      {_BLANK}++ | //[^\r\n]*+
    | (?P<foreign>(?![0-9])(?=\w++[\u0300-\u036f]|[A-Za-z0-9_]*+[^\W\x00-\x7f])[\w\u0300-\u036f]++)
    | (?P<good>{_GOOD})
    | (?P<open_string>[bB]?{_OPEN_STRING})
    | (?P<open_raw>{_RAW}{_OPEN_RAW_STRING})
    | (?P<open_quoted>`[A-Za-z0-9_./\- ]*+`?)
    | (?P<number>\.?[0-9][A-Za-z0-9_]*+(?:\.[0-9][A-Za-z0-9_]*+)*+)
    | (?P<unknown>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_KINDS: Mapping[str, str] = {
    "": "end",
    **{text: text for text in (*_OPERATORS, ".", "/", *KEYWORDS)},
    **dict.fromkeys(_MISTAKES, "mistake"),
    **dict.fromkeys(RESERVED, "reserved"),
}


def tokenize(source: str) -> Tokens:
    """Return the tokens of `source` in order, the last one being the empty `end` token. Never raises."""
    pieces = _GOOD_OR_REST.split(source)  # white space and tokens by turns; None for a rest that is not good
    if None in pieces[-2:]:
        return _tokenize_anything(source)
    bounds = list(accumulate(map(len, pieces)))
    texts = pieces[1::2]
    texts.append("")
    ends = bounds[1::2]
    ends.append(len(source))
    return Tokens(_kinds(texts), texts, bounds[::2], ends, {})


def _tokenize_anything(source: str) -> Tokens:
    """Do the same for a source with comments, or with something that is no token."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    faults: dict[int, str] = {}
    for match in _ANYTHING.finditer(source):
        group = match.lastgroup
        if group is None:
            continue
        if group != "good":
            faults[len(texts)] = group
        texts.append(match[0])
        starts.append(match.start())
        ends.append(match.end())
    texts.append("")
    starts.append(len(source))
    ends.append(len(source))
    kinds = _kinds(texts)
    messages: dict[int, str] = {}
    for index, group in faults.items():
        kinds[index], messages[index] = _fault(group, texts[index])
    return Tokens(kinds, texts, starts, ends, messages)


def _kinds(texts: list[str]) -> list[str]:
    known = _KINDS
    return [
        known[text] if text in known else "ident" if text.isidentifier() else _literal_kind(text)
        for text in texts
    ]


def _literal_kind(text: str) -> str:
    """Return the kind of a literal or a name in backquotes."""
    if text[-1] in "'\"":
        return _string_kind(text)
    if text.isdigit():
        return "int"
    if text[0] == "`":
        return "quoted"
    if text[-1] in "uU":
        return "uint"
    return "int" if text.startswith("0x") else "double"


def _string_kind(text: str) -> str:
    if text[0] in "'\"":
        return "string"
    return "bytes" if text[0] in "bB" or text[1] in "bB" else "string"


def _fault(group: str, text: str) -> tuple[str, str]:
    """Return the kind and the message of what a group of `_ANYTHING` other than `good` has found."""
    if group in {"open_string", "open_raw"}:
        quote = text.lstrip("bBrR")[:3]
        quote = quote if quote in {"'''", '"""'} else quote[0]
        return _string_kind(text), f"the string is never closed: a second `{quote}` is missing"
    if group == "open_quoted":
        return "quoted", _quoted_message(text)
    if group == "foreign":
        return "error", _foreign_message(text)
    if group == "number":
        return "error", _number_message(text)
    return "error", f"unexpected character {_describe(text)}"


def _quoted_message(text: str) -> str:
    if text == "``":
        return "there is no name between the backquotes"
    return "the name is never closed: a second backquote is missing"


def _foreign_message(text: str) -> str:
    foreign = next(character for character in text if not character.isascii())
    return f"`{shorten(text)}` is not a name: {_describe(foreign)} is not an ASCII letter"


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
