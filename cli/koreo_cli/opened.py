"""A workspace opened to be asked about its definitions, and the places in it as people and programs read them."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import relpath, sep
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koreo_analyzer.suggest import listed
from koreo_project.discover import absolute, find
from koreo_project.load import load

from koreo_cli.checking import advice_on
from koreo_cli.naming import unknown_name_hint
from koreo_cli.report import Sources
from koreo_cli.terminal import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from koreo_analyzer.flow import UseSite
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, FileRelated, Snapshot


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace and its texts."""

    snapshot: Snapshot
    sources: Sources

    def definitions(self, name: str, kinds: Iterable[str]) -> list[Definition]:
        """Return the definitions of a name, in the order of `kinds`; an inactive one only if there is no other."""
        found = [one for kind in kinds for one in self.snapshot.definitions(kind, name)]
        return [one for one in found if one.document.active] or found

    def advice_on(self, name: str, kinds: Sequence[str]) -> str:
        """Return what to say of a name that is not defined."""
        known = {other for kind in kinds for other in self.snapshot.names(kind)}
        what = kinds[0] if len(kinds) == 1 else "function or Workflow"
        hint = unknown_name_hint(self.snapshot, name, kinds, known)
        if not known:
            none = f"there is no {what} in the workspace"
            hint = f"{none}; {hint}" if hint else none
        return f"no {what} is called `{name}`; {hint}"

    def place(self, path: str, span: Span) -> dict[str, Any]:
        """Return a place for a program, with the keys that docs/json.md describes."""
        region = self.sources.region(path, span)
        return {
            "file": self.sources.name(path),
            "line": region.line,
            "column": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }

    def place_text(self, path: str, span: Span) -> str:
        """Return a place for people: `platform/app.k.yaml:7:5`."""
        region = self.sources.region(path, span)
        return f"{self.sources.name(path)}:{region.line}:{region.column}"

    def uses(self, uses: Iterable[UseSite], first: str | None = None) -> list[FileRelated]:
        """Return the places of uses by file, those in the file `first` in front, and by position."""
        found = {one for use in uses if (one := self.snapshot.place_of_use(use)) is not None}
        return sorted(found, key=lambda one: (one.path != first, one.path, one.span))

    def places_text(self, places: Sequence[FileRelated], most: int) -> str:
        """Return places for people, a file named once: `a.k.yaml:7:5, 9:3, b.k.yaml:1:2 and 4 more`."""
        shown: list[str] = []
        file = ""
        for one in places[:most]:
            region = self.sources.region(one.path, one.span)
            name = self.sources.name(one.path)
            shown.append(f"{f'{name}:' if name != file else ''}{region.line}:{region.column}")
            file = name
        rest = f" and {len(places) - most} more" if len(places) > most else ""
        return ", ".join(shown) + rest


def open_workspace(path: str) -> Opened | None:
    """Load the workspace around a path, or the only one below it; None, said why, if there is none."""
    wrong = advice_on(path)
    if wrong is not None:
        note(wrong)
        return None
    roots = find([Path(path)])
    target = absolute(Path(path))
    around = [root for root in roots if f"{target}/".startswith(f"{root.path.rstrip('/')}/")]
    if len(roots) > 1 and not around:
        names = listed([relpath(root.path).replace(sep, "/") for root in roots])
        note(f"there are several workspaces below {path}; name one by --workspace: {names}")
        return None
    snapshot = load((around or roots)[-1]).workspace.snapshot
    texts = {known: snapshot.text(known) for known in snapshot.paths()}
    return Opened(snapshot, Sources(texts, str(Path.cwd())))
