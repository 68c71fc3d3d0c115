"""Reports made by hand, and workspaces on disk."""

from collections.abc import Callable
from pathlib import Path

import pytest
import testing_workspace
from koreo_analyzer.problems import Severity
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileEdit, FileFix, FileProblem, FileRelated
from koreo_cli.report import Report, Sources, ordered

FOLDER = "/work space"
BROKEN = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  precondition: []
  return:
    text: hello
"""


@pytest.fixture
def report() -> Callable[..., Report]:
    """Makes the report of problems in the texts of files in `FOLDER`, by name."""

    def make(texts: dict[str, str], *problems: FileProblem) -> Report:
        sources = Sources({f"{FOLDER}/{name}": text for name, text in texts.items()}, FOLDER)
        return Report(ordered(problems, sources), sources, files=len(texts), documents=2, seconds=0.0312)

    return make


@pytest.fixture
def misspelt() -> FileProblem:
    """A problem with everything: `imge` in line 2 of `a%b.k.yaml`, explained by line 1 of `c,d.k.yaml`."""
    path, other = f"{FOLDER}/a%b.k.yaml", f"{FOLDER}/c,d.k.yaml"
    return FileProblem(
        path,
        Span(6, 10),
        "unknown-key",
        "unknown key `imge`:\n100% wrong",
        Severity.ERROR,
        "did you mean `image`?",
        (FileRelated(other, Span(0, 5), "declared here"),),
        (FileFix("Write `image`", (FileEdit(path, Span(6, 10), "image"),)),),
    )


@pytest.fixture
def misspelt_texts() -> dict[str, str]:
    """The texts that `misspelt` is about."""
    return {"a%b.k.yaml": "a: 1\n imge: 2\n", "c,d.k.yaml": "image: 1\n"}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with one broken and one clean file; only unknown keys are reported."""
    (tmp_path / "koreo.toml").write_text('[severity]\nunused-definition = "off"\n')
    (tmp_path / "broken.k.yaml").write_text(BROKEN)
    (tmp_path / "sub").mkdir()
    clean = BROKEN.replace("  precondition: []\n", "").replace("greeting", "farewell")
    (tmp_path / "sub" / "clean.k.yaml").write_text(clean)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own for each test, so that none reads or leaves anything in the user's."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two functions and their tests, all of which pass."""
    for name, text in (
        ("koreo.toml", ""),
        ("functions/greeting.k.yaml", testing_workspace.GREETING),
        ("tests/greeting.k.yaml", testing_workspace.GREETING_TEST),
        ("sizes.k.yaml", testing_workspace.SIZES),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
