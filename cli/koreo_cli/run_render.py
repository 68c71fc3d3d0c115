"""Runs `koreo render`: a workspace, a trigger and other objects in, passes and the objects at the end out."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.resources import kind_of
from koreo_analyzer.language.kinds import RESOURCE_FUNCTION
from koreo_analyzer.problems import Severity
from koreo_analyzer.suggest import did_you_mean
from koreo_project.discover import absolute, find
from koreo_project.load import load
from koreo_runtime.cluster.simulate import Simulation
from koreo_runtime.outcomes import PermFail
from koreo_runtime.render import Ending, render
from koreo_runtime.render.secrets import without_secrets

from koreo_cli.doubts import ambiguous
from koreo_cli.formats import text_report
from koreo_cli.formats.render_json import render_json
from koreo_cli.formats.render_problems import marked, render_problems
from koreo_cli.formats.render_tree import render_tree
from koreo_cli.formats.render_words import View
from koreo_cli.formats.render_yaml import HIDDEN_NOTE, render_yaml
from koreo_cli.naming import workflow_meant
from koreo_cli.rendering.documents import STDIN
from koreo_cli.rendering.inputs import prepare
from koreo_cli.report import Sources, ordered
from koreo_cli.terminal import note, wants_color, write

if TYPE_CHECKING:
    from koreo_analyzer.schemas import KindName
    from koreo_analyzer.workspace import Snapshot
    from koreo_project.load import Loaded
    from koreo_runtime.render import Rendering

    from koreo_cli.commands.render import RenderOptions
    from koreo_cli.rendering.inputs import Inputs, Prepared

READY, NOT_READY, COULD_NOT_RUN = 0, 1, 2
MOST_PASSES: Final = 50
"""How many passes are made to become stable, unless another number is asked for."""


def run(options: RenderOptions) -> int:
    """Render and print; return the exit status."""
    # Trees and models live until the end and hold no cycles: collecting would only scan them again and again.
    gc.disable()
    loaded = _load(options)
    if loaded is None:
        return COULD_NOT_RUN
    snapshot = loaded.workspace.snapshot
    workflow = options.workflow
    if workflow is not None:
        meant = workflow_meant(snapshot, workflow)
        if meant.name is None:
            note(meant.message)
            return COULD_NOT_RUN
        workflow = meant.name
    inputs = prepare(snapshot, workflow, options.trigger, options.objects, options.simulate)
    sources = _sources(loaded, inputs)
    _tell_unreadable(loaded, sources, options)
    style = text_report.Style(wants_color(options.color, sys.stderr))
    sys.stderr.write(render_problems(inputs, sources, style))
    prepared = inputs.prepared
    if prepared is None:
        return COULD_NOT_RUN
    rendering = render(
        prepared.engine,
        prepared.cluster,
        prepared.trigger,
        clock=prepared.clock,
        passes=options.passes or (MOST_PASSES if options.until_stable else 1),
        until_stable=options.until_stable,
        simulation=prepared.simulation,
        choose=lambda _engine, _trigger: prepared.program,
    )
    _tell_bugs(rendering)
    _tell_ambiguous(prepared, sources, style)
    _tell_unmatched(prepared, sources, style)
    status = READY if _is_well(rendering) else NOT_READY
    write(_rendered(rendering, prepared, sources, options, status))
    return status


def _is_well(rendering: Rendering) -> bool:
    if rendering.ending is Ending.STOPPED:
        return not isinstance(rendering.last.outcome, PermFail)
    return rendering.ending is Ending.READY


def _tell_bugs(rendering: Rendering) -> None:
    """Say what no definition can be blamed for; the steps themselves show no more than that they failed."""
    bugs = {
        f"a bug of koreo in step {'.'.join(bug.step)}: {type(bug.error).__name__}: {bug.error}"
        for made in rendering.passes
        for bug in (made.result.bugs if made.result is not None else ())
    }
    for bug in sorted(bugs):
        note(bug)


def _tell_ambiguous(prepared: Prepared, sources: Sources, style: text_report.Style) -> None:
    """Say which names that were looked up have several definitions, and which of them ran."""
    engine = prepared.engine
    for problem in ordered(ambiguous(engine.snapshot, engine.compiled), sources):
        sys.stderr.write(f"{text_report.problem_text(problem, sources, style)}\n\n")


def _tell_unmatched(prepared: Prepared, sources: Sources, style: text_report.Style) -> None:
    """Say which rules were about no object at all, and probably have a kind or a name misspelt.

    A rule about a kind that the workspace manages, but not in this run, is for another run.
    """
    cluster = prepared.cluster
    there = [
        (type_.api_version, type_.kind)
        for type_ in cluster.resource_types()
        if cluster.list_objects(type_.api_version, type_.kind).items
    ]
    managed = _managed(prepared.engine.snapshot)
    for rule in prepared.simulation.unmatched:
        if prepared.rules is None or rule.span is None:
            continue
        is_there = any(Simulation.is_about(rule, *kind) for kind in there)
        if not is_there and any(Simulation.is_about(rule, *kind) for kind in managed):
            continue
        message = f"{rule.title}: no object ever matched"
        known = {kind.kind for kind in managed}
        hint = None if is_there else did_you_mean(rule.match.kind, known - {rule.match.kind})
        lines = marked(prepared.rules, rule.span, "warning", message, sources, style, hint)
        sys.stderr.write("\n".join(lines) + "\n\n")


def _managed(snapshot: Snapshot) -> set[KindName]:
    """Return the kinds of the workspace's ResourceFunctions."""
    named = (
        snapshot.active_definition(RESOURCE_FUNCTION, name) for name in snapshot.names(RESOURCE_FUNCTION)
    )
    found = (kind_of(one.document) for one in named if one is not None)
    return {kind for kind in found if kind is not None}


def _rendered(
    rendering: Rendering,
    prepared: Prepared,
    sources: Sources,
    options: RenderOptions,
    status: int,
) -> str:
    secrets = options.show_secrets
    if not secrets:
        rendering = without_secrets(rendering)
    if options.output == "yaml":
        text = render_yaml(rendering, prepared.invented_uid, prepared.simulation, show_secrets=secrets)
        if text.startswith("#"):
            note(HIDDEN_NOTE)
        if status != READY:
            note(f"the objects are those of a Workflow that is not ready ({rendering.ending.value})")
        return text
    if options.output == "json":
        return render_json(rendering, prepared, sources, show_secrets=secrets, ok=status == READY)
    width = os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else text_report.WIDTH
    style = text_report.Style(wants_color(options.color, sys.stdout), width)
    view = View(prepared.engine.snapshot, sources, style, options.verbose)
    return render_tree(rendering, prepared, view, show_secrets=secrets)


def _load(options: RenderOptions) -> Loaded | None:
    """Return the workspace: the one named, or of several in it the one that holds the trigger."""
    if not os.path.lexists(options.path):
        note(f"`{options.path}` does not exist; --workspace names the folder of the workspace")
        return None
    roots = find([Path(options.path)])
    if len(roots) > 1:
        trigger = "" if options.trigger == STDIN else absolute(Path(options.trigger))
        holding = [root for root in roots if trigger.startswith(f"{root.path.rstrip('/')}/")]
        roots = holding[-1:]
    if not roots:
        note(f"there are several workspaces below {options.path}; name one by --workspace")
        return None
    return load(roots[0])


def _sources(loaded: Loaded, inputs: Inputs) -> Sources:
    snapshot = loaded.workspace.snapshot
    texts = {path: snapshot.text(path) for path in snapshot.paths()}
    return Sources({**texts, **loaded.other_texts, **inputs.files.texts}, os.getcwd(), inputs.files.names)


def _tell_unreadable(loaded: Loaded, sources: Sources, options: RenderOptions) -> None:
    """Say which files of the workspace could not be read, as what is in them is missing now."""
    style = text_report.Style(wants_color(options.color, sys.stderr))
    for problem in loaded.problems:
        if problem.severity is Severity.ERROR:
            sys.stderr.write(f"{text_report.problem_text(problem, sources, style)}\n\n")
