"""The target specification: what a ResourceFunction wants the resource to be (language section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from koreo_analyzer.cel import CelError
from koreo_analyzer.cel.values import type_name

from koreo_runtime.functions.last_applied import without_annotation
from koreo_runtime.functions.value import run_value_function
from koreo_runtime.outcomes import Cause, Ok, PermFail, Retry
from koreo_runtime.programs.failures import failed_value, wrong_value
from koreo_runtime.programs.model import BrokenOverlay, FunctionOverlay, Overlay, Unusable

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject, ResourceId
    from koreo_runtime.engine import Engine
    from koreo_runtime.outcomes import NotOk
    from koreo_runtime.programs.model import ResourceFunctionProgram, Value, Variables

_TEMPLATE_DELAY = 30
_FUNCTION_DELAY = 60
Target: TypeAlias = "KubeObject | NotOk"


def build_target(
    engine: Engine, program: ResourceFunctionProgram, resource: ResourceId, variables: Variables
) -> Target:
    """Return the target, compare directives included, or why there is none.

    `variables` are `inputs` and `locals`. Raises `BlockError` when expressions of a block fail.
    """
    if program.resource is not None:
        target: Target = program.resource.plain(variables)
    elif program.template is not None:
        target = _load_template(engine, program.template, variables)
    else:
        target = {}
    if not isinstance(target, dict):
        return target
    target = with_identity(target, resource)
    if not program.overlays:
        return target
    scope: dict[str, Any] = {**variables, "resource": target}
    for overlay in program.overlays:
        if overlay.skip_if is not None:
            skip = _is_skipped(overlay.skip_if, variables)
            if skip is True:
                continue
            if skip is not False:
                return skip
        target = _apply(engine, overlay, target, scope)
        if not isinstance(target, dict):
            return target
        scope["resource"] = target
    return with_identity(target, resource)


def build_created(
    program: ResourceFunctionProgram, resource: ResourceId, target: KubeObject, variables: Variables
) -> KubeObject:
    """Return the target with `create.overlay` over it. Raises `BlockError`."""
    overlay = program.create.overlay
    if overlay is None:
        return target
    if program.create.mark is not None:
        program.create.mark()
    return with_identity(overlay.overlay(target, {**variables, "resource": target}), resource)


def without_namespace(target: KubeObject) -> KubeObject:
    """Return the target of a cluster-wide resource as it can be: an API server holds none in a namespace."""
    metadata = target["metadata"]
    if "namespace" not in metadata:
        return target
    return {**target, "metadata": {key: item for key, item in metadata.items() if key != "namespace"}}


def with_identity(target: KubeObject, resource: ResourceId) -> KubeObject:
    """Return a target that is about a resource, whatever it said about that.

    What is last applied is the run's to tell: the annotation of another object that was copied is left out.
    """
    metadata = target.get("metadata")
    if (
        type(metadata) is dict
        and metadata.get("name") == resource.name
        and (resource.namespace is None or metadata.get("namespace") == resource.namespace)
        and without_annotation(metadata) is metadata
        and target.get("kind") == resource.kind
        and target.get("apiVersion") == resource.api_version
    ):
        return target
    about: dict[str, Any] = {} if type(metadata) is not dict else dict(without_annotation(metadata))
    about["name"] = resource.name
    if resource.namespace is not None:
        about["namespace"] = resource.namespace
    return {
        **target,
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": about,
    }


def _load_template(engine: Engine, name: Value, variables: Variables) -> Target:
    try:
        found = name.evaluate(variables)
    except CelError as error:
        return failed_value(name, error)
    if type(found) is not str:
        return wrong_value(name, "the name of a ResourceTemplate", type_name(found))
    template = engine.template(found)
    if template is None:
        message = f"ResourceTemplate:{found} not found."
        return Retry(message, _TEMPLATE_DELAY, name.location, Cause.DEFINITION)
    if isinstance(template, Unusable):
        message = f"ResourceTemplate:{found} is not ready ({template.outcome.message})"
        return Retry(message, _TEMPLATE_DELAY, name.location, Cause.DEFINITION)
    return template.template


def _is_skipped(skip_if: Value, variables: Variables) -> bool | PermFail:
    try:
        skip = skip_if.evaluate(variables)
    except CelError as error:
        return failed_value(skip_if, error)
    return skip if type(skip) is bool else wrong_value(skip_if, "true or false", type_name(skip))


def _apply(engine: Engine, overlay: Overlay, target: KubeObject, scope: Variables) -> Target:
    if isinstance(overlay, BrokenOverlay):
        return overlay.outcome
    if overlay.mark is not None:
        overlay.mark()
    if isinstance(overlay, FunctionOverlay):
        return _apply_function(engine, overlay, target, scope)
    return overlay.block.overlay(target, scope)


def _apply_function(engine: Engine, overlay: FunctionOverlay, target: KubeObject, scope: Variables) -> Target:
    name = overlay.function
    program = engine.value_function(name)
    if program is None:
        message = f"ValueFunction:{name} not found."
        return Retry(message, _FUNCTION_DELAY, overlay.location, Cause.DEFINITION)
    if isinstance(program, Unusable):
        message = f"ValueFunction:{name} is not ready ({program.outcome.message})"
        return Retry(message, _FUNCTION_DELAY, overlay.location, Cause.DEFINITION)
    inputs = {} if overlay.inputs is None else overlay.inputs.evaluate(scope)
    outcome = run_value_function(program, inputs, target)
    if not isinstance(outcome, Ok):
        return outcome
    if outcome.value is None:
        message = f"ValueFunction:{name} returns nothing to overlay."
        return PermFail(message, overlay.location, Cause.DEFINITION)
    result: KubeObject = outcome.value
    return result
