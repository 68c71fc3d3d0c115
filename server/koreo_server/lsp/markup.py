"""Markdown for clients that show it, and the text of it for others."""

from __future__ import annotations

import re

from lsprotocol import types

_FENCE = re.compile(r"^`{3,}\w*\n?", re.MULTILINE)
_MARKS = re.compile(r"\*\*|`|^---$\n*", re.MULTILINE)


def to_markup(markdown: str, *, is_shown: bool) -> types.MarkupContent:
    """Return Markdown for a client; `is_shown` tells whether it can show that."""
    if is_shown:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    return types.MarkupContent(types.MarkupKind.PlainText, plain(markdown))


def plain(markdown: str) -> str:
    """Return Markdown as the text that it shows."""
    return _MARKS.sub("", _FENCE.sub("", markdown)).strip()
