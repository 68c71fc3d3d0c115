"""FunctionTests, one process, prepared workspace: cases per second, and the original's in the same minute.

"Prepared" means read and compiled, on both sides. The first run also builds what is only built when it is used; then
the median of several runs counts. Every run checks that all cases pass, and includes the second run of each case
that changed its object (the probe for results that never settle), which the original does not have.

`--original PYTHON` needs the script `bench/original_tests.py` of the folder that KOREO_SHARED names.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from generate import write
from koreo_analyzer.workspace import Workspace
from koreo_runtime.engine import Engine
from koreo_runtime.testing import find_tests
from koreo_runtime.testing.suite import PreparedTest, prepare_test, run_prepared

GOAL = 25


def prepare(root: Path) -> tuple[Engine, list[PreparedTest]]:
    """Read and compile a workspace: its tests and the functions that they run."""
    texts = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in root.rglob("*.k.yaml")}
    engine = Engine(Workspace().apply(texts))
    prepared = [prepare_test(engine, definition) for definition in find_tests(engine.snapshot)]
    for test in prepared:
        reference = next(iter(test.definition.document.references), None)
        if reference is not None:
            engine.program(reference.kind, reference.name.text)
    return engine, prepared


def run_all(engine: Engine, prepared: list[PreparedTest]) -> tuple[float, int]:
    """Run all tests and return the seconds and the number of cases. Raises `SystemExit` when one fails."""
    begin = time.perf_counter()
    reports = [run_prepared(engine, test) for test in prepared]
    seconds = time.perf_counter() - begin
    failed = [report.name for report in reports if not report.passed]
    if failed:
        raise SystemExit(f"tests that do not pass: {', '.join(failed)}")
    return seconds, sum(len(report.cases) for report in reports)


def measure(root: Path, runs: int) -> float:
    """Measure a workspace, print its figures, and return the cases per second of the median run."""
    begin = time.perf_counter()
    engine, prepared = prepare(root)
    print(f"{len(prepared)} tests read and compiled in {time.perf_counter() - begin:.2f} s")
    gc.collect()
    gc.freeze()
    first, cases = run_all(engine, prepared)
    print(f"first run   {cases} cases in {first * 1e3:7.1f} ms: {cases / first:8,.0f} cases/s")
    median = statistics.median(run_all(engine, prepared)[0] for _ in range(runs))
    print(f"median      {cases} cases in {median * 1e3:7.1f} ms: {cases / median:8,.0f} cases/s")
    return cases / median


def measure_original(python: str, root: Path, ours: float) -> None:
    """Run the original's test runner on the same files and print the ratio."""
    script = Path(os.environ.get("KOREO_SHARED", "")) / "bench" / "original_tests.py"
    if not script.is_file():
        raise SystemExit(f"KOREO_SHARED names no folder with {script.name}")
    command = [python, str(script), "tests", str(root)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(result.stdout.splitlines()[-1])
    theirs = found["cases"] / found["run_s"]
    print(
        f"original    {found['cases']} cases in {found['run_s'] * 1e3:7.1f} ms: {theirs:8,.0f} cases/s,"
        f" after {found['prepare_s']} s to prepare"
    )
    print(f"ratio       {ours / theirs:.1f} (goal {GOAL})")


def main() -> None:
    """Measure a generated workspace, or one that is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workspace", type=Path, help="measure these files instead of generated ones")
    parser.add_argument("--modules", type=int, default=100, help="size of the generated workspace")
    parser.add_argument("--vary", type=int, default=1, metavar="SEED", help="seed of the generated workspace")
    parser.add_argument("--original", metavar="PYTHON", help="a Python that has the original installed")
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = arguments.workspace
        if root is None:
            root = Path(folder) / "ws"
            write(root, arguments.modules, arguments.vary)
        ours = measure(root, arguments.runs)
        if arguments.original:
            measure_original(arguments.original, root, ours)


if __name__ == "__main__":
    main()
