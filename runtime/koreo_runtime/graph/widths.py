"""How wide text is drawn: pictures are laid out where no browser can be asked.

The widths are those of Helvetica and its kin, in thousandths of the font size, with some to spare as the reader's
font is another one. Monospaced fonts have one width.
"""

from __future__ import annotations

import unicodedata
from typing import Final

MONOSPACED: Final = 0.61
_SPARE: Final = 1.13
_GROUPS: Final = (
    ("ijl'|", 0.24),
    (" .,:;!/\\tfI[]()`", 0.30),
    ('r-"*{}', 0.37),
    ("cksvxyzJ^", 0.50),
    ("abdeghnopqu0123456789_L?#$", 0.56),
    ("ABEKPSVXY&FTZ+<>=~", 0.66),
    ("CDHNRUGOQw", 0.76),
    ("mMW%@", 0.92),
)
_WIDTHS: Final = {character: width for characters, width in _GROUPS for character in characters}
_OTHER: Final = 0.62


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return the width of a line of text in a sans-serif font of a size, in the unit of the size."""
    total = sum([_WIDTHS.get(one) or _unusual(one) for one in text])
    return total * size * _SPARE * (1.06 if is_bold else 1.0)


def monospaced_width(text: str, size: float) -> float:
    """Return the width of a line of text in a monospaced font of a size."""
    return sum([MONOSPACED if one.isascii() else max(MONOSPACED, _unusual(one)) for one in text]) * size


def _unusual(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.0 if unicodedata.combining(character) else _OTHER
