"""Which files a client is told about: folders, koreo.toml, files that come, change and go."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL, Start
from koreo_project.load import prepare
from koreo_server.lsp.publisher import Publisher
from koreo_server.session.loader import find_roots
from rpc_client import Served

if TYPE_CHECKING:
    from koreo_project.discover import Root
    from koreo_project.load import Prepared

Write = Callable[[dict[str, str]], Path]

FUNCTION = (
    "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: greet}\nspec: {return: {a: 1}}\n"
)
TEST = """\
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: greet-test}
spec:
  functionRef: {kind: ValueFunction, name: greet}
  testCases: [{expectReturn: {a: 1}}]
"""
MISSPELT = FUNCTION.replace("return", "retrun")
QUIET = '[severity]\nunused-definition = "off"\n'
CREATED, CHANGED, DELETED = 1, 2, 3
WARNING = 2


def _events(*events: tuple[Path, int]) -> dict[str, Any]:
    return {"changes": [{"uri": path.as_uri(), "type": kind} for path, kind in events]}


@pytest.fixture
def folder(write: Write) -> Path:
    """A workspace without problems in which a test needs a function of another file."""
    return write({"koreo.toml": QUIET, "f.k.yaml": FUNCTION, "inner/t.k.yaml": TEST})


@pytest.mark.parametrize(
    "named",
    [
        lambda folder: {"workspaceFolders": [{"uri": folder.as_uri(), "name": "w"}]},
        lambda folder: {"workspaceFolders": [{"uri": folder.as_uri() + "/", "name": "w"}]},
        lambda folder: {"workspaceFolders": [], "rootUri": folder.as_uri()},
        lambda folder: {"workspaceFolders": None, "rootUri": folder.as_uri()},
        lambda folder: {"rootUri": None, "rootPath": str(folder)},
        lambda folder: {"rootUri": folder.as_uri().replace("file:///", "file://localhost/")},
    ],
    ids=["workspaceFolders", "with a slash", "no folders, rootUri", "rootUri", "rootPath", "with a host"],
)
def test_closed_files_of_the_folder_are_reported(
    write: Write, start: Start, named: Callable[[Path], dict[str, Any]]
) -> None:
    folder = write({"koreo.toml": QUIET, "t.k.yaml": TEST})
    client = start(**named(folder))
    client.wait_codes((folder / "t.k.yaml").as_uri(), "unknown-reference")


def test_without_any_folder_an_open_file_is_in_the_workspace_around_it(folder: Path, start: Start) -> None:
    client = start()
    (folder / "f.k.yaml").write_text(MISSPELT, encoding="utf-8")
    uri = (folder / "inner" / "t.k.yaml").as_uri()
    client.open(uri, TEST.replace("name: greet}", "name: great}"))
    client.wait_codes(uri, "unknown-reference")
    client.settle()
    assert client.codes((folder / "f.k.yaml").as_uri()) == [], "the user did not open that workspace"
    client.close(uri)
    client.wait_codes(uri, "test-unusable")


def test_without_any_folder_and_koreo_toml_a_file_is_checked_alone(write: Write, start: Start) -> None:
    folder = write({"t.k.yaml": TEST, "f.k.yaml": FUNCTION})
    client = start()
    uri = (folder / "t.k.yaml").as_uri()
    client.open(uri, TEST + "  more: 1\n")
    client.settle()
    assert client.codes(uri) == ["unknown-key"], "what other files may define is not missed"
    assert client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    client.close(uri)
    client.wait_codes(uri)


def test_several_folders_are_workspaces_of_their_own(write: Write, start: Start) -> None:
    folder = write({"one/t.k.yaml": TEST, "two/t.k.yaml": TEST, "two/f.k.yaml": FUNCTION})
    client = start(folder / "one", folder / "two")
    client.wait_codes((folder / "one/t.k.yaml").as_uri(), "unknown-reference")
    client.settle()
    assert client.codes((folder / "two/t.k.yaml").as_uri()) == []


def test_two_folders_inside_one_workspace_share_it(folder: Path, write: Write, start: Start) -> None:
    write({"a/f.k.yaml": MISSPELT, "f.k.yaml": MISSPELT.replace("greet", "other")})
    client = start(folder / "a", folder / "inner")
    client.wait_codes((folder / "a/f.k.yaml").as_uri(), "unknown-key")
    client.settle()
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    params = {"textDocument": {"uri": (folder / "inner/t.k.yaml").as_uri()}, "range": everything}
    hints = client.request("textDocument/inlayHint", params)
    assert "not run: `greet` has errors" in [hint["label"] for hint in hints]
    assert client.codes((folder / "f.k.yaml").as_uri()) == [], "it lies in neither folder"


def test_a_workspace_inside_another_is_apart(folder: Path, write: Write, start: Start) -> None:
    write({"inner/koreo.toml": ""})
    client = start(folder)
    client.wait_codes((folder / "inner/t.k.yaml").as_uri(), "unknown-reference")


def test_a_folder_is_added_and_removed(folder: Path, write: Write, start: Start) -> None:
    write({"inner/koreo.toml": ""})
    client = start(folder / "f.k.yaml")
    uri = (folder / "inner/t.k.yaml").as_uri()
    added = {"uri": (folder / "inner").as_uri(), "name": "inner"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [added], "removed": []}})
    client.wait_codes(uri, "unknown-reference")
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [added]}})
    client.wait_codes(uri)


def test_a_folder_that_is_not_there(tmp_path: Path, start: Start) -> None:
    client = start(tmp_path / "none", capabilities={})
    uri = (tmp_path / "none" / "f.k.yaml").as_uri()
    assert [d["code"] for d in client.open(uri, MISSPELT)] == ["unknown-key"]


def test_mending_one_file_clears_another(folder: Path, start: Start) -> None:
    client = start(folder)
    function, test = (folder / "f.k.yaml").as_uri(), (folder / "inner/t.k.yaml").as_uri()
    client.open(function, FUNCTION.replace("greet", "great"))
    client.wait_codes(test, "unknown-reference")
    client.change(function, 2, FUNCTION)
    client.wait_codes(test)


def test_closing_goes_back_to_the_disk(folder: Path, start: Start) -> None:
    client = start(folder)
    uri, test = (folder / "f.k.yaml").as_uri(), (folder / "inner/t.k.yaml").as_uri()
    client.open(uri, "")
    client.wait_codes(test, "unknown-reference")
    client.close(uri)
    client.wait_codes(test)


def test_files_come_change_and_go_on_the_disk(folder: Path, start: Start) -> None:
    client = start(folder)
    client.settle()
    new = folder / "new" / "g.k.yml"
    new.parent.mkdir()
    new.write_text(MISSPELT.replace("greet", "other"), encoding="utf-8")
    client.notify("workspace/didChangeWatchedFiles", _events((new, CREATED)))
    client.wait_codes(new.as_uri(), "unknown-key")

    new.write_text(FUNCTION, encoding="utf-8")
    client.notify("workspace/didChangeWatchedFiles", _events((new, CHANGED)))
    client.wait_codes(new.as_uri(), "duplicate-definition")
    client.wait_codes((folder / "f.k.yaml").as_uri(), "duplicate-definition")

    new.unlink()
    client.notify("workspace/didChangeWatchedFiles", _events((new, DELETED)))
    client.wait_codes(new.as_uri())
    client.wait_codes((folder / "f.k.yaml").as_uri())


def test_a_file_that_comes_where_a_folder_was_may_be_told_as_a_change(folder: Path, start: Start) -> None:
    """Some clients join that something went and came again."""
    (folder / "g.k.yaml").mkdir()
    client = start(folder)
    client.settle()
    (folder / "g.k.yaml").rmdir()
    (folder / "g.k.yaml").write_text(MISSPELT.replace("greet", "other"), encoding="utf-8")
    client.notify("workspace/didChangeWatchedFiles", _events((folder / "g.k.yaml", CHANGED)))
    client.wait_codes((folder / "g.k.yaml").as_uri(), "unknown-key")


def test_files_that_the_editor_creates_renames_and_deletes(folder: Path, start: Start) -> None:
    client = start(folder, capabilities={})
    client.settle()
    new, other = folder / "new.k.yaml", folder / "other.k.yaml"
    new.write_text(MISSPELT.replace("greet", "other"), encoding="utf-8")
    client.notify("workspace/didCreateFiles", {"files": [{"uri": new.as_uri()}]})
    client.wait_codes(new.as_uri(), "unknown-key")

    new.rename(other)
    client.notify("workspace/didRenameFiles", {"files": [{"oldUri": new.as_uri(), "newUri": other.as_uri()}]})
    client.wait_codes(new.as_uri())
    client.wait_codes(other.as_uri(), "unknown-key")

    other.unlink()
    client.notify("workspace/didDeleteFiles", {"files": [{"uri": other.as_uri()}]})
    client.wait_codes(other.as_uri())


def test_a_folder_is_renamed(folder: Path, start: Start) -> None:
    client = start(folder, capabilities={})
    client.settle()
    before, after = folder / "inner", folder / "outer"
    (before / "m.k.yaml").write_text(MISSPELT.replace("greet", "other"), encoding="utf-8")
    client.notify("workspace/didCreateFiles", {"files": [{"uri": (before / "m.k.yaml").as_uri()}]})
    client.wait_codes((before / "m.k.yaml").as_uri(), "unknown-key")
    before.rename(after)
    client.notify(
        "workspace/didRenameFiles", {"files": [{"oldUri": before.as_uri(), "newUri": after.as_uri()}]}
    )
    client.wait_codes((before / "m.k.yaml").as_uri())
    client.wait_codes((after / "m.k.yaml").as_uri(), "unknown-key")


def test_loading_much_shows_how_far_it_is(write: Write, start: Start) -> None:
    root = write({f"f{number}.k.yaml": FUNCTION.replace("greet", f"g{number}") for number in range(250)})
    client = start(root, capabilities={"window": {"workDoneProgress": True}})
    ended = client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    assert ended["params"]["value"]["message"] == "250 files"
    (created,) = client.sent("window/workDoneProgress/create")
    told = client.sent("$/progress")
    assert {one["token"] for one in told} == {created["token"]}
    kinds = [one["value"]["kind"] for one in told]
    assert kinds == ["begin", *["report"] * (len(kinds) - 2), "end"]


def test_loading_little_shows_nothing(folder: Path, start: Start) -> None:
    client = start(folder, capabilities={"window": {"workDoneProgress": True}})
    client.settle()
    assert client.sent("window/workDoneProgress/create") == []


def test_the_status_tells_what_is_loaded(folder: Path, start: Start) -> None:
    client = start(folder)
    client.settle()
    status = client.request("workspace/executeCommand", {"command": "koreo.status", "arguments": []})
    assert [one["folder"] for one in status["workspaces"]] == [str(folder)]
    assert status["workspaces"][0]["complete"] is True
    assert status["bugs"] == []
    assert status["isIdle"] is True
    assert status["openFiles"] == 0


def test_a_folder_goes_on_the_disk(folder: Path, start: Start) -> None:
    client = start(folder)
    client.settle()
    (folder / "f.k.yaml").unlink()
    test = folder / "inner/t.k.yaml"
    client.notify("workspace/didChangeWatchedFiles", _events((folder / "f.k.yaml", DELETED)))
    client.wait_codes(test.as_uri(), "unknown-reference")
    test.unlink()
    test.parent.rmdir()
    client.notify("workspace/didChangeWatchedFiles", _events((test.parent, DELETED)))
    client.wait_codes(test.as_uri())


def test_the_editor_wins_over_the_disk(folder: Path, start: Start) -> None:
    client = start(folder)
    path = folder / "f.k.yaml"
    client.open(path.as_uri(), FUNCTION)
    path.write_text(MISSPELT, encoding="utf-8")
    client.notify("workspace/didChangeWatchedFiles", _events((path, CHANGED)))
    client.settle()
    assert client.codes(path.as_uri()) == []


def test_a_client_that_cannot_watch_is_served_when_it_saves(folder: Path, start: Start) -> None:
    client = start(folder, capabilities={})
    test = folder / "inner/t.k.yaml"
    client.open(test.as_uri(), TEST)
    client.settle()
    assert client.sent("client/registerCapability") == []
    (folder / "f.k.yaml").unlink()
    client.notify("textDocument/didSave", {"textDocument": {"uri": test.as_uri()}})
    client.wait_codes(test.as_uri(), "unknown-reference")


def test_a_new_file_is_part_of_its_workspace_before_and_after_it_is_saved(folder: Path, start: Start) -> None:
    client = start(folder)
    client.settle()
    path = folder / "new.k.yaml"
    client.open(path.as_uri(), TEST.replace("greet-test", "new-test"))
    assert client.codes(path.as_uri()) == []
    client.change(path.as_uri(), 2, FUNCTION)
    client.wait_codes((folder / "f.k.yaml").as_uri(), "duplicate-definition")
    path.write_text(FUNCTION, encoding="utf-8")
    client.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
    client.change(path.as_uri(), 3, FUNCTION.replace("greet", "other"))
    client.wait_codes((folder / "f.k.yaml").as_uri())
    client.close(path.as_uri())
    client.wait_codes((folder / "f.k.yaml").as_uri(), "duplicate-definition")


def test_a_new_file_that_is_never_saved_leaves_nothing(folder: Path, start: Start) -> None:
    client = start(folder)
    client.settle()
    uri = (folder / "new.k.yaml").as_uri()
    client.open(uri, FUNCTION)
    client.wait_codes((folder / "f.k.yaml").as_uri(), "duplicate-definition")
    client.close(uri)
    client.wait_codes((folder / "f.k.yaml").as_uri())
    client.wait_codes(uri)


@pytest.mark.parametrize("how", ["koreo.toml", ".gitignore"])
def test_an_excluded_file_defines_nothing_even_when_open(write: Write, start: Start, how: str) -> None:
    folder = write({"koreo.toml": QUIET, "f.k.yaml": FUNCTION, "draft/f.k.yaml": FUNCTION})
    if how == ".gitignore":
        write({".gitignore": "draft/\n", ".git/HEAD": ""})
    else:
        write({"koreo.toml": QUIET + '[files]\nexclude = ["draft/"]\n'})
    client = start(folder)
    uri = (folder / "draft/f.k.yaml").as_uri()
    client.open(uri, MISSPELT)
    client.settle()
    assert client.codes(uri) == ["unknown-key"]
    assert client.codes((folder / "f.k.yaml").as_uri()) == []
    write({".gitignore": "", "koreo.toml": QUIET})
    client.notify("workspace/didChangeWatchedFiles", _events((folder / how, CHANGED)))
    client.wait_codes((folder / "f.k.yaml").as_uri(), "duplicate-definition")


class TestKoreoToml:
    """The configuration, as it is on the disk and as it is typed."""

    def test_a_misspelt_option_is_shown_in_it(self, write: Write, start: Start) -> None:
        folder = write({"koreo.toml": '[severity]\nunused-definition = "of"\n', "f.k.yaml": FUNCTION})
        client = start(folder)
        client.wait_codes((folder / "koreo.toml").as_uri(), "config")

    def test_it_is_checked_while_it_is_typed(self, folder: Path, start: Start) -> None:
        client = start(folder)
        uri = (folder / "koreo.toml").as_uri()
        assert client.open(uri, "[severty]\n", language="toml")[0]["code"] == "config"
        client.change(uri, 2, QUIET)
        assert client.published(uri, version=2) == []
        client.change(uri, 3, "[severity\n")
        (problem,) = client.published(uri, version=3)
        assert problem["range"]["start"]["line"] == 0
        client.close(uri)
        client.wait_codes(uri)

    def test_a_new_one_is_checked_before_it_is_saved(self, write: Write, start: Start) -> None:
        folder = write({"f.k.yaml": FUNCTION})
        client = start(folder)
        uri = (folder / "koreo.toml").as_uri()
        assert client.open(uri, "[fils]\n", language="toml")[0]["code"] == "config"

    def test_it_comes_changes_and_goes(self, write: Write, start: Start) -> None:
        folder = write({"f.k.yaml": FUNCTION, "t.k.yaml": TEST.replace("greet}", "great}")})
        client = start(folder)
        config, test = folder / "koreo.toml", (folder / "t.k.yaml").as_uri()
        client.wait_codes(test, "unknown-reference")
        config.write_text('[severity]\nunknown-reference = "off"\n', encoding="utf-8")
        client.notify("workspace/didChangeWatchedFiles", _events((config, CREATED)))
        client.wait_codes(test)
        config.write_text('[severity]\nunknown-reference = "warning"\nmisspelt = "off"\n', encoding="utf-8")
        client.notify("workspace/didChangeWatchedFiles", _events((config, CHANGED)))
        client.wait_codes(test, "unknown-reference")
        client.wait_codes(config.as_uri(), "config")
        assert [d["severity"] for d in client.diagnostics(test)] == [WARNING]
        config.unlink()
        client.notify("workspace/didChangeWatchedFiles", _events((config, DELETED)))
        client.wait_codes(config.as_uri())

    def test_one_that_comes_in_a_subfolder_cuts_the_workspace(self, folder: Path, start: Start) -> None:
        client = start(folder)
        client.settle()
        inner, test = folder / "inner/koreo.toml", (folder / "inner/t.k.yaml").as_uri()
        inner.write_text("", encoding="utf-8")
        client.notify("workspace/didChangeWatchedFiles", _events((inner, CREATED)))
        client.wait_codes(test, "unknown-reference")
        inner.unlink()
        client.notify("workspace/didChangeWatchedFiles", _events((inner, DELETED)))
        client.wait_codes(test)


class TestElsewhere:
    """What a workspace has outside of the folders that the client opened: CRDs, or its own folder."""

    crd = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: greetings.e.com}
spec:
  group: e.com
  names: {kind: Greeting, plural: greetings}
  versions: [{name: v1, served: true, storage: true}]
"""
    workflow = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: flow}
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Greeting}
  steps: [{label: one, ref: {kind: ValueFunction, name: greet}}]
"""

    @pytest.fixture
    def crds(self, write: Write) -> Path:
        return write(
            {
                "crds/crd.yaml": self.crd,
                "w/koreo.toml": '[schemas]\ncrds = ["../crds"]\n',
                "w/w.k.yaml": self.workflow,
                "w/f.k.yaml": FUNCTION,
            }
        )

    def _definition(self, client: Served, folder: Path) -> Any:
        """Return where the kind of the workflow is defined, as the server tells once it has nothing left to do."""
        client.settle()
        uri, character = (folder / "w/w.k.yaml").as_uri(), self.workflow.splitlines()[4].index("Greeting")
        position = {"line": 4, "character": character}
        return client.request("textDocument/definition", {"textDocument": {"uri": uri}, "position": position})

    def test_crds_of_another_folder_are_known_and_not_reported(self, crds: Path, start: Start) -> None:
        (link,) = self._definition(start(crds / "w"), crds)
        assert link["targetUri"] == (crds / "crds/crd.yaml").as_uri()

    def test_they_are_watched_where_the_client_can(self, crds: Path, start: Start) -> None:
        client = start(crds / "w", capabilities=ELSEWHERE)
        client.settle()
        assert _watched(client) == {None, (crds / "crds").as_uri()}
        (crds / "w/koreo.toml").write_text("", encoding="utf-8")
        client.notify("workspace/didChangeWatchedFiles", _events((crds / "w/koreo.toml", CHANGED)))
        client.settle()
        assert _watched(client) == {None}

    def test_so_is_a_workspace_of_which_a_part_was_opened(self, folder: Path, start: Start) -> None:
        client = start(folder / "inner", capabilities=ELSEWHERE)
        client.settle()
        assert _watched(client) == {None, folder.as_uri()}
        added = {"uri": folder.as_uri(), "name": "all"}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [added], "removed": []}})
        client.settle()
        assert _watched(client) == {None}

    def test_otherwise_they_are_read_again_when_a_file_is_saved(self, crds: Path, start: Start) -> None:
        client = start(crds / "w")
        assert self._definition(client, crds)
        assert _watched(client) == {None}
        (crds / "crds/crd.yaml").write_text(self.crd.replace("Greeting", "Other"), encoding="utf-8")
        uri = (crds / "w/w.k.yaml").as_uri()
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        assert not self._definition(client, crds)


ELSEWHERE = {
    **FULL,
    "workspace": {
        **FULL["workspace"],
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
    },
}


def _watched(client: Served) -> set[str | None]:
    """Return the base URIs of what the client was asked to watch and still does; None for its own folders."""
    watched: dict[str, str | None] = {}
    for message in list(client.received):
        params = message.get("params")
        if message.get("method") == "client/registerCapability":
            for one in params["registrations"]:
                (base,) = {
                    pattern["baseUri"] if isinstance(pattern, dict) else None
                    for pattern in (watcher["globPattern"] for watcher in one["registerOptions"]["watchers"])
                }
                assert one["id"] not in watched
                watched[one["id"]] = base
        elif message.get("method") == "client/unregisterCapability":
            for one in params["unregisterations"]:
                del watched[one["id"]]
    return set(watched.values())


class TestUnreadable:
    """Files that cannot be read, each with a line that says why."""

    def test_it_is_reported_until_it_is_readable(self, folder: Path, start: Start) -> None:
        path = folder / "latin.k.yaml"
        path.write_bytes(b"a: \xe9\n")
        client = start(folder)
        client.wait_codes(path.as_uri(), "unreadable-file")
        path.write_bytes("a: é\n".encode())
        client.notify("workspace/didChangeWatchedFiles", _events((path, CHANGED)))
        client.wait_codes(path.as_uri())

    def test_it_is_reported_while_it_is_open(self, folder: Path, start: Start) -> None:
        path = folder / "latin.k.yaml"
        path.write_bytes(FUNCTION.replace("greet", "caf\xe9").encode("latin-1"))
        client = start(folder)
        client.open(path.as_uri(), FUNCTION.replace("greet", "cafe"))
        client.wait_codes(path.as_uri(), "unreadable-file")
        path.write_text(FUNCTION.replace("greet", "cafe"), encoding="utf-8")
        client.notify("workspace/didChangeWatchedFiles", _events((path, CHANGED)))
        client.wait_codes(path.as_uri())

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_without_permission(self, folder: Path, start: Start) -> None:
        (folder / "f.k.yaml").chmod(0)
        client = start(folder)
        client.wait_codes((folder / "f.k.yaml").as_uri(), "unreadable-file")

    def test_plain_yaml_that_is_no_text_is_nobodys_problem(self, folder: Path, start: Start) -> None:
        (folder / "image.yaml").write_bytes(b"\0\1\2")
        client = start(folder)
        client.settle()
        assert client.codes((folder / "image.yaml").as_uri()) == []


class TestNames:
    """One file has many names."""

    @pytest.mark.parametrize("name", ["a b.k.yaml", "ä😀.k.yaml", "a%20b#c?d;e=f.k.yaml", "a+b&c.k.yaml"])
    def test_names_that_have_to_be_encoded(self, write: Write, start: Start, name: str) -> None:
        folder = write({name: TEST})
        client = start(folder)
        client.wait_codes((folder / name).as_uri(), "unknown-reference")
        client.open((folder / name).as_uri(), FUNCTION)
        client.wait_codes((folder / name).as_uri(), *client.codes((folder / name).as_uri()))
        assert client.text((folder / name).as_uri()) == FUNCTION

    def test_a_client_that_writes_uris_its_own_way_is_answered_its_way(
        self, write: Write, start: Start
    ) -> None:
        folder = write({"a (1).k.yaml": TEST})
        client = start(folder)
        ours = (folder / "a (1).k.yaml").as_uri()
        theirs = ours.replace("%20%281%29", "%20(1)").replace("file:///", "FILE:///")
        assert theirs != ours
        client.wait_codes(ours, "unknown-reference")
        client.open(theirs, TEST)
        assert client.codes(theirs) == ["unknown-reference"]
        assert client.codes(ours) == [], "not shown twice"
        client.close(theirs)
        client.settle()
        assert (client.codes(theirs), client.codes(ours)) in (
            (["unknown-reference"], []),
            ([], ["unknown-reference"]),
        )

    def test_a_folder_reached_through_a_link(self, write: Write, start: Start) -> None:
        folder = write({"real/f.k.yaml": FUNCTION, "real/t.k.yaml": TEST})
        (folder / "link").symlink_to(folder / "real")
        client = start(folder / "link")
        client.settle()
        real = (folder / "real/f.k.yaml").as_uri()
        client.open(real, FUNCTION.replace("greet", "great"))
        client.wait_codes((folder / "link/t.k.yaml").as_uri(), "unknown-reference")
        client.change(real, 2, FUNCTION)
        client.wait_codes((folder / "link/t.k.yaml").as_uri())

    def test_a_file_opened_through_a_link_before_its_workspace_is_known(
        self, write: Write, start: Start
    ) -> None:
        folder = write({"real/f.k.yaml": FUNCTION, "real/t.k.yaml": TEST})
        (folder / "link").symlink_to(folder / "real")
        client = start()
        linked = (folder / "link/f.k.yaml").as_uri()
        client.open(linked, MISSPELT)
        added = {"uri": (folder / "real").as_uri(), "name": "real"}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [added], "removed": []}})
        client.settle()
        assert "unknown-key" in client.codes(linked)
        assert client.codes((folder / "real/f.k.yaml").as_uri()) == []

    def test_a_file_open_by_two_names(self, write: Write, start: Start) -> None:
        folder = write({"real/f.k.yaml": FUNCTION, "real/koreo.toml": QUIET})
        (folder / "link").symlink_to(folder / "real")
        client = start(folder / "real")
        real, linked = ((folder / name / "f.k.yaml").as_uri() for name in ("real", "link"))
        longer = "# one line\n# another line\n" + FUNCTION
        client.open(real, longer)
        client.open(linked, longer)
        client.close(real)
        client.settle()
        assert client.text(linked) == longer, "closing one name leaves the text of the other"
        last = {"line": longer.count("\n"), "character": 0}
        start_of_it = len(client.received)
        client.change(linked, 2, {"range": {"start": last, "end": last}, "text": "bad: 1\n"})
        problems = client.published(linked, version=2, start=start_of_it)
        assert [(one["code"], one["range"]["start"]["line"]) for one in problems] == [
            ("unknown-key", last["line"])
        ]
        client.open(real, FUNCTION)
        client.settle()
        assert (client.codes(real), client.codes(linked)) == ([], []), "the newest text counts"
        client.close(real)
        client.settle()
        assert client.codes(linked) == ["unknown-key"], "then the other one that is open still"
        client.close(linked)
        client.settle()
        assert (client.codes(real), client.codes(linked)) == ([], []), "then the disk's"

    def test_each_name_of_a_file_keeps_its_own_text(self, write: Write, start: Start) -> None:
        folder = write({"f.k.yaml": FUNCTION})
        (folder / "g.k.yaml").symlink_to(folder / "f.k.yaml")
        client = start(folder)
        one, other = ((folder / name).as_uri() for name in ("f.k.yaml", "g.k.yaml"))
        client.open(one, FUNCTION)
        client.open(other, "# another\n" + FUNCTION)
        place = {"line": 0, "character": 0}
        client.change(one, 2, {"range": {"start": place, "end": place}, "text": "# one\n"})
        client.settle()
        assert client.text(one) == "# one\n" + FUNCTION

    def test_edits_go_to_the_name_that_asked(self, write: Write, start: Start) -> None:
        folder = write({"real/f.k.yaml": FUNCTION, "real/t.k.yaml": TEST})
        (folder / "link").symlink_to(folder / "real")
        client = start(folder / "real")
        real, linked = ((folder / name / "f.k.yaml").as_uri() for name in ("real", "link"))
        line = next(n for n, text in enumerate(FUNCTION.splitlines()) if "greet" in text)
        position = {"line": line, "character": FUNCTION.splitlines()[line].index("greet")}
        client.open(real, FUNCTION)
        client.open(linked, FUNCTION)
        client.settle()
        for uri in (real, linked, real):
            edit = client.request(
                "textDocument/rename",
                {"textDocument": {"uri": uri}, "position": position, "newName": "great"},
            )
            touched = {change["textDocument"]["uri"] for change in edit["documentChanges"]}
            assert touched == {uri, (folder / "real/t.k.yaml").as_uri()}

    def test_a_text_is_answered_when_its_workspace_is_found_at_that_moment(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = write({"real/f.k.yaml": FUNCTION, "real/koreo.toml": QUIET})
        (folder / "link").symlink_to(folder / "real")
        client = Served()
        edited = Publisher.edited

        def load_at_once(publisher: Publisher, key: str) -> None:
            edited(publisher, key)
            (root,) = find_roots([str(folder / "real")], ())
            client.server.projects.prepare(prepare(root))

        monkeypatch.setattr(Publisher, "edited", load_at_once)
        client.request("initialize", {"processId": None, "capabilities": FULL})
        assert client.open((folder / "link/f.k.yaml").as_uri(), FUNCTION) == []
        client.hang_up()

    @pytest.mark.parametrize(
        "uri",
        [
            "untitled:Untitled-1",
            "file:///c%3A/work/f.k.yaml",
            "file:///C:/work/f.k.yaml",
            "file://server/share/f.k.yaml",
            "file:///tmp/%00.k.yaml",
            "file:///tmp/%ff%fe.k.yaml",
            "git:/work/f.k.yaml?ref=main",
            "vscode-notebook-cell:/a/b.k.yaml#ch0001",
            "inmemory://model/1",
            "file:",
            "nonsense",
            "",
        ],
    )
    def test_texts_on_no_disk_are_checked_alone(self, folder: Path, start: Start, uri: str) -> None:
        client = start(folder)
        client.settle()
        assert [d["code"] for d in client.open(uri, MISSPELT, version=0)] == ["unknown-key"]
        client.change(uri, 1, FUNCTION)
        assert client.published(uri, version=1) == []
        client.change(uri, 2, MISSPELT)
        client.close(uri)
        client.wait_codes(uri)
        assert client.codes((folder / "f.k.yaml").as_uri()) == []


def test_nothing_is_asked_of_a_client_that_announced_nothing(folder: Path, start: Start) -> None:
    client = start(folder, capabilities={})
    client.settle()
    assert [message for message in client.received if "id" in message and "method" in message] == []
    assert {m["method"] for m in client.received if "method" in m} <= {"textDocument/publishDiagnostics"}


def test_a_client_that_watches_is_asked_to(folder: Path, start: Start) -> None:
    client = start(folder, capabilities=FULL)
    client.settle()
    (params,) = client.sent("client/registerCapability")
    patterns = {w["globPattern"] for w in params["registrations"][0]["registerOptions"]["watchers"]}
    assert {"**/*.k.yaml", "**/*.koreo", "**/koreo.toml"} <= patterns


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
@pytest.mark.parametrize("more", [{}, {"koreo.toml": QUIET}, {".gitignore": "*.log\n"}], ids=list)
def test_a_name_that_is_no_text_keeps_nothing_from_being_read(
    write: Write, start: Start, more: dict[str, str]
) -> None:
    folder = write({**more, "f.k.yaml": MISSPELT})
    with open(os.fsencode(folder) + b"/notes\xff.yaml", "w", encoding="utf-8") as file:
        file.write("a: 1\n")
    with open(os.fsencode(folder) + b"/g\xff.k.yaml", "w", encoding="utf-8") as file:
        file.write(MISSPELT.replace("greet", "other"))
    client = start(folder)
    client.settle()
    for uri in ((folder / "f.k.yaml").as_uri(), f"{folder.as_uri()}/g%FF.k.yaml"):
        assert "unknown-key" in client.codes(uri)


def test_a_workspace_that_cannot_be_looked_at_leaves_the_others(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(root: Root) -> Prepared:
        if root.path.endswith("/a"):
            raise RuntimeError("a bug")
        return prepare(root)

    monkeypatch.setattr("koreo_server.session.loader.prepare", fail)
    folder = write({f"{name}/f.k.yaml": MISSPELT for name in "abc"})
    client = Served()
    folders = [{"uri": (folder / name).as_uri(), "name": name} for name in "abc"]
    client.request("initialize", {"processId": None, "capabilities": FULL, "workspaceFolders": folders})
    client.notify("initialized", {})
    for name in "bc":
        client.wait_codes((folder / name / "f.k.yaml").as_uri(), "unknown-key", "unused-definition")
    assert len(client.sent("window/showMessage")) == 1
    client.hang_up()
