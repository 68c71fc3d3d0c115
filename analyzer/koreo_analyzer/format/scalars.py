"""The texts of a document: block scalars move with their key, and expressions are laid out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.format.cel import format_source, is_same, spacings
from koreo_analyzer.format.style import INDENT
from koreo_analyzer.format.tokens import content_column, given_width, keeps_breaks
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Style
from koreo_analyzer.yaml.scalars import source_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.format.tokens import Token
    from koreo_analyzer.yaml.nodes import Scalar

_LEAST_WIDTH: Final = 40
"""However deep an expression stands, its lines may be that long."""
_NOT_PLAIN = re.compile(r":(?:\s|\Z)|\s#")


def block_edits(
    text: str, token: Token, scalar: Scalar, column: int, width: int, *, is_expression: bool
) -> Iterator[Edit]:
    """Yield edits of a block scalar whose key or dash comes to stand at `column`.

    An expression is laid out in lines that end before column `width`; any other text only moves.
    """
    text_lines = _content_lines(text, token)
    if not text_lines:
        return
    given = given_width(text, scalar)
    old = content_column(text, scalar)
    new = column + (given if given is not None else INDENT)
    bodies = [text[start:end] for start, end in text_lines]
    plain = [body[old:] if body.strip(" ") or len(body) > old else "" for body in bodies]
    wanted = _laid_out(scalar, plain, max(width - new, _LEAST_WIDTH)) if is_expression else None
    if wanted is None:
        wanted = plain
    elif keeps_breaks(text, scalar):
        wanted += [""] * _trailing(plain)
    lines = [" " * new + line if line else "" for line in wanted]
    newline = "\r\n" if "\r\n" in text[token.start : token.end] else "\n"
    yield from _line_edits(text_lines, bodies, lines, newline)


def _laid_out(scalar: Scalar, lines: list[str], width: int) -> list[str] | None:
    """Return the lines of an expression; None if it is none that can be laid out.

    The lines of a folded scalar are one line to CEL: they are laid out as if they were not, if that is the same.
    """
    source = "\n".join(lines)
    if not source.startswith("="):
        return None
    if scalar.style is Style.FOLDED and not is_same(source[1:], scalar.text[1:]):
        return None
    found = format_source(source[1:], width)
    if found is None or (scalar.style is Style.FOLDED and ("//" in found or "\n\n" in found)):
        return None
    return ("=" + found).split("\n")


def _trailing(lines: list[str]) -> int:
    count = 0
    for line in reversed(lines):
        if line:
            break
        count += 1
    return count


def _content_lines(text: str, token: Token) -> list[tuple[int, int]]:
    """Return where the lines below the header begin and end, their line breaks left out."""
    found: list[tuple[int, int]] = []
    position = text.find("\n", token.start, token.end) + 1
    while position:
        following = text.find("\n", position, token.end)
        end = following if following >= 0 else token.end
        found.append((position, end - 1 if end > position and text[end - 1] == "\r" else end))
        position = following + 1
    return found


def _line_edits(
    places: list[tuple[int, int]], old: list[str], new: list[str], newline: str
) -> Iterator[Edit]:
    """Yield edits that make lines of others: each by itself if there are as many, else all that differ at once."""
    if len(old) == len(new):
        for (start, _), before, after in zip(places, old, new, strict=True):
            if before != after:
                yield _difference(start, before, after)
        return
    head = 0
    while head < min(len(old), len(new)) - 1 and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head - 1 and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    span = Span(places[head][0], places[len(old) - 1 - tail][1])
    yield Edit(span, newline.join(new[head : len(new) - tail]))


def _difference(start: int, old: str, new: str) -> Edit:
    """Return the edit of what differs between two lines, of which the old one starts at an offset."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    shorter -= head
    tail = next((at for at in range(shorter) if old[-1 - at] != new[-1 - at]), shorter)
    return Edit(Span(start + head, start + len(old) - tail), new[head : len(new) - tail])


def flow_edits(text: str, scalar: Scalar) -> Iterator[Edit]:
    """Yield edits of the white space in an expression that is plain or in quotes; its line breaks stay."""
    places = source_map(text, scalar)
    is_plain = scalar.style is Style.PLAIN
    found: list[Edit] = []
    for spacing in spacings(scalar.text[1:]):
        span = places.span(spacing.start + 1, spacing.end + 1)
        if "\n" in text[span.start : span.end] or text[span.start : span.end] == spacing.text:
            continue
        if is_plain and text[span.start - 1] == ":" and spacing.text:
            continue
        found.append(Edit(span, spacing.text))
    if found and is_plain and _NOT_PLAIN.search(_applied(text, scalar, found)):
        return
    yield from found


def _applied(text: str, scalar: Scalar, edits: list[Edit]) -> str:
    parts: list[str] = []
    position = scalar.start
    for edit in edits:
        parts += (text[position : edit.span.start], edit.text)
        position = edit.span.end
    return "".join([*parts, text[position : scalar.end]])
