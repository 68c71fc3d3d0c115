"""The indentation of a line that was just begun. The text is half-typed, so this looks at lines, not at a tree."""

from __future__ import annotations

import re
from typing import Final

from koreo_analyzer.format.style import INDENT
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span

_DASHES = re.compile(r" *(?:- +)*")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_KEY = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s#'"\[{][^#]*?):(?:\s+[&!]\S+)*$""")
_HEADER = re.compile(r"(?:^|[:\-]\s+(?:[&!]\S+\s+)*)[|>](?:[0-9]?[+-]?|[+-][0-9])$")
_OPENING: Final = ("(", "[", "{")
_FARTHEST: Final = 2000
"""How many lines are looked at for the key of a text that spans lines."""


def indent_new_line(text: str, offset: int) -> Edit | None:
    """Return the edit that indents the blank line that holds `offset` as what stands above it asks; None if it is fine.

    One step deeper: below a key without a value, the indicator of a block scalar, and an opening bracket in a text of
    several lines. Behind the dash below `- key: value`. Else as deep as the line above.
    """
    start = text.rfind("\n", 0, offset) + 1
    found = text.find("\n", offset)
    line = text[start : found if found >= 0 else len(text)].rstrip("\r")
    if start == 0 or line.strip(" "):
        return None
    above = text[text.rfind("\n", 0, start - 1) + 1 : start - 1].rstrip("\r")
    if not above.strip() or above.startswith(("---", "...")):
        return None
    wanted = _in_block(above) if _is_in_block(text, start, above) else _below(above)
    return Edit(Span(start, start + len(line)), " " * wanted) if wanted != len(line) else None


def _below(above: str) -> int:
    """Return the column below a line of YAML."""
    dashes = _DASHES.match(above)
    column = dashes.end() if dashes is not None else 0
    content = _COMMENT.sub("", above).rstrip()
    if not content.strip():
        return _indent_of(above)
    if content.endswith("-") and not content.strip(" -"):
        return content.rindex("-") + INDENT
    if _HEADER.search(content[column:]) is not None:
        is_item = content[column] in "|>"
        return column if is_item else column + INDENT
    return column + INDENT if _KEY.fullmatch(content[column:]) is not None else column


def _in_block(above: str) -> int:
    """Return the column below a line of a text that spans several."""
    deeper = above.rstrip().endswith(_OPENING)
    return _indent_of(above) + (INDENT if deeper else 0)


def _is_in_block(text: str, start: int, above: str) -> bool:
    """Whether the line that ends before `start` belongs to a block scalar."""
    least = _indent_of(above)
    position = start - 1
    for _ in range(_FARTHEST):
        if position <= 0 or least == 0:
            return False
        begin = text.rfind("\n", 0, position) + 1
        line = text[begin:position].rstrip()
        position = begin - 1
        if not line:
            continue
        indent = _indent_of(line)
        if indent < least:
            least = indent
            if _HEADER.search(_COMMENT.sub("", line).rstrip()) is not None:
                return True
    return False


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
