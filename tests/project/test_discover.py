"""Which files belong to which workspace."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from koreo_project.config import Config
from koreo_project.discover import Root, find

MakeTree = Callable[[dict[str, str]], Path]


def files(root: Root) -> list[str]:
    return [os.path.relpath(path, root.path) for path in root.files]


def selected(root: Root) -> list[str] | None:
    return (
        None if root.selected is None else sorted(os.path.relpath(path, root.path) for path in root.selected)
    )


def test_a_folder_without_configuration_is_the_workspace(tree: MakeTree) -> None:
    folder = tree(
        {
            "a.k.yaml": "",
            "b/c.koreo": "",
            "b/d.k": "",
            "e.k.yml": "",
            "crd.yaml": "",
            "x.yml": "",
            "x.txt": "",
        }
    )
    (root,) = find([folder])
    assert root.path == str(folder)
    assert root.config is None
    assert root.selected is None
    assert files(root) == ["a.k.yaml", "b/c.koreo", "b/d.k", "crd.yaml", "e.k.yml", "x.yml"]


def test_a_configured_folder_inside_another_is_a_workspace_of_its_own(tree: MakeTree) -> None:
    folder = tree({"koreo.toml": "", "a.k.yaml": "", "inner/koreo.toml": "", "inner/b/c.k.yaml": ""})
    outer, inner = find([folder])
    assert (files(outer), files(inner)) == (["a.k.yaml"], ["b/c.k.yaml"])
    assert inner.config == f"{folder}/inner/koreo.toml"


def test_a_folder_that_only_holds_workspaces_is_none(tree: MakeTree) -> None:
    folder = tree({"one/koreo.toml": "", "one/a.k.yaml": "", "two/koreo.toml": "", "two/a.k.yaml": ""})
    assert [root.path for root in find([folder])] == [f"{folder}/one", f"{folder}/two"]


@pytest.mark.parametrize(
    ("named", "reported"),
    [
        (["sub"], ["sub/b.k.yaml", "sub/c.k.yaml"]),
        (["sub/b.k.yaml"], ["sub/b.k.yaml"]),
        (["a.k.yaml", "sub/c.k.yaml"], ["a.k.yaml", "sub/c.k.yaml"]),
        (["sub", "."], None),
    ],
)
def test_naming_a_part_loads_the_whole(tree: MakeTree, named: list[str], reported: list[str] | None) -> None:
    folder = tree({"koreo.toml": "", "a.k.yaml": "", "sub/b.k.yaml": "", "sub/c.k.yaml": ""})
    (root,) = find([folder / name for name in named])
    assert files(root) == ["a.k.yaml", "sub/b.k.yaml", "sub/c.k.yaml"]
    assert selected(root) == reported


def test_workspaces_beside_the_named_part_are_left_alone(tree: MakeTree) -> None:
    folder = tree({"koreo.toml": "", "sub/a.k.yaml": "", "other/koreo.toml": "", "other/b.k.yaml": ""})
    (root,) = find([folder / "sub"])
    assert files(root) == ["sub/a.k.yaml"]


def test_named_folders_inside_each_other_are_one_workspace(tree: MakeTree) -> None:
    folder = tree({"a.k.yaml": "", "sub/b.k.yaml": ""})
    (root,) = find([folder / "sub" / "b.k.yaml", folder, folder / "sub"])
    assert files(root) == ["a.k.yaml", "sub/b.k.yaml"]
    assert root.selected is None


def test_a_file_without_configuration_has_its_folder_for_context(tree: MakeTree) -> None:
    folder = tree({"sub/a.k.yaml": "", "sub/b.k.yaml": "", "c.k.yaml": ""})
    (root,) = find([folder / "sub" / "a.k.yaml"])
    assert (files(root), selected(root)) == (["a.k.yaml", "b.k.yaml"], ["a.k.yaml"])


def test_what_git_ignores_is_skipped(tree: MakeTree) -> None:
    folder = tree(
        {
            ".git/HEAD": "",
            ".git/info/exclude": "private.k.yaml\n",
            ".git/x.k.yaml": "",
            ".gitignore": "build/\n*.tmp.k.yaml\n/top.k.yaml\n!keep.tmp.k.yaml\n\\\n",
            "build/a.k.yaml": "",
            "a.tmp.k.yaml": "",
            "keep.tmp.k.yaml": "",
            "top.k.yaml": "",
            "private.k.yaml": "",
            "sub/top.k.yaml": "",
            "sub/.gitignore": "!a.tmp.k.yaml\ngenerated\n",
            "sub/a.tmp.k.yaml": "",
            "sub/generated/b.k.yaml": "",
            "node_modules/m.k.yaml": "",
            "sub/.venv/v.k.yaml": "",
        }
    )
    (root,) = find([folder])
    assert files(root) == ["keep.tmp.k.yaml", "sub/a.tmp.k.yaml", "sub/top.k.yaml"]


def test_ignore_rules_of_the_repository_around(tree: MakeTree) -> None:
    folder = tree(
        {
            ".git/HEAD": "",
            ".gitignore": "/ws/out/\n",
            "ws/koreo.toml": "",
            "ws/a.k.yaml": "",
            "ws/out/b.k.yaml": "",
        }
    )
    (root,) = find([folder / "ws"])
    assert files(root) == ["a.k.yaml"]


@pytest.mark.parametrize("named", ["out", "out/b.k.yaml"])
def test_ignored_but_named(tree: MakeTree, named: str) -> None:
    folder = tree({"koreo.toml": "", ".gitignore": "out/\n", "a.k.yaml": "", "out/b.k.yaml": ""})
    (root,) = find([folder / named])
    assert (files(root), selected(root)) == (["a.k.yaml", "out/b.k.yaml"], ["out/b.k.yaml"])


def test_plain_yaml_can_be_named(tree: MakeTree) -> None:
    folder = tree({"a.k.yaml": "", "b.yaml": ""})
    (root,) = find([folder / "b.yaml"])
    assert root.named == {f"{folder}/b.yaml"}


def test_symbolic_links(tree: MakeTree, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "e.k.yaml").touch()
    folder = tree({"sub/real.k.yaml": ""})
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "a-link").symlink_to(folder / "sub")
    (folder / "a.k.yaml").symlink_to("sub/real.k.yaml")
    (folder / "up").symlink_to("/")
    (folder / "outside").symlink_to(elsewhere)
    (folder / "self").symlink_to("self")
    (folder / ".#real.k.yaml").symlink_to("someone@host.1")
    (folder / "dangling.k.yaml").symlink_to("nothing")
    (root,) = find([folder])
    assert files(root) == ["dangling.k.yaml", "outside/e.k.yaml", "sub/real.k.yaml"]


def test_a_link_can_be_named(tree: MakeTree) -> None:
    folder = tree({"koreo.toml": "", "sub/a.k.yaml": "", "b.k.yaml": ""})
    (folder / "link").symlink_to("sub")
    (root,) = find([folder / "link"])
    assert selected(root) == ["sub/a.k.yaml"]


@pytest.mark.usefixtures("unprivileged")
def test_a_closed_folder_is_reported() -> None:
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"closed-{os.getpid()}"
    (folder / "closed").mkdir(parents=True)
    (folder / "a.k.yaml").touch()
    (folder / "closed").chmod(0)
    try:
        (root,) = find([folder])
    finally:
        (folder / "closed").chmod(0o700)
        (folder / "closed").rmdir()
        (folder / "a.k.yaml").unlink()
        folder.rmdir()
    assert [(unreadable.path, unreadable.reason) for unreadable in root.unreadable] == [
        (f"{folder}/closed", "permission denied")
    ]


def test_nothing_there(tmp_path: Path) -> None:
    (root,) = find([tmp_path])
    assert root.files == ()
    assert find([tmp_path / "missing"]) == []


def test_every_folder_is_listed_once(tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = "\n".join(f"*.o{n}" for n in range(10))
    folder = tree({".gitignore": patterns} | {f"d{n // 40}/f{n}.k.yaml": "" for n in range(400)})
    listed: list[str] = []
    scandir = os.scandir

    def counted(path: str) -> object:
        listed.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    (root,) = find([folder])
    assert len(root.files) == 400
    assert len(listed) == len(set(listed)) == 11


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
@pytest.mark.parametrize(
    ("rules", "found"),
    [("*.log\n", 2), ("note*\n", 1), ("not[a-z]?.k.yaml\n", 1), ("notes.k.yaml\n", 2), ("é*\n", 2)],
)
def test_a_name_that_is_no_text_is_matched_by_wildcards(tree: MakeTree, rules: str, found: int) -> None:
    folder = tree({".gitignore": rules, ".git/HEAD": "", "a.k.yaml": ""})
    with open(os.fsencode(folder) + b"/note\xff.k.yaml", "wb"):
        pass
    (root,) = find([folder])
    assert len(root.files) == found


def test_patterns_of_koreo_toml_are_matched_with_a_name_that_is_no_text() -> None:
    accepts = Config(include=("n*",), exclude=("*.log",)).file_filter()
    assert [accepts(os.fsdecode(name)) for name in (b"n\xff", b"n\xff.log", b"\xff")] == [True, False, False]
