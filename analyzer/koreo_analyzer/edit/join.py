"""Edits as they are found become edits as they are handed out: in order, joined, as small as lines allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.edit.parts import indicator_end, is_block_scalar, last_leaf
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from koreo_analyzer.edit.lines import Lines
    from koreo_analyzer.yaml.nodes import Node


def joined(lines: Lines, root: Node, edits: list[Edit]) -> tuple[Edit, ...] | None:
    """Return edits in order, those that touch made one, without lines that stay; None if any overlap.

    The last line may have got a line break that it lacks (`Lines`); it is written only if something follows it.
    """
    found: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        if found and edit.span.start <= found[-1].span.end:
            last = found[-1]
            if edit.span.start < last.span.end:
                return None
            found[-1] = Edit(Span(last.span.start, edit.span.end), last.text + edit.text)
        else:
            found.append(edit)
    if found and found[-1].span.end > lines.size:
        last = found.pop()
        if last.span.start > lines.size:
            found += _end_last_text(lines, root, found)
            found.append(Edit(Span(lines.size, lines.size), lines.newline + last.text))
        else:
            found.append(Edit(Span(last.span.start, lines.size), last.text))
    smallest = [_trimmed(lines.text, edit) for edit in found]
    return tuple(edit for edit in smallest if edit.text or edit.span.start < edit.span.end)


def _end_last_text(lines: Lines, root: Node, edits: list[Edit]) -> list[Edit]:
    """Return the edit that keeps a block scalar at the end as it is although a line break comes behind it."""
    leaf = last_leaf(root)
    if not is_block_scalar(leaf) or leaf.end != lines.size or (edits and edits[-1].span.end > leaf.start):
        return []
    mark = indicator_end(lines.text, leaf)
    if "-" in lines.text[leaf.start : mark]:
        return []
    plus = lines.text.find("+", leaf.start, mark)
    return [Edit(Span(plus, plus + 1) if plus >= 0 else Span(mark, mark), "-")]


def _trimmed(text: str, edit: Edit) -> Edit:
    """Return an edit without the lines at its beginning and end that stay as they are."""
    old = text[edit.span.start : edit.span.end].splitlines(keepends=True)
    new = edit.text.splitlines(keepends=True)
    head = tail = 0
    shorter = min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = edit.span.start + sum(map(len, old[:head]))
    end = edit.span.end - sum(map(len, old[len(old) - tail :]))
    return Edit(Span(start, end), "".join(new[head : len(new) - tail]))
