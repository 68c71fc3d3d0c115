"""`koreo test --update`: what is shown, asked and written."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from testing_workspace import change, run, verdicts

KOREO = [sys.executable, "-m", "koreo_cli.main", "test", "--update"]
TIME = re.compile(r"[\d.]+ s\)")
TEST = Path("tests/greeting.k.yaml")
RIGHT = "{text: Hello Ada, count: 2}"
WRONG = "{text: Hello Bob, count: 2}  # politely"
DIFF = """\
update: greeting-test, case 1 (Says hello): `expectReturn`: the returned value differs
--- tests/greeting.k.yaml
+++ tests/greeting.k.yaml
@@ -6,7 +6,7 @@
   inputs: {name: Ada, count: 1}
   testCases:
   - label: Says hello
-    expectReturn: {text: Hello Bob, count: 2}  # politely
+    expectReturn: {text: Hello Ada, count: 2}  # politely
   - label: Needs a name
     variant: true
     inputOverrides: {name: ''}

"""


def shown(*arguments: str) -> tuple[int, str, str]:
    """Exit status, and what is printed, without times."""
    result = run("--update", *arguments)
    return result.exit_code, TIME.sub("_)", result.stdout), result.stderr


@pytest.fixture
def wrong(tested: Path) -> Path:
    """A test of which the first case expects something else; all others pass."""
    change(TEST, RIGHT, WRONG)
    return tested


class Terminal:
    """`koreo test --update` on a terminal."""

    def __init__(self, *arguments: str) -> None:
        self._leader, follower = pty.openpty()
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)
        self._process = subprocess.Popen(
            [*KOREO, *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1", "TERM": "xterm"},
        )
        os.close(follower)
        self._seen = ""

    def until(self, end: str) -> str:
        """Return what is printed up to a text."""
        while end not in self._seen:
            self._seen += self._read()
        before, _, self._seen = self._seen.partition(end)
        return before + end

    def answer(self, text: str) -> None:
        os.write(self._leader, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C until it is heard: what comes just before the program waits is noticed only afterwards."""
        for _ in range(20):
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1)
                return

    def end(self) -> tuple[int, str]:
        """Return the exit status and what is left to see."""
        while part := self._read():
            self._seen += part
        os.close(self._leader)
        return self._process.wait(timeout=60), self._seen

    def _read(self) -> str:
        try:
            return os.read(self._leader, 65536).decode().replace("\r\n", "\n")
        except OSError:  # Linux says EIO when the other side has closed the terminal.
            return ""


def test_nothing_is_written_when_nobody_can_be_asked(wrong: Path) -> None:
    before = TEST.read_bytes()
    assert shown() == (
        1,
        DIFF + "1 of 2 tests failed (4 cases: 1 failed, 2 not run, _)\n",
        "koreo: nothing was written: 1 update in 1 file; to accept it add --yes\n",
    )
    assert TEST.read_bytes() == before


def test_yes_writes_what_is_shown(wrong: Path) -> None:
    status, output, errors = shown("--yes")
    assert (status, errors) == (0, "")
    assert output == DIFF + "updated 1 case in 1 file\n2 tests passed (4 cases: 1 skipped, _)\n"
    assert RIGHT + "  # politely" in TEST.read_text()
    assert verdicts()["greeting-test"] == ["passed", "passed", "skipped"]
    assert os.listdir("tests") == ["greeting.k.yaml"]


def test_tests_that_pass_are_left_alone(tested: Path) -> None:
    assert shown() == (0, "2 tests passed (4 cases: 1 skipped, _)\n", "")


def test_a_folder_without_tests(tested: Path) -> None:
    (tested / "empty").mkdir()
    assert shown("empty") == (
        0,
        "",
        "koreo: no Koreo files found in empty; their names are *.k.yaml, *.k.yml, *.koreo or *.k\n",
    )


def test_one_update_mends_a_chain_of_cases(wrong: Path) -> None:
    change(
        TEST,
        "  - label: Later\n",
        "  - inputOverrides: {count: 2}\n    expectReturn: {text: Hello, count: 3}\n"
        "  - inputOverrides: {count: 3}\n    expectOutcome: {skip: {message: x}}\n  - label: Later\n",
    )
    assert shown("--yes")[0] == 0
    assert "expectReturn: {text: Hello Ada, count: 4}" in TEST.read_text()
    assert "expectOutcome: {ok: {}}" in TEST.read_text()


def test_line_breaks_and_byte_order_mark_stay(wrong: Path) -> None:
    data = b"\xef\xbb\xbf" + TEST.read_bytes().replace(b"\n", b"\r\n")
    TEST.write_bytes(data)
    assert shown("--yes")[0] == 0
    assert TEST.read_bytes() == data.replace(b"Bob", b"Ada")


def test_only_named_files_are_written(wrong: Path) -> None:
    before = TEST.read_bytes()
    status, output, _ = shown("--yes", "functions")
    assert status == 1
    assert "  = not updated: only files that are named are changed, and this one is not\n" in output
    assert TEST.read_bytes() == before
    assert shown("--yes", "tests")[0] == 0


def test_only_matching_tests_are_updated(wrong: Path) -> None:
    change(wrong / "sizes.k.yaml", "{half: 1}", "{half: 7}")
    assert shown("--yes", "-k", "sizes")[0] == 0
    assert WRONG in TEST.read_text()


def test_a_read_only_file(wrong: Path) -> None:
    TEST.chmod(0o444)
    status, _, errors = shown("--yes")
    assert (status, errors) == (1, "koreo: cannot write `tests/greeting.k.yaml`: it is read-only\n")


def test_an_evaluation_error_is_shown_and_kept(wrong: Path) -> None:
    change(wrong / "functions/greeting.k.yaml", "inputs.count * 2", "inputs.total * 2")
    before = TEST.read_bytes()
    status, output, errors = shown("--yes")
    assert (status, errors) == (1, "")
    assert "functions/greeting.k.yaml:9:13: note: the outcome was decided here\n" in output
    assert (
        "  = not updated: this is an error and no decision; mend it, or let the case expect `permFail`"
        in output
    )
    assert TEST.read_bytes() == before


def test_a_test_that_cannot_be_run(wrong: Path) -> None:
    change(TEST, WRONG, "{}")
    status, output, _ = shown("--yes")
    assert status == 1
    assert "error" in output
    assert "1 of 2 tests could not run (" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--yes"], "--yes answers the questions of --update"),
        (["--update", "--watch"], "--update changes tests"),
        (["--update", "--compat"], "--update changes tests"),
        (["--update", "--coverage"], "--update changes tests"),
        (["--update", "--format", "json"], "--update prints text"),
    ],
)
def test_options_that_do_not_go_together(tested: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


QUESTION, ONE, OTHER = (
    "[e]ach case by itself: ",
    "Write this change? [y]es, [N]o, [q]uit this file: ",
    "Write it? ",
)


def test_a_person_is_asked_about_each_file(wrong: Path) -> None:
    change(wrong / "sizes.k.yaml", "{half: 1}", "{half: 7}")
    terminal = Terminal()
    assert "+    expectReturn" not in terminal.until(QUESTION).partition("sizes-test")[0]
    terminal.answer("maybe\n")
    terminal.until("answer y, n, e")
    terminal.until(QUESTION)
    terminal.answer("\n")
    assert DIFF in terminal.until(QUESTION)
    terminal.answer("y\n")
    status, left = terminal.end()
    assert status == 1
    assert "updated 1 case in 1 file\n1 of 2 tests failed (" in left
    assert "sizes.k.yaml:15:5: error[test-failed]: sizes-test, case 1: the returned value differs\n" in left
    assert "greeting-test, case 1" not in left
    assert "{half: 7}" in (wrong / "sizes.k.yaml").read_text()
    assert RIGHT in TEST.read_text()


def test_a_person_is_asked_about_each_case(wrong: Path) -> None:
    change(TEST, "variant: true", "variant: true  # one")
    change(TEST, "name is needed", "name is good")
    terminal = Terminal()
    assert "case 2" in terminal.until(QUESTION)
    terminal.answer("e\n")
    assert "case 2" not in terminal.until(ONE)
    terminal.answer("y\n")
    assert "+      permFail: {message: A name is needed}\n" in terminal.until(ONE)
    terminal.answer("n\n")
    status, left = terminal.end()
    assert status == 1
    assert "updated 1 case in 1 file\n" in left
    assert RIGHT in TEST.read_text()
    assert "name is good" in TEST.read_text()


def test_a_case_that_would_assert_something_else_is_asked_about_by_itself(wrong: Path) -> None:
    change(TEST, "expectOutcome:\n      permFail: {message: name is needed}", "expectReturn: {text: Hello}")
    terminal = Terminal()
    assert "case 2" not in terminal.until(QUESTION)
    terminal.answer("y\n")
    seen = terminal.until(OTHER)
    assert "`expectReturn` becomes `expectOutcome`: no value was returned: the outcome is permFail" in seen
    terminal.answer("n\n")
    assert terminal.end()[0] == 1
    assert RIGHT in TEST.read_text()
    assert "expectReturn: {text: Hello}\n" in TEST.read_text()

    terminal = Terminal()
    terminal.until(OTHER)
    terminal.answer("y\n")
    assert terminal.end()[0] == 0
    assert verdicts()["greeting-test"] == ["passed", "passed", "skipped"]


def test_waiting_for_an_answer_is_not_counted_and_what_is_declined_is_shown(wrong: Path) -> None:
    terminal = Terminal()
    terminal.until(QUESTION)
    time.sleep(2)
    terminal.answer("n\n")
    status, left = terminal.end()
    assert status == 1
    assert "error[test-failed]: greeting-test, case 1 (Says hello)" in left
    seconds = re.search(r"([\d.]+) s\)", left)
    assert seconds is not None
    assert float(seconds[1]) < 2


def test_a_file_that_changes_while_a_person_thinks_is_not_overwritten(wrong: Path) -> None:
    terminal = Terminal()
    terminal.until(QUESTION)
    change(TEST, "Says hello", "Greets")
    before = TEST.read_bytes()
    terminal.answer("y\n")
    status, left = terminal.end()
    assert status == 1
    assert "cannot write `tests/greeting.k.yaml`: it has changed since it was read; run again" in left
    assert TEST.read_bytes() == before


def test_ctrl_c_writes_nothing(wrong: Path) -> None:
    before = TEST.read_bytes()
    terminal = Terminal()
    terminal.until(QUESTION)
    terminal.interrupt()
    status, left = terminal.end()
    assert status == 130
    assert "Traceback" not in left
    assert TEST.read_bytes() == before
