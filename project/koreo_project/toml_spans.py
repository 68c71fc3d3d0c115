"""Where the keys and values of a TOML text stand.

`tomllib` reads values but forgets their places, and a problem in koreo.toml has to point at its token. This
scanner finds the places only. It expects a text that `tomllib` accepts; in any other it stops at the first
thing that it does not understand. Grammar: TOML 1.0.0.
"""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

from koreo_analyzer.text import Span

KeyPath = tuple[str | int, ...]


class Place(NamedTuple):
    """Where a key and its value stand; an array element has no key of its own, so both are the element."""

    key: Span
    value: Span


_BLANKS = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY_PART = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'",
    re.DOTALL,
)
_BARE_VALUE = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")


def locate(text: str) -> dict[KeyPath, Place]:
    """Return the places of all keys and array elements, by their path from the top of the document.

    The key of a table is the last name in its header, the value the whole header. Elements of arrays have
    their index in the path; a second table of the same `[[name]]` has the index 1.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


class _NotTomlError(Exception):
    """The text is not TOML from here on."""


class _Scanner:
    __slots__ = ("places", "position", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.places: dict[KeyPath, Place] = {}

    def document(self) -> None:
        table: KeyPath = ()
        try:
            while self.blanks() < len(self.text):
                if self.text.startswith("[", self.position):
                    table = self.header()
                else:
                    self.entry(table)
        except _NotTomlError:
            return

    def match(self, pattern: re.Pattern[str]) -> Span:
        found = pattern.match(self.text, self.position)
        if found is None:
            raise _NotTomlError
        self.position = found.end()
        return Span(*found.span())

    def blanks(self) -> int:
        self.match(_BLANKS)
        return self.position

    def take(self, token: str) -> bool:
        if not self.text.startswith(token, self.position):
            return False
        self.position += len(token)
        return True

    def key(self) -> list[tuple[str, Span]]:
        """Read a dotted key: its names, unquoted, with their places."""
        names = []
        while True:
            span = self.match(_KEY_PART)
            raw = self.text[span.start : span.end]
            names.append((next(iter(tomllib.loads(f"{raw} = 0"))), span))
            if not _DOT.match(self.text, self.position):
                return names
            self.match(_DOT)

    def header(self) -> KeyPath:
        start = self.position
        brackets = "[[" if self.text.startswith("[[", start) else "["
        self.position += len(brackets)
        self.blanks()
        names = self.key()
        self.blanks()
        if not self.take("]" * len(brackets)):
            raise _NotTomlError
        path: KeyPath = tuple(name for name, _ in names)
        whole = Span(start, self.position)
        self.add(path, names, whole)
        if brackets == "[[":
            path += (sum(len(known) == len(path) + 1 and known[:-1] == path for known in self.places),)
            self.places[path] = Place(names[-1][1], whole)
        return path

    def add(self, path: KeyPath, names: list[tuple[str, Span]], value: Span) -> None:
        """Record a dotted key; the tables that it names on the way count as found where first named."""
        for taken, (_, span) in enumerate(reversed(names)):
            self.places.setdefault(path[: len(path) - taken], Place(span, value))

    def entry(self, table: KeyPath) -> None:
        names = self.key()
        self.match(_EQUALS)
        path = (*table, *(name for name, _ in names))
        self.add(path, names, self.value(path))

    def value(self, path: KeyPath) -> Span:
        start = self.position
        if self.take("["):
            self.array(path)
        elif self.take("{"):
            self.inline_table(path)
        elif self.text[start : start + 1] in {'"', "'"}:
            self.match(_STRING)
        else:
            self.match(_BARE_VALUE)
        return Span(start, self.position)

    def array(self, path: KeyPath) -> None:
        index = 0
        self.blanks()
        while not self.take("]"):
            element = (*path, index)
            span = self.value(element)
            self.places[element] = Place(span, span)
            index += 1
            self.blanks()
            self.take(",")
            self.blanks()

    def inline_table(self, path: KeyPath) -> None:
        self.blanks()
        while not self.take("}"):
            self.entry(path)
            self.blanks()
            self.take(",")
            self.blanks()
