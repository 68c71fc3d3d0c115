"""Graphs as SVG: one file that needs nothing else, for light and dark, with the colours of VS Code where it has them.

Each node is a `<g data-step="label">` that can be focused, so that whoever shows the picture can make it lead to the
text. Only attributes and a style sheet are used: no script, nothing that is loaded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_runtime.graph.layout import Box, Curve, Direction, Drawing, is_broken, layout
from koreo_runtime.graph.model import NodeKind, Status
from koreo_runtime.graph.shorten import edge_title
from koreo_runtime.graph.sizes import LABEL_HEIGHT, LEFT_PADDING, LINE_HEIGHT, PADDING
from koreo_runtime.graph.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.graph.model import Graph, Node

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ARROW: Final = 7.0
_SIGNS: Final = {
    NodeKind.TRIGGER: "M0 -6.5 L6 0 L0 6.5 L-6 0 Z",
    NodeKind.VALUE: "M-6 0 A6 6 0 1 1 6 0 A6 6 0 1 1 -6 0 Z M-2.5 -1.7 H2.5 M-2.5 1.7 H2.5",
    NodeKind.RESOURCE: "M0 -6.8 L6 -3.4 V3.4 L0 6.8 L-6 3.4 V-3.4 Z M-6 -3.4 L0 0 L6 -3.4 M0 0 V6.8",
    NodeKind.WORKFLOW: "M-6.5 -5 H-1.5 V0 H-6.5 Z M1.5 0 H6.5 V5 H1.5 Z M-4 0 V2.5 H1.5",
    NodeKind.SWITCH: "M-6.5 0 H-2 L4 -5 M-2 0 L4 5 M1 -5.5 L4.5 -5.3 L3.6 -1.9 M1 5.5 L4.5 5.3 L3.6 1.9",
    NodeKind.UNKNOWN: "M0 -6.5 L6.5 5.5 H-6.5 Z M0 -2 V2 M0 3.6 V4",
}
_STATUS_SIGNS: Final = {
    Status.OK: "M-4 0 L-1 3 L4 -3.5",
    Status.SKIP: "M-4 -3.5 L0 0 L-4 3.5 M0 -3.5 L4 0 L0 3.5",
    Status.WAITING: "M-4 0 V0.1 M0 0 V0.1 M4 0 V0.1",
    Status.RETRY: "M4 -1 A4.2 4.2 0 1 0 3.4 2.6 M4.4 -4.4 V-1 H1",
    Status.ERROR: "M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5",
}
_STATUS_WORDS: Final = {
    Status.OK: "ready",
    Status.SKIP: "skipped",
    Status.WAITING: "waits for another step",
    Status.RETRY: "tries again",
    Status.ERROR: "failed",
}


def svg(graph: Graph, direction: Direction | None = None) -> str:
    """Return a drawing of a graph as an XML document. The same graph always gives the same text.

    Without `direction` its edges lead to the right, or downwards if that were too wide.
    """
    drawing = layout(graph, direction)
    width, height = _number(drawing.width), _number(drawing.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="koreo-graph" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="graphics-document" aria-label="{_text(graph.title)}">'
    )
    lines = [head, f"<style>{STYLE}</style>", *_drawing(drawing), "</svg>"]
    return "\n".join(lines) + "\n"


def _drawing(drawing: Drawing) -> Iterator[str]:
    labels = {node.id: node.label for node in drawing.graph.nodes}
    for curve in drawing.curves:
        yield from _curve(curve, labels, drawing.direction)
    for box in drawing.boxes:
        yield from _box(box)
    # Labels come last, as an edge may pass below them.
    for curve in drawing.curves:
        if curve.text:
            at = f'x="{_number(curve.at[0])}" y="{_number(curve.at[1])}"'
            yield f'<text class="edge-label" {at}>{_text(curve.text)}</text>'


def _curve(curve: Curve, labels: dict[str, str], direction: Direction) -> Iterator[str]:
    edge = curve.edge
    names = ["edge"]
    if edge.decides_only:
        names.append("decides")
    if edge.is_backward:
        names.append("broken")
    elif curve.is_implied:
        names.append("implied")
    source, target = labels[edge.source], labels[edge.target]
    yield f'<g class="{" ".join(names)}" data-from="{_text(source)}" data-to="{_text(target)}">'
    yield f"<title>{_text(edge_title(edge, source, target))}</title>"
    yield f'<path class="line" d="{_path(curve, direction)}"/>'
    yield f'<path class="arrow" d="{_arrow(curve, direction)}"/>'
    yield "</g>"


def _path(curve: Curve, direction: Direction) -> str:
    points = curve.points
    is_right = direction is Direction.RIGHT
    straight = "H" if is_right else "V"

    def pair(along: float, across: float) -> str:
        return _pair(along, across) if is_right else _pair(across, along)

    if curve.edge.source == curve.edge.target:
        (begin, _, level), (end, _, _) = points
        out = level - 16
        return f"M{pair(begin, level)} C{pair(begin, out)} {pair(end, out)} {pair(end, level - _ARROW)}"
    forward = -1.0 if curve.edge.is_backward else 1.0
    _, place, level = points[0]
    parts = [f"M{pair(points[0][0], level)}"]
    if points[0][0] != place:
        parts.append(f"{straight}{_number(place)}")
    last = len(points) - 1
    for number, (begin, end, next_level) in enumerate(points[1:], 1):
        to = begin - forward * (_ARROW if number == last else 0.0)
        bend = (to - place) / 2
        if abs(next_level - level) < 0.05:
            parts.append(f"{straight}{_number(to)}")
        else:
            parts.append(f"C{pair(place + bend, level)} {pair(to - bend, next_level)} {pair(to, next_level)}")
        if number != last and begin != end:
            parts.append(f"{straight}{_number(end)}")
        place, level = end, next_level
    return " ".join(parts)


def _arrow(curve: Curve, direction: Direction) -> str:
    """Return the head of an edge. That of a loop points across."""
    place, _, level = curve.points[-1]
    is_right = direction is Direction.RIGHT
    at = _pair(place, level) if is_right else _pair(level, place)
    is_loop = curve.edge.source == curve.edge.target
    back = _ARROW if curve.edge.is_backward and not is_loop else -_ARROW
    head = f"l{_number(back)} -4 v8" if is_right is not is_loop else f"l-4 {_number(back)} h8"
    return f"M{at} {head} Z"


def _box(box: Box) -> Iterator[str]:
    node = box.node
    title = _text(_title(node))
    attributes = f'class="{_classes(node, box)}" tabindex="0" role="graphics-symbol" aria-label="{title}"'
    yield f'<g data-step="{_text(node.label)}" data-id="{node.id}" {attributes}>'
    yield f"<title>{title}</title>"
    x, y, width, height = box.x, box.y, box.width, box.height
    if node.is_each:
        yield _rectangle(x + 4, y + 4, width, height, "behind")
    yield _rectangle(x, y, width, height, "box")
    sign_y = y + PADDING + LABEL_HEIGHT / 2 - 2
    sign = _SIGNS[node.kind]
    yield f'<path class="sign" transform="translate({_number(x + 18)} {_number(sign_y)})" d="{sign}"/>'
    base = y + PADDING + LABEL_HEIGHT - 7
    left = _number(x + LEFT_PADDING)
    yield f'<text class="label" x="{left}" y="{_number(base)}">{_text(box.label)}</text>'
    if node.mark is not None:
        at = f"{_number(x + width - 16)} {_number(sign_y)}"
        yield f'<path class="status" transform="translate({at})" d="{_STATUS_SIGNS[node.mark.status]}"/>'
    for number, line in enumerate(box.lines, 1):
        height_of_line = _number(base + number * LINE_HEIGHT)
        yield f'<text class="{line.css}" x="{left}" y="{height_of_line}">{_text(line.text)}</text>'
    yield "</g>"
    for at_y, inner in box.inner:
        yield _rectangle(inner.x, inner.y - 20, width - 2 * PADDING, inner.height + 20, "inside")
        title = _text(inner.graph.title)
        yield f'<text class="title" x="{_number(inner.x + PADDING)}" y="{_number(at_y - 2)}">{title}</text>'
        yield from _drawing(inner)


def _classes(node: Node, box: Box) -> str:
    names = ["node", node.kind.value]
    if box.inner:
        names.append("expanded")
    if is_broken(node):
        names.append("broken")
    elif node.mark is not None:
        names.append(node.mark.status.value)
    return " ".join(names)


def _title(node: Node) -> str:
    """Return all that a node says, of which the box may show only a part."""
    what = node.details or node.runs
    told = [f"{node.label}: {', '.join(what)}", *node.conditions]
    if node.fault is not None:
        told.append(node.fault)
    if node.mark is not None:
        message = f": {node.mark.message}" if node.mark.message else ""
        told.append(_STATUS_WORDS[node.mark.status] + message)
    return "\n".join(told)


def _rectangle(x: float, y: float, width: float, height: float, css: str) -> str:
    place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
    return f'<rect class="{css}" {place} rx="8"/>'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _pair(x: float, y: float) -> str:
    return f"{_number(x)} {_number(y)}"


def _text(text: str) -> str:
    """Return text for XML, without the characters that XML 1.0 cannot hold."""
    text = _NOT_XML.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
