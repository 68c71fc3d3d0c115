"""Completion over the protocol: what a client gets depends on what it can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Start
    from rpc_client import Served

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata:\n  name: a\nspec:\n"
WORKFLOW = HEAD.format("Workflow")
FUNCTION = HEAD.format("ValueFunction")
SIZES = """\
# How big things are.
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: sizes
spec:
  return:
    total: =inputs.count * 2
---
"""
SNIPPETS = {
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "preselectSupport": True,
                "insertTextModeSupport": {"valueSet": [1, 2]},
            }
        }
    }
}
URI = "untitled:a.k.yaml"


def _ask(client: Served, text: str, **context: Any) -> list[Any]:
    offset = text.index("$0")
    before = text[:offset]
    client.open(URI, text.replace("$0", ""))
    position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
    params = {"textDocument": {"uri": URI}, "position": position, **context}
    return list(client.request("textDocument/completion", params)["items"])


def test_a_plain_client_gets_plain_text(start: Start) -> None:
    client = start(capabilities={})
    (item,) = _ask(client, f"{WORKFLOW}  st$0\n")
    assert item["label"] == "steps"
    assert item["textEdit"]["newText"] == "steps:"
    assert not {"insertTextFormat", "insertTextMode", "preselect", "documentation"} & item.keys()


def test_a_client_with_snippets_gets_the_required_parts(start: Start) -> None:
    client = start(capabilities=SNIPPETS)
    (item,) = _ask(client, f"{WORKFLOW}  st$0\n")
    assert item["textEdit"] == {
        "range": {"start": {"line": 5, "character": 2}, "end": {"line": 5, "character": 4}},
        "newText": "steps:\n  - label: ${1}\n    ${2}",
    }
    assert (item["insertTextFormat"], item["insertTextMode"], item["preselect"]) == (2, 2, True)


def test_without_help_with_indentation_lines_are_indented(start: Start) -> None:
    capabilities = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}
    (item,) = _ask(start(capabilities=capabilities), f"{WORKFLOW}  st$0\n")
    assert item["textEdit"]["newText"] == "steps:\n    - label: ${1}\n      ${2}"


def test_documentation_comes_when_it_is_looked_at(start: Start) -> None:
    client = start(capabilities={})
    text = (
        f"{SIZES}{WORKFLOW}  steps:\n  - label: one\n    ref:\n      kind: ValueFunction\n      name: si$0\n"
    )
    (item,) = _ask(client, text)
    assert (item["label"], item["detail"]) == ("sizes", "ValueFunction")
    assert "documentation" not in item
    resolved = client.request("completionItem/resolve", item)
    assert resolved["documentation"]["value"] == "How big things are.\n\nInputs: count"


def test_an_item_of_an_older_list_stays_as_it_is(start: Start) -> None:
    client = start(capabilities={})
    (old,) = _ask(client, f"{WORKFLOW}  st$0\n")
    client.close(URI)
    _ask(client, f"{WORKFLOW}  cr$0\n")
    assert client.request("completionItem/resolve", old) == old
    for data in (
        None,
        {"list": 1},
        {"list": "a", "index": 1, "uri": 2},
        [1],
        {"list": 2, "index": -9, "uri": URI},
    ):
        item = {"label": "steps", **({"data": data} if data is not None else {})}
        assert client.request("completionItem/resolve", item)["label"] == "steps"


def test_inside_an_expression(start: Start) -> None:
    client = start(capabilities={})
    text = f"{FUNCTION}  locals:\n    port: {{name: web, number: 80}}\n  return:\n    a: =locals.port.nu$0\n"
    assert _ask(client, text)[0]["label"] == "number"


@pytest.mark.parametrize(
    ("line", "character", "offered"),
    [
        ("  return: $0", " ", True),
        ("  return:\n    a: =$0", "=", True),
        ("  return:\n    a: ='x' =$0", "=", False),
        ("  return:\n    a: =inputs.x $0", " ", False),
        ("  return:\n    a: some words $0", " ", False),
    ],
)
def test_a_character_typed_on_the_way_asks_for_nothing(
    start: Start, line: str, character: str, offered: bool
) -> None:
    client = start(capabilities={})
    context = {"context": {"triggerKind": 2, "triggerCharacter": character}}
    assert bool(_ask(client, f"{FUNCTION}{line}\n", **context)) is offered


@pytest.mark.parametrize(
    "text", ["$0", "# a $0", "a: |\n  b $0\n", "\ufeff$0", "{$0", "[$0", "- $0", "? $0", "\t$0", "%$0"]
)
def test_any_place_has_an_answer(start: Start, text: str) -> None:
    _ask(start(capabilities={}), text)


def test_a_list_that_more_letters_may_widen_says_so(start: Start, tmp_path: Path) -> None:
    (tmp_path / "koreo.toml").write_text("", encoding="utf-8")
    client = start(tmp_path, capabilities={})
    uri = (tmp_path / "a.k.yaml").as_uri()
    text = HEAD.format("ResourceFunction") + "  apiConfig:\n    apiVersion: apps/v1\n    kind: \n"
    client.open(uri, text)
    client.settle()
    params = {"textDocument": {"uri": uri}, "position": {"line": 7, "character": 10}}
    found = client.request("textDocument/completion", params)
    assert found["isIncomplete"]
    assert {"Deployment", "StatefulSet"} <= {item["label"] for item in found["items"]}
    assert "ConfigMap" not in {item["label"] for item in found["items"]}


ENUM, VALUE, KEYWORD, OPERATOR = 20, 12, 14, 24


@pytest.mark.parametrize(
    ("completion", "kinds"),
    [
        ({}, {VALUE, KEYWORD}),
        ({"completionItemKind": {"valueSet": [*range(1, 26)]}}, {ENUM, OPERATOR}),
        ({"completionItemKind": {"valueSet": [ENUM]}}, {ENUM, KEYWORD}),
    ],
)
def test_kinds_are_those_that_the_client_knows(start: Start, completion: Any, kinds: set[int]) -> None:
    client = start(capabilities={"textDocument": {"completion": completion}})
    enums = _ask(client, "apiVersion: koreo.dev/v1beta1\nkind: $0\n")
    client.close(URI)
    operators = _ask(client, f"{FUNCTION}  return:\n    a: =true $0\n")
    assert {item["kind"] for item in enums} | {
        item["kind"] for item in operators if item["label"] == "&&"
    } == kinds


def test_each_documentation_has_the_format_that_the_client_takes_there(start: Start) -> None:
    both, only_plain = ["markdown", "plaintext"], ["plaintext"]
    for formats in (
        {"completion": both, "signature": only_plain},
        {"completion": only_plain, "signature": both},
    ):
        document = {
            "hover": {"contentFormat": both},
            "completion": {"completionItem": {"documentationFormat": formats["completion"]}},
            "signatureHelp": {"signatureInformation": {"documentationFormat": formats["signature"]}},
        }
        client = start(capabilities={"textDocument": document})
        (item,) = _ask(client, f"{WORKFLOW}  st$0\n")
        found = client.request("completionItem/resolve", item)["documentation"]
        assert found["kind"] == formats["completion"][0]
        client.close(URI)
        client.open(URI, f"{FUNCTION}  return:\n    a: =size(\n")
        place = {"textDocument": {"uri": URI}, "position": {"line": 6, "character": 13}}
        signature = client.request("textDocument/signatureHelp", place)["signatures"][0]
        assert signature["documentation"]["kind"] == formats["signature"][0]
