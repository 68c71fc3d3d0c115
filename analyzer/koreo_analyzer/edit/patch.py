"""Changing a few words of a text that stands on several lines, so that its lines stay as they were broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.edit.scalars import is_plain
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Scalar, Style
from koreo_analyzer.yaml.scalars import BREAKS, source_map

if TYPE_CHECKING:
    from koreo_analyzer.edit.lines import Lines

_MOST_CHANGED: Final = 0.5
"""Of the old text; if more changes, its line breaks mean nothing to the new one."""
_HARMLESS = re.compile(r"[^\"'\\#:\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]*")


def patched(lines: Lines, scalar: Scalar, new: str, *, flow: bool) -> Edit | None:
    """Return the edit of the part of a scalar that changes; None if it has one line, or is better written anew."""
    text, old, style = lines.text, scalar.text, scalar.style
    if style is Style.LITERAL or not any(
        character in BREAKS for character in text[scalar.start : scalar.end]
    ):
        return None
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    shorter -= head
    tail = next((at for at in range(shorter) if old[-1 - at] != new[-1 - at]), shorter)
    written = new[head : len(new) - tail]
    if len(old) - head - tail > len(old) * _MOST_CHANGED or _HARMLESS.fullmatch(written) is None:
        return None
    span = source_map(text, scalar).span(head, len(old) - tail)
    end = lines.after(scalar.end) if style is Style.FOLDED else scalar.end
    candidate = text[scalar.start : span.start] + written + text[span.end : end]
    moved = Scalar(new, style, 0, len(candidate), None, scalar.indent)
    if source_map(candidate, moved).value != new:
        return None
    if style is Style.PLAIN and not is_plain(new.replace("\n", " "), flow=flow):
        return None
    return Edit(Span(*span), written)
