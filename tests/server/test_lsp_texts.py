"""Text synchronisation: the server has exactly the editor's text, and answers every change of it."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from conftest import FULL, Start
from hypothesis import example, given
from hypothesis import strategies as st
from koreo_analyzer.text import LineIndex, PositionEncoding
from koreo_server.lsp.changes import apply_changes
from lsprotocol import types

URI = "untitled:one"
FUNCTION = (
    "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: greet}\nspec: {return: {a: 1}}\n"
)

ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
UNIT_BYTES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def _capabilities(*encodings: str) -> dict[str, Any]:
    return {**FULL, "general": {"positionEncodings": list(encodings)}}


def _units(text: str, encoding: str) -> int:
    return len(text.encode(ENCODINGS[encoding])) // UNIT_BYTES[encoding]


def _lines(text: str) -> list[str]:
    """Split as LSP does: at line feeds, carriage returns, and both together; nowhere else."""
    return text.replace("\r\n", "\n\0").replace("\r", "\n").split("\n")


def _model_position(text: str, offset: int, encoding: str) -> dict[str, int]:
    """Write an offset as a position, in a second way than the server's."""
    before = text[:offset]
    if before.endswith("\r") and text[offset : offset + 1] == "\n":
        before = before[:-1]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return {"line": len(lines) - 1, "character": _units(lines[-1], encoding)}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_edits_of_several_changes_give_the_text_of_a_model(start: Start, encoding: str) -> None:
    client = start(capabilities=_capabilities(encoding))
    dice = random.Random(encoding)
    alphabet = ["a", "é", "€", "😀", "\n", "\r\n", "\r", "\u2028", "\f", "\x85", "\t", "---\n", ""]
    text = FUNCTION + "# 😀é\r\n# \u2028 \f x"
    client.open(URI, text)
    for version in range(2, 60):
        changes = []
        for _ in range(dice.randint(1, 4)):
            start_at = dice.randint(0, len(text))
            end_at = min(len(text), start_at + dice.choice([0, 0, 1, 3, 30]))
            while any(text[at - 1 : at + 1] == "\r\n" for at in (start_at, end_at)):
                start_at, end_at = max(0, start_at - 1), max(0, end_at - 1)
            new = "".join(dice.choices(alphabet, k=dice.randint(0, 5)))
            place = {
                "start": _model_position(text, start_at, encoding),
                "end": _model_position(text, end_at, encoding),
            }
            changes.append({"range": place, "text": new})
            text = text[:start_at] + new + text[end_at:]
        client.change(URI, version, *changes)
        client.published(URI, version=version)
        assert client.text(URI) == text


@pytest.mark.parametrize(
    ("place", "after"),
    [
        (((0, 0), (0, 0)), "Xab\ncd"),
        (((0, 99), (0, 99)), "abX\ncd"),
        (((1, 99), (1, 99)), "ab\ncdX"),
        (((1, 1), (1, 99)), "ab\ncX"),
        (((9, 0), (9, 0)), "ab\ncdX"),
        (((0, 1), (99, 99)), "aX"),
        (((1, 2), (0, 0)), "ab\ncdX"),
        (((0, 2147483647), (2147483647, 2147483647)), "abX"),
    ],
)
def test_positions_outside_of_the_text(start: Start, place: Any, after: str) -> None:
    client = start()
    client.open(URI, "ab\ncd")
    (first, last), (end_line, end) = place
    change = {
        "range": {"start": {"line": first, "character": last}, "end": {"line": end_line, "character": end}},
        "text": "X",
    }
    client.change(URI, 2, change)
    client.published(URI, version=2)
    assert client.text(URI) == after


@given(
    st.lists(
        st.tuples(
            st.text("ab\n\r😀é\u2028", max_size=6), st.integers(0, 9), st.integers(0, 12), st.integers(0, 3)
        ),
        max_size=6,
    )
)
def test_no_position_does_harm(edits: list[tuple[str, int, int, int]]) -> None:
    text = "one\r\ntwo 😀\n"
    for new, line, character, more in edits:
        place = types.Range(types.Position(line, character), types.Position(line + more, 2))
        change = types.TextDocumentContentChangePartial(range=place, text=new)
        changed = apply_changes(text, [change], PositionEncoding.UTF16)
        assert new in changed
        assert len(changed) <= len(text) + len(new)
        text = changed


def _plainly(text: str, change: types.TextDocumentContentChangePartial, encoding: PositionEncoding) -> str:
    lines, place = LineIndex(text), change.range
    start = lines.offset(place.start.line, place.start.character, encoding)
    end = lines.offset(place.end.line, place.end.character, encoding)
    return text[:start] + change.text + text[max(start, end) :]


@given(
    st.text("ab\n\r😀\u2028", max_size=20),
    st.lists(
        st.tuples(
            st.text("ab\n\ré", max_size=4),
            st.tuples(st.integers(0, 6), st.integers(0, 5)),
            st.tuples(st.integers(0, 6), st.integers(0, 5)),
        ),
        max_size=6,
    ),
    st.sampled_from(PositionEncoding),
)
@example("\r", [("\n\r", (2, 0), (0, 0)), ("a", (2, 0), (0, 0))], PositionEncoding.UTF8)
def test_changes_together_are_changes_one_by_one(
    text: str, edits: list[tuple[str, tuple[int, int], tuple[int, int]]], encoding: PositionEncoding
) -> None:
    changes = [
        types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), new)
        for new, start, end in edits
    ]
    expected = text
    for change in changes:
        expected = _plainly(expected, change, encoding)
    assert apply_changes(text, changes, encoding) == expected


def test_many_cursors_in_a_large_text_cost_little() -> None:
    text = "key: value\n" * 20_000
    places = [types.Range(types.Position(40 * n, 0), types.Position(40 * n, 1)) for n in range(500)]
    changes = [types.TextDocumentContentChangePartial(place, "K") for place in places]
    started = time.perf_counter()
    changed = apply_changes(text, changes, PositionEncoding.UTF16)
    assert time.perf_counter() - started < 0.5, "once it was 5 s"
    assert changed.count("Key: value\n") == 500


def test_a_burst_is_answered_in_order_and_its_last_version_always(start: Start) -> None:
    client = start()
    client.open(URI, FUNCTION, version=0)
    for version in range(1, 200):
        client.change(URI, version, FUNCTION + "#" * version)
    client.published(URI, version=199)
    client.settle()
    published = client.sent("textDocument/publishDiagnostics")
    versions = [params["version"] for params in published if params["uri"] == URI]
    assert versions == sorted(versions)
    assert versions[-1] == 199
    assert len(versions) == len(set(versions)), "nothing changed after an answer"


def test_a_burst_during_start_up_is_answered_and_ends_right(write: Any, start: Start) -> None:
    files = {f"f{n}.k.yaml": FUNCTION.replace("greet", f"f{n}") for n in range(60)}
    folder = write({"koreo.toml": '[severity]\nunused-definition = "off"\n', **files})
    client = start(folder)
    uri = (folder / "f7.k.yaml").as_uri()
    client.open(uri, FUNCTION, version=0)
    for version in range(1, 30):
        client.change(uri, version, FUNCTION.replace("return", f"return{version}"))
    client.change(uri, 30, FUNCTION.replace("greet", "f8"))
    client.published(uri, version=30)
    client.wait_codes((folder / "f8.k.yaml").as_uri(), "duplicate-definition")
    client.wait_codes(uri, "duplicate-definition")
    versions = [p["version"] for p in client.sent("textDocument/publishDiagnostics") if p["uri"] == uri]
    assert versions == sorted(versions)
    assert versions[-1] == 30


def test_version_zero_is_a_version(start: Start) -> None:
    client = start()
    client.open(URI, FUNCTION.replace("return", "retrun"), version=0)
    (published,) = client.sent("textDocument/publishDiagnostics")
    assert published["version"] == 0


def test_closed_files_have_no_version(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": FUNCTION.replace("return", "retrun")})
    client = start(folder)
    uri = (folder / "f.k.yaml").as_uri()
    client.wait(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    (published,) = client.sent("textDocument/publishDiagnostics")
    assert published["uri"] == uri
    assert published.get("version") is None


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-16"], "utf-16"),
        (["utf-8", "utf-16", "utf-32"], "utf-8"),
        (["utf-32", "utf-8", "utf-16"], "utf-32"),
        (["utf-7"], "utf-16"),
    ],
)
def test_encodings(start: Start, offered: list[str] | None, agreed: str) -> None:
    general = {} if offered is None else {"general": {"positionEncodings": offered}}
    client = start(capabilities=general)
    (answer,) = [message for message in client.received if "result" in message]
    assert answer["result"]["capabilities"].get("positionEncoding", "utf-16") == agreed
    (problem,) = client.open(URI, FUNCTION.replace("{return: {a: 1}}", '{"😀é": 1, return: {a: 1}}'))
    line = FUNCTION.splitlines()[3].replace("{return: {a: 1}}", '{"😀é": 1}')
    key = line[line.index('"') : line.rindex('"') + 1]
    begin = problem["range"]["start"]["character"]
    assert problem["range"]["end"]["character"] - begin == _units(key, agreed)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_problems_stand_where_the_editor_counts(start: Start, newline: str) -> None:
    client = start()
    text = 'a: "\u2028 \x85 are no line breaks"\n---\n' + FUNCTION.replace("return", "retrun")
    (problem,) = client.open(URI, text.replace("\n", newline))
    assert problem["code"] == "unknown-key"
    assert problem["range"] == {"start": {"line": 5, "character": 7}, "end": {"line": 5, "character": 13}}


class TestSloppyClients:
    """What clients should not do, and do."""

    def test_a_change_of_a_text_that_was_never_opened(self, start: Start) -> None:
        client = start()
        client.change(URI, 3, FUNCTION.replace("return", "retrun"))
        assert [d["code"] for d in client.published(URI, version=3)] == []
        client.change("untitled:two.k.yaml", 3, FUNCTION.replace("return", "retrun"))
        assert [d["code"] for d in client.published("untitled:two.k.yaml", version=3)] == ["unknown-key"]

    def test_a_change_of_a_closed_file_changes_what_the_disk_holds(self, write: Any, start: Start) -> None:
        folder = write({"f.k.yaml": FUNCTION, "koreo.toml": '[severity]\nunused-definition = "off"\n'})
        client = start(folder)
        client.settle()
        uri = (folder / "f.k.yaml").as_uri()
        place = {"start": {"line": 3, "character": 7}, "end": {"line": 3, "character": 13}}
        client.change(uri, 1, {"range": place, "text": "retrun"})
        assert [d["code"] for d in client.published(uri, version=1)] == ["unknown-key"]

    def test_a_text_is_opened_twice_and_closed_twice(self, start: Start) -> None:
        client = start()
        client.open(URI, FUNCTION, version=1)
        assert [d["code"] for d in client.open(URI, "kind: Valuefunction", version=7)] == []
        client.close(URI)
        client.close(URI)
        client.close("untitled:never")
        assert client.open(URI, FUNCTION, version=8) == []

    def test_no_change_at_all(self, start: Start) -> None:
        client = start()
        client.open(URI, FUNCTION)
        client.change(URI, 2)
        assert client.published(URI, version=2) == []

    def test_a_range_length_is_passed_over(self, start: Start) -> None:
        client = start()
        client.open(URI, FUNCTION)
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
        client.change(URI, 2, {"range": place, "rangeLength": 77, "text": "A"})
        client.published(URI, version=2)
        assert client.text(URI) == "A" + FUNCTION[1:]

    def test_half_of_a_surrogate_pair(self, start: Start) -> None:
        client = start()
        client.open(URI, FUNCTION.replace("greet", '"\ud83d"'))
        client.change(URI, 2, FUNCTION.replace("a: 1", "a: \ude00"))
        client.published(URI, version=2)
        client.change(URI, 3, FUNCTION)
        assert client.published(URI, version=3) == []

    def test_a_byte_order_mark(self, start: Start) -> None:
        client = start()
        (problem,) = client.open(URI, "\ufeff" + FUNCTION.replace("return", "retrun"))
        assert problem["range"]["start"] == {"line": 3, "character": 7}


def test_a_text_is_koreo_by_its_language_or_its_name(start: Start) -> None:
    client = start()
    wrong = FUNCTION.replace("return", "retrun")
    assert client.open("untitled:a", wrong, language="yaml") == []
    assert len(client.open("untitled:b", wrong, language="koreo")) == 1
    assert len(client.open("untitled:c.k.yaml", wrong, language="yaml")) == 1


def test_ignore_comments_hold_before_other_files_are_known(start: Start) -> None:
    client = start()
    wrong = FUNCTION.replace("spec: {return", "spec: {retrun")
    assert client.open("untitled:a", wrong.rstrip() + "  # koreo: ignore[unknown-key]\n") == []
    assert client.open("untitled:b", FUNCTION.rstrip() + "  # koreo: ignore[unknown-reference]\n") == []


def test_severities_hold_before_other_files_are_known(write: Any, start: Start) -> None:
    """The first answer for a file that is open when its workspace is found has the workspace's severities."""
    files = {f"f{n}.k.yaml": FUNCTION.replace("greet", f"f{n}") for n in range(300)}
    folder = write({"koreo.toml": '[severity]\nunknown-key = "warning"\n', **files})
    client = start(folder)
    uri = (folder / "f7.k.yaml").as_uri()
    client.open(uri, FUNCTION)
    client.wait_codes((folder / "koreo.toml").as_uri())
    version = 1
    while not any(project.members for project in client.server.projects):
        version += 1
        client.change(uri, version, FUNCTION.replace("return", "retrun"))
        client.published(uri, version=version)
    client.change(uri, 1000, FUNCTION.replace("return", "retrun"))
    (problem,) = [d for d in client.published(uri, version=1000) if d["code"] == "unknown-key"]
    assert problem["severity"] == 2
    assert not any(project.complete for project in client.server.projects if project.prepared), (
        "too late to tell"
    )
