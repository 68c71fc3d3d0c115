"""A rendering for people: pass by pass what steps did, and at the end all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_runtime.render.objects import masked, portable

from koreo_cli.formats.render_ending import EndingLines
from koreo_cli.formats.render_passes import PassLines
from koreo_cli.formats.render_words import View, object_title
from koreo_cli.formats.render_yaml import yaml_documents
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.render import Rendering

    from koreo_cli.rendering.inputs import Prepared


def render_tree(rendering: Rendering, prepared: Prepared, view: View, *, show_secrets: bool) -> str:
    """Return all passes, the objects in full if everything is asked for, then how it ended."""
    return "".join(f"{line}\n" for line in _lines(rendering, prepared, view, show_secrets=show_secrets))


def _lines(rendering: Rendering, prepared: Prepared, view: View, *, show_secrets: bool) -> Iterator[str]:
    title = f"Workflow {printable(prepared.program.id[1])} for {object_title(rendering.trigger)}"
    yield view.style.paint(title, bold=True)
    yield ""
    yield from PassLines(rendering.passes, view, prepared.rules).lines()
    if view.verbose and rendering.managed:
        objects = [portable(item, prepared.invented_uid) for item in rendering.managed]
        shown = objects if show_secrets else map(masked, objects)
        yield from printable(yaml_documents(shown)).splitlines()
        yield ""
    yield from EndingLines(rendering, view).lines()
