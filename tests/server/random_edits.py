"""Applies edits of a server as an editor does: to open texts, to files on the disk, and to files that come and go."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from random_session import Session

Json = Any
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


def apply(session: Session, edit: Json) -> bool:
    """Do what a workspace edit says; whether it was done.

    A steady session takes no files that come or go, and nothing is done to files that the server has not read yet.
    """
    if edit is None:
        return False
    changes = edit.get("documentChanges") or [
        {"textDocument": {"uri": uri, "version": session.versions.get(uri)}, "edits": edits}
        for uri, edits in (edit.get("changes") or {}).items()
    ]
    operates = any("kind" in change for change in changes)
    closed = any("kind" not in each and each["textDocument"]["uri"] not in session.texts for each in changes)
    if (operates and session.steady) or (closed and not operates and not session.is_settled):
        return False
    for change in changes:
        if "kind" in change:
            _operate(session, change)
        else:
            _change(session, change["textDocument"], change["edits"])
    return True


def path_of(uri: str) -> Path:
    """Return the path of a file."""
    return Path(unquote(urlsplit(uri).path))


def edited(text: str, edits: list[Json]) -> str:
    """Return a text with edits, none of which may touch another."""
    placed = [
        (offset(text, one["range"]["start"]), offset(text, one["range"]["end"]), number, one["newText"])
        for number, one in enumerate(edits)
    ]
    placed.sort()
    parts: list[str] = []
    at = 0
    for start, end, _, new in placed:
        assert at <= start <= end <= len(text), f"edits overlap or are out of order: {edits}"
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def offset(text: str, position: Json) -> int:
    """Return where a position is; it has to be one of the text."""
    start = 0
    for _ in range(position["line"]):
        found = _LINE_ENDS.search(text, start)
        assert found is not None, f"the text has no line {position['line']}"
        start = found.end()
    found = _LINE_ENDS.search(text, start)
    line = text[start : found.start() if found is not None else len(text)].encode("utf-16-le")
    units = 2 * position["character"]
    assert units <= len(line), f"line {position['line']} has no character {position['character']}"
    return start + len(line[:units].decode("utf-16-le"))


def _change(session: Session, document: Json, edits: list[Json]) -> None:
    uri = document["uri"]
    if uri in session.texts:
        assert document["version"] == session.versions[uri], "an edit of a text that there is no longer"
        session.replace(uri, edited(session.texts[uri], edits))
        return
    path = path_of(uri)
    session.write(path, edited(session.disk.get(path, ""), edits))


def _operate(session: Session, change: Json) -> None:
    if change["kind"] == "create":
        path = path_of(change["uri"])
        assert path not in session.disk or (change.get("options") or {}).get("overwrite"), f"{path} is there"
        session.write(path, "")
    elif change["kind"] == "rename":
        session.move(path_of(change["oldUri"]), path_of(change["newUri"]))
    else:
        raise AssertionError(f"no server of ours asks for {change['kind']}")
