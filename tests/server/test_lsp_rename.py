"""Rename, type definition, highlights, call hierarchy and links over the protocol, as the client can take them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cursor_fixtures import read
from rpc_client import RpcError, Served

if TYPE_CHECKING:
    from conftest import Start

CAPABLE: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {"groupsOnLabel": True}}
    },
    "textDocument": {
        "publishDiagnostics": {},
        "rename": {"prepareSupport": True, "honorsChangeAnnotations": True},
        "typeDefinition": {"linkSupport": True},
        "documentLink": {"tooltipSupport": True},
    },
}
BARE: dict[str, Any] = {}

FLOW = """
#- f.k.yaml
@ValueFunction greet
spec: {return: {text: x, ⟦url⟧: y}}
#- w.k.yaml
@Workflow flow
spec:
  steps:
  - {label: "one", ref: {kind: ValueFunction, name: greet}}
  - {label: two, ref: {kind: ValueFunction, name: greet}, inputs: {a: '="😀" + steps.one.ur$0l'}}
"""
WHOLE = FLOW.replace('"😀" + steps.one.ur$0l', "to_json(steps.one) + steps.one.ur$0l")


def _opened(
    write: Any, start: Start, text: str, capabilities: dict[str, Any]
) -> tuple[Served, Any, dict[str, str]]:
    fixture = read(text)
    assert fixture.cursor is not None
    folder = write({**fixture.texts, "koreo.toml": ""})
    client = start(folder, capabilities=capabilities)
    client.settle()
    path, offset = fixture.cursor
    before = fixture.texts[path][:offset].split("\n")
    position = {"line": len(before) - 1, "character": len(before[-1].encode("utf-16-le")) // 2}
    cursor = {"textDocument": {"uri": (folder / path).as_uri()}, "position": position}
    return client, cursor, fixture.texts


def test_rename_with_versions_for_open_texts(write: Any, start: Start) -> None:
    client, cursor, texts = _opened(write, start, FLOW, CAPABLE)
    uri = cursor["textDocument"]["uri"]
    client.open(uri, texts["w.k.yaml"], version=7)
    asked = client.request("textDocument/prepareRename", cursor)
    assert asked["placeholder"] == "url"
    assert asked["range"]["end"]["character"] - asked["range"]["start"]["character"] == 3

    edit = client.request("textDocument/rename", {**cursor, "newName": "address"})
    assert "changeAnnotations" not in edit
    closed, opened = edit["documentChanges"]
    assert closed["textDocument"]["uri"].endswith("/f.k.yaml")
    assert closed["textDocument"]["version"] is None
    assert opened["textDocument"] == {"uri": uri, "version": 7}
    assert opened["edits"] == [{"range": asked["range"], "newText": "address"}]


def test_rename_for_a_client_without_versions(write: Any, start: Start) -> None:
    client, cursor, _ = _opened(write, start, FLOW, BARE)
    edit = client.request("textDocument/rename", {**cursor, "newName": "address"})
    assert {uri.rpartition("/")[2]: len(edits) for uri, edits in edit["changes"].items()} == {
        "f.k.yaml": 1,
        "w.k.yaml": 1,
    }


def test_a_doubtful_rename_has_to_be_confirmed(write: Any, start: Start) -> None:
    client, cursor, _ = _opened(write, start, WHOLE, CAPABLE)
    edit = client.request("textDocument/rename", {**cursor, "newName": "address"})
    (annotation,) = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    assert "w.k.yaml:" in annotation["description"]
    used = {one["annotationId"] for change in edit["documentChanges"] for one in change["edits"]}
    assert used == set(edit["changeAnnotations"])


def test_a_doubtful_rename_is_refused_where_it_cannot_be_confirmed(write: Any, start: Start) -> None:
    client, cursor, _ = _opened(write, start, WHOLE, BARE)
    with pytest.raises(
        RpcError, match=r"not renamed: w\.k\.yaml:\d+: the value is used as a whole"
    ) as caught:
        client.request("textDocument/rename", {**cursor, "newName": "address"})
    assert caught.value.code == -32803
    remedy = "What to do: name its keys there one by one first, or rename by hand"
    assert str(caught.value).endswith(remedy)


def test_a_rename_that_is_refused_says_why(write: Any, start: Start) -> None:
    client, cursor, _ = _opened(write, start, FLOW, CAPABLE)
    with pytest.raises(RpcError, match="`text` is there already, at f"):
        client.request("textDocument/rename", {**cursor, "newName": "text"})
    trigger = "crdRef: {apiGroup: e.com, version: v1, kind: K}\n  steps:"
    parent = FLOW.replace("ur$0l", "url + parent.na$0me").replace("steps:", trigger)
    client, cursor, _ = _opened(write, start, parent, CAPABLE)
    with pytest.raises(RpcError, match="not declared in a Koreo document"):
        client.request("textDocument/prepareRename", cursor)
    assert (
        client.request("textDocument/prepareRename", {**cursor, "position": {"line": 0, "character": 0}})
        is None
    )


def test_type_definition_and_highlights(write: Any, start: Start) -> None:
    text = FLOW.replace("one.ur$0l", "on$0e.url")
    client, cursor, _ = _opened(write, start, text, CAPABLE)
    (link,) = client.request("textDocument/typeDefinition", cursor)
    assert link["targetUri"].endswith("/f.k.yaml")
    found = client.request("textDocument/documentHighlight", cursor)
    assert [one["kind"] for one in found] == [3, 2]
    client, cursor, _ = _opened(write, start, text, BARE)
    (place,) = client.request("textDocument/typeDefinition", cursor)
    assert place["uri"].endswith("/f.k.yaml")


def test_call_hierarchy(write: Any, start: Start) -> None:
    client, cursor, _ = _opened(write, start, FLOW.replace("one.ur$0l", "on$0e.url"), CAPABLE)
    (item,) = client.request("textDocument/prepareCallHierarchy", cursor)
    assert (item["name"], item["detail"]) == ("greet", "ValueFunction")
    (call,) = client.request("callHierarchy/incomingCalls", {"item": item})
    assert call["from"]["name"] == "flow"
    assert len(call["fromRanges"]) == 2
    (back,) = client.request("callHierarchy/outgoingCalls", {"item": call["from"]})
    assert back["to"] == item
    assert back["fromRanges"] == call["fromRanges"]


def test_links_with_and_without_tooltips(write: Any, start: Start) -> None:
    client, cursor, _ = _opened(write, start, FLOW, CAPABLE)
    links = client.request("textDocument/documentLink", {"textDocument": cursor["textDocument"]})
    assert [one["target"].rpartition("/")[2] for one in links] == ["f.k.yaml", "f.k.yaml"]
    assert links[0]["tooltip"] == "ValueFunction greet"
    client, cursor, _ = _opened(write, start, FLOW, BARE)
    links = client.request("textDocument/documentLink", {"textDocument": cursor["textDocument"]})
    assert "tooltip" not in links[0]


def test_nothing_is_renamed_before_all_files_are_known(write: Any, start: Start) -> None:
    text = read("@ValueFunction f\nspec: {return: {a: 1}}\n").texts["main.k.yaml"]
    folder = write({f"f{number}.k.yaml": text.replace(" f\n", f" f{number}\n") for number in range(300)})
    client = start(folder)
    uri = (folder / "f1.k.yaml").as_uri()
    client.open(uri, text)
    asked = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 8}, "newName": "new"}
    with pytest.raises(RpcError, match="still being read"):
        client.request("textDocument/rename", asked)
    client.settle()
    assert client.request("textDocument/rename", asked)


@pytest.mark.parametrize("is_edited", [False, True], ids=["nothing changes", "a text changes"])
def test_a_rename_in_many_files_holds_up_nobody(write: Any, start: Start, *, is_edited: bool) -> None:
    head = "apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"
    function = head.format(kind="ValueFunction", name="greet") + "  return: {text: x}\n"
    flow = "  steps:\n  - {label: one, ref: {kind: ValueFunction, name: greet}}\n"
    texts = {f"w{n}.k.yaml": head.format(kind="Workflow", name=f"w{n}") + flow for n in range(300)}
    folder = write({**texts, "f.k.yaml": function, "koreo.toml": ""})
    client = start(folder, capabilities=CAPABLE)
    uri = (folder / "f.k.yaml").as_uri()
    client.open(uri, function)
    client.settle()
    cursor = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 18}}
    edit = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": function + "#"}]}
    messages = [
        {"id": "rename", "method": "textDocument/rename", "params": {**cursor, "newName": "salute"}},
        *([{"method": "textDocument/didChange", "params": edit}] if is_edited else []),
        {"id": "other", "method": "workspace/symbol", "params": {"query": "none-such"}},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    begin = len(client.received)
    client.send_bytes(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies))
    renamed = client.wait(lambda message: message.get("id") == "rename", start=begin)
    assert "other" in [
        message.get("id") for message in client.received[begin : client.received.index(renamed)]
    ]
    if is_edited:
        assert "a text has changed meanwhile" in renamed["error"]["message"]
    else:
        assert len(renamed["result"]["documentChanges"]) == 301
