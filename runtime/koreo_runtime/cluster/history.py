"""What happened in the cluster, in order, as far back as memory reaches: what watches are answered from."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_runtime.cluster.errors import bad_request, expired
from koreo_runtime.cluster.protocol import WatchEvent
from koreo_runtime.cluster.selectors import labels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.cluster.selectors import Selector
    from koreo_runtime.effects import KubeObject

DEFAULT_EVENTS: Final = 10_000
"""How many events are remembered unless the creator of a cluster says otherwise."""


@dataclass(frozen=True, slots=True)
class Change:
    """One write to one object: `before` is None for a new one, `after` None for one that is gone.

    `last` is the object as it is told to watchers: `after`, or the last state with the version of its deletion.
    """

    version: int
    resource: tuple[str, str]
    namespace: str | None
    before: KubeObject | None
    after: KubeObject | None
    last: KubeObject


class History:
    """The last changes of all objects. `version` is the current resource version of the cluster."""

    __slots__ = ("_changes", "_forgotten", "version")

    def __init__(self, most: int) -> None:
        self.version = 0
        self._changes: deque[Change] = deque(maxlen=most)
        self._forgotten = 0

    def next_version(self) -> int:
        """Return a version that nobody has had."""
        self.version += 1
        return self.version

    def record(self, change: Change) -> None:
        """Remember a change; the oldest one is forgotten when there are too many."""
        if len(self._changes) == self._changes.maxlen:
            self._forgotten = self._changes[0].version
        self._changes.append(change)

    def start(self, resource_version: str) -> int:
        """Return the version that a watch begins after. Raises 400 for what is none, 410 for one too old."""
        if not resource_version.isdecimal():
            raise bad_request(f"invalid resource version {resource_version!r}")
        version = int(resource_version)
        if version < self._forgotten:
            raise expired(version, self._forgotten)
        return version

    def events(
        self, start: int, resource: tuple[str, str], namespace: str | None, fits: Selector
    ) -> Iterator[WatchEvent]:
        """Yield the events of one resource after a version, as a watch with this selector sees them."""
        for change in tuple(self._changes):
            if change.version <= start or change.resource != resource:
                continue
            if namespace is not None and change.namespace != namespace:
                continue
            was = change.before is not None and fits(labels_of(change.before))
            is_now = change.after is not None and fits(labels_of(change.after))
            if was or is_now:
                kind = "MODIFIED" if was and is_now else "ADDED" if is_now else "DELETED"
                yield WatchEvent(kind, change.last)
