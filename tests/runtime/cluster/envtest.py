"""A real API server for the tests: etcd, kube-apiserver and kube-controller-manager, shared by all workers.

The first worker that needs it starts this file as a process of its own, which starts the three and stops them
(by process id) once no worker uses them any more; so nothing stays behind when a worker is killed. Workers
agree through a folder: `lock`, `users/PID`, `server.json` with the address while the server is up.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TOKEN = "tok"
START_SECONDS = 90.0
IDLE_SECONDS = 3.0


@dataclass(frozen=True)
class Server:
    """Where the server listens, and the file with the certificate that it made for itself."""

    address: str
    certificate: str


@contextlib.contextmanager
def shared_server(folder: Path, assets: Path) -> Iterator[Server]:
    """Yields the server that all users of the folder share."""
    users = folder / "users"
    users.mkdir(parents=True, exist_ok=True)
    mine = users / str(os.getpid())
    with _locked(folder):
        mine.touch()
        state = folder / "server.json"
        if not state.exists():
            run = folder / f"run-{os.getpid()}-{time.monotonic_ns()}"
            run.mkdir()
            (folder / "failed").unlink(missing_ok=True)
            with (run / "supervisor.log").open("wb") as log:
                subprocess.Popen(
                    [sys.executable, __file__, str(folder), str(run), str(assets)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            _wait(lambda: state.exists() or (folder / "failed").exists(), START_SECONDS, "the API server")
        if not state.exists():
            raise RuntimeError((folder / "failed").read_text())
        server = Server(**json.loads(state.read_text()))
    try:
        yield server
    finally:
        mine.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _wait(done: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come up in {seconds:g} s")
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _kubeconfig(address: str) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {"name": "c", "cluster": {"server": address, "insecure-skip-tls-verify": True}},
            ],
            "users": [{"name": "u", "user": {"token": TOKEN}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
    )


def _commands(run: Path, assets: Path, ports: list[int]) -> tuple[str, list[list[str]]]:
    etcd, peer, secure = ports
    address = f"https://127.0.0.1:{secure}"
    key = run / "sa.key"
    (run / "tokens.csv").write_text(f"{TOKEN},admin,admin,system:masters\n")
    (run / "kubeconfig").write_text(_kubeconfig(address))
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    return address, [
        [
            str(assets / "etcd"),
            f"--data-dir={run}/etcd",
            f"--listen-client-urls=http://127.0.0.1:{etcd}",
            f"--advertise-client-urls=http://127.0.0.1:{etcd}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            "--unsafe-no-fsync",
        ],
        [
            str(assets / "kube-apiserver"),
            f"--etcd-servers=http://127.0.0.1:{etcd}",
            f"--secure-port={secure}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--cert-dir={run}/certs",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--authorization-mode=RBAC",
            f"--token-auth-file={run}/tokens.csv",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount",
        ],
        [
            str(assets / "kube-controller-manager"),
            f"--kubeconfig={run}/kubeconfig",
            f"--service-account-private-key-file={key}",
            "--leader-elect=false",
            "--controllers=*,-nodeipam,-route,-service,-cloud-node-lifecycle,-ttl,-bootstrapsigner,-tokencleaner",
            "--port=0",
            "--secure-port=0",
        ],
    ]


def _ready(address: str) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for path in ("/readyz", "/api/v1/namespaces/default"):
        request = urllib.request.Request(address + path, headers={"Authorization": f"Bearer {TOKEN}"})
        try:
            with urllib.request.urlopen(request, timeout=5, context=context):
                pass
        except (urllib.error.URLError, OSError):
            return False
    return True


def _supervise(folder: Path, run: Path, assets: Path) -> None:
    address, commands = _commands(run, assets, _free_ports(3))
    running: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        for command in commands:
            name = Path(command[0]).name
            with (run / f"{name}.log").open("wb") as log:
                running.append(
                    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=run)
                )
            if name == "kube-apiserver":
                _wait(lambda: _ready(address), START_SECONDS - 10, "kube-apiserver")
        (folder / "server.tmp").write_text(
            json.dumps({"address": address, "certificate": f"{run}/certs/apiserver.crt"})
        )
        (folder / "server.tmp").rename(folder / "server.json")
        _until_unused(folder)
    except (OSError, TimeoutError, subprocess.SubprocessError) as error:
        (folder / "failed").write_text(f"{error}; see the logs in {run}")
    finally:
        for process in reversed(running):
            process.terminate()
        for process in reversed(running):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _until_unused(folder: Path) -> None:
    """Returns when nobody has used the server for a while, and no new user can come."""
    idle_since = time.monotonic()
    while True:
        time.sleep(0.5)
        if any(_alive(int(user.name)) for user in (folder / "users").iterdir()):
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since > IDLE_SECONDS:
            with _locked(folder):
                if not any(_alive(int(user.name)) for user in (folder / "users").iterdir()):
                    (folder / "server.json").unlink(missing_ok=True)
                    return


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    _supervise(*(Path(argument) for argument in sys.argv[1:4]))
