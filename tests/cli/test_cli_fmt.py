"""`koreo fmt`: what is written, printed and answered."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from koreo_cli.main import cli

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: f}\n"
UNTIDY = HEAD + "spec:\n    return: {a: =inputs.a+1}\n"
TIDY = HEAD + "spec:\n  return: {a: =inputs.a + 1}\n"
BROKEN = "a: 1\n---\nb:   [1\n"
DIFF = f"""\
--- apps/a.k.yaml
+++ apps/a.k.yaml
@@ -2,4 +2,4 @@
 kind: ValueFunction
 metadata: {{name: f}}
 spec:
-{UNTIDY.splitlines()[-1]}
+{TIDY.splitlines()[-1]}
"""


def fmt(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["fmt", *arguments], prog_name="koreo", input=given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "apps/a.k.yaml": UNTIDY,
        "b.koreo": TIDY,
        "plain.yaml": "a:   1\n",
        "out/c.k.yaml": UNTIDY,
        "koreo.toml": '[files]\nexclude = ["out"]\n',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_are_written(folder: Path) -> None:
    result = fmt()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "formatted apps/a.k.yaml\n1 file formatted, 1 already is\n"
    assert (folder / "apps/a.k.yaml").read_text("utf-8") == TIDY
    assert (folder / "out/c.k.yaml").read_text("utf-8") == UNTIDY
    assert (folder / "plain.yaml").read_text("utf-8") == "a:   1\n"
    assert fmt().stdout == "2 files already formatted\n"


def test_check_writes_nothing(folder: Path) -> None:
    result = fmt("--check", ".")
    assert result.exit_code == 1
    assert result.stdout == "would format apps/a.k.yaml\n1 file would be formatted, 1 already is\n"
    assert (folder / "apps/a.k.yaml").read_text("utf-8") == UNTIDY
    assert fmt("--check", "b.koreo").exit_code == 0
    assert fmt("--check", "-q").stdout == ""


def test_diff(folder: Path) -> None:
    result = fmt("--diff", "-q", "apps")
    assert (result.exit_code, result.stdout) == (0, DIFF)
    assert fmt("--diff", "--check").exit_code == 1
    assert (folder / "apps/a.k.yaml").read_text("utf-8") == UNTIDY


def test_standard_input() -> None:
    assert fmt("-", given=UNTIDY).stdout == TIDY
    assert (
        fmt("-", given=UNTIDY.replace("\n", "\r\n").encode()).stdout_bytes
        == TIDY.replace("\n", "\r\n").encode()
    )
    checked = fmt("-", "--check", given=UNTIDY)
    assert (checked.exit_code, checked.stdout) == (1, "")
    assert fmt("-", "--check", given=TIDY).exit_code == 0
    assert fmt("-", "--diff", given=UNTIDY).stdout == DIFF.replace("apps/a.k.yaml", "<stdin>")


def test_what_is_left_alone_is_told(folder: Path) -> None:
    (folder / "b.koreo").write_text(BROKEN, "utf-8")
    result = fmt("b.koreo")
    assert result.exit_code == 0
    assert result.stderr.startswith("koreo: b.koreo:2: document not formatted: it is not sound YAML")
    assert result.stdout.endswith("; 1 document not sound, left alone\n")
    assert (folder / "b.koreo").read_text("utf-8") == BROKEN
    assert fmt("-", given=BROKEN).stdout == BROKEN


def test_byte_order_mark_stays(folder: Path) -> None:
    path = folder / "apps/a.k.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + UNTIDY.encode())
    assert fmt().exit_code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + TIDY.encode()


def test_files_that_cannot_be_read_or_written(folder: Path) -> None:
    (folder / "b.koreo").write_bytes(b"a: \xff")
    (folder / "apps/a.k.yaml").chmod(0o444)
    result = fmt()
    assert result.exit_code == 2
    assert "koreo: cannot read b.koreo: it is not UTF-8" in result.stderr
    assert "koreo: cannot write apps/a.k.yaml: it is read-only" in result.stderr
    assert result.stdout == "0 files already formatted\n"
    assert fmt("-", given=b"\xff").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["apss"], "`apss` does not exist; did you mean `apps`?"),
        (["koreo.toml"], "`koreo.toml` is not a Koreo file"),
        (["-", "apps"], "`-` stands alone"),
        (["--frobnicate"], "No such option"),
    ],
)
def test_usage(folder: Path, arguments: list[str], message: str) -> None:
    result = fmt(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_nothing_to_do(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = fmt("empty")
    assert result.exit_code == 0
    assert "no Koreo files found in empty" in result.stderr
    (folder / "empty" / "a.yaml").write_text(UNTIDY)
    told = "`empty/a.yaml` holds Koreo: rename it to `empty/a.k.yaml`"
    assert fmt("empty").stderr == f"koreo: no Koreo files found in empty; {told}\n"
