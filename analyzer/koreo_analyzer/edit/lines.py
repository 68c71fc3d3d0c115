"""Lines, columns and tokens of a document's text, as YAML counts them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from koreo_analyzer.yaml.scalars import BREAK, BREAKS, WHITE

_BREAK = re.compile(BREAK)
_GAP = re.compile(rf"(?:[{WHITE}]+|#[^{BREAKS}]*)*")
_BOM: Final = "\ufeff"


class Lines:
    """One text and where its lines begin; unlike `text.LineIndex` with the line breaks of YAML 1.1.

    A line break that the last line lacks is added to `text`; `size` does not count it.
    """

    __slots__ = ("_starts", "newline", "size", "text")

    def __init__(self, text: str) -> None:
        first = _BREAK.search(text)
        self.newline = first.group() if first is not None and first.group() in {"\r\n", "\r"} else "\n"
        self.size = len(text)
        self.text = text if text[-1:] in {"", *BREAKS} else text + self.newline
        self._starts = [0, *[found.end() for found in _BREAK.finditer(self.text)]]
        if text.startswith(_BOM):
            self._starts[0] = 1

    def start(self, offset: int) -> int:
        """Return where the line that holds `offset` begins."""
        return self._starts[max(bisect_right(self._starts, offset) - 1, 0)]

    def end(self, offset: int) -> int:
        """Return where the line that holds `offset` ends, before its line break."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found is not None else len(self.text)

    def after(self, offset: int) -> int:
        """Return where the next line begins; the end of the text if there is none."""
        found = _BREAK.search(self.text, offset)
        return found.end() if found is not None else len(self.text)

    def column(self, offset: int) -> int:
        """Return the column of `offset`, from 0."""
        return offset - self.start(offset)

    def previous(self, start: int) -> int:
        """Return where the line before the one that begins at `start` begins; `start` for the first."""
        return self._starts[max(bisect_right(self._starts, start) - 2, 0)]

    def token(self, offset: int) -> int:
        """Return where the next token begins, white space and comments left out."""
        found = _GAP.match(self.text, offset)
        return found.end() if found is not None else offset

    def is_first(self, offset: int) -> bool:
        """Whether there is nothing but blanks before `offset` on its line."""
        return not self.text[self.start(offset) : offset].strip(" \t")

    def comment_column(self, start: int) -> int | None:
        """Return the column of the comment that fills the line at `start`; None for any other line."""
        content = self.text[start : self.end(start)].lstrip(" \t")
        return self.end(start) - len(content) - start if content.startswith("#") else None

    def ends_text(self, start: int, column: int) -> bool:
        """Whether the lines from `start` on could not be taken for lines of a block scalar that ends above them.

        `column` is that of the collection that holds the scalar: longer blank lines and deeper comments could.
        """
        while self.is_blank(start):
            if self.end(start) - start > column:
                return False
            start = self.after(start)
        comment = self.comment_column(start)
        return comment is None or comment <= column

    def is_blank(self, start: int) -> bool:
        """Whether the line at `start` is there and has nothing in it but blanks."""
        return start < len(self.text) and not self.text[start : self.end(start)].strip(" \t")
