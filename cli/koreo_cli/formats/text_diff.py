"""Two versions of a file as a unified diff, in colours on a terminal and as a patch elsewhere."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

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


class _Change(NamedTuple):
    """Lines that differ, by number from 0, ends exclusive: `start` to `end` became `new_start` to `new_end`."""

    start: int
    end: int
    new_start: int
    new_end: int


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield the lines of the diff without the two of its head."""
    groups: list[list[_Change]] = []
    for change in _changes(old, new):
        if groups and change.start - groups[-1][-1].end <= 2 * _CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    for group in groups:
        first, last = group[0], group[-1]
        before, after = min(_CONTEXT, first.start), min(_CONTEXT, len(old) - last.end)
        ranges = (
            _range(first.start - before, last.end + after),
            _range(first.new_start - before, last.new_end + after),
        )
        yield f"@@ -{ranges[0]} +{ranges[1]} @@"
        done = first.start - before
        for start, end, new_start, new_end in group:
            yield from (f" {line}" for line in old[done:start])
            yield from (f"-{line}" for line in old[start:end])
            yield from (f"+{line}" for line in new[new_start:new_end])
            done = end
        yield from (f" {line}" for line in old[done : done + after])


def _changes(old: list[str], new: list[str]) -> Iterator[_Change]:
    """Yield what differs; as long as there are as many documents as before, each is compared with its own.

    Comparing is slow where there are many differences; a document rarely has many.
    """
    parts, new_parts = _documents(old), _documents(new)
    if len(parts) != len(new_parts):
        parts, new_parts = [old], [new]
    at = new_at = 0
    for part, new_part in zip(parts, new_parts, strict=True):
        if part != new_part:
            for change in _changes_within(part, new_part):
                yield _Change(
                    change.start + at, change.end + at, change.new_start + new_at, change.new_end + new_at
                )
        at += len(part)
        new_at += len(new_part)


def _documents(lines: list[str]) -> list[list[str]]:
    starts = [0, *(number for number, line in enumerate(lines) if number and line.startswith("---"))]
    return [lines[start:end] for start, end in pairwise([*starts, len(lines)])]


def _changes_within(old: list[str], new: list[str]) -> Iterator[_Change]:
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    shorter -= head
    tail = next((at for at in range(shorter) if old[-1 - at] != new[-1 - at]), shorter)
    matcher = difflib.SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(start + head, end + head, new_start + head, new_end + head)


def _range(start: int, end: int) -> str:
    """Return lines as a patch names them: their first, from 1, and how many; of none, the line before."""
    count = end - start
    begin = start + 1 if count else start
    return str(begin) if count == 1 else f"{begin},{count}"


def _painted(lines: list[str], style: Style) -> Iterator[str]:
    for line in lines:
        text = line.rstrip("\r\n")
        color = _COLORS.get(line[0])
        yield printable(text) if color is None else style.paint(printable(text), color)
        if text == line and line[0] != "@":
            yield _NO_BREAK
