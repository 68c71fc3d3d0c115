"""Messages as such: their order, and answers to nonsense."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from rpc_client import RpcError, Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Start

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED = -32002
BROKEN = "apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {name: a}\nspec: [\n"
INITIALIZE = {"processId": os.getpid(), "rootUri": None, "capabilities": {}}


@pytest.fixture
def stranger(no_bugs: None) -> Iterator[Served]:
    """A client that has not introduced itself."""
    client = Served()
    yield client
    client.hang_up()


def _frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _code(client: Served, method: str, params: Any) -> int:
    with pytest.raises(RpcError) as caught:
        client.request(method, params)
    return caught.value.code


def _is_alive(client: Served) -> bool:
    return client.request("workspace/symbol", {"query": ""}) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", PARSE_ERROR),
        (b"\xff\xfe", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"[]", INVALID_REQUEST),
        (b"1", INVALID_REQUEST),
        (b'"text"', INVALID_REQUEST),
        (b"{}", INVALID_REQUEST),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "initialize"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 7}', INVALID_REQUEST),
    ],
)
def test_what_is_no_message_is_answered_with_an_error(start: Start, body: bytes, code: int) -> None:
    client = start()
    client.send_bytes(_frame(body))
    assert client.wait(lambda message: "error" in message)["error"]["code"] == code
    assert _is_alive(client)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("textDocument/hover", {}, INVALID_PARAMS),
        ("textDocument/hover", None, INVALID_PARAMS),
        ("textDocument/hover", [1], INVALID_PARAMS),
        ("textDocument/hover", {"textDocument": {"uri": 7}, "position": "here"}, INVALID_PARAMS),
        (
            "textDocument/definition",
            {"textDocument": {"uri": "a"}, "position": {"line": -1, "character": 0}},
            INVALID_PARAMS,
        ),
        ("textDocument/moniker", {}, METHOD_NOT_FOUND),
        ("koreo/unheardOf", {}, METHOD_NOT_FOUND),
        ("$/unheardOf", {}, METHOD_NOT_FOUND),
        ("initialize", INITIALIZE, INVALID_REQUEST),
        (
            "textDocument/didOpen",
            {"textDocument": {"uri": "a", "languageId": "koreo", "version": 1, "text": ""}},
            INVALID_REQUEST,
        ),
    ],
)
def test_every_request_that_cannot_be_served_is_answered(
    start: Start, method: str, params: Any, code: int
) -> None:
    client = start()
    assert _code(client, method, params) == code
    assert _is_alive(client)


def test_a_request_without_parameters_for_an_unknown_method(start: Start) -> None:
    client = start()
    client.send({"jsonrpc": "2.0", "id": 99, "method": "koreo/unheardOf"})
    with pytest.raises(RpcError) as caught:
        client.answer(99)
    assert caught.value.code == METHOD_NOT_FOUND


@pytest.mark.parametrize(
    "message",
    [
        {"method": "textDocument/didChange", "params": {}},
        {"method": "textDocument/didOpen", "params": None},
        {"method": "textDocument/didClose"},
        {
            "method": "workspace/didChangeWatchedFiles",
            "params": {"changes": [{"uri": "file:///a", "type": 9}]},
        },
        {"method": "workspace/didChangeConfiguration", "params": {"settings": {}}},
        {"method": "koreo/unheardOf", "params": {"jsonrpc": "2.0"}},
        {"method": "textDocument/hover", "params": {}},
        {"method": "$/cancelRequest", "params": {"id": 4711}},
        {"method": "$/cancelRequest", "params": {}},
        {"method": "$/setTrace", "params": {"value": "talkative"}},
        {"id": 4711, "result": None},
        {"id": 4711, "result": {}, "error": None},
        {"id": 4711, "error": {"code": 1, "message": "no"}},
        {"id": None},
        {},
    ],
    ids=lambda message: json.dumps(message)[:60],
)
def test_notifications_and_answers_that_make_no_sense_are_dropped(start: Start, message: Any) -> None:
    client = start()
    client.settle()
    before = len(client.received)
    client.send({"jsonrpc": "2.0", **message})
    assert _is_alive(client)
    assert len(client.received) == before + 1, "nothing was sent but the answer to the last request"


@pytest.mark.parametrize("method", ["koreo/preview", "koreo/graph"])
@pytest.mark.parametrize(
    "message",
    [
        {},
        {"params": None},
        {"params": []},
        {"params": {"uri": 7}},
        {"params": {"uri": "untitled:a", "position": "here"}, "more": True},
        {"params": {"uri": "file:///%ff%00", "position": {"line": -1, "character": 10**30}}},
    ],
    ids=lambda message: json.dumps(message)[:60],
)
def test_our_own_requests_without_sense_have_no_result(start: Start, method: str, message: Any) -> None:
    client = start()
    client.open("untitled:a", "one")
    client.send({"jsonrpc": "2.0", "id": 88, "method": method, **message})
    assert client.answer(88) is None
    assert _is_alive(client)


def test_an_edit_after_nonsense_is_not_lost(start: Start) -> None:
    client = start()
    client.open("untitled:a", "one")
    client.notify("textDocument/didChange", {"contentChanges": 7})
    client.change("untitled:a", 2, "two")
    client.published("untitled:a", version=2)
    assert client.text("untitled:a") == "two"


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length:%d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n",
        b"Content-Length: %d\n\n",
        b"garbage\r\n\r\nContent-Length: x\r\nContent-Length: %d\r\n\r\n",
    ],
)
def test_headers(start: Start, header: bytes) -> None:
    client = start()
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 77, "method": "workspace/symbol", "params": {"query": ""}}
    ).encode()
    client.send_bytes(header % len(body) + body)
    assert client.answer(77) == []


class TestOrder:
    """The life of a server (LSP 3.17, "Server lifecycle")."""

    def test_before_initialize_requests_are_refused_and_notifications_dropped(self, stranger: Served) -> None:
        assert _code(stranger, "workspace/symbol", {"query": ""}) == NOT_INITIALIZED
        assert _code(stranger, "shutdown", None) == NOT_INITIALIZED
        item = {"uri": "untitled:a", "languageId": "koreo", "version": 1, "text": BROKEN}
        stranger.notify("textDocument/didOpen", {"textDocument": item})
        stranger.request("initialize", INITIALIZE)
        assert _is_alive(stranger)
        assert stranger.sent("textDocument/publishDiagnostics") == []

    def test_a_malformed_initialize_may_be_repeated(self, stranger: Served) -> None:
        assert _code(stranger, "initialize", {"processId": "me"}) == INVALID_PARAMS
        assert stranger.request("initialize", INITIALIZE)["serverInfo"]["name"] == "koreo-ls"

    def test_work_before_initialized(self, stranger: Served) -> None:
        stranger.request("initialize", INITIALIZE)
        assert len(stranger.open("untitled:a", BROKEN)) == 1

    def test_shutdown_and_exit(self, start: Start) -> None:
        client = start()
        assert client.request("shutdown") is None
        assert _code(client, "workspace/symbol", {"query": ""}) == INVALID_REQUEST
        client.notify("exit")
        assert client.is_silent()
        assert client.hang_up() == 0

    def test_shutdown_as_a_notification(self, start: Start) -> None:
        client = start()
        client.notify("shutdown")
        client.notify("exit")
        assert client.is_silent()
        assert client.hang_up() == 0

    def test_shutdown_without_parameters(self, start: Start) -> None:
        client = start()
        client.send({"jsonrpc": "2.0", "id": 5, "method": "shutdown"})
        assert client.answer(5) is None
        client.send({"jsonrpc": "2.0", "method": "exit"})
        assert client.hang_up() == 0

    def test_exit_without_shutdown(self, start: Start) -> None:
        client = start()
        client.notify("exit")
        assert client.is_silent()
        assert client.hang_up() == 1

    def test_exit_before_initialize(self, stranger: Served) -> None:
        stranger.notify("exit")
        assert stranger.is_silent()
        assert stranger.hang_up() == 1

    def test_the_end_of_the_stream(self, start: Start) -> None:
        assert start().hang_up() == 1

    def test_the_end_of_the_stream_after_shutdown(self, start: Start) -> None:
        client = start()
        client.request("shutdown")
        assert client.hang_up() == 0

    def test_the_end_of_the_stream_within_a_message(self, start: Start) -> None:
        client = start()
        client.send_bytes(b"Content-Length: 1000\r\n\r\n{")
        assert client.hang_up() == 1

    def test_a_length_that_no_message_has(self, start: Start) -> None:
        client = start()
        client.send_bytes(b"Content-Length: 999999999999\r\n\r\n{")
        assert client.is_silent()
        assert client.hang_up() == 1


def test_capabilities_are_those_that_there_are(stranger: Served) -> None:
    capabilities = stranger.request("initialize", INITIALIZE)["capabilities"]
    assert capabilities["textDocumentSync"] == {
        "openClose": True,
        "change": 2,
        "save": True,
    }
    providers = {key for key, value in capabilities.items() if key.endswith("Provider") and value}
    assert providers >= {
        *("codeActionProvider", "codeLensProvider", "inlayHintProvider", "executeCommandProvider"),
        *("definitionProvider", "typeDefinitionProvider", "referencesProvider", "documentHighlightProvider"),
        *("hoverProvider", "documentSymbolProvider", "workspaceSymbolProvider", "documentLinkProvider"),
        *("renameProvider", "callHierarchyProvider", "semanticTokensProvider"),
        *("foldingRangeProvider", "selectionRangeProvider"),
        *(
            "documentFormattingProvider",
            "documentRangeFormattingProvider",
            "documentOnTypeFormattingProvider",
        ),
    }
    assert "diagnosticProvider" not in providers, "a client that cannot pull is pushed to"
    assert capabilities["workspace"]["workspaceFolders"] == {"supported": True, "changeNotifications": True}
