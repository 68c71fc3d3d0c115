"""The process `koreo-ls`: how it is started, and that it ends when its client does."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
from rpc_client import LIMIT, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVER = [sys.executable, "-c", "from koreo_server.main import main; main()"]
INITIALIZE = {"processId": os.getpid(), "rootUri": None, "capabilities": {}}
BROKEN = "apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {name: a}\nspec: [\n"

Started = tuple[subprocess.Popen[bytes], Client]


@pytest.fixture
def run() -> Iterator[Callable[..., Started]]:
    """Starts the program with arguments; whatever still runs at the end is killed."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> Started:
        process = subprocess.Popen(
            [*SERVER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        processes.append(process)
        assert process.stdin is not None
        assert process.stdout is not None
        return process, Client(process.stdin, process.stdout)

    yield start
    for process in processes:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


@pytest.mark.parametrize("arguments", [[], ["--stdio"], ["--stdio", "--log-level", "error"]])
def test_a_whole_conversation(run: Callable[..., Started], arguments: list[str]) -> None:
    process, client = run(*arguments)
    client.request("initialize", INITIALIZE)
    client.notify("initialized", {})
    assert [d["code"] for d in client.open("untitled:a", BROKEN)] == ["yaml-syntax"]
    client.request("shutdown")
    client.notify("exit")
    assert process.wait(LIMIT) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""


def test_nonsense_leaves_one_line_in_the_log(run: Callable[..., Started]) -> None:
    process, client = run()
    client.request("initialize", INITIALIZE)
    client.notify("textDocument/didOpen", {"textDocument": 7})
    client.notify("exit")
    assert process.wait(LIMIT) == 1
    assert process.stderr is not None
    (line,) = process.stderr.read().decode().splitlines()
    assert "textDocument/didOpen" in line


def test_everything_that_was_sent_before_the_end_is_answered(run: Callable[..., Started]) -> None:
    process, client = run()
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE},
        {"jsonrpc": "2.0", "id": 2, "method": "workspace/symbol", "params": {"query": ""}},
    ]
    assert process.stdin is not None
    for message in messages:
        body = json.dumps(message).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    process.stdin.close()
    assert client.answer(2) == []
    assert process.wait(LIMIT) == 1


def test_it_ends_with_its_input(run: Callable[..., Started]) -> None:
    process, _ = run()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(LIMIT) == 1


def test_it_ends_when_nobody_reads_its_output() -> None:
    read_end, write_end = os.pipe()
    process = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=write_end, stderr=subprocess.PIPE)
    os.close(write_end)
    os.close(read_end)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}).encode()
    assert process.stdin is not None
    process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    process.stdin.flush()
    try:
        assert process.wait(LIMIT) == 1
    finally:
        process.kill()
        _, errors = process.communicate()
    assert errors == b""


def test_an_interrupt_ends_it_without_a_traceback(run: Callable[..., Started]) -> None:
    process, client = run()
    client.request("initialize", INITIALIZE)
    process.send_signal(signal.SIGINT)
    assert process.wait(LIMIT) == 130
    assert process.stderr is not None
    assert process.stderr.read() == b""


CLIENT = """
import json, os, subprocess, sys, time
message = {{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {{
    "processId": os.getpid(), "capabilities": {{}}, "rootUri": {root!r}}}}}
body = json.dumps(message).encode()
frame = b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body)
ready = json.dumps({{"jsonrpc": "2.0", "method": "initialized", "params": {{}}}}).encode()
frame += b"Content-Length: %d\\r\\n\\r\\n%b" % (len(ready), ready)
server = subprocess.Popen({server!r}, stdin=subprocess.PIPE, stdout={answers}, stderr=subprocess.DEVNULL)
server.stdin.write(frame)
server.stdin.flush()
holder = 0
if {holds}:   # somebody else keeps the pipe open
    fds = [server.stdin.fileno()]
    holder = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, pass_fds=fds).pid
print(holder, flush=True)
time.sleep(60)
"""


def _large_workspace(folder: Path) -> None:
    for number in range(400):
        text = f"apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {{name: f{number}}}\n"
        (folder / f"f{number}.k.yaml").write_text(text + "spec: {return: {a: 1}}\n", encoding="utf-8")


@pytest.mark.parametrize("moment", ["at once", "when loaded"])
@pytest.mark.parametrize("holds", [False, True], ids=["the pipe closes", "the pipe is held open"])
def test_it_ends_when_its_client_is_killed(tmp_path: Path, moment: str, *, holds: bool) -> None:
    _large_workspace(tmp_path)
    read_end, write_end = os.pipe()
    script = CLIENT.format(root=tmp_path.as_uri(), server=SERVER, answers=write_end, holds=holds)
    client = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, pass_fds=[write_end])
    os.close(write_end)
    holder = 0
    with os.fdopen(read_end, "rb") as answers:
        try:
            assert client.stdout is not None
            holder = int(client.stdout.readline())
            if moment == "when loaded":
                assert b"publishDiagnostics" in _read_until(answers, b"publishDiagnostics")
        finally:
            client.kill()
            client.communicate()
        try:
            # The server holds the only other end of this pipe: the end of the stream is the end of the process.
            _drain(answers)
        finally:
            if holder:
                os.kill(holder, signal.SIGKILL)


def _read_until(stream: BinaryIO, wanted: bytes) -> bytes:
    data = b""
    while wanted not in data:
        more = os.read(stream.fileno(), 65536)
        if not more:
            break
        data += more
    return data


def _drain(stream: BinaryIO) -> None:
    """Read to the end of a stream; fail if that does not come."""
    reader = threading.Thread(target=stream.read, daemon=True)
    reader.start()
    reader.join(LIMIT)
    assert not reader.is_alive(), "the server lives on"


def test_a_client_of_another_machine_or_container_is_served(run: Callable[..., Started]) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    process, client = run()
    client.request("initialize", {**INITIALIZE, "processId": gone.pid})
    client.notify("initialized", {})
    asked = client.wait(lambda message: message.get("method") == "client/registerCapability")
    assert asked["params"] == {"registrations": []}
    assert process.stderr is not None
    assert str(gone.pid) in process.stderr.readline().decode()
    assert [d["code"] for d in client.open("untitled:a", BROKEN)] == ["yaml-syntax"]
    client.request("shutdown")
    client.notify("exit")
    assert process.wait(LIMIT) == 0


def test_help_says_how_to_begin() -> None:
    run: Any = subprocess.run([*SERVER, "--help"], capture_output=True, text=True, timeout=LIMIT, check=True)
    assert "vim.lsp.config" in run.stdout
    version = subprocess.run(
        [*SERVER, "--version"], capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert version.stdout.startswith("koreo-ls ")


def test_a_server_on_a_socket_serves_several_clients() -> None:
    process = subprocess.Popen([*SERVER, "--tcp", "127.0.0.1:0"], stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        host, port = process.stderr.readline().decode().split()[-1].split(":")
        connections = [socket.create_connection((host, int(port)), LIMIT) for _ in range(2)]
        clients = [Client(one.makefile("wb"), one.makefile("rb")) for one in connections]
        for number, client in enumerate(clients):
            client.request("initialize", {**INITIALIZE, "processId": None})
            client.notify("initialized", {})
            name = f"untitled:{number}"
            assert [d["code"] for d in client.open(name, BROKEN)] == ["yaml-syntax"]
        clients[0].request("shutdown")
        clients[0].notify("exit")
        assert clients[0].is_silent()
        assert clients[1].request("textDocument/documentSymbol", {"textDocument": {"uri": "untitled:1"}})
        connections[1].shutdown(socket.SHUT_RDWR)
        assert clients[1].is_silent()
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()


def _vanish(host: str, port: int, folder: Path, manner: str) -> None:
    """Be a client that does not say goodbye."""
    with (
        socket.create_connection((host, port), LIMIT) as connection,
        connection.makefile("wb") as sink,
        connection.makefile("rb") as source,
    ):
        client = Client(sink, source)
        client.request("initialize", {**INITIALIZE, "processId": None, "rootUri": folder.as_uri()})
        client.notify("initialized", {})
        if manner != "while loading":
            while not client.state()["isIdle"]:
                time.sleep(0.02)
        if manner == "within a message":
            client.send_bytes(b"Content-Length: 1000\r\n\r\n{")
        if manner == "with a reset":
            client.ask("workspace/symbol", {"query": ""})
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD if manner == "with a reset" else socket.SHUT_RDWR)
        assert client.is_silent()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="counts with the help of /proc")
def test_clients_on_a_socket_that_vanish_leave_nothing_behind(tmp_path: Path) -> None:
    _large_workspace(tmp_path)
    process = subprocess.Popen([*SERVER, "--tcp", "127.0.0.1:0"], stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        host, port = process.stderr.readline().decode().split()[-1].split(":")
        seen = []
        for number in range(16):
            manners = ("when loaded", "with a reset", "while loading", "within a message")
            _vanish(host, int(port), tmp_path, manners[number % 4])
            seen.append(_resources(process.pid))
        (memory, threads), (memory_later, threads_later) = seen[7], seen[-1]
        assert memory_later < memory + 12, f"sessions are kept: {seen}"
        assert threads_later <= threads + 1, seen
    finally:
        process.kill()
        _, errors = process.communicate()
    assert errors == b""


def _resources(process_id: int) -> tuple[float, int]:
    """Return the resident memory of a process in MB, and how many threads it has."""
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    values = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    return int(values["VmRSS"][0]) / 1000, int(values["Threads"][0])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--tcp", "here"], "expected HOST:PORT"),
        (["--tcp", "127.0.0.1:99999"], "expected HOST:PORT"),
        (["--tcp", "127.0.0.1:1", "--stdio"], "exclude each other"),
        (["--tcp", "203.0.113.1:2087"], "cannot listen on 203.0.113.1:2087"),
    ],
)
def test_an_address_that_cannot_be_used(arguments: list[str], told: str) -> None:
    done = subprocess.run([*SERVER, *arguments], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_self_test_of_a_good_installation() -> None:
    done = subprocess.run([*SERVER, "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("All is well.\n")
    assert "it finds the mistake in a text: expression-syntax" in done.stdout


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("sys.modules['jsonschema'] = None", "jsonschema cannot be imported"),
        ("import yaml; yaml.__with_libyaml__ = False", "PyYAML comes without libyaml"),
        (
            "import koreo_server.self_check as c; c.server_command = lambda: [sys.executable, '-c', 'raise KeyError']",
            "the server ended early: KeyError",
        ),
        (
            "import koreo_server.self_check as c; c.server_command = lambda: ['/no/such/program']\n",
            "/no/such/program cannot be started",
        ),
    ],
    ids=["library", "slow yaml", "server", "program"],
)
def test_the_self_test_names_what_is_wrong(broken: str, told: str) -> None:
    program = f"import sys; {broken}\nfrom koreo_server.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    (wrong,) = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert told in wrong
    assert done.stdout.endswith("Something is wrong with this installation.\n")
