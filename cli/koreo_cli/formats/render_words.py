"""What the parts of a rendering's tree have in common: words, titles, times, and how all of it is to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.effects import ResourceId

    from koreo_cli.formats.text_report import Style
    from koreo_cli.report import Sources


@dataclass(frozen=True, slots=True)
class View:
    """Where places are looked up, and how the text is to look; `verbose`: nothing is left out."""

    snapshot: Snapshot
    sources: Sources
    style: Style
    verbose: bool

    def help(self, text: str) -> str:
        """Return a line of advice."""
        return f"  {self.style.paint('=', 'blue', bold=True)} help: {text}"


def duration(seconds: float) -> str:
    """Return a time for people: `5 s`, `14 min 20 s`, `1 h 2 min`."""
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else left, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def passes_text(count: int) -> str:
    """Return a number of passes with its noun."""
    return "1 pass" if count == 1 else f"{count} passes"


def status_color(status: str) -> str:
    """Return the colour of a condition's status."""
    return "green" if status == "True" else "yellow"


def id_title(target: ResourceId) -> str:
    """Return what people call an object: `Kind namespace/name`."""
    name = target.name if target.namespace is None else f"{target.namespace}/{target.name}"
    return printable(f"{target.kind} {name}").replace("\n", "\\n")


def object_title(item: Mapping[str, Any]) -> str:
    """Return what people call an object: `Kind namespace/name`."""
    metadata = item["metadata"]
    names = [str(metadata[key]) for key in ("namespace", "name") if metadata.get(key)]
    return printable(f"{item['kind']} {'/'.join(names)}").replace("\n", "\\n")
