"""How an API server refuses: the HTTP statuses, reasons and texts of the Kubernetes API conventions.

Texts are those of the real server, because people search for them and scripts match them. A refused object
carries its causes, each with the path of the field, as in the `details.causes` of a Kubernetes `Status`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.effects import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from koreo_runtime.cluster.protocol import ResourceType

INVALID: Final = "FieldValueInvalid"
REQUIRED: Final = "FieldValueRequired"
NOT_SUPPORTED: Final = "FieldValueNotSupported"
DUPLICATE: Final = "FieldValueDuplicate"
FORBIDDEN: Final = "FieldValueForbidden"


@dataclass(frozen=True, slots=True)
class StatusCause:
    """One reason to refuse an object: the field (`spec.ports[0].name`), the kind of fault, and its text."""

    field: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class StatusError(ApiError):
    """A refusal that came as a Kubernetes `Status`, with the causes it names."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        causes: Sequence[StatusCause] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(status, reason, message, retry_after)
        self.causes = tuple(causes)


def invalid_value(field: str, shown: Any, detail: str) -> StatusCause:
    """Return the cause of a value that is not allowed; `shown` is printed as the server prints it."""
    return StatusCause(field, INVALID, f"Invalid value: {go_text(shown)}: {detail}")


def required(field: str, detail: str = "") -> StatusCause:
    """Return the cause of a field that is missing."""
    return StatusCause(field, REQUIRED, f"Required value: {detail}" if detail else "Required value")


def not_supported(field: str, shown: Any, supported: Iterable[Any]) -> StatusCause:
    """Return the cause of a value that is none of those listed."""
    listed = ", ".join(json.dumps(item if isinstance(item, str) else go_text(item)) for item in supported)
    return StatusCause(
        field, NOT_SUPPORTED, f"Unsupported value: {go_text(shown)}: supported values: {listed}"
    )


def duplicate(field: str, shown: Any) -> StatusCause:
    """Return the cause of an element that a list may hold only once."""
    return StatusCause(field, DUPLICATE, f"Duplicate value: {go_text(shown)}")


def forbidden_field(field: str, detail: str) -> StatusCause:
    """Return the cause of a change that is not allowed."""
    return StatusCause(field, FORBIDDEN, f"Forbidden: {detail}")


def go_text(value: Any) -> str:
    """Return a value as the server prints one in a message; collections as JSON, without their Go types."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def invalid(group: str, kind: str, name: str, causes: Sequence[StatusCause]) -> StatusError:
    """Return the refusal of an object whose content is not allowed."""
    qualified = f"{kind}.{group}" if group else kind
    texts = list(dict.fromkeys(map(str, causes)))
    shown = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    return StatusError(422, "Invalid", f"{qualified} {go_text(name)} is invalid: {shown}", causes=causes)


def not_found(resource: ResourceType, name: str) -> StatusError:
    """Return the answer about an object that is not there."""
    return StatusError(404, "NotFound", f"{resource.qualified} {go_text(name)} not found")


def unknown_resource() -> StatusError:
    """Return the answer to a path that the server does not serve."""
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def unknown_kind(api_version: str, kind: str) -> StatusError:
    """Return the answer of discovery about a kind that nobody has defined."""
    return StatusError(
        404, "NotFound", f"no matches for kind {go_text(kind)} in version {go_text(api_version)}"
    )


def unknown_namespace(name: str) -> StatusError:
    """Return the refusal to create something in a namespace that is not there."""
    return StatusError(404, "NotFound", f"namespaces {go_text(name)} not found")


def already_exists(resource: ResourceType, name: str) -> StatusError:
    """Return the refusal to create what is there."""
    return StatusError(409, "AlreadyExists", f"{resource.qualified} {go_text(name)} already exists")


def being_deleted(resource: ResourceType, name: str) -> StatusError:
    """Return the refusal to create what is there and waits for its finalizers."""
    text = f"object is being deleted: {resource.qualified} {go_text(name)} already exists"
    return StatusError(409, "AlreadyExists", text)


def conflict(resource: ResourceType, name: str, detail: str | None = None) -> StatusError:
    """Return the refusal of a write that was based on another state of the object."""
    text = detail or (
        "the object has been modified; please apply your changes to the latest version and try again"
    )
    return StatusError(
        409, "Conflict", f"Operation cannot be fulfilled on {resource.qualified} {go_text(name)}: {text}"
    )


def bad_request(message: str) -> StatusError:
    """Return the refusal of a request that does not fit its path, or cannot be read."""
    return StatusError(400, "BadRequest", message)


def forbidden(resource: ResourceType, name: str, detail: str) -> StatusError:
    """Return the refusal of something that is not allowed now."""
    return StatusError(403, "Forbidden", f"{resource.qualified} {go_text(name)} is forbidden: {detail}")


def method_not_allowed() -> StatusError:
    """Return the refusal of a verb that a resource does not have."""
    return StatusError(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource"
    )


def expired(wanted: int, oldest: int) -> StatusError:
    """Return the answer to a watch from a version that the history does not reach back to."""
    return StatusError(410, "Expired", f"too old resource version: {wanted} ({oldest})")
