"""A plain JSON-RPC client: sends whatever it is told, keeps whatever comes, checks nothing by itself.

Waiting is always for a message, with a limit; there are no pauses, except for a process to become idle.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO

from koreo_server.lsp.create import create_server
from koreo_server.lsp.stdio import serve

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
LIMIT = 30.0
"""Seconds after which a message is not going to come."""


class RpcError(Exception):
    """An error that the server answered."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]


class Client:
    """One end of two streams. `received` holds all messages of the server in order."""

    def __init__(self, sink: BinaryIO, source: BinaryIO) -> None:
        self._sink = sink
        self._sending = threading.Lock()
        self._ids = itertools.count(1)
        self._news = threading.Condition()
        self.received: list[Json] = []
        self.answers: dict[str, Json] = {}
        """What the server is answered, by method; nothing to other requests."""
        self.ended = False
        self._reader = threading.Thread(target=self._read, args=(source,), daemon=True)
        self._reader.start()

    def _read(self, source: BinaryIO) -> None:
        length = 0
        while line := source.readline():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            elif not line.strip() and length:
                message = json.loads(source.read(length))
                length = 0
                if "method" in message and "id" in message:
                    with contextlib.suppress(OSError, ValueError):
                        result = self.answers.get(message["method"])
                        self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
                with self._news:
                    self.received.append(message)
                    self._news.notify_all()
        with self._news:
            self.ended = True
            self._news.notify_all()

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        with self._sending:
            self._sink.write(data)
            self._sink.flush()

    def send(self, message: Json) -> None:
        """Send a message."""
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Json = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Json = None) -> int:
        """Send a request and return its number."""
        number = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def answer(self, number: int) -> Json:
        """Wait for the answer to a request. Raises RpcError for an error."""
        message = self.wait(lambda m: m.get("id") == number and "method" not in m)
        if "error" in message:
            raise RpcError(message["error"])
        return message.get("result")

    def request(self, method: str, params: Json = None) -> Json:
        """Send a request and wait for its answer."""
        return self.answer(self.ask(method, params))

    def wait(self, wanted: Callable[[Json], bool], *, start: int = 0) -> Json:
        """Wait for a message, of those from number `start` on."""

        def find() -> Json:
            return next((message for message in self.received[start:] if wanted(message)), None)

        with self._news:
            self._news.wait_for(lambda: find() is not None or self.ended, LIMIT)
            found = find()
        assert found is not None, f"it never came; received: {self.received[-5:]}"
        return found

    def sent(self, method: str) -> list[Json]:
        """Return the parameters of what the server has sent by a method."""
        return [message["params"] for message in list(self.received) if message.get("method") == method]

    def is_silent(self) -> bool:
        """Wait for the end of the stream; whether that came."""
        with self._news:
            return self._news.wait_for(lambda: self.ended, LIMIT)

    def state(self) -> Json:
        """Return what the server says of itself."""
        return self.request("workspace/executeCommand", {"command": "koreo.status", "arguments": []})

    # Documents

    def open(self, uri: str, text: str, *, version: int = 1, language: str = "koreo") -> Json:
        """Open a text and wait for its diagnostics."""
        start = len(self.received)
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return self.published(uri, version=version, start=start)

    def change(self, uri: str, version: int, *changes: Json) -> None:
        """Change a text: a string is the whole text, anything else a change event."""
        events = [{"text": change} if isinstance(change, str) else change for change in changes]
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": events},
        )

    def close(self, uri: str) -> None:
        """Close a text."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def published(self, uri: str, *, version: int, start: int = 0) -> list[Json]:
        """Wait for the diagnostics of one version of a text."""

        def wanted(message: Json) -> bool:
            params = message.get("params") or {}
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and params.get("version") == version
            )

        return list(self.wait(wanted, start=start)["params"]["diagnostics"])

    def diagnostics(self, uri: str) -> list[Json]:
        """Return the newest diagnostics of a file."""
        newest = [params for params in self.sent("textDocument/publishDiagnostics") if params["uri"] == uri]
        return list(newest[-1]["diagnostics"]) if newest else []

    def codes(self, uri: str) -> list[str]:
        """Return the codes of the newest diagnostics of a file."""
        return sorted(diagnostic["code"] for diagnostic in self.diagnostics(uri))

    def wait_codes(self, uri: str, *codes: str) -> None:
        """Wait until the newest diagnostics of a file are of exactly these codes."""
        with self._news:
            came = self._news.wait_for(lambda: self.codes(uri) == sorted(codes) or self.ended, LIMIT)
        assert came, f"{uri} has {self.codes(uri)}"
        assert self.codes(uri) == sorted(codes)


class Served(Client):
    """A client of a server that runs in this process, on a thread of its own, over two pipes."""

    def __init__(self) -> None:
        to_server, from_client = os.pipe()
        to_client, from_server = os.pipe()
        self.server = create_server()
        self.status: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._streams = (os.fdopen(to_server, "rb"), os.fdopen(from_server, "wb"))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._pipe = os.fdopen(from_client, "wb")
        super().__init__(self._pipe, os.fdopen(to_client, "rb"))

    def _serve(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            self.status = runner.run(serve(self.server.protocol, *self._streams))
        self._streams[1].close()

    def settle(self) -> None:
        """Wait until the server has nothing left to do."""

        async def idle() -> None:
            server = self.server
            while not (server.loader.is_idle and server.publisher.is_idle and server.tests.is_idle):
                await asyncio.sleep(0)

        self.request("workspace/symbol", {"query": "none-such"})
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(idle(), self._loop).result(LIMIT)
        self.request("workspace/symbol", {"query": "none-such"})

    def text(self, uri: str) -> str:
        """Return the server's idea of an open text."""
        opened = self.server.projects.opened(self.server.projects.key_of(uri))
        assert opened is not None
        return opened.text

    def hang_up(self) -> int | None:
        """Close the stream to the server, wait for its end, and return its exit status."""
        if not self._pipe.closed:
            self._pipe.close()
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()
        return self.status


class Apart(Client):
    """A client of a server in a process of its own, over its standard input and output."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", "from koreo_server.main import main; main()"]
        command += ["--stdio", "--log-level", "error"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._pipe = self.process.stdin
        super().__init__(self._pipe, self.process.stdout)

    def settle(self) -> None:
        """Wait until the server has nothing left to do."""
        while not self.state()["isIdle"]:
            time.sleep(0.02)

    def hang_up(self) -> int | None:
        """Close the stream to the server, wait for its end, and return its exit status."""
        self._pipe.close()
        status = self.process.wait(LIMIT)
        assert self.is_silent()
        return status
