"""Where in a half-typed document something is to be written: under which path, as a key or as a value.

A marker is put where the cursor stands, as the key or value that is about to be typed, and the text is parsed again.
So what YAML makes of the place is YAML's own answer, whatever else is broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.edit.scalars import written
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.parse import parse

from koreo_server.ide.key_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path

_MARK = "koreo0mark"
_KEY = re.compile(
    r"(?P<indent>[ ]*)(?P<dashes>(?:-[ ]+)*)(?P<word>[^\s:#\"'{}\[\],&*!|>%@`=-][^\s:#\"'{}\[\],]*)?\Z"
)
_DASH = re.compile(r"(?P<indent>[ ]*)(?P<dashes>(?:-[ ]+)*)-\Z")
_VALUE = re.compile(
    r"(?P<indent>[ ]*)(?P<dashes>(?:-[ ]+)*)"
    r"(?P<key>[^\s#\"'{}\[\],][^#\"'{}\[\],]*?|\"[^\"]*\"|'[^']*')[ ]*:[ ]+(?P<quote>[\"']?)(?P<word>[^\"'{}\[\],#]*)\Z"
)
_FLOW_KEY = re.compile(r"[{,]\s*(?P<word>[\w./-]*)\Z")
_FLOW_VALUE = re.compile(r"[{,]\s*[\w./-]+:\s*(?P<quote>[\"']?)(?P<word>[^\"'{}\[\],#:]*)\Z")
_FLOW_ITEM = re.compile(r"[\[,]\s*(?P<quote>[\"']?)(?P<word>[^\"'{}\[\],#:]*)\Z")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a key or a value. Offsets count in the document.

    `path` leads to the mapping that the key goes into, or is that of the value. `word` is what stands there, to be
    replaced; `typed` the part of it before the cursor. `siblings` are the entries that the mapping has besides, by key.
    `quote` is the quotation mark that is open. `indent` is the indentation of the line, `inner` how much further to the
    right keys of this mapping stand. `bare`: a key without a colon after it.
    """

    is_key: bool
    path: Path
    word: Span
    typed: str
    siblings: dict[str, Node]
    quote: str
    indent: str
    inner: int
    flow: bool
    bare: bool
    root: Node | None

    def node(self, *path: str | int) -> Node | None:
        """Return what stands at a path of the document, also what an alias or a merge key puts there."""
        return node_at(self.root, path)[1]

    def text(self, *path: str | int) -> str | None:
        """Return the text at a path of the document; None if there is none, or nothing but the marker."""
        node = self.node(*path)
        if not isinstance(node, Scalar) or _MARK in node.text:
            return None
        return node.text or None

    def written(self, text: str) -> str:
        """Return what has to be written for a key or value that is a text: in quotes where YAML reads it otherwise."""
        if self.quote:
            style = Style.SINGLE if self.quote == "'" else Style.DOUBLE
            return written(text, style, style, flow=True)[1:-1]
        return written(text, Style.PLAIN, Style.DOUBLE, flow=self.flow)


@dataclass(frozen=True, slots=True)
class _Place:
    """How a line up to the cursor reads."""

    is_key: bool
    word: str
    quote: str = ""
    flow: bool = False
    dashes: str = ""
    after_dash: bool = False


def slot_at(text: str, offset: int) -> Slot | None:
    """Return what can be written at an offset of a document's text; None within comments, expressions, long texts."""
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line_end = len(text) if line_end < 0 else line_end
    before, after = text[line_start:offset], text[offset:line_end].rstrip("\r")
    indent = before[: len(before) - len(before.lstrip(" "))]
    for place in _readings(before):
        if place.word.startswith("="):
            continue
        word = Span(offset - len(place.word), offset + _rest(after, place))
        colon = re.match(r"[ ]*:(?=[ \r]|$)", text[word.end : line_end])
        bare = place.is_key and colon is None
        replacement = f" {_MARK}" if place.after_dash else _MARK
        if bare:
            replacement += ": 0" if place.flow else ":"
        closing = place.quote if place.quote and place.quote not in text[word.end : line_end] else ""
        marked = text[: word.start] + replacement + closing + text[word.end :]
        root = parse(marked).root
        found = _find(root) if root is not None else None
        if found is None or found[1] != place.is_key:
            continue
        path, _, holder = found
        siblings = {key: node for key, node in _entries(holder) if _MARK not in key}
        inner = len(place.dashes)
        return Slot(
            *(
                place.is_key,
                path,
                word,
                place.word,
                siblings,
                place.quote,
                indent,
                inner,
                place.flow,
                bare,
                root,
            )
        )
    return None


def _rest(after: str, place: _Place) -> int:
    """Return how many characters after the cursor belong to the word."""
    if place.is_key or place.flow:
        found = re.match(r"[\w./-]*", after)
    elif place.quote:
        found = re.match(rf"[^{place.quote}]*", after)
    else:
        found = re.match(r"[^\s#](?:[^#]*[^\s#])?", after)
    return found.end() if found is not None else 0


def _readings(before: str) -> Iterator[_Place]:
    """Yield what a line up to the cursor may be, the likeliest first."""
    if before.lstrip().startswith("#") or re.search(r"\s#", before):
        return
    found = _KEY.match(before)
    if found is not None:
        yield _Place(is_key=True, word=found["word"] or "", dashes=found["dashes"])
        if found["dashes"]:
            yield _Place(is_key=False, word=found["word"] or "", dashes=found["dashes"])
        return
    found = _DASH.match(before)
    if found is not None:
        yield _Place(is_key=True, word="", dashes=f"{found['dashes']}- ", after_dash=True)
        return
    for pattern, is_key in ((_FLOW_KEY, True), (_FLOW_VALUE, False), (_FLOW_ITEM, False)):
        found = pattern.search(before)
        if found is not None:
            yield _Place(is_key=is_key, word=found["word"], quote="" if is_key else found["quote"], flow=True)
    found = _VALUE.match(before)
    if found is not None:
        yield _Place(is_key=False, word=found["word"], quote=found["quote"], dashes=found["dashes"])


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            if isinstance(entry.key, Scalar):
                yield name_of(entry.key), entry.value


def _find(root: Node) -> tuple[Path, bool, Node] | None:
    """Return the path of the marker (of the mapping that has it as a key), whether it is a key, and what holds it."""
    waiting: list[tuple[Node, Path]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, Mapping):
            for entry in node.entries:
                if isinstance(entry.key, Scalar) and entry.key.text == _MARK:
                    return path, True, node
                key = name_of(entry.key)
                if isinstance(entry.value, Scalar) and entry.value.text.strip() == _MARK:
                    return (*path, key), False, node
                waiting.append((entry.value, (*path, key)))
        elif isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                if isinstance(item, Scalar) and item.text.strip() == _MARK:
                    return (*path, index), False, node
                waiting.append((item, (*path, index)))
    return None
