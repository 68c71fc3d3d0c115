"""The tree of a sound document, built from the events of libyaml's parser.

Only events are taken from PyYAML: its composer and constructors recurse in C and overflow the stack on deep
nesting. Here nothing recurses, and no event is asked for beyond the depth limit.
"""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Final, Protocol, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.reader import ReaderError

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.anchors import OPEN, Anchors
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.problem import MAX_DEPTH, SYNTAX, TOO_DEEP, YamlProblem
from koreo_analyzer.yaml.scalars import BREAKS, WHITE, block_end

if TYPE_CHECKING:
    from collections.abc import Callable

_BOM: Final = "\ufeff"
_STYLES: Final = {"'": Style.SINGLE, '"': Style.DOUBLE, "|": Style.LITERAL, ">": Style.FOLDED}
_PROPERTIES = re.compile(
    rf"(?:(?:&[\w-]+|!<[^>]*>|![^\s,\[\]{{}}]*)(?:[{WHITE}]|(?<=[{WHITE}])#[^{BREAKS}]*)*)+"
)

_COLON = re.compile(rf"[{WHITE}]*:")
_TAG = re.compile(r"!\S*")
_SHORT: Final = 80
"""Texts of fewer characters are kept once, however many scalars have them."""


class _Mark(Protocol):
    index: int
    column: int


class _Event(Protocol):
    """What the events of libyaml's parser have, each its own part of it."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool | None


class _Parser(Protocol):
    def get_event(self) -> _Event: ...

    def dispose(self) -> None: ...


class BrokenError(Exception):
    """The text is not YAML, or nested too deep; `problem` is what libyaml said."""

    def __init__(self, problem: YamlProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def build(text: str, anchors: Anchors) -> Node | None:
    """Return the root of a document, None for one without content; raises BrokenError."""
    try:
        parser = cast("_Parser", yaml.CSafeLoader(text))
        try:
            return _Builder(text, anchors).build(parser.get_event)
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        raise BrokenError(_marked(text, error)) from error
    except ReaderError as error:
        raise BrokenError(_unreadable(text, error.position)) from error
    except UnicodeEncodeError as error:
        raise BrokenError(_unreadable(text, error.start)) from error


class _Builder:
    """The collection being read, those around it, and how to make nodes from events."""

    __slots__ = ("anchors", "base", "indent", "nodes", "text")

    def __init__(self, text: str, anchors: Anchors) -> None:
        self.text = text
        self.anchors = anchors
        self.base = 1 if text.startswith(_BOM) else 0  # libyaml does not count it
        self.nodes: list[Node] = []  # the parts of the collection being read; keys and values alternate
        self.indent = -1  # the column of that collection

    def build(self, next_event: Callable[[], _Event]) -> Node | None:
        """Read all events, so that errors behind the document are found too."""
        top = self.nodes
        stack: list[tuple[Mapping | Sequence, bool, list[Node], int]] = []
        started = False
        base = self.base
        while True:
            event = next_event()
            kind: type[object] = type(event)
            if kind is ScalarEvent:
                self.nodes.append(self.scalar(event))
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, bracketed, nodes, indent = stack.pop()
                _close(node, self.nodes, event.end_mark.index + base if bracketed else None)
                self.nodes, self.indent = nodes, indent
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(stack) == MAX_DEPTH:
                    raise BrokenError(too_deep(event.start_mark.index + base))
                node, bracketed = self.open(event)
                self.nodes.append(node)
                stack.append((node, bracketed, self.nodes, self.indent))
                if not node.flow:
                    self.indent = _column(event)
                self.nodes = []
            elif kind is AliasEvent:
                start, end = event.start_mark.index + base, event.end_mark.index + base
                self.nodes.append(self.anchors.alias(event.anchor or "", start, end))
            elif kind is DocumentStartEvent:
                if started:
                    raise BrokenError(_second_document(event.start_mark.index + base))
                started = True
            elif kind is StreamEndEvent:
                break
        if not top:
            return None
        root = top[0]
        bare = isinstance(root, Scalar) and root.start == root.end and root.tag is None
        return None if bare and not self.anchors.any else root

    def open(self, event: _Event) -> tuple[Mapping | Sequence, bool]:
        """Return the collection that an event begins, and whether it stands in brackets."""
        start = event.start_mark.index + self.base
        after = event.end_mark.index + self.base
        bracketed = bool(event.flow_style) and after > start and self.text[after - 1] in "[{"
        own = start
        if event.anchor is not None or event.tag is not None:
            # libyaml ends the event behind `{`, `[` and the `-` of a sequence that is not indented.
            own = after - 1 if bracketed or self.text[after - 1 : after] == "-" else after
        node: Mapping | Sequence
        kind: type[object] = type(event)
        if kind is MappingStartEvent:
            node = Mapping(own, OPEN, [], flow=bool(event.flow_style))
        else:
            node = Sequence(own, OPEN, [], flow=bool(event.flow_style))
        if event.anchor is not None:
            self.anchors.define(event.anchor, node)
        if event.tag is not None:
            found = _TAG.search(self.text, start, own)
            self.anchors.collection_tag(event.tag, *(found.span() if found else (start, own)))
        return node, bracketed

    def scalar(self, event: _Event) -> Scalar:
        """Return the scalar of an event; a missing value is placed right after its `:` or its key."""
        text = self.text
        start = event.start_mark.index + self.base
        end = event.end_mark.index + self.base
        style = _STYLES.get(event.style or "", Style.PLAIN)
        anchor, tag = event.anchor, event.tag
        if anchor is not None or tag is not None:
            if style is Style.PLAIN and not event.value:
                start = end
            else:
                properties = _PROPERTIES.match(text, start, end)
                start = properties.end() if properties else start
        elif start == end and len(self.nodes) % 2 and text[start - 1] not in ":-":
            colon = _COLON.match(text, self.nodes[-1].end, start)
            start = end = colon.end() if colon else self.nodes[-1].end
        indent = -1
        if style is Style.LITERAL or style is Style.FOLDED:
            indent = self.indent
            end = block_end(text, start, end)
        # Words come again and again, in one document and in thousands.
        value = intern(event.value) if len(event.value) < _SHORT else event.value
        scalar = Scalar(value, style, start, end, tag, indent)
        if anchor is not None:
            self.anchors.define(anchor, scalar)
        return scalar


def _close(node: Mapping | Sequence, parts: list[Node], end: int | None) -> None:
    """Give a collection its parts and its end: that of its bracket, or of its last part."""
    if isinstance(node, Mapping):
        alternating = iter(parts)
        node.entries = [Entry(key, value) for key, value in zip(alternating, alternating, strict=True)]
    else:
        node.items = parts
    if end is None:
        end = parts[-1].end if parts else node.start
    node.end = end


def _column(event: _Event) -> int:
    """Return the column at which the parts of a block collection stand."""
    if event.anchor is None and event.tag is None:
        return event.start_mark.column
    return event.end_mark.column


def too_deep(start: int) -> YamlProblem:
    """Return the problem of a collection below MAX_DEPTH others."""
    message = f"collections are nested deeper than {MAX_DEPTH} levels"
    return YamlProblem(Span(start, start + 1), TOO_DEEP, message, "nothing below this level is read")


def _second_document(start: int) -> YamlProblem:
    return YamlProblem(Span(start, start + 3), SYNTAX, "a second document begins here, expected one")


def _unreadable(text: str, position: int) -> YamlProblem:
    character = text[position : position + 1]
    return YamlProblem(
        Span(position, position + 1),
        SYNTAX,
        f"character U+{ord(character or chr(0)):04X} is not allowed in YAML",
        "remove it, or write it as an escape in a double-quoted text",
    )


def _marked(text: str, error: yaml.MarkedYAMLError) -> YamlProblem:
    """Return libyaml's own message, for what the tolerant parser cannot explain."""
    mark = error.problem_mark or error.context_mark
    position = min(mark.index + text.startswith(_BOM), len(text)) if mark else 0
    parts = [part for part in (error.context, error.problem) if part]
    return YamlProblem(Span(position, min(position + 1, len(text))), SYNTAX, ": ".join(parts) or "not YAML")
