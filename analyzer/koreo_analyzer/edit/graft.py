"""A block that takes the place of another one as text, so that its comments, quotes and order come along.

The lines are moved as a whole to the right or to the left. That keeps what they hold: folded lines lose their
indentation in any case, and that of block scalars is relative (YAML 1.2.2, sections 6.5 and 8.1). The result is read
again nevertheless.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.edit.data import RefusedError, put
from koreo_analyzer.edit.lines import Lines
from koreo_analyzer.edit.parts import is_block, line_after, parts_of, properties
from koreo_analyzer.json_data import json_equal
from koreo_analyzer.yaml.nodes import Mapping
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import TooLarge, key_text, plain
from koreo_analyzer.yaml.scalars import BREAK

if TYPE_CHECKING:
    from koreo_analyzer.edit.data import Path
    from koreo_analyzer.edit.parts import Part
    from koreo_analyzer.yaml.nodes import Node
    from koreo_analyzer.yaml.resolve import Value

_BREAK = re.compile(BREAK)


class _Block(NamedTuple):
    """Lines of a text, which hold the collection that begins at `column` in the first of them that is no comment."""

    lines: Lines
    start: int
    end: int
    column: int
    value: Value


def graft(source: str, path: Path, target: str, at: Path) -> str | None:
    """Return the document `target` with the lines of a block in place of those below another one's key.

    The block is the value at `path` of the document `source`. None if either does not stand in lines of its own below
    its key, without anchor and tag, or if the lines say something else in the new place.
    """
    moved, replaced = _block_at(source, path), _block_at(target, at)
    root = parse(target).root
    if moved is None or replaced is None or root is None:
        return None
    lines = _BREAK.split(moved.lines.text[moved.start : moved.end])
    columns = replaced.column - moved.column
    text = replaced.lines.newline.join([_shifted(line, columns) for line in lines])
    whole = replaced.lines.text
    result = whole[: replaced.start] + text + whole[replaced.end :]
    data = plain(root)
    tree = parse(result)
    held = plain(tree.root) if tree.root is not None else None
    if not tree.sound or isinstance(data, TooLarge) or isinstance(held, TooLarge):
        return None
    try:
        return result if json_equal(held, put(data, at, moved.value)) else None
    except RefusedError:
        return None


def _block_at(text: str, path: Path) -> _Block | None:
    """Return the lines of a value; None where they are not its own."""
    lines = Lines(text)
    node: Node | None = parse(text).root
    column, found = 0, None
    for step in path:
        found = _part_at(lines, node, step)
        if found is None:
            return None
        column, node = lines.column(found.begin), found.node
    value = plain(node) if node is not None else None
    if found is None or not is_block(found.node) or isinstance(value, TooLarge):
        return None
    start = lines.after(found.slot)
    if found.node.start < start or properties(lines, found.slot, found.node).end > found.slot:
        return None
    return _Block(lines, start, line_after(lines, found, column), lines.column(found.node.start), value)


def _part_at(lines: Lines, node: Node | None, step: str | int) -> Part | None:
    """Return the entry or the item at a step of a path, in a collection in block style."""
    if node is None or not is_block(node):
        return None
    parts = parts_of(lines, node)
    if isinstance(node, Mapping):
        return next((one for one in parts if one.key is not None and key_text(one.key) == step), None)
    return parts[step] if isinstance(step, int) and 0 <= step < len(parts) else None


def _shifted(line: str, columns: int) -> str:
    """Return a line moved to the right, or to the left as far as it is blank."""
    if columns >= 0:
        return " " * columns + line if line else line
    blank = len(line) - len(line.lstrip(" "))
    return line[min(blank, -columns) :]
