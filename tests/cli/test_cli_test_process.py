"""`koreo test` as a process: start-up, several processes, memory of failures, watching, signals."""

import json
import os
import pty
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from testing_workspace import GREETING_TEST, change, run

KOREO = [sys.executable, "-m", "koreo_cli.main", "test"]
SLOW = [
    "rich", "kubernetes", "pygls", "lsprotocol", "celpy", "asyncio", "multiprocessing", "watchfiles", "urllib.request",
]  # fmt: skip
PATIENCE = 30.0


def environment(**changes: str) -> dict[str, str]:
    paths = [os.path.abspath(path) for path in sys.path if path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TERM": "xterm", **changes}


def listed(*arguments: str) -> list[str]:
    """Verdict and name of each test, in the order of the lines."""
    lines = run(*arguments).stdout.split("\n\n")[0].splitlines()
    return [" ".join(line.split()[:2]) for line in lines]


def many(folder: Path, count: int) -> None:
    for number in range(count):
        text = GREETING_TEST.replace("greeting-test", f"test-{number:03}")
        (folder / f"{number:03}.k.yaml").write_text(text.replace("count: 2", f"count: {2 + number % 2}"))


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key != "seconds"}
    return [without_times(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("output", ["text", "json"])
def test_nothing_slow_is_imported_in_vain(tested: Path, output: str) -> None:
    code = (
        f"import sys; from koreo_cli.main import cli\n"
        f"cli.main(['test', '--format', '{output}'], standalone_mode=False)\n"
        f"print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=True, timeout=60
    )
    assert done.stderr == b"[]\n"


def test_help_imports_no_analyzer() -> None:
    code = (
        "import sys; from koreo_cli.main import cli; cli.main(['test', '--help'], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith(('koreo_analyzer.', 'koreo_runtime'))], "
        "file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=True, timeout=60
    )
    assert done.stderr == b"['koreo_analyzer.suggest']\n"


def test_processes_give_the_same_results(tested: Path) -> None:
    many(tested, 40)
    for options in (["--format", "json"], ["--format", "junit"]):
        one, three = run("-j1", *options).stdout, run("-j3", *options).stdout
        if options[-1] == "json":
            assert without_times(json.loads(one)) == without_times(json.loads(three))
        else:
            assert one.count("<failure") == three.count("<failure") == 20
    assert listed("-j3") == listed("-j1")


def test_a_process_that_is_lost(tested: Path) -> None:
    many(tested, 4)
    code = (
        "import os, sys, koreo_cli.testing.running as running\n"
        "running.run_test = lambda *_: os._exit(9)\n"
        "sys.argv = ['koreo', 'test', '-j2']\n"
        "from koreo_cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith(
        b"Error: a process ended before its work was done, 6 of 6 results are missing"
    )


def test_the_tests_that_failed_come_first(tested: Path) -> None:
    many(tested, 3)
    in_order = ["PASS test-000", "FAIL test-001", "PASS test-002", "PASS sizes-test", "PASS greeting-test"]
    assert listed() == in_order
    assert listed("--failed-first") == ["FAIL test-001", *in_order[:1], *in_order[2:]]
    change(tested / "001.k.yaml", "count: 3", "count: 2")
    assert listed("--failed-first", "-k", "test-002 or 001") == ["PASS test-001", "PASS test-002"]
    assert listed("--failed-first")[0] == "PASS test-000"


def test_what_failed_is_remembered_by_workspace_and_test(tested: Path, cache: Path) -> None:
    many(tested, 2)
    listed()
    assert listed("sizes.k.yaml") == ["PASS sizes-test"]
    assert listed("--failed-first")[0] == "FAIL test-001"
    (file,) = (cache / "koreo" / "failed-tests").iterdir()
    file.write_text("[1]")
    assert listed("--failed-first")[0] == "PASS test-000"
    assert listed("--failed-first")[0] == "FAIL test-001"
    (tested / "001.k.yaml").unlink()
    assert "koreo.toml" in os.listdir(tested)
    assert all(name.endswith((".yaml", ".toml")) or "." not in name for name in os.listdir(tested))


def test_a_cache_that_cannot_be_written(tested: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tested, 2)
    (cache / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache / "file"))
    assert "FAIL test-001" in listed()
    assert listed("--failed-first")[0] == "PASS test-000"


def test_a_terminal_gets_colors_and_no_progress_of_quick_runs(tested: Path) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        KOREO, stdin=follower, stdout=follower, stderr=follower, env=environment(NO_COLOR="")
    )
    os.close(follower)
    seen = bytearray()
    try:
        while part := os.read(leader, 65536):
            seen += part
    except OSError:  # Linux says EIO when the other side has closed the terminal.
        pass
    os.close(leader)
    assert process.wait(timeout=60) == 0
    assert b"\x1b[32m" in seen
    assert b"Reading" not in seen
    assert b"\x1b[" not in subprocess.run(KOREO, capture_output=True, env=environment(), check=True).stdout


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_interrupt(tested: Path, jobs: str) -> None:
    code = (
        "import os, sys, time\n"
        "import koreo_cli.testing.running as running\n"
        "def wait(*_): os.write(1, b'waiting\\n'); time.sleep(60)\n"
        "running.run_test = wait\n"
        f"sys.argv = ['koreo', 'test', '{jobs}']\n"
        "from koreo_cli.main import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"waiting\n"
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors


class Watch:
    """`koreo test --watch` in the working directory."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [*KOREO, "--watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, end: str) -> list[str]:
        """Return the lines up to one that contains a text."""
        lines: list[str] = []
        deadline = time.monotonic() + PATIENCE
        while not lines or end not in lines[-1]:
            lines.append(self._lines.get(timeout=max(0.0, deadline - time.monotonic())))
        return lines

    def is_silent(self, seconds: float) -> bool:
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def watch(tested: Path) -> Iterator[Watch]:
    found = Watch()
    found.until("watching for changes")
    yield found
    found.process.kill()
    found.process.wait()


def test_a_watch_runs_what_an_edit_affects(tested: Path, watch: Watch) -> None:
    change(tested / "functions/greeting.k.yaml", '"Hello "', '"Bye "')
    lines = watch.until("2 tests")
    assert lines[1].endswith("functions/greeting.k.yaml changed")
    assert lines[2].startswith("FAIL   greeting-test")
    assert not any("sizes-test" in line for line in lines)
    assert '  - "Hello Ada"' in lines
    change(tested / "sizes.k.yaml", "half: 1", "half: 2")
    lines = watch.until("2 tests")
    assert lines[2].startswith("FAIL   sizes-test")
    assert "still failing: greeting-test" in lines
    change(tested / "functions/greeting.k.yaml", '"Bye "', '"Hello "')
    change(tested / "sizes.k.yaml", "half: 2", "half: 1")
    assert watch.until("2 tests passed")


def test_a_watch_survives_whatever_happens_to_files(tested: Path, watch: Watch) -> None:
    path = tested / "functions/greeting.k.yaml"
    text = path.read_text()
    path.write_text("kind: [")
    assert any("error[yaml-syntax]" in line for line in watch.until("1 of 2 tests could not run"))
    path.write_bytes(b"\xff\xff")
    assert any("error[unreadable-file]" in line for line in watch.until("2 tests"))
    path.unlink()
    watch.until("1 of 2 tests could not run")
    path.write_text(text)
    watch.until("2 tests passed")
    (tested / "tests").rename(tested / "moved")
    watch.until("2 tests")
    (tested / "new.k.yaml").write_text(GREETING_TEST.replace("greeting-test", "new-test"))
    assert any(line.startswith("PASS   new-test") for line in watch.until("3 tests passed"))


def test_a_watch_is_silent_when_nothing_changes(tested: Path, watch: Watch) -> None:
    (tested / "sizes.k.yaml").touch()
    (tested / "notes.txt").write_text("anything")
    (tested / "draft").mkdir()
    assert watch.is_silent(2.5)


def test_a_watch_ends_with_interrupt(watch: Watch) -> None:
    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(timeout=PATIENCE) == 0
