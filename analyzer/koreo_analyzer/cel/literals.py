"""Makes nodes of literal tokens and decodes their values.

cel-spec langdef, "String and Bytes Values" and "Numeric Values"; language section 2.1 for unknown escapes.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.problem import SyntaxProblem, shorten
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from koreo_analyzer.cel.lexer import Tokens

LITERAL_KINDS = frozenset({"int", "uint", "double", "string", "bytes", "true", "false", "null"})
INT_MAX = 2**63 - 1
UINT_MAX = 2**64 - 1
_SAFE_DIGITS = 18
_MOST_DIGITS = 20
_SIMPLE_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_ESCAPE = re.compile(
    r"""\\(?:
        (?P<simple>[abfnrtv\\?"'`])
      | [xX](?P<hex>[0-9a-fA-F]{2})
      | (?P<octal>[0-3][0-7]{2})
      | u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})
      | u(?P<short>[0-9a-fA-F]{4})
      | U(?P<long>[0-9a-fA-F]{8})
      | (?P<unknown>.?)
    )""",
    re.VERBOSE | re.DOTALL,
)


def read_literal(tokens: Tokens, index: int, problems: list[SyntaxProblem]) -> ast.Literal:
    """Make the node of a token, of one of `LITERAL_KINDS`; what is wrong with its text adds problems."""
    kind = tokens.kinds[index]
    text = tokens.texts[index]
    start = tokens.starts[index]
    end = tokens.ends[index]
    if kind in {"string", "bytes"}:
        value = decode_string(text, start, problems, closed=index not in tokens.messages)
        return ast.Literal(kind, value, start, end)
    if kind in {"int", "uint"}:
        return ast.Literal(kind, _integer(kind, text, start, problems), start, end)
    if kind == "double":
        number = float(text)
        if number == math.inf:
            message = f"`{shorten(text)}` is too large for a double"
            problems.append(SyntaxProblem(Span(start, end), message))
        return ast.Literal(kind, number, start, end)
    if kind == "null":
        return ast.Literal("null_type", None, start, end)
    return ast.Literal("bool", kind == "true", start, end)


def is_smallest_int(kind: str, text: str) -> bool:
    """Whether a token, after `-`, is the smallest int, whose digits alone do not fit an int."""
    return kind == "int" and _decode(text) == INT_MAX + 1


def _integer(kind: str, text: str, start: int, problems: list[SyntaxProblem]) -> int:
    value = _decode(text)
    largest = INT_MAX if kind == "int" else UINT_MAX
    if value <= largest:
        return value
    hint = f"`{text}u` is a uint" if value <= UINT_MAX else None
    message = f"`{shorten(text)}` does not fit: the largest {kind} is {largest}"
    problems.append(SyntaxProblem(Span(start, start + len(text)), message, hint))
    return largest


def _decode(text: str) -> int:
    """Return the value of an integer token; anything past the largest uint counts as one more than that."""
    if len(text) <= _SAFE_DIGITS and text.isdigit():
        return int(text)
    digits = text.rstrip("uU")
    if digits.startswith("0x"):
        return min(int(digits, 16), UINT_MAX + 1)
    digits = digits.lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return UINT_MAX + 1
    return min(int(digits or "0"), UINT_MAX + 1)


def decode_string(
    text: str, start: int, problems: list[SyntaxProblem], *, closed: bool = True
) -> str | bytes:
    """Return the value of a string or bytes token that stands at `start` in the source.

    A token that is never closed gives what there is of it. Unknown and malformed escapes keep their
    backslash, and each adds a problem (language section 2.1); so does the prefix `rb`, which CEL spells `br`.
    """
    first = text[0]
    if closed and first in "'\"" and text[1] != first and "\\" not in text:
        return text[1:-1]
    body = text.lstrip("bBrR")
    prefix = text[: len(text) - len(body)].lower()
    if prefix == "rb":
        span = Span(start, start + 2)
        problems.append(SyntaxProblem(span, f"`{text[:2]}` is no prefix of CEL", f"write `{text[1::-1]}`"))
    size = 3 if body.startswith(("'''", '"""')) else 1
    content = body[size:-size] if closed else body[size:]
    if "r" in prefix:
        return _encode(content) if "b" in prefix else content
    if "b" in prefix:
        return _unescape_bytes(content, start + len(prefix) + size, problems)
    return _unescape(content, start + size, problems)


def _unescape(content: str, offset: int, problems: list[SyntaxProblem]) -> str:
    def replace(match: re.Match[str]) -> str:
        group = match.lastgroup
        if group == "simple":
            return _SIMPLE_ESCAPES[match["simple"]]
        if group == "octal":
            return chr(int(match["octal"], 8))
        if group == "low":
            return chr(0x10000 + (int(match["high"], 16) - 0xD800) * 0x400 + int(match["low"], 16) - 0xDC00)
        if group in {"hex", "short", "long"}:
            code = int(match[group], 16)
            if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
                return chr(code)
        problems.append(_bad_escape(match, offset))
        return match[0]

    return _ESCAPE.sub(replace, content)


def _unescape_bytes(content: str, offset: int, problems: list[SyntaxProblem]) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for match in _ESCAPE.finditer(content):
        pieces.append(_encode(content[done : match.start()]))
        done = match.end()
        group = match.lastgroup
        if group == "simple":
            pieces.append(_encode(_SIMPLE_ESCAPES[match["simple"]]))
        elif group == "octal":
            pieces.append(bytes((int(match["octal"], 8),)))
        elif group == "hex":
            pieces.append(bytes((int(match["hex"], 16),)))
        else:
            problems.append(_bad_escape(match, offset))
            pieces.append(_encode(match[0]))
    pieces.append(_encode(content[done:]))
    return b"".join(pieces)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _bad_escape(match: re.Match[str], offset: int) -> SyntaxProblem:
    text = match[0]
    span = Span(offset + match.start(), offset + match.end())
    if match.lastgroup != "unknown":
        message = (
            f"`{text}` is no character of Unicode"
            if match.lastgroup != "low"
            else f"`{text}` is not for bytes"
        )
        return SyntaxProblem(span, f"{message}: it stays as written", None, "escape")
    letter = match["unknown"]
    if letter and letter in "xXuU01234567":
        return SyntaxProblem(
            span, f"`{text}` is an incomplete escape: the backslash stays", _DIGITS_HINT, "escape"
        )
    hint = f"write `\\{text}` for a backslash, or put `r` before the opening quote"
    return SyntaxProblem(span, f"`{text}` is no escape of CEL: the backslash stays", hint, "escape")


_DIGITS_HINT = (
    "`\\x` takes 2 hexadecimal digits, `\\u` 4, `\\U` 8, and an octal escape 3 digits from `\\000` to `\\377`"
)
