"""How large the boxes of a drawing are: the words in them, and the room that these take. Units are CSS pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_runtime.graph.shorten import shorten
from koreo_runtime.graph.widths import monospaced_width, text_width

if TYPE_CHECKING:
    from koreo_runtime.graph.model import Node

LABEL_SIZE: Final = 13.0
LINE_SIZE: Final = 11.0
EDGE_SIZE: Final = 10.5
LABEL_HEIGHT: Final = 20.0
LINE_HEIGHT: Final = 16.0
PADDING: Final = 10.0
LEFT_PADDING: Final = 34.0
"""Room for the sign of the kind."""
_LONGEST_LABEL: Final = 30
_LONGEST_LINE: Final = 36
_MOST_LINES: Final = 6
_LEAST_WIDTH: Final = 110.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a box below its label; `css` is its class."""

    text: str
    css: str


def label_of(node: Node) -> str:
    """Return the label of a box, shortened."""
    return shorten(node.label, _LONGEST_LABEL)


def lines_of(node: Node) -> tuple[Line, ...]:
    """Return what stands below the label: what the step runs, when, what is wrong, how it ended."""
    found = [Line(shorten(text, _LONGEST_LINE), "runs") for text in node.runs]
    if len(found) > _MOST_LINES:
        more = len(found) - _MOST_LINES + 1
        found = [*found[: _MOST_LINES - 1], Line(f"+{more} more", "runs")]
    found += [Line(shorten(text, _LONGEST_LINE), "condition") for text in node.conditions]
    if node.fault is not None:
        found.append(Line(shorten(f"⚠ {node.fault}", _LONGEST_LINE), "fault"))
    if node.mark is not None and node.mark.message:
        found.append(Line(shorten(node.mark.message, _LONGEST_LINE), "message"))
    return tuple(found)


def least_size(node: Node, label: str, lines: tuple[Line, ...]) -> tuple[float, float]:
    """Return the width and the height that the words of a box need."""
    sign = 20.0 if node.mark is not None else 0.0
    width = max(
        _LEAST_WIDTH,
        LEFT_PADDING + text_width(label, LABEL_SIZE, is_bold=True) + sign + PADDING,
        *(LEFT_PADDING + monospaced_width(line.text, LINE_SIZE) + PADDING for line in lines),
    )
    return width, 2 * PADDING + LABEL_HEIGHT - 4 + LINE_HEIGHT * len(lines)
