"""Workspaces written as one text, with a cursor and expected places in them.

    #- main.k.yaml
    @ValueFunction greet
    spec:
      return: {text: =inputs.$0name}

`#- path` starts a file (without it there is one, `main.k.yaml`), `@Kind name` stands for the head of a document,
`$0` is the cursor, and what stands in `⟦…⟧` is expected to be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from koreo_analyzer.text import Span
from koreo_analyzer.workspace import Snapshot, Workspace
from koreo_server.ide import fixes, hover, navigation, symbols

_FILE = re.compile(r"^#- (\S+)\n", re.MULTILINE)
_HEAD = re.compile(r"^@(\w+) (.+?)(\r?)$", re.MULTILINE)
_MARK = re.compile(r"\$0|⟦|⟧")


@dataclass(frozen=True)
class Fixture:
    """Texts without marks, where the cursor stands, and the marked places in order."""

    texts: dict[str, str]
    cursor: tuple[str, int] | None
    expected: list[tuple[str, Span]]

    @property
    def snapshot(self) -> Snapshot:
        workspace = Workspace()
        workspace.apply(self.texts)
        return workspace.snapshot

    def at_cursor(self) -> tuple[Snapshot, str, int]:
        assert self.cursor is not None, "the fixture has no $0"
        return self.snapshot, *self.cursor

    def show(self, places: list[tuple[str, Span]]) -> list[str]:
        """Return places as a person reads them: file, line, and the text of the span in its line."""
        return sorted(self._show_one(path, span) for path, span in places)

    def _show_one(self, path: str, span: Span) -> str:
        text = self.texts[path]
        line = text.count("\n", 0, span.start) + 1
        start = text.rfind("\n", 0, span.start) + 1
        end = text.find("\n", span.end)
        rest = text[span.end : end if end >= 0 else len(text)]
        return f"{path}:{line:03}: {text[start : span.start]}⟦{text[span.start : span.end]}⟧{rest}"


def read(text: str) -> Fixture:
    """Read a fixture."""
    text = _HEAD.sub(
        r"apiVersion: koreo.dev/v1beta1\3" "\n" r"kind: \1\3" "\n" r"metadata:\3" "\n" r"  name: \2\3", text
    )
    cut = _FILE.split(text)
    named = list(zip(cut[1::2], cut[2::2], strict=True)) or [("main.k.yaml", text)]
    texts: dict[str, str] = {}
    cursor: tuple[str, int] | None = None
    expected: list[tuple[str, Span]] = []
    for path, marked in named:
        plain: list[str] = []
        length = start = opened = 0
        for mark in _MARK.finditer(marked):
            plain.append(marked[start : mark.start()])
            length += mark.start() - start
            start = mark.end()
            if mark[0] == "$0":
                cursor = (path, length)
            elif mark[0] == "⟦":
                opened = length
            else:
                expected.append((path, Span(opened, length)))
        texts[path] = "".join(plain) + marked[start:]
    return Fixture(texts, cursor, expected)


def check_definition(text: str) -> None:
    """The thing under the cursor is defined at the marked places."""
    fixture = read(text)
    links = navigation.definition(*fixture.at_cursor())
    assert fixture.show([(link.path, link.span) for link in links]) == fixture.show(fixture.expected)
    assert fixture.cursor is not None
    assert all(link.origin.contains(fixture.cursor[1]) for link in links)


def check_references(text: str, *, include_definition: bool = True) -> None:
    """The thing under the cursor is named at the marked places."""
    fixture = read(text)
    places = navigation.references(*fixture.at_cursor(), include_definition=include_definition)
    assert fixture.show([(place.path, place.span) for place in places]) == fixture.show(fixture.expected)


def check_hover(text: str, *fragments: str) -> None:
    """The hover says `fragments`, about the marked place; without fragments there is none."""
    fixture = read(text)
    found = hover.hover(*fixture.at_cursor())
    if not fragments:
        assert found is None
        return
    assert found is not None
    assert [fragment for fragment in fragments if fragment not in found.markdown] == [], found.markdown
    if fixture.expected:
        path = fixture.at_cursor()[1]
        assert fixture.show([(path, found.span)]) == fixture.show(fixture.expected)


def check_outline(text: str, outline: str) -> None:
    """The outline of the first file, a line a symbol: its name, kind and detail, children indented."""
    fixture = read(text)
    path = next(iter(fixture.texts))
    lines: list[str] = []
    for symbol in symbols.document_symbols(fixture.snapshot, path):
        _draw(symbol, "", lines)
        _check_nesting(symbol, Span(0, len(fixture.texts[path])))
    assert "\n".join(lines) == outline.strip()


def _draw(symbol: symbols.Symbol, indent: str, lines: list[str]) -> None:
    lines.append(f"{indent}{symbol.name} ({symbol.kind.value}) {symbol.detail}".rstrip())
    for child in symbol.children:
        _draw(child, f"{indent}  ", lines)


def _check_nesting(symbol: symbols.Symbol, outer: Span) -> None:
    assert outer.start <= symbol.span.start <= symbol.span.end <= outer.end
    assert symbol.span.start <= symbol.name_span.start <= symbol.name_span.end <= symbol.span.end
    for child in symbol.children:
        _check_nesting(child, symbol.span)


def check_fix(text: str, title: str, after: str) -> None:
    """The fix `title` is offered at the cursor and makes the file `after`."""
    fixture = read(text)
    snapshot, path, offset = fixture.at_cursor()
    cursor = Span(offset, offset)
    offered = fixes.quick_fixes(fixes.touching(snapshot.problems(path), cursor), cursor)
    fix = next((fix for fix in offered if fix.title == title), None)
    assert fix is not None, [fix.title for fix in offered]
    changed = fixture.texts[path]
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        changed = changed[: edit.span.start] + edit.text + changed[edit.span.end :]
    assert changed == read(after).texts[path]
