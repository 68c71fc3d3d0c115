"""YAML files of Kubernetes objects, with the place of every field, and everything that is wrong with them."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language.tree import get, node_at
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import is_koreo_path
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import TooLarge, plain
from koreo_analyzer.yaml.stream import split
from koreo_project.discover import absolute, files_below
from koreo_project.read import Unreadable, decode, read_text

from koreo_cli.checking import advice_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path as FieldPath

STDIN: Final = "-"
_STDIN_NAME: Final = "<stdin>"
_LIST: Final = "List"
_PART = re.compile(r'\[(\d+)\]|\["?([^"\]]*)"?\]|\.?([^.\[\]]+)')


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Something wrong in what the user named. `path` is None for what stands on the command line."""

    path: str | None
    span: Span
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectDocument:
    """An object in a file. `root` is its mapping, `start` where its document begins in the file."""

    path: str
    start: int
    root: Node
    data: dict[str, Any]

    @property
    def title(self) -> str:
        """Kind and name."""
        metadata = self.data.get("metadata")
        name = metadata.get("name", "") if isinstance(metadata, dict) else ""
        return f"{self.data.get('kind')} `{name}`"

    def span(self, *path: str | int) -> Span:
        """Return the place of the value at a path, or of the nearest parent that is there."""
        return _span_at(self.root, path).shift(self.start)

    def key_span(self, *path: str | int) -> Span:
        """Return the place of the key at a path, of the value where there is none."""
        key, _ = node_at(self.root, path)
        return self.span(*path) if key is None else key.span.shift(self.start)

    def field_span(self, field: str) -> Span:
        """Return the place of a field as an API server names it: `spec.ports[0].name`."""
        return self.span(*_parts(self.root, field))


class Files:
    """Reads files, and remembers their texts for messages, by absolute path, and what is wrong with them."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.problems: list[InputProblem] = []

    def text(self, name: str) -> tuple[str, str] | None:
        """Return the absolute path and the text of a file; `-` is standard input. None with a problem."""
        if name != STDIN and not os.path.lexists(name):
            self.problems.append(
                InputProblem(None, Span(0, 0), advice_on(name) or f"`{name}` does not exist")
            )
            return None
        if name != STDIN and os.path.isdir(name):
            self.problems.append(
                InputProblem(None, Span(0, 0), f"`{name}` is a folder; expected a YAML file")
            )
            return None
        path = absolute(Path(_STDIN_NAME if name == STDIN else name))
        text = decode(sys.stdin.buffer.read(), path) if name == STDIN else read_text(path)
        if name == STDIN:
            self.names[path] = _STDIN_NAME
        if isinstance(text, Unreadable):
            if text.text is not None:
                self.texts[path] = text.text
            span = Span(text.offset, text.offset + (text.text is not None))
            self.problems.append(InputProblem(path, span, f"cannot read it: {text.reason}"))
            return None
        self.texts[path] = text
        return path, text

    def documents(self, name: str) -> list[ObjectDocument]:
        """Return the objects in a file; the items of a List are objects of their own."""
        read = self.text(name)
        if read is None:
            return []
        path, text = read
        found: list[ObjectDocument] = []
        for part in split(text):
            if not part.empty:
                found += self._objects(path, text[part.start : part.end], part.start)
        return found

    def objects_below(self, name: str) -> list[ObjectDocument]:
        """Return the objects in a file, or in all plain YAML files below a folder, in the order of their paths."""
        if not Path(name).is_dir():
            return self.documents(name)
        paths = [path for path in files_below(absolute(Path(name))) if not is_koreo_path(path)]
        if not paths:
            self.problems.append(InputProblem(None, Span(0, 0), f"there are no *.yaml files below {name}"))
        return [document for path in paths for document in self.documents(path)]

    def _objects(self, path: str, text: str, start: int) -> Iterator[ObjectDocument]:
        tree = parse(text)
        for problem in tree.problems:
            self._report(path, problem.span.shift(start), problem.message, problem.hint)
        if tree.problems or tree.root is None:
            return
        yield from self._object(path, start, tree.root)

    def _object(self, path: str, start: int, root: Node) -> Iterator[ObjectDocument]:
        items = get(root, "items") if _text(get(root, "kind")) == _LIST else None
        if isinstance(items, Sequence):
            for item in items.items:
                yield from self._object(path, start, item)
            return
        data = plain(root)
        if isinstance(data, TooLarge) or not isinstance(data, dict):
            message = (
                f"it is too large: {data}" if isinstance(data, TooLarge) else "expected a mapping: an object"
            )
            self._report(path, root.span.shift(start), message)
            return
        whole = Span(root.start, root.start + 1).shift(start)
        missing = [key for key in ("apiVersion", "kind") if not _text(get(root, key))]
        if not isinstance(data.get("metadata"), dict) or not _text(get(root, "metadata", "name")):
            missing.append("metadata.name")
        if missing:
            self._report(path, whole, f"the object has no {' and no '.join(f'`{key}`' for key in missing)}")
            return
        yield ObjectDocument(path, start, root, data)

    def _report(self, path: str, span: Span, message: str, hint: str | None = None) -> None:
        self.problems.append(InputProblem(path, span, message, hint))


def _text(node: Node | None) -> str | None:
    """Return a text that is not empty; None for everything else."""
    found = plain(node) if isinstance(node, Scalar) else None
    return found if isinstance(found, str) and found else None


def _span_at(root: Node, path: FieldPath) -> Span:
    for length in range(len(path), 0, -1):
        key, node = node_at(root, path[:length])
        if node is not None:
            return node.span if key is None or isinstance(node, Scalar) else key.span
    return Span(root.start, root.start + 1)


def _parts(root: Node, field: str) -> FieldPath:
    """Take the name of a field apart; a key of the object may hold dots itself."""
    path: tuple[str | int, ...] = ()
    while field:
        _, node = node_at(root, path) if path else (None, root)
        key = _longest_key(node, field) if isinstance(node, Mapping) else None
        if key is not None:
            path = (*path, key)
            field = field[len(key) :].removeprefix(".")
            continue
        part = _PART.match(field)
        if part is None:
            break
        number, quoted, name = part.groups()
        path = (*path, int(number) if number is not None else quoted if quoted is not None else name)
        field = field[part.end() :].removeprefix(".")
    return path


def _longest_key(node: Mapping, field: str) -> str | None:
    keys = [entry.key.text for entry in node.entries if isinstance(entry.key, Scalar)]
    fitting = [key for key in keys if field == key or field.startswith((f"{key}.", f"{key}["))]
    return max(fitting, key=len, default=None)
