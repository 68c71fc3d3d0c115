"""One pass of a Workflow in steady state on the simulated cluster: 20 steps, 10 of them managed Deployments.

Prints the time of a pass and of merely copying the same objects through JSON (what reading them from a server costs at
least), and with --original that of another runtime with the same files in the same minute: a command that is given the
folder and the name of the Workflow, and prints JSON with `pass_ms` and `outcome`. A pass that writes anything
is no steady state, and an error.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from generate import write_steps
from koreo_analyzer.workspace import Snapshot, Workspace
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.effects import Create, Read, ResourceId
from koreo_runtime.engine import Engine
from koreo_runtime.workflows.reconcile import PassResult, reconcile

_NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_MOST_PASSES = 10


def snapshot_of(folder: Path) -> Snapshot:
    """Read the Koreo files of a folder."""
    return Workspace().apply({str(path): path.read_text("utf-8") for path in folder.rglob("*.k.yaml")})


def settled(folder: Path) -> tuple[Engine, MemoryCluster, ResourceId]:
    """Return a cluster on which the Workflow of the folder has nothing left to do."""
    cluster = MemoryCluster(lambda: _NOW, unknown_kinds="accept", namespaces="any")
    trigger = yaml.safe_load((folder / "trigger.yaml").read_text("utf-8"))
    metadata = trigger["metadata"]
    key = ResourceId(
        trigger["apiVersion"], trigger["kind"], None, metadata["name"], metadata.get("namespace")
    )
    cluster.perform(Create(key, trigger))
    engine = Engine(snapshot_of(folder))
    for _ in range(_MOST_PASSES):
        if not one_pass(engine, cluster, key).writes:
            return engine, cluster, key
    sys.exit(f"the Workflow still writes after {_MOST_PASSES} passes")


def one_pass(engine: Engine, cluster: MemoryCluster, key: ResourceId) -> PassResult:
    """Make one pass."""
    return reconcile(engine, cluster, key, now="2026-01-01T00:00:00Z")


def managed(cluster: MemoryCluster, key: ResourceId) -> list[Any]:
    """Return the trigger and every object that it manages."""
    found = [cluster.perform(Read(key))]
    inventory = json.loads(found[0]["metadata"]["annotations"]["koreo.dev/managed-resources"])
    for entry in inventory["resources"].values():
        if entry is not None:
            target = ResourceId(
                entry["apiVersion"], entry["kind"], entry["plural"], entry["name"], entry.get("namespace")
            )
            found.append(cluster.perform(Read(target)))
    return found


def measure(folder: Path, passes: int, original: list[str] | None) -> None:
    """Measure one folder and print its lines."""
    engine, cluster, key = settled(folder)
    times: list[float] = []
    copies: list[float] = []
    objects = managed(cluster, key)
    for _ in range(passes):
        begin = time.perf_counter()
        passed = one_pass(engine, cluster, key)
        times.append(time.perf_counter() - begin)
        if passed.writes:
            sys.exit("a pass wrote something")
        begin = time.perf_counter()
        json.loads(json.dumps(objects))
        copies.append(time.perf_counter() - begin)
    ours, copying = statistics.median(times), statistics.median(copies)
    print(f"{type(passed.outcome).__name__}, {len(objects)} objects read, nothing written")
    print(
        f"a pass {ours * 1e3:.2f} ms: {ours / copying:.1f} x copying the same objects through JSON",
        flush=True,
    )
    if original is not None:
        finished = subprocess.run(
            [*original, str(folder), workflow_in(folder)], check=False, capture_output=True, text=True
        )
        if finished.returncode:
            sys.exit(f"the original did not run: {finished.stderr.strip()}")
        answer = json.loads(finished.stdout)
        slower = answer["pass_ms"] / (ours * 1e3)
        print(f"original {answer['pass_ms']:.1f} ms ({answer['outcome']}): 1/{slower:.0f}")


def workflow_in(folder: Path) -> str:
    """Return the name of the folder's only Workflow with a trigger."""
    snapshot = snapshot_of(folder)
    (name,) = (
        name
        for name in snapshot.names("Workflow")
        if (found := snapshot.signature("Workflow", name)) and found.trigger
    )
    return name


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--workspace", type=Path, help="a folder with a Workflow and trigger.yaml instead of our own"
    )
    parser.add_argument("--passes", type=int, default=300)
    parser.add_argument("--original", metavar="COMMAND", type=shlex.split)
    arguments = parser.parse_args()
    if arguments.workspace is not None:
        measure(arguments.workspace, arguments.passes, arguments.original)
    else:
        with tempfile.TemporaryDirectory() as made:
            write_steps(Path(made), 10, 1)
            measure(Path(made), arguments.passes, arguments.original)
