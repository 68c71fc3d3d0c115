"""The preview of a Workflow: every object that it makes for an example of its trigger, in a simulated cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from koreo_runtime.outcomes import Ok
from koreo_runtime.render import Action, Rendering
from koreo_runtime.render.objects import masked, portable
from koreo_runtime.render.steps import identity, walk
from koreo_runtime.testing.expectations import outcome_text

from koreo_server.ide.makers import Makers
from koreo_server.ide.preview_model import Preview, PreviewText
from koreo_server.ide.workflow_runs import run_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.engine import Engine
    from koreo_runtime.render.steps import Identity

    from koreo_server.ide.makers import Maker
    from koreo_server.ide.trigger_examples import Objects


def preview_workflow(engine: Engine, definition: Definition, objects: Objects | None) -> Preview:
    """Return the objects of a Workflow, each part leading to the function that made it; else what is missing."""
    document = definition.document
    title = f"Workflow {document.name.text if document.name is not None else ''}"
    run = run_workflow(engine, definition, objects)
    rendering, example = run.rendering, run.example
    text = PreviewText(run.basis)
    notes = list(run.notes)
    if example is not None and example.path is None:
        text.add("the trigger, made up", example.item, _nobody)
    if rendering is None:
        return text.preview(title, notes)
    uid = rendering.trigger.get("metadata", {}).get("uid")
    notes += _step_notes(rendering)
    makers = _makers(engine.snapshot, rendering)
    for item in rendering.managed:
        label, maker = makers.get(_identity_of(item), ("", None))
        shown = masked(portable(item, uid))
        head = f"{item['kind']} of step {label}" if label else str(item["kind"])
        text.add(head, shown, maker.of_object if maker is not None else _nobody)
    if not rendering.managed:
        notes.append("there is no object that it makes")
    return text.preview(title, notes)


def _step_notes(rendering: Rendering) -> Iterator[str]:
    """Yield how the steps ended that are not ready."""
    for labels, step in walk(rendering.last.steps):
        if not isinstance(step.outcome, Ok) and not step.steps:
            yield f"step {'.'.join(labels)}: {outcome_text(step.outcome)}"
    if not rendering.last.steps and rendering.last.outcome is not None:
        yield outcome_text(rendering.last.outcome)


def _makers(snapshot: Snapshot, rendering: Rendering) -> dict[Identity, tuple[str, Makers | None]]:
    """Return the step and the function of each object."""
    found: dict[Identity, tuple[str, Makers | None]] = {}
    for made in rendering.passes:
        for labels, step in walk(made.steps):
            if step.resource is None or step.logic is None or step.resource.action is Action.READ:
                continue
            kind, _, name = step.logic.partition("/")
            function = snapshot.active_definition(kind, name) if kind == kinds.RESOURCE_FUNCTION else None
            makers = Makers(snapshot, function, {}) if function is not None else None
            found.setdefault(identity(step.resource.id), (".".join(labels), makers))
    return found


def _identity_of(item: KubeObject) -> Identity:
    group = str(item["apiVersion"]).rpartition("/")[0]
    metadata = item["metadata"]
    return group, str(item["kind"]), metadata.get("namespace"), str(metadata["name"])


def _nobody(_path: object) -> Maker | None:
    return None
