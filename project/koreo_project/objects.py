"""Plain YAML files by the kinds of the objects in them: found again without keeping, or parsing, their texts.

A workspace may hold thousands of manifests that are no Koreo. Of each only its kinds are remembered, as its lines tell
them; who wants an object of a kind reads the few files that say they have one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.schemas.kinds import KindName

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = re.compile(
    r"""^(?: (?P<cut>---) (?=\s|$) (?:[ \t]+(?P<flow>\{))?
           | (?P<open>\{)
           | (?P<key>apiVersion|kind):[ \t]+ (?P<quote>["']?) (?P<value>[^\s"'\#{}]+) )""",
    re.MULTILINE | re.VERBOSE,
)
_FLOW: Final = re.compile(
    r"""(?P<text> "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' | [^\s"'{}\[\],:\#] (?:[^\s{}\[\],:]|:(?![\s{}\[\],]))* )
      | (?P<mark>[{}\[\],:]) | \#[^\n]*""",
    re.VERBOSE | re.DOTALL,
)
"""What a mapping in braces consists of, as JSON or as YAML has it."""
_KEYS: Final = ("apiVersion", "kind")


class FileObjects(NamedTuple):
    """What is remembered of a file: the kinds of its objects, each once, and a number that changes with its text."""

    kinds: tuple[KindName, ...]
    mark: int


def objects_in(text: str) -> FileObjects:
    """Return the kinds of the objects in a YAML text: block style as its lines tell them, and whole ones in braces."""
    kinds = dict.fromkeys(_kinds(text)) if "apiVersion" in text else {}
    return FileObjects(tuple(kinds), hash(text))


def _kinds(text: str) -> Iterator[KindName]:
    found: dict[str, str] = {}
    for line in _LINE.finditer(text):
        if line["cut"] or line["open"]:
            found = {}
            brace = line.start("flow") if line["flow"] else line.start("open")
            if brace >= 0 and (kind := _flow_kind(text, brace)) is not None:
                yield kind
            continue
        found[line["key"]] = line["value"]
        if len(found) == 2:
            yield KindName(found["apiVersion"], found["kind"])
            found = {}


def _flow_kind(text: str, start: int) -> KindName | None:
    """Return the kind of the object in braces that begins at an offset."""
    depth, key, is_value = 0, "", False
    found: dict[str, str] = {}
    for part in _FLOW.finditer(text, start):
        mark = part["mark"]
        if mark is None:
            word = (part["text"] or "").strip("\"'")
            if depth == 1 and part["text"]:
                if is_value and key in _KEYS:
                    found[key] = word
                key = "" if is_value else word
        elif mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
        if mark is not None and depth <= 1:
            is_value = mark == ":"
        if len(found) == len(_KEYS):
            return KindName(found["apiVersion"], found["kind"])
        if depth == 0:
            break
    return None


class ObjectFiles:
    """The plain YAML files of a workspace. A file without objects takes no room."""

    __slots__ = ("_files", "_paths")

    def __init__(self) -> None:
        self._files: dict[str, FileObjects] = {}
        self._paths: dict[KindName, dict[str, None]] = {}

    def set(self, path: str, objects: FileObjects | None) -> None:
        """Take what a file holds now; None for one that is gone."""
        before = self._files.pop(path, None)
        for kind in before.kinds if before is not None else ():
            paths = self._paths[kind]
            del paths[path]
            if not paths:
                del self._paths[kind]
        if objects is not None and objects.kinds:
            for kind in objects.kinds:
                self._paths.setdefault(kind, {})[path] = None
            self._files[path] = objects

    def paths(self, kind: KindName) -> list[str]:
        """Return the files that hold objects of a kind, sorted."""
        return sorted(self._paths.get(kind, ()))

    def mark(self, path: str) -> int | None:
        """Return a number that is another one once the text of a file is; None for a file without objects."""
        found = self._files.get(path)
        return found.mark if found is not None else None
