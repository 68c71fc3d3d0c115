"""New documents: their text, and the file in which they belong."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.edit import apply, set_values
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import get_text
from koreo_analyzer.workspace import is_koreo_path
from koreo_analyzer.yaml.parse import parse

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition, Snapshot

_SEPARATOR: Final = "---\n"
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_EXTENSION: Final = re.compile(r"(?:\.k)?\.[^./]+$")
NAME: Final = re.compile(r"[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?")
"""A name that Kubernetes takes (RFC 1123, subdomain)."""


@dataclass(frozen=True, slots=True)
class NewText:
    """Documents to be written to a file: `text` is all of a new file, or what comes behind the documents in it."""

    path: str
    text: str


def document_text(kind: str, name: str, namespace: str | None, spec: dict[str, Any]) -> str | None:
    """Return the text of a document in block style; None for data that YAML cannot hold."""
    head = f"apiVersion: {kinds.API_VERSION}\nkind: {kind}\nmetadata:\n  name: placeholder\n"
    tree = parse(head)
    values: list[tuple[tuple[str, ...], object]] = [(("metadata", "name"), name)]
    if namespace is not None:
        values.append((("metadata", "namespace"), namespace))
    change = set_values(head, tree, [*values, (("spec",), spec)])
    return None if change.refusal is not None else apply(head, change.edits)


def joined(texts: list[str]) -> str:
    """Return several documents as one text."""
    return _SEPARATOR.join(texts)


def appended(text: str, new: str) -> str:
    """Return what to write at the end of a text, so that new documents follow in it."""
    if not text.strip():
        return new
    first = _BREAK.search(text)
    line_break = first.group() if first is not None else "\n"
    start = "" if text.endswith(("\n", "\r")) else "\n"
    if not text.rstrip().endswith(("\n---", "\r---")):
        start += _SEPARATOR
    return (start + new).replace("\n", line_break)


def namespace_of(snapshot: Snapshot, definition: Definition) -> str | None:
    """Return the namespace that a document says it is in."""
    file = snapshot.file(definition.path)
    if file is None:
        return None
    root = file.documents[definition.index].document.tree.root
    return get_text(root, "metadata", "namespace")


def beside(path: str, name: str) -> str:
    """Return the path of a Koreo file called `name`, in the folder and with the extension of another."""
    return os.path.join(os.path.dirname(path), name + _extension(path))


def path_of_tests(path: str) -> str:
    """Return where the tests of the functions in a file belong: `web-test.k.yaml` for `web.k.yaml`."""
    extension = _extension(path)
    stem = os.path.basename(path).removesuffix(extension)
    return path if stem.endswith("-test") else beside(path, f"{stem}-test")


def _extension(path: str) -> str:
    found = _EXTENSION.search(os.path.basename(path))
    return found[0] if found is not None and is_koreo_path(path) else ".k.yaml"
