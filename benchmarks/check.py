"""`koreo check`, start included, against what it can be compared with on the same files in the same minute.

Prints, for each workspace: seconds, microseconds per document, and ratios to PyYAML merely parsing the files, to the
workspace ten times smaller, and, with --original, to the original language server settling on the same files.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from generate import write
from lsp import Client

_QUIET_SECONDS = 3.0


def seconds_of(command: list[str], runs: int) -> float:
    """Return the median wall time of a command."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def files_of(root: Path) -> list[Path]:
    """Return the Koreo files of a workspace."""
    return sorted(
        path for path in root.rglob("*") if path.name.endswith((".k.yaml", ".k.yml", ".koreo", ".k"))
    )


def parse_only(files: list[Path]) -> tuple[float, int]:
    """Return how long PyYAML's C parser takes for the events of the files alone, and how many documents there are."""
    texts = [path.read_text(encoding="utf-8") for path in files]
    begin = time.perf_counter()
    documents = sum(
        isinstance(event, yaml.DocumentStartEvent)
        for text in texts
        for event in yaml.parse(text, Loader=yaml.CSafeLoader)
    )
    return time.perf_counter() - begin, documents


async def settle(server: list[str], root: Path) -> float:
    """Return the seconds from the start of a server until its diagnostics stop changing, the quiet time left out."""
    client = await Client.start(server, root)
    first = files_of(root)[0]
    client.open(first, first.read_text(encoding="utf-8"))
    settled = await client.settle(_QUIET_SECONDS)
    await client.stop()
    return settled


def measure(root: Path, koreo: str, original: str | None, runs: int, before: float | None) -> float:
    """Measure one workspace, print its line, and return the time per document."""
    files = files_of(root)
    parsing, documents = parse_only(files)
    seconds = seconds_of([koreo, "check", str(root)], runs)
    each = seconds / documents
    line = f"{len(files):>6} files {documents:>6} documents  {seconds:6.2f} s  {each * 1e6:6.0f} us/document"
    line += f"  {seconds / parsing:5.1f} x parsing"
    if before is not None:
        line += f"  {each / before:4.2f} x per document of the smaller one"
    if original is not None:
        settled = asyncio.run(settle([original], root))
        line += f"  original settles in {settled:5.1f} s: 1/{settled / seconds:.1f}"
    print(line, flush=True)
    return each


def main() -> None:
    """Measure generated workspaces, or one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--modules", type=int, action="append", help="size of a generated workspace; repeatable"
    )
    parser.add_argument(
        "--vary", type=int, default=1, metavar="SEED", help="seed of the generated workspaces"
    )
    parser.add_argument(
        "--workspace", type=Path, action="append", help="measure these files instead; repeatable"
    )
    parser.add_argument("--original", help="the original's koreo-ls, measured beside")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    koreo = str(Path(sys.executable).with_name("koreo"))
    original = arguments.original and shutil.which(arguments.original)
    if arguments.original and not original:
        parser.error(f"{arguments.original} is not a program")
    with tempfile.TemporaryDirectory() as folder:
        roots = arguments.workspace or []
        for modules in [] if roots else arguments.modules or [100, 1000]:
            root = Path(folder) / str(modules)
            write(root, modules, arguments.vary)
            roots.append(root)
        before = None
        for root in roots:
            before = measure(root, koreo, original, arguments.runs, before)


if __name__ == "__main__":
    main()
