"""Runs `koreo graph`: finds the Workflow, runs it if a trigger is named, and writes its picture."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language import kinds
from koreo_runtime.graph import Direction, marks_of, mermaid, svg, workflow_graph
from koreo_runtime.render import render

from koreo_cli.commands.graph import MERMAID, SVG
from koreo_cli.formats import text_report
from koreo_cli.formats.render_problems import render_problems
from koreo_cli.misnamed import rename_advice
from koreo_cli.naming import is_file, workflow_meant
from koreo_cli.opened import Opened, open_workspace
from koreo_cli.rendering.inputs import prepare
from koreo_cli.report import Sources
from koreo_cli.terminal import note, wants_color, write

if TYPE_CHECKING:
    from koreo_runtime.graph import Mark
    from koreo_runtime.graph.model import Labels

    from koreo_cli.commands.graph import GraphOptions

DONE, COULD_NOT_RUN = 0, 2
_MOST_PASSES: Final = 50


def run(options: GraphOptions) -> int:
    """Draw, or list what can be drawn; return the exit status."""
    if options.path is None and options.name is not None and _is_folder(options.name):
        options = replace(options, name=None, path=options.name)
    opened = open_workspace(_workspace_path(options))
    if opened is None:
        return COULD_NOT_RUN
    if options.name is None:
        return _list(opened)
    meant = workflow_meant(opened.snapshot, options.name)
    found = opened.definitions(meant.name, (kinds.WORKFLOW,)) if meant.name is not None else []
    if meant.name is None or not found:
        if options.path is None and os.path.isdir(options.name):
            return run(replace(options, name=None, path=options.name))
        note(meant.message or opened.advice_on(options.name, (kinds.WORKFLOW,)))
        return COULD_NOT_RUN
    marks: dict[Labels, Mark] | None = {}
    if options.trigger is not None:
        marks = _marks(opened, meant.name, options)
        if marks is None:
            return COULD_NOT_RUN
    graph = workflow_graph(opened.snapshot, found[0], depth=options.depth, marks=marks)
    direction = None if options.direction == "auto" else Direction(options.direction)
    text = svg(graph, direction) if options.output == SVG else mermaid(graph, direction)
    if options.target is None:
        write(text)
    else:
        _write(text, Path(options.target), options.output)
    return DONE


def _is_folder(given: str) -> bool:
    """Whether what is given can be no name: a Workflow's has no slash, and does not begin with a dot."""
    return ("/" in given or os.sep in given or given.startswith(".")) and os.path.isdir(given)


def _workspace_path(options: GraphOptions) -> str:
    """Return the workspace that is named, or that of the file that is to be drawn."""
    if options.path is not None:
        return options.path
    return options.name if options.name is not None and is_file(options.name) else "."


def _write(text: str, target: Path, output: str) -> None:
    """Write a picture to a file; in Markdown Mermaid text is fenced, so that it is drawn."""
    ending = target.suffix.lower()
    if output == MERMAID and ending == ".md":
        text = f"```mermaid\n{text}```\n"
    target.write_text(text, encoding="utf-8", newline="\n")
    if (output == SVG) is not (ending == ".svg") and ending in (".svg", ".md", ".mmd", ".mermaid"):
        note(f"{target} holds {output}, as --format says, not what its name says")


def _list(opened: Opened) -> int:
    names = opened.snapshot.names(kinds.WORKFLOW)
    if not names:
        snapshot = (opened.snapshot,)
        misnamed = rename_advice(snapshot, kinds.WORKFLOW) or rename_advice(snapshot)
        note("there is no Workflow in the workspace" + (f"; {misnamed}" if misnamed else ""))
        return COULD_NOT_RUN
    write("".join(f"{name}\n" for name in sorted(names)))
    return DONE


def _marks(opened: Opened, name: str, options: GraphOptions) -> dict[Labels, Mark] | None:
    """Return how the steps end for a trigger; None, said why, if nothing can be run."""
    inputs = prepare(opened.snapshot, name, str(options.trigger), options.objects, options.simulate)
    snapshot = opened.snapshot
    texts = {path: snapshot.text(path) for path in snapshot.paths()}
    sources = Sources({**texts, **inputs.files.texts}, str(Path.cwd()), inputs.files.names)
    style = text_report.Style(wants_color("auto", sys.stderr))
    sys.stderr.write(render_problems(inputs, sources, style))
    prepared = inputs.prepared
    if prepared is None:
        return None
    rendering = render(
        prepared.engine,
        prepared.cluster,
        prepared.trigger,
        clock=prepared.clock,
        passes=_MOST_PASSES,
        until_stable=True,
        simulation=prepared.simulation,
        choose=lambda _engine, _trigger: prepared.program,
    )
    return marks_of(rendering.last)
