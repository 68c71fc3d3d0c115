"""What somebody who types feels: `koreo-ls` through the protocol, and another server beside it.

For each kind of request median, 95th percentile and worst, in milliseconds, over many requests:

* a keystroke until the diagnostics of a mistake in syntax, in types, and until a failing FunctionTest is shown;
* completion right after a keystroke, hover, definition and rename at places all over the open files;
* the start: until nothing changes any more, and how long requests take meanwhile.

With `--original COMMAND` the same is asked of another server, where it can do that, in the same minute.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shlex
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generate import write
from lsp import CAPABILITIES, Client

if TYPE_CHECKING:
    from collections.abc import Callable

_QUIET_SECONDS = 3.0
_WARM = 5
_NAME = re.compile(r"(?:inputs|locals|steps|parent)\.[\w.]+")
_SNIPPETS = {
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "rename": {"prepareSupport": True},
    },
    "workspace": {**CAPABILITIES["workspace"], "workspaceEdit": {"documentChanges": True}},
    "general": CAPABILITIES["general"],
}


@dataclass
class Editor:
    """One server with some open files."""

    name: str
    client: Client
    texts: dict[Path, str] = field(default_factory=dict)
    versions: dict[Path, int] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    empty: dict[str, int] = field(default_factory=dict)

    def open(self, path: Path) -> None:
        """Open a file."""
        self.texts[path] = path.read_text(encoding="utf-8")
        self.versions[path] = 1
        self.client.open(path, self.texts[path])

    async def replace(self, path: Path, old: str, new: str) -> float:
        """Replace the first `old` of an open file; return when."""
        text = self.texts[path]
        start = text.index(old)
        self.texts[path] = text[:start] + new + text[start + len(old) :]
        self.versions[path] += 1
        place = {"start": _position(text, start), "end": _position(text, start + len(old))}
        return await self.client.change(path, self.versions[path], {"range": place, "text": new})

    def note(self, kind: str, seconds: float) -> None:
        """Keep a time."""
        self.times.setdefault(kind, []).append(seconds)

    async def ask(self, kind: str, method: str, params: Any) -> None:
        """Ask, and keep how long the answer took, and whether there was any."""
        begin = time.monotonic()
        answer = await self.client.request(method, params)
        self.note(kind, time.monotonic() - begin)
        self.empty[kind] = self.empty.get(kind, 0) + (not answer)


def _position(text: str, offset: int) -> dict[str, int]:
    return {"line": text.count("\n", 0, offset), "character": offset - text.rfind("\n", 0, offset) - 1}


def _has(*codes: str) -> Callable[[list[Any]], bool]:
    return lambda diagnostics: any(one.get("code") in codes for one in diagnostics)


def _lacks(*codes: str) -> Callable[[list[Any]], bool]:
    return lambda diagnostics: not any(one.get("code") in codes for one in diagnostics)


async def _toggle(
    editor: Editor, kind: str, path: Path, change: tuple[str, str], code: str | None, count: int
) -> None:
    """Make and mend a mistake, over and over; without `code` any diagnostics of the file count."""
    for number in range(count):
        old, new = change if number % 2 == 0 else change[::-1]
        begin = await editor.replace(path, old, new)
        if code is None:
            version = editor.versions[path]
            editor.note(kind, await _published(editor.client, path, version, begin))
        else:
            shown = _has(code) if number % 2 == 0 else _lacks(code)
            editor.note(kind, await editor.client.until(path, begin, shown))
        await asyncio.sleep(0.02)


async def _published(client: Client, path: Path, version: int, begin: float) -> float:
    async with client.news:
        while True:
            for at, published, _ in client.published.get(path.as_uri(), []):
                if at >= begin and published in (version, None):
                    return at - begin
            await asyncio.wait_for(client.news.wait(), 120)


async def start(name: str, command: list[str], root: Path) -> Editor:
    """Start a server, ask it for hovers while it loads, and print when it has settled."""
    client = await Client.start(command, root, _SNIPPETS)
    editor = Editor(name, client)
    first = min(root.rglob("config.k.yaml"))
    editor.open(first)
    settling = asyncio.create_task(_settle(client))
    while not settling.done():
        await editor.ask("hover while it loads", "textDocument/hover", _place(editor, first, 0))
        await asyncio.wait([settling], timeout=0.05)
    found = sum(bool(entries[-1][2]) for entries in client.published.values())
    print(
        f"  {name}: settled after {settling.result():.2f} s, {found} files with problems, "
        f"a hover meanwhile took at most {max(editor.times['hover while it loads']) * 1000:.0f} ms",
        flush=True,
    )
    return editor


async def _settle(client: Client) -> float:
    """Wait until a server is done: by its own word, if it gives that; return the seconds until it last told."""
    if "koreo.status" not in client.capabilities.get("executeCommandProvider", {}).get("commands", ()):
        return await client.settle(_QUIET_SECONDS)
    while True:
        await asyncio.sleep(0.5)
        status = await client.request(
            "workspace/executeCommand", {"command": "koreo.status", "arguments": []}
        )
        loaded = status["workspaces"] and all(one["complete"] for one in status["workspaces"])
        if status["isIdle"] and loaded:
            print(f"  memory {status['memoryMegabytes']} MB")
            return await client.settle(0)


def _place(editor: Editor, path: Path, number: int) -> dict[str, Any]:
    """Return the parameters of a request at some name in an expression of an open file."""
    text = editor.texts[path]
    names = list(_NAME.finditer(text))
    found = names[number % len(names)]
    return {"textDocument": {"uri": path.as_uri()}, "position": _position(text, found.end() - 1)}


async def measure(editor: Editor, root: Path, count: int, *, own: bool) -> None:
    """Measure all kinds of one server."""
    client = editor.client
    configs, workflows = sorted(root.rglob("config.k.yaml")), sorted(root.rglob("workflow.k.yaml"))
    rng = random.Random(3)
    chosen = rng.sample(range(len(configs)), min(8, len(configs)))
    for index in chosen:
        for path in (configs[index], workflows[index]):
            if path not in editor.texts:
                editor.open(path)
    await client.settle(1.0)
    config, workflow = configs[chosen[0]], workflows[chosen[0]]
    syntax = ("=inputs.replicas * locals", "=inputs.replicas * * locals")
    typed = ("=steps.config.replicas", "=steps.config.replicaz")
    tested = ("=inputs.replicas * locals", "=inputs.replicas + 100 * locals")
    await _toggle(editor, "warm", config, syntax, None, _WARM * 2)
    if own:
        await _toggle(editor, "keystroke to syntax", config, syntax, "expression-syntax", count)
        await _toggle(editor, "keystroke to types", workflow, typed, "unknown-field", count)
        await _toggle(editor, "keystroke to tests", config, tested, "test-failed", count)
    await _toggle(editor, "keystroke to diagnostics", workflow, typed, None, count)
    await client.settle(1.0)
    paths = sorted(editor.texts)
    for number in range(count):
        path = workflow
        begin, end = (
            ("=steps.config.replicas", "=steps.config.")
            if number % 2 == 0
            else ("=steps.config.", "=steps.config.replicas")
        )
        await editor.replace(path, begin, end)
        offset = editor.texts[path].index("=steps.config.") + len("=steps.config.")
        params = {"textDocument": {"uri": path.as_uri()}, "position": _position(editor.texts[path], offset)}
        await editor.ask("completion after a keystroke", "textDocument/completion", params)
    for number in range(count):
        path = paths[number % len(paths)]
        for kind, provider in (("hover", "hoverProvider"), ("definition", "definitionProvider")):
            if client.capabilities.get(provider):
                await editor.ask(kind, f"textDocument/{kind}", _place(editor, path, number // len(paths)))
    if client.capabilities.get("renameProvider"):
        for number in range(count):
            params = {
                **_place(editor, paths[number % len(paths)], number // len(paths)),
                "newName": "renamed",
            }
            await editor.ask("rename", "textDocument/rename", params)


def report(editors: list[Editor]) -> None:
    """Print a line for each kind and server."""
    kinds = dict.fromkeys(kind for editor in editors for kind in editor.times if kind != "warm")
    for kind in kinds:
        for editor in editors:
            times = sorted(editor.times.get(kind, ()))
            if not times:
                continue
            late = times[min(len(times) - 1, int(len(times) * 0.95))]
            print(
                f"  {kind:30} {editor.name:10} median {statistics.median(times) * 1000:8.1f}  "
                f"p95 {late * 1000:8.1f}  worst {times[-1] * 1000:8.1f}  n {len(times)}"
                + (f"  without an answer {editor.empty[kind]}" if editor.empty.get(kind) else ""),
                flush=True,
            )


async def run(root: Path, servers: dict[str, list[str]], count: int) -> None:
    """Measure all servers on one workspace, one after the other."""
    editors: list[Editor] = []
    for name, command in servers.items():
        editor = await start(name, command, root)
        await measure(editor, root, count, own=not editors)
        editors.append(editor)
        await editor.client.stop()
    report(editors)


def main() -> None:
    """Measure on generated workspaces, or on one that is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--modules", type=int, action="append", help="size of a generated workspace; repeatable"
    )
    parser.add_argument(
        "--vary", type=int, default=1, metavar="SEED", help="seed of the generated workspaces"
    )
    parser.add_argument(
        "--workspace", type=Path, action="append", default=[], help="a workspace of your own; repeatable"
    )
    parser.add_argument("--count", type=int, default=200, help="requests of each kind")
    parser.add_argument("--original", help="the command of another server, measured beside ours")
    arguments = parser.parse_args()
    servers = {"koreo-ls": [str(Path(sys.executable).with_name("koreo-ls"))]}
    if arguments.original:
        servers["original"] = shlex.split(arguments.original)
    with tempfile.TemporaryDirectory() as folder:
        roots = [path.resolve() for path in arguments.workspace]
        for modules in arguments.modules or ([] if roots else [100, 1000]):
            root = Path(folder) / str(modules)
            write(root, modules, arguments.vary)
            roots.append(root)
        for root in roots:
            print(f"{root.name}: {sum(1 for _ in root.rglob('*.k.yaml'))} files", flush=True)
            asyncio.run(run(root, servers, arguments.count))


if __name__ == "__main__":
    main()
