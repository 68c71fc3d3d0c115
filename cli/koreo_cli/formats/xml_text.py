"""Text in XML: what markup is made of is escaped, what no XML can hold is replaced."""

from __future__ import annotations

import re
from html import escape
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2) allows in no form."""


def attribute(text: str) -> str:
    """Return a quoted value; white space that a reader would turn into blanks (XML 1.0, 3.3.3) is escaped."""
    escaped = escape(_allowed(text))
    for character in "\t\n\r":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return f'"{escaped}"'


def content(text: str) -> str:
    """Return text to stand between tags."""
    return escape(_allowed(text), quote=False)


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
