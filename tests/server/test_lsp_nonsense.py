"""Well-formed requests about what there is not: every one is answered, and none shows a bug of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Start
    from rpc_client import Served

INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32600, -32601, -32602
REQUEST_FAILED, REQUEST_CANCELLED = -32803, -32800
LARGEST = 2**31 - 1
TEXT = """apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: a}
spec:
  return: {"\u00e9\U0001f600": =inputs.x + '\U0001f600'}
"""
BROKEN = TEXT.replace("+", "+ +")
STARTS = {"initialize", "initialized", "shutdown", "exit"}
URIS = [
    "",
    "a",
    "file:",
    "file://",
    "file:///",
    "file:///no/such/file.k.yaml",
    "file:///no/such/file.txt",
    "file://host/share/a.k.yaml",
    "FILE:///No/Such.k.yaml",
    "file:///c%3A/a.k.yaml",
    "file:///C:/a.k.yaml",
    "file:///%ff%fe.k.yaml",
    "file:///%00.k.yaml",
    "file:///%zz%2.k.yaml",
    "file:///a%2Fb/../../c.k.yaml",
    "file:///a b#?c.k.yaml",
    "file:///" + "a" * 5000 + ".k.yaml",
    "file:///\ud800.k.yaml",
    "untitled:Untitled-1",
    "untitled:",
    "git:/a.k.yaml?%7B%22ref%22%3A%22%22%7D",
    "vscode-notebook-cell:/a.ipynb#ch0",
    "http://[::1",
    "\0",
    "\u00e9\U0001f600",
]
PLACES = [
    ({"line": 0, "character": 0}, {"line": 0, "character": 0}),
    ({"line": 4, "character": 13}, {"line": 4, "character": 14}),  # within a character of two units
    ({"line": 4, "character": LARGEST}, {"line": LARGEST, "character": LARGEST}),
    ({"line": LARGEST, "character": 0}, {"line": LARGEST, "character": 0}),
    ({"line": 5, "character": 5}, {"line": 1, "character": 1}),  # the end before the start
]


def _requests(client: Served) -> list[str]:
    """Return the methods of all requests and notifications that the server knows."""
    return [method for method in client.server.protocol.fm.features if method not in STARTS]


def _params(uri: str, start: Any, end: Any) -> dict[str, Any]:
    """Return what any request asks for: a server passes over what it does not know."""
    span = {"start": start, "end": end}
    item = {
        "name": "x",
        "kind": 12,
        "uri": uri,
        "range": span,
        "selectionRange": span,
        "data": {"odd": [None]},
    }
    return {
        "textDocument": {"uri": uri, "version": 1},
        "position": start,
        "range": span,
        "positions": [start, end],
        "context": {"diagnostics": [], "includeDeclaration": True},
        "newName": "b",
        "query": "x",
        "ch": "\n",
        "options": {"tabSize": 2, "insertSpaces": True},
        "previousResultId": "none",
        "previousResultIds": [{"uri": uri, "value": "none"}],
        "contentChanges": [{"range": span, "text": "\r"}],
        "item": item,
        "title": "x",
        "kind": "quickfix",
        "label": "x",
        "data": {"uri": uri, "list": LARGEST, "index": -1, "kind": "?", "name": "?"},
        "uri": uri,
        "format": "svg",
        "ids": [uri, f"{uri}#x#0"],
        "uris": [uri],
        "command": "koreo.status",
        "arguments": [uri, 7, None],
        "files": [{"uri": uri, "oldUri": uri, "newUri": uri}],
        "changes": [{"uri": uri, "type": 2}],
        "event": {"added": [], "removed": [{"uri": uri, "name": ""}]},
        "settings": {"koreo": {"tests": uri}},
        "token": uri,
        "value": "off",
    }


def _ask_all(client: Served, uri: str, start: Any, end: Any) -> None:
    for method in _requests(client):
        number = client.ask(method, _params(uri, start, end))
        answer = client.wait(lambda message, number=number: message.get("id") == number)
        code = answer.get("error", {}).get("code")
        # A notification that is sent as a request, and a lens that cannot be one, are refused.
        assert code in {None, REQUEST_FAILED, INVALID_REQUEST, INVALID_PARAMS}, (method, answer)
        if method not in {"workspace/executeCommand", "codeLens/resolve"}:
            client.notify(method, _params(uri, start, end))


@pytest.mark.parametrize("uri", URIS, ids=lambda uri: ascii(uri)[:40])
def test_a_text_that_there_is_not(start: Start, tmp_path: Path, uri: str) -> None:
    (tmp_path / "a.k.yaml").write_text(TEXT, encoding="utf-8")
    client = start(tmp_path)
    client.settle()
    _ask_all(client, uri, *PLACES[0])
    client.settle()
    assert client.state()["bugs"] == []
    # Open texts of such names are texts like any other.
    assert "expression-syntax" in [one["code"] for one in client.open(uri, BROKEN, version=7)]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_place_that_there_is_not(start: Start, tmp_path: Path, place: Any) -> None:
    (tmp_path / "a.k.yaml").write_text(TEXT, encoding="utf-8")
    client = start(tmp_path)
    uri = (tmp_path / "a.k.yaml").as_uri()
    client.open(uri, TEXT)
    _ask_all(client, uri, *place)
    client.settle()
    assert client.state()["bugs"] == []


@pytest.mark.parametrize(
    "number", [0, -1, LARGEST + 1, 10**30, "", "x" * 100_000, "\u00e9\0"], ids=lambda n: str(n)[:10]
)
def test_the_id_of_a_request_comes_back_as_it_is(start: Start, number: Any) -> None:
    client = start()
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number}})
    client.send({"jsonrpc": "2.0", "id": number, "method": "workspace/symbol", "params": {"query": ""}})
    assert client.answer(number) == []


@pytest.mark.parametrize("number", [[1], {"a": 1}], ids=str)
def test_what_is_no_id_is_refused(start: Start, number: Any) -> None:
    client = start()
    client.send({"jsonrpc": "2.0", "id": number, "method": "workspace/symbol", "params": {"query": ""}})
    assert client.wait(lambda message: "error" in message)["error"]["code"] == INVALID_REQUEST
    assert client.request("workspace/symbol", {"query": ""}) == []


@pytest.mark.parametrize(
    "value", [None, 7, "text", [], [1], {"textDocument": []}, {"textDocument": {"uri": None}}], ids=str
)
def test_parameters_of_another_type(start: Start, value: Any) -> None:
    client = start()
    for method in _requests(client):
        number = client.ask(method, value)
        answer = client.wait(lambda message, number=number: message.get("id") == number)
        assert answer.get("error", {}).get("code") in {None, INVALID_REQUEST, INVALID_PARAMS}, (
            method,
            answer,
        )
        client.notify(method, value)
    client.settle()
    assert client.state()["bugs"] == []
