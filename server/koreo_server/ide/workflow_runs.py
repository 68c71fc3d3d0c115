"""Runs a Workflow for an example of its trigger, in a simulated cluster, as `koreo render` would be asked to.

Rules that stand in for other controllers come from the nearest `simulate.yaml`; objects that functions only read come
from the plain YAML of the workspace, when they are read.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.schemas.kinds import KindName
from koreo_analyzer.text import LineIndex
from koreo_analyzer.yaml.resolve import plain
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.cluster.simulate import Simulation
from koreo_runtime.cluster.simulation_file import parse_simulation
from koreo_runtime.effects import ApiError, Effect, Read
from koreo_runtime.programs.model import ResourceFunctionProgram
from koreo_runtime.programs.workflow import WorkflowProgram
from koreo_runtime.render import Clock, Ending, Rendering, render
from koreo_runtime.render.placing import id_of, in_namespace
from koreo_runtime.render.secrets import without_secrets
from koreo_runtime.testing.lookups import RecordingEngine

from koreo_server.ide.basis import Basis
from koreo_server.ide.trigger_examples import kind_of, objects_of, trigger_example

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.cluster.simulation_rules import Rule
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.engine import Engine
    from koreo_runtime.programs.model import ProgramId

    from koreo_server.ide.trigger_examples import Objects, TriggerExample

MOST_PASSES: Final = 20
RULES_FILE: Final = "simulate.yaml"


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A Workflow that was run, or not: then `rendering` is None, and `notes` say why.

    `example` is what it was run for, `notes` say of what kind that is. `basis` is what all of it follows from.
    """

    rendering: Rendering | None
    example: TriggerExample | None
    notes: tuple[str, ...]
    basis: Basis


def run_workflow(plain_engine: Engine, definition: Definition, objects: Objects | None) -> WorkflowRun:
    """Run a Workflow until nothing changes, but not for long."""
    document, snapshot = definition.document, plain_engine.snapshot
    name = document.name.text if document.name is not None else ""
    basis = Basis(definition.path, programs=frozenset({(kinds.WORKFLOW, name)}))
    trigger = document.body.trigger if isinstance(document.body, Workflow) else None
    if trigger is None:
        note = "it has no `crdRef`, so that no trigger starts it; look at a Workflow that runs it"
        return WorkflowRun(None, None, (note,), basis)
    kind = kind_of(trigger)
    basis = basis.with_kinds({kind})
    example = trigger_example(snapshot, definition, trigger, objects)
    if example is None:
        note = (
            f"there is no example of its trigger, and no CustomResourceDefinition to make one from: write a .yaml file"
            f" with a {kind.kind} ({kind.api_version})"
        )
        return WorkflowRun(None, None, (note,), basis)
    engine = RecordingEngine(plain_engine)
    program = engine.workflow(name)
    if not isinstance(program, WorkflowProgram):
        note = "it cannot be run" + (f": {program.outcome.message}" if program is not None else "")
        return WorkflowRun(None, example, (note,), basis)
    rules_file, rules, notes = _rules(objects, example.path or definition.path)
    cluster = _Surroundings(engine, objects)
    rendering: Rendering | None = None
    try:
        rendering = without_secrets(_rendered(snapshot, engine, program, cluster, example.item, rules))
    except ApiError as error:
        notes = [f"{_named(example)} is not accepted: {error.message}"]
    else:
        notes = [_told(example), *notes]
        if rendering.ending is Ending.UNSETTLED:
            notes.append(f"after {MOST_PASSES} passes something still changes")
    basis = basis.with_programs(engine.take_asked() | cluster.asked).with_kinds(cluster.kinds)
    files = {rules_file} if rules_file is not None else set()
    return WorkflowRun(rendering, example, tuple(notes), basis.with_files(files))


def _named(example: TriggerExample) -> str:
    kind = example.item["kind"]
    return f"the {kind} in {posixpath.basename(example.path)}" if example.path else f"the made-up {kind}"


def _told(example: TriggerExample) -> str:
    if example.path is not None:
        return f"the trigger is {_named(example)}"
    kind, version = example.item["kind"], example.item["apiVersion"]
    return (
        "there is no example of the trigger: this one is made up from its schema; for a real one write a .yaml file"
        f" with a {kind} ({version})"
    )


def _rules(objects: Objects | None, path: str) -> tuple[str | None, tuple[Rule, ...], list[str]]:
    """Return the file of rules that is nearest to a path, its rules, and notes on what is wrong with it."""
    file = objects.nearest(path, RULES_FILE) if objects is not None else None
    text = objects.object_text(file) if objects is not None and file is not None else None
    if text is None:
        return file, (), []
    rules, problems = parse_simulation(text)
    lines = LineIndex(text)
    notes = [f"{RULES_FILE}, line {lines.line_of(one.span.start) + 1}: {one.message}" for one in problems]
    return file, rules, notes


class _Surroundings(MemoryCluster):
    """A simulated cluster in which that is found, too, which functions only read and plain YAML of the workspace has.

    `kinds` are those that were looked for, `asked` the documents that the engine was asked for meanwhile.
    """

    def __init__(self, engine: RecordingEngine, objects: Objects | None) -> None:
        self.clock = Clock()
        super().__init__(self.clock.now, unknown_kinds="accept", namespaces="any")
        self.kinds: set[KindName] = set()
        self.asked: set[ProgramId] = set()
        self._engine = engine
        self._objects = objects

    def perform(self, effect: Effect) -> Any:
        """Perform an effect of a run and return its result."""
        found = super().perform(effect)
        if found is None and isinstance(effect, Read) and self._fetch(effect):
            return super().perform(effect)
        return found

    def _fetch(self, effect: Read) -> bool:
        """Put in what is read, if it is of a kind that is only read; whether it was found."""
        self._note_kinds()
        kind = KindName(effect.id.api_version, effect.id.kind)
        if self._objects is None or kind not in self.kinds:
            return False
        wanted = effect.id.name, effect.id.namespace
        for path in self._objects.object_paths(kind):
            for item in objects_of(self._objects, path, kind):
                placed = in_namespace(self, item)
                if (placed["metadata"]["name"], placed["metadata"].get("namespace")) == wanted:
                    self.seed([placed])
                    return True
        return False

    def _note_kinds(self) -> None:
        for kind, name in self._engine.take_asked() - self.asked:
            self.asked.add((kind, name))
            program = self._engine.program(kind, name) if kind == kinds.RESOURCE_FUNCTION else None
            if isinstance(program, ResourceFunctionProgram) and program.api.readonly:
                self.kinds.add(KindName(program.api.api_version, program.api.kind))


def _rendered(
    snapshot: Snapshot,
    engine: Engine,
    program: WorkflowProgram,
    cluster: _Surroundings,
    item: KubeObject,
    rules: tuple[Rule, ...],
) -> Rendering:
    crd = _crd(snapshot, item["apiVersion"].rpartition("/")[0], item["kind"])
    if crd is not None:
        cluster.install_crd(crd)
    item = in_namespace(cluster, item)
    cluster.seed([item])
    return render(
        engine,
        cluster,
        id_of(item),
        clock=cluster.clock,
        passes=MOST_PASSES,
        until_stable=True,
        simulation=Simulation(rules),
        choose=lambda _engine, _trigger: program,
    )


def _crd(snapshot: Snapshot, group: str, kind: str) -> KubeObject | None:
    """Return the workspace's CustomResourceDefinition of a kind."""
    place = snapshot.crd(group, kind)
    file = snapshot.file(place.path) if place is not None else None
    found = file.document_at(place.span.start) if file is not None and place is not None else None
    root = found[1].document.tree.root if found is not None else None
    data = plain(root) if root is not None else None
    return data if isinstance(data, dict) else None
