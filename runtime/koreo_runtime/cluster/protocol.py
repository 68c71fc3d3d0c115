"""What can be asked of a cluster, simulated or real.

The engine needs only `perform`; the rest is what controllers and commands ask, and what the tests that hold
the simulation against a real API server are written for. Every method raises `ApiError` when it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.effects import Effect, KubeObject, ResourceId


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind as the API serves it: in which version, under which plural, with or without namespaces and status."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    has_status: bool

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        group, slash, _ = self.api_version.rpartition("/")
        return group if slash else ""

    @property
    def qualified(self) -> str:
        """The plural with the group, as messages name a resource: `deployments.apps`, `services`."""
        group = self.group
        return f"{self.plural}.{group}" if group else self.plural


@dataclass(frozen=True, slots=True)
class Listing:
    """All objects of a kind at one moment; a watch from `resource_version` continues where it ends."""

    items: tuple[KubeObject, ...]
    resource_version: str


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """What happened to an object: `type` is ADDED, MODIFIED, DELETED or BOOKMARK.

    `object` is the object after it (of DELETED the last one). That of BOOKMARK holds apiVersion, kind and
    `metadata.resourceVersion` only.
    """

    type: str
    object: KubeObject


class Cluster(Protocol):
    """An API server. Objects that it returns are never changed by anybody."""

    def perform(self, effect: Effect) -> Any:
        """Perform an effect of a run and return its result (see `effects`)."""
        ...

    def resource_type(self, api_version: str, kind: str) -> ResourceType:
        """Look up a kind in discovery. Raises 404 when there is none."""
        ...

    def get(self, target: ResourceId) -> KubeObject:
        """Return an object. Raises 404."""
        ...

    def create(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Create an object and return what was stored. Raises 400, 409 (AlreadyExists), 422.

        A body without `metadata.name` gets the name of the target, unless it has `generateName`.
        """
        ...

    def replace(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Put a whole object in place of what is there. A `resourceVersion` in it must be the current one."""
        ...

    def replace_status(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Put the `status` of the body in place of the object's, through the status subresource."""
        ...

    def patch(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Change an object by a JSON merge patch (RFC 7386) and return it."""
        ...

    def patch_status(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Change the `status` of an object by a JSON merge patch, through the status subresource.

        Raises 404 for a kind without one, too.
        """
        ...

    def delete(self, target: ResourceId, *, uid: str | None = None) -> None:
        """Delete an object, its dependents in the background. Raises 404.

        One with finalizers stays, with a `deletionTimestamp`, until they are gone. `uid`: delete only this very
        object, else 409.
        """
        ...

    def list_objects(
        self, api_version: str, kind: str, *, namespace: str | None = None, labels: str = ""
    ) -> Listing:
        """Return all objects of a kind that fit a label selector; of all namespaces if none is given."""
        ...

    def watch_objects(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str | None = None,
        labels: str = "",
        resource_version: str | None = None,
        seconds: int = 60,
    ) -> Iterator[WatchEvent]:
        """Yield what happened to the objects of a kind since `resource_version`, bookmarks included.

        Without a version (or with `0`) every object comes as ADDED first. Ends after `seconds`; a simulated
        cluster, where no time passes, ends when there is nothing more to tell. Raises 410 when the history
        does not reach back so far: list, and watch again.
        """
        ...

    def install_crd(self, crd: KubeObject) -> None:
        """Serve the kind that a CustomResourceDefinition defines; one that is there already is replaced."""
        ...
