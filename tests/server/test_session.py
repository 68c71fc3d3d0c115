"""The parts of a session that can be told from outside of a conversation."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from koreo_server.session.background import Slices, Worker
from koreo_server.session.loader import CHARACTERS_A_PART, find_roots, parts
from koreo_server.session.uris import is_on_disk, path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.k.yaml", "/a/b.k.yaml"),
        ("file:///a/b/", "/a/b"),
        ("file:///", "/"),
        ("FILE:///a", "/a"),
        ("file:/a/b", "/a/b"),
        ("file://localhost/a", "/a"),
        ("file://LOCALHOST/a", "/a"),
        ("file:////a//b/./c/../d", "/a/b/d"),
        ("file:///a%20b/%C3%A4%F0%9F%98%80", "/a b/ä😀"),
        ("file:///a b/ä😀", "/a b/ä😀"),
        ("file:///a%23b%3Fc%3Bd", "/a#b?c;d"),
        ("file:///a#b?c;d", "/a#b?c;d"),
        ("file:///c%3A/a", "c:/a"),
        ("file:///C:/a", "c:/a"),
        ("file:///c:", "c:"),
        ("file://server/share/a", "//server/share/a"),
        ("file:///a%00b", "file:///a%00b"),
        ("file:", "file:"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
        ("git:/a/b?x#y", "git:/a/b?x#y"),
        ("", ""),
    ],
)
def test_path_of(uri: str, path: str) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    "path", ["/a", "/a b/ä😀#?;%", "/%41", "c:/a b", "//server/share/a", "/", "untitled:1"]
)
def test_a_path_survives_its_uri(path: str) -> None:
    assert path_of(uri_of(path)) == path


def test_a_name_that_is_no_text_survives_its_uri() -> None:
    path = os.fsdecode(b"/a\xff\xfe.k.yaml")
    assert uri_of(path) == "file:///a%FF%FE.k.yaml"
    assert path_of(uri_of(path)) == path


def test_uris_are_written_as_pathlib_writes_them() -> None:
    for path in ("/a", "/a b/ä (1)+&=@:,!~'*", "/a;b"):
        assert uri_of(path) == Path(path).as_uri()


def test_what_lies_on_a_disk() -> None:
    assert [p for p in ("/a", "c:/a", "//s/a", "untitled:1", "", "git:/a") if is_on_disk(p)] == [
        "/a",
        "c:/a",
        "//s/a",
    ]


def test_texts_are_analysed_in_parts_of_bounded_size() -> None:
    sizes = [10, 5000, 5000, 5000, 0, 30_000, 1, 12_000, 12_000, 3]
    texts: dict[str, str | None] = {str(number): "x" * size for number, size in enumerate(sizes)}
    texts["gone"] = None
    cut = list(parts(texts))
    assert {path: text for part in cut for path, text in part.items()} == texts
    assert [path for part in cut for path in part] == list(texts)
    for part in cut:
        assert len(part) == 1 or sum(len(text or "") for text in part.values()) <= CHARACTERS_A_PART


async def test_long_work_gives_way() -> None:
    order: list[str] = []

    async def work() -> None:
        slices = Slices()
        while "message" not in order:
            order.append("work")
            await slices.give_way()

    worker = Worker(work)
    worker.wake()
    worker.wake()
    asyncio.get_running_loop().call_later(0.02, order.append, "message")
    while not worker.is_idle:
        await asyncio.sleep(0)
    assert order[-1] == "message"
    assert len(order) > 2


async def test_work_that_comes_at_the_last_moment_is_done() -> None:
    times = 0

    async def work() -> None:
        nonlocal times
        times += 1

    worker = Worker(work)
    for expected in range(1, 5):
        worker.wake()
        await asyncio.sleep(0)  # the work has just ended, and nobody has been told yet
        assert times == expected


async def test_a_worker_survives_its_work(caplog: pytest.LogCaptureFixture) -> None:
    times = 0

    async def work() -> None:
        nonlocal times
        times += 1
        raise RuntimeError("a bug")

    worker = Worker(work)
    for _ in range(2):
        worker.wake()
        while not worker.is_idle:
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # what it raised is logged
    assert times == 2
    assert caplog.text.count("RuntimeError: a bug") == 2


def test_find_roots(tmp_path: Path) -> None:
    for name in ("w/koreo.toml", "w/a/f.k.yaml", "w/b/g.k.yaml", "bare/h.k.yaml", "open/i.k.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    path = tmp_path.as_posix()

    def roots(folders: list[str], keys: list[str]) -> dict[str, list[str] | None]:
        found = find_roots([f"{path}/{f}" for f in folders], [k if ":" in k else f"{path}/{k}" for k in keys])
        return {
            root.path.removeprefix(f"{path}/"): None
            if root.selected is None
            else sorted(os.path.basename(file) for file in root.selected)
            for root in found
        }

    assert roots([], []) == {}
    assert roots(["none"], []) == {}
    assert roots(["w"], ["w/a/f.k.yaml"]) == {"w": None}
    assert roots(["w/a"], ["w/b/g.k.yaml"]) == {"w": ["f.k.yaml", "g.k.yaml"]}
    assert roots([], ["w/b/g.k.yaml", "open/i.k.yaml", "w/new.k.yaml", "untitled:1"]) == {"w": ["g.k.yaml"]}
    assert roots(["bare"], ["open/i.k.yaml"]) == {"bare": None}
