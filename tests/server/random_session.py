"""A user who does everything at random: edits, requests, cancellations, nonsense, files that come, go and are renamed.

What the server offers to change is also done: code actions, renamed definitions, commands of lenses.

The same seed does the same. Used by a test, and by hand for long sessions of a server in a process of its own, whose
memory is printed: `python tests/server/random_session.py FOLDER --steps 20000 --seed 7 --steady`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import random_edits
from rpc_client import RpcError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rpc_client import Client

Json = Any
SNIPPETS = (
    *(
        "=",
        "=inputs.",
        "=steps.",
        '="',
        "'",
        "[",
        "{",
        ": ",
        "- ",
        "\n",
        "\n\n",
        "---\n",
        "  ",
        "#",
        "\t",
        "&a ",
        "*a",
    ),
    *(
        "=inputs.x + 1",
        "=has(inputs.a) ? inputs.a : ",
        "=[1, 2].map(i, i",
        "  - label: extra\n",
        "spec:\n",
        "\u00e9\U0001f600",
    ),
    *(
        "=locals.",
        "name: other",
        "|-\n",
        ">\n",
        "koreo:ignore",
        "x: !!str 1",
        "=1 +",
        "inputs:\n",
        "=parent.spec.",
    ),
)
WORDS = ("a", "spec", "name", "inputs", "x.y", "new-name", "1a", "", "in", "size")
ERROR = 1
"""The type of a message that tells of a bug."""
ACTIONS = (None, None, "quickfix", "refactor", "refactor.extract", "source", "source.fixAll.koreo")
REQUESTS: dict[str, tuple[str, Callable[[Session, str], Json]]] = {}
"""Method to the capability of the server that it needs, and what makes its parameters."""


def _request(
    method: str, capability: str
) -> Callable[[Callable[[Session, str], Json]], Callable[[Session, str], Json]]:
    def add(make: Callable[[Session, str], Json]) -> Callable[[Session, str], Json]:
        REQUESTS[method] = (capability, make)
        return make

    return add


class Session:
    """One client in a folder, and what it has done.

    In a `steady` one files are as many and as large at the end as at the beginning, apart from some edits.
    """

    def __init__(
        self, client: Client, folder: Path, capabilities: Json, seed: int, *, steady: bool = False
    ) -> None:
        self.client = client
        self.folder = folder
        self.random = random.Random(seed)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.disk = {
            path: path.read_bytes().decode("utf-8", "replace") for path in sorted(folder.rglob("*.yaml"))
        }
        self.methods = [method for method, (need, _) in REQUESTS.items() if capabilities.get(need)]
        self.asked: list[int] = []
        self.kept: list[Json] = []
        """Answers that later requests refer to."""
        self.shown: dict[str, list[Json]] = {}
        """URI to the diagnostics that it was last sent, as far as they have been taken from the client."""
        self.is_settled = False
        """Whether the server has read all files as they are now."""
        self.applied: dict[str, int] = {}
        """How many edits of the server were done, by what asked for them."""
        self.commands = (capabilities.get("executeCommandProvider") or {}).get("commands", [])
        self._number = 0
        self.steady = steady
        self._first = dict(self.disk)
        """What files had when they were made."""
        self._deleted: list[tuple[Path, str]] = []
        """What was deleted, and where: in a steady session it is made again."""

    def step(self) -> None:
        """Do one thing."""
        actions: Sequence[tuple[int, Callable[[], None]]] = (
            (50, self.edit),
            (35, self.ask),
            (4, self.open),
            (3, self.close),
            (3, self.on_disk),
            (2, self.nonsense),
            (1, self.rename),
            (1, self.configure),
            (1, self.save),
            (5, self.act),
            (3, self.rename_definition),
            (3, self.command),
        )
        weights = [weight for weight, _ in actions]
        self.random.choices([action for _, action in actions], weights)[0]()

    def finish(self) -> None:
        """Wait for every answer that has not come yet; a cancelled request has one, too."""
        for number in self.asked:
            self.client.wait(
                lambda message, number=number: message.get("id") == number and "method" not in message
            )
        self.asked.clear()
        self._take_diagnostics()

    def _take_diagnostics(self) -> None:
        """Take what has come from the client, which keeps every message."""
        count = len(self.client.received)
        assert [one for one in self.client.sent("window/showMessage") if one["type"] == ERROR] == []
        self.shown.update(published(self.client.received[:count]))
        del self.client.received[:count]

    # Texts

    def _any_open(self) -> str | None:
        return self.random.choice(sorted(self.texts)) if self.texts else None

    def open(self) -> None:
        paths = [path for path in self.disk if path.as_uri() not in self.texts]
        if not paths or len(self.texts) > 8:
            return
        path = self.random.choice(paths)
        uri = path.as_uri()
        self.texts[uri] = self.disk[path]
        self.versions[uri] = self.versions.get(uri, 0) + 1
        item = {"uri": uri, "languageId": "koreo", "version": self.versions[uri], "text": self.texts[uri]}
        self.client.notify("textDocument/didOpen", {"textDocument": item})

    def edit(self) -> None:
        uri = self._any_open()
        if uri is None:
            self.open()
            return
        text = self.texts[uri]
        events = []
        for _ in range(self.random.choice((1, 1, 1, 2))):
            start, end, inserted = self._change(text, uri)
            if self.random.random() < 0.03:
                text = text[:start] + inserted + text[end:]
                events.append({"text": text})
            else:
                events.append({"range": _range(text, start, end), "text": inserted})
                text = text[:start] + inserted + text[end:]
        self.texts[uri] = text
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": events})

    def _change(self, text: str, uri: str) -> tuple[int, int, str]:
        """Return a part of a text and what it is replaced with."""
        kind = self.random.random()
        at = self.random.randint(0, len(text))
        if kind < 0.45:
            return at, at, self.random.choice((*SNIPPETS, *"abc.=\"' "))
        if kind < 0.75:
            return at, min(len(text), at + self.random.choice((1, 1, 1, 5, 40))), ""
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", at) + 1 or len(text)
        if kind < 0.85:
            return line_start, line_end, ""
        if kind < 0.93 and len(text) < 20_000:
            return line_end, line_end, text[line_start:line_end]
        first = next((text for path, text in self._first.items() if path.as_uri() == uri), None)
        if self.steady and first is not None:
            return 0, len(text), first
        return 0, len(text), self.random.choice(list(self.disk.values()))

    def close(self) -> None:
        uri = self._any_open()
        if uri is not None:
            del self.texts[uri]
            self.client.close(uri)

    def save(self) -> None:
        uri = self._any_open()
        path = next((path for path in self.disk if path.as_uri() == uri), None)
        if uri is None or path is None:
            return
        self.write(path, self.texts[uri])
        self.client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    # Files

    def write(self, path: Path, text: str) -> None:
        kind = 2 if path in self.disk else 1
        path.write_text(text, encoding="utf-8", newline="")
        self.disk[path] = text
        self._happened((path, kind))

    def replace(self, uri: str, text: str) -> None:
        """Give an open text another content, as an editor does that was asked to."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.change(uri, self.versions[uri], text)

    def _happened(self, *changes: tuple[Path, int]) -> None:
        events = [{"uri": path.as_uri(), "type": kind} for path, kind in changes]
        self.client.notify("workspace/didChangeWatchedFiles", {"changes": events})

    def on_disk(self) -> None:
        kind = self.random.random()
        path = self.random.choice(sorted(self.disk))
        if kind < 0.4:
            start, end, inserted = self._change(self.disk[path], path.as_uri())
            self.write(path, self.disk[path][:start] + inserted + self.disk[path][end:])
        elif self._deleted if self.steady else kind < 0.7 or len(self.disk) < 8:
            self._number += 1
            parent, text = (
                self._deleted.pop()
                if self.steady
                else (
                    self.folder / self.random.choice((".", "new")),
                    self.random.choice(list(self.disk.values())),
                )
            )
            new = parent / f"r{self._number}.k.yaml"
            parent.mkdir(exist_ok=True)
            self._first[new] = text
            self.write(new, text)
        else:
            path.unlink()
            del self.disk[path]
            self._deleted.append((path.parent, self._first.pop(path)))
            self._happened((path, 3))

    def rename(self) -> None:
        path = self.random.choice(sorted(self.disk))
        self._number += 1
        self.move(path, path.with_name(f"n{self._number}.k.yaml"))

    def move(self, path: Path, new: Path) -> None:
        """Give a file another name, open or not."""
        path.rename(new)
        self.disk[new] = self.disk.pop(path)
        self._first[new] = self._first.pop(path)
        if path.as_uri() in self.texts:
            text = self.texts.pop(path.as_uri())
            self.client.close(path.as_uri())
            self.texts[new.as_uri()] = text
            self.versions[new.as_uri()] = 1
            item = {"uri": new.as_uri(), "languageId": "koreo", "version": 1, "text": text}
            self.client.notify("textDocument/didOpen", {"textDocument": item})
        files = [{"oldUri": path.as_uri(), "newUri": new.as_uri()}]
        self.client.notify("workspace/didRenameFiles", {"files": files})
        self._happened((path, 3), (new, 1))

    # What the server changes

    def _now(self, method: str, params: Json) -> Json:
        """Return the answer to a request, or None for an error."""
        try:
            return self.client.request(method, params)
        except RpcError:
            return None

    def _settle(self) -> None:
        """Let the server read what has changed on the disk, now and then: edits of closed files need it."""
        self.is_settled = self.random.random() < 0.4
        if self.is_settled:
            self.client.settle()

    def _apply(self, what: str, edit: Json) -> None:
        if random_edits.apply(self, edit):
            self.applied[what] = self.applied.get(what, 0) + 1

    def act(self) -> None:
        """Choose a code action, as of a problem that is shown or of any place."""
        uri = self._any_open()
        if uri is None:
            return
        self._settle()
        self.shown.update(published(list(self.client.received)))
        shown = self.shown.get(uri)
        context: Json = {"diagnostics": []}
        place = self.range(uri)
        if shown and self.random.random() < 0.6:
            chosen = self.random.choice(shown)
            place = chosen["range"]
            context["diagnostics"] = [chosen] if self.random.random() < 0.5 else []
        only = self.random.choice(ACTIONS)
        if only is not None:
            context["only"] = [only]
        params = {"textDocument": {"uri": uri}, "range": place, "context": context}
        offered = self._now("textDocument/codeAction", params)
        usable = [one for one in offered or () if "disabled" not in one]
        if not usable:
            return
        action = self.random.choice(usable)
        if "edit" not in action and "command" not in action:
            action = self._now("codeAction/resolve", action) or {}
        self._apply(action.get("kind", ""), action.get("edit"))
        if action.get("command"):
            self._execute(action["command"])

    def rename_definition(self) -> None:
        """Give what is defined or used somewhere another name."""
        uri = self._any_open()
        if uri is None:
            return
        self._settle()
        place = {"textDocument": {"uri": uri}, "position": self._name_position(uri)}
        asked = self._now("textDocument/prepareRename", place)
        if asked is None:
            return
        text = self.texts[uri]
        start, end = (random_edits.offset(text, asked["range"][one]) for one in ("start", "end"))
        assert asked["placeholder"] in text[start:end] or "\\" in text[start:end] or "''" in text[start:end]
        self._number += 1
        new = self.random.choice((f"renamed{self._number}", f"new-{self._number}", "a"))
        self._apply("rename", self._now("textDocument/rename", {**place, "newName": new}))

    def _name_position(self, uri: str) -> Json:
        """Return a place in a word: any other is seldom that of a name."""
        words = [found.start() for found in re.finditer(r"[A-Za-z_][\w-]*", self.texts[uri])]
        return _position(self.texts[uri], self.random.choice(words)) if words else self.position(uri)

    def command(self) -> None:
        """Click on a lens."""
        uri = self._any_open()
        if uri is None:
            return
        self._settle()
        lenses = self._now("textDocument/codeLens", {"textDocument": {"uri": uri}})
        if not lenses:
            return
        lens = self.random.choice(lenses)
        if "command" not in lens:
            lens = self._now("codeLens/resolve", lens) or {}
        if (lens.get("command") or {}).get("command") in self.commands:
            self._execute(lens["command"])

    def _execute(self, command: Json) -> None:
        """Do what a command says, and the edits that it asks for."""
        first = len(self.client.received)
        self._now("workspace/executeCommand", {key: command.get(key) for key in ("command", "arguments")})
        for message in self.client.received[first:]:
            if message.get("method") == "workspace/applyEdit":
                self._apply(command["command"], message["params"]["edit"])

    # Messages

    def ask(self) -> None:
        uri = self._any_open()
        if uri is None:
            self.open()
            return
        method = self.random.choice(self.methods)
        number = self.client.ask(method, REQUESTS[method][1](self, uri))
        self.asked.append(number)
        if self.random.random() < 0.15:
            self.client.notify("$/cancelRequest", {"id": number})
        elif self.random.random() < 0.3:
            self.finish()

    def configure(self) -> None:
        chosen = {"runOnEdit": self.random.random() < 0.8}
        settings = {"koreo": {"tests": chosen, "inlayHints": {"values": self.random.random() < 0.5}}}
        self.client.notify("workspace/didChangeConfiguration", {"settings": settings})

    def nonsense(self) -> None:
        uri = self._any_open() or "untitled:x"
        document = {"uri": uri, "version": "two"}
        bodies: Sequence[Json] = (
            b"{",
            b"[]",
            b"\xff\xfe",
            {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": document}},
            {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": []},
            {"jsonrpc": "2.0", "id": None, "method": "textDocument/hover"},
            {"jsonrpc": "2.0", "id": "odd", "method": "koreo/nothing", "params": {"a": 1}},
            {"jsonrpc": "2.0", "id": "odd", "method": "textDocument/hover", "params": {"position": -1}},
            {"jsonrpc": "2.0", "id": 987654, "result": {"odd": True}},
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "never"}},
            {
                "jsonrpc": "2.0",
                "method": "textDocument/didClose",
                "params": {"textDocument": {"uri": "untitled:no"}},
            },
        )
        body = self.random.choice(bodies)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.client.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    # Places

    def position(self, uri: str) -> Json:
        text = self.texts[uri]
        position = _position(text, self.random.randint(0, len(text)))
        if self.random.random() < 0.03:
            position = {"line": position["line"] + 1000, "character": 999}
        return position

    def range(self, uri: str) -> Json:
        text = self.texts[uri]
        start = self.random.randint(0, len(text))
        return _range(text, start, min(len(text), start + self.random.choice((0, 1, 5, 200, 100_000))))


def _position(text: str, offset: int) -> Json:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line = before.rpartition("\n")[2]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


def _range(text: str, start: int, end: int) -> Json:
    return {"start": _position(text, start), "end": _position(text, end)}


def _at(session: Session, uri: str) -> Json:
    return {"textDocument": {"uri": uri}, "position": session.position(uri)}


def _whole(_session: Session, uri: str) -> Json:
    return {"textDocument": {"uri": uri}}


def _part(session: Session, uri: str) -> Json:
    return {"textDocument": {"uri": uri}, "range": session.range(uri)}


for _method, _capability in {
    "hover": "hoverProvider",
    "completion": "completionProvider",
    "definition": "definitionProvider",
    "typeDefinition": "typeDefinitionProvider",
    "documentHighlight": "documentHighlightProvider",
    "signatureHelp": "signatureHelpProvider",
    "prepareRename": "renameProvider",
    "prepareCallHierarchy": "callHierarchyProvider",
}.items():
    _request(f"textDocument/{_method}", _capability)(_at)
for _method, _capability in {
    "documentSymbol": "documentSymbolProvider",
    "documentLink": "documentLinkProvider",
    "foldingRange": "foldingRangeProvider",
    "codeLens": "codeLensProvider",
    "semanticTokens/full": "semanticTokensProvider",
    "diagnostic": "diagnosticProvider",
}.items():
    _request(f"textDocument/{_method}", _capability)(_whole)
for _method, _capability in {
    "inlayHint": "inlayHintProvider",
    "semanticTokens/range": "semanticTokensProvider",
}.items():
    _request(f"textDocument/{_method}", _capability)(_part)
_FORMAT = {"options": {"tabSize": 2, "insertSpaces": True}}


@_request("textDocument/references", "referencesProvider")
def _references(session: Session, uri: str) -> Json:
    return {**_at(session, uri), "context": {"includeDeclaration": True}}


@_request("textDocument/rename", "renameProvider")
def _rename(session: Session, uri: str) -> Json:
    return {**_at(session, uri), "newName": session.random.choice(WORDS)}


@_request("textDocument/codeAction", "codeActionProvider")
def _actions(session: Session, uri: str) -> Json:
    return {**_part(session, uri), "context": {"diagnostics": []}}


@_request("textDocument/selectionRange", "selectionRangeProvider")
def _selection(session: Session, uri: str) -> Json:
    return {"textDocument": {"uri": uri}, "positions": [session.position(uri), session.position(uri)]}


@_request("textDocument/formatting", "documentFormattingProvider")
def _formatting(_session: Session, uri: str) -> Json:
    return {"textDocument": {"uri": uri}, **_FORMAT}


@_request("textDocument/rangeFormatting", "documentRangeFormattingProvider")
def _range_formatting(session: Session, uri: str) -> Json:
    return {**_part(session, uri), **_FORMAT}


@_request("textDocument/onTypeFormatting", "documentOnTypeFormattingProvider")
def _on_type_formatting(session: Session, uri: str) -> Json:
    return {**_at(session, uri), "ch": "\n", **_FORMAT}


@_request("workspace/symbol", "workspaceSymbolProvider")
def _symbols(session: Session, _uri: str) -> Json:
    return {"query": session.random.choice(WORDS)}


@_request("workspace/diagnostic", "none")
def _workspace_diagnostics(_session: Session, _uri: str) -> Json:
    return {"previousResultIds": []}


@_request("workspace/executeCommand", "executeCommandProvider")
def _command(session: Session, uri: str) -> Json:
    names = re.findall(r"name: ([\w-]+)", session.texts[uri])
    name = session.random.choice(names or ["a"])
    arguments = [uri, name, session.random.choice((None, 0, 1, "x", -1))]
    return {"command": session.random.choice(session.commands), "arguments": arguments}


@_request("koreo/runTests", "experimental")
def _run_tests(session: Session, uri: str) -> Json:
    return {"ids": None, "uris": session.random.choice(([uri], [], ["file:///none.k.yaml"]))}


@_request("koreo/preview", "experimental")
def _preview(session: Session, uri: str) -> Json:
    return _custom(session, uri)


@_request("koreo/graph", "experimental")
def _graph(session: Session, uri: str) -> Json:
    return {**_custom(session, uri), "format": session.random.choice(("svg", "mermaid"))}


def _custom(session: Session, uri: str) -> Json:
    return {"uri": uri, "position": session.position(uri)}


def published(messages: list[Json]) -> dict[str, list[Json]]:
    """Return the newest diagnostics of every file that messages of the server are about, ordered."""
    return {
        message["params"]["uri"]: sorted(message["params"]["diagnostics"], key=repr)
        for message in messages
        if message.get("method") == "textDocument/publishDiagnostics"
    }


def main() -> None:
    """Run a long session by hand, and print how the memory of the server grows."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, help="a folder of Koreo files; it is changed")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steady", action="store_true", help="keep the number and the size of the files")
    parser.add_argument("--pull", action="store_true", help="pull the diagnostics")
    given = parser.parse_args()
    from rpc_client import Apart
    from test_lsp_random_session import run_session

    began = time.monotonic()
    print("  steps  seconds  files  characters  memory (MB)", flush=True)

    def tell(step: int, session: Session) -> None:
        texts = {**{path.as_uri(): text for path, text in session.disk.items()}, **session.texts}
        characters = sum(len(text) for text in texts.values())
        memory = session.client.state()["memoryMegabytes"]
        seconds = time.monotonic() - began
        print(f"{step:7} {seconds:8.0f} {len(session.disk):6} {characters:11} {memory:12}", flush=True)

    run_session(
        Apart(), given.folder, given.steps, given.seed, tell=tell, steady=given.steady, pull=given.pull
    )
    print("the final state is that of a fresh server")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
