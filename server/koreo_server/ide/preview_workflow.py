"""The preview of a Workflow: every object that it makes for an example of its trigger, in a simulated cluster."""

from __future__ import annotations

import posixpath
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.yaml.resolve import plain
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.effects import ApiError, ResourceId
from koreo_runtime.engine import Engine
from koreo_runtime.outcomes import Ok
from koreo_runtime.programs.workflow import WorkflowProgram
from koreo_runtime.render import Action, Clock, Rendering, render
from koreo_runtime.render.objects import masked, portable
from koreo_runtime.render.secrets import without_secrets
from koreo_runtime.render.steps import identity, walk
from koreo_runtime.testing.expectations import outcome_text

from koreo_server.ide.makers import Makers
from koreo_server.ide.preview_model import Preview, PreviewText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import TriggerRef
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.render.steps import Identity

    from koreo_server.ide.makers import Maker

_MOST_PASSES: Final = 12


def preview_workflow(snapshot: Snapshot, definition: Definition) -> Preview:
    """Return the objects of a Workflow, each part leading to the function that made it; else what is missing."""
    document = definition.document
    name = document.name.text if document.name is not None else ""
    title = f"Workflow {name}"
    found = rendering_of(snapshot, definition)
    if isinstance(found, str):
        return PreviewText().preview(title, [found])
    rendering, path = found
    uid = rendering.trigger.get("metadata", {}).get("uid")
    notes = [f"the trigger is the {rendering.trigger['kind']} in {posixpath.basename(path)}"]
    notes += _step_notes(rendering)
    text = PreviewText()
    makers = _makers(snapshot, rendering)
    for item in rendering.managed:
        label, maker = makers.get(_identity_of(item), ("", None))
        shown = masked(portable(item, uid))
        head = f"{item['kind']} of step {label}" if label else str(item["kind"])
        text.add(head, shown, maker.of_object if maker is not None else _nobody)
    if not rendering.managed:
        notes.append("there is no object that it makes")
    return text.preview(title, notes)


def rendering_of(snapshot: Snapshot, definition: Definition) -> tuple[Rendering, str] | str:
    """Run a Workflow for an example of its trigger; return it with the example's file, or why it cannot be run."""
    document = definition.document
    name = document.name.text if document.name is not None else ""
    trigger = document.body.trigger if isinstance(document.body, Workflow) else None
    if trigger is None:
        return "it has no `crdRef`, so that no trigger starts it; look at a Workflow that runs it"
    nearest = sorted(_examples(snapshot, trigger), key=lambda one: -_shared(one[0], definition.path))
    example = next(iter(nearest), None)
    if example is None:
        return (
            f"there is no example of its trigger: open a .yaml file with a {trigger.kind.text}"
            f" ({trigger.group.text}/{trigger.version.text}) in the editor"
        )
    engine = Engine(snapshot)
    program = engine.workflow(name)
    if not isinstance(program, WorkflowProgram):
        return "it cannot be run" + (f": {program.outcome.message}" if program is not None else "")
    path, item = example
    try:
        return without_secrets(_rendered(snapshot, engine, program, item)), path
    except ApiError as error:
        return f"the {trigger.kind.text} in {posixpath.basename(path)} is not accepted: {error.message}"


def _rendered(snapshot: Snapshot, engine: Engine, program: WorkflowProgram, item: KubeObject) -> Rendering:
    clock = Clock()
    cluster = MemoryCluster(clock.now, unknown_kinds="accept", namespaces="any")
    group = item["apiVersion"].rpartition("/")[0]
    crd = _crd(snapshot, group, item["kind"])
    if crd is not None:
        cluster.install_crd(crd)
    namespaced = cluster.resource_type(item["apiVersion"], item["kind"]).namespaced
    metadata = item["metadata"]
    if namespaced and not metadata.get("namespace"):
        item = {**item, "metadata": {**metadata, "namespace": "default"}}
    cluster.seed([item])
    metadata = item["metadata"]
    target = ResourceId(item["apiVersion"], item["kind"], None, metadata["name"], metadata.get("namespace"))
    return render(
        engine,
        cluster,
        target,
        clock=clock,
        passes=_MOST_PASSES,
        until_stable=True,
        choose=lambda _engine, _trigger: program,
    )


def _examples(snapshot: Snapshot, trigger: TriggerRef) -> Iterator[tuple[str, KubeObject]]:
    """Yield the objects of the workspace's plain YAML files that a Workflow can be started by, with their files."""
    version, kind = f"{trigger.group.text}/{trigger.version.text}", trigger.kind.text
    for path in snapshot.paths():
        file = snapshot.file(path)
        if file is None or file.is_koreo or kind not in file.text or version not in file.text:
            continue
        for _, document in file.documents:
            root = document.tree.root
            item = plain(root) if root is not None and kind in document.text else None
            if isinstance(item, dict) and (item.get("apiVersion"), item.get("kind")) == (version, kind):
                metadata: Any = item.get("metadata")
                if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
                    yield path, item


def _shared(one: str, other: str) -> int:
    """Return how many folders two files have in common, which says how near they are."""
    folders = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], folders))


def _crd(snapshot: Snapshot, group: str, kind: str) -> KubeObject | None:
    """Return the workspace's CustomResourceDefinition of a kind."""
    place = snapshot.crd(group, kind)
    file = snapshot.file(place.path) if place is not None else None
    found = file.document_at(place.span.start) if file is not None and place is not None else None
    root = found[1].document.tree.root if found is not None else None
    data = plain(root) if root is not None else None
    return data if isinstance(data, dict) else None


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
