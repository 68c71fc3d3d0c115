"""One edit in a running `koreo-ls`, through the protocol: the time until the edited file's new problems.

Prints median and 95th percentile for an edit inside an expression of a Workflow that nobody refers to, and of a
function that every module uses (its own file, then the last file that the edit reaches), at two sizes of workspace.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from generate import write
from lsp import Client

_LOADED_QUIET_SECONDS = 3.0
_QUIET_SECONDS = 0.5


def summary(times: list[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(times)
    return (
        f"{statistics.median(ordered) * 1000:6.1f} ms (p95 {ordered[int(len(ordered) * 0.95)] * 1000:6.1f})"
    )


async def measure(root: Path, edits: int) -> None:
    """Measure one workspace and print its lines."""
    client = await Client.start([str(Path(sys.executable).with_name("koreo-ls"))], root)
    workflow = min(root.rglob("workflow.k.yaml"))
    shared = root / "labels.k.yaml"
    texts = {path: path.read_text(encoding="utf-8") for path in (workflow, shared)}
    for path, text in texts.items():
        client.open(path, text)
    settled = await client.settle(_LOADED_QUIET_SECONDS)
    print(f"{root.name} modules: settled after {settled:.2f} s")
    version = 1
    own, reached = [], []
    for number in range(edits):
        version += 1
        text = texts[workflow].replace("steps.config", "steps.konfig") if number % 2 == 0 else texts[workflow]
        own.append(await client.edit(workflow, version, text))
    print(f"  a Workflow:        own problems {summary(own)}")
    own = []
    for number in range(max(4, edits // 10)):
        version += 1
        text = texts[shared].replace("inputs.owner", "inputs.owners") if number % 2 == 0 else texts[shared]
        began = asyncio.get_running_loop().time()
        own.append(await client.edit(shared, version, text))
        await client.settle(_QUIET_SECONDS)
        last = max(entries[-1][0] for entries in client.published.values())
        reached.append(last - began)
    print(
        f"  a shared function: own problems {summary(own)}, the last of its users' {summary(reached)}",
        flush=True,
    )
    await client.stop()


def main() -> None:
    """Measure at two sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--modules", type=int, action="append", help="size of a generated workspace; repeatable"
    )
    parser.add_argument(
        "--vary", type=int, default=1, metavar="SEED", help="seed of the generated workspaces"
    )
    parser.add_argument("--edits", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for modules in arguments.modules or [100, 1000]:
            root = Path(folder) / str(modules)
            write(root, modules, arguments.vary)
            asyncio.run(measure(root, arguments.edits))


if __name__ == "__main__":
    main()
