"""The trigger of a Workflow: how expressions see it, and which Workflow it chooses (language section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.suggest import in_code

from koreo_runtime.functions.results import Owner
from koreo_runtime.outcomes import Cause, Location, Retry
from koreo_runtime.programs.model import Unusable
from koreo_runtime.programs.workflow import WorkflowProgram

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.engine import Engine

WORKFLOW_ANNOTATION: Final = "koreo.dev/workflow"
"""Names the Workflow of a trigger, where several would do."""
CHOICE_DELAY: Final = 120
"""Seconds until the next look when no Workflow can be chosen."""
_SEEN: Final = ("apiVersion", "kind", "metadata", "spec", "status")

NO_WORKFLOW: Final = "NoWorkflow"
MULTIPLE_WORKFLOWS: Final = "MultipleWorkflows"
WORKFLOW_NOT_READY: Final = "WorkflowNotReady"
WORKFLOW_NOT_IN_CACHE: Final = "WorkflowNotInCache"


@dataclass(frozen=True, slots=True)
class NoChoice:
    """No Workflow can be run for a trigger; `reason` is that of the condition `Ready`."""

    outcome: Retry
    reason: str


def as_mapping(value: Any) -> dict[str, Any]:
    """Return a value that should be a mapping, as one: an object's parts may be missing, null or wrong."""
    return value if isinstance(value, dict) else {}


def annotations_of(trigger: KubeObject) -> dict[str, Any]:
    """Return the annotations of an object."""
    return as_mapping(as_mapping(trigger.get("metadata")).get("annotations"))


def as_parent(trigger: KubeObject) -> dict[str, Any]:
    """Return a trigger as expressions see it: its own parts, and its status state as `state`.

    `parent.state` is there on the first run, too, and then empty; `parent.status` is as the object has it.
    """
    seen: dict[str, Any] = {key: trigger[key] for key in _SEEN if key in trigger}
    seen["state"] = as_mapping(as_mapping(trigger.get("status")).get("state"))
    return seen


def owner_of(trigger: KubeObject) -> Owner:
    """Return a trigger as the owner of what its Workflow manages."""
    metadata = as_mapping(trigger.get("metadata"))
    return Owner(
        str(trigger.get("apiVersion", "")),
        str(trigger.get("kind", "")),
        str(metadata.get("name", "")),
        str(metadata.get("uid", "")),
        metadata.get("namespace") or None,
    )


def choose_workflow(engine: Engine, trigger: KubeObject) -> WorkflowProgram | NoChoice:
    """Return the Workflow of a trigger: the one whose `crdRef` fits, or which the annotation names and fits.

    A Workflow that has broken steps is chosen all the same; running it says what is wrong with them.
    """
    group, _, version = str(trigger.get("apiVersion", "")).rpartition("/")
    kind = str(trigger.get("kind", ""))
    fitting = dict.fromkeys(
        definition.document.name.text
        for definition in engine.snapshot.triggered(group, version, kind)
        if definition.document.name is not None
    )
    title = f"{kind}.{version}.{group}" if group else f"{kind}.{version}"
    named = annotations_of(trigger).get(WORKFLOW_ANNOTATION)
    here = Location(kind, str(as_mapping(trigger.get("metadata")).get("name", "")))
    if named:
        name = str(named)
        if name not in fitting:
            return _not_fitting(engine, name, title, here)
    elif len(fitting) > 1:
        names = in_code(fitting)
        message = (
            f"several Workflows are for {title}: {names}; name one by the annotation {WORKFLOW_ANNOTATION}"
        )
        return _no_choice(MULTIPLE_WORKFLOWS, message, here)
    elif not fitting:
        return _no_choice(NO_WORKFLOW, f"no Workflow is for {title}", here)
    else:
        (name,) = fitting
    program = engine.workflow(name)
    if isinstance(program, WorkflowProgram):
        return program
    if isinstance(program, Unusable):
        message = f"Workflow `{name}` cannot run: {program.outcome.message}"
        return _no_choice(WORKFLOW_NOT_READY, message, program.outcome.location)
    return _no_choice(WORKFLOW_NOT_IN_CACHE, f"Workflow `{name}` is not defined", here)


def _not_fitting(engine: Engine, name: str, title: str, here: Location) -> NoChoice:
    if engine.workflow(name) is None:
        return _no_choice(WORKFLOW_NOT_IN_CACHE, f"Workflow `{name}` is not defined", here)
    return _no_choice(NO_WORKFLOW, f"the `crdRef` of Workflow `{name}` is not {title}", here)


def _no_choice(reason: str, message: str, location: Location) -> NoChoice:
    return NoChoice(Retry(message, CHOICE_DELAY, location, Cause.DEFINITION), reason)
