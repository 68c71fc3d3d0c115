"""Requests over the protocol: answers have the shapes that the client announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL, Start
from cursor_fixtures import Fixture, read

if TYPE_CHECKING:
    from rpc_client import Served

BARE: dict[str, Any] = {}

FLOW = """
#- f.k.yaml
@ValueFunction ⟦greet⟧
spec:
  locals: {words: {en: Hello}}
  return: {text: =locals.words.en + inputs.name}
#- w.k.yaml
@Workflow flow
spec:
  steps:
  - {label: "😀", ref: {kind: ValueFunction, name: gr$0eet}, inputs: {name: Ada}}
"""


def _opened(write: Any, start: Start, text: str, capabilities: dict[str, Any]) -> tuple[Served, Fixture, Any]:
    """Start with the files of a fixture; return also the parameters of a request at its cursor."""
    fixture = read(text)
    folder = write({**fixture.texts, "koreo.toml": '[severity]\nunused-definition = "off"\n'})
    client = start(folder, capabilities=capabilities)
    client.settle()
    return client, fixture, _at_cursor(fixture, folder)


def _at_cursor(fixture: Fixture, folder: Any) -> Any:
    assert fixture.cursor is not None
    path, offset = fixture.cursor
    before = fixture.texts[path][:offset].split("\n")
    position = {"line": len(before) - 1, "character": len(before[-1].encode("utf-16-le")) // 2}
    return {"textDocument": {"uri": (folder / path).as_uri()}, "position": position}


def test_definition_as_links_and_as_locations(write: Any, start: Start) -> None:
    client, _, cursor = _opened(write, start, FLOW, FULL)
    (link,) = client.request("textDocument/definition", cursor)
    name = {"start": {"line": 3, "character": 8}, "end": {"line": 3, "character": 13}}
    assert link["targetUri"].endswith("/f.k.yaml")
    assert link["targetSelectionRange"] == link["targetRange"] == name
    assert link["originSelectionRange"]["start"]["character"] == cursor["position"]["character"] - 2

    client, _, cursor = _opened(write, start, FLOW, BARE)
    (place,) = client.request("textDocument/definition", cursor)
    assert place["uri"].endswith("/f.k.yaml")
    assert place["range"] == name


def test_references_with_and_without_the_declaration(write: Any, start: Start) -> None:
    client, _, cursor = _opened(write, start, FLOW, FULL)
    both = client.request("textDocument/references", {**cursor, "context": {"includeDeclaration": True}})
    assert [place["uri"].rsplit("/", 1)[1] for place in both] == ["f.k.yaml", "w.k.yaml"]
    uses = client.request("textDocument/references", {**cursor, "context": {"includeDeclaration": False}})
    assert uses == both[1:]


def test_hover_in_the_format_that_the_client_takes(write: Any, start: Start) -> None:
    client, _, cursor = _opened(write, start, FLOW, FULL)
    found = client.request("textDocument/hover", cursor)
    assert found["contents"]["kind"] == "markdown"
    assert "Inputs: `name`" in found["contents"]["value"]
    plain = {"textDocument": {"hover": {"contentFormat": ["plaintext"]}}}
    client, _, cursor = _opened(write, start, FLOW, plain)
    assert client.request("textDocument/hover", cursor)["contents"]["kind"] == "plaintext"
    client, _, cursor = _opened(write, start, FLOW, BARE)
    assert client.request("textDocument/hover", cursor)["contents"]["kind"] == "plaintext"


def test_document_symbols_as_a_tree_and_flat(write: Any, start: Start) -> None:
    client, _, cursor = _opened(write, start, FLOW, FULL)
    document = {"textDocument": cursor["textDocument"]}
    (tree,) = client.request("textDocument/documentSymbol", document)
    assert (tree["name"], tree["kind"]) == ("flow", 2)
    assert [(child["name"], child["detail"]) for child in tree["children"]] == [("😀", "greet")]

    client, _, cursor = _opened(write, start, FLOW, BARE)
    document = {"textDocument": cursor["textDocument"]}
    flat = client.request("textDocument/documentSymbol", document)
    assert [(symbol["name"], symbol.get("containerName")) for symbol in flat] == [
        ("flow", None),
        ("😀", "flow"),
    ]


def test_workspace_symbols_of_all_workspaces(write: Any, start: Start) -> None:
    client, _, _ = _opened(write, start, FLOW, FULL)
    found = client.request("workspace/symbol", {"query": "e"})
    assert {symbol["name"] for symbol in found} >= {"greet", "name"}
    assert all(symbol["location"]["uri"].startswith("file:///") for symbol in found)


def test_symbol_kinds_that_the_client_does_not_know_are_not_sent(write: Any, start: Start) -> None:
    text = "#- f.k.yaml\n@ResourceTemplate base$0\nspec: {template: {apiVersion: v1, kind: Pod}}\n"
    client, _, cursor = _opened(write, start, text, BARE)
    symbols = client.request("textDocument/documentSymbol", {"textDocument": cursor["textDocument"]})
    symbols += client.request("workspace/symbol", {"query": "base"})
    assert [symbol["kind"] for symbol in symbols] == [5, 5]


def test_related_places_and_tags_only_for_clients_that_take_them(write: Any, start: Start) -> None:
    text = """
#- a.k.yaml
@ValueFunction gr$0eet
spec: {locals: {unused: 1}, return: {a: 1}}
#- b.k.yaml
@ValueFunction greet
spec: {return: {a: 1}}
"""
    client, _, cursor = _opened(write, start, text, FULL)
    unused, duplicate = sorted(
        client.diagnostics(cursor["textDocument"]["uri"]), key=lambda d: -len(d["code"])
    )[::-1]
    assert unused["tags"] == [1]
    assert duplicate["relatedInformation"][0]["location"]["uri"].endswith("/b.k.yaml")
    client, _, cursor = _opened(write, start, text, BARE)
    for diagnostic in client.diagnostics(cursor["textDocument"]["uri"]):
        assert "tags" not in diagnostic
        assert "relatedInformation" not in diagnostic


MISSPELT = """
#- f.k.yaml
@ValueFunction greet
spec:
  loc$0als_: {a: 1}
  return: {a: =locals.a}
"""


class TestQuickFixes:
    """textDocument/codeAction."""

    def _ask(self, client: Served, cursor: Any, **context: Any) -> Any:
        place = {"start": cursor["position"], "end": cursor["position"]}
        params = {"textDocument": cursor["textDocument"], "range": place}
        found = client.request(
            "textDocument/codeAction", {**params, "context": {"diagnostics": [], **context}}
        )
        return [action for action in found or () if not action["title"].startswith("Ignore ")]

    def test_a_fix_of_the_problem_under_the_cursor(self, write: Any, start: Start) -> None:
        client, fixture, cursor = _opened(write, start, MISSPELT, FULL)
        uri = cursor["textDocument"]["uri"]
        client.open(uri, fixture.texts["f.k.yaml"], version=0)
        (action,) = self._ask(client, cursor)
        assert (action["kind"], action["isPreferred"]) == ("quickfix", True)
        assert "`locals`" in action["title"]
        (diagnostic,) = action["diagnostics"]
        assert diagnostic in client.diagnostics(uri)
        (change,) = action["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 0}
        client.change(uri, 1, *({"range": e["range"], "text": e["newText"]} for e in change["edits"]))
        assert client.published(uri, version=1) == []

    def test_a_closed_file_is_edited_without_a_version(self, write: Any, start: Start) -> None:
        client, _, cursor = _opened(write, start, MISSPELT, FULL)
        (action,) = self._ask(client, cursor)
        (change,) = action["edit"]["documentChanges"]
        assert change["textDocument"]["version"] is None

    def test_a_client_without_versioned_edits(self, write: Any, start: Start) -> None:
        only_literals = {
            "textDocument": {
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}
            }
        }
        client, _, cursor = _opened(write, start, MISSPELT, only_literals)
        (action,) = self._ask(client, cursor)
        assert "isPreferred" not in action
        assert list(action["edit"]["changes"]) == [cursor["textDocument"]["uri"]]

    def test_a_client_that_knows_commands_only_gets_none(self, write: Any, start: Start) -> None:
        client, _, cursor = _opened(write, start, MISSPELT, BARE)
        assert not self._ask(client, cursor)

    @pytest.mark.parametrize(
        ("only", "count"),
        [
            (["quickfix"], 1),
            ([""], 1),
            (["refactor", "quickfix"], 1),
            (["source"], 0),
            (["quickfix.x"], 0),
            ([], 0),
        ],
    )
    def test_only_the_kinds_that_are_asked_for(
        self, write: Any, start: Start, only: list[str], count: int
    ) -> None:
        client, _, cursor = _opened(write, start, MISSPELT, FULL)
        assert len(self._ask(client, cursor, only=only) or ()) == count

    def test_elsewhere_there_is_nothing_to_mend(self, write: Any, start: Start) -> None:
        client, _, cursor = _opened(write, start, MISSPELT, FULL)
        cursor["position"] = {"line": 0, "character": 0}
        assert self._ask(client, cursor) == []

    def test_before_everything_is_loaded(self, write: Any, start: Start) -> None:
        client = start()
        client.open("untitled:f", read(MISSPELT).texts["f.k.yaml"])
        cursor = {"textDocument": {"uri": "untitled:f"}, "position": {"line": 5, "character": 4}}
        assert len(self._ask(client, cursor)) == 1


@pytest.mark.parametrize("method", ["definition", "references", "hover", "documentSymbol", "codeAction"])
@pytest.mark.parametrize("uri", ["file:///nowhere/f.k.yaml", "untitled:never", "nonsense", "FOLDER"])
def test_requests_for_unknown_texts_have_an_empty_answer(
    write: Any, start: Start, method: str, uri: str
) -> None:
    folder = write({"f.k.yaml": ""})
    client = start(folder)
    position = {"line": 0, "character": 0}
    params = {
        "textDocument": {"uri": folder.as_uri() if uri == "FOLDER" else uri},
        "position": position,
        "range": {"start": position, "end": position},
        "context": {"includeDeclaration": True, "diagnostics": []},
    }
    assert not client.request(f"textDocument/{method}", params)


@pytest.mark.parametrize("method", ["definition", "references", "hover"])
def test_requests_at_impossible_positions_have_an_answer(write: Any, start: Start, method: str) -> None:
    client, fixture, cursor = _opened(write, start, FLOW, FULL)
    for line, character in [(0, 10**9), (10**9, 0), (2**31 - 1, 2**31 - 1)]:
        cursor["position"] = {"line": line, "character": character}
        client.request(f"textDocument/{method}", {**cursor, "context": {"includeDeclaration": True}})
    assert fixture.texts


def test_requests_during_start_up_are_answered_at_once(write: Any, start: Start) -> None:
    files = {
        f"f{n}.k.yaml": read("@ValueFunction f\nspec: {return: {a: 1}}\n").texts["main.k.yaml"]
        for n in range(300)
    }
    folder = write(files)
    client = start(folder)
    uri = (folder / "f1.k.yaml").as_uri()
    client.open(uri, files["f1.k.yaml"])
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert symbols[0]["name"] == "f"
    assert not client.server.loader.is_idle, "the answer came before everything was read"


@pytest.mark.parametrize(("name", "language"), [("koreo.toml", "toml"), ("crd.yaml", "yaml")])
def test_what_is_not_koreo_is_left_to_others(write: Any, start: Start, name: str, language: str) -> None:
    text = "a:\n  b: 1\n  c: 2\n" if language == "yaml" else "[files]\nexclude = [\n  'x',\n]\n"
    folder = write({name: text})
    client = start(folder)
    uri = (folder / name).as_uri()
    client.open(uri, text, language=language)
    client.settle()
    document = {"textDocument": {"uri": uri}}
    assert client.request("textDocument/foldingRange", document) is None
    positions = {"positions": [{"line": 2, "character": 3}]}
    assert client.request("textDocument/selectionRange", {**document, **positions}) is None
