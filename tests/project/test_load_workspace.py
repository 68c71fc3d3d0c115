"""From folders to texts, settings and problems."""

from collections.abc import Callable
from pathlib import Path

import pytest
from koreo_project.discover import find
from koreo_project.load import Loaded, load

MakeTree = Callable[[dict[str, str]], Path]

FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: f}
spec:
  return: {a: 1}
"""
CRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"


def load_one(*paths: Path) -> Loaded:
    (root,) = find(paths)
    return load(root)


def paths(loaded: Loaded) -> list[str]:
    folder = f"{loaded.root.path}/"
    return sorted(path.removeprefix(folder) for path in loaded.workspace.snapshot.paths())


def test_plain_yaml_is_read_for_crds_and_for_koreo_that_lacks_its_name(tree: MakeTree) -> None:
    values = {"values.yaml": "{{ not: yaml", "other.yaml": "metadata: {annotations: {koreo.dev/workflow: a}}"}
    folder = tree({"a.k.yaml": FUNCTION, "crd.yaml": CRD, "b.yml": FUNCTION, **values})
    loaded = load_one(folder)
    assert paths(loaded) == ["a.k.yaml", "b.yml", "crd.yaml"]
    assert loaded.workspace.snapshot.misnamed_files() == [f"{folder}/b.yml"]
    assert loaded.workspace.snapshot.statistics().files == 1


def test_named_plain_yaml_is_always_read(tree: MakeTree) -> None:
    folder = tree({"koreo.toml": "", "a.k.yaml": FUNCTION, "values.yaml": "a: 1\n"})
    loaded = load_one(folder / "values.yaml")
    assert paths(loaded) == ["a.k.yaml", "values.yaml"]
    assert loaded.reported == (f"{folder}/values.yaml",)


def test_include_and_exclude(tree: MakeTree) -> None:
    folder = tree(
        {
            "koreo.toml": '[files]\ninclude = ["apps/"]\nexclude = ["draft*"]\n',
            "a.k.yaml": FUNCTION,
            "apps/b.k.yaml": FUNCTION,
            "apps/draft.k.yaml": FUNCTION,
        }
    )
    assert paths(load_one(folder)) == ["apps/b.k.yaml"]
    assert paths(load_one(folder / "apps" / "draft.k.yaml")) == ["apps/b.k.yaml", "apps/draft.k.yaml"]


def test_crds_from_elsewhere_are_read_but_not_reported(tree: MakeTree) -> None:
    folder = tree(
        {
            "crds/sub/crd.yaml": CRD,
            "crds/other.yaml": "a: 1\n",
            "crds/f.k.yaml": FUNCTION,
            "ws/koreo.toml": '[schemas]\ncrds = ["../crds"]\n',
            "ws/a.k.yaml": FUNCTION,
        }
    )
    loaded = load_one(folder / "ws")
    assert paths(loaded) == [f"{folder}/crds/sub/crd.yaml", "a.k.yaml"]
    assert loaded.reported == (f"{folder}/ws/a.k.yaml",)


def test_problems_of_the_configuration(tree: MakeTree) -> None:
    folder = tree({"koreo.toml": "[fils]\n", "a.k.yaml": FUNCTION})
    loaded = load_one(folder / "a.k.yaml")
    (problem,) = loaded.problems
    assert (problem.path, problem.code) == (f"{folder}/koreo.toml", "config")
    text = loaded.other_texts[problem.path]
    assert text[problem.span.start : problem.span.end] == "fils"


def test_unreadable_koreo_files_are_reported_and_plain_ones_are_not(tree: MakeTree) -> None:
    folder = tree({"a.k.yaml": FUNCTION})
    (folder / "b.k.yaml").write_bytes(b"\xff")
    (folder / "c.yaml").write_bytes(b"\xff")
    loaded = load_one(folder)
    assert [(problem.path, problem.code) for problem in loaded.problems] == [
        (f"{folder}/b.k.yaml", "unreadable-file")
    ]
    assert loaded.reported == (f"{folder}/a.k.yaml",)
    assert load_one(folder / "a.k.yaml").reported == (f"{folder}/a.k.yaml",)


def test_only_unreadable_files_that_were_asked_for(tree: MakeTree) -> None:
    folder = tree({"a.k.yaml": FUNCTION})
    (folder / "b.k.yaml").write_bytes(b"\xff")
    assert load_one(folder / "a.k.yaml").problems == ()


@pytest.mark.parametrize(("word", "severities"), [("off", []), ("info", ["info"])])
def test_a_configured_severity(tree: MakeTree, word: str, severities: list[str]) -> None:
    folder = tree({"koreo.toml": f'[severity]\nunreadable-file = "{word}"\n'})
    (folder / "b.k.yaml").write_bytes(b"\xff")
    assert [problem.severity.word for problem in load_one(folder).problems] == severities


def test_progress(tree: MakeTree) -> None:
    folder = tree({f"{number}.k.yaml": "" for number in range(250)})
    (root,) = find([folder])
    steps: list[tuple[int, int]] = []
    load(root, lambda done, total: steps.append((done, total)))
    assert steps == [(0, 250), (100, 250), (200, 250)]


def test_loading_again_keeps_what_has_not_changed(tree: MakeTree) -> None:
    texts = {"koreo.toml": "", "a.k.yaml": FUNCTION, "b.k.yaml": FUNCTION, "c.k.yaml": FUNCTION}
    folder = tree(texts)
    before = load_one(folder)
    files = {path: before.workspace.snapshot.file(path) for path in before.workspace.snapshot.paths()}
    (folder / "b.k.yaml").write_text("a: 1\n")
    (folder / "c.k.yaml").write_bytes(b"\xff")
    (folder / "d.k.yaml").write_text(FUNCTION)
    (folder / "koreo.toml").write_text('[severity]\nunreadable-file = "warning"\n')
    (root,) = find([folder])
    after = load(root, workspace=before.workspace)
    assert paths(after) == ["a.k.yaml", "b.k.yaml", "d.k.yaml"]
    snapshot = after.workspace.snapshot
    assert snapshot.file(f"{folder}/a.k.yaml") is files[f"{folder}/a.k.yaml"]
    assert snapshot.text(f"{folder}/b.k.yaml") == "a: 1\n"
    assert [(problem.code, problem.severity.word) for problem in after.problems] == [
        ("unreadable-file", "warning")
    ]
    (folder / "c.k.yaml").unlink()
    (folder / "d.k.yaml").unlink()
    (root,) = find([folder])
    assert paths(load(root, workspace=before.workspace)) == ["a.k.yaml", "b.k.yaml"]
