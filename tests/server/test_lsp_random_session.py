"""After any session, however odd, every request is answered and the problems are those that a fresh server finds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL
from random_session import ERROR, Session, published
from rpc_client import Apart, Served

if TYPE_CHECKING:
    from collections.abc import Callable

    from rpc_client import Client

FIXTURES = Path(__file__).parents[2] / "fixtures"
STEPS = int(os.environ.get("KOREO_SESSION_STEPS", "1000"))
"""The steps of all seeds together."""
SEEDS = (1, 2, 3, 4)
PULLING = (3, 4)
"""The sessions of clients that pull diagnostics."""
EVERY = 500
ACTIONS = {
    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}},
    "isPreferredSupport": True,
    "disabledSupport": True,
    "dataSupport": True,
    "resolveSupport": {"properties": ["edit"]},
}


def _begin(client: Served | Apart, folder: Path, *, pull: bool) -> Any:
    """Introduce a client that can do everything, wait until all is read, and return what the server can do."""
    capabilities = {
        **FULL,
        "textDocument": {
            **FULL["textDocument"],
            "codeAction": ACTIONS,
            **({"diagnostic": {"relatedDocumentSupport": True}} if pull else {}),
        },
        "workspace": {
            **FULL.get("workspace", {}),
            "applyEdit": True,
            "workspaceEdit": {
                "documentChanges": True,
                "resourceOperations": ["create", "rename"],
                "changeAnnotationSupport": {},
            },
            **({"diagnostics": {"refreshSupport": True}} if pull else {}),
        },
        "experimental": {"koreo": {"testResults": True, "clientCommands": ["koreo.showObject"]}},
    }
    client.answers["workspace/applyEdit"] = {"applied": True}
    folders = [{"uri": folder.as_uri(), "name": "w"}]
    params = {
        "processId": os.getpid(),
        "capabilities": capabilities,
        "rootUri": None,
        "workspaceFolders": folders,
    }
    answer = client.request("initialize", params)
    client.notify("initialized", {})
    client.settle()
    return answer["capabilities"]


def _pulled(client: Client) -> dict[str, list[Any]]:
    report = client.request("workspace/diagnostic", {"previousResultIds": []})
    return {item["uri"]: sorted(item["items"], key=repr) for item in report["items"] if item["items"]}


def run_session(
    client: Served | Apart,
    folder: Path,
    steps: int,
    seed: int,
    *,
    tell: Callable[[int, Session], None] | None = None,
    pull: bool = False,
    steady: bool = False,
) -> None:
    """Run a random session in a folder and compare its end with a fresh server's. `tell` is called now and then."""
    capabilities = {**_begin(client, folder, pull=pull), "experimental": True}
    session = Session(client, folder, capabilities, seed, steady=steady)
    for number in range(1, steps + 1):
        session.step()
        if number % EVERY == 0:
            session.finish()
            client.settle()
            if tell is not None:
                tell(number, session)
    session.finish()
    client.settle()
    fresh = Served()
    _begin(fresh, folder, pull=pull)
    for uri, text in session.texts.items():
        item = {"uri": uri, "languageId": "koreo", "version": session.versions[uri], "text": text}
        fresh.notify("textDocument/didOpen", {"textDocument": item})
        assert isinstance(client, Apart) or client.text(uri) == text
    for one in (client, fresh):
        one.notify(
            "workspace/didChangeConfiguration", {"settings": {"koreo": {"tests": {"runOnEdit": True}}}}
        )
        one.settle()
    if pull:
        assert _pulled(client) == _pulled(fresh)
    else:
        here, there = {**session.shown, **published(client.received)}, published(fresh.received)
        assert {uri: found for uri, found in here.items() if found} == {
            uri: found for uri, found in there.items() if found
        }
    for one in (client, fresh):
        assert [message for message in one.sent("window/showMessage") if message["type"] == ERROR] == []
        assert one.state()["bugs"] == []
        assert one.request("shutdown") is None
        one.notify("exit")
        assert one.hang_up() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_end_of_a_random_session(seed: int, tmp_path: Path, no_bugs: None) -> None:
    folder = tmp_path / "w"
    shutil.copytree(FIXTURES / ("broken" if seed % 2 else "stateless-crud-app"), folder)
    shutil.copytree(FIXTURES / "hello", folder / "hello")
    run_session(Served(), folder, STEPS // len(SEEDS), seed, pull=seed in PULLING)
