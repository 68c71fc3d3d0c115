"""Runs ResourceFunctions (language section 7): one turn of the control loop over one resource.

A run yields what it asks of the API server and is resumed with the answer; see `effects`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import CelError, to_text

from koreo_runtime.effects import ApiError, Create, Delete, Patch, Read, ResourceId
from koreo_runtime.functions.drift import first_difference
from koreo_runtime.functions.failures import api_failure
from koreo_runtime.functions.last_applied import LastApplied, with_last_applied
from koreo_runtime.functions.ownership import (
    is_owned,
    owner_of,
    owner_references,
    reference_to,
    unique_references,
    with_owner,
)
from koreo_runtime.functions.results import FunctionResult, ManagedResource
from koreo_runtime.functions.target import build_created, build_target, without_namespace
from koreo_runtime.outcomes import Cause, Location, Ok, PermFail, Retry, path_text
from koreo_runtime.programs.blocks import BlockError
from koreo_runtime.programs.failures import failed_value, wrong_value

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Path

    from koreo_runtime.effects import KubeObject, Run
    from koreo_runtime.engine import Engine
    from koreo_runtime.functions.results import Owner
    from koreo_runtime.outcomes import NotOk, Outcome
    from koreo_runtime.programs.model import ResourceFunctionProgram, Value, Variables

_DELAY = 30
_NOT_FOUND = 404


def run_resource_function(
    engine: Engine, program: ResourceFunctionProgram, inputs: dict[str, Any], owner: Owner | None = None
) -> Run[FunctionResult]:
    """Run a ResourceFunction once. `owner` is the trigger for which the resource is managed."""
    variables: dict[str, Any] = {"inputs": inputs}
    if program.preconditions is not None:
        outcome = program.preconditions.check(variables)
        if outcome is not None:
            return FunctionResult(outcome)
    try:
        variables["locals"] = {} if program.locals is None else program.locals.evaluate(variables)
    except BlockError as error:
        return FunctionResult(error.outcome)
    resource = _identify(program, variables)
    if not isinstance(resource, ResourceId):
        return FunctionResult(resource)
    managed = managed_resource(program, resource)
    run = _Run(engine, program, resource, owner_of(program.api, resource, owner), variables)
    try:
        settled = yield from run.settle()
        if not isinstance(settled, dict):
            return FunctionResult(settled, managed, run.drift, run.write)
        return FunctionResult(_conclude(program, settled, variables), managed)
    except BlockError as error:
        return FunctionResult(error.outcome, managed)


def managed_resource(program: ResourceFunctionProgram, resource: ResourceId) -> ManagedResource | None:
    """Return the entry for the inventory; there is none for a resource that should not exist."""
    api = program.api
    if api.delete_if_exists:
        return None
    return ManagedResource(
        resource.api_version,
        resource.kind,
        resource.plural,
        resource.name,
        resource.namespace,
        api.readonly,
        program.id[1],
        program.delete,
    )


def _identify(program: ResourceFunctionProgram, variables: Variables) -> ResourceId | PermFail:
    api = program.api
    name = _identity_text(api.name, variables)
    namespace = None if api.namespace is None else _identity_text(api.namespace, variables)
    if isinstance(name, PermFail):
        if isinstance(namespace, PermFail):
            return PermFail(f"{name.message}, {namespace.message}", name.location, name.cause)
        return name
    if isinstance(namespace, PermFail):
        return namespace
    return ResourceId(api.api_version, api.kind, api.plural, name, namespace)


def _identity_text(value: Value, variables: Variables) -> str | PermFail:
    """Return a name as text; null, an empty text and what is no scalar are none."""
    try:
        found = value.evaluate(variables)
        text = found if type(found) is str else to_text(found)
    except CelError as error:
        return failed_value(value, error)
    return text or wrong_value(value, "a name", "empty")


def _conclude(program: ResourceFunctionProgram, resource: KubeObject, variables: dict[str, Any]) -> Outcome:
    """Check the postconditions and return the value. Raises `BlockError`."""
    variables["resource"] = resource
    if program.postconditions is not None:
        outcome = program.postconditions.check(variables)
        if outcome is not None:
            return outcome
    return Ok() if program.returns is None else Ok(program.returns.plain(variables))


class _Run:
    """The part of a run that talks to the API server."""

    __slots__ = ("drift", "engine", "id", "owner", "program", "variables", "write")

    def __init__(
        self,
        engine: Engine,
        program: ResourceFunctionProgram,
        resource: ResourceId,
        owner: Owner | None,
        variables: Variables,
    ) -> None:
        self.engine = engine
        self.program = program
        self.id = resource
        self.owner = owner
        self.variables = variables
        self.drift: Path | None = None
        self.write: Create | Patch | Delete | None = None

    def settle(self) -> Run[KubeObject | NotOk]:
        """Bring the resource to its target.

        Ends in the object that postconditions are about when there is nothing to wait for, else in an outcome.
        Raises `BlockError`.
        """
        try:
            actual: KubeObject | None = yield Read(self.id)
        except ApiError as error:
            if error.status != _NOT_FOUND:
                return api_failure("Reading", self.id, error, self._location("apiConfig"))
            actual = None
        api = self.program.api
        if actual is None:
            if api.delete_if_exists:
                return {}
            return (yield from self._create())
        if api.readonly and not api.delete_if_exists:
            return actual
        if _is_being_deleted(actual):
            message = f"{self.id} is being deleted. Waiting..."
            return Retry(message, _DELAY, self._location("apiConfig"), Cause.WAITING)
        if api.delete_if_exists:
            location = self._location("apiConfig", "deleteIfExists")
            return (yield from self._delete(f"Deleting {self.id}.", _DELAY, location))
        return (yield from self._update(actual))

    def _location(self, *keys: str) -> Location:
        return Location(*self.program.id, ("spec", *keys))

    def _create(self) -> Run[NotOk]:
        api, create = self.program.api, self.program.create
        if api.readonly or not create.enabled:
            location = self._location(*(("apiConfig", "readonly") if api.readonly else ("create", "enabled")))
            return Retry(f"{self.id} not found. Waiting...", _DELAY, location, Cause.PENDING)
        target = build_target(self.engine, self.program, self.id, self.variables)
        if not isinstance(target, dict):
            return target
        body = with_last_applied(build_created(self.program, self.id, target, self.variables))
        if self.owner is not None:
            body = with_owner(body, self._owners(body))
        location = self._location("create")
        try:
            yield from self._perform(Create(self.id, body))
        except ApiError as error:
            return api_failure("Creating", self.id, error, location, create.delay)
        return Retry(f"Creating {self.id}.", create.delay, location, Cause.WAITING)

    def _update(self, actual: KubeObject) -> Run[KubeObject | NotOk]:
        target = build_target(self.engine, self.program, self.id, self.variables)
        if not isinstance(target, dict):
            return target
        update = self.program.update
        if update.action == "never":
            return actual
        difference = first_difference(
            target if self.id.namespace is not None else without_namespace(target),
            actual,
            last_applied=LastApplied(target, actual),
            is_quantity=partial(self.engine.quantities, self.id),
        )
        owned = self.owner is None or is_owned(actual, self.owner)
        if difference is None and owned:
            return actual
        if difference is None:
            return (yield from self._patch(with_owner({}, self._owners(actual)), "to add its owner"))
        self.drift = difference
        reason = f"due to `{path_text(difference)}`"
        if update.action == "recreate":
            message = f"Deleting {self.id} to recreate {reason}."
            return (yield from self._delete(message, update.delay, self._location("update", "recreate")))
        body = with_last_applied(target, actual)
        if not owned or "ownerReferences" in body["metadata"]:
            body = with_owner(body, self._owners(actual, body))
        return (yield from self._patch(body, reason))

    def _owners(self, *objects: KubeObject) -> list[Any]:
        """Return the owner references of some objects, each owner once, and that of the run."""
        references = [reference for found in objects for reference in owner_references(found)]
        return unique_references(
            references if self.owner is None else [*references, reference_to(self.owner)]
        )

    def _patch(self, body: KubeObject, reason: str) -> Run[NotOk]:
        update = self.program.update
        location = self._location("update", update.action)
        try:
            yield from self._perform(Patch(self.id, body))
        except ApiError as error:
            if error.status == _NOT_FOUND:
                message = f"{self.id} is gone. Waiting..."
                return Retry(message, update.delay, location, Cause.CONFLICT)
            return api_failure("Patching", self.id, error, location)
        return Retry(f"Patching `{self.id}` {reason}.", update.delay, location, Cause.WAITING)

    def _delete(self, message: str, delay: int, location: Location) -> Run[NotOk]:
        try:
            yield from self._perform(Delete(self.id))
        except ApiError as error:
            return api_failure("Deleting", self.id, error, location)
        return Retry(message, delay, location, Cause.WAITING)

    def _perform(self, write: Create | Patch | Delete) -> Run[None]:
        """Change the resource, and note that it was done. Raises `ApiError`."""
        yield write
        self.write = write


def _is_being_deleted(actual: KubeObject) -> bool:
    metadata = actual.get("metadata")
    return isinstance(metadata, dict) and metadata.get("deletionTimestamp") is not None
