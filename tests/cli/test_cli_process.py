"""The program as a process: start-up, signals, pipes, terminals."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

KOREO = [sys.executable, "-m", "koreo_cli.main"]
DEMO = str(Path(__file__).parents[2] / "tools" / "demo.sh")
SLOW = ["rich", "kubernetes", "pygls", "lsprotocol", "celpy", "asyncio"]


def environment(**changes: str) -> dict[str, str]:
    paths = [os.path.abspath(path) for path in sys.path if path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TERM": "xterm", **changes}


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*KOREO, *arguments], capture_output=True, env=environment(**changes), check=False, timeout=60
    )


def run_on_terminal(*arguments: str, **changes: str) -> str:
    """What a person sees of both streams."""
    return on_terminal([*KOREO, *arguments], **changes)


def on_terminal(command: list[str], **changes: str) -> str:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment(**changes)
    )
    os.close(follower)
    seen = bytearray()
    try:
        while part := os.read(leader, 65536):
            seen += part
    except OSError:  # Linux says EIO when the other side has closed the terminal.
        pass
    os.close(leader)
    process.wait(timeout=60)
    return seen.decode()


@pytest.mark.parametrize(
    ("arguments", "slow"),
    [
        (["check", "--help"], [*SLOW, "jsonschema", "yaml", "koreo_analyzer.checks"]),
        (["check", "."], SLOW),
    ],
)
def test_nothing_slow_is_imported_in_vain(workspace: Path, arguments: list[str], slow: list[str]) -> None:
    code = (
        f"import sys; from koreo_cli.main import cli; cli.main({arguments}, standalone_mode=False);"
        f"print([name for name in {slow} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=True, timeout=60
    )
    assert done.stderr == b"[]\n"


def test_exit_status_of_the_process(workspace: Path) -> None:
    assert run("check").returncode == 1
    assert run("check", "sub").returncode == 0
    assert run("check", "missing").returncode == 2
    assert run("chekc").returncode == 2
    assert run("check", "--no-such-option").returncode == 2


def test_the_demo_fits_a_terminal_and_is_coloured(tmp_path: Path) -> None:
    koreo = tmp_path / "koreo"
    koreo.write_text(f'#!/bin/sh\nexec {" ".join(KOREO)} "$@"\n', encoding="utf-8")
    koreo.chmod(0o755)
    shown = on_terminal(["sh", DEMO, str(koreo)], NO_COLOR="")
    assert "\x1b[31m" in shown
    assert "expected exit status" not in shown
    assert shown.count("\n") < 120


def test_a_terminal_gets_colors(workspace: Path) -> None:
    assert "\x1b[31m" in run_on_terminal("check", NO_COLOR="")


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ([], {"NO_COLOR": "1"}),
        ([], {"NO_COLOR": "", "TERM": "dumb"}),
        (["--color", "never"], {"NO_COLOR": ""}),
    ],
)
def test_a_terminal_without_colors(workspace: Path, arguments: list[str], changes: dict[str, str]) -> None:
    assert "\x1b[" not in run_on_terminal("check", *arguments, **changes)


def test_a_terminal_sees_progress_only_when_it_takes_long(workspace: Path) -> None:
    assert "Checking" not in run_on_terminal("check")
    code = (
        "import koreo_cli.progress as progress; progress.PATIENCE = -1.0\n"
        "import sys; sys.argv = ['koreo', 'check']\n"
        "from koreo_cli.main import main; main()"
    )
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=follower,
        env=environment(),
        check=False,
        timeout=60,
    )
    os.close(follower)
    assert b"Checking" in os.read(leader, 65536)
    os.close(leader)
    assert b"Checking" not in done.stdout
    assert done.returncode == 1


def test_a_reader_that_goes_away(workspace: Path) -> None:
    process = subprocess.Popen(
        [*KOREO, "explain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0


def test_a_closed_pipe_keeps_the_exit_status(workspace: Path) -> None:
    for number in range(300):
        (workspace / f"{number}.k.yaml").write_text((workspace / "broken.k.yaml").read_text())
    process = subprocess.Popen(
        [*KOREO, "check"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 1


def test_output_that_cannot_be_written(workspace: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*KOREO, "check"], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False, timeout=60
        )
    assert done.stderr == b"Error: cannot write to standard output: No space left on device\n"
    assert done.returncode == 2


def test_closed_streams(workspace: Path) -> None:
    command = ["sh", "-c", '"$@" >&- 2>&-', "sh", *KOREO]
    assert subprocess.run([*command, "check"], env=environment(), check=False, timeout=60).returncode == 1
    assert (
        subprocess.run([*command, "check", "zzz"], env=environment(), check=False, timeout=60).returncode == 2
    )


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && "$@"', "sh", *KOREO, "check"],
        cwd=tmp_path,
        capture_output=True,
        env=environment(),
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"koreo: ")
    assert done.returncode == 2


def test_processes_find_the_same(workspace: Path) -> None:
    text = (workspace / "broken.k.yaml").read_text()
    for number in range(40):
        (workspace / f"{number}.k.yaml").write_text(text.replace("hello", f"hello-{number % 30}"))
    one, three = run("check", "-j1", "--format", "json"), run("check", "-j3", "--format", "json")
    assert one.returncode == three.returncode == 1
    problems = json.loads(one.stdout)["problems"]
    assert json.loads(three.stdout)["problems"] == problems
    assert len(problems) >= 40


_STUCK = """
import os, sys, time
import koreo_analyzer.workspace.snapshot as snapshot
def stuck(*_):
    os.write(1, b'waiting\\n')
    {do}
snapshot.Snapshot.problems = stuck
sys.argv = ['koreo', 'check', '-j2']
from koreo_cli.main import main
main()
"""


def test_a_process_that_is_lost(workspace: Path) -> None:
    (workspace / "other.k.yaml").write_text((workspace / "broken.k.yaml").read_text())
    done = subprocess.run(
        [sys.executable, "-c", _STUCK.format(do="os._exit(9)")],
        capture_output=True,
        env=environment(),
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: a process ended before its work was done")
    assert b"`--jobs 1`" in done.stderr


def test_interrupted_processes(workspace: Path) -> None:
    (workspace / "other.k.yaml").write_text((workspace / "broken.k.yaml").read_text())
    process = subprocess.Popen(
        [sys.executable, "-c", _STUCK.format(do="time.sleep(60)")],
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


def test_interrupt() -> None:
    code = (
        "import sys, time\n"
        "import koreo_cli.checking as checking\n"
        "def wait(*_): print('waiting', flush=True); time.sleep(60)\n"
        "checking.check_stdin = wait\n"
        "sys.argv = ['koreo', 'check', '-']\n"
        "from koreo_cli.main import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"waiting\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors


def test_a_terminal_that_knows_only_ascii(workspace: Path) -> None:
    (workspace / "broken.k.yaml").write_text((workspace / "broken.k.yaml").read_text() + "  kömisch: 漢\n")
    done = run("check", PYTHONIOENCODING="ascii")
    assert b"  k\\xf6misch: \\u6f22" in done.stdout
    assert done.returncode == 1
    assert json.loads(run("check", "--format", "json", PYTHONIOENCODING="ascii").stdout)["problems"]


def test_the_width_of_the_terminal_is_respected(workspace: Path) -> None:
    text = (workspace / "broken.k.yaml").read_text()
    (workspace / "broken.k.yaml").write_text(text.replace("[]", "[" + "1, " * 500 + "1]"))
    seen = run_on_terminal("check", NO_COLOR="1")
    assert max(len(line) for line in seen.splitlines() if " | " in line) <= 80
