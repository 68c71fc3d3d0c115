"""Servers to talk to, and workspaces on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from rpc_client import Served

if TYPE_CHECKING:
    from pathlib import Path

FULL: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
        "symbol": {"symbolKind": {"valueSet": list(range(1, 27))}},
    },
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "definition": {"linkSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "inlayHint": {},
        "documentSymbol": {
            "hierarchicalDocumentSymbolSupport": True,
            "symbolKind": {"valueSet": list(range(1, 27))},
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
            "isPreferredSupport": True,
        },
    },
}
"""The capabilities of a client that can do everything."""

Start = Callable[..., Served]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes files, by path, into a folder and returns it."""

    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return make


@pytest.fixture
def no_bugs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever the server logs as an error fails the test."""
    yield
    errors = [r for r in caplog.get_records("call") if r.levelname == "ERROR" and r.name.startswith("koreo_")]
    assert [record.getMessage() for record in errors] == []


@pytest.fixture
def start(no_bugs: None) -> Iterator[Start]:
    """Starts a server and introduces a client; nothing may go wrong in it, and no popup may be shown.

    `folders` are workspace folders; other keywords are parameters of `initialize`.
    """
    clients: list[Served] = []

    def introduce(*folders: Path, capabilities: dict[str, Any] = FULL, **params: Any) -> Served:
        client = Served()
        clients.append(client)
        if folders:
            params["workspaceFolders"] = [{"uri": path.as_uri(), "name": path.name} for path in folders]
        params.setdefault("rootUri", None)
        client.request("initialize", {"processId": os.getpid(), "capabilities": capabilities, **params})
        client.notify("initialized", {})
        return client

    yield introduce
    for client in clients:
        client.hang_up()
        assert client.sent("window/showMessage") == []
        for message in client.received:
            for diagnostic in (message.get("params") or {}).get("diagnostics", ()):
                assert diagnostic["source"] == "koreo"
                assert diagnostic["code"]
