"""Fixes that remove a key with its value, where that leaves sound YAML: whole lines, or a part between commas."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Sequence

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Name


def remove_entry(document: KoreoDocument, name: Name) -> tuple[Fix, ...]:
    """Return the fix that removes the entry whose key stands at a name's place; none where more would go with it.

    The only entry of a mapping goes together with the key that holds the mapping. An entry with an anchor stays,
    as something else may refer to it.
    """
    way = _way_to(document.spec, name.span)
    while way:
        mapping, entry = way.pop()
        if len(mapping.entries) > 1:
            text = document.text
            removed = _part(text, mapping, entry) if mapping.flow else _lines(text, entry)
            return (Fix(f"Remove `{name.text}`", (Edit(removed, ""),)),) if removed is not None else ()
    return ()


def _way_to(node: Node | None, key: Span) -> list[tuple[Mapping, Entry]]:
    """Return the mappings around a key, each with the entry that leads to it, the key's own last; else nothing."""
    way: list[tuple[Mapping, Entry]] = []
    while isinstance(node, Mapping | Sequence):
        if isinstance(node, Sequence):
            at = bisect_right(node.items, key.start, key=lambda item: item.start) - 1
            way.clear()
            node = node.items[at] if at >= 0 else None
            continue
        at = bisect_right(node.entries, key.start, key=lambda entry: entry.key.start) - 1
        if at < 0:
            break
        entry = node.entries[at]
        way.append((node, entry))
        if entry.key.span == key:
            return way
        node = entry.value
    return []


def _part(text: str, mapping: Mapping, entry: Entry) -> Span | None:
    """Return an entry in brackets and the comma beside it; None if a comment stands there, or it has an anchor."""
    entries = mapping.entries
    at = next(number for number, one in enumerate(entries) if one is entry)
    is_last = at == len(entries) - 1
    one, other = entries[at - is_last], entries[at + 1 - is_last]
    removed = Span(one.span.end, entry.span.end) if is_last else Span(entry.key.start, other.key.start)
    has_more = text[one.span.end : other.key.start].strip() != ","
    return None if has_more or "&" in text[removed.start : removed.end] else removed


def _lines(text: str, entry: Entry) -> Span | None:
    """Return the whole lines of an entry; None if it shares one with anything but a comment, or has an anchor."""
    start = text.rfind("\n", 0, entry.key.start) + 1
    end = entry.span.end
    if text[end - 1 : end] != "\n":
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        rest = text[end:line_end].strip()
        if rest and not rest.startswith("#"):
            return None
        end = min(line_end + 1, len(text))
    if text[start : entry.key.start].strip() or "&" in text[start:end]:
        return None
    return Span(start, end)
