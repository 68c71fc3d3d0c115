"""A rendering for programs; docs/json.md documents the format, which only grows within one version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.outcomes import OUTCOME_KEYS, Ok, Retry
from koreo_runtime.render.objects import masked

from koreo_cli.formats.json_report import dump
from koreo_cli.places import place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.effects import ApiError, KubeObject, ResourceId
    from koreo_runtime.outcomes import Location, Outcome
    from koreo_runtime.render import RenderedPass, Rendering
    from koreo_runtime.render.steps import StepView

    from koreo_cli.rendering.inputs import Prepared
    from koreo_cli.report import Sources


def render_json(
    rendering: Rendering, prepared: Prepared, sources: Sources, *, show_secrets: bool, ok: bool
) -> str:
    """Return the rendering as one JSON object. `ok`: whether the exit status will be 0."""
    shown: Callable[[KubeObject], KubeObject] = (lambda item: item) if show_secrets else masked
    writer = _Writer(prepared.engine.snapshot, sources)
    return dump(
        {
            "version": 1,
            "workflow": prepared.program.id[1],
            "ending": rendering.ending.value,
            "ok": ok,
            "passes": [writer.made(each) for each in rendering.passes],
            "objects": [shown(item) for item in rendering.managed],
            "trigger": rendering.trigger,
        }
    )


class _Writer:
    """Writes parts of a rendering as data; places are looked up in the workspace."""

    def __init__(self, snapshot: Snapshot, sources: Sources) -> None:
        self._snapshot = snapshot
        self._sources = sources

    def made(self, each: RenderedPass) -> dict[str, Any]:
        return {
            "number": each.number,
            "at": each.at,
            "delay": each.delay,
            "outcome": self._outcome(each.outcome),
            "steps": [self._step(step) for step in each.steps],
            "writes": [{"action": action.value, **_id(resource)} for action, resource in each.writes],
            "released": [{"destroyed": found.is_destroyed, **_id(found.id)} for found in each.released],
            "triggerWritten": each.wrote_trigger,
            "conditions": list(each.conditions),
            "state": each.state,
            "simulated": [_id(resource) for resource in each.simulated.changed],
            "ruleFailures": [
                {"rule": failure.rule, **_id(failure.target), "message": failure.message}
                for failure in each.simulated.failures
            ],
            "refusal": _refusal(each.refusal),
        }

    def _step(self, step: StepView) -> dict[str, Any]:
        resource = step.resource
        kind, _, name = (step.logic or "").partition("/")
        return {
            "label": step.label,
            "logic": {"kind": kind, "name": name} if step.logic is not None else None,
            "outcome": self._outcome(step.outcome),
            "resource": {"action": resource.action.value, **_id(resource.id)}
            if resource is not None
            else None,
            "stateError": step.state_error,
            "steps": [self._step(inner) for inner in step.steps],
        }

    def _outcome(self, outcome: Outcome | None) -> dict[str, Any] | None:
        if outcome is None:
            return None
        found: dict[str, Any] = {"type": OUTCOME_KEYS[type(outcome)], "message": None, "delay": None}
        if isinstance(outcome, Ok):
            return found
        found["message"] = outcome.message
        if isinstance(outcome, Retry):
            found["delay"] = outcome.delay
        return {
            **found,
            "cause": outcome.cause.value,
            "location": str(outcome.location),
            **self._place(outcome.location),
        }

    def _place(self, location: Location) -> dict[str, Any]:
        place = place_of(self._snapshot, location)
        if place is None:
            return {}
        region = self._sources.region(place.path, place.span)
        return {
            "file": self._sources.name(place.path),
            "line": region.line,
            "column": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }


def _refusal(error: ApiError | None) -> dict[str, Any] | None:
    if error is None:
        return None
    causes = error.causes if isinstance(error, StatusError) else ()
    return {
        "status": error.status,
        "reason": error.reason,
        "message": error.message,
        "causes": [{"field": cause.field, "message": cause.message} for cause in causes],
    }


def _id(resource: ResourceId) -> dict[str, Any]:
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
    }
