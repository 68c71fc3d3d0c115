"""Cutting a YAML stream into its documents.

A line that starts with `---` or `...` at column 0, followed by white space or the end, cannot be part of
any scalar (YAML 1.2 spec, rule 206 `c-forbidden`), so cutting there is right whatever the documents hold.
Each document is parsed on its own: a broken one harms no other, and an edit reparses one.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Slice(NamedTuple):
    """The text `[start, end)` of one document of a stream.

    It begins at the document's `---` line (or at the directives and comments before it) and includes what
    follows up to the next document. `empty` says that there is nothing in it but comments, directives,
    markers and white space.
    """

    start: int
    end: int
    empty: bool


# A byte order mark may stand before the first marker. Lines also end at NEL, LS and PS (YAML 1.1).
_MARKER = re.compile(r"(?:---|\.\.\.)(?=\s|\Z)")
_BEFORE = frozenset("\n\r\x85\u2028\u2029")
_AFTER_END = re.compile(r"\.\.\.[^\n\r\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029]|\Z)")
# Nothing but lines that are blank, comments or directives.
_PREFIX = re.compile(
    r"\ufeff?(?:[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?(?:[\n\r\x85\u2028\u2029]|\Z)|%[^\n\r]*(?:[\n\r]|\Z))*"
)
_NOTHING = re.compile(
    r"\ufeff?(?:(?:---|\.\.\.)(?=[\s]|\Z))?"
    r"(?:[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?(?:[\n\r\x85\u2028\u2029]|\Z)"
    r"|%[^\n\r]*(?:[\n\r]|\Z)|(?:---|\.\.\.)(?=[\s]|\Z))*"
)


def split(text: str) -> list[Slice]:
    """Return the documents of a stream in order; together they cover the whole text without gaps.

    There is always at least one slice. Comments and directives before a first `---` belong to the document
    that it begins; what follows a `...` line begins a new slice.
    """
    cuts: list[int] = []
    start = 0
    for marker in _MARKER.finditer(text):
        position = marker.start()
        if position and text[position - 1] not in _BEFORE and not (position == 1 and text[0] == "\ufeff"):
            continue
        if text[position] == "-":
            if position > start and not _is_prefix(text, start, position):
                cuts.append(position)
                start = position
            continue
        end = _AFTER_END.match(text, position)
        if end is None:
            continue
        if cuts and _is_prefix(text, start, position):
            cuts.pop()  # one more `...` behind the end of the same document
        start = end.end()
        if start < len(text):
            cuts.append(start)
    bounds = [0, *cuts, len(text)]
    return [
        Slice(bounds[i], bounds[i + 1], _NOTHING.fullmatch(text, bounds[i], bounds[i + 1]) is not None)
        for i in range(len(bounds) - 1)
    ]


def _is_prefix(text: str, start: int, end: int) -> bool:
    return _PREFIX.fullmatch(text, start, end) is not None
