"""`koreo-ls --check`: tries the installation as an editor would, and names what is wrong with it."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from koreo_analyzer import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_SECONDS = 30.0
"""After so long a server that has not answered will not."""

_MODULES = {
    "pygls": "pygls",
    "lsprotocol": "lsprotocol",
    "celpy": "cel-python",
    "yaml": "PyYAML",
    "jsonschema": "jsonschema",
    "immutables": "immutables",
    "re2": "google-re2",
    "regex": "regex",
    "pathspec": "pathspec",
}
_OLDEST = (3, 11)
_PULL = 2
"""The number of the request for the diagnostics of the text."""
_TEXT = """apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: check
spec:
  return:
    value: =inputs.a +
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `advice` says how to mend it; without, all is well with it."""

    text: str
    advice: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing has to be mended."""
        return self.advice is None


def self_check(command: list[str]) -> Iterator[Finding]:
    """Try one thing after the other; `command` starts a server on its standard input and output."""
    version = ".".join(map(str, sys.version_info[:3]))
    advice = None if sys.version_info >= _OLDEST else "install Python 3.11 or later, and Koreo with that"
    yield Finding(f"Python {version} ({sys.executable})", advice)
    libraries = [_library(module, package) for module, package in _MODULES.items()]
    broken = [found for found in libraries if not found.ok]
    yield from broken
    if not broken:
        yield Finding(f"{len(libraries)} libraries")
        yield _fast_yaml()
        yield _schemas()
        yield from _conversation(command)
    yield _on_path()


def server_command() -> list[str]:
    """Return the command that starts the server of this very installation."""
    return [sys.executable, "-m", "koreo_server.main"]


def again() -> str:
    """Return the command that installs this package again, from where it came: a folder, a wheel, or an index.

    Where it came from is what pip has noted (PEP 610); a package from an index has no such note.
    """
    try:
        noted = importlib.metadata.distribution("koreo-lang").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        noted = None
    origin = json.loads(noted) if noted else {}
    url = origin.get("url", "koreo-lang")
    place = url2pathname(urlsplit(url).path) if url.startswith("file:") else url
    editable = "--editable " if origin.get("dir_info", {}).get("editable") else ""
    return f"{sys.executable} -m pip install --force-reinstall {editable}{place}"


def _library(module: str, package: str) -> Finding:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return Finding(
            f"{package} cannot be imported: {error}",
            f"{sys.executable} -m pip install --force-reinstall {package}",
        )
    return Finding(package)


def _fast_yaml() -> Finding:
    if importlib.import_module("yaml").__with_libyaml__:
        return Finding("PyYAML has libyaml")
    return Finding(
        "PyYAML comes without libyaml",
        f"{sys.executable} -m pip install --force-reinstall --only-binary PyYAML PyYAML",
    )


def _schemas() -> Finding:
    schemas = importlib.import_module("koreo_project.schemas")
    try:
        count = sum(1 for _ in schemas.builtin().names())
    except (OSError, ValueError) as error:
        return Finding(f"the schemas of Kubernetes cannot be read: {error}", again())
    return Finding(f"schemas of {count} Kubernetes kinds", None if count else again())


def _conversation(command: list[str]) -> Iterator[Finding]:
    """Start a server and talk to it: a text with a mistake has to come back as a diagnostic.

    That is asked for, as what the server sends by itself may come after the word that ends it.
    """
    start = time.monotonic()
    try:
        done = subprocess.run(
            command, input=_questions(), capture_output=True, timeout=LIMIT_SECONDS, check=False
        )
    except OSError as error:
        yield Finding(f"{command[0]} cannot be started: {error}", again())
        return
    except subprocess.TimeoutExpired:
        yield Finding(f"the server has not ended after {LIMIT_SECONDS:.0f} s", again())
        return
    seconds = time.monotonic() - start
    answers = list(_messages(done.stdout))
    hello = next((answer for answer in answers if answer.get("id") == 1), None)
    if hello is None or done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        detail = said[-1] if said else f"exit status {done.returncode}"
        yield Finding(f"the server ended early: {detail}", f"look at: {' '.join(command)} --log-level debug")
        return
    version = hello["result"]["serverInfo"]["version"]
    yield Finding(
        f"a server of version {version} starts, answers and ends within {seconds:.2f} s",
        None if version == __version__ else f"this is {__version__}; install again: {again()}",
    )
    codes = [
        diagnostic["code"]
        for answer in answers
        if answer.get("id") == _PULL
        for diagnostic in answer["result"]["items"]
    ]
    if codes:
        yield Finding(f"it finds the mistake in a text: {codes[0]}")
    else:
        yield Finding("it does not find the mistake in a text", again())


def _questions() -> bytes:
    document = {"uri": "untitled:check.k.yaml", "languageId": "koreo", "version": 1, "text": _TEXT}
    able = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    messages: list[dict[str, Any]] = [
        {
            "id": 1,
            "method": "initialize",
            "params": {"processId": os.getpid(), "rootUri": None, "capabilities": able},
        },
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
        {
            "id": _PULL,
            "method": "textDocument/diagnostic",
            "params": {"textDocument": {"uri": document["uri"]}},
        },
        {"id": 3, "method": "shutdown"},
        {"method": "exit"},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


def _messages(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the messages of a stream (LSP 3.17, "Base Protocol"); it ends at what is none."""
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        _, _, length = head.lower().partition(b"content-length:")
        digits = length.split(b"\r\n")[0].strip()
        if not digits.isdigit():
            return
        yield json.loads(rest[: int(digits)])
        data = rest[int(digits) :]


def _on_path() -> Finding:
    """Tell which `koreo-ls` an editor finds by its name. That it finds none, or another, may be meant."""
    found = shutil.which("koreo-ls")
    own = Path(sys.executable).parent
    if found is None:
        return Finding(f"koreo-ls is not on the PATH: give the editor {own / 'koreo-ls'}")
    if Path(found).parent.resolve() != own.resolve():
        return Finding(f"the koreo-ls on the PATH is another one: {found}")
    return Finding(f"koreo-ls on the PATH: {found}")
