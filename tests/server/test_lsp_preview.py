"""Previews and graphs, over the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conftest import FULL
from cursor_fixtures import read
from test_ide_preview import FILES, WORKFLOW

if TYPE_CHECKING:
    from conftest import Start

ABLE: dict[str, Any] = {**FULL, "experimental": {"koreo": {"preview": True}}}


def test_previews_and_graphs_are_given_and_their_changes_told(start: Start, write: Any) -> None:
    texts = read(WORKFLOW).texts
    folder = write({**texts, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    uri, thing = (folder / "w.k.yaml").as_uri(), (folder / "thing.yaml").as_uri()
    client.open(uri, texts["w.k.yaml"])
    shown = client.request("koreo/preview", {"uri": uri, "position": {"line": 1, "character": 0}})
    assert "there is no example of its trigger" in shown["notes"][0]
    start_at = len(client.received)
    item = {"uri": thing, "languageId": "yaml", "version": 1, "text": texts["thing.yaml"]}
    client.notify("textDocument/didOpen", {"textDocument": item})
    client.wait(lambda message: message.get("method") == "koreo/previewChanged", start=start_at)
    shown = client.request("koreo/preview", {"uri": uri, "position": None, "test": None, "case": None})
    assert "kind: ConfigMap" in shown["text"]
    lines = shown["text"].splitlines()
    by_text = {
        lines[link["range"]["start"]["line"]].strip(): link["target"]
        for link in shown["links"]
        if link["range"]["start"]["line"] == link["range"]["end"]["line"]
    }
    assert by_text["a: mine"]["uri"] == uri
    graph = client.request("koreo/graph", {"uri": uri, "position": None, "format": "svg"})
    assert graph["text"].startswith("<svg ")
    assert [node["label"] for node in graph["nodes"]] == ["Thing", "config"]
    assert client.request("koreo/graph", {"uri": uri, "format": "mermaid"})["text"].startswith("flowchart")
    assert client.request("koreo/preview", {"uri": thing}) is None
    assert client.request("koreo/preview", {}) is None


def test_the_object_of_a_case_is_shown(start: Start, write: Any) -> None:
    folder = write({**read(FILES).texts, "koreo.toml": ""})
    client = start(folder)
    client.settle()
    uri = (folder / "test.k.yaml").as_uri()
    arguments = [uri, "config-test", 0]
    shown = client.request(
        "workspace/executeCommand", {"command": "koreo.showObject", "arguments": arguments}
    )
    assert shown["title"].startswith("ResourceFunction config")
    assert "mode: fast" in shown["text"]
    assert client.sent("koreo/previewChanged") == []
