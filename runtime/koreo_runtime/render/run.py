"""Renders: runs the Workflow of a trigger pass after pass until nothing changes, or as often as asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from koreo_runtime.cluster.simulate import Simulation
from koreo_runtime.effects import ApiError, Read, ResourceId
from koreo_runtime.outcomes import Ok, PermFail, Skip
from koreo_runtime.render.rendering import (
    ACTIONS,
    NOTHING_SIMULATED,
    Action,
    Ending,
    Released,
    RenderedPass,
    Rendering,
)
from koreo_runtime.render.secrets import SecretRecorder
from koreo_runtime.render.steps import StepViews, identity, walk
from koreo_runtime.workflows.inventory import INVENTORY_ANNOTATION, read_inventory, released
from koreo_runtime.workflows.reconcile import reconcile
from koreo_runtime.workflows.trigger import as_mapping, choose_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.cluster.memory import MemoryCluster
    from koreo_runtime.cluster.simulate import Advance
    from koreo_runtime.effects import Effect, KubeObject
    from koreo_runtime.engine import Engine
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.render.clock import Clock
    from koreo_runtime.render.steps import Identity
    from koreo_runtime.workflows.reconcile import Choose, PassResult


def render(
    engine: Engine,
    cluster: MemoryCluster,
    trigger: ResourceId,
    *,
    clock: Clock,
    passes: int,
    until_stable: bool,
    simulation: Simulation | None = None,
    choose: Choose = choose_workflow,
) -> Rendering:
    """Make passes over a trigger that is in the cluster, `passes` at most, and at least one.

    With `until_stable` the passes end as soon as one of them, and the rules of `simulation` after it, change nothing.
    Between two passes the clock, which should be the cluster's, jumps to when the next one is due. `choose`
    chooses the Workflow. Raises `ApiError` when the trigger is not there.
    """
    run = _Renderer(engine, cluster, trigger, clock, simulation or Simulation(()), choose)
    ending = None
    while ending is None:
        made = run.make_pass()
        if made.refusal is not None:
            ending = Ending.REFUSED
        elif until_stable and made.is_quiet and not run.pending:
            ending = _settled(made.outcome)
        elif made.number >= passes:
            ending = Ending.UNSETTLED if until_stable else Ending.STOPPED
        else:
            clock.advance(run.delay(made))
    return run.rendering(ending)


def _settled(outcome: Outcome | None) -> Ending:
    if isinstance(outcome, Ok | Skip):
        return Ending.READY
    return Ending.FAILED if isinstance(outcome, PermFail) else Ending.WAITING


class _Renderer:
    """The passes so far, and all objects that they wrote or manage, in the order of their first mention."""

    def __init__(
        self,
        engine: Engine,
        cluster: MemoryCluster,
        trigger: ResourceId,
        clock: Clock,
        simulation: Simulation,
        choose: Choose,
    ) -> None:
        self._engine = engine
        self._cluster = cluster
        self._trigger = trigger
        self._clock = clock
        self._simulation = simulation
        self._choose = choose
        self._passes: list[RenderedPass] = []
        self._objects: dict[Identity, ResourceId] = {}
        self._seen: KubeObject = cluster.get(trigger)
        self._secrets: set[str] = set()
        self.pending = False

    def make_pass(self) -> RenderedPass:
        """Make the next pass, and let the rules stand in for other controllers after it."""
        recorder = SecretRecorder(self._cluster, self._secrets)
        before = self._inventory()
        version = self._version()
        result: PassResult | None = None
        refusal = None
        try:
            result = reconcile(
                self._engine, recorder, self._trigger, now=str(self._clock), choose=self._choose
            )
        except ApiError as error:
            refusal = error
        simulated = self._simulation.advance(self._cluster) if refusal is None else NOTHING_SIMULATED
        self.pending = simulated.pending
        made = self._rendered(result, recorder.writes, simulated, refusal, quiet=self._version() == version)
        made = replace(made, released=tuple(self._released(before)))
        self._passes.append(made)
        return made

    def delay(self, made: RenderedPass) -> float:
        """Return the seconds until the next pass: the delay of a retry, or none, as a change causes a pass at once."""
        result = made.result
        return (result.retry_delay if result is not None else made.delay) or 0.0

    def rendering(self, ending: Ending) -> Rendering:
        """Return all passes, and the objects that are there now."""
        own = identity(self._trigger)
        found = (self._find(resource) for key, resource in self._objects.items() if key != own)
        return Rendering(
            self._read_trigger(),
            tuple(self._passes),
            ending,
            tuple(each for each in found if each is not None),
            frozenset(self._secrets),
        )

    def _rendered(
        self,
        result: PassResult | None,
        writes: list[Effect],
        simulated: Advance,
        refusal: ApiError | None,
        *,
        quiet: bool,
    ) -> RenderedPass:
        # A step may manage the trigger itself, under an id of its own.
        others = [effect for effect in writes if effect.id is not self._trigger]
        workflow = result.result if result is not None else None
        views = StepViews(lambda resource: self._find(resource) is not None)
        steps = views.of(workflow) if workflow is not None else ()
        for _, step in walk(steps):
            if step.resource is not None and step.resource.action is not Action.READ:
                self._objects.setdefault(identity(step.resource.id), step.resource.id)
        for effect in others:
            self._objects.setdefault(identity(effect.id), effect.id)
        status = as_mapping(self._read_trigger().get("status"))
        conditions = status.get("conditions")
        return RenderedPass(
            number=len(self._passes) + 1,
            at=self._clock.seconds,
            outcome=result.outcome if result is not None else None,
            delay=result.next_delay if result is not None else None,
            result=workflow,
            steps=steps,
            writes=tuple((ACTIONS[type(effect)], effect.id) for effect in others),
            wrote_trigger=len(others) < len(writes),
            is_quiet=quiet,
            conditions=tuple(conditions) if isinstance(conditions, list) else (),
            state=as_mapping(status.get("state")),
            simulated=simulated,
            refusal=refusal,
        )

    def _inventory(self) -> dict[str, Any]:
        metadata = as_mapping(self._read_trigger().get("metadata"))
        return read_inventory(as_mapping(metadata.get("annotations")).get(INVENTORY_ANNOTATION))

    def _released(self, before: dict[str, Any]) -> Iterator[Released]:
        """Yield what the Workflow no longer manages, and is there still."""
        for entry in released(before, self._inventory()):
            resource = ResourceId(
                str(entry.get("apiVersion", "")),
                str(entry["kind"]),
                None,
                str(entry["name"]),
                entry.get("namespace"),
            )
            if not entry.get("readonly") and self._find(resource) is not None:
                yield Released(resource, entry.get("delete") == "destroy")

    def _version(self) -> str:
        """Return the version of the whole cluster, which every change of it changes."""
        return self._cluster.list_objects("v1", "Namespace").resource_version

    def _read_trigger(self) -> KubeObject:
        """Return the trigger, as it was last seen if a step has deleted it."""
        self._seen = self._find(self._trigger) or self._seen
        return self._seen

    def _find(self, resource: ResourceId) -> KubeObject | None:
        try:
            found: KubeObject | None = self._cluster.perform(Read(resource))
        except ApiError:
            return None
        return found
