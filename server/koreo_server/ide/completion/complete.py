"""Completion: what can stand at the cursor, in YAML and in the expressions inside it, the best first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from koreo_analyzer.checks import RULES
from koreo_analyzer.language.kinds import API_VERSION, KINDS
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.stream import split

from koreo_server.ide.completion.expressions import complete_expression
from koreo_server.ide.completion.items import Completions, Item, ItemKind, ranked
from koreo_server.ide.completion.keys import key_items
from koreo_server.ide.completion.resource_kinds import narrows
from koreo_server.ide.completion.slots import slot_at
from koreo_server.ide.completion.values import value_items

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

_IGNORE = re.compile(r"#\s*koreo:\s*ignore(?:-document)?\[(?:[\w-]+,\s*)*(?P<word>[\w-]*)\Z")


def complete(snapshot: Snapshot, path: str, offset: int) -> Completions:
    """Return what can be written at an offset of a file."""
    file = snapshot.file(path)
    if file is None or not file.is_koreo:
        return Completions()
    part = [one for one in split(file.text) if one.start <= offset][-1]
    start, text = part.start, file.text[part.start : part.end]
    local = offset - start
    line = text[text.rfind("\n", 0, local) + 1 : local]
    comment = _IGNORE.search(line)
    if comment is not None:
        return _codes(Span(offset - len(comment["word"]), offset), comment["word"])
    offered = complete_expression(snapshot, path, offset)
    if offered is not None:
        return ranked(offered.items, offered.typed, line[: len(line) - len(line.lstrip(" "))])
    slot = slot_at(text, local)
    if slot is None:
        return Completions()
    kind = slot.text("kind")
    known = kind if kind in KINDS and slot.text("apiVersion") in (None, API_VERSION) else None
    definition = next((one for one in snapshot.documents(path) if one.start == start), None)
    items = (
        key_items(snapshot, slot, known) if slot.is_key else value_items(snapshot, slot, known, definition)
    )
    found = ranked((_placed(item, start) for item in items), slot.typed, slot.indent)
    return replace(found, complete=found.complete and not narrows(slot))


def _placed(item: Item, start: int) -> Item:
    return replace(item, span=item.span.shift(start)) if start else item


def _codes(span: Span, typed: str) -> Completions:
    items = (Item(rule.code, ItemKind.VALUE, span, rule.code, doc=rule.summary) for rule in RULES.values())
    return ranked(items, typed)
