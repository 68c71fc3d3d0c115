"""After any session, however odd, every request is answered and the problems are those that a fresh server finds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL
from random_session import Session, final_state
from rpc_client import Served

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(__file__).parents[2] / "fixtures"
STEPS = int(os.environ.get("KOREO_SESSION_STEPS", "1000"))
"""The steps of all seeds together."""
SEEDS = (1, 2, 3, 4)
PULLING = (3, 4)
"""The sessions of clients that pull diagnostics."""
EVERY = 1000


def _begin(folder: Path, *, pull: bool) -> tuple[Served, Any]:
    capabilities = {
        **FULL,
        "textDocument": {
            **FULL["textDocument"],
            **({"diagnostic": {"relatedDocumentSupport": True}} if pull else {}),
        },
        "workspace": {
            **FULL.get("workspace", {}),
            **({"diagnostics": {"refreshSupport": True}} if pull else {}),
        },
    }
    client = Served()
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
    return client, answer["capabilities"]


def _pulled(client: Served) -> dict[str, list[Any]]:
    report = client.request("workspace/diagnostic", {"previousResultIds": []})
    return {item["uri"]: sorted(item["items"], key=repr) for item in report["items"] if item["items"]}


def run_session(
    folder: Path,
    steps: int,
    seed: int,
    tell: Callable[[int, float | None], None] | None = None,
    *,
    pull: bool = False,
) -> None:
    """Run a random session in a folder and compare its end with a fresh server's."""
    client, capabilities = _begin(folder, pull=pull)
    capabilities["experimental"] = True
    session = Session(client, folder, capabilities, seed)
    for number in range(1, steps + 1):
        session.step()
        if number % EVERY == 0:
            session.finish()
            client.settle()
            if tell is not None:
                status = client.request(
                    "workspace/executeCommand", {"command": "koreo.status", "arguments": []}
                )
                tell(number, status["memoryMegabytes"])
                del client.received[: -EVERY * 10]
    session.finish()
    client.settle()
    fresh, _ = _begin(folder, pull=pull)
    for uri, text in session.texts.items():
        item = {"uri": uri, "languageId": "koreo", "version": session.versions[uri], "text": text}
        fresh.notify("textDocument/didOpen", {"textDocument": item})
        assert client.text(uri) == text
    fresh.notify("workspace/didChangeConfiguration", {"settings": {"koreo": {"tests": {"runOnEdit": True}}}})
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": {"tests": {"runOnEdit": True}}}})
    fresh.settle()
    client.settle()
    here, there = (_pulled(client), _pulled(fresh)) if pull else (final_state(client), final_state(fresh))
    assert here == there
    for one in (client, fresh):
        assert one.sent("window/showMessage") == []
        assert not one.server.failures.counts
        assert one.request("shutdown") is None
        one.notify("exit")
        assert one.hang_up() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_end_of_a_random_session(seed: int, tmp_path: Path, no_bugs: None) -> None:
    folder = tmp_path / "w"
    shutil.copytree(FIXTURES / ("broken" if seed % 2 else "stateless-crud-app"), folder)
    shutil.copytree(FIXTURES / "hello", folder / "hello")
    run_session(folder, STEPS // len(SEEDS), seed, pull=seed in PULLING)
