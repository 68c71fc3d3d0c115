"""Functions on text: CEL's extension library "strings", and what Koreo adds to it (language section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.errors import invalid, no_overload, out_of_range
from koreo_analyzer.cel.library.formatting import format_text
from koreo_analyzer.cel.signature import both, function, overload

if TYPE_CHECKING:
    from koreo_analyzer.cel.limits import Limits

_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_QUOTED = str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
)


def _position(text: str, position: int, end: int) -> int:
    if 0 <= position <= end:
        return position
    raise out_of_range(f"position {position} is outside of the text, which has {len(text)} characters")


def _char_at(text: str, position: int) -> str:
    return text[_position(text, position, len(text)) :][:1]


def _index_of(text: str, part: str, start: int) -> int:
    if not part:
        return _position(text, start, len(text))
    return text.find(part, _position(text, start, max(len(text) - 1, 0)))


def _last_index_of(text: str, part: str, start: int) -> int:
    if not part:
        return _position(text, start, len(text))
    return text.rfind(part, 0, _position(text, start, max(len(text) - 1, 0)) + len(part))


def _substring(text: str, start: int) -> str:
    return text[_position(text, start, len(text)) :]


def _substring_range(text: str, start: int, end: int) -> str:
    if start > end:
        raise out_of_range(f"the end {end} is before the start {start}")
    return text[_position(text, start, len(text)) : _position(text, end, len(text))]


def _join(limits: Limits, texts: list[Any], separator: str = "") -> str:
    for text in texts:
        if type(text) is not str:
            raise no_overload("`join` takes a list of strings: write `.map(x, string(x))` before it")
    limits.check_size(sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0))
    return separator.join(texts)


def _replace(limits: Limits, text: str, old: str, new: str) -> str:
    return _replace_some(limits, text, old, new, -1)


def _replace_some(limits: Limits, text: str, old: str, new: str, count: int) -> str:
    found = text.count(old) if count < 0 else min(text.count(old), count)
    limits.check_size(len(text) + found * (len(new) - len(old)))
    return text.replace(old, new, count)


def _split(text: str, separator: str) -> list[str]:
    if not separator:
        raise invalid("the separator is empty")
    return text.split(separator)


def _split_some(text: str, separator: str, count: int) -> list[str]:
    if not separator:
        raise invalid("the separator is empty")
    if count == 0:
        return []
    return text.split(separator) if count < 0 else text.split(separator, count - 1)


def _split_first(text: str, separator: str) -> str:
    return _split(text, separator)[0]


def _split_last(text: str, separator: str) -> str:
    return _split(text, separator)[-1]


def _split_index(text: str, separator: str, position: int) -> str:
    parts = _split(text, separator)
    if not text:
        return ""
    if -len(parts) <= position < len(parts):
        return parts[position]
    raise out_of_range(f"no part {position}: the text has {len(parts)} of them")


def _quote(text: str) -> str:
    return f'"{text.translate(_QUOTED)}"'


ROWS = (
    function(
        "charAt",
        "The character at a position, from 0; an empty text at the end.",
        "'abc'.charAt(1)",
        "'b'",
        overload("string.charAt(position: int) -> string", _char_at),
    ),
    function(
        "format",
        "A text with its placeholders filled in: `%s` any value, `%d` numbers, `%f` and `%e` also as in "
        "`%.2f`, `%b` `%o` `%x` `%X` other bases, `%%` a percent sign.",
        "'%s has %d of %.1f'.format(['web', 3, 4.0])",
        "'web has 3 of 4.0'",
        overload("string.format(values: list(dyn)) -> string", format_text, limited=True),
    ),
    function(
        "indexOf",
        "The first position of a text in another one, or the first from a start; -1 if there is none.",
        "'banana'.indexOf('an', 2)",
        "3",
        overload("string.indexOf(part: string) -> int", lambda text, part: text.find(part)),
        overload("string.indexOf(part: string, start: int) -> int", _index_of),
    ),
    function(
        "lastIndexOf",
        "The last position of a text in another one, or the last up to a position; -1 if there is none.",
        "'banana'.lastIndexOf('an')",
        "3",
        overload("string.lastIndexOf(part: string) -> int", lambda text, part: text.rfind(part)),
        overload("string.lastIndexOf(part: string, last: int) -> int", _last_index_of),
    ),
    function(
        "join",
        "The texts of a list put together, with a separator between them if one is given.",
        "['a', 'b'].join('-')",
        "'a-b'",
        overload("list(string).join() -> string", _join, limited=True),
        overload("list(string).join(separator: string) -> string", _join, limited=True),
    ),
    function(
        "lowerAscii",
        "The text with A to Z in lower case.",
        "'ÄB'.lowerAscii()",
        "'Äb'",
        overload("string.lowerAscii() -> string", lambda text: text.translate(_LOWER)),
    ),
    function(
        "upperAscii",
        "The text with a to z in upper case.",
        "'äb'.upperAscii()",
        "'äB'",
        overload("string.upperAscii() -> string", lambda text: text.translate(_UPPER)),
    ),
    function(
        "reverse",
        "The characters in reverse order.",
        "'abc'.reverse()",
        "'cba'",
        overload("string.reverse() -> string", lambda text: text[::-1]),
    ),
    function(
        "substring",
        "The text from a position to its end, or up to another position.",
        "'abcdef'.substring(1, 3)",
        "'bc'",
        overload("string.substring(start: int) -> string", _substring),
        overload("string.substring(start: int, end: int) -> string", _substring_range),
    ),
    function(
        "trim",
        "The text without white space at its ends.",
        "'  a b '.trim()",
        "'a b'",
        overload("string.trim() -> string", lambda text: text.strip(_SPACES)),
    ),
    function(
        "quote",
        "The text as a string literal of CEL.",
        "strings.quote('a\"b')",
        '\'"a\\\\"b"\'',
        overload("quote(text: string) -> string", _quote),
        namespace="strings",
    ),
    function(
        "replace",
        "The text with all occurrences of a part replaced, or the first few; an empty one is everywhere.",
        "'a.b.c'.replace('.', '-')",
        "'a-b-c'",
        *both("replace(text: string, old: string, new: string) -> string", _replace, limited=True),
        overload(
            "string.replace(old: string, new: string, count: int) -> string", _replace_some, limited=True
        ),
    ),
    function(
        "split",
        "The parts of a text between separators, at most `count` of them if that is given.",
        "'a,b,c'.split(',')",
        "['a', 'b', 'c']",
        *both("split(text: string, separator: string) -> list(string)", _split),
        overload("string.split(separator: string, count: int) -> list(string)", _split_some),
    ),
    function(
        "split_first",
        "The part of a text before the first separator.",
        "'a/b/c'.split_first('/')",
        "'a'",
        *both("split_first(text: string, separator: string) -> string", _split_first),
    ),
    function(
        "split_last",
        "The part of a text after the last separator.",
        "'a/b/c'.split_last('/')",
        "'c'",
        *both("split_last(text: string, separator: string) -> string", _split_last),
    ),
    function(
        "split_index",
        "One part of a text between separators, counted from 0, or from the end by a negative number.",
        "'a/b/c'.split_index('/', -2)",
        "'b'",
        *both("split_index(text: string, separator: string, position: int) -> string", _split_index),
    ),
    function(
        "lower",
        "The text in lower case.",
        "'ÄB'.lower()",
        "'äb'",
        *both("lower(text: string) -> string", str.lower),
    ),
    function(
        "upper",
        "The text in upper case.",
        "'äb'.upper()",
        "'ÄB'",
        *both("upper(text: string) -> string", str.upper),
    ),
    function(
        "toLower",
        "The text in lower case.",
        "'AB'.toLower()",
        "'ab'",
        overload("string.toLower() -> string", str.lower),
    ),
    function(
        "toUpper",
        "The text in upper case.",
        "'ab'.toUpper()",
        "'AB'",
        overload("string.toUpper() -> string", str.upper),
    ),
    function(
        "strip",
        "The text without any of some characters at its ends.",
        "'--a-b-'.strip('-')",
        "'a-b'",
        *both("strip(text: string, characters: string) -> string", str.strip),
    ),
    function(
        "lstrip",
        "The text without any of some characters at its beginning.",
        "'--a-'.lstrip('-')",
        "'a-'",
        *both("lstrip(text: string, characters: string) -> string", str.lstrip),
    ),
    function(
        "rstrip",
        "The text without any of some characters at its end.",
        "'-a--'.rstrip('-')",
        "'-a'",
        *both("rstrip(text: string, characters: string) -> string", str.rstrip),
    ),
)
