"""Previews and graphs, over the protocol."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL
from cursor_fixtures import read
from rpc_client import RpcError
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
    place = {"uri": uri, "position": {"line": 1, "character": 0}}
    assert "the trigger is the Thing in thing.yaml" in client.request("koreo/preview", place)["notes"]
    text = texts["thing.yaml"].replace("mine", "yours")
    item = {"uri": thing, "languageId": "yaml", "version": 1, "text": text}
    start_at = len(client.received)
    client.notify("textDocument/didOpen", {"textDocument": item})
    client.wait(lambda message: message.get("method") == "koreo/previewChanged", start=start_at)
    assert "a: yours" in client.request("koreo/preview", place)["text"]
    start_at = len(client.received)
    client.notify("textDocument/didClose", {"textDocument": {"uri": thing}})
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


def test_changes_of_what_was_not_shown_are_not_told(start: Start, write: Any) -> None:
    texts = read(WORKFLOW).texts
    other = texts["thing.yaml"].replace("Thing", "Other")
    function = texts["w.k.yaml"].partition("---\n")[2].replace("name: config", "name: another")
    folder = write({**texts, "other.yaml": other, "f.k.yaml": function, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    uri = (folder / "w.k.yaml").as_uri()
    client.request("koreo/preview", {"uri": uri})
    client.request("koreo/graph", {"uri": uri, "format": "svg", "run": True})
    begin = len(client.received)
    client.open((folder / "f.k.yaml").as_uri(), function + "# more\n")
    item = {
        "uri": (folder / "other.yaml").as_uri(),
        "languageId": "yaml",
        "version": 1,
        "text": other + "a: 1\n",
    }
    client.notify("textDocument/didOpen", {"textDocument": item})
    client.settle()
    time.sleep(0.25)
    assert client.request("koreo/graph", {"uri": uri, "format": "mermaid"}) is not None
    told = [one for one in client.received[begin:] if one.get("method") == "koreo/previewChanged"]
    assert told == []


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


GREET = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec: {return: {text: ="Hello " + inputs.name}}
"""


def _greet_test(*names: str) -> str:
    head = "apiVersion: koreo.dev/v1beta1\nkind: FunctionTest\nmetadata: {name: t}\nspec:\n"
    run = "  functionRef: {kind: ValueFunction, name: greet}\n"
    return "---\n".join(
        f"{head}{run}  inputs: {{name: {name}}}\n  testCases: [{{expectReturn: {{text: Hello {name}}}}}]\n"
        for name in names
    )


def test_of_tests_of_one_name_each_can_be_shown(start: Start, write: Any) -> None:
    texts = {"f.k.yaml": GREET + "---\n" + _greet_test("own"), "a.k.yaml": _greet_test("a1", "a2")}
    folder = write({**texts, "b.k.yaml": _greet_test("b1"), "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    function, a, b = ((folder / f"{name}.k.yaml").as_uri() for name in "fab")
    place = {"line": 3, "character": 10}
    for test, uri, position, expected in (
        ("t", function, place, "own"),
        ("t", function, None, "own"),
        ("t", a, None, "a1"),
        ("t~2", a, None, "a2"),
        (f"{a}#t~2", function, place, "a2"),
        (f"{b}#t", function, place, "b1"),
        (f"{b}#t#0", function, None, "b1"),
        ({"uri": b, "name": "t"}, function, place, "b1"),
        ({"uri": a, "name": "t~2"}, a, {"line": 2, "character": 0}, "a2"),
        (f"{b}#none", function, place, "a1"),
        ("none", a, None, "a1"),
        ({"uri": 1}, a, None, "a1"),
    ):
        params = {"uri": uri, "position": position, "test": test, "case": None}
        shown = client.request("koreo/preview", params)
        assert f"Hello {expected}\n" in shown["text"], test


def test_an_example_that_goes_from_the_disk_is_replaced(start: Start, write: Any) -> None:
    texts = read(WORKFLOW).texts
    folder = write({**texts, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    uri, thing = (folder / "w.k.yaml").as_uri(), folder / "thing.yaml"
    client.open(uri, texts["w.k.yaml"])
    place = {"uri": uri, "position": {"line": 1, "character": 0}}
    assert "the trigger is the Thing in thing.yaml" in client.request("koreo/preview", place)["notes"]
    begin = len(client.received)
    thing.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": thing.as_uri(), "type": 3}]})
    client.wait(lambda message: message.get("method") == "koreo/previewChanged", start=begin)
    assert "the trigger is the Thing in thing.yaml" not in client.request("koreo/preview", place)["notes"]


NUMBERS = f"[{', '.join(map(str, range(300)))}]"
HEAVY = f"""\
#- heavy.k.yaml
@ValueFunction heavy
spec:
  locals:
    total: ={NUMBERS}.map(a, {NUMBERS}.map(b, a * b)[0]).size()
  return: {{total: =locals.total}}
---
@FunctionTest heavy-test
spec:
  functionRef: {{kind: ValueFunction, name: heavy}}
  testCases:
  - label: first
    expectReturn: {{total: 300}}
"""
"""A function that takes much longer than a slice."""


def test_messages_are_answered_while_a_heavy_test_runs_for_a_preview(start: Start, write: Any) -> None:
    folder = write({**read(HEAVY).texts, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    uri = (folder / "heavy.k.yaml").as_uri()
    begin = len(client.received)
    shown = client.ask("koreo/preview", {"uri": uri})
    symbols = client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert "total: 300" in client.answer(shown)["text"]
    answered = [one["id"] for one in client.received[begin:] if "id" in one and "method" not in one]
    assert answered == [symbols, shown]


def test_a_preview_that_nobody_wants_any_longer_is_given_up(start: Start, write: Any) -> None:
    folder = write({**read(HEAVY).texts, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    uri = (folder / "heavy.k.yaml").as_uri()
    shown = client.ask("koreo/preview", {"uri": uri})
    client.notify("$/cancelRequest", {"id": shown})
    with pytest.raises(RpcError):
        client.answer(shown)
    assert "total: 300" in client.request("koreo/preview", {"uri": uri})["text"]


def test_a_change_while_a_preview_runs_is_told_after_it(start: Start, write: Any) -> None:
    texts = read(HEAVY).texts
    folder = write({**texts, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    uri = (folder / "heavy.k.yaml").as_uri()
    client.open(uri, texts["heavy.k.yaml"])
    begin = len(client.received)
    shown = client.ask("koreo/preview", {"uri": uri})
    client.change(uri, 2, texts["heavy.k.yaml"].replace("total: =locals", "sum: =locals"))
    answer = client.answer(shown)
    assert answer["version"] == 1
    assert "total: 300" in answer["text"]
    client.wait(lambda message: message.get("method") == "koreo/previewChanged", start=begin)


def test_a_preview_of_a_workflow_is_given_up_within_a_step(start: Start, write: Any) -> None:
    steps = "".join(
        f"\n  - {{label: step{number}, ref: {{kind: ValueFunction, name: heavy}}}}" for number in range(3)
    )
    workflow = WORKFLOW.partition("  steps:\n")[0] + f"  steps:{steps}\n" + HEAVY
    thing = "#- thing.yaml\n" + WORKFLOW.partition("#- thing.yaml\n")[2]
    folder = write({**read(workflow + thing).texts, "koreo.toml": ""})
    client = start(folder, capabilities=ABLE)
    client.settle()
    place = {"uri": (folder / "w.k.yaml").as_uri()}
    shown = client.ask("koreo/preview", place)
    client.notify("$/cancelRequest", {"id": shown})
    with pytest.raises(RpcError):
        client.answer(shown)
    assert "the trigger is the Thing in thing.yaml" in client.request("koreo/preview", place)["notes"]
