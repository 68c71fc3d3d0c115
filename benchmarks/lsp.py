"""A language client that does just enough to time a server: messages out, answers and diagnostics in."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "synchronization": {"didSave": True},
    },
    "workspace": {"workspaceFolders": True, "configuration": True},
    "general": {"positionEncodings": ["utf-16"]},
}


@dataclass
class Client:
    """One server process and everything it published: by URI, the time (monotonic seconds), version and diagnostics."""

    process: asyncio.subprocess.Process
    started: float
    published: dict[str, list[tuple[float, int | None, list[Any]]]] = field(default_factory=dict)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    answers: dict[int, asyncio.Future[Any]] = field(default_factory=dict)
    last_id: int = 0
    reader: asyncio.Task[None] | None = None
    capabilities: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def start(cls, command: list[str], root: Path, capabilities: dict[str, Any] = CAPABILITIES) -> Self:
        """Start a server and tell it about one folder."""
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 26,
        )
        client = cls(process, started)
        client.reader = asyncio.create_task(client._read())
        folder = {"uri": root.as_uri(), "name": root.name}
        answer = await client.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root.as_uri(),
                "workspaceFolders": [folder],
                "capabilities": capabilities,
            },
        )
        client.capabilities = answer["capabilities"]
        client.notify("initialized", {})
        return client

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    async def request(self, method: str, params: Any) -> Any:
        """Send a request and return its result."""
        self.last_id += 1
        self.answers[self.last_id] = asyncio.get_running_loop().create_future()
        self._send({"id": self.last_id, "method": method, "params": params})
        return await asyncio.wait_for(self.answers[self.last_id], 600)

    async def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while line := (await stream.readline()).strip():
                key, _, value = line.partition(b":")
                if key.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            message = json.loads(await stream.readexactly(length))
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                async with self.news:
                    entry = (time.monotonic(), params.get("version"), params["diagnostics"])
                    self.published.setdefault(params["uri"], []).append(entry)
                    self.news.notify_all()
            elif "method" in message and "id" in message:
                empty = (
                    [None for _ in message["params"]["items"]]
                    if message["method"].endswith("configuration")
                    else None
                )
                self._send({"id": message["id"], "result": empty})
            elif "id" in message:
                self.answers.pop(message["id"]).set_result(message.get("result"))

    def open(self, path: Path, text: str) -> None:
        """Open a file in its version 1."""
        item = {"uri": path.as_uri(), "languageId": "koreo", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    async def edit(self, path: Path, version: int, text: str) -> float:
        """Replace the text of a file and return the seconds until its diagnostics of that version."""
        begin = time.monotonic()
        change = {
            "textDocument": {"uri": path.as_uri(), "version": version},
            "contentChanges": [{"text": text}],
        }
        self.notify("textDocument/didChange", change)
        async with self.news:
            while True:
                for at, published_version, _ in self.published.get(path.as_uri(), []):
                    if at >= begin and published_version in (version, None):
                        return at - begin
                await asyncio.wait_for(self.news.wait(), 120)

    async def change(self, path: Path, version: int, change: dict[str, Any]) -> float:
        """Send one change event and return when (monotonic seconds)."""
        begin = time.monotonic()
        document = {"uri": path.as_uri(), "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return begin

    async def until(self, path: Path, since: float, shown: Callable[[list[Any]], bool]) -> float:
        """Return the seconds from `since` until diagnostics of a file are published that are as wanted."""
        async with self.news:
            while True:
                for at, _, diagnostics in self.published.get(path.as_uri(), []):
                    if at >= since and shown(diagnostics):
                        return at - since
                await asyncio.wait_for(self.news.wait(), 120)

    async def settle(self, quiet: float) -> float:
        """Wait until nothing was published for `quiet` seconds; return when the last was, in seconds from the start."""
        while True:
            last = max((entries[-1][0] for entries in self.published.values()), default=self.started)
            rest = last + quiet - time.monotonic()
            if rest <= 0 and self.published:
                return last - self.started
            await asyncio.sleep(max(rest, 0.05))

    async def stop(self) -> None:
        """End the server."""
        await self.request("shutdown", None)
        self.notify("exit", None)
        await self.process.wait()
