"""Formatting, folding, selections and semantic tokens over the protocol."""

from __future__ import annotations

from typing import Any

from conftest import FULL, Start
from koreo_analyzer.text import LineIndex, PositionEncoding

TEXT = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec:
    return:
        text: ="😀"+inputs.name
"""
LINE = 5


def _opened(start: Start, capabilities: dict[str, Any] = FULL) -> tuple[Any, dict[str, Any]]:
    client = start(capabilities=capabilities)
    uri = "untitled:greet.k.yaml"
    client.open(uri, TEXT)
    return client, {"textDocument": {"uri": uri}}


def _applied(text: str, edits: list[Any]) -> str:
    lines = LineIndex(text)

    def offset(position: dict[str, int]) -> int:
        return lines.offset(position["line"], position["character"], PositionEncoding.UTF16)

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        begin, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:begin] + edit["newText"] + text[end:]
    return text


def test_formatting(start: Start) -> None:
    client, document = _opened(start)
    options = {"options": {"tabSize": 8, "insertSpaces": False}}
    edits = client.request("textDocument/formatting", {**document, **options})
    assert _applied(TEXT, edits).endswith('spec:\n  return:\n    text: ="😀" + inputs.name\n')

    line = {"start": {"line": LINE, "character": 0}, "end": {"line": LINE, "character": 40}}
    edits = client.request("textDocument/rangeFormatting", {**document, **options, "range": line})
    assert _applied(TEXT, edits).endswith('spec:\n  return:\n    text: ="😀" + inputs.name\n')

    client.change(document["textDocument"]["uri"], 2, TEXT + "        more:\n")
    typed = {"position": {"line": LINE + 2, "character": 0}, "ch": "\n", **options}
    (edit,) = client.request("textDocument/onTypeFormatting", {**document, **typed})
    assert edit["newText"] == " " * 10


def test_folding_and_selections(start: Start) -> None:
    client, document = _opened(start, {"textDocument": {"foldingRange": {"rangeLimit": 2}}})
    found = client.request("textDocument/foldingRange", document)
    assert [(one["startLine"], one["endLine"], one.get("kind")) for one in found] == [
        (0, LINE, "region"),
        (3, LINE, None),
    ]
    positions = [{"line": LINE, "character": 27}, {"line": 99, "character": 0}]
    first, second = client.request("textDocument/selectionRange", {**document, "positions": positions})
    assert first["range"] == {
        "start": {"line": LINE, "character": 27},
        "end": {"line": LINE, "character": 31},
    }
    assert first["parent"]["range"]["start"]["character"] == 20
    assert second["range"]["start"] == {"line": 0, "character": 0}


def test_semantic_tokens(start: Start) -> None:
    client, document = _opened(start)
    whole = client.request("textDocument/semanticTokens/full", document)
    uri = document["textDocument"]["uri"]
    client.change(uri, 2, TEXT.replace("greet", "greeting"))
    before = {**document, "previousResultId": whole["resultId"]}
    changed = client.request("textDocument/semanticTokens/full/delta", before)
    (edit,) = changed["edits"]
    data = whole["data"]
    data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
    now = client.request("textDocument/semanticTokens/full", document)
    assert data == now["data"]
    assert changed["resultId"] not in {whole["resultId"], now["resultId"]}

    again = client.request("textDocument/semanticTokens/full/delta", before)
    assert again["data"] == now["data"]

    place = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}}
    part = client.request("textDocument/semanticTokens/range", {**document, "range": place})
    assert part["data"][:5] == [1, 0, 4, part["data"][3], 0]
    assert len(part["data"]) < len(now["data"])


def test_what_the_server_says_it_can(start: Start) -> None:
    client, _ = _opened(start)
    answer = next(message for message in client.received if "capabilities" in (message.get("result") or {}))
    offered = answer["result"]["capabilities"]
    assert offered["semanticTokensProvider"]["full"] == {"delta": True}
    assert offered["semanticTokensProvider"]["range"] is True
    assert offered["documentOnTypeFormattingProvider"]["firstTriggerCharacter"] == "\n"
    for name in ("documentFormatting", "documentRangeFormatting", "foldingRange", "selectionRange"):
        assert offered[f"{name}Provider"]


def test_files_that_are_not_ours_have_an_empty_answer(start: Start) -> None:
    client, document = _opened(start)
    document = {"textDocument": {"uri": "untitled:unknown.txt"}}
    options = {"options": {"tabSize": 2, "insertSpaces": True}}
    assert not client.request("textDocument/formatting", {**document, **options})
    assert not client.request("textDocument/foldingRange", document)
    assert not client.request("textDocument/semanticTokens/full", document)
