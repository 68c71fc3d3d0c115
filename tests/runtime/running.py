"""Runs functions for tests: texts in, outcomes out, against an API that holds one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from koreo_analyzer.workspace import Workspace
from koreo_runtime.effects import ApiError, Create, Delete, Effect, Patch, Read
from koreo_runtime.engine import Engine
from koreo_runtime.functions.resource import run_resource_function
from koreo_runtime.functions.value import run_value_function
from koreo_runtime.programs.model import ResourceFunctionProgram, ValueFunctionProgram

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_runtime.functions.results import FunctionResult, Owner
    from koreo_runtime.outcomes import Outcome

FUNCTION = "under-test"

CONFIG = """
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    plural: configmaps
    name: =inputs.name
    namespace: default
"""
"""The `apiConfig` of a ResourceFunction for the ConfigMap `default/settings` if `inputs.name` is `settings`."""

INPUTS = {"name": "settings"}


def document(kind: str, spec: str, name: str = FUNCTION, labels: str = "{}") -> str:
    """Return the text of a document; `spec` is indented by two columns."""
    return (
        f"apiVersion: koreo.dev/v1beta1\nkind: {kind}\n"
        f"metadata:\n  name: {name}\n  namespace: test\n  labels: {labels}\nspec:\n{spec.lstrip(chr(10))}\n"
    )


def config_map(metadata: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """Return the ConfigMap that `CONFIG` is about, with more metadata and other content."""
    identity = {"name": "settings", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {**(metadata or {}), **identity}, **content}


def engine_of(*documents: str, **options: Any) -> Engine:
    """Return an engine for a workspace of one file."""
    return Engine(Workspace().apply({"all.k.yaml": "---\n".join(documents)}), **options)


def value_outcome(
    spec: str, inputs: dict[str, Any] | None = None, resource: dict[str, Any] | None = None
) -> Outcome:
    """Run a ValueFunction with a `spec`."""
    engine = engine_of(document("ValueFunction", spec))
    program = engine.value_function(FUNCTION)
    assert isinstance(program, ValueFunctionProgram), program
    return run_value_function(program, inputs or {}, resource)


@dataclass
class OneObject:
    """An API that answers with one object whatever is asked, stores what is sent, and refuses by class of effect."""

    held: dict[str, Any] | None = None
    refusals: Mapping[type[Effect], ApiError] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    def perform(self, effect: Effect) -> Any:
        self.effects.append(effect)
        if type(effect) in self.refusals:
            raise self.refusals[type(effect)]
        match effect:
            case Create(body=body):
                self.held = body
            case Patch(body=body):
                self.held = merge_patched(self.held or {}, body)
            case Delete():
                self.held = None
            case Read():
                pass
        return self.held

    @property
    def writes(self) -> list[Effect]:
        return [effect for effect in self.effects if not isinstance(effect, Read)]


def merge_patched(base: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Return `base` after a merge patch (RFC 7386)."""
    result = dict(base)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            below = result.get(key)
            result[key] = merge_patched(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result


def reconcile(
    spec: str,
    *others: str,
    api: OneObject | None = None,
    inputs: dict[str, Any] | None = None,
    owner: Owner | None = None,
    **options: Any,
) -> FunctionResult:
    """Run a ResourceFunction with a `spec` once, `others` being the rest of the workspace."""
    engine = engine_of(document("ResourceFunction", spec), *others, **options)
    program = engine.resource_function(FUNCTION)
    assert isinstance(program, ResourceFunctionProgram), program
    run = run_resource_function(engine, program, INPUTS if inputs is None else inputs, owner)
    api = api or OneObject()
    answer: Any = None
    refusal: ApiError | None = None
    try:
        while True:
            effect = run.send(answer) if refusal is None else run.throw(refusal)
            answer, refusal = None, None
            try:
                answer = api.perform(effect)
            except ApiError as error:
                refusal = error
    except StopIteration as end:
        result: FunctionResult = end.value
        return result
