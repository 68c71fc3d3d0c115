"""Two versions of a file as a unified diff, in colours on a terminal and as a patch elsewhere."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_cli.formats.text_report import Style

_CONTEXT: Final = 3
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_COLORS: Final = {"-": "red", "+": "green", "@": "cyan"}
_NO_BREAK: Final = "\\ No newline at end of file"


def render(name: str, old: str, new: str, style: Style) -> str:
    """Return the diff of a file of this name, a line break after each line; empty if nothing differs."""
    lines = list(_hunks(_LINE.findall(old), _LINE.findall(new)))
    if not lines:
        return ""
    shown = printable(name).replace("\n", "\\n")
    head = [style.paint(f"{sign * 3} {shown}", bold=True) for sign in "-+"]
    return "".join(f"{line}\n" for line in (*head, *_painted(lines, style)))


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield the lines of the diff without the two of its head.

    Equal lines at both ends are left to nobody to compare: in a large file that is nearly all.
    """
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    shorter -= head
    tail = next((at for at in range(shorter) if old[-1 - at] != new[-1 - at]), shorter)
    first, after = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)
    parts = (old[first : len(old) - after], new[first : len(new) - after])
    for group in difflib.SequenceMatcher(None, *parts, autojunk=False).get_grouped_opcodes(_CONTEXT):
        yield f"@@ -{_range(group[0][1], group[-1][2], first)} +{_range(group[0][3], group[-1][4], first)} @@"
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in parts[0][start:end])
                continue
            yield from (f"-{line}" for line in parts[0][start:end])
            yield from (f"+{line}" for line in parts[1][new_start:new_end])


def _range(start: int, end: int, first: int) -> str:
    """Return lines as a patch names them: their first, from 1, and how many; of none, the line before."""
    count = end - start
    begin = first + start + (1 if count else 0)
    return str(begin) if count == 1 else f"{begin},{count}"


def _painted(lines: list[str], style: Style) -> Iterator[str]:
    for line in lines:
        text = line.rstrip("\r\n")
        color = _COLORS.get(line[0])
        yield printable(text) if color is None else style.paint(printable(text), color)
        if text == line and line[0] != "@":
            yield _NO_BREAK
