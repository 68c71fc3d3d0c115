"""What a run asks of the world: effects it yields, and how the world refuses.

A run is a generator of effects. Whoever drives it performs each and sends the result back in, or throws an
`ApiError`. The engine itself does no I/O, so that tests, `koreo render` and the controller share it.

Objects are plain data (dict, list, str, int, float, bool, None) that nobody changes in place: neither the
engine nor a driver. Whoever needs another object builds a new one, and shares the parts that stay.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
KubeObject: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResourceId:
    """Which object of which API: `plural` is None when it has to be looked up, `namespace` when there is none."""

    api_version: str
    kind: str
    plural: str | None
    name: str
    namespace: str | None

    def __str__(self) -> str:
        """Return `Kind:namespace:name`, as the original's messages call an object."""
        return ":".join(part for part in (self.kind, self.namespace, self.name) if part is not None)


@dataclass(frozen=True, slots=True)
class Read:
    """Read an object. The result is the object, or None when there is none."""

    id: ResourceId


@dataclass(frozen=True, slots=True)
class Create:
    """Create an object. The result is what the API server made of it."""

    id: ResourceId
    body: KubeObject


@dataclass(frozen=True, slots=True)
class Patch:
    """Change an object by a JSON merge patch (RFC 7386). The result is the object after it."""

    id: ResourceId
    body: KubeObject


@dataclass(frozen=True, slots=True)
class PatchStatus:
    """Change the status of an object by a JSON merge patch `{"status": …}` of its status subresource.

    The result is the object after it. An object without that subresource is answered by a 404.
    """

    id: ResourceId
    body: KubeObject


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an object. The result is None; it is no error when the object is gone already."""

    id: ResourceId


Effect: TypeAlias = Read | Create | Patch | PatchStatus | Delete
Run: TypeAlias = Generator[Effect, Any, T]
"""A run of something that ends in a `T`. What is sent in is the result of the effect that was yielded."""


class ApiError(Exception):
    """The API server refused or could not be asked.

    `status` is the HTTP status, or 0 when there was no answer at all; `reason` the word of the Kubernetes
    `Status` object (`NotFound`, `Invalid` …); `retry_after` what the server asked for, in seconds.
    """

    def __init__(self, status: int, reason: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.retry_after = retry_after
