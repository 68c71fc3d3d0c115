"""The objects of a simulated cluster, and what follows from changing one.

Every write gets a version and an entry in the history; finalizers decide when an object goes; definitions of
kinds take effect; and what controllers of every cluster do in the background is done by `settle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from koreo_analyzer.json_data import json_equal

from koreo_runtime.cluster.crds import kinds_of_crd
from koreo_runtime.cluster.garbage import Dependents
from koreo_runtime.cluster.history import Change, History
from koreo_runtime.cluster.kinds import CRD, NAMESPACE, Kind, built_in_kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from koreo_runtime.cluster.garbage import Place
    from koreo_runtime.effects import KubeObject

_TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
_LETTERS: Final = "bcdfghjklmnpqrstvwxz2456789"
_LETTERS_ADDED: Final = 5
_LONGEST_BASE: Final = 58


class State:
    """Kinds, objects and history. Whoever writes calls `settle` afterwards."""

    __slots__ = ("_now", "_serial", "dependents", "history", "kinds")

    def __init__(self, now: Callable[[], datetime], events: int) -> None:
        self._now = now
        self._serial = 0
        self.history = History(events)
        self.kinds: dict[tuple[str, str], Kind] = {
            (kind.type.api_version, kind.type.kind): kind for kind in built_in_kinds()
        }
        self.dependents = Dependents(self.kinds.get)

    # What a new object gets

    def new_uid(self) -> str:
        """Return a uid that no object of this cluster has had."""
        self._serial += 1
        return str(UUID(int=self._serial, version=4))

    def new_name(self, base: str) -> str:
        """Return a name that begins with `base` (`metadata.generateName`)."""
        self._serial += 1
        number, letters = self._serial, ""
        for _ in range(_LETTERS_ADDED):
            number, letter = divmod(number, len(_LETTERS))
            letters = _LETTERS[letter] + letters
        return base[:_LONGEST_BASE] + letters

    def time(self) -> str:
        """Return the time as objects show it."""
        return self._now().strftime(_TIME_FORMAT)

    # Writes

    def add(self, place: Place, made: KubeObject) -> KubeObject:
        """Store a new object and return it with its version."""
        return self._store(place, None, made)

    def put(self, place: Place, item: KubeObject) -> None:
        """Store an object in place of the one that may be there."""
        self._store(place, place[0].objects.get(place[1]), item)

    def change(self, place: Place, before: KubeObject, after: KubeObject) -> KubeObject:
        """Store the changed object and return it; without a difference nothing is written.

        One that is being deleted goes once it has no finalizers any more.
        """
        if json_equal(before, after):
            return before
        metadata = after["metadata"]
        if "deletionTimestamp" in metadata and not metadata.get("finalizers") and not _holds_content(after):
            self._remove(place, before, after)
            return after
        return self._store(place, before, after)

    def delete(self, place: Place, item: KubeObject) -> None:
        """Remove an object, or mark it as being deleted if it has finalizers or content."""
        metadata = item["metadata"]
        if "deletionTimestamp" in metadata:
            return
        if not metadata.get("finalizers") and not _holds_content(item):
            self._remove(place, item, item)
            return
        marked = {**metadata, "deletionTimestamp": self.time(), "deletionGracePeriodSeconds": 0}
        if "generation" in metadata:
            marked["generation"] = metadata["generation"] + 1
        after = {**item, "metadata": marked}
        if _holds_content(item):
            after["status"] = {"phase": "Terminating"}
            del marked["deletionGracePeriodSeconds"]
        self._store(place, item, after)

    def _store(self, place: Place, before: KubeObject | None, after: KubeObject) -> KubeObject:
        kind, key = place
        version = self.history.next_version()
        stored = {**after, "metadata": {**after["metadata"], "resourceVersion": str(version)}}
        kind.objects[key] = stored
        self.history.record(Change(version, kind.store.resource, key[0], before, stored, stored))
        self._follow(place, before, stored)
        return stored

    def _remove(self, place: Place, before: KubeObject, last: KubeObject) -> None:
        kind, key = place
        del kind.objects[key]
        version = self.history.next_version()
        told = {**last, "metadata": {**last["metadata"], "resourceVersion": str(version)}}
        self.history.record(Change(version, kind.store.resource, key[0], before, None, told))
        self._follow(place, before, None)

    def _follow(self, place: Place, before: KubeObject | None, after: KubeObject | None) -> None:
        self.dependents.changed(place, before, after)
        type_ = place[0].type
        if (type_.api_version, type_.kind) == CRD:
            self._define(before, after)

    # Kinds

    def _define(self, before: KubeObject | None, after: KubeObject | None) -> None:
        """Serve what a CRD defines now; with the CRD its objects go."""
        old = kinds_of_crd(before) if before is not None else []
        known = [
            self.kinds[name]
            for kind in old
            if (name := (kind.type.api_version, kind.type.kind)) in self.kinds
        ]
        for kind in known:
            del self.kinds[kind.type.api_version, kind.type.kind]
        if after is not None:
            for kind in kinds_of_crd(after, known[0].store if known else None):
                self.kinds[kind.type.api_version, kind.type.kind] = kind
        elif known:
            for key, item in tuple(known[0].objects.items()):
                self._remove((known[0], key), item, item)

    # What happens in the background

    def settle(self) -> None:
        """Collect garbage and empty the namespaces that are being deleted, until nothing is left to do."""
        while True:
            while (place := self.dependents.take()) is not None:
                self._collect(place)
            if not self._empty_namespaces():
                return

    def _collect(self, place: Place) -> None:
        kind, key = place
        item = kind.objects.get(key)
        gone = self.dependents.gone_owners(place, item) if item is not None else []
        if item is None or not gone:
            return
        left = [owner for owner in item["metadata"]["ownerReferences"] if owner not in gone]
        if left:
            self.change(place, item, {**item, "metadata": {**item["metadata"], "ownerReferences": left}})
        else:
            self.delete(place, item)

    def _empty_namespaces(self) -> bool:
        """Delete what namespaces that are being deleted hold, then the namespaces. Returns whether it did."""
        namespaces = self.kinds[NAMESPACE]
        leaving = [
            (key, item) for key, item in namespaces.objects.items() if "deletionTimestamp" in item["metadata"]
        ]
        before = self.history.version
        for key, item in leaving:
            content = [
                ((kind, inner), each)
                for kind in {kind.store: kind for kind in self.kinds.values()}.values()
                for inner, each in kind.objects.items()
                if inner[0] == key[1]
            ]
            for place, each in content:
                if place[1] in place[0].objects:
                    self.delete(place, each)
            if not any(place[1] in place[0].objects for place, _ in content):
                after = {**item, "spec": {}}
                self.change((namespaces, key), item, after)
        return self.history.version != before


def _holds_content(item: KubeObject) -> bool:
    """Whether an object is a namespace that has not been emptied: it has the finalizer of its `spec`."""
    return item["kind"] == "Namespace" and bool((item.get("spec") or {}).get("finalizers"))
